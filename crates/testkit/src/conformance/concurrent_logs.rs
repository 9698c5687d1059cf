//! Random logs in which some operations arrive at once with another.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, TestRng, TestRunner};

use super::{Config, Step};
use crate::strategies::{Weights, logs};
use socialgraph::operation::Act;
use socialgraph::{Action, Operation, Policy, SocialGraph};

/// Creates the source of random logs; the same seed gives the same logs.
pub(super) fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    for (byte, value) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *byte = value;
    }

    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(RunnerConfig::default(), rng)
}

/// Generates logs with the configured share of concurrent operations.
pub(super) fn concurrent_logs(config: &Config) -> impl Strategy<Value = Vec<Step>> + use<> {
    let (policy, weights) = (config.policy, config.tuning.weights);
    let share = config.concurrent_percent;
    let length = config.tuning.users().len() + config.tuning.log_lengths().end();

    let race = (0..100_u8, any::<[Index; 2]>());
    let race = race.prop_map(move |(percent, choices)| (percent < share).then_some(choices));
    let races = proptest::collection::vec(race, length);

    (logs(&config.tuning), races)
        .prop_map(move |(log, races)| with_races(log, &races, policy, weights))
}

/// Replaces operations by races if the pair has possible actions.
fn with_races(
    log: Vec<Operation>,
    races: &[Option<[Index; 2]>],
    policy: Policy,
    weights: Weights,
) -> Vec<Step> {
    let mut graph = SocialGraph::new(policy);
    let mut steps = Vec::new();

    for (operation, choices) in log.into_iter().zip(races) {
        let race = choices.and_then(|choices| race(&graph, weights, &operation, choices));
        let step = race.unwrap_or(Step::One(operation));
        for operation in step.operations() {
            let _ = operation.apply_to(&mut graph);
        }
        steps.push(step);
    }
    steps
}

/// Returns two concurrent actions on the pair of an action, each of them possible now.
///
/// Unrelated actions, and actions that are refused anyway, seldom show a race.
fn race(
    graph: &SocialGraph,
    weights: Weights,
    operation: &Operation,
    choices: [Index; 2],
) -> Option<Step> {
    let Operation::Act(Act { actor, target, .. }) = operation else {
        return None;
    };

    let mut possible = Vec::new();
    for (actor, target) in [(actor, target), (target, actor)] {
        for action in Action::ALL {
            if weights.of(action) > 0 && graph.decide(action, actor, target).is_allowed() {
                possible.push(Operation::act(action, actor, target));
            }
        }
    }
    if possible.is_empty() {
        return None;
    }

    let [first, second] = choices.map(|choice| choice.get(&possible).clone());
    Some(Step::Concurrent(first, second))
}
