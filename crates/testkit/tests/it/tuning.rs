//! What a tuning sets, and that no tuning is too much.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use socialgraph::operation::{Act, ActOnMany, ClearList, ManyAct, SetRequestMode};
use socialgraph::{Action, Limits, MAX_NAME_BYTES, Operation, Policy, RequestMode, Ways};
use socialgraph_testkit::strategies::{self, Tuning, UNKNOWN_NAME, Weights};

/// Returns the operations of some logs, without the joins at their beginning.
fn drawn(tuning: &Tuning, logs: usize) -> Vec<Operation> {
    let mut runner = TestRunner::deterministic();
    let joins = tuning.users().len();
    let strategy = strategies::logs(tuning);
    (0..logs)
        .flat_map(|_| {
            strategy
                .new_tree(&mut runner)
                .unwrap()
                .current()
                .into_iter()
                .skip(joins)
        })
        .collect()
}

/// Returns the actions of all operations, also those in batches and those that clear a list.
fn actions(operations: &[Operation]) -> BTreeSet<Action> {
    let action = |operation: &Operation| match operation {
        Operation::Act(Act { action, .. })
        | Operation::ActOnMany(ActOnMany { action, .. })
        | Operation::ManyAct(ManyAct { action, .. }) => Some(*action),
        Operation::ClearList(ClearList { list, .. }) => Some(list.action()),
        _ => None,
    };
    operations.iter().filter_map(action).collect()
}

/// Returns the request modes that are set.
fn modes(operations: &[Operation]) -> BTreeSet<RequestMode> {
    let mode = |operation: &Operation| match operation {
        Operation::SetRequestMode(SetRequestMode { mode, .. }) => Some(*mode),
        _ => None,
    };
    operations.iter().filter_map(mode).collect()
}

fn without_actions() -> Tuning {
    let mut tuning = Tuning::default();
    let weights = &mut tuning.weights;
    (weights.block, weights.unblock, weights.send_request) = (0, 0, 0);
    (
        weights.accept_request,
        weights.decline_request,
        weights.cancel_request,
    ) = (0, 0, 0);
    (weights.add_friend, weights.remove_friend) = (0, 0);
    tuning
}

#[test]
fn a_tuning_sets_what_is_drawn() {
    let mut none = Tuning::default();
    (none.users, none.unknown_percent, none.targets, none.limits) = (0, 0, 0, Vec::new());
    assert!(
        drawn(&none, 50)
            .iter()
            .flat_map(|op| op.names())
            .all(|name| name != UNKNOWN_NAME)
    );
    let policies = strategies::policies(&none);
    let mut runner = TestRunner::deterministic();
    assert_eq!(
        policies.new_tree(&mut runner).unwrap().current().limits,
        Limits::NONE
    );
    none.operations = 0;
    assert_eq!(drawn(&none, 50), []);

    let mut blocks = Tuning::default();
    (blocks.users, blocks.unknown_percent) = (u8::MAX, u8::MAX);
    blocks.weights = Weights::NONE;
    (blocks.weights.block, blocks.weights.unblock) = (u16::MAX, u16::MAX);
    let blocks_only = |operation: &Operation| match operation {
        Operation::Act(Act {
            action: Action::Block | Action::Unblock,
            actor,
            target,
        }) => actor == UNKNOWN_NAME && target == UNKNOWN_NAME,
        _ => false,
    };
    assert!(drawn(&blocks, 50).iter().all(blocks_only));

    // If all weights are 0, each counts as 1; batches without actions never come.
    (blocks.weights.block, blocks.weights.unblock) = (0, 0);
    for batch in [0, 9] {
        blocks.weights.batch = batch;
        let all = drawn(&blocks, 50);
        let kinds: BTreeSet<_> = all
            .iter()
            .map(|op| format!("{:?}", std::mem::discriminant(op)))
            .collect();
        assert_eq!(kinds.len(), 11);
        assert_eq!(actions(&all).len(), Action::ALL.len());
    }
}

/// Returns some logs under a share of odd names, as drawn and with this many plain names each.
fn logs_with_odd_names(percent: u8) -> (Vec<Vec<Operation>>, usize) {
    let mut tuning = Tuning::default();
    tuning.odd_names_percent = percent;
    let (plain, strategy) = (tuning.valid_names(), strategies::logs(&tuning));
    let is_plain = |name: &str| {
        let is_valid = (1..=MAX_NAME_BYTES).contains(&name.len());
        !is_valid || name == UNKNOWN_NAME || plain.iter().any(|it| it == name)
    };

    let mut runner = TestRunner::deterministic();
    let draw = |_| strategy.new_tree(&mut runner).unwrap().current();
    let logs: Vec<Vec<Operation>> = (0..200).map(draw).collect();
    let has_odd = |log: &&Vec<Operation>| !log.iter().flat_map(Operation::names).all(is_plain);
    let odd = logs.iter().filter(has_odd).count();
    (logs, odd)
}

