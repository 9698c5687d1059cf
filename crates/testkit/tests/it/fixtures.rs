//! Strategies for the tests of several files.

use proptest::strategy::Strategy;
use socialgraph::{Operation, Policy};
use socialgraph_testkit::strategies::{self, Tuning};

/// The default tuning, with logs of at most this many operations.
pub(crate) fn tuning(operations: usize) -> Tuning {
    let mut tuning = Tuning::default();
    tuning.operations = operations;
    tuning
}

/// Logs of at most this many operations, after all users have joined.
pub(crate) fn logs(operations: usize) -> impl Strategy<Value = Vec<Operation>> {
    strategies::logs(&tuning(operations))
}

/// Any policy, with limits that logs reach and without.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    strategies::policies(&Tuning::default())
}
