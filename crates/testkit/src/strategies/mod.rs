//! Strategies for `proptest`: random names, policies, graphs and logs.
//!
//! A log has few users, who meet often, some names that no user has, and limits that it can
//! reach. It has every operation: for a property of one policy, leave out those that adopt
//! another. Some logs have two names that are easily taken for one: a property that asks about
//! [`Tuning::pairs`] sets [`Tuning::odd_names_percent`] to 0 or takes the names of the log.
//! A failing log shrinks until no operation can be left out, on the fewest users.
//! `proptest` stops after four shrinking steps for each case, so set `max_shrink_iters` if
//! there are few cases. A [`Tuning`] sets the number of users, the lengths and the weights.
//!
//! ```
//! use proptest::prelude::*;
//! use socialgraph_testkit::strategies::{self, Tuning};
//! use socialgraph::{Policy, Sides, SocialGraph};
//!
//! let mut tuning = Tuning::default();
//! tuning.weights.adopt_policy = 0; // The property is of one policy.
//! tuning.odd_names_percent = 0; // It asks about the plain names.
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
//! The seed is that of the runner: `TestRunner::deterministic()` gives the same logs every time.

mod graphs;
pub(crate) mod likeness;
mod logs;
mod names;
mod offer;
mod operations;
mod policies;
pub(crate) mod shrink;
mod tuning;
mod weights;

pub use graphs::{graphs, reachable_relations, relations};
pub use logs::logs;
pub use names::{any_names, names, valid_names};
pub use operations::{actions, interactions, operations, questions};
pub use policies::{policies, profiles};
pub use tuning::{TIGHT_LIMITS, Tuning, UNKNOWN_NAME};
pub use weights::Weights;
