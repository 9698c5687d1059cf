//! The page's answers are the engine's.

mod actions;
mod address;
mod bounds;
mod comparisons;
mod exports;
mod judged;
mod policies;
mod speed;
mod systems;
mod views;

use serde_json::{Value, json};
use socialgraph::{Action, Operation, Policy, RequestMode, SocialGraph};

/// Reads an answer.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Returns a text as the page passes it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Returns the message of an error.
fn message(answer: &Value) -> &str {
    answer["error"]["message"].as_str().unwrap()
}

/// Returns a state at the end of these lines.
fn state(policy: &str, users: &[&str], lines: &[&str]) -> Value {
    json!({
        "version": 1, "policy": policy, "other": null, "users": users, "lines": lines,
        "step": lines.len(), "watches": [],
    })
}

/// Returns what the page shows of a state.
fn view(state: &Value) -> Value {
    let view = read(&super::view(&state.to_string()));
    assert_eq!(view.get("error"), None, "{state:#}");
    view
}

/// Returns the graph of ann and ben after these lines.
fn graph(policy: Policy, lines: &[String]) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for user in ["ann", "ben"] {
        graph.add_user(user).unwrap();
    }
    for line in lines {
        let outcome = line.parse::<Operation>().unwrap().apply_to(&mut graph);
        assert!(outcome.is_done(), "{line}: {outcome:?}");
    }
    graph
}

/// Returns lines that lead ann and ben to each relation that a policy lets them reach.
fn ways(policy: Policy) -> Vec<Vec<String>> {
    // If both confirm requests, requests wait and are granted.
    let confirm = RequestMode::Confirm;
    let modes = ["ann", "ben"].map(|user| Operation::set_request_mode(user, confirm).to_string());
    let start = graph(policy, &modes);
    let mut seen = vec![start.relation("ann", "ben").unwrap()];
    let mut ways = vec![modes.to_vec()];

    let mut index = 0;
    while let Some(way) = ways.get(index).cloned() {
        let before = graph(policy, &way);
        for (actor, target) in [("ann", "ben"), ("ben", "ann")] {
            for action in Action::ALL {
                let operation = Operation::act(action, actor, target);
                let mut after = before.clone();
                let _ = operation.apply_to(&mut after);
                let relation = after.relation("ann", "ben").unwrap();
                if !seen.contains(&relation) {
                    seen.push(relation);
                    ways.push([&way[..], &[operation.to_string()]].concat());
                }
            }
        }
        index += 1;
    }
    assert_eq!(ways.len(), policy.reachable_relations().len());
    ways
}
