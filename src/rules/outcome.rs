//! The relation that an action leads to where nothing speaks against it.

use super::{Action, Policy, Sides, Ways};
use crate::facts::{Fact, Facts, Relation, RequestMode};

/// Returns the relation after an action.
pub(super) fn outcome(policy: &Policy, action: Action, facts: &Facts) -> Relation {
    let relation = facts.relation;
    match action {
        Action::Block => block(policy, relation),
        Action::Unblock => relation.without(Fact::ActorBlocks),
        Action::SendRequest => request(facts),
        Action::AcceptRequest if relation.holds(Fact::TargetRequested) => befriend(relation),
        Action::AcceptRequest => relation,
        Action::DeclineRequest => relation.without(Fact::TargetRequested),
        Action::CancelRequest => relation.without(Fact::ActorRequested),
        Action::AddFriend(Ways::OneWay) => settle(relation.with(Fact::ActorLists)),
        Action::AddFriend(Ways::TwoWay) => befriend(relation),
        Action::RemoveFriend(Ways::OneWay) => relation.without(Fact::ActorLists),
        Action::RemoveFriend(Ways::TwoWay) => relation
            .without(Fact::ActorLists)
            .without(Fact::TargetLists),
    }
}

/// Returns the relation once the actor blocks the target (R1, R2, R3).
fn block(policy: &Policy, relation: Relation) -> Relation {
    let relation = without(
        relation,
        policy.block_clears_friends_of,
        (Fact::ActorLists, Fact::TargetLists),
    );
    let relation = without(
        relation,
        policy.block_cancels_requests_of,
        (Fact::ActorRequested, Fact::TargetRequested),
    );
    relation.with(Fact::ActorBlocks)
}

/// Returns the relation without the actor's fact, the target's, both or neither.
fn without(relation: Relation, whose: Sides, (actors, targets): (Fact, Fact)) -> Relation {
    let relation = if whose.has_actor() {
        relation.without(actors)
    } else {
        relation
    };
    if whose.has_target() {
        relation.without(targets)
    } else {
        relation
    }
}

/// Returns the relation once the actor has asked for friendship (R10, R11).
fn request(facts: &Facts) -> Relation {
    let relation = facts.relation;
    if relation.are_friends() || relation.holds(Fact::ActorRequested) {
        return relation;
    }
    if relation.holds(Fact::TargetRequested) {
        return befriend(relation);
    }
    match facts.target.request_mode {
        RequestMode::Anyone => befriend(relation),
        RequestMode::Confirm => relation.with(Fact::ActorRequested),
        RequestMode::Nobody => relation,
    }
}

/// Returns the relation in which each lists the other.
fn befriend(relation: Relation) -> Relation {
    settle(relation.with(Fact::ActorLists).with(Fact::TargetLists))
}

/// Returns the relation without the requests that a two-way friendship leaves pointless.
fn settle(relation: Relation) -> Relation {
    if relation.are_friends() {
        relation
            .without(Fact::ActorRequested)
            .without(Fact::TargetRequested)
    } else {
        relation
    }
}
