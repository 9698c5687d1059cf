//! Compares a chat server with the engine: the same logs on both, and all their answers.
//!
//! Implement [`System`] for your server: how to carry out an operation, and how to ask whether
//! one user may message another. [`compare`] plays random logs on both sides and compares all
//! answers after every step. It reports the shortest log after which they differ, with the rule
//! of `docs/semantics.md` that the difference breaks.
//!
//! ```
//! use std::collections::BTreeSet;
//! use std::convert::Infallible;
//!
//! use socialgraph_testkit::conformance::{self, Answer, Config, Reply, Rule, System};
//! use socialgraph_testkit::strategies::{TIGHT_LIMITS, Weights};
//! use socialgraph::operation::{Act, AddUser};
//! use socialgraph::{Action, Operation, Policy};
//!
//! /// A server that keeps blocks, and checks them in the wrong direction.
//! #[derive(Default)]
//! struct Server {
//!     users: BTreeSet<String>,
//!     blocks: BTreeSet<(String, String)>,
//! }
//!
//! impl Server {
//!     fn are_two_users(&self, a: &str, b: &str) -> bool {
//!         a != b && self.users.contains(a) && self.users.contains(b)
//!     }
//!
//!     fn blocks(&self, owner: &str, entry: &str) -> bool {
//!         self.blocks.contains(&(owner.to_owned(), entry.to_owned()))
//!     }
//! }
//!
//! impl System for Server {
//!     type Error = Infallible;
//!
//!     fn reset(&mut self) -> Result<(), Infallible> {
//!         *self = Self::default();
//!         Ok(())
//!     }
//!
//!     fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
//!         let done = match operation {
//!             Operation::AddUser(AddUser { name }) => self.users.insert(name.clone()),
//!             Operation::Act(Act { action: Action::Block, actor, target }) => {
//!                 self.are_two_users(actor, target)
//!                     && self.blocks.insert((actor.clone(), target.clone()))
//!             }
//!             _ => false,
//!         };
//!         Ok(done.into())
//!     }
//!
//!     fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
//!         let allowed = self.are_two_users(actor, target) && !self.blocks(actor, target);
//!         Ok(allowed.into())
//!     }
//! }
//!
//! // The server knows joining and blocking alone, so the logs contain nothing else.
//! let mut policy = Policy::tencent_rest();
//! policy.limits = TIGHT_LIMITS; // limits that four users reach
//! let mut config = Config::new(policy);
//! config.tuning.weights = Weights::NONE;
//! config.tuning.weights.block = 5;
//! config.tuning.weights.add_user = 1;
//!
//! let finding = conformance::compare(&mut Server::default(), &config).unwrap_err();
//! assert_eq!(finding.rule(), Some(Rule::R5));
//! assert_eq!(
//!     finding.to_string(),
//!     "  1. ann joins\n  2. ben joins\n  3. ben blocks ann\n\
//!      may ann message ben?\n  expected: refused, silently: ben blocks ann\n  \
//!      answered: allowed\n\
//!      R5: B may not message A while A blocks B. A may message B, unless B blocks A too.",
//! );
//! ```
//!
//! Only three methods are required. What a system does not offer is not compared: reasons and
//! notices, and the rest of its [`Extras`]: requests, calls, group invitations and presence,
//! lists, pages, and concurrent operations, which then come one after the other. To an operation that it does not offer, such as renaming or
//! merging users, it answers [`Reply::NotOffered`]. The rules are printed as for `tencent_rest`. If the policy
//! differs from the sentence in a part that decides the answer, the finding names the part.
//!
//! An answer to a question says what would happen. The reply to an operation says what the
//! client is told: if the policy refuses a request silently, the reply may be success
//! ([`System::apply`]).
//!
//! The package `conformance` among the examples compares two whole servers: one with planted
//! bugs, and one over `SQLite`. A server in another language speaks the module
//! [`protocol`](crate::protocol).
//!
//! # As a test
//!
//! A test of your server unwraps the comparison: a [`Finding`] prints its sentences. What was
//! found is kept in a directory and played first from then on, as `proptest` does with its
//! regressions. Put the directory under version control.
//!
//! ```
//! use socialgraph::Policy;
//! use socialgraph_testkit::conformance::{self, Config, Engine};
//! use socialgraph_testkit::strategies::TIGHT_LIMITS;
//!
//! let mut policy = Policy::tencent_rest();
//! policy.limits = TIGHT_LIMITS;
//! let mut config = Config::new(policy);
//! config.logs = 64;
//! config.kept_logs = Some("tests/kept".into());
//!
//! let mut server = Engine::new(policy); // your server
//! let agreement = conformance::compare(&mut server, &config).unwrap();
//! assert!(agreement.operations > 0 && agreement.lists > 0, "{agreement}");
//! ```
//!
//! A test that runs on every push takes a fixed seed and few logs, so that it fails only by what
//! was pushed. A nightly run takes another [`seed`](Config::seed) each night, such as the date,
//! and the default of 1024 logs.
//!
//! # How long it takes
//!
//! After every operation everything is asked again. So a log is some 10,000 calls of your server,
//! and the calls take most of the time:
//!
//! | users, operations | calls a log | 64 logs at 0.1 ms a call |
//! |---|---|---|
//! | 4, up to 100 (the default) | 10,500 | 67 s |
//! | 3, up to 100 | 7,400 | 48 s |
//! | 2, up to 30 | 1,300 | 9 s |
//!
//! The kit itself takes 10 ms for a default log in a release build, and fifteen times as much in a
//! debug build. If that matters, have Cargo optimise it: `[profile.dev.package."*"]` with
//! `opt-level = 2`.

mod agreement;
mod attribution;
mod concurrent_logs;
mod config;
mod driver;
mod earlier;
mod engine;
mod expectation;
mod finding;
#[cfg(test)]
mod fixtures;
mod history;
mod kept_logs;
mod not_offered;
mod observation;
mod other_policies;
mod page_scan;
mod play;
mod progress;
mod query;
mod run;
mod shrink;
mod silent_refusal;
mod step;
mod system;
mod text;

pub use agreement::Agreement;
pub use config::Config;
pub use earlier::EarlierList;
pub use engine::Engine;
pub use finding::{Cause, Difference, Finding};
pub use progress::{Progress, Shrinking};
pub use query::Query;
pub use run::{compare, compare_with, replay};
pub use socialgraph_analysis::rulebook::Rule;
pub use step::Step;
pub use system::{Answer, Extras, ListPage, Reply, System};
