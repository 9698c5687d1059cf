//! What a search has found.

use super::sometimes::{Sometimes, Witnesses};
use super::trace::Violation;
use super::users::Users;
use socialgraph::{Effect, Policy};

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// May grow: a search may come to tell more.
#[non_exhaustive]
pub struct Progress {
    /// How many operations lead to the states that are gone through now.
    pub depth: usize,
    /// How many states have been reached in so many operations.
    pub states: u64,
    /// How many of these have been gone through.
    pub expanded: u64,
    /// How many operations of these change something.
    pub transitions: u64,
}

/// What a search through every state has found.
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

    /// Returns how many users it was checked with.
    #[must_use]
    pub const fn users(&self) -> Users {
        self.users
    }

    /// Returns how many states can be reached.
    #[must_use]
    pub const fn states(&self) -> u64 {
        self.progress.states
    }

    /// Returns how many transitions there are between them.
    ///
    /// A transition is a state, an actor, a target, an action, and the state that it leads to
    /// under some settings of the two.
    #[must_use]
    pub const fn transitions(&self) -> u64 {
        self.progress.transitions
    }

    /// Returns how many operations the state furthest from the start takes.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.progress.depth
    }

    /// Returns how many answers of the rules the properties were asked about.
    ///
    /// In each situation (a pair's relation, and how much both have with others), for each of
    /// the two and under each combination of their settings: the facts, a message, and every
    /// action.
    ///
    /// ```
    /// use socialgraph_analysis::checker::{Users, check};
    /// use socialgraph::{Action, Policy};
    ///
    /// let report = check(&Policy::tencent_rest(), Users::Two);
    /// let (sides, settings) = (2, 6 * 6);
    /// let asked = sides * settings * (1 + 1 + Action::ALL.len() as u64);
    /// assert_eq!(report.cases(), report.states() * asked);
    /// ```
    #[must_use]
    pub const fn cases(&self) -> u64 {
        self.cases
    }

    /// Returns whether every property holds.
    ///
    /// Of a policy under which nobody can block, most hold for want of a block: see
    /// [`is_vacuous`](Self::is_vacuous).
    #[must_use]
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }

    /// Returns the properties that fail, in their order, each with a shortest trace.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Returns whether nothing about blocks was checked, as nobody can block.
    ///
    /// What then holds says nothing: the properties are about blocks.
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

    /// Returns whether this came about in some state.
    #[must_use]
    pub fn is_witnessed(&self, property: Sometimes) -> bool {
        self.witnesses.contains(property)
    }

    /// Returns what never came about, in its order.
    ///
    /// It is no fault by itself: a policy without silence has no silent verdict, and limits
    /// that so few users cannot reach give no reason. But where no block comes about, the
    /// search [is vacuous](Self::is_vacuous).
    pub fn unwitnessed(&self) -> impl Iterator<Item = Sometimes> + '_ {
        Sometimes::all().filter(|property| !self.is_witnessed(*property))
    }
}
