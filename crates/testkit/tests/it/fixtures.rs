//! Strategies that several files test with.

use proptest::strategy::Strategy;
use socialgraph::{Operation, Policy};
use socialgraph_testkit::strategies::{self, Tuning};

/// The default tuning, with logs of so many operations at most.
pub(crate) fn tuning(operations: usize) -> Tuning {
    let mut tuning = Tuning::default();
    tuning.operations = operations;
    tuning
}

/// Logs of so many operations at most, after everyone has joined.
pub(crate) fn logs(operations: usize) -> impl Strategy<Value = Vec<Operation>> {
    strategies::logs(&tuning(operations))
}

/// Any policy, with limits that matter and without.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    strategies::policies(&Tuning::default())
}
