//! Judges of decisions: verdicts, refusals and their reasons.

use socialgraph::{
    Action, Fact, Facts, Notice, Policy, Reason, Reasons, Relation, RequestMode, RequestSending,
    Sides, Verdict, Ways,
};

use super::{LISTS, both, either, of_sides};
use crate::checker::local_state::{JudgedAction, JudgedMessage};

pub(super) fn no_message_to_blocker(_: &Policy, message: &JudgedMessage) -> bool {
    !message.facts.relation.holds(Fact::TargetBlocks) || !message.decision.is_allowed()
}

/// Checks that settings and counts, which differ from case to case, do not matter.
pub(super) fn messages_follow_the_policy(policy: &Policy, message: &JudgedMessage) -> bool {
    let relation = message.facts.relation;
    let needed = of_sides(
        policy.message_needs_listing_by,
        (Fact::ActorLists, Reason::NotListedByActor),
        (Fact::TargetLists, Reason::NotListedByTarget),
    );

    let mut expected = stopping_blocks(policy.message_stopped_by, relation);
    for (fact, reason) in needed {
        if !relation.holds(fact) {
            expected.push(reason);
        }
    }
    message.decision.reasons().iter().eq(expected)
        && message.decision == policy.decide_message(relation)
}

/// Returns a reason for each block between the two that counts, the actor's first.
fn stopping_blocks(sides: Sides, relation: Relation) -> Vec<Reason> {
    let blocks = of_sides(
        sides,
        (Fact::ActorBlocks, Reason::ActorBlocks),
        (Fact::TargetBlocks, Reason::TargetBlocks),
    );

    let mut reasons = Vec::new();
    for (fact, reason) in blocks {
        if relation.holds(fact) {
            reasons.push(reason);
        }
    }
    reasons
}

pub(super) fn silence_leaks_nothing(policy: &Policy, message: &JudgedMessage) -> bool {
    let JudgedMessage { facts, decision } = message;
    let unblocked = facts
        .relation
        .without(Fact::ActorBlocks)
        .without(Fact::TargetBlocks);
    let without_block = policy.decide_message(unblocked);

    let is_silent = decision.verdict() == Verdict::RefusedSilently;
    match policy.notice_of_blocked_message {
        Notice::Told => !is_silent && decision.visible() == *decision,
        Notice::Silent => {
            let block_refuses = !decision.is_allowed() && without_block.is_allowed();
            decision.visible().reasons() == without_block.reasons() && is_silent == block_refuses
        }
    }
}

pub(super) fn outcome_matches_decision(_: &Policy, judged: &JudgedAction) -> bool {
    let reasons = judged.decision.reasons();
    let is_consistent = match judged.outcome {
        Ok(change) => {
            reasons.is_empty()
                && change.action == judged.action
                && change.before == judged.facts.relation
                && change.after != change.before
        }
        Err(refusal) => !reasons.is_empty() && refusal.reasons() == reasons,
    };

    is_consistent && judged.decision.is_allowed() == judged.outcome.is_ok()
}

pub(super) fn repeats_are_refused(_: &Policy, judged: &JudgedAction) -> bool {
    let relation = judged.facts.relation;
    let given = reasons(judged);

    match judged.action {
        Action::Block => {
            !relation.holds(Fact::ActorBlocks) || given.contains(Reason::AlreadyBlocked)
        }
        Action::Unblock => relation.holds(Fact::ActorBlocks) || given.contains(Reason::NotBlocked),

        Action::SendRequest => {
            let is_repeat = relation.holds(Fact::ActorRequested);
            (!is_repeat || given.contains(Reason::AlreadyRequested))
                && (!both(relation, LISTS) || given.contains(Reason::AlreadyFriends))
        }
        Action::AcceptRequest | Action::DeclineRequest => {
            relation.holds(Fact::TargetRequested) || given.contains(Reason::NoRequestFromTarget)
        }
        Action::CancelRequest => {
            relation.holds(Fact::ActorRequested) || given.contains(Reason::NoRequestFromActor)
        }

        Action::AddFriend(Ways::OneWay) => {
            !relation.holds(Fact::ActorLists) || given.contains(Reason::AlreadyListed)
        }
        Action::AddFriend(Ways::TwoWay) => {
            !both(relation, LISTS) || given.contains(Reason::AlreadyFriends)
        }
        Action::RemoveFriend(Ways::OneWay) => {
            relation.holds(Fact::ActorLists) || given.contains(Reason::NotListedByActor)
        }
        Action::RemoveFriend(Ways::TwoWay) => {
            either(relation, LISTS)
                || given.contains(Reason::NotListedByActor)
                    && given.contains(Reason::NotListedByTarget)
        }
    }
}

