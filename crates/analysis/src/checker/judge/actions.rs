//! Judges of actions by the change that they make.

use socialgraph::{Action, Change, Effect, Fact, Facts, Policy, Relation, UserFacts, Ways};

use super::{BLOCKS, LISTS, either, of_sides};
use crate::checker::local_state::{JudgedAction, mirrored};

/// Checks every action, because any action that skips the rules is a hole.
pub(super) fn no_entry_across_block(_: &Policy, judged: &JudgedAction) -> bool {
    let Ok(change) = judged.outcome else {
        return true;
    };
    !(either(change.before, BLOCKS) && adds_entry(change))
}

pub(super) fn block_does_what_it_says(policy: &Policy, judged: &JudgedAction) -> bool {
    let (Action::Block, Ok(change)) = (judged.action, judged.outcome) else {
        return true;
    };

    let cleared = of_sides(
        policy.block.clears_friends_of,
        Fact::ActorLists,
        Fact::TargetLists,
    );
    let cancelled = of_sides(
        policy.block.cancels_requests_of,
        Fact::ActorRequested,
        Fact::TargetRequested,
    );

    let mut expected = judged.facts.relation.with(Fact::ActorBlocks);
    for fact in cleared.chain(cancelled) {
        expected = expected.without(fact);
    }
    change.after == expected
}

pub(super) fn blocks_belong_to_owner(_: &Policy, judged: &JudgedAction) -> bool {
    let Ok(change) = judged.outcome else {
        return true;
    };

    let own_block_is_right = match change.action {
        Action::Block => change.after.holds(Fact::ActorBlocks),
        Action::Unblock => !change.after.holds(Fact::ActorBlocks),
        _ => keeps(change, Fact::ActorBlocks),
    };
    own_block_is_right && keeps(change, Fact::TargetBlocks)
}

pub(super) fn unblock_creates_nothing(_: &Policy, judged: &JudgedAction) -> bool {
    let (Action::Unblock, Ok(change)) = (judged.action, judged.outcome) else {
        return true;
    };
    change.after == change.before.without(Fact::ActorBlocks)
}

/// Counts a block among the removals, but a block needs room on the blocklist.
pub(super) fn removal_always_works(policy: &Policy, judged: &JudgedAction) -> bool {
    let relation = judged.facts.relation;
    let has_room = match policy.limits.blocked {
        Some(limit) => judged.facts.actor.blocked < limit,
        None => true,
    };

    let works = match judged.action {
        Action::Block => !relation.holds(Fact::ActorBlocks) && has_room,
        Action::Unblock => relation.holds(Fact::ActorBlocks),
        Action::DeclineRequest => relation.holds(Fact::TargetRequested),
        Action::CancelRequest => relation.holds(Fact::ActorRequested),
        Action::RemoveFriend(Ways::OneWay) => relation.holds(Fact::ActorLists),
        Action::RemoveFriend(Ways::TwoWay) => either(relation, LISTS),
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_) => return true,
    };
    works == judged.outcome.is_ok() && removes_what_it_says(judged)
}

/// Checks the relation after a removal. What a block removes is a property of its own.
fn removes_what_it_says(judged: &JudgedAction) -> bool {
    let Ok(change) = judged.outcome else {
        return true;
    };

    let mut expected = judged.facts.relation;
    for fact in match judged.action {
        Action::Unblock => &[Fact::ActorBlocks][..],
        Action::DeclineRequest => &[Fact::TargetRequested],
        Action::CancelRequest => &[Fact::ActorRequested],
        Action::RemoveFriend(Ways::OneWay) => &[Fact::ActorLists],
        Action::RemoveFriend(Ways::TwoWay) => &LISTS,
        _ => return true,
    } {
        expected = expected.without(*fact);
    }
    change.after == expected
}

pub(super) fn both_sides_agree(_: &Policy, judged: &JudgedAction) -> bool {
    let facts = judged.facts;
    let flipped = from_other_side(facts);
    if facts.flip() != flipped {
        return false;
    }
    let Ok(change) = judged.outcome else {
        return true;
    };

    let after = facts.after(change.after);
    let after_flipped = flipped.after(mirrored(change.after));
    let target_before = mirrored(facts.relation);
    let target_after = mirrored(change.after);

    after == from_other_side(after_flipped)
        && after.actor == recounted(facts.actor, facts.relation, change.after)
        && after.target == recounted(facts.target, target_before, target_after)
}

/// Returns the facts with actor and target swapped, without a call of [`Facts::flip`].
fn from_other_side(facts: Facts) -> Facts {
    Facts {
        relation: mirrored(facts.relation),
        actor: facts.target,
        target: facts.actor,
    }
}

/// Returns a user's facts with this pair's entries counted again.
fn recounted(user: UserFacts, before: Relation, after: Relation) -> UserFacts {
    let recount = |count: u32, fact| {
        let (removed, added) = (before.holds(fact), after.holds(fact));
        // A count without this pair's entry wraps here, so the comparison finds it.
        (count + u32::from(added)).wrapping_sub(u32::from(removed))
    };
    UserFacts {
        blocked: recount(user.blocked, Fact::ActorBlocks),
        friends: recount(user.friends, Fact::ActorLists),
        requests_in: recount(user.requests_in, Fact::TargetRequested),
        ..user
    }
}

pub(super) fn effects_are_the_change(_: &Policy, judged: &JudgedAction) -> bool {
    let Ok(change) = judged.outcome else {
        return true;
    };

    let mut effects = change.effects().iter();
    let after = effects.try_fold(change.before, with_effect);
    after == Some(change.after)
}

/// Returns the relation after an effect, or `None` if no action has the effect.
const fn with_effect(relation: Relation, effect: Effect) -> Option<Relation> {
    Some(match effect {
        Effect::ActorBlockAdded => relation.with(Fact::ActorBlocks),
        Effect::ActorBlockLifted => relation.without(Fact::ActorBlocks),

        Effect::ActorFriendAdded => relation.with(Fact::ActorLists),
        Effect::TargetFriendAdded => relation.with(Fact::TargetLists),
        Effect::ActorFriendRemoved => relation.without(Fact::ActorLists),
        Effect::TargetFriendRemoved => relation.without(Fact::TargetLists),

        Effect::ActorRequestSent => relation.with(Fact::ActorRequested),
        Effect::ActorRequestCancelled => relation.without(Fact::ActorRequested),
        Effect::TargetRequestCancelled
        | Effect::TargetRequestAccepted
        | Effect::TargetRequestDeclined => relation.without(Fact::TargetRequested),

        // Only a removal or a merge has these.
        Effect::TargetBlockAdded | Effect::TargetBlockLifted | Effect::TargetRequestSent => {
            return None;
        }
    })
}

pub(super) fn adds_entry(change: Change) -> bool {
    let [actor_lists, target_lists] = LISTS;
    adds(change, actor_lists) || adds(change, target_lists)
}

fn adds(change: Change, fact: Fact) -> bool {
    !change.before.holds(fact) && change.after.holds(fact)
}

fn keeps(change: Change, fact: Fact) -> bool {
    change.before.holds(fact) == change.after.holds(fact)
}
