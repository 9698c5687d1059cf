//! What a line came to, as JSON.

use serde_json::{Value, json};
use socialgraph_analysis::playthrough::{SideTurn, Statement, Turn};
use socialgraph_analysis::profile::Certainty;
use socialgraph_analysis::story::Line;

/// Returns a line of the story and what it came to under each policy.
pub(super) fn of_turn(line: &Line, turn: &Turn) -> Value {
    let sides: Vec<Value> = turn.sides.iter().map(of_side).collect();
    json!({"line": line.to_string(), "policies": sides})
}

fn of_side(side: &SideTurn) -> Value {
    let sentences = |sentences: &[Statement]| sentences.iter().map(of_statement).collect::<Value>();
    json!({
        "policy": side.policy,
        "holds": side.holds,
        "results": sentences(&side.results),
        "abilities": sentences(&side.abilities),
    })
}

fn of_statement(sentence: &Statement) -> Value {
    json!({
        "text": sentence.text,
        "not_confirmed": sentence.certainty == Certainty::NotConfirmed,
        "not_applicable": sentence.certainty == Certainty::NotApplicable,
    })
}
