//! Strategies for `proptest`: random names, policies, graphs and logs that aim.
//!
//! They are what this crate tests itself with: a few users who meet often, names that nobody
//! has, limits that a short log reaches. A failing log shrinks to one of which no operation
//! can be left out, on the fewest users, if `proptest` is given enough steps: it stops after
//! four for each case, so set `max_shrink_iters` where cases are few. Everything is tuned by a
//! [`Tuning`].
//!
//! ```
//! use proptest::prelude::*;
//! use socialgraph_testkit::strategies::{self, Tuning};
//! use socialgraph::{Policy, Sides, SocialGraph};
//!
//! let tuning = Tuning::default();
//! let config = ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::with_cases(16) };
//! proptest!(config, |(log in strategies::logs(&tuning))| {
//!     let mut graph = SocialGraph::new(Policy::tencent_rest());
//!     for operation in &log {
//!         let _ = operation.apply_to(&mut graph);
//!         for (actor, target) in tuning.pairs() {
//!             if let Ok(relation) = graph.relation(&actor, &target) {
//!                 prop_assert!(!(relation.is_blocked() && relation.are_friends()), "{operation}");
//!             }
//!         }
//!     }
//! });
//! ```
//!
//! The seed is the runner's: `TestRunner::deterministic()` gives the same logs every time.

mod graphs;
mod logs;
mod names;
mod operations;
mod policies;
pub(crate) mod shrink;
mod tuning;

pub use graphs::{graphs, reachable_relations, relations};
pub use logs::logs;
pub use names::{any_names, names, valid_names};
pub use operations::{actions, operations};
pub use policies::{policies, profiles};
pub use tuning::{TIGHT_LIMITS, Tuning, UNKNOWN_NAME, Weights};
