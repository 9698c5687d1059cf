//! What happened to one pair.

use super::UserId;
use crate::facts::Relation;
use crate::rules::{Action, Change, Effects, effects_between};

/// What happened to one pair: by an action, or by a removal, a merge or another policy.
///
/// Most operations return them in the order of handles. See [`RemovedUser`](super::RemovedUser)
/// for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PairChange {
    /// The user from whom the relations and effects are seen.
    pub actor: UserId,
    /// The other user.
    pub target: UserId,
    /// The action, or `None` if the relation changed without one.
    pub action: Option<Action>,
    /// The relation before, seen from the actor.
    pub before: Relation,
    /// The relation after, seen from the actor.
    pub after: Relation,
}

impl PairChange {
    /// Returns what an action did to two users.
    #[must_use]
    pub const fn of_action(actor: UserId, target: UserId, change: Change) -> Self {
        Self {
            actor,
            target,
            action: Some(change.action),
            before: change.before,
            after: change.after,
        }
    }

    /// Returns what happened to two users without an action.
    pub(super) const fn without_action(
        actor: UserId,
        target: UserId,
        before: Relation,
        after: Relation,
    ) -> Self {
        Self {
            actor,
            target,
            action: None,
            before,
            after,
        }
    }

    /// Returns the effects, in a fixed order.
    ///
    /// A request that ends without an action is cancelled.
    #[must_use]
    pub fn effects(self) -> Effects {
        effects_between(self.before, self.after, self.action)
    }
}
