//! Random entries, made by the strategies of the test kit.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use socialgraph::{Policy, SocialGraph};
use socialgraph_host::Operations;
use socialgraph_testkit::strategies::{self, Tuning};

/// Returns the state at position 0.
pub(crate) fn empty() -> SocialGraph {
    SocialGraph::new(Policy::tencent_rest())
}

/// Makes entries.
pub(crate) struct Entries {
    runner: TestRunner,
    strategy: BoxedStrategy<Operations>,
}

impl Entries {
    pub(crate) fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);

        let tuning = tuning();
        let one = strategies::operations(&tuning);
        let several = vec(one.clone(), 2..5);
        let strategy = prop_oneof![
            6 => one.prop_map(Operations::One),
            2 => several.clone().prop_map(Operations::Each),
            2 => several.prop_map(Operations::All),
        ];
        Self {
            runner: TestRunner::new_with_rng(Config::default(), rng),
            strategy: strategy.boxed(),
        }
    }

    pub(crate) fn next(&mut self) -> Operations {
        let tree = self.strategy.new_tree(&mut self.runner);
        tree.expect("the strategies refuse nothing").current()
    }
}

/// More users than by default, who often join and seldom leave.
fn tuning() -> Tuning {
    let mut tuning = Tuning::default();
    tuning.users = 12;
    tuning
}
