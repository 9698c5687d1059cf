//! Exact model checking of a policy: every state that two, three or four users can reach.
//!
//! [`check`] searches breadth first from strangers through everything that the users can do
//! to each other. In every state it judges the *always-properties* ([`Property`]): the failure
//! classes that real systems have shown, as invariants. A property that does not hold comes
//! with a shortest trace ([`Violation`]). The *sometimes-properties* ([`Sometimes`]) say that
//! the search was no empty one: which verdicts, reasons and effects came about at all.
//!
//! ```
//! use socialgraph::Policy;
//! use socialgraph_analysis::checker::{Users, check};
//!
//! let report = check(&Policy::tencent_rest(), Users::Three);
//! assert!(report.holds());
//! assert_eq!(report.states(), 13 * 13 * 13);
//! ```
//!
//! From a shell: `cargo run --release --example check -- POLICY.json`.
//!
//! # What is searched
//!
//! A state is the relation of each pair, and every state is met: the search knows no depth at
//! which it stops, no hashing that could confuse two states, and no symmetry. Counts follow
//! from the relations, so limits are exact; a limit that so few users cannot reach acts as
//! none, so give tight ones (1 or 2) to check limits.
//!
//! Request modes and bars are not part of the state: each operation is tried under every
//! combination of both users' settings. Changing a setting touches nothing that is pending
//! (the corner of R11), so that any history of settings is such a choice before each
//! operation, and the states that can be reached are the same.
//!
//! The rules judge a pair by its relation and both users' counts, so that each such situation
//! is judged once, at the first state that has it; all others with it get the same answers.
//!
//! # What a policy must do
//!
//! Of four properties it is the policy's duty that they hold ([`Duty::Policy`]): no
//! friend-list entry comes about across a block, a friend list that a block clears stays
//! cleared, no request is pending across a block, and no message reaches a blocker from the
//! blocked. A policy that keeps friend lists across a block is held to the first, not to the
//! second. The other properties hold of every policy that can be put together, and where one
//! fails it is a bug of this crate.

mod bit_set;
mod judge;
mod local_state;
mod property;
mod report;
mod run;
mod search;
mod sometimes;
mod space;
mod trace;
mod tracer;
mod users;

pub use property::{Duty, Property};
pub use report::{Progress, Report};
pub use sometimes::Sometimes;
pub use trace::{TraceStep, Violation};
pub use users::Users;

use socialgraph::Policy;

/// Checks a policy over every state that so many users can reach.
///
/// Two and three users take a second at most. Four take three bits for each of the r⁶ states
/// that r reachable relations make, and time in as many: 41 MiB and half a minute for the 22
/// of `tencent_keep_friends`, and 36 times that for 40, which no policy exceeds. So it is where
/// every property holds. Where one fails, the levels that lead to it are kept for its trace:
/// with d operations to the deepest of the first failures, d + 4 bits for each of the states.
///
/// ```
/// use socialgraph_analysis::checker::{Property, Users, check};
/// use socialgraph::{Policy, Sides};
///
/// let mut policy = Policy::tencent_rest();
/// policy.befriending_stopped_by = Sides::Neither;
/// let report = check(&policy, Users::Two);
/// let violation = &report.violations()[0];
/// assert_eq!(violation.property(), Property::NoEntryAcrossBlock);
/// assert_eq!(violation.trace().len(), 2);
/// ```
#[must_use]
pub fn check(policy: &Policy, users: Users) -> Report {
    check_with_progress(policy, users, |_| ())
}

/// Does the same, and tells how far it has come.
///
/// The notice comes at each depth, and after each million states or so.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::checker::{Users, check_with_progress};
///
/// let mut deepest = 0;
/// let report = check_with_progress(&Policy::tencent_rest(), Users::Two, |progress| {
///     deepest = progress.depth;
/// });
/// assert_eq!(deepest, report.depth());
/// ```
#[must_use]
pub fn check_with_progress(policy: &Policy, users: Users, notice: impl FnMut(Progress)) -> Report {
    run::run(policy, users, notice)
}
