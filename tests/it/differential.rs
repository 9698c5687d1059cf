//! The engine against the reference model, after every operation of random logs.

use std::collections::BTreeMap;

use proptest::prelude::*;
use socialgraph::strategies::{self, Tuning};
use socialgraph::{
    Action, Change, Decision, Effects, Limits, List, MAX_NAME_BYTES, Operation, Outcome, Reasons,
    Refusal, RequestMode, RequestSending, SocialGraph, Ways,
};

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
fn apply_to_both(graph: &mut SocialGraph, model: &mut Model, op: &Operation) {
    if let Operation::RemoveUser { name } = op {
        return remove_from_both(graph, model, name);
    }
    let outcome = op.apply_to(graph);
    match op {
        Operation::Act { action, actor, target } => {
            let expected = owned(model.apply(act_of(*action), actor, target));
            assert_eq!(in_words(outcome.items()[0]), expected, "{op}");
        }
        Operation::ActOnMany { action, actor, targets } => {
            let Outcome::ActOnMany(engine) = outcome else { unreachable!("{op}") };
            let engine: Option<Vec<_>> =
                engine.ok().map(|batch| batch.outcomes().iter().copied().map(in_words).collect());
            let targets: Vec<_> = targets.iter().map(String::as_str).collect();
            let expected = model.apply_many(act_of(*action), actor, &targets);
            let expected: Option<Vec<_>> =
                expected.map(|outcomes| outcomes.into_iter().map(owned).collect());
            assert_eq!(engine, expected, "{op}");
        }
        Operation::SetRequestMode { user, mode } => {
            assert_eq!(outcome.is_done(), model.set_mode(user, mode_of(*mode)), "{op}");
        }
        Operation::SetRequestSending { user, sending } => {
            let barred = *sending == RequestSending::Barred;
            assert_eq!(outcome.is_done(), model.set_barred(user, barred), "{op}");
        }
        Operation::AddUser { name } => {
            // The model takes any name.
            let valid = (1..=MAX_NAME_BYTES).contains(&name.len());
            assert_eq!(outcome.is_done(), valid && model.add_user(name), "{op}");
        }
        Operation::RemoveUser { .. } => unreachable!("handled above"),
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
    for (actor, target) in Tuning::default().pairs() {
        let (actor, target) = (&*actor, &*target);
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
    for (_, name) in graph.users() {
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
    fn the_engine_and_the_model_agree(
        (profile, policy) in strategies::profiles(&Tuning::default()),
        log in strategies::logs(&Tuning::default()),
    ) {
        let mut graph = SocialGraph::new(policy);
        let mut model = model_of(profile, policy.limits);
        for op in &log {
            apply_to_both(&mut graph, &mut model, op);
            model.assert_legal();
            compare(&graph, &model);
        }
    }
}
