//! Judges of what makes friend-list entries: requesting, accepting and adding.

use socialgraph::{
    Action, Crossed, Fact, Granted, Policy, Relation, RequestMode, RequestSending, Ways,
};

use super::actions::adds_entry;
use super::{LISTS, REQUESTS, both};
use crate::checker::local_state::JudgedAction;

/// A granted request is one that is accepted, and one that adds an entry at once.
pub(super) fn grants_make_friends(_: &Policy, judged: &JudgedAction) -> bool {
    let Ok(change) = judged.outcome else {
        return true;
    };
    let is_granted = match judged.action {
        Action::AcceptRequest => true,
        Action::SendRequest => adds_entry(change),
        _ => false,
    };
    !is_granted || both(change.after, LISTS)
}

/// Checks the relation after accepting and adding. Other actions but a request add no entry.
pub(super) fn entries_follow_the_policy(policy: &Policy, judged: &JudgedAction) -> bool {
    let Ok(change) = judged.outcome else {
        return true;
    };

    let (makes, before) = (policy.request.makes, judged.facts.relation);
    let expected = match judged.action {
        Action::AcceptRequest => after_grant(makes, Fact::TargetLists, before),
        Action::AddFriend(Ways::OneWay) => {
            without_moot_requests(makes, before.with(Fact::ActorLists))
        }
        Action::AddFriend(Ways::TwoWay) => without_moot_requests(makes, with_all(before, LISTS)),
        Action::SendRequest => return true,
        _ => return !adds_entry(change),
    };
    change.after == expected
}

/// Checks the relation after a request. One that accepts the target's ignores the target's mode.
pub(super) fn requests_follow_the_policy(policy: &Policy, judged: &JudgedAction) -> bool {
    let (Action::SendRequest, Ok(change)) = (judged.action, judged.outcome) else {
        return true;
    };
    if judged.facts.actor.request_sending == RequestSending::Barred {
        return false;
    }

    let (makes, before) = (policy.request.makes, judged.facts.relation);
    if accepts_targets(policy, before) {
        return change.after == after_grant(makes, Fact::TargetLists, before);
    }
    match judged.facts.target.request_mode {
        RequestMode::Anyone => change.after == after_grant(makes, Fact::ActorLists, before),
        RequestMode::Confirm => change.after == before.with(Fact::ActorRequested),
        RequestMode::Nobody => false,
    }
}

/// Returns whether a request accepts the target's instead of being sent (R10).
pub(super) fn accepts_targets(policy: &Policy, before: Relation) -> bool {
    match policy.request.crossed {
        Crossed::Accepts => before.holds(Fact::TargetRequested),
        Crossed::Waits => false,
    }
}

/// Returns the relation after a request is granted whose requester gets this entry (R18).
fn after_grant(makes: Granted, requesters_entry: Fact, before: Relation) -> Relation {
    let after = match makes {
        Granted::Friendship => with_all(before, LISTS),
        Granted::Follow => before.with(requesters_entry),
    };
    without_moot_requests(makes, after)
}

/// Returns the relation without the requests for what is there already.
pub(super) fn without_moot_requests(makes: Granted, relation: Relation) -> Relation {
    let are_moot = match makes {
        Granted::Friendship => [both(relation, LISTS); 2],
        Granted::Follow => LISTS.map(|entry| relation.holds(entry)),
    };

    let mut expected = relation;
    for (request, is_moot) in REQUESTS.into_iter().zip(are_moot) {
        if is_moot {
            expected = expected.without(request);
        }
    }
    expected
}

fn with_all(relation: Relation, [first, second]: [Fact; 2]) -> Relation {
    relation.with(first).with(second)
}
