//! Each judge finds the fault that it checks for, in forged outcomes and decisions.

use socialgraph::{
    Action, Change, Decision, Fact, Facts, Limits, Notice, Policy, Question, Reason, Reasons,
    Refusal, Relation, RequestMode, RequestSending, Sides, UserFacts, Ways,
};

use super::{Judge, judge};
use crate::checker::Property;
use crate::checker::local_state::{Counts, JudgedAction, JudgedMessage, LocalState};

const STRANGERS: Relation = Relation::STRANGERS;
const FRIENDS: Relation = Relation::FRIENDS;

/// Returns the facts of two users who confirm requests and have entries for each other only.
fn facts(relation: Relation) -> Facts {
    let user = UserFacts::new(RequestMode::Confirm);
    let strangers = Facts {
        relation: STRANGERS,
        actor: user,
        target: user,
    };
    strangers.after(relation)
}

/// Returns an action with a forged outcome: the relation after it, or the reasons against it.
fn forged(action: Action, before: Relation, outcome: Result<Relation, Reasons>) -> JudgedAction {
    let reasons = outcome.err().unwrap_or_default();
    JudgedAction {
        facts: facts(before),
        action,
        decision: Decision::new(action.into(), reasons, Notice::Told),
        outcome: outcome
            .map(|after| Change {
                action,
                before,
                after,
            })
            .map_err(|reasons| Refusal::new(reasons).unwrap()),
    }
}

fn done(action: Action, before: Relation, after: Relation) -> JudgedAction {
    forged(action, before, Ok(after))
}

fn refused(
    action: Action,
    before: Relation,
    reasons: impl IntoIterator<Item = Reason>,
) -> JudgedAction {
    forged(action, before, Err(reasons.into_iter().collect()))
}

fn holds(property: Property, judged: &JudgedAction) -> bool {
    match judge(property) {
        Judge::Action(holds) => holds(&Policy::tencent_rest(), judged),
        Judge::Pair(_) | Judge::Message(_) => panic!("{property:?} is not about actions"),
    }
}

/// Asserts that the property holds for the rules' own outcome, and fails for the forged one.
#[track_caller]
fn assert_finds(property: Property, fault: &JudgedAction) {
    let correct = JudgedAction::new(&Policy::tencent_rest(), fault.action, fault.facts);
    assert!(
        holds(property, &correct),
        "{property:?} fails for the rules' own outcome"
    );
    assert!(!holds(property, fault), "{property:?} finds nothing");
}

#[test]
fn an_entry_across_a_block_is_found_for_every_action() {
    for block in super::BLOCKS {
        let before = STRANGERS.with(block);
        for entry in super::LISTS {
            for action in Action::ALL {
                assert_finds(
                    Property::NoEntryAcrossBlock,
                    &done(action, before, before.with(entry)),
                );
            }
        }
    }
}

#[test]
fn a_block_that_does_too_little_or_too_much_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let requested = STRANGERS.with(Fact::TargetRequested);
    for (before, after) in [
        (FRIENDS, FRIENDS.with(Fact::ActorBlocks)),
        (FRIENDS, blocked.with(Fact::TargetLists)),
        (requested, requested.with(Fact::ActorBlocks)),
        (STRANGERS, blocked.with(Fact::TargetBlocks)),
        (STRANGERS, STRANGERS.with(Fact::TargetBlocks)),
    ] {
        assert_finds(
            Property::BlockDoesWhatItSays,
            &done(Action::Block, before, after),
        );
    }
}

#[test]
fn a_block_of_the_wrong_direction_is_found() {
    let mutual = STRANGERS.with(Fact::ActorBlocks).with(Fact::TargetBlocks);
    for fault in [
        done(Action::Unblock, mutual, STRANGERS),
        done(Action::Unblock, mutual, STRANGERS.with(Fact::ActorBlocks)),
        done(Action::Block, STRANGERS, mutual),
        done(
            Action::RemoveFriend(Ways::OneWay),
            mutual,
            STRANGERS.with(Fact::TargetBlocks),
        ),
        done(
            Action::SendRequest,
            STRANGERS,
            STRANGERS.with(Fact::ActorBlocks),
        ),
    ] {
        assert_finds(Property::BlocksBelongToOwner, &fault);
    }
}

#[test]
fn an_unblock_that_brings_something_back_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    for after in [FRIENDS, STRANGERS.with(Fact::TargetRequested)] {
        assert_finds(
            Property::UnblockCreatesNothing,
            &done(Action::Unblock, blocked, after),
        );
    }
}

