//! Each judge finds the fault that it looks for, in answers that no rule gives.

use super::{Judge, judge};
use crate::checker::Property;
use crate::checker::local_state::{Counts, JudgedAction, JudgedMessage, LocalState};
use socialgraph::{
    Action, Change, Decision, Fact, Facts, Limits, Notice, Policy, Question, Reason, Reasons,
    Refusal, Relation, RequestMode, RequestSending, Sides, UserFacts, Ways,
};

const STRANGERS: Relation = Relation::STRANGERS;
const FRIENDS: Relation = Relation::FRIENDS;

/// The facts of a pair with its own entries counted, both users confirming requests.
fn facts(relation: Relation) -> Facts {
    let user = UserFacts::new(RequestMode::Confirm);
    let strangers = Facts {
        relation: STRANGERS,
        actor: user,
        target: user,
    };
    strangers.after(relation)
}

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

fn holds(property: Property, step: &JudgedAction) -> bool {
    match judge(property) {
        Judge::Action(holds) => holds(&Policy::tencent_rest(), step),
        Judge::Pair(_) | Judge::Message(_) => panic!("{property:?} is not about operations"),
    }
}

/// Asserts that what the rules answer holds, and what is forged does not.
#[track_caller]
fn finds(property: Property, fault: &JudgedAction) {
    let honest = JudgedAction::new(&Policy::tencent_rest(), fault.action, fault.facts);
    assert!(
        holds(property, &honest),
        "{property:?} fails for the rules' own answer"
    );
    assert!(!holds(property, fault), "{property:?} finds nothing");
}

#[test]
fn an_entry_across_a_block_is_found_whatever_adds_it() {
    for block in super::BLOCKS {
        let before = STRANGERS.with(block);
        for entry in super::LISTS {
            for action in Action::ALL {
                finds(
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
        finds(
            Property::BlockDoesWhatItSays,
            &done(Action::Block, before, after),
        );
    }
}

#[test]
fn a_block_of_the_wrong_direction_is_found() {
    let mutual = STRANGERS.with(Fact::ActorBlocks).with(Fact::TargetBlocks);
    for step in [
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
        finds(Property::BlocksBelongToOwner, &step);
    }
}

#[test]
fn an_unblock_that_brings_something_back_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    for after in [FRIENDS, STRANGERS.with(Fact::TargetRequested)] {
        finds(
            Property::UnblockCreatesNothing,
            &done(Action::Unblock, blocked, after),
        );
    }
}

#[test]
fn half_a_friendship_is_found() {
    let requested = STRANGERS.with(Fact::TargetRequested);
    let half = STRANGERS.with(Fact::TargetLists);
    for step in [
        done(Action::AcceptRequest, requested, half),
        done(Action::SendRequest, STRANGERS, half),
        done(Action::AddFriend(Ways::TwoWay), STRANGERS, half),
        done(Action::AcceptRequest, requested, STRANGERS),
        done(Action::AddFriend(Ways::OneWay), STRANGERS, half),
        done(Action::AddFriend(Ways::OneWay), STRANGERS, FRIENDS),
    ] {
        finds(Property::FriendshipIsMutual, &step);
    }
}

#[test]
fn a_request_that_goes_past_a_mode_or_a_bar_is_found() {
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
        let mut step = done(Action::SendRequest, before, after);
        step.facts.target.request_mode = mode;
        step.facts.actor.request_sending = sending;
        finds(Property::RequestModesAreObeyed, &step);
    }
}

#[test]
fn something_that_cannot_be_taken_away_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let block = [Reason::TargetBlocks];
    for step in [
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
        finds(Property::RemovalAlwaysWorks, &step);
    }
}

#[test]
fn a_repeat_that_is_not_told_as_one_is_found() {
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
        finds(
            Property::RepeatsAreRefused,
            &refused(action, relation, other),
        );
        finds(
            Property::RepeatsAreRefused,
            &done(action, relation, relation),
        );
    }
    let half_told = [Reason::NotListedByActor];
    let remove = Action::RemoveFriend(Ways::TwoWay);
    finds(
        Property::RepeatsAreRefused,
        &refused(remove, STRANGERS, half_told),
    );
}

