//! The tables: each relation of two users, and every question in it.

use std::collections::{BTreeMap, BTreeSet};

use socialgraph::{Action, Operation, Question, Relation, RequestMode, RequestSending};

use super::judge::Judge;
use super::line::Lines;
use super::pair::{ANN, BOTH, PAIRS, Reached, mode_set};
use super::state::State;
use crate::strategies::UNKNOWN_NAME;

/// Pairs that are not two users.
const NO_PAIRS: [(&str, &str); 3] = [(ANN, ANN), (ANN, UNKNOWN_NAME), (UNKNOWN_NAME, ANN)];

/// Writes a table for each relation. Of a relation and its flip, there is one table.
pub(super) fn write(lines: &mut Lines, judge: &Judge, reached: &BTreeMap<Relation, Reached>) {
    let mut relations: Vec<_> = reached.iter().collect();
    relations.sort_by_key(|(relation, it)| (it.route.len(), **relation));

    let mut written = BTreeSet::new();
    for (relation, Reached { route, .. }) in relations {
        if !written.contains(&relation.flip()) {
            written.insert(*relation);
            write_table(lines, judge, *relation, route);
        }
    }
}

fn write_table(lines: &mut Lines, judge: &Judge, relation: Relation, route: &[Operation]) {
    lines.begin_table(relation);
    let mut state = State::new(judge);
    for operation in route {
        lines.play(&mut state, operation);
    }

    for question in Question::all() {
        ask(lines, &state, question, &PAIRS);
    }
    if relation == Relation::STRANGERS {
        for question in Question::all() {
            ask(lines, &state, question, &NO_PAIRS);
        }
    }
    write_settings(lines, &mut state);
}

/// Asks again what depends on request modes and bars.
fn write_settings(lines: &mut Lines, state: &mut State<'_>) {
    let set = |setting: fn(&str) -> Operation| BOTH.map(setting);
    let settings = [
        set(|user| mode_set(user, RequestMode::Anyone)),
        set(|user| mode_set(user, RequestMode::Nobody)),
        set(|user| Operation::set_request_sending(user, RequestSending::Barred)),
    ];
    for operations in settings {
        for operation in operations {
            lines.play(state, &operation);
        }
        ask(lines, state, Action::SendRequest.into(), &PAIRS);
    }
}

fn ask(lines: &mut Lines, state: &State<'_>, question: Question, pairs: &[(&str, &str)]) {
    for (actor, target) in pairs {
        lines.ask(state, question, actor, target);
    }
}
