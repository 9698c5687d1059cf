//! Which answers rest on parts that nothing confirms.

use serde::Serialize;
use socialgraph::Question;
use socialgraph_analysis::review::{Judged, Played};
use socialgraph_analysis::story::Line;

use super::answer::json;
use super::matrix::pairs;
use super::state;
use super::words::certainty;

/// Returns which answers of a state rest on parts that nothing confirms: `matrix` has a certainty
/// for each cell of [`view`](super::view) and each policy.
///
/// ```
/// use socialgraph_wasm::review::certainties;
///
/// let state = r#"{"version": 1, "policy": "discord", "users": ["ann", "ben"],
///     "lines": ["ann blocks ben"], "step": 1}"#;
/// assert!(certainties(state).contains(r#""sides":["not_confirmed"]"#));
/// ```
#[must_use]
pub fn certainties(input: &str) -> String {
    let played = state::read(input, Judged::Yes);
    json(played.map(|mut played| Certainties {
        matrix: matrix(&mut played),
    }))
}

#[derive(Serialize)]
struct Certainties {
    matrix: Vec<JudgedCell>,
}

#[derive(Serialize)]
struct JudgedCell {
    actor: String,
    target: String,
    question: &'static str,
    sides: Vec<&'static str>,
}

/// Judges every cell at the step of the stage.
fn matrix(played: &mut Played) -> Vec<JudgedCell> {
    played.playthrough.undo_to(played.step);
    let users = played.users_on_stage().into_iter().map(str::to_owned);
    let users: Vec<String> = users.collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();

    let mut cells = Vec::new();
    for (actor, target) in pairs(&users) {
        for question in Question::all() {
            let line = Line::question(actor, question, target);
            let certainties = played.playthrough.certainties(&line);
            cells.push(JudgedCell {
                actor: actor.to_owned(),
                target: target.to_owned(),
                question: question.name(),
                sides: certainties.into_iter().map(certainty).collect(),
            });
        }
    }
    cells
}
