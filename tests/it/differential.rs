//! The engine against the reference model, after every operation of random logs.

use std::collections::BTreeMap;

use proptest::prelude::*;
use socialgraph::{
    Action, Change, Decision, Effects, Limits, List, Reasons, Refusal, RequestMode, RequestSending,
    SocialGraph, Ways,
};

use crate::logs::{NAMES, Op, logs, populated, profiles};
use crate::model::{Act, Caps, Mode, Model, Profile};

type ModelOutcome = Result<Vec<&'static str>, Vec<&'static str>>;

pub(crate) fn model_of(profile: &str, limits: Limits) -> Model {
    let profile = match profile {
        "tencent_rest" => Profile::TencentRest,
        "tencent_mutual" => Profile::TencentMutual,
        "tencent_keep_friends" => Profile::TencentKeepFriends,
        other => panic!("the model knows no profile {other}"),
    };
    let cap = |limit: Option<u32>| limit.map_or(usize::MAX, |limit| limit as usize);
    let caps = Caps {
        blocked: cap(limits.blocked),
        friends: cap(limits.friends),
        requests_in: cap(limits.requests_in),
        batch: cap(limits.batch),
    };
    Model::new(profile, caps)
}

pub(crate) fn act_of(action: Action) -> Act {
    match action {
        Action::Block => Act::Block,
        Action::Unblock => Act::Unblock,
        Action::SendRequest => Act::Request,
        Action::AcceptRequest => Act::Accept,
        Action::DeclineRequest => Act::Decline,
        Action::CancelRequest => Act::Cancel,
        Action::AddFriend(Ways::OneWay) => Act::AddOneWay,
        Action::AddFriend(Ways::TwoWay) => Act::AddTwoWay,
        Action::RemoveFriend(Ways::OneWay) => Act::RemoveOneWay,
        Action::RemoveFriend(Ways::TwoWay) => Act::RemoveTwoWay,
    }
}

pub(crate) fn mode_of(mode: RequestMode) -> Mode {
    match mode {
        RequestMode::Anyone => Mode::Anyone,
        RequestMode::Confirm => Mode::Confirm,
        RequestMode::Nobody => Mode::Nobody,
    }
}

fn reason_names(reasons: Reasons) -> Vec<String> {
    reasons.iter().map(|reason| format!("{reason:?}")).collect()
}

fn effect_names(effects: Effects) -> Vec<String> {
    effects.iter().map(|effect| format!("{effect:?}")).collect()
}

/// An engine's outcome in the model's words.
fn in_words(outcome: Result<Change, Refusal>) -> Result<Vec<String>, Vec<String>> {
    outcome
        .map(|change| effect_names(change.effects()))
        .map_err(|refusal| reason_names(refusal.reasons()))
}

fn owned(outcome: ModelOutcome) -> Result<Vec<String>, Vec<String>> {
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    outcome.map(owned).map_err(owned)
}

/// Applies an operation to both, and compares what each says it did.
fn apply_to_both(graph: &mut SocialGraph, model: &mut Model, op: &Op) {
    match op {
        Op::Act(action, actor, target) => {
            let (actor, target) = (NAMES[*actor], NAMES[*target]);
            let engine = in_words(graph.apply(*action, actor, target));
            let expected = owned(model.apply(act_of(*action), actor, target));
            assert_eq!(engine, expected, "{op:?}");
        }
        Op::Batch(action, actor, targets) => {
            let targets: Vec<_> = targets.iter().map(|target| NAMES[*target]).collect();
            let engine = graph.apply_many(*action, NAMES[*actor], &targets).ok();
            let engine: Option<Vec<_>> =
                engine.map(|batch| batch.outcomes().iter().copied().map(in_words).collect());
            let expected = model.apply_many(act_of(*action), NAMES[*actor], &targets);
            let expected: Option<Vec<_>> =
                expected.map(|outcomes| outcomes.into_iter().map(owned).collect());
            assert_eq!(engine, expected, "{op:?}");
        }
        Op::Mode(user, mode) => {
            let set = graph.set_request_mode(NAMES[*user], *mode).is_ok();
            assert_eq!(set, model.set_mode(NAMES[*user], mode_of(*mode)));
        }
        Op::Sending(user, sending) => {
            let barred = *sending == RequestSending::Barred;
            let set = graph.set_request_sending(NAMES[*user], *sending).is_ok();
            assert_eq!(set, model.set_barred(NAMES[*user], barred));
        }
        Op::Remove(user) => {
            remove_from_both(graph, model, NAMES[*user]);
        }
        Op::Add(user) => {
            assert_eq!(graph.add_user(NAMES[*user]).is_ok(), model.add_user(NAMES[*user]));
        }
    }
}

/// Removes a user from both, and compares every relation that ended with the model's.
fn remove_from_both(graph: &mut SocialGraph, model: &mut Model, name: &str) {
    let others: BTreeMap<_, _> = graph
        .users()
        .map(|(id, other)| (id, other.to_owned()))
        .filter(|(_, n)| n != name)
        .collect();
    let Ok(removed) = graph.remove_user(name) else {
        assert!(!model.remove_user(name));
        return;
    };
    let mut ended = BTreeMap::new();
    for (id, other) in others {
        ended.insert(id, model.relation(name, &other));
    }
    ended.retain(|_, relation| relation != "-");
    let severed =
        removed.severed.iter().map(|severed| (severed.peer, format!("{:#}", severed.before)));
    assert!(severed.eq(ended), "{name}");
    assert!(model.remove_user(name));
}

/// Asks both everything there is to ask.
fn compare(graph: &SocialGraph, model: &Model) {
    for (actor, target) in NAMES.iter().flat_map(|a| NAMES.iter().map(move |b| (*a, *b))) {
        let message = graph.can_message(actor, target);
        let (reasons, visible) = model.why_no_message(actor, target);
        assert_eq!(reason_names(message.reasons()), reasons, "{actor} messages {target}");
        assert_eq!(reason_names(message.visible().reasons()), visible);
        for action in Action::ALL {
            let decision: Decision = graph.decide(action, actor, target);
            let expected = model.why_not(act_of(action), actor, target);
            assert_eq!(reason_names(decision.reasons()), expected, "{actor} {action:?} {target}");
        }
        if let Ok(relation) = graph.relation(actor, target) {
            assert_eq!(format!("{relation:#}"), model.relation(actor, target));
        }
    }
    for name in NAMES.into_iter().filter(|name| graph.user(name).is_some()) {
        let listed = |list| {
            let listing = graph.list(name, list).unwrap();
            let mut names: Vec<_> = listing.iter().map(|id| graph.name(id).unwrap()).collect();
            assert_eq!(names.len(), listing.len());
            names.sort_unstable();
            names
        };
        assert_eq!(listed(List::Blocklist), model.blocklist(name));
        assert_eq!(listed(List::Friends), model.friends(name));
        assert_eq!(listed(List::RequestsIn), model.requests_in(name));
        assert_eq!(listed(List::RequestsOut), model.requests_out(name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn the_engine_and_the_model_agree((profile, policy) in profiles(), log in logs(60)) {
        let mut graph = populated(policy);
        let mut model = model_of(profile, policy.limits);
        for name in &NAMES[..NAMES.len() - 1] {
            assert!(model.add_user(name));
        }
        for op in &log {
            apply_to_both(&mut graph, &mut model, op);
            model.assert_legal();
            compare(&graph, &model);
        }
    }
}
