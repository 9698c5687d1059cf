//! What must hold of answers: decisions, refusals and their reasons.

use super::{LISTS, both, of_sides};
use crate::checker::local_state::{JudgedAction, JudgedMessage};
use socialgraph::{
    Action, Fact, Facts, Notice, Policy, Reason, Reasons, Relation, RequestMode, RequestSending,
    Sides, Verdict, Ways,
};

pub(super) fn no_message_to_blocker(_: &Policy, message: &JudgedMessage) -> bool {
    !message.facts.relation.holds(Fact::TargetBlocks) || !message.decision.is_allowed()
}

/// Settings and counts differ from case to case, and the answer must be that of the relation.
pub(super) fn messages_follow_the_policy(policy: &Policy, message: &JudgedMessage) -> bool {
    let relation = message.facts.relation;
    let missing = of_sides(
        policy.message_needs_listing_by,
        (Fact::ActorLists, Reason::NotListedByActor),
        (Fact::TargetLists, Reason::NotListedByTarget),
    );
    let missing = missing
        .filter(|(fact, _)| !relation.holds(*fact))
        .map(|(_, reason)| reason);
    let expected = blocks(policy.message_stopped_by, relation).chain(missing);
    message.decision.reasons().iter().eq(expected)
        && message.decision == policy.decide_message(relation)
}

/// Returns the blocks that stand, of those that matter, the actor's first.
fn blocks(whose: Sides, relation: Relation) -> impl Iterator<Item = Reason> {
    let (actors, targets) = (
        (Fact::ActorBlocks, Reason::ActorBlocks),
        (Fact::TargetBlocks, Reason::TargetBlocks),
    );
    let stand = of_sides(whose, actors, targets).filter(move |(fact, _)| relation.holds(*fact));
    stand.map(|(_, reason)| reason)
}

pub(super) fn silence_gives_nothing_away(policy: &Policy, message: &JudgedMessage) -> bool {
    let JudgedMessage { facts, decision } = message;
    let unblocked = facts
        .relation
        .without(Fact::ActorBlocks)
        .without(Fact::TargetBlocks);
    let plain = policy.decide_message(unblocked);
    let is_silent = decision.verdict() == Verdict::RefusedSilently;
    match policy.notice_of_blocked_message {
        Notice::Told => !is_silent && decision.visible() == *decision,
        Notice::Silent => {
            decision.visible().reasons() == plain.reasons()
                && is_silent == (!decision.is_allowed() && plain.is_allowed())
        }
    }
}

pub(super) fn outcome_matches_decision(_: &Policy, step: &JudgedAction) -> bool {
    let reasons = step.decision.reasons();
    let same = match step.outcome {
        Ok(change) => {
            reasons.is_empty()
                && (change.action, change.before) == (step.action, step.facts.relation)
                && change.after != change.before
        }
        Err(refusal) => !reasons.is_empty() && refusal.reasons() == reasons,
    };
    same && step.decision.is_allowed() == step.outcome.is_ok()
}

pub(super) fn repeats_are_refused(_: &Policy, step: &JudgedAction) -> bool {
    let relation = step.facts.relation;
    let holds = |fact| relation.holds(fact);
    let has = |reason| reasons(step).contains(reason);
    let unless_there = |fact, reason| holds(fact) || has(reason);
    let unless_absent = |fact, reason| !holds(fact) || has(reason);
    let unless_friends = || !both(relation, LISTS) || has(Reason::AlreadyFriends);
    match step.action {
        Action::Block => unless_absent(Fact::ActorBlocks, Reason::AlreadyBlocked),
        Action::Unblock => unless_there(Fact::ActorBlocks, Reason::NotBlocked),
        Action::SendRequest => {
            unless_absent(Fact::ActorRequested, Reason::AlreadyRequested) && unless_friends()
        }
        Action::AcceptRequest | Action::DeclineRequest => {
            unless_there(Fact::TargetRequested, Reason::NoRequestFromTarget)
        }
        Action::CancelRequest => unless_there(Fact::ActorRequested, Reason::NoRequestFromActor),
        Action::AddFriend(Ways::OneWay) => unless_absent(Fact::ActorLists, Reason::AlreadyListed),
        Action::AddFriend(Ways::TwoWay) => unless_friends(),
        Action::RemoveFriend(Ways::OneWay) => {
            unless_there(Fact::ActorLists, Reason::NotListedByActor)
        }
        Action::RemoveFriend(Ways::TwoWay) => {
            let both_missing = has(Reason::NotListedByActor) && has(Reason::NotListedByTarget);
            LISTS.into_iter().any(holds) || both_missing
        }
    }
}

