//! What holds for all logs.

use std::path::Path;

use proptest::prelude::*;
use socialgraph::SocialGraph;
use socialgraph_host::{
    Answer, Host, Machine as _, Operations, Options, Outcomes, ProposalId, verify,
};

use crate::fixtures::{GraphHost, apply, empty, entries, graph, in_memory};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    }
}

fn fold(entries: &[Operations]) -> (SocialGraph, Vec<Outcomes>) {
    let mut graph = empty();
    let outcomes = entries.iter().map(|entry| apply(&mut graph, entry));
    let outcomes = outcomes.collect();
    (graph, outcomes)
}

/// Proposes entries, and returns their ids and answers.
fn send(host: &GraphHost, entries: &[Operations]) -> Vec<(ProposalId, Answer<Outcomes>)> {
    let tickets: Vec<_> = entries
        .iter()
        .map(|entry| host.propose(entry.clone()))
        .collect();
    let answers = tickets
        .into_iter()
        .map(|ticket| (ticket.id(), ticket.wait().unwrap()));
    answers.collect()
}

/// Proposes entries to a host that writes a snapshot and is opened anew on the way.
fn send_with_restarts(
    path: &Path,
    entries: &[Operations],
    cuts: [usize; 2],
) -> (SocialGraph, Vec<(ProposalId, Answer<Outcomes>)>) {
    let options = Options {
        batch: 7,
        ..Options::default()
    };
    let open = || Host::open_or_create(path, empty, options.clone()).unwrap();
    let [snapshot, restart] = cuts;

    let host = open();
    let mut answers = send(&host, &entries[..snapshot]);
    host.snapshot().unwrap();
    answers.extend(send(&host, &entries[snapshot..restart]));
    drop(host);

    let host = open();
    answers.extend(send(&host, &entries[restart..]));
    for ((id, answer), entry) in answers.iter().zip(entries) {
        assert_eq!(host.propose_as(*id, entry.clone()).wait().unwrap(), *answer);
    }
    (graph(&host), answers)
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn a_host_in_memory_a_host_with_files_and_a_fold_are_alike(
        entries in entries(),
        cuts in any::<[prop::sample::Index; 2]>(),
    ) {
        let mut cuts = cuts.map(|cut| cut.index(entries.len()));
        cuts.sort_unstable();
        let (expected, outcomes) = fold(&entries);
        let said = |answers: Vec<(ProposalId, Answer<Outcomes>)>| -> Vec<(u64, Outcomes)> {
            let answers = answers.into_iter();
            answers.map(|(_, answer)| (answer.position.number, answer.outcome)).collect()
        };
        let outcomes: Vec<_> = (1..).zip(outcomes).collect();

        let memory = in_memory();
        prop_assert_eq!(&said(send(&memory, &entries)), &outcomes);
        prop_assert_eq!(&graph(&memory), &expected);

        let directory = tempfile::tempdir().unwrap();
        let (found, answers) = send_with_restarts(directory.path(), &entries, cuts);
        prop_assert_eq!(&said(answers), &outcomes);
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.next_user(), expected.next_user());
        let found = verify::<SocialGraph>(directory.path()).unwrap();
        prop_assert!(found.faults.is_empty(), "{:?}", found.faults);
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn a_saved_graph_is_loaded_as_it_was(entries in entries(), cut in any::<prop::sample::Index>()) {
        let (graph, _) = fold(&entries);
        let mut bytes = Vec::new();
        graph.save(&mut bytes).unwrap();

        let mut input = &bytes[..];
        let loaded = SocialGraph::load(&mut input).unwrap();
        prop_assert!(input.is_empty());
        prop_assert_eq!(&loaded, &graph);
        prop_assert_eq!(loaded.next_user(), graph.next_user());
        prop_assert_eq!(loaded.check_invariants(), Ok(()));
        let mut again = Vec::new();
        loaded.save(&mut again).unwrap();
        prop_assert_eq!(&again, &bytes);

        let part = &bytes[..cut.index(bytes.len())];
        prop_assert!(SocialGraph::load(&mut &*part).is_err(), "a part is no graph");
    }

    #[test]
    fn entries_and_outcomes_are_read_as_they_were_written(entries in entries()) {
        let (_, outcomes) = fold(&entries);
        for entry in &entries {
            prop_assert_eq!(&in_json(entry), entry);
            prop_assert_eq!(&in_postcard(entry), entry);
        }
        for outcome in &outcomes {
            prop_assert_eq!(&in_json(outcome), outcome);
            prop_assert_eq!(&in_postcard(outcome), outcome);
        }
    }
}

fn in_json<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn in_postcard<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    postcard::from_bytes(&postcard::to_stdvec(value).unwrap()).unwrap()
}