#[test]
fn counts_that_leave_a_half_out_are_found() {
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
fn two_answers_to_one_question_are_found() {
    let block = Action::Block;
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let mut undecided = done(block, STRANGERS, blocked);
    undecided.decision = Decision::new(block.into(), Reason::AlreadyBlocked.into(), Notice::Told);
    let mut allowed = refused(block, blocked, [Reason::AlreadyBlocked]);
    allowed.decision = Decision::new(block.into(), Reasons::EMPTY, Notice::Told);
    let mut otherwise = refused(block, blocked, [Reason::AlreadyBlocked]);
    otherwise.decision = Decision::new(
        block.into(),
        Reason::ActorBlocklistFull.into(),
        Notice::Told,
    );
    let mut elsewhere = done(block, STRANGERS, blocked);
    elsewhere.outcome = Ok(Change {
        action: block,
        before: FRIENDS,
        after: blocked,
    });
    for step in [
        undecided,
        allowed,
        otherwise,
        elsewhere,
        done(block, STRANGERS, STRANGERS),
    ] {
        finds(Property::OutcomeMatchesDecision, &step);
    }
}

#[test]
fn every_reason_that_is_not_true_is_found() {
    let never = [
        Reason::SameUser,
        Reason::UnknownActor,
        Reason::UnknownTarget,
    ];
    for reason in Reason::ALL {
        // Each reason is untrue of strangers, or of two who have everything.
        let everything: Relation = Fact::ALL.into_iter().collect();
        let step = |relation| refused(Action::AcceptRequest, relation, [reason]);
        let true_of = |relation| holds(Property::ReasonsAreTrue, &step(relation));
        assert!(!true_of(STRANGERS) || !true_of(everything), "{reason:?}");
        assert!(!never.contains(&reason) || !true_of(STRANGERS) && !true_of(everything));
    }
    finds(
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

/// Every reason that the rules give somewhere for an action may be given for it, and no other.
#[test]
fn a_reason_that_is_none_against_the_act_is_found() {
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
        let (mut given, mut passes) = (false, false);
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
                given |= step
                    .outcome
                    .is_err_and(|refusal| refusal.reasons().contains(reason));
            }
            passes |= holds(&full, &refused(action, relation, [reason]));
        }
        assert_eq!(passes, given, "{action:?}: {reason:?}");
    }
    let nobody = [Reason::TargetTakesNoRequests];
    let answer = refused(
        Action::SendRequest,
        STRANGERS.with(Fact::TargetRequested),
        nobody,
    );
    assert!(!holds(&full, &answer));
}

#[test]
fn a_change_without_its_effect_is_found() {
    // A target's block is lifted by nobody else, so no action tells of one that is added.
    let after = STRANGERS.with(Fact::TargetBlocks);
    finds(
        Property::EffectsAreTheChange,
        &done(Action::Block, STRANGERS, after),
    );
}

#[test]
fn a_wrong_state_is_found() {
    let blocked = STRANGERS.with(Fact::ActorBlocks);
    let wrong = |property, relation| match judge(property) {
        Judge::Pair(holds) => {
            let mut policy = Policy::tencent_rest();
            (policy.limits.friends, policy.limits.requests_in) = (Some(0), Some(0));
            policy.limits.blocked = Some(0);
            assert!(holds(&policy, &facts(STRANGERS)), "{property:?}");
            assert!(!holds(&policy, &facts(relation)), "{property:?}");
        }
        Judge::Message(_) | Judge::Action(_) => panic!("{property:?} is not about states"),
    };
    wrong(
        Property::NoClearedEntryAcrossBlock,
        blocked.with(Fact::TargetLists),
    );
    wrong(
        Property::NoRequestAcrossBlock,
        blocked.with(Fact::TargetRequested),
    );
    let requested = STRANGERS.with(Fact::ActorRequested);
    wrong(
        Property::NoOppositeRequests,
        requested.with(Fact::TargetRequested),
    );
    wrong(
        Property::NoRequestBetweenFriends,
        FRIENDS.with(Fact::ActorRequested),
    );
    wrong(
        Property::ListsAreWithinLimits,
        STRANGERS.with(Fact::TargetLists),
    );
    wrong(
        Property::ListsAreWithinLimits,
        STRANGERS.with(Fact::ActorRequested),
    );
    wrong(Property::ListsAreWithinLimits, blocked);
}

#[test]
fn a_message_that_is_answered_wrongly_is_found() {
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

/// Each differs from what is right in its own way.
#[test]
fn a_silence_that_is_half_kept_is_found() {
    let blocked = facts(STRANGERS.with(Fact::TargetBlocks));
    let Judge::Message(holds) = judge(Property::SilenceLeaksNothing) else {
        panic!()
    };
    let question = Question::Message;
    let block = Reasons::from(Reason::TargetBlocks);
    let both = block.union(Reason::NotListedByActor.into());
    for (notice, decision) in [
        // Silence where the policy has none.
        (Notice::Told, Decision::new(question, block, Notice::Silent)),
        // No silence, but a reason that cannot be seen.
        (Notice::Told, Decision::new(question, both, Notice::Silent)),
        // Refused either way, and for a reason that gives the block away.
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
