//! What happened to one pair.

use std::fmt;

use super::UserId;
use crate::facts::Relation;
use crate::rules::{Action, Change, Effects, effects_between};
use crate::text::{Explanation, Phrase};

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

    /// Returns the change without the two users, or `None` if it came about without an action.
    #[must_use]
    pub fn change(self) -> Option<Change> {
        self.action.map(|action| Change {
            action,
            before: self.before,
            after: self.after,
        })
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

    /// Returns the effects as text with the names of the actor and the target in it.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("ann")?;
    /// graph.add_user("ben")?;
    /// let change = graph.add_to_blocklist("ann", "ben")?;
    /// assert_eq!(change.explain("ann", "ben").to_string(), "ben went on ann's blocklist");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl Phrase for PairChange {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        self.effects().write(f, actor, target)
    }
}

/// Prints the effects.
impl fmt::Display for PairChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}
