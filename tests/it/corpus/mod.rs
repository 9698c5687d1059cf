//! The inputs that fuzzing left behind, played again.
//!
//! What bytes mean to each target is in the files beside this one and in `tim/request.rs`; the
//! targets in `fuzz/` call the same functions.

mod operations;
mod snapshot;

use std::path::Path;

use proptest::prelude::*;

#[cfg(feature = "tim")]
use crate::tim::request;

/// The inputs of a target.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn logs_are_the_same_to_the_engine_and_the_model() {
    let (mut operations, mut most_users) = (0, 0);
    for input in inputs("operations") {
        let (setting, log) = operations::read(&input);
        operations += log.iter().filter(|step| step.is_operation()).count();
        most_users = most_users.max(operations::play(setting, &log).graph.user_count());
    }
    assert!(operations > 1000 && most_users > 8, "{operations}, {most_users}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Fuzzing meets few of these by chance.
    #[test]
    fn logs_with_celebrities_are_the_same_to_both(
        first in 250..=u8::MAX,
        rest in proptest::collection::vec(any::<u8>(), 200..600),
    ) {
        let (setting, log) = operations::read(&[&[first], &rest[..]].concat());
        prop_assert_eq!(setting.names, operations::Names::Celebrities);
        operations::play(setting, &log);
    }
}

#[test]
fn snapshots_are_graphs_or_errors() {
    let inputs = inputs("snapshot");
    let graphs = inputs.iter().filter(|bytes| snapshot::run(bytes)).count();
    assert!(graphs > 0 && graphs < inputs.len(), "{graphs} of {}", inputs.len());
}

#[cfg(feature = "tim")]
#[test]
fn requests_have_documented_replies() {
    let codes: std::collections::BTreeSet<_> =
        inputs("request").iter().flat_map(|bytes| request::run(bytes)).collect();
    assert!(codes.len() >= 10, "{codes:?}");
}
