//! Which sentences and answers rest on parts that nothing confirms.

use serde::Serialize;
use socialgraph::Question;
use socialgraph_analysis::playthrough::SideTurn;
use socialgraph_analysis::review::{Judged, Played};
use socialgraph_analysis::story::Line;

use super::error::json;
use super::matrix::pairs;
use super::state;
use super::words::{Sentence, certainty};

/// Returns which sentences and answers of a state rest on parts that nothing confirms.
///
/// `lines` stands for the `lines` of [`view`](super::view), and `matrix` has a certainty for each
/// cell and policy. Sentences of different certainty are apart, so their number may differ.
///
/// ```
/// use socialgraph_wasm::review::certainties;
///
/// let state = r#"{"version": 1, "policy": "discord", "users": ["ann", "ben"],
///     "lines": ["ann blocks ben"], "step": 1}"#;
/// assert!(certainties(state).contains(r#""certainty":"not_confirmed""#));
/// ```
#[must_use]
pub fn certainties(input: &str) -> String {
    json(state::read(input, Judged::Yes).map(Certainties::of))
}

#[derive(Serialize)]
struct Certainties {
    lines: Vec<JudgedLine>,
    matrix: Vec<JudgedCell>,
}

#[derive(Serialize)]
struct JudgedLine {
    sides: Vec<JudgedSide>,
}

#[derive(Serialize)]
struct JudgedSide {
    results: Vec<Sentence>,
    abilities: Vec<Sentence>,
}

#[derive(Serialize)]
struct JudgedCell {
    actor: String,
    target: String,
    question: &'static str,
    sides: Vec<&'static str>,
}

impl Certainties {
    fn of(mut played: Played) -> Self {
        let lines = played.turns.iter().map(|turn| JudgedLine {
            sides: turn.sides.iter().map(JudgedSide::of).collect(),
        });
        Self {
            lines: lines.collect(),
            matrix: matrix(&mut played),
        }
    }
}

impl JudgedSide {
    fn of(side: &SideTurn) -> Self {
        Self {
            results: Sentence::judged(&side.results),
            abilities: Sentence::judged(&side.abilities),
        }
    }
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
