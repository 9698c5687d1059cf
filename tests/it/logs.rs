//! Random logs of operations: few users, many collisions.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use socialgraph::{
    Action, Change, Effect, Effects, Limits, Notice, Policy, Reason, Reasons, Refusal, RequestMode,
    RequestSending, Sides, SocialGraph, Ways,
};

use crate::fixtures::policy_of;

/// The users that a log speaks of; the last is never added.
pub(crate) const NAMES: [&str; 6] = ["ann", "ben", "cyd", "dot", "eve", "nobody"];

/// One operation on users by their place in [`NAMES`].
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Act(Action, usize, usize),
    Batch(Action, usize, Vec<usize>),
    Mode(usize, RequestMode),
    Sending(usize, RequestSending),
    Remove(usize),
    Add(usize),
}

/// Limits that a few users reach.
pub(crate) const TIGHT: Limits =
    Limits { blocked: Some(2), friends: Some(2), requests_in: Some(1), batch: Some(6) };

/// One of the profiles, with the vendor's limits, tight ones or none.
pub(crate) fn profiles() -> impl Strategy<Value = (&'static str, Policy)> {
    let profiles = proptest::sample::select(Policy::PROFILES.to_vec());
    (profiles, limits()).prop_map(|((name, mut policy), limits)| {
        policy.limits = limits;
        (name, policy)
    })
}

/// Any policy: as often a profile as one put together at random.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    let side = || proptest::sample::select(Sides::ALL.to_vec());
    let sides = [side(), side(), side(), side(), side()];
    let notice = proptest::sample::select(vec![Notice::Silent, Notice::Told]);
    let any = (sides, notice, limits());
    let any = any.prop_map(|(sides, notice, limits)| policy_of(sides, notice, limits));
    prop_oneof![profiles().prop_map(|(_, policy)| policy), any]
}

fn limits() -> impl Strategy<Value = Limits> {
    proptest::sample::select(vec![Limits::TENCENT, TIGHT, Limits::NONE])
}

/// A graph of every name but the last, under the policy.
pub(crate) fn populated(policy: Policy) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for name in &NAMES[..NAMES.len() - 1] {
        graph.add_user(name).unwrap();
    }
    graph
}

pub(crate) fn logs(length: usize) -> impl Strategy<Value = Vec<Op>> {
    proptest::collection::vec(ops(), 0..length)
}

fn ops() -> impl Strategy<Value = Op> {
    let user = || prop_oneof![30 => 0..NAMES.len() - 1, 1 => Just(NAMES.len() - 1)];
    let users = proptest::collection::vec(user(), 0..8);
    let mode = proptest::sample::select(RequestMode::ALL.to_vec());
    let sending = proptest::sample::select(RequestSending::ALL.to_vec());
    prop_oneof![
        60 => (actions(), user(), user()).prop_map(|(act, a, b)| Op::Act(act, a, b)),
        6 => (actions(), user(), users).prop_map(|(act, a, many)| Op::Batch(act, a, many)),
        4 => (user(), mode).prop_map(|(user, mode)| Op::Mode(user, mode)),
        2 => (user(), sending).prop_map(|(user, sending)| Op::Sending(user, sending)),
        1 => user().prop_map(Op::Remove),
        2 => (0..NAMES.len() - 1).prop_map(Op::Add),
    ]
}

/// Requests and friends more often than blocks: blocks end what the others begin.
fn actions() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => Just(Action::Block),
        3 => Just(Action::Unblock),
        6 => Just(Action::SendRequest),
        4 => Just(Action::AcceptRequest),
        2 => Just(Action::DeclineRequest),
        2 => Just(Action::CancelRequest),
        3 => Just(Action::AddFriend(Ways::OneWay)),
        2 => Just(Action::AddFriend(Ways::TwoWay)),
        2 => Just(Action::RemoveFriend(Ways::OneWay)),
        1 => Just(Action::RemoveFriend(Ways::TwoWay)),
    ]
}

/// Applies an operation; returns what became of each pair it named.
pub(crate) fn apply(graph: &mut SocialGraph, op: &Op) -> Vec<Result<Change, Refusal>> {
    match op {
        Op::Act(action, actor, target) => {
            return vec![graph.apply(*action, NAMES[*actor], NAMES[*target])];
        }
        Op::Batch(action, actor, targets) => {
            let targets: Vec<_> = targets.iter().map(|target| NAMES[*target]).collect();
            let batch = graph.apply_many(*action, NAMES[*actor], &targets);
            return batch.map_or(Vec::new(), |batch| batch.outcomes().to_vec());
        }
        Op::Mode(user, mode) => drop(graph.set_request_mode(NAMES[*user], *mode)),
        Op::Sending(user, sending) => drop(graph.set_request_sending(NAMES[*user], *sending)),
        Op::Remove(user) => drop(graph.remove_user(NAMES[*user])),
        Op::Add(user) => drop(graph.add_user(NAMES[*user])),
    }
    Vec::new()
}

/// The generator aims: a modest sample of logs meets every reason and effect there is.
#[test]
fn logs_reach_every_reason_and_effect() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut reasons, mut effects) = (Reasons::EMPTY, Effects::EMPTY);
    for _ in 0..500 {
        let tree = (policies(), logs(60)).new_tree(&mut runner).unwrap();
        let (policy, log) = tree.current();
        let mut graph = populated(policy);
        for op in &log {
            if let Op::Remove(user) = op
                && let Ok(removed) = graph.clone().remove_user(NAMES[*user])
            {
                let ended = removed.severed.iter().map(|severed| severed.effects());
                effects = ended.fold(effects, Effects::union);
            }
            for outcome in apply(&mut graph, op) {
                match outcome {
                    Ok(change) => effects = effects.union(change.effects()),
                    Err(refusal) => reasons = reasons.union(refusal.reasons()),
                }
            }
        }
    }
    assert_eq!(reasons, Reason::ALL.into_iter().collect());
    assert_eq!(effects, Effect::ALL.into_iter().collect());
}
