//! Judges of decisions: verdicts, refusals and their reasons.

use socialgraph::{
    Action, Fact, Facts, Granted, Interaction, Policy, Reason, Reasons, Relation, RequestMode,
    RequestSending, Sides, Ways,
};

use super::requests::accepts_targets;
use super::{LISTS, both, either, gate, of_sides};
use crate::checker::local_state::{JudgedAction, JudgedInteraction};

pub(super) fn blocked_cannot_reach_blocker(_: &Policy, judged: &JudgedInteraction) -> bool {
    !judged.facts.relation.holds(Fact::TargetBlocks) || !judged.decision.is_allowed()
}

/// Checks that settings and counts, which differ from case to case, do not matter.
pub(super) fn interactions_follow_the_policy(policy: &Policy, judged: &JudgedInteraction) -> bool {
    let relation = judged.facts.relation;
    let gate = gate(policy, judged.interaction);
    let needed = of_sides(
        gate.needs_listing_by,
        (Fact::ActorLists, Reason::NotListedByActor),
        (Fact::TargetLists, Reason::NotListedByTarget),
    );

    let mut expected = stopping_blocks(gate.stopped_by, relation);
    for (fact, reason) in needed {
        if !relation.holds(fact) {
            expected.push(reason);
        }
    }
    judged.decision.reasons().iter().eq(expected)
        && judged.decision == policy.can(judged.interaction, relation)
        && (judged.interaction != Interaction::Message
            || judged.decision == policy.can_message(relation))
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

pub(super) fn repeats_are_refused(policy: &Policy, judged: &JudgedAction) -> bool {
    let relation = judged.facts.relation;
    let given = reasons(judged);

    match judged.action {
        Action::Block => {
            !relation.holds(Fact::ActorBlocks) || given.contains(Reason::AlreadyBlocked)
        }
        Action::Unblock => relation.holds(Fact::ActorBlocks) || given.contains(Reason::NotBlocked),

        Action::SendRequest => {
            let is_repeat = relation.holds(Fact::ActorRequested);
            let is_there = already_there(policy);
            (!is_repeat || given.contains(Reason::AlreadyRequested))
                && (!is_true_of_relation(relation, is_there) || given.contains(is_there))
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

/// Returns the reason against a request for what is there already (R18).
const fn already_there(policy: &Policy) -> Reason {
    match policy.request.makes {
        Granted::Friendship => Reason::AlreadyFriends,
        Granted::Follow => Reason::AlreadyListed,
    }
}

/// The policy says which blocks refuse an action. Each other reason belongs to certain actions.
pub(super) fn refusals_follow_the_policy(policy: &Policy, judged: &JudgedAction) -> bool {
    let mut given_blocks = Vec::new();
    for reason in reasons(judged) {
        if !can_refuse(policy, reason, judged) {
            return false;
        }
        if matches!(reason, Reason::ActorBlocks | Reason::TargetBlocks) {
            given_blocks.push(reason);
        }
    }
    given_blocks == expected_blocks(policy, judged)
}

/// Returns the blocks that stop an action by the gates of requests, in order.
///
/// A request that accepts the target's passes two gates.
fn expected_blocks(policy: &Policy, judged: &JudgedAction) -> Vec<Reason> {
    let relation = judged.facts.relation;
    let rules = &policy.request;
    let (gate, second_gate) = match judged.action {
        Action::SendRequest if accepts_targets(policy, relation) => {
            (rules.stopped_by, rules.accept_stopped_by)
        }
        Action::SendRequest => (rules.stopped_by, Sides::Neither),
        Action::AcceptRequest => (rules.accept_stopped_by, Sides::Neither),
        Action::AddFriend(_) => (rules.add_stopped_by, Sides::Neither),
        _ => (Sides::Neither, Sides::Neither),
    };

    let mut blocks = stopping_blocks(gate, relation);
    blocks.extend(stopping_blocks(second_gate, relation));
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

/// Returns whether an action adds a request or an entry on a friend list.
pub(super) const fn adds(action: Action) -> bool {
    matches!(
        action,
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_)
    )
}

/// Returns whether a reason, if it is true, can refuse an action.
fn can_refuse(policy: &Policy, reason: Reason, judged: &JudgedAction) -> bool {
    let action = judged.action;
    let accepts = accepts_targets(policy, judged.facts.relation);
    match reason {
        Reason::ActorBlocks | Reason::TargetBlocks => adds(action),
        Reason::ActorFriendsFull => friend_lists(policy, action, accepts).0,
        Reason::TargetFriendsFull => friend_lists(policy, action, accepts).1,

        Reason::ActorBarred | Reason::AlreadyRequested => action == Action::SendRequest,
        // A request that accepts the target's takes no room, and ignores the target's mode.
        Reason::TargetTakesNoRequests | Reason::TargetRequestsFull => {
            action == Action::SendRequest && !accepts
        }
        Reason::NoRequestFromTarget => {
            matches!(action, Action::AcceptRequest | Action::DeclineRequest)
        }
        Reason::NoRequestFromActor => action == Action::CancelRequest,

        Reason::AlreadyFriends | Reason::AlreadyListed if action == Action::SendRequest => {
            reason == already_there(policy)
        }
        Reason::AlreadyFriends => action == Action::AddFriend(Ways::TwoWay),
        Reason::AlreadyListed => action == Action::AddFriend(Ways::OneWay),
        Reason::NotListedByActor => matches!(action, Action::RemoveFriend(_)),
        Reason::NotListedByTarget => action == Action::RemoveFriend(Ways::TwoWay),

        Reason::AlreadyBlocked | Reason::ActorBlocklistFull => action == Action::Block,
        Reason::NotBlocked => action == Action::Unblock,

        // The other reasons are about unknown users. A new reason fails until it gets an arm.
        _ => false,
    }
}

/// Returns whether an action can add to the actor's friend list, and to the target's.
fn friend_lists(policy: &Policy, action: Action, accepts: bool) -> (bool, bool) {
    let is_follow = policy.request.makes == Granted::Follow;
    match action {
        Action::AddFriend(Ways::OneWay) => (true, false),
        Action::SendRequest if is_follow && !accepts => (true, false),
        Action::SendRequest | Action::AcceptRequest if is_follow => (false, true),
        Action::AddFriend(Ways::TwoWay) | Action::SendRequest | Action::AcceptRequest => {
            (true, true)
        }
        _ => (false, false),
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
