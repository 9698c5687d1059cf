//! Each judge finds the fault that it checks for, in forged outcomes and decisions.

use socialgraph::{
    Action, Change, Crossed, Decision, Fact, Facts, Granted, Interaction, Limits, Notice, Notices,
    Policy, Question, Reason, Reasons, Refusal, Relation, RequestMode, RequestSending, Sides,
    UserFacts, Ways,
};

use super::{Judge, judge};
use crate::checker::Property;
use crate::checker::local_state::{Counts, JudgedAction, JudgedInteraction, LocalState};

const TOLD: Notices = Notices::both(Notice::Told);
const SILENT: Notices = Notices::both(Notice::Silent);

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
        decision: Decision::new(action, reasons, TOLD),
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
    holds_under(&Policy::tencent_rest(), property, judged)
}

fn holds_under(policy: &Policy, property: Property, judged: &JudgedAction) -> bool {
    match judge(property) {
        Judge::Action(holds) => holds(policy, judged),
        Judge::Pair(_) | Judge::Interaction(_) | Judge::Decision(_) => {
            panic!("{property:?} is not about actions")
        }
    }
}

/// Asserts that the property holds for the rules' own outcome, and fails for the forged one.
#[track_caller]
fn assert_finds(property: Property, fault: &JudgedAction) {
    assert_finds_under(&Policy::tencent_rest(), property, fault);
}

#[track_caller]
fn assert_finds_under(policy: &Policy, property: Property, fault: &JudgedAction) {
    let correct = JudgedAction::new(policy, fault.action, fault.facts);
    assert!(
        holds_under(policy, property, &correct),
        "{property:?} fails for the rules' own outcome"
    );
    assert!(
        !holds_under(policy, property, fault),
        "{property:?} finds nothing"
    );
}

/// Returns Tencent's policy with other values of the parts of requests.
fn with_requests(crossed: Crossed, makes: Granted) -> Policy {
    let mut policy = Policy::tencent_rest();
    (policy.request.crossed, policy.request.makes) = (crossed, makes);
    policy
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
        done(Action::AcceptRequest, requested, STRANGERS),
        done(
            Action::AcceptRequest,
            requested,
            FRIENDS.with(Fact::TargetRequested),
        ),
        done(Action::AddFriend(Ways::TwoWay), STRANGERS, half),
        done(Action::AddFriend(Ways::OneWay), STRANGERS, half),
        done(Action::AddFriend(Ways::OneWay), STRANGERS, FRIENDS),
        done(Action::Unblock, STRANGERS.with(Fact::ActorBlocks), half),
    ] {
        assert_finds(Property::EntriesFollowThePolicy, &fault);
    }

    for fault in [
        done(Action::AcceptRequest, requested, half),
        done(Action::SendRequest, STRANGERS, half.flip()),
    ] {
        assert_finds(Property::GrantsMakeFriends, &fault);
    }
}

#[test]
fn a_follow_that_makes_a_friendship_or_the_wrong_entry_is_found() {
    let policy = with_requests(Crossed::Accepts, Granted::Follow);
    let requested = STRANGERS.with(Fact::TargetRequested);
    let (follows, followed) = (
        STRANGERS.with(Fact::ActorLists),
        STRANGERS.with(Fact::TargetLists),
    );

    let accept = Action::AcceptRequest;
    assert!(holds_under(
        &policy,
        Property::EntriesFollowThePolicy,
        &done(accept, requested, followed)
    ));
    for after in [FRIENDS, follows, followed.with(Fact::TargetRequested)] {
        let fault = done(accept, requested, after);
        assert_finds_under(&policy, Property::EntriesFollowThePolicy, &fault);
    }
    // A user who adds the target has what their own request was for.
    let add = Action::AddFriend(Ways::OneWay);
    let pending = STRANGERS.with(Fact::ActorRequested);
    let fault = done(add, pending, follows.with(Fact::ActorRequested));
    assert_finds_under(&policy, Property::EntriesFollowThePolicy, &fault);

    for (mode, after) in [
        (RequestMode::Anyone, FRIENDS),
        (RequestMode::Anyone, followed),
        (RequestMode::Confirm, follows),
    ] {
        let mut fault = done(Action::SendRequest, STRANGERS, after);
        fault.facts.target.request_mode = mode;
        assert_finds_under(&policy, Property::RequestsFollowThePolicy, &fault);
    }
    let fault = done(Action::SendRequest, requested, follows);
    assert_finds_under(&policy, Property::RequestsFollowThePolicy, &fault);
    let correct = done(accept, requested, followed);
    assert!(!holds_under(&policy, Property::GrantsMakeFriends, &correct));
}

