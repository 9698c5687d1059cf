//! What the tests share.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use socialgraph::{Action, Operation, Outcome, Policy, SocialGraph};
use socialgraph_host::{Answer, Host, Operations, Options, Outcomes};
use socialgraph_testkit::strategies::{self, Tuning};

pub(crate) type GraphHost = Host<SocialGraph>;

pub(crate) fn empty() -> SocialGraph {
    SocialGraph::new(Policy::tencent_rest())
}

pub(crate) fn open(path: &Path) -> GraphHost {
    Host::open_or_create(path, empty, Options::default()).unwrap()
}

pub(crate) fn in_memory() -> GraphHost {
    Host::in_memory(empty(), Options::default()).unwrap()
}

/// Proposes an operation, and returns its answer.
pub(crate) fn propose(host: &GraphHost, entry: impl Into<Operations>) -> Answer<Outcomes> {
    host.propose(entry).wait().unwrap()
}

pub(crate) fn join(name: &str) -> Operation {
    Operation::add_user(name)
}

pub(crate) fn block(actor: &str, target: &str) -> Operation {
    Operation::act(Action::Block, actor, target)
}

/// Returns the graph that readers see now.
pub(crate) fn graph(host: &GraphHost) -> SocialGraph {
    SocialGraph::clone(&host.reader())
}

/// Makes entries: the operations of a log, alone and in batches of either kind.
pub(crate) fn entries() -> impl Strategy<Value = Vec<Operations>> {
    let log = strategies::logs(&Tuning::default());
    (log, vec((0..4_u8, 1..5_usize), 80)).prop_map(|(log, cuts)| {
        let mut operations = log.into_iter().peekable();
        let mut entries = Vec::new();
        let mut cuts = cuts.into_iter().cycle();
        while operations.peek().is_some() {
            let (kind, length) = cuts.next().unwrap();
            let mut several = || operations.by_ref().take(length).collect();
            entries.push(match kind {
                0 => Operations::Each(several()),
                1 => Operations::All(several()),
                _ => Operations::One(operations.next().unwrap()),
            });
        }
        entries
    })
}

/// Applies an entry without a host.
pub(crate) fn apply(graph: &mut SocialGraph, entry: &Operations) -> Outcomes {
    let each = |graph: &mut SocialGraph| -> Vec<Outcome> {
        let operations = entry.as_slice().iter();
        operations.map(|it| it.apply_to(graph)).collect()
    };
    match entry {
        Operations::One(operation) => Outcomes::One(operation.apply_to(graph)),
        Operations::Each(_) => Outcomes::Each(each(graph)),
        Operations::All(_) => {
            let mut copy = graph.clone();
            let outcomes = each(&mut copy);
            let not_done = outcomes.iter().position(|outcome| !outcome.is_done());
            if let Some(index) = not_done {
                let outcome = outcomes[index].clone();
                return Outcomes::Nothing { index, outcome };
            }
            *graph = copy;
            Outcomes::All(outcomes)
        }
    }
}