#[test]
fn half_a_friendship_is_found() {
    let requested = STRANGERS.with(Fact::TargetRequested);
    let half = STRANGERS.with(Fact::TargetLists);
    for fault in [
        done(Action::AcceptRequest, requested, half),
        done(Action::SendRequest, STRANGERS, half),
        done(Action::AddFriend(Ways::TwoWay), STRANGERS, half),
        done(Action::AcceptRequest, requested, STRANGERS),
        done(Action::AddFriend(Ways::OneWay), STRANGERS, half),
        done(Action::AddFriend(Ways::OneWay), STRANGERS, FRIENDS),
    ] {
        assert_finds(Property::FriendshipIsMutual, &fault);
    }
}

#[test]
fn a_request_that_ignores_a_mode_or_a_bar_is_found() {
    let pending = STRANGERS.with(Fact::ActorRequested);
    for (mode, sending, before, after) in [
        (
            RequestMode::Nobody,
            RequestSending::Open,
            STRANGERS,
            pending,
        ),
        (
            RequestMode::Anyone,
            RequestSending::Open,
            STRANGERS,
            pending,
        ),
        (
            RequestMode::Confirm,
            RequestSending::Open,
            STRANGERS,
            FRIENDS,
        ),
        (
            RequestMode::Confirm,
            RequestSending::Barred,
            STRANGERS,
            pending,
        ),
        (
            RequestMode::Nobody,
            RequestSending::Open,
            pending.flip(),
            pending,
        ),
    ] {
        let mut fault = done(Action::SendRequest, before, after);
        fault.facts.target.request_mode = mode;
        fault.facts.actor.request_sending = sending;
        assert_finds(Property::RequestModesAreObeyed, &fault);
    }
}

#[test]
fn a_removal_that_fails_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let block = [Reason::TargetBlocks];
    for fault in [
        refused(Action::Block, blocked.flip(), block),
        refused(Action::Unblock, blocked.with(Fact::TargetBlocks), block),
        refused(
            Action::DeclineRequest,
            STRANGERS.with(Fact::TargetRequested),
            block,
        ),
        refused(
            Action::CancelRequest,
            STRANGERS.with(Fact::ActorRequested),
            block,
        ),
        refused(Action::RemoveFriend(Ways::OneWay), FRIENDS, block),
        refused(
            Action::RemoveFriend(Ways::TwoWay),
            STRANGERS.with(Fact::TargetLists),
            block,
        ),
        done(Action::Unblock, blocked.flip(), STRANGERS),
    ] {
        assert_finds(Property::RemovalAlwaysWorks, &fault);
    }
}

#[test]
fn a_repeat_that_is_refused_for_another_reason_is_found() {
    let other = [Reason::ActorBarred];
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    for (action, relation) in [
        (Action::Block, blocked),
        (Action::Unblock, STRANGERS),
        (Action::SendRequest, STRANGERS.with(Fact::ActorRequested)),
        (Action::SendRequest, FRIENDS),
        (Action::AcceptRequest, STRANGERS),
        (Action::DeclineRequest, STRANGERS),
        (Action::CancelRequest, STRANGERS),
        (
            Action::AddFriend(Ways::OneWay),
            STRANGERS.with(Fact::ActorLists),
        ),
        (Action::AddFriend(Ways::TwoWay), FRIENDS),
        (Action::RemoveFriend(Ways::OneWay), STRANGERS),
        (Action::RemoveFriend(Ways::TwoWay), STRANGERS),
    ] {
        assert_finds(
            Property::RepeatsAreRefused,
            &refused(action, relation, other),
        );
        assert_finds(
            Property::RepeatsAreRefused,
            &done(action, relation, relation),
        );
    }
    let one_of_two = [Reason::NotListedByActor];
    let remove = Action::RemoveFriend(Ways::TwoWay);
    assert_finds(
        Property::RepeatsAreRefused,
        &refused(remove, STRANGERS, one_of_two),
    );
}

#[test]
fn counts_without_the_pairs_own_entry_are_found() {
    let friends = facts(FRIENDS);
    let blocked = facts(STRANGERS.with(Fact::ActorBlocks));
    for (action, mut facts) in [
        (Action::RemoveFriend(Ways::TwoWay), friends),
        (Action::Unblock, blocked),
    ] {
        let policy = Policy::tencent_rest();
        assert!(holds(
            Property::BothSidesAgree,
            &JudgedAction::new(&policy, action, facts)
        ));
        (facts.actor.blocked, facts.target.friends) = (0, 0);
        assert!(
            !holds(
                Property::BothSidesAgree,
                &JudgedAction::new(&policy, action, facts)
            ),
            "{action:?}"
        );
    }
}

