//! The corpora of the fuzz targets, played again.
//!
//! The targets in `fuzz/` call the same functions.

mod snapshot;

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use socialgraph::{Relation, SocialGraph};
use socialgraph_testkit::reference::log::{self, CELEBRITIES, NameSet};

/// Returns the inputs of a target.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn engine_and_model_agree_on_the_corpus() {
    let (mut operations, mut most_users) = (0, 0);
    let (mut named, mut others) = (HashSet::new(), HashSet::new());
    for input in inputs("operations") {
        let (setup, steps) = log::read(&input);
        let both = log::play(setup, &steps).unwrap();
        operations += steps.iter().filter(|step| step.is_operation()).count();
        most_users = most_users.max(both.graph.user_count());
        match setup.profile {
            Some(name) => _ = named.insert(name),
            None => _ = others.insert(setup.policy),
        }
    }

    assert!(
        operations > 1000 && most_users > 8,
        "{operations}, {most_users}"
    );
    assert!(
        named.len() > 5 && others.len() > 10,
        "{named:?}, {}",
        others.len()
    );
}

/// Returns the number of relations of a user, if there is such a user.
fn related(graph: &SocialGraph, name: &str) -> Option<usize> {
    let user = graph.user_id(name)?;
    let relations = graph
        .users()
        .filter_map(|(other, _)| graph.relation(user, other).ok());
    Some(
        relations
            .filter(|relation| *relation != Relation::STRANGERS)
            .count(),
    )
}

/// Returns whether the number of a user's relations crosses the size that is kept inline.
///
/// Counts before and after a removal of the user do not count.
fn crosses(counts: &[Option<usize>]) -> bool {
    let is_many = |count: usize| count > 1024;
    let crosses = |[before, after]: [usize; 2]| is_many(before) != is_many(after);
    counts
        .windows(2)
        .any(|pair| matches!(*pair, [Some(a), Some(b)] if crosses([a, b])))
}

/// Random logs find few of these.
#[test]
fn engine_and_model_agree_on_celebrities_who_cross_the_inline_size() {
    let config = ProptestConfig {
        source_file: Some(file!()),
        ..ProptestConfig::with_cases(48)
    };
    let logs = (
        250..=u8::MAX,
        proptest::collection::vec(any::<u8>(), 200..600),
    );
    let crossings = [const { Cell::new(0) }; 2];
    let played = TestRunner::new(config).run(&logs, |(first, rest)| {
        let (setup, steps) = log::read(&[&[first], &rest[..]].concat());
        prop_assert_eq!(setup.names, NameSet::Celebrities);

        let mut counts = [const { Vec::new() }; 2];
        let played = log::play_and_watch(setup, &steps, |graph| {
            for (counts, (name, _)) in counts.iter_mut().zip(CELEBRITIES) {
                counts.push(related(graph, name));
            }
        });
        prop_assert!(played.is_ok(), "{:?}", played.err());

        for (crossings, counts) in crossings.iter().zip(&counts) {
            crossings.set(crossings.get() + u32::from(crosses(counts)));
        }
        Ok(())
    });
    played.unwrap();
    assert!(crossings.iter().all(|logs| logs.get() > 0), "{crossings:?}");
}

#[test]
fn snapshots_are_graphs_or_errors() {
    let inputs = inputs("snapshot");
    let graphs = inputs.iter().filter(|bytes| snapshot::run(bytes)).count();
    assert!(
        graphs > 0 && graphs < inputs.len(),
        "{graphs} of {}",
        inputs.len()
    );
}
