//! What speaks against a message or an action, limits aside.

use super::{Action, Policy, Reason, Reasons, Sides, Ways};
use crate::facts::{Fact, Facts, Relation, RequestMode, RequestSending};

/// Returns the reasons against a message (R5, R6, R12).
#[inline]
pub(super) fn message_gates(policy: &Policy, relation: Relation) -> Reasons {
    let needs = policy.message_needs_listing_by;
    let mut reasons = blocks(policy.message_stopped_by, relation);
    if needs.has_actor() {
        reasons = reasons.union(unless(relation, Fact::ActorLists, Reason::NotListedByActor));
    }
    if needs.has_target() {
        reasons = reasons.union(unless(
            relation,
            Fact::TargetLists,
            Reason::NotListedByTarget,
        ));
    }
    reasons
}

/// Returns the reasons against an action, limits aside.
pub(super) fn gates(policy: &Policy, action: Action, facts: &Facts) -> Reasons {
    let relation = facts.relation;
    let across_block = || blocks(policy.befriending_stopped_by, relation);
    match action {
        Action::Block => when(relation.holds(Fact::ActorBlocks), Reason::AlreadyBlocked),
        Action::Unblock => unless(relation, Fact::ActorBlocks, Reason::NotBlocked),
        Action::SendRequest => across_block().union(request_gates(facts)),
        Action::AcceptRequest => across_block().union(no_request_from_target(relation)),
        Action::DeclineRequest => no_request_from_target(relation),
        Action::CancelRequest => unless(relation, Fact::ActorRequested, Reason::NoRequestFromActor),
        Action::AddFriend(Ways::OneWay) => across_block().union(when(
            relation.holds(Fact::ActorLists),
            Reason::AlreadyListed,
        )),
        Action::AddFriend(Ways::TwoWay) => across_block().union(already_friends(relation)),
        Action::RemoveFriend(Ways::OneWay) => not_listed_by_actor(relation),
        Action::RemoveFriend(Ways::TwoWay) => nobody_listed(relation),
    }
}

/// Returns the blocks that stand, of those that matter, the actor's first (R16).
#[inline]
fn blocks(whose: Sides, relation: Relation) -> Reasons {
    let actors = whose.has_actor() && relation.holds(Fact::ActorBlocks);
    let targets = whose.has_target() && relation.holds(Fact::TargetBlocks);
    when(actors, Reason::ActorBlocks).union(when(targets, Reason::TargetBlocks))
}

/// Returns the reasons against a friend request, blocks aside (R10, R11).
fn request_gates(facts: &Facts) -> Reasons {
    let relation = facts.relation;
    let barred = facts.actor.request_sending == RequestSending::Barred;
    // Answering a request that is pending asks nothing of the target's mode.
    let nobody =
        facts.target.request_mode == RequestMode::Nobody && !relation.holds(Fact::TargetRequested);
    when(barred, Reason::ActorBarred)
        .union(when(nobody, Reason::TargetTakesNoRequests))
        .union(when(
            relation.holds(Fact::ActorRequested),
            Reason::AlreadyRequested,
        ))
        .union(already_friends(relation))
}

fn already_friends(relation: Relation) -> Reasons {
    when(relation.are_friends(), Reason::AlreadyFriends)
}

fn no_request_from_target(relation: Relation) -> Reasons {
    unless(relation, Fact::TargetRequested, Reason::NoRequestFromTarget)
}

fn not_listed_by_actor(relation: Relation) -> Reasons {
    unless(relation, Fact::ActorLists, Reason::NotListedByActor)
}

/// Returns both reasons where neither lists the other; one entry is enough to remove.
fn nobody_listed(relation: Relation) -> Reasons {
    if relation.holds(Fact::ActorLists) || relation.holds(Fact::TargetLists) {
        return Reasons::EMPTY;
    }
    not_listed_by_actor(relation).union(Reason::NotListedByTarget.into())
}

#[inline]
fn unless(relation: Relation, fact: Fact, reason: Reason) -> Reasons {
    when(!relation.holds(fact), reason)
}

#[inline]
fn when(condition: bool, reason: Reason) -> Reasons {
    if condition {
        reason.into()
    } else {
        Reasons::EMPTY
    }
}
