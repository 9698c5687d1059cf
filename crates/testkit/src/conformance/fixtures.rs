//! Short histories that several files test with.

use super::history::{ActionRecord, History};
use socialgraph::{Action, Operation, Policy, SocialGraph, Ways};

pub(super) type ActionOnPair = (Action, &'static str, &'static str);

pub(super) const ADD: Action = Action::AddFriend(Ways::OneWay);

/// A graph of ann and ben.
pub(super) fn pair() -> SocialGraph {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in ["ann", "ben"] {
        graph.add_user(name).unwrap();
    }
    graph
}

/// Applies an action, and records it.
pub(super) fn apply(
    graph: &mut SocialGraph,
    history: &mut History,
    (action, actor, target): ActionOnPair,
) -> Vec<ActionRecord> {
    let operation = Operation::act(action, actor, target);
    let outcome = operation.apply_to(graph);
    let records = ActionRecord::all(&operation, &outcome);
    history.record(&outcome, &records, graph);
    records
}

/// Applies actions; returns the graph, the history, and the records of the last action.
pub(super) fn play(
    policy: Policy,
    actions: &[ActionOnPair],
) -> (SocialGraph, History, Vec<ActionRecord>) {
    let mut graph = pair();
    let _ = graph.adopt_policy(policy);
    let (mut history, mut records) = (History::default(), Vec::new());
    for action in actions {
        records = apply(&mut graph, &mut history, *action);
    }
    (graph, history, records)
}

/// Removes ben.
pub(super) fn remove_ben(graph: &mut SocialGraph, history: &mut History) {
    let removal = Operation::remove_user("ben");
    let outcome = removal.apply_to(graph);
    history.record(&outcome, &[], graph);
}