pub(super) fn reasons_are_true(policy: &Policy, step: &JudgedAction) -> bool {
    reasons(step)
        .iter()
        .all(|reason| is_true(policy, &step.facts, reason))
}

/// Blocks speak against an act where the policy says so; anything else, against its own acts.
pub(super) fn refusals_follow_the_policy(policy: &Policy, step: &JudgedAction) -> bool {
    let relation = step.facts.relation;
    let stopped_by = if adds(step.action) {
        policy.befriending_stopped_by
    } else {
        Sides::Neither
    };
    let given = reasons(step).iter();
    let given = given.filter(|it| matches!(it, Reason::ActorBlocks | Reason::TargetBlocks));
    given.eq(blocks(stopped_by, relation))
        && reasons(step)
            .iter()
            .all(|reason| speaks_against(step.action, relation, reason))
}

/// Returns whether an action makes a request or an entry on a friend list.
const fn adds(action: Action) -> bool {
    matches!(
        action,
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_)
    )
}

/// Returns whether a reason, where it is true, is one against an action.
fn speaks_against(action: Action, relation: Relation, reason: Reason) -> bool {
    let two_way = matches!(action, Action::AddFriend(Ways::TwoWay));
    match reason {
        Reason::ActorBlocks | Reason::TargetBlocks | Reason::ActorFriendsFull => adds(action),
        Reason::ActorBarred | Reason::AlreadyRequested | Reason::TargetRequestsFull => {
            action == Action::SendRequest
        }
        // Who has a request pending to the actor is answered, whatever they take.
        Reason::TargetTakesNoRequests => {
            action == Action::SendRequest && !relation.holds(Fact::TargetRequested)
        }
        Reason::AlreadyFriends => action == Action::SendRequest || two_way,
        Reason::AlreadyListed => action == Action::AddFriend(Ways::OneWay),
        Reason::TargetFriendsFull => adds(action) && action != Action::AddFriend(Ways::OneWay),
        Reason::AlreadyBlocked | Reason::ActorBlocklistFull => action == Action::Block,
        Reason::NotBlocked => action == Action::Unblock,
        Reason::NoRequestFromTarget => {
            matches!(action, Action::AcceptRequest | Action::DeclineRequest)
        }
        Reason::NoRequestFromActor => action == Action::CancelRequest,
        Reason::NotListedByActor => matches!(action, Action::RemoveFriend(_)),
        Reason::NotListedByTarget => action == Action::RemoveFriend(Ways::TwoWay),
        // Two users who are there have none of the other reasons; a later one fails until it is judged.
        _ => false,
    }
}

fn reasons(step: &JudgedAction) -> Reasons {
    step.outcome
        .err()
        .map_or(Reasons::EMPTY, socialgraph::Refusal::reasons)
}

/// Returns whether what a reason says is so.
fn is_true(policy: &Policy, facts: &Facts, reason: Reason) -> bool {
    let Facts {
        relation,
        actor,
        target,
    } = *facts;
    let full = |limit: Option<u32>, count: u32| limit.is_some_and(|limit| count >= limit);
    match reason {
        Reason::ActorBarred => actor.request_sending == RequestSending::Barred,
        Reason::TargetTakesNoRequests => target.request_mode == RequestMode::Nobody,
        Reason::ActorBlocklistFull => full(policy.limits.blocked, actor.blocked),
        Reason::ActorFriendsFull => full(policy.limits.friends, actor.friends),
        Reason::TargetFriendsFull => full(policy.limits.friends, target.friends),
        Reason::TargetRequestsFull => full(policy.limits.requests_in, target.requests_in),
        _ => is_true_of_relation(relation, reason),
    }
}

fn is_true_of_relation(relation: Relation, reason: Reason) -> bool {
    let holds = |fact| relation.holds(fact);
    match reason {
        Reason::ActorBlocks | Reason::AlreadyBlocked => holds(Fact::ActorBlocks),
        Reason::TargetBlocks => holds(Fact::TargetBlocks),
        Reason::NotBlocked => !holds(Fact::ActorBlocks),
        Reason::AlreadyRequested => holds(Fact::ActorRequested),
        Reason::NoRequestFromActor => !holds(Fact::ActorRequested),
        Reason::NoRequestFromTarget => !holds(Fact::TargetRequested),
        Reason::AlreadyFriends => both(relation, LISTS),
        Reason::AlreadyListed => holds(Fact::ActorLists),
        Reason::NotListedByActor => !holds(Fact::ActorLists),
        Reason::NotListedByTarget => !holds(Fact::TargetLists),
        // Of oneself and of those who are unknown the rules have no facts.
        _ => false,
    }
}
