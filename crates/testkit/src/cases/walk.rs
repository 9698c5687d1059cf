//! The walks: two users, and every action in each of their relations that is done.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use socialgraph::Relation;

use super::judge::Judge;
use super::line::Lines;
use super::pair::{Move, Reached, Step, joins};
use super::state::State;

/// Writes walks from strangers that take every step.
///
/// Of a step and the same step with the users exchanged, it takes one.
pub(super) fn write(lines: &mut Lines, judge: &Judge, reached: &BTreeMap<Relation, Reached>) {
    let mut taken = BTreeSet::new();
    let mut number = 0;
    while next(reached, &taken, Relation::STRANGERS).is_some() {
        number += 1;
        lines.begin_walk(number);
        let mut state = State::new(judge);
        for operation in joins() {
            lines.play(&mut state, &operation);
        }

        let mut relation = Relation::STRANGERS;
        while let Some(steps) = next(reached, &taken, relation) {
            for step in steps {
                for operation in step.by.operations() {
                    lines.play(&mut state, &operation);
                }
                taken.insert(key(relation, step.by));
                relation = step.to;
            }
        }
    }
}

/// Returns the fewest steps from a relation that end with one that was not taken.
fn next(
    reached: &BTreeMap<Relation, Reached>,
    taken: &BTreeSet<(Relation, Move)>,
    from: Relation,
) -> Option<Vec<Step>> {
    let mut known = BTreeSet::from([from]);
    let mut queue = VecDeque::from([(from, Vec::new())]);
    while let Some((relation, path)) = queue.pop_front() {
        for step in &reached.get(&relation)?.steps {
            let longer = [&path[..], &[*step]].concat();
            if !taken.contains(&key(relation, step.by)) {
                return Some(longer);
            }
            if known.insert(step.to) {
                queue.push_back((step.to, longer));
            }
        }
    }
    None
}

/// Returns a step as it is, or with the users exchanged.
fn key(relation: Relation, by: Move) -> (Relation, Move) {
    (relation, by).min((relation.flip(), by.flip()))
}