/// Logs with odd names have the operations of the logs without, in the share of logs that is set.
#[test]
fn odd_names_change_no_operation() {
    let [(plain, none), (some_odd, some), (all_odd, all)] = [0, 20, 100].map(logs_with_odd_names);
    assert_eq!(none, 0);
    assert!(some.abs_diff(200 / 5) < 15, "{some}");
    // The odd name may be one that no rename of the log gives.
    assert!(all > 160, "{all}");
    assert_eq!(all_odd, logs_with_odd_names(u8::MAX).0);

    let nameless = |logs: &[Vec<Operation>]| -> Vec<Vec<Operation>> {
        let of = |log: &Vec<Operation>| {
            let operations = log.iter();
            operations
                .map(|it| it.map_names(|_| String::new()))
                .collect()
        };
        logs.iter().map(of).collect()
    };
    assert_eq!(nameless(&plain), nameless(&some_odd));
    assert_eq!(nameless(&plain), nameless(&all_odd));
}

/// An action of weight 0 comes in no batch, and without actions there are no batches.
#[test]
fn what_has_no_weight_never_comes() {
    let none = without_actions();
    assert!(none.weights.batch > 0);
    assert_eq!(actions(&drawn(&none, 100)), BTreeSet::new());
    let mut requests = without_actions();
    requests.weights.send_request = 1;
    assert_eq!(
        actions(&drawn(&requests, 100)),
        [Action::SendRequest].into()
    );
}

#[test]
fn one_way_friends_and_modes_can_be_left_out() {
    let added_and_removed = |percent, removed| {
        let mut tuning = Tuning::default();
        tuning.weights.one_way_percent = percent;
        tuning.weights.removed_one_way_percent = removed;
        let all = actions(&drawn(&tuning, 100));
        [Ways::OneWay, Ways::TwoWay].map(|ways| {
            [Action::AddFriend(ways), Action::RemoveFriend(ways)].map(|it| all.contains(&it))
        })
    };
    let ways = |percent| added_and_removed(percent, None);
    assert_eq!(ways(0), [[false; 2], [true; 2]]);
    assert_eq!(ways(60), [[true; 2], [true; 2]]);
    assert_eq!([ways(100), ways(u8::MAX)], [[[true; 2], [false; 2]]; 2]);
    // Added two-way and removed one-way, and the reverse.
    let crossed = [[false, true], [true, false]];
    assert_eq!(added_and_removed(0, Some(100)), crossed);
    assert_eq!(
        added_and_removed(100, Some(0)),
        crossed.map(|it| it.map(|is| !is))
    );

    let mut tuning = Tuning::default();
    tuning.request_modes = vec![RequestMode::Nobody];
    assert_eq!(modes(&drawn(&tuning, 100)), [RequestMode::Nobody].into());
    tuning.operations = 0;
    let graphs = strategies::graphs(Policy::tencent_rest(), &tuning);
    let graph = graphs
        .new_tree(&mut TestRunner::deterministic())
        .unwrap()
        .current();
    let mode = |(user, _)| graph.user_facts(user).unwrap().request_mode;
    assert!(
        graph
            .users()
            .map(mode)
            .all(|mode| mode == RequestMode::Nobody)
    );

    let mut tuning = Tuning::default();
    tuning.request_modes.clear();
    assert_eq!(modes(&drawn(&tuning, 100)), RequestMode::ALL.into());
}

/// Returns a tuning with every number at its maximum, or only those of blocks and batches.
fn maximum_tuning(batches_alone: bool) -> Tuning {
    let mut maximum = Tuning::default();
    (maximum.operations, maximum.targets) = (usize::MAX, usize::MAX);
    (
        maximum.users,
        maximum.unknown_percent,
        maximum.same_pair_percent,
        maximum.odd_names_percent,
    ) = (u8::MAX, u8::MAX, u8::MAX, u8::MAX);
    let others = if batches_alone { 0 } else { u16::MAX };
    maximum.weights = without_actions().weights;
    let weights = &mut maximum.weights;
    (weights.block, weights.batch) = (others.max(1), u16::MAX);
    (
        weights.send_request,
        weights.add_friend,
        weights.one_way_percent,
    ) = (others, others, u8::MAX);
    (weights.request_mode, weights.request_sending) = (others, others);
    (weights.add_user, weights.add_invalid, weights.remove_user) = (others, others, others);
    (weights.batch_by_many, weights.clear_list) = (others, others);
    (weights.rename_user, weights.merge_users) = (others, others);
    weights.adopt_policy = others;
    maximum
}

/// No tuning overflows a number or takes too much memory.
#[test]
fn no_tuning_is_too_much() {
    for batches_alone in [false, true] {
        let maximum = maximum_tuning(batches_alone);
        let mut runner = TestRunner::deterministic();
        let logs = strategies::logs(&maximum);
        let (mut operations, mut targets) = (0, 0);

        for _ in 0..6 {
            let log = logs.new_tree(&mut runner).unwrap().current();
            operations = operations.max(log.len() - maximum.users().len());
            for operation in &log {
                if let Operation::ActOnMany(ActOnMany { targets: many, .. }) = operation {
                    targets = targets.max(many.len());
                }
            }
        }

        let within = |count: usize, bound: usize| (bound / 2..=bound).contains(&count);
        assert!(within(operations, Tuning::MOST_OPERATIONS), "{operations}");
        assert!(within(targets, Tuning::MOST_TARGETS), "{targets}");

        let graphs = strategies::graphs(Policy::tencent_rest(), &maximum);
        let graph = graphs.new_tree(&mut runner).unwrap().current();
        assert_eq!(graph.check_invariants(), Ok(()));

        let _ = strategies::policies(&maximum)
            .new_tree(&mut runner)
            .unwrap()
            .current();
    }
}