#[test]
fn an_outcome_that_contradicts_its_decision_is_found() {
    let block = Action::Block;
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let mut refused_but_done = done(block, STRANGERS, blocked);
    refused_but_done.decision =
        Decision::new(block.into(), Reason::AlreadyBlocked.into(), Notice::Told);
    let mut allowed_but_refused = refused(block, blocked, [Reason::AlreadyBlocked]);
    allowed_but_refused.decision = Decision::new(block.into(), Reasons::EMPTY, Notice::Told);
    let mut other_reason = refused(block, blocked, [Reason::AlreadyBlocked]);
    other_reason.decision = Decision::new(
        block.into(),
        Reason::ActorBlocklistFull.into(),
        Notice::Told,
    );
    let mut other_relation = done(block, STRANGERS, blocked);
    other_relation.outcome = Ok(Change {
        action: block,
        before: FRIENDS,
        after: blocked,
    });
    for fault in [
        refused_but_done,
        allowed_but_refused,
        other_reason,
        other_relation,
        done(block, STRANGERS, STRANGERS),
    ] {
        assert_finds(Property::OutcomeMatchesDecision, &fault);
    }
}

#[test]
fn every_false_reason_is_found() {
    let graph_only = [
        Reason::SameUser,
        Reason::UnknownActor,
        Reason::UnknownTarget,
    ];
    for reason in Reason::ALL {
        // Each reason is false of strangers, or of two users with every fact.
        let everything: Relation = Fact::ALL.into_iter().collect();
        let step = |relation| refused(Action::AcceptRequest, relation, [reason]);
        let true_of = |relation| holds(Property::ReasonsAreTrue, &step(relation));
        assert!(!true_of(STRANGERS) || !true_of(everything), "{reason:?}");
        assert!(!graph_only.contains(&reason) || !true_of(STRANGERS) && !true_of(everything));
    }
    assert_finds(
        Property::ReasonsAreTrue,
        &refused(Action::Block, STRANGERS, [Reason::ActorBlocklistFull]),
    );
}

#[test]
fn a_refusal_for_a_block_that_stops_nothing_is_found() {
    let Judge::Action(holds) = judge(Property::RefusalsFollowThePolicy) else {
        panic!()
    };
    let requested = STRANGERS.with(Fact::TargetRequested);
    let blocks = [
        (Fact::ActorBlocks, Reason::ActorBlocks),
        (Fact::TargetBlocks, Reason::TargetBlocks),
    ];
    for (sides, [own, theirs]) in
        Sides::ALL
            .into_iter()
            .zip([[false, false], [true, false], [false, true], [true, true]])
    {
        let mut policy = Policy::tencent_rest();
        policy.befriending_stopped_by = sides;
        for ((block, reason), stops) in blocks.into_iter().zip([own, theirs]) {
            for action in [
                Action::AcceptRequest,
                Action::SendRequest,
                Action::AddFriend(Ways::OneWay),
            ] {
                let before = requested.with(block);
                assert_eq!(
                    holds(&policy, &refused(action, before, [reason])),
                    stops,
                    "{sides:?}"
                );
                let after = before.with(Fact::ActorLists);
                assert_eq!(
                    holds(&policy, &done(action, before, after)),
                    !stops,
                    "{sides:?}"
                );
            }
            let unblock = refused(Action::CancelRequest, requested.with(block), [reason]);
            assert!(!holds(&policy, &unblock));
        }
    }
}

/// A reason can refuse an action if and only if the rules give it for the action somewhere.
#[test]
fn a_reason_that_cannot_refuse_the_action_is_found() {
    let Judge::Action(holds) = judge(Property::RefusalsFollowThePolicy) else {
        panic!()
    };
    let mut full = Policy::tencent_rest();
    full.limits = Limits {
        blocked: Some(0),
        friends: Some(0),
        requests_in: Some(0),
        batch: None,
    };
    for (action, reason) in Action::ALL
        .into_iter()
        .flat_map(|a| Reason::ALL.map(|r| (a, r)))
    {
        let (mut is_given, mut can_refuse) = (false, false);
        for relation in Relation::all() {
            let (first, second) = (Counts::default(), Counts::default());
            for (_, facts) in (LocalState {
                relation,
                first,
                second,
            })
            .all_facts()
            {
                let step = JudgedAction::new(&full, action, facts);
                is_given |= step
                    .outcome
                    .is_err_and(|refusal| refusal.reasons().contains(reason));
            }
            can_refuse |= holds(&full, &refused(action, relation, [reason]));
        }
        assert_eq!(can_refuse, is_given, "{action:?}: {reason:?}");
    }
    // A request that accepts the target's own request ignores the target's mode.
    let closed = [Reason::TargetTakesNoRequests];
    let answer = refused(
        Action::SendRequest,
        STRANGERS.with(Fact::TargetRequested),
        closed,
    );
    assert!(!holds(&full, &answer));
}

