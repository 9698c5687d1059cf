//! The conformance kit: drives somebody's system and the engine through the same logs.
//!
//! A host implements [`System`] for its own chat server: how to carry an operation out, how to
//! ask whether one user may message another. [`compare`] plays random logs on both, compares
//! everything they say after every step, and reports the shortest log after which they
//! differ, with the rule of `docs/semantics.md` that the difference breaks.
//!
//! ```
//! use std::collections::BTreeSet;
//! use std::convert::Infallible;
//!
//! use socialgraph_testkit::conformance::{self, Answer, Reply, Rule, Config, System};
//! use socialgraph_testkit::strategies::{Tuning, Weights};
//! use socialgraph::{Action, Operation, Policy};
//!
//! /// A server that keeps blocks, and looks at them from the wrong side.
//! #[derive(Default)]
//! struct Server {
//!     users: BTreeSet<String>,
//!     blocks: BTreeSet<(String, String)>,
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
//!         Ok(match operation {
//!             Operation::AddUser { name } => self.users.insert(name.clone()).into(),
//!             Operation::Act { action: Action::Block, actor, target } => {
//!                 let known = [actor, target].into_iter().all(|user| self.users.contains(user));
//!                 let new = known && actor != target;
//!                 (new && self.blocks.insert((actor.clone(), target.clone()))).into()
//!             }
//!             _ => false.into(),
//!         })
//!     }
//!
//!     fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
//!         let known = [actor, target].into_iter().all(|user| self.users.contains(user));
//!         let blocked = self.blocks.contains(&(actor.to_owned(), target.to_owned()));
//!         Ok((known && actor != target && !blocked).into())
//!     }
//!
//!     fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Answer, Infallible> {
//!         let known = [a, b].into_iter().all(|user| self.users.contains(user));
//!         let blocked = [(a, b), (b, a)].into_iter().any(|(a, b)| {
//!             self.blocks.contains(&(a.to_owned(), b.to_owned()))
//!         });
//!         Ok((known && a != b && !blocked).into())
//!     }
//! }
//!
//! // Joining and blocking is all that this one does yet; the rest it refuses, and is not asked.
//! let mut policy = Policy::tencent_rest();
//! policy.limits = Tuning::TIGHT; // limits that so few users reach
//! let mut config = Config::new(policy);
//! config.tuning.weights = Weights::NONE;
//! (config.tuning.weights.block, config.tuning.weights.add_user) = (5, 1);
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
//! What a system does not offer is not compared: reasons, silence, lists, pages, and
//! operations that arrive at once, which then come one after the other. A finding names the
//! rule, and what the policy has in the place of the rule's sentence. The package `examples/conformance` drives a whole server
//! with planted bugs, and one over `SQLite`.

mod attribution;
mod config;
mod driver;
mod engine;
mod expectation;
mod finding;
mod page_scan;
mod rule;
mod run;
mod step;
mod suspect;
mod system;

pub use config::Config;
pub use finding::{Agreement, Cause, Difference, Finding, Query};
pub use rule::Rule;
pub use run::{compare, replay};
pub use step::Step;
pub use system::{Answer, ListPage, Reply, System};