#[test]
fn a_crossed_request_that_accepts_or_waits_against_the_policy_is_found() {
    let requested = STRANGERS.with(Fact::TargetRequested);
    let both_requested = requested.with(Fact::ActorRequested);
    for makes in Granted::ALL {
        let accepted = match makes {
            Granted::Friendship => FRIENDS,
            Granted::Follow => STRANGERS.with(Fact::TargetLists),
        };
        for (crossed, wrong) in [
            (Crossed::Accepts, both_requested),
            (Crossed::Waits, accepted),
        ] {
            let policy = with_requests(crossed, makes);
            let fault = done(Action::SendRequest, requested, wrong);
            assert_finds_under(&policy, Property::RequestsFollowThePolicy, &fault);
        }
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
        assert_finds(Property::RequestsFollowThePolicy, &fault);
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
        done(Action::RemoveFriend(Ways::OneWay), FRIENDS, STRANGERS),
        done(
            Action::CancelRequest,
            STRANGERS.with(Fact::ActorRequested).with(Fact::TargetLists),
            STRANGERS,
        ),
        done(
            Action::RemoveFriend(Ways::TwoWay),
            FRIENDS,
            FRIENDS.without(Fact::TargetLists),
        ),
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
    let follow = with_requests(Crossed::Waits, Granted::Follow);
    let listed = STRANGERS.with(Fact::ActorLists);
    let wrong_reason = refused(Action::SendRequest, listed, [Reason::AlreadyFriends]);
    assert_finds_under(&follow, Property::RepeatsAreRefused, &wrong_reason);

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
    refused_but_done.decision = Decision::new(block, Reason::AlreadyBlocked.into(), TOLD);
    let mut allowed_but_refused = refused(block, blocked, [Reason::AlreadyBlocked]);
    allowed_but_refused.decision = Decision::new(block, Reasons::EMPTY, TOLD);
    let mut other_reason = refused(block, blocked, [Reason::AlreadyBlocked]);
    other_reason.decision = Decision::new(block, Reason::ActorBlocklistFull.into(), TOLD);
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

/// An action, and the gate that it has to pass.
type GatedAction = (Action, fn(&mut Policy) -> &mut Sides);

/// Each of the three gates of requests refuses its own actions.
#[test]
fn a_refusal_for_a_block_that_stops_nothing_is_found() {
    let gates: [GatedAction; 4] = [
        (Action::SendRequest, |policy| &mut policy.request.stopped_by),
        (Action::AcceptRequest, |policy| {
            &mut policy.request.accept_stopped_by
        }),
        (Action::AddFriend(Ways::OneWay), |policy| {
            &mut policy.request.add_stopped_by
        }),
        (Action::AddFriend(Ways::TwoWay), |policy| {
            &mut policy.request.add_stopped_by
        }),
    ];
    for (action, gate) in gates {
        for sides in Sides::ALL {
            // Only the gate of the action differs from the others.
            for others in [Sides::Neither, Sides::Both] {
                let mut policy = with_requests(Crossed::Waits, Granted::Friendship);
                policy.request.stopped_by = others;
                policy.request.accept_stopped_by = others;
                policy.request.add_stopped_by = others;
                *gate(&mut policy) = sides;
                assert_stops(&policy, action, [sides.has_actor(), sides.has_target()]);
            }
        }
    }
}

/// Asserts that the actor's block and the target's refuse the action, or must not.
#[track_caller]
fn assert_stops(policy: &Policy, action: Action, stops: [bool; 2]) {
    let property = Property::RefusalsFollowThePolicy;
    let requested = STRANGERS.with(Fact::TargetRequested);
    let blocks = [
        (Fact::ActorBlocks, Reason::ActorBlocks),
        (Fact::TargetBlocks, Reason::TargetBlocks),
    ];
    for ((block, reason), stops) in blocks.into_iter().zip(stops) {
        let before = requested.with(block);
        let refusal = refused(action, before, [reason]);
        assert_eq!(holds_under(policy, property, &refusal), stops, "{action:?}");
        let addition = done(action, before, before.with(Fact::ActorLists));
        assert_eq!(
            holds_under(policy, property, &addition),
            !stops,
            "{action:?}"
        );

        let cancel = refused(Action::CancelRequest, before, [reason]);
        assert!(!holds_under(policy, property, &cancel));
    }
}

#[test]
fn a_request_that_accepts_the_targets_past_a_gate_is_found() {
    for (stopped_by, accept_stopped_by) in
        [(Sides::Both, Sides::Neither), (Sides::Neither, Sides::Both)]
    {
        let mut policy = with_requests(Crossed::Accepts, Granted::Friendship);
        policy.request.stopped_by = stopped_by;
        policy.request.accept_stopped_by = accept_stopped_by;
        assert_stops(&policy, Action::SendRequest, [true, true]);
    }
}

/// A reason can refuse an action if and only if the rules give it for the action somewhere.
#[test]
fn a_reason_that_cannot_refuse_the_action_is_found() {
    for crossed in Crossed::ALL {
        for makes in Granted::ALL {
            let mut full = with_requests(crossed, makes);
            full.limits = Limits {
                blocked: Some(0),
                friends: Some(0),
                requests_in: Some(0),
                batch: None,
            };
            for action in Action::ALL {
                for reason in Reason::ALL {
                    assert_can_refuse_if_given(&full, action, reason);
                }
            }

            // Only a request that accepts the target's own ignores the target's mode.
            let closed = [Reason::TargetTakesNoRequests];
            let requested = STRANGERS.with(Fact::TargetRequested);
            let answer = refused(Action::SendRequest, requested, closed);
            let property = Property::RefusalsFollowThePolicy;
            let can_refuse = holds_under(&full, property, &answer);
            assert_eq!(can_refuse, crossed == Crossed::Waits);
        }
    }
}

#[track_caller]
fn assert_can_refuse_if_given(policy: &Policy, action: Action, reason: Reason) {
    let (mut is_given, mut can_refuse) = (false, false);
    for relation in Relation::all() {
        let local_state = LocalState {
            relation,
            first: Counts::default(),
            second: Counts::default(),
        };
        for (_, facts) in local_state.all_facts() {
            let step = JudgedAction::new(policy, action, facts);
            is_given |= step
                .outcome
                .is_err_and(|refusal| refusal.reasons().contains(reason));
        }
        let refusal = refused(action, relation, [reason]);
        can_refuse |= holds_under(policy, Property::RefusalsFollowThePolicy, &refusal);
    }
    assert_eq!(can_refuse, is_given, "{action:?}: {reason:?}");
}

#[test]
fn a_change_without_its_effect_is_found() {
    // No action of the actor has the effect that the target blocks, requests or unblocks.
    let blocked = STRANGERS.with(Fact::TargetBlocks);
    let requested = STRANGERS.with(Fact::TargetRequested);
    for (before, after) in [
        (STRANGERS, blocked),
        (STRANGERS, requested),
        (blocked, STRANGERS),
    ] {
        assert_finds(
            Property::EffectsAreTheChange,
            &done(Action::Block, before, after),
        );
    }
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
        Judge::Interaction(_) | Judge::Action(_) | Judge::Decision(_) => {
            panic!("{property:?} is not about states")
        }
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
        Property::NoRequestForWhatIsThere,
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
fn a_request_for_a_follow_that_is_there_is_found() {
    let Judge::Pair(holds) = judge(Property::NoRequestForWhatIsThere) else {
        panic!()
    };
    for (entry, own, others) in [
        (
            Fact::ActorLists,
            Fact::ActorRequested,
            Fact::TargetRequested,
        ),
        (
            Fact::TargetLists,
            Fact::TargetRequested,
            Fact::ActorRequested,
        ),
    ] {
        let listed = STRANGERS.with(entry);
        let follow = with_requests(Crossed::Waits, Granted::Follow);
        assert!(!holds(&follow, &facts(listed.with(own))));
        assert!(holds(&follow, &facts(listed.with(others))));
        let friendship = with_requests(Crossed::Waits, Granted::Friendship);
        assert!(holds(&friendship, &facts(listed.with(own))));
    }
}

fn holds_for_interaction(policy: &Policy, property: Property, judged: &JudgedInteraction) -> bool {
    match judge(property) {
        Judge::Interaction(holds) => holds(policy, judged),
        Judge::Decision(holds) => holds(policy, &judged.facts, judged.decision),
        Judge::Pair(_) | Judge::Action(_) => panic!("{property:?} is not about interactions"),
    }
}

#[test]
fn a_wrong_decision_on_an_interaction_is_found() {
    let policy = Policy::tencent_rest();
    let blocked = facts(STRANGERS.with(Fact::TargetBlocks));
    for interaction in Interaction::ALL {
        let allowed = Decision::new(interaction, Reasons::EMPTY, SILENT);
        let told = Decision::new(interaction, Reason::TargetBlocks.into(), TOLD);
        for (property, decision) in [
            (Property::BlockedCannotReachBlocker, allowed),
            (Property::InteractionsFollowThePolicy, allowed),
            (Property::InteractionsFollowThePolicy, told),
            (Property::NoticesAreObeyed, told),
        ] {
            let mut judged = JudgedInteraction::new(&policy, interaction, blocked);
            assert!(holds_for_interaction(&policy, property, &judged));
            judged.decision = decision;
            assert!(
                !holds_for_interaction(&policy, property, &judged),
                "{property:?}"
            );
        }
    }
}

/// An interaction that is decided by another one's gate is found.
#[test]
fn a_decision_by_the_gate_of_another_interaction_is_found() {
    let blocked = facts(STRANGERS.with(Fact::TargetBlocks));
    for interaction in Interaction::ALL {
        let mut policy = Policy::tencent_rest();
        policy.gate_mut(interaction).stopped_by = Sides::Neither;
        policy.gate_mut(interaction).notice = TOLD;
        for other in Interaction::ALL {
            let decision = Decision::new(other, Reason::TargetBlocks.into(), SILENT);
            let judged = JudgedInteraction {
                facts: blocked,
                interaction: other,
                decision,
            };
            for property in [
                Property::InteractionsFollowThePolicy,
                Property::NoticesAreObeyed,
            ] {
                let holds = holds_for_interaction(&policy, property, &judged);
                assert_eq!(holds, other != interaction, "{property:?}");
            }
        }
    }
}

/// Each block has the notice of its side, in each question that blocks refuse.
#[test]
fn a_notice_that_says_more_or_less_than_the_policy_is_found() {
    let Judge::Decision(holds) = judge(Property::NoticesAreObeyed) else {
        panic!()
    };
    let everything = STRANGERS
        .with(Fact::ActorBlocks)
        .with(Fact::TargetBlocks)
        .with(Fact::TargetRequested);
    let blocks: Reasons = [Reason::ActorBlocks, Reason::TargetBlocks]
        .into_iter()
        .collect();

    for question in questions_that_blocks_refuse() {
        for notices in all_notices() {
            let policy = with_notices(notices);
            for forged in all_notices() {
                let decision = Decision::new(question, blocks, forged);
                let correct = Decision::new(question, blocks, notices);
                assert_eq!(
                    holds(&policy, &facts(everything), decision),
                    decision.visible().reasons() == correct.visible().reasons(),
                    "{question:?}: {forged:?} for {notices:?}"
                );
            }
        }
    }
}

fn questions_that_blocks_refuse() -> impl Iterator<Item = Question> {
    Question::all().filter(|question| match question {
        Question::Reach(_) => true,
        Question::Act(action) => super::decisions::adds(*action),
    })
}

fn all_notices() -> impl Iterator<Item = Notices> {
    Notice::ALL
        .into_iter()
        .flat_map(|own| Notice::ALL.map(move |other| Notices { own, other }))
}

/// Returns a policy under which each block stops everything, with these notices.
fn with_notices(notices: Notices) -> Policy {
    let mut policy = Policy::tencent_rest();
    for interaction in Interaction::ALL {
        policy.gate_mut(interaction).stopped_by = Sides::Both;
        policy.gate_mut(interaction).notice = notices;
    }
    policy.request.notice = notices;
    policy
}

#[test]
fn a_refusal_that_leaks_the_block_is_found() {
    let blocked = facts(STRANGERS.with(Fact::TargetBlocks));
    let neutral = Notices::both(Notice::Neutral);
    let block = Reasons::from(Reason::TargetBlocks);
    let listing = Reasons::from(Reason::NotListedByActor);
    let both = block.union(listing);

    for (notices, reasons, forged) in [
        // Silent, although the policy tells of blocks.
        (TOLD, block, SILENT),
        // Not silent, but with a reason that the actor cannot see.
        (TOLD, both, SILENT),
        (TOLD, both, neutral),
        // Refused with or without the block, but for a reason that reveals the block.
        (SILENT, block, TOLD),
        (SILENT, both, TOLD),
        (neutral, both, TOLD),
        // Refused with or without the block, but neutrally, which also reveals the block.
        (neutral, block, neutral),
        (SILENT, block, neutral),
        // The neutral reason itself is never given.
        (neutral, Reason::Unavailable.into(), neutral),
    ] {
        for interaction in Interaction::ALL {
            let mut policy = with_notices(notices);
            policy.gate_mut(interaction).needs_listing_by = Sides::Actor;
            let mut judged = JudgedInteraction::new(&policy, interaction, blocked);
            let property = Property::NoticesAreObeyed;
            assert!(holds_for_interaction(&policy, property, &judged));
            judged.decision = Decision::new(interaction, reasons, forged);
            assert!(
                !holds_for_interaction(&policy, property, &judged),
                "{notices:?}, {reasons}, {forged:?}"
            );
        }
    }
}
