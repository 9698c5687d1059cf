//! What the entries lead to: by a plain fold, and by the reference model.

use std::collections::BTreeSet;

use socialgraph::{Operation, Outcome, SocialGraph};
use socialgraph_host::{ItemOf, Operations, Outcomes};
use socialgraph_testkit::reference::{AddressBy, Difference, SideBySide};

use super::entries::empty;

type Item = ItemOf<SocialGraph>;

/// Applies the entries one after another, without a host, and compares their outcomes.
pub(crate) fn fold(mut graph: SocialGraph, items: &[Item]) -> Result<SocialGraph, String> {
    for item in items {
        let outcomes = apply(&mut graph, &item.entry);
        if outcomes != item.outcome {
            let (at, theirs) = (item.position, &item.outcome);
            return Err(format!(
                "at {at}: a fold has {outcomes:?}, the feed {theirs:?}"
            ));
        }
    }
    Ok(graph)
}

fn apply(graph: &mut SocialGraph, entry: &Operations) -> Outcomes {
    let each = |graph: &mut SocialGraph, operations: &[Operation]| -> Vec<Outcome> {
        operations.iter().map(|it| it.apply_to(graph)).collect()
    };
    match entry {
        Operations::One(operation) => Outcomes::One(operation.apply_to(graph)),
        Operations::Each(operations) => Outcomes::Each(each(graph, operations)),
        Operations::All(operations) => {
            let mut copy = graph.clone();
            let outcomes = each(&mut copy, operations);
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

/// Plays the entries to the engine and the reference model side by side, and compares the ends.
pub(crate) fn compare(items: &[Item], graph: &SocialGraph) -> Result<(), String> {
    let mut both = SideBySide::new(*empty().policy());
    let mut names = BTreeSet::new();
    for item in items {
        play(&mut both, item)
            .map_err(|difference| format!("at {}: {}: {difference}", item.position, item.entry))?;
        names.extend(item.entry.as_slice().iter().flat_map(Operation::names));
    }

    let names: Vec<&str> = names.into_iter().collect();
    both.compare(&names)
        .map_err(|difference| difference.to_string())?;
    if both.graph != *graph {
        return Err("the graph is not what the reference model led to".to_owned());
    }
    Ok(())
}

fn play(both: &mut SideBySide, item: &Item) -> Result<(), Difference> {
    let operations = item.entry.as_slice();
    let play = |both: &mut SideBySide, operations: &[Operation]| {
        operations
            .iter()
            .try_for_each(|operation| both.apply(AddressBy::Name, operation))
    };
    match &item.outcome {
        // Model and engine agree on what is refused, and forget the whole batch.
        Outcomes::Nothing { index, .. } => play(&mut both.clone(), &operations[..=*index]),
        _ => play(both, operations),
    }
}