pub(super) fn reasons_are_true(policy: &Policy, judged: &JudgedAction) -> bool {
    reasons(judged)
        .iter()
        .all(|reason| is_true(policy, &judged.facts, reason))
}

/// The policy says which blocks refuse an action. Each other reason belongs to certain actions.
pub(super) fn refusals_follow_the_policy(policy: &Policy, judged: &JudgedAction) -> bool {
    let relation = judged.facts.relation;
    let mut expected_blocks = Vec::new();
    if adds(judged.action) {
        expected_blocks = stopping_blocks(policy.befriending_stopped_by, relation);
    }

    let mut given_blocks = Vec::new();
    for reason in reasons(judged) {
        if !can_refuse(reason, judged.action, relation) {
            return false;
        }
        if matches!(reason, Reason::ActorBlocks | Reason::TargetBlocks) {
            given_blocks.push(reason);
        }
    }
    given_blocks == expected_blocks
}

/// Returns whether an action adds a request or an entry on a friend list.
const fn adds(action: Action) -> bool {
    matches!(
        action,
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_)
    )
}

/// Returns whether a reason, if it is true, can refuse an action.
fn can_refuse(reason: Reason, action: Action, relation: Relation) -> bool {
    match reason {
        Reason::ActorBlocks | Reason::TargetBlocks | Reason::ActorFriendsFull => adds(action),
        Reason::TargetFriendsFull => adds(action) && action != Action::AddFriend(Ways::OneWay),

        Reason::ActorBarred | Reason::AlreadyRequested | Reason::TargetRequestsFull => {
            action == Action::SendRequest
        }
        // A request to a user who has sent one accepts theirs, under every mode of that user.
        Reason::TargetTakesNoRequests => {
            action == Action::SendRequest && !relation.holds(Fact::TargetRequested)
        }
        Reason::NoRequestFromTarget => {
            matches!(action, Action::AcceptRequest | Action::DeclineRequest)
        }
        Reason::NoRequestFromActor => action == Action::CancelRequest,

        Reason::AlreadyFriends => {
            action == Action::SendRequest || action == Action::AddFriend(Ways::TwoWay)
        }
        Reason::AlreadyListed => action == Action::AddFriend(Ways::OneWay),
        Reason::NotListedByActor => matches!(action, Action::RemoveFriend(_)),
        Reason::NotListedByTarget => action == Action::RemoveFriend(Ways::TwoWay),

        Reason::AlreadyBlocked | Reason::ActorBlocklistFull => action == Action::Block,
        Reason::NotBlocked => action == Action::Unblock,

        // The other reasons are about unknown users. A new reason fails until it gets an arm.
        _ => false,
    }
}

fn reasons(judged: &JudgedAction) -> Reasons {
    match judged.outcome {
        Ok(_) => Reasons::EMPTY,
        Err(refusal) => refusal.reasons(),
    }
}

/// Returns whether a reason is true of the two users.
fn is_true(policy: &Policy, facts: &Facts, reason: Reason) -> bool {
    let (actor, target, limits) = (facts.actor, facts.target, policy.limits);
    match reason {
        Reason::ActorBarred => actor.request_sending == RequestSending::Barred,
        Reason::TargetTakesNoRequests => target.request_mode == RequestMode::Nobody,

        Reason::ActorBlocklistFull => is_full(actor.blocked, limits.blocked),
        Reason::ActorFriendsFull => is_full(actor.friends, limits.friends),
        Reason::TargetFriendsFull => is_full(target.friends, limits.friends),
        Reason::TargetRequestsFull => is_full(target.requests_in, limits.requests_in),

        _ => is_true_of_relation(facts.relation, reason),
    }
}

fn is_full(count: u32, limit: Option<u32>) -> bool {
    limit.is_some_and(|limit| count >= limit)
}

fn is_true_of_relation(relation: Relation, reason: Reason) -> bool {
    match reason {
        Reason::ActorBlocks | Reason::AlreadyBlocked => relation.holds(Fact::ActorBlocks),
        Reason::TargetBlocks => relation.holds(Fact::TargetBlocks),
        Reason::NotBlocked => !relation.holds(Fact::ActorBlocks),

        Reason::AlreadyRequested => relation.holds(Fact::ActorRequested),
        Reason::NoRequestFromActor => !relation.holds(Fact::ActorRequested),
        Reason::NoRequestFromTarget => !relation.holds(Fact::TargetRequested),

        Reason::AlreadyFriends => both(relation, LISTS),
        Reason::AlreadyListed => relation.holds(Fact::ActorLists),
        Reason::NotListedByActor => !relation.holds(Fact::ActorLists),
        Reason::NotListedByTarget => !relation.holds(Fact::TargetLists),

        // The rules have no facts about an unknown user or about a user and themselves.
        _ => false,
    }
}
