//! What an action did to a pair.

use std::fmt;

use super::Action;
use crate::clauses::clauses;
use crate::facts::{Fact, Relation};
use crate::set::SmallSet;
use crate::text::{Explanation, Phrase};

clauses! {
    /// One effect of an action.
    ///
    /// Exhaustive on purpose: a host that notifies users of effects has to handle each.
    ///
    /// ```
    /// use socialgraph::Effect;
    ///
    /// let effect = Effect::TargetFriendRemoved;
    /// assert_eq!(effect.explain("alice", "bob").to_string(), "alice left bob's friend list");
    /// ```
    pub enum Effect(actor, target): "effect" {
        /// The target went on the actor's blocklist.
        ActorBlockAdded = "actor_block_added" => "{target} went on {actor}'s blocklist",
        /// The target left the actor's blocklist.
        ActorBlockLifted = "actor_block_lifted" => "{target} left {actor}'s blocklist",
        /// The actor left the target's blocklist. No action does this.
        TargetBlockLifted = "target_block_lifted" => "{actor} left {target}'s blocklist",
        /// The target went on the actor's friend list.
        ActorFriendAdded = "actor_friend_added" => "{target} went on {actor}'s friend list",
        /// The actor went on the target's friend list.
        TargetFriendAdded = "target_friend_added" => "{actor} went on {target}'s friend list",
        /// The target left the actor's friend list.
        ActorFriendRemoved = "actor_friend_removed" => "{target} left {actor}'s friend list",
        /// The actor left the target's friend list.
        TargetFriendRemoved = "target_friend_removed" => "{actor} left {target}'s friend list",
        /// The actor's friend request to the target is now pending.
        ActorRequestSent = "actor_request_sent" => "{actor} requested {target}",
        /// The actor's request to the target was cancelled.
        ActorRequestCancelled = "actor_request_cancelled" => "{actor}'s request to {target} is cancelled",
        /// The target's request to the actor was cancelled.
        TargetRequestCancelled = "target_request_cancelled" => "{target}'s request to {actor} is cancelled",
        /// The actor accepted the target's request.
        TargetRequestAccepted = "target_request_accepted" => "{actor} accepted {target}'s request",
        /// The actor declined the target's request.
        TargetRequestDeclined = "target_request_declined" => "{actor} declined {target}'s request",
        /// The actor went on the target's blocklist. No action does this, but a merge.
        TargetBlockAdded = "target_block_added" => "{actor} went on {target}'s blocklist",
        /// The target's friend request to the actor is now pending. No action does this, but a
        /// merge.
        TargetRequestSent = "target_request_sent" => "{target} requested {actor}",
    }
}

/// A set of effects, in their declared order.
///
/// Its bits ([`to_bits`](SmallSet::to_bits)) are stable: effects are only ever appended. There are
/// at most 32.
pub type Effects = SmallSet<Effect>;

// As many as reasons: a host may rely on it.
const _: () = assert!(Effect::ALL.len() <= 32);

/// What an action did to a pair.
///
/// A host needs nothing else to persist the action and to notify users of its effects. If a
/// host keeps relations in a database of its own, it stores [`after`](Self::after) on the
/// actor's side, the flip of `after` on the target's, and the counts of
/// [`Facts::after`](crate::Facts::after). To undo the change, it stores
/// [`before`](Self::before) and its flip, provided that nothing else has changed the pair. A
/// [`SocialGraph`](crate::SocialGraph) cannot undo a change: keep a clone.
///
/// ```
/// use socialgraph::{Effect, Policy, SocialGraph, Ways};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// graph.add_user("alice")?;
/// graph.add_user("bob")?;
/// graph.add_friend("alice", "bob", Ways::TwoWay)?;
///
/// let change = graph.add_to_blocklist("alice", "bob")?;
/// assert!(change.before.are_friends());
/// let effects: Vec<Effect> = change.effects().iter().collect();
/// assert_eq!(
///     effects,
///     [Effect::ActorBlockAdded, Effect::ActorFriendRemoved, Effect::TargetFriendRemoved],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Change {
    /// The action.
    pub action: Action,
    /// The relation before, seen from the actor.
    pub before: Relation,
    /// The relation after, seen from the actor.
    pub after: Relation,
}

