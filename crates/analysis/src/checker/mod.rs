//! Exact model checking of a policy: every state that two, three or four users can reach.
//!
//! [`check`] searches breadth first from strangers through every action of the users. In every
//! state it judges the *always-properties* ([`Property`]): the failure classes of real systems,
//! as invariants. A property that fails comes with a shortest trace ([`Violation`]). The
//! *sometimes-properties* ([`Sometimes`]) show that the search was not empty: which verdicts,
//! reasons and effects have a witness.
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
//! # The state space
//!
//! A state is the relation of each pair, and the search visits every reachable state. It has no
//! limit of depth, no hashing that could confuse two states, and no reduction by symmetry.
//! The lengths of lists follow from the relations, so limits are exact. A limit that four users
//! cannot reach is never tested, so give tight limits (1 or 2) to check limits.
//!
//! Request modes and bars are not part of the state. Each action is tried under every
//! combination of both users' settings instead. This covers every history of settings, because
//! a change of settings affects no pending request (the corner of R11).
//!
//! The rules judge a pair by its relation and the lengths of both users' lists. So each such
//! local state is judged once, in the first state that has it.
//!
//! # Whose duty a property is
//!
//! Six properties are the duty of the policy ([`Duty::Policy`]): rules R19 to R24 of
//! `docs/semantics.md`, which a policy has or lacks. No friend-list entry is added across a
//! block, a friend list that a block clears stays cleared, no request is pending across a block,
//! a blocked user cannot reach the blocker, two opposite requests are never pending at once, and
//! a granted request makes friends of the two. The other properties hold under every policy, and
//! a failure is a bug of `socialgraph`.
//!
//! # Independence
//!
//! The properties are judged from the parts of the policy and the single facts of a pair. A
//! judge never asks the rules what is legal: it does not call `reachable_relations`, `flip`,
//! `are_friends` or `is_blocked`.

// Each module depends only on modules of the lines above its own:
//   bit_set; property, sometimes, users; trace and report (plain data); local_state; space;
//   judge, search; trace_finder; run; estimate.
mod bit_set;
mod estimate;
mod judge;
mod local_state;
mod property;
mod report;
mod run;
mod search;
mod sometimes;
mod space;
mod trace;
mod trace_finder;
mod users;

pub use estimate::{Estimate, estimate};
pub use property::{Duty, Property};
pub use report::{Progress, Report};
pub use sometimes::Sometimes;
pub use trace::{TraceStep, Violation};
pub use users::Users;

use socialgraph::Policy;

/// Checks a policy in every state that `users` can reach.
///
/// Two and three users take at most a second. For four users, let r be the number of reachable
/// relations of a pair. If every property holds, the search takes three bits for each of r⁶
/// states: 41 MiB and half a minute for the 22 relations of `tencent_keep_friends`, and 175
/// times that for 52 relations, the maximum of any policy. If a property fails, the search
/// keeps the frontiers for its trace. Then it takes d + 4 bits for each state, with d the depth
/// of the deepest first failure. [`estimate`] says before the search what it takes.
///
/// ```
/// use socialgraph_analysis::checker::{Property, Users, check};
/// use socialgraph::{Policy, Sides};
///
/// let mut policy = Policy::tencent_rest();
/// policy.request.add_stopped_by = Sides::Neither;
/// let report = check(&policy, Users::Two);
/// let violation = &report.violations()[0];
/// assert_eq!(violation.property(), Property::NoEntryAcrossBlock);
/// assert_eq!(violation.trace().len(), 2);
/// ```
#[must_use]
pub fn check(policy: &Policy, users: Users) -> Report {
    check_with_progress(policy, users, |_| ())
}

/// Checks a policy like [`check`], and passes the progress to `notice`.
///
/// It calls `notice` at each depth and after every 2²⁰ states.
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
    run::run(policy, users, &Property::ALL, notice)
}

/// Checks some properties alone, like [`check_with_progress`].
///
/// The search visits the same states. It ends sooner if the properties hold and others fail,
/// because a failure takes a second search for its trace.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::checker::{Property, Users, check, check_properties};
///
/// let openim = Policy::named("openim")?;
/// assert!(!check(&openim, Users::Two).holds());
/// let properties = [Property::GrantsMakeFriends];
/// assert!(check_properties(&openim, Users::Two, &properties, |_| ()).holds());
/// # Ok::<(), socialgraph::UnknownPolicy>(())
/// ```
#[must_use]
pub fn check_properties(
    policy: &Policy,
    users: Users,
    properties: &[Property],
    notice: impl FnMut(Progress),
) -> Report {
    run::run(policy, users, properties, notice)
}
