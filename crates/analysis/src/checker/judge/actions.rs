//! What must hold of every operation that changes something.

use super::{BLOCKS, LISTS, both, either, of_sides};
use crate::checker::local_state::{JudgedAction, mirrored};
use socialgraph::{
    Action, Change, Effect, Fact, Facts, Policy, Relation, RequestMode, RequestSending, UserFacts,
    Ways,
};

/// Every action is asked, so that none is a way round.
pub(super) fn no_entry_across_block(_: &Policy, step: &JudgedAction) -> bool {
    changes(step, |change| {
        !(either(change.before, BLOCKS) && adds_entry(change))
    })
}

pub(super) fn block_does_what_it_says(policy: &Policy, step: &JudgedAction) -> bool {
    let cleared = of_sides(
        policy.block_clears_friends_of,
        Fact::ActorLists,
        Fact::TargetLists,
    );
    let cancelled = of_sides(
        policy.block_cancels_requests_of,
        Fact::ActorRequested,
        Fact::TargetRequested,
    );
    let left = cleared
        .chain(cancelled)
        .fold(step.facts.relation, Relation::without);
    step.action != Action::Block
        || changes(step, |change| change.after == left.with(Fact::ActorBlocks))
}

pub(super) fn blocks_are_their_owners(_: &Policy, step: &JudgedAction) -> bool {
    changes(step, |change| {
        let kept = |fact| change.before.holds(fact) == change.after.holds(fact);
        let own = match change.action {
            Action::Block => change.after.holds(Fact::ActorBlocks),
            Action::Unblock => !change.after.holds(Fact::ActorBlocks),
            _ => kept(Fact::ActorBlocks),
        };
        own && kept(Fact::TargetBlocks)
    })
}

pub(super) fn unblock_creates_nothing(_: &Policy, step: &JudgedAction) -> bool {
    step.action != Action::Unblock
        || changes(step, |change| {
            change.after == change.before.without(Fact::ActorBlocks)
        })
}

/// Accepting and adding both ways end in a friendship; whatever else adds an entry is either
/// the one-way addition, which adds the actor's, or ends in a friendship too.
pub(super) fn friendship_is_whole(_: &Policy, step: &JudgedAction) -> bool {
    changes(step, |change| {
        let whole = both(change.after, LISTS);
        match change.action {
            Action::AcceptRequest | Action::AddFriend(Ways::TwoWay) => whole,
            Action::AddFriend(Ways::OneWay) => {
                let theirs = Fact::TargetLists;
                change.after.holds(Fact::ActorLists)
                    && change.before.holds(theirs) == change.after.holds(theirs)
            }
            _ => whole || !adds_entry(change),
        }
    })
}

/// Whoever has been asked may answer whatever the modes say (R10).
pub(super) fn request_modes_are_heeded(_: &Policy, step: &JudgedAction) -> bool {
    let barred = step.facts.actor.request_sending == RequestSending::Barred;
    step.action != Action::SendRequest
        || changes(step, |change| {
            let becomes_friendship = both(change.after, LISTS);
            let answers = change.before.holds(Fact::TargetRequested);
            !barred
                && match step.facts.target.request_mode {
                    _ if answers => becomes_friendship,
                    RequestMode::Anyone => becomes_friendship,
                    RequestMode::Confirm => {
                        change.after == change.before.with(Fact::ActorRequested)
                    }
                    RequestMode::Nobody => false,
                }
        })
}

/// A block takes away as well, and needs nothing but room.
pub(super) fn removal_always_works(policy: &Policy, step: &JudgedAction) -> bool {
    let holds = |fact| step.facts.relation.holds(fact);
    let room = policy
        .limits
        .blocked
        .is_none_or(|limit| step.facts.actor.blocked < limit);
    let works = match step.action {
        Action::Block => !holds(Fact::ActorBlocks) && room,
        Action::Unblock => holds(Fact::ActorBlocks),
        Action::DeclineRequest => holds(Fact::TargetRequested),
        Action::CancelRequest => holds(Fact::ActorRequested),
        Action::RemoveFriend(Ways::OneWay) => holds(Fact::ActorLists),
        Action::RemoveFriend(Ways::TwoWay) => either(step.facts.relation, LISTS),
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_) => return true,
    };
    works == step.outcome.is_ok()
}

pub(super) fn both_sides_agree(_: &Policy, step: &JudgedAction) -> bool {
    let other_side = |facts: Facts| Facts {
        relation: mirrored(facts.relation),
        actor: facts.target,
        target: facts.actor,
    };
    let facts = step.facts;
    facts.flip() == other_side(facts)
        && changes(step, |change| {
            let after = facts.after(change.after);
            let theirs = other_side(facts).after(mirrored(change.after));
            let there = (mirrored(facts.relation), mirrored(change.after));
            after == other_side(theirs)
                && after.actor == recounted(facts.actor, facts.relation, change.after)
                && after.target == recounted(facts.target, there.0, there.1)
        })
}

/// Returns a user's facts with this pair's entries counted anew.
fn recounted(user: UserFacts, before: Relation, after: Relation) -> UserFacts {
    let one = |relation: Relation, fact| u32::from(relation.holds(fact));
    // Counts that leave this pair out wrap, and are found to differ.
    let moved = |count: u32, fact| (count + one(after, fact)).wrapping_sub(one(before, fact));
    UserFacts {
        blocked: moved(user.blocked, Fact::ActorBlocks),
        friends: moved(user.friends, Fact::ActorLists),
        requests_in: moved(user.requests_in, Fact::TargetRequested),
        ..user
    }
}

pub(super) fn effects_are_the_change(_: &Policy, step: &JudgedAction) -> bool {
    changes(step, |change| {
        change.effects().iter().fold(change.before, follow) == change.after
    })
}

/// Returns the relation once an effect has come about.
fn follow(relation: Relation, effect: Effect) -> Relation {
    match effect {
        Effect::ActorBlockAdded => relation.with(Fact::ActorBlocks),
        Effect::ActorBlockLifted => relation.without(Fact::ActorBlocks),
        Effect::TargetBlockLifted => relation.without(Fact::TargetBlocks),
        Effect::ActorFriendAdded => relation.with(Fact::ActorLists),
        Effect::TargetFriendAdded => relation.with(Fact::TargetLists),
        Effect::ActorFriendRemoved => relation.without(Fact::ActorLists),
        Effect::TargetFriendRemoved => relation.without(Fact::TargetLists),
        Effect::ActorRequestSent => relation.with(Fact::ActorRequested),
        Effect::ActorRequestCancelled => relation.without(Fact::ActorRequested),
        Effect::TargetRequestCancelled
        | Effect::TargetRequestAccepted
        | Effect::TargetRequestDeclined => relation.without(Fact::TargetRequested),
    }
}

/// Returns whether an operation is refused, or what it changes passes.
fn changes(step: &JudgedAction, passes: impl FnOnce(Change) -> bool) -> bool {
    step.outcome.map_or(true, passes)
}

fn adds_entry(change: Change) -> bool {
    LISTS
        .into_iter()
        .any(|fact| !change.before.holds(fact) && change.after.holds(fact))
}