impl Change {
    /// Returns the effects of the action, in a fixed order; never empty.
    #[must_use]
    pub fn effects(self) -> Effects {
        effects_between(self.before, self.after, Some(self.action))
    }

    /// Returns the effects as text with the names of the actor and the target in it.
    ///
    /// ```
    /// use socialgraph::{Action, Change, Fact, Relation};
    ///
    /// let before = Relation::FRIENDS;
    /// let after = Fact::ActorBlocks.into();
    /// let change = Change { action: Action::Block, before, after };
    /// assert_eq!(
    ///     change.explain("ann", "ben").to_string(),
    ///     "ben went on ann's blocklist; ben left ann's friend list; ann left ben's friend list",
    /// );
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl Phrase for Change {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        self.effects().write(f, actor, target)
    }
}

/// Prints the effects.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

/// Returns the effects that lead from one relation to another, by an action or without one.
///
/// The two relations do not tell whether the target's request was accepted, declined or
/// cancelled: the action does.
pub(crate) fn effects_between(
    before: Relation,
    after: Relation,
    action: Option<Action>,
) -> Effects {
    let request_ended = match action {
        // A request to a user who has requested the actor accepts that request (R10).
        Some(Action::AcceptRequest | Action::SendRequest) => Effect::TargetRequestAccepted,
        Some(Action::DeclineRequest) => Effect::TargetRequestDeclined,
        _ => Effect::TargetRequestCancelled,
    };

    let begins = |fact| !before.holds(fact) && after.holds(fact);
    let ends = |fact| before.holds(fact) && !after.holds(fact);

    let mut effects = Effects::EMPTY;
    effects.insert_if(begins(Fact::ActorBlocks), Effect::ActorBlockAdded);
    effects.insert_if(ends(Fact::ActorBlocks), Effect::ActorBlockLifted);
    effects.insert_if(ends(Fact::TargetBlocks), Effect::TargetBlockLifted);

    effects.insert_if(begins(Fact::ActorLists), Effect::ActorFriendAdded);
    effects.insert_if(begins(Fact::TargetLists), Effect::TargetFriendAdded);
    effects.insert_if(ends(Fact::ActorLists), Effect::ActorFriendRemoved);
    effects.insert_if(ends(Fact::TargetLists), Effect::TargetFriendRemoved);

    effects.insert_if(begins(Fact::ActorRequested), Effect::ActorRequestSent);
    effects.insert_if(ends(Fact::ActorRequested), Effect::ActorRequestCancelled);
    effects.insert_if(ends(Fact::TargetRequested), request_ended);

    effects.insert_if(begins(Fact::TargetBlocks), Effect::TargetBlockAdded);
    effects.insert_if(begins(Fact::TargetRequested), Effect::TargetRequestSent);
    effects
}

#[cfg(test)]
mod tests {
    use super::{Effect, Effects};

    /// Typed by hand, so that no effect moves: hosts store the bits. Append here, too.
    #[test]
    fn the_bit_of_each_effect_is_stable() {
        let places = [
            (0, "actor_block_added"),
            (1, "actor_block_lifted"),
            (2, "target_block_lifted"),
            (3, "actor_friend_added"),
            (4, "target_friend_added"),
            (5, "actor_friend_removed"),
            (6, "target_friend_removed"),
            (7, "actor_request_sent"),
            (8, "actor_request_cancelled"),
            (9, "target_request_cancelled"),
            (10, "target_request_accepted"),
            (11, "target_request_declined"),
            (12, "target_block_added"),
            (13, "target_request_sent"),
        ];
        let of = |effect| Effects::from(effect).to_bits().trailing_zeros();
        assert_eq!(Effect::ALL.map(|it| (of(it), it.name())), places);
    }
}
