//! The result of a search.

use socialgraph::{Effect, Policy};

use super::sometimes::{Sometimes, Witnesses};
use super::trace::Violation;
use super::users::Users;

/// The progress of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// May grow: a search may report more.
#[non_exhaustive]
pub struct Progress {
    /// The depth of the states that are being expanded.
    pub depth: usize,
    /// The number of states at this depth or a lower one.
    pub states: u64,
    /// The number of those states that have been expanded.
    pub expanded: u64,
    /// The number of transitions out of the expanded states.
    pub transitions: u64,
}

/// The result of a search through every reachable state.
///
/// ```
/// use socialgraph_analysis::checker::{Sometimes, Users, check};
/// use socialgraph::{Policy, Reason};
///
/// let mut policy = Policy::tencent_rest();
/// let full = Sometimes::Reason(Reason::ActorBlocklistFull);
/// assert!(check(&policy, Users::Three).unwitnessed().any(|property| property == full));
/// policy.limits.blocked = Some(1);
/// assert!(check(&policy, Users::Three).is_witnessed(full));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(super) policy: Policy,
    pub(super) users: Users,
    pub(super) progress: Progress,
    pub(super) cases: u64,
    pub(super) witnesses: Witnesses,
    pub(super) violations: Vec<Violation>,
}

impl Report {
    /// Returns the policy that was checked.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns the number of users in each state.
    #[must_use]
    pub const fn users(&self) -> Users {
        self.users
    }

    /// Returns the number of reachable states.
    #[must_use]
    pub const fn states(&self) -> u64 {
        self.progress.states
    }

    /// Returns the number of transitions between reachable states.
    ///
    /// A transition is a state, an actor, a target, an action, and the state that it leads to
    /// under some settings of the two users.
    #[must_use]
    pub const fn transitions(&self) -> u64 {
        self.progress.transitions
    }

    /// Returns the depth: the number of operations to the state furthest from the start.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.progress.depth
    }

    /// Returns the number of cases that the always-properties were judged on.
    ///
    /// A local state is a pair's relation and the lengths of both users' lists. In each local
    /// state, for each user as the actor and each combination of both users' settings, the
    /// cases are the pair's facts, every interaction, and every action.
    ///
    /// ```
    /// use socialgraph_analysis::checker::{Users, check};
    /// use socialgraph::{Action, Interaction, Policy};
    ///
    /// let report = check(&Policy::tencent_rest(), Users::Two);
    /// let (sides, settings) = (2, 6 * 6);
    /// let questions = Interaction::ALL.len() + Action::ALL.len();
    /// let cases = sides * settings * (1 + questions as u64);
    /// assert_eq!(report.cases(), report.states() * cases);
    /// ```
    #[must_use]
    pub const fn cases(&self) -> u64 {
        self.cases
    }

    /// Returns whether every always-property holds.
    ///
    /// If no user can block, most properties hold only for lack of a block: see
    /// [`is_vacuous`](Self::is_vacuous).
    #[must_use]
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }

    /// Returns the failing properties in their order, each with a shortest trace.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Returns whether no user can ever block another.
    ///
    /// The properties are about blocks, so then it means nothing that they hold.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_analysis::checker::{Users, check};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.limits.blocked = Some(0);
    /// let report = check(&policy, Users::Two);
    /// assert!(report.holds() && report.is_vacuous());
    /// ```
    #[must_use]
    pub fn is_vacuous(&self) -> bool {
        !self.is_witnessed(Sometimes::Effect(Effect::ActorBlockAdded))
    }

    /// Returns whether some state is a witness of a sometimes-property.
    #[must_use]
    pub fn is_witnessed(&self, property: Sometimes) -> bool {
        self.witnesses.contains(property)
    }

    /// Returns the sometimes-properties without a witness, in their order.
    ///
    /// This is not always a fault. A policy that tells of every block has no silent verdict,
    /// and a limit that four users cannot reach refuses nothing.
    pub fn unwitnessed(&self) -> impl Iterator<Item = Sometimes> + '_ {
        Sometimes::all().filter(|property| !self.is_witnessed(*property))
    }
}