#[test]
fn a_change_without_its_effect_is_found() {
    // No effect says that the target's block was added, because no action of the actor does it.
    let after = STRANGERS.with(Fact::TargetBlocks);
    assert_finds(
        Property::EffectsAreTheChange,
        &done(Action::Block, STRANGERS, after),
    );
}

#[test]
fn a_wrong_state_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let assert_wrong = |property, relation| match judge(property) {
        Judge::Pair(holds) => {
            let mut policy = Policy::tencent_rest();
            (policy.limits.friends, policy.limits.requests_in) = (Some(0), Some(0));
            policy.limits.blocked = Some(0);
            assert!(holds(&policy, &facts(STRANGERS)), "{property:?}");
            assert!(!holds(&policy, &facts(relation)), "{property:?}");
        }
        Judge::Message(_) | Judge::Action(_) => panic!("{property:?} is not about states"),
    };
    assert_wrong(
        Property::NoClearedEntryAcrossBlock,
        blocked.with(Fact::TargetLists),
    );
    assert_wrong(
        Property::NoRequestAcrossBlock,
        blocked.with(Fact::TargetRequested),
    );
    let requested = STRANGERS.with(Fact::ActorRequested);
    assert_wrong(
        Property::NoOppositeRequests,
        requested.with(Fact::TargetRequested),
    );
    assert_wrong(
        Property::NoRequestBetweenFriends,
        FRIENDS.with(Fact::ActorRequested),
    );
    assert_wrong(
        Property::ListsAreWithinLimits,
        STRANGERS.with(Fact::TargetLists),
    );
    assert_wrong(
        Property::ListsAreWithinLimits,
        STRANGERS.with(Fact::ActorRequested),
    );
    assert_wrong(Property::ListsAreWithinLimits, blocked);
}

#[test]
fn a_wrong_decision_on_a_message_is_found() {
    let policy = Policy::tencent_rest();
    let blocked = facts(STRANGERS.with(Fact::TargetBlocks));
    let allowed = Decision::new(Question::Message, Reasons::EMPTY, Notice::Silent);
    let told = Decision::new(Question::Message, Reason::TargetBlocks.into(), Notice::Told);
    for (property, decision) in [
        (Property::NoMessageToBlocker, allowed),
        (Property::MessagesFollowThePolicy, allowed),
        (Property::MessagesFollowThePolicy, told),
        (Property::SilenceLeaksNothing, told),
    ] {
        let Judge::Message(holds) = judge(property) else {
            panic!("{property:?} is not about messages");
        };
        assert!(
            holds(&policy, &JudgedMessage::new(&policy, blocked)),
            "{property:?}"
        );
        assert!(
            !holds(
                &policy,
                &JudgedMessage {
                    facts: blocked,
                    decision
                }
            ),
            "{property:?}"
        );
    }
}

#[test]
fn a_silent_refusal_that_leaks_the_block_is_found() {
    let blocked = facts(STRANGERS.with(Fact::TargetBlocks));
    let Judge::Message(holds) = judge(Property::SilenceLeaksNothing) else {
        panic!()
    };
    let question = Question::Message;
    let block = Reasons::from(Reason::TargetBlocks);
    let both = block.union(Reason::NotListedByActor.into());
    for (notice, decision) in [
        // Silent, although the policy tells of blocks.
        (Notice::Told, Decision::new(question, block, Notice::Silent)),
        // Not silent, but with a reason that the sender cannot see.
        (Notice::Told, Decision::new(question, both, Notice::Silent)),
        // Refused with or without the block, but for a reason that reveals the block.
        (Notice::Silent, Decision::new(question, block, Notice::Told)),
    ] {
        let mut policy = Policy::tencent_rest();
        policy.message_needs_listing_by = Sides::Actor;
        policy.notice_of_blocked_message = notice;
        assert!(
            holds(&policy, &JudgedMessage::new(&policy, blocked)),
            "{notice:?}"
        );
        assert!(
            !holds(
                &policy,
                &JudgedMessage {
                    facts: blocked,
                    decision
                }
            ),
            "{notice:?}"
        );
    }
}
