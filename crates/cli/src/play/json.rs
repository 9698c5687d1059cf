//! What a line came to, as JSON.

use serde_json::{Value, json};
use socialgraph_analysis::profile::Certainty;
use socialgraph_analysis::story::Line;

use super::game::{SideTurn, Turn};

/// Returns a line of the story and what it came to under each policy.
pub(super) fn of_turn(line: &Line, turn: &Turn) -> Value {
    let sides: Vec<Value> = turn.sides.iter().map(of_side).collect();
    json!({"line": line.to_string(), "policies": sides})
}

fn of_side(side: &SideTurn) -> Value {
    json!({
        "policy": side.policy,
        "holds": side.holds,
        "results": side.results,
        "abilities": side.abilities,
        "not_confirmed": side.certainty == Certainty::NotConfirmed,
        "not_applicable": side.certainty == Certainty::NotApplicable,
    })
}
