//! What an action that was allowed did.

use std::fmt;

use super::Action;
use crate::facts::{Fact, Relation};
use crate::set::{SmallSet, element};
use crate::text::{Explanation, Phrase};

/// One thing that followed from an action.
///
/// Exhaustive on purpose: a host that notifies people of effects has to handle each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Effect {
    /// The target went on the actor's blocklist.
    ActorBlockAdded,
    /// The target left the actor's blocklist.
    ActorBlockLifted,
    /// The actor left the target's blocklist: only when a user is removed.
    TargetBlockLifted,
    /// The target went on the actor's friend list.
    ActorFriendAdded,
    /// The actor went on the target's friend list.
    TargetFriendAdded,
    /// The target left the actor's friend list.
    ActorFriendRemoved,
    /// The actor left the target's friend list.
    TargetFriendRemoved,
    /// The actor's friend request to the target is now pending.
    ActorRequestSent,
    /// The actor's request to the target is gone without an answer.
    ActorRequestCancelled,
    /// The target's request to the actor is gone without an answer.
    TargetRequestCancelled,
    /// The actor accepted the target's request.
    TargetRequestAccepted,
    /// The actor declined the target's request.
    TargetRequestDeclined,
}

/// A set of effects, in their declared order.
pub type Effects = SmallSet<Effect>;

element!(Effect);

impl Effect {
    /// Every effect, in the order in which they are reported.
    pub const ALL: [Self; 12] = [
        Self::ActorBlockAdded,
        Self::ActorBlockLifted,
        Self::TargetBlockLifted,
        Self::ActorFriendAdded,
        Self::TargetFriendAdded,
        Self::ActorFriendRemoved,
        Self::TargetFriendRemoved,
        Self::ActorRequestSent,
        Self::ActorRequestCancelled,
        Self::TargetRequestCancelled,
        Self::TargetRequestAccepted,
        Self::TargetRequestDeclined,
    ];

    /// Returns the effect as a clause with the two people's names in it.
    ///
    /// ```
    /// use socialgraph::Effect;
    ///
    /// let effect = Effect::TargetFriendRemoved;
    /// assert_eq!(effect.explain("alice", "bob").to_string(), "alice left bob's friend list");
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl Phrase for Effect {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        match self {
            Self::ActorBlockAdded => write!(f, "{target} went on {actor}'s blocklist"),
            Self::ActorBlockLifted => write!(f, "{target} left {actor}'s blocklist"),
            Self::TargetBlockLifted => write!(f, "{actor} left {target}'s blocklist"),
            Self::ActorFriendAdded => write!(f, "{target} went on {actor}'s friend list"),
            Self::TargetFriendAdded => write!(f, "{actor} went on {target}'s friend list"),
            Self::ActorFriendRemoved => write!(f, "{target} left {actor}'s friend list"),
            Self::TargetFriendRemoved => write!(f, "{actor} left {target}'s friend list"),
            Self::ActorRequestSent => write!(f, "{actor} requested {target}"),
            Self::ActorRequestCancelled => write!(f, "{actor}'s request to {target} is cancelled"),
            Self::TargetRequestCancelled => write!(f, "{target}'s request to {actor} is cancelled"),
            Self::TargetRequestAccepted => write!(f, "{actor} accepted {target}'s request"),
            Self::TargetRequestDeclined => write!(f, "{actor} declined {target}'s request"),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

/// What an action did to a pair.
///
/// It is enough to persist the action, to notify people of its effects, and to undo it.
/// A host with a database of its own stores [`after`](Self::after) on the actor's side and its
/// flip on the target's, and the counts of [`Facts::after`](crate::Facts::after); it stores
/// [`before`](Self::before) likewise to undo the change, if nothing has changed the pair since.
/// A [`SocialGraph`](crate::SocialGraph) has no way back past the rules: keep a clone.
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
    /// What was done.
    pub action: Action,
    /// The relation before, seen from the actor.
    pub before: Relation,
    /// The relation after, seen from the actor.
    pub after: Relation,
}

impl Change {
    /// Returns what followed from the action, in a fixed order; never empty.
    #[must_use]
    pub fn effects(self) -> Effects {
        let answer = match self.action {
            // Asking someone who has asked you accepts theirs (R10).
            Action::AcceptRequest | Action::SendRequest => Effect::TargetRequestAccepted,
            Action::DeclineRequest => Effect::TargetRequestDeclined,
            _ => Effect::TargetRequestCancelled,
        };
        effects_between(self.before, self.after, answer)
    }
}

/// Returns what follows when everything between two people ends, as it does when the actor
/// is removed.
pub(crate) fn effects_of_removal(before: Relation) -> Effects {
    effects_between(before, Relation::STRANGERS, Effect::TargetRequestCancelled)
}

/// Returns the effects that lead from one relation to another.
///
/// A target's request that is gone may be accepted, declined or cancelled, which the two
/// relations do not tell; `answer` does.
fn effects_between(before: Relation, after: Relation, answer: Effect) -> Effects {
    let came = |fact| !before.holds(fact) && after.holds(fact);
    let went = |fact| before.holds(fact) && !after.holds(fact);
    let mut effects = Effects::EMPTY;
    effects.insert_if(came(Fact::ActorBlocks), Effect::ActorBlockAdded);
    effects.insert_if(went(Fact::ActorBlocks), Effect::ActorBlockLifted);
    effects.insert_if(went(Fact::TargetBlocks), Effect::TargetBlockLifted);
    effects.insert_if(came(Fact::ActorLists), Effect::ActorFriendAdded);
    effects.insert_if(came(Fact::TargetLists), Effect::TargetFriendAdded);
    effects.insert_if(went(Fact::ActorLists), Effect::ActorFriendRemoved);
    effects.insert_if(went(Fact::TargetLists), Effect::TargetFriendRemoved);
    effects.insert_if(came(Fact::ActorRequested), Effect::ActorRequestSent);
    effects.insert_if(went(Fact::ActorRequested), Effect::ActorRequestCancelled);
    effects.insert_if(went(Fact::TargetRequested), answer);
    effects
}

#[cfg(test)]
mod tests {
    use super::{Effect, Effects};

    #[test]
    fn all_lists_every_effect_in_its_order_with_a_text_of_its_own() {
        assert!(Effect::ALL.is_sorted());
        assert_eq!(
            Effect::ALL.into_iter().collect::<Effects>().len(),
            Effect::ALL.len()
        );
        let texts: std::collections::BTreeSet<_> =
            Effect::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), Effect::ALL.len());
        assert!(texts.contains("the target went on the actor's blocklist"));
    }
}
