//! Two users: the relations that confirmed actions lead them to, and the actions between these.

use std::collections::{BTreeMap, VecDeque};

use socialgraph::{Action, Operation, Relation, RequestMode};

use super::judge::Judge;
use super::state::State;

pub(super) const ANN: &str = "ann";
pub(super) const BEN: &str = "ben";
pub(super) const BOTH: [&str; 2] = [ANN, BEN];
pub(super) const PAIRS: [(&str, &str); 2] = [(ANN, BEN), (BEN, ANN)];

/// An action of one of the two, with the other's request mode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Move {
    actor: &'static str,
    action: Action,
    /// Whether the target takes requests from anyone: otherwise, on confirmation.
    is_at_once: bool,
}

/// A move, and the relation of ann and ben after it.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) by: Move,
    pub(super) to: Relation,
}

/// A relation of ann and ben that confirmed moves reach.
pub(super) struct Reached {
    /// The fewest operations that lead to the relation.
    pub(super) route: Vec<Operation>,
    /// The confirmed moves from the relation that are done.
    pub(super) steps: Vec<Step>,
}

impl Move {
    /// Returns every move. A request that is granted at once comes last: it takes more operations.
    fn all() -> impl Iterator<Item = Self> {
        let moves = |action, is_at_once| {
            BOTH.map(|actor| Self {
                actor,
                action,
                is_at_once,
            })
        };
        let actions = Action::ALL.into_iter().flat_map(move |it| moves(it, false));
        actions.chain(moves(Action::SendRequest, true))
    }

    /// Returns the operations of the move. The target confirms requests before and after it.
    pub(super) fn operations(self) -> Vec<Operation> {
        let target = if self.actor == ANN { BEN } else { ANN };
        let action = Operation::act(self.action, self.actor, target);
        if self.is_at_once {
            let [before, after] =
                [RequestMode::Anyone, RequestMode::Confirm].map(|mode| mode_set(target, mode));
            vec![before, action, after]
        } else {
            vec![action]
        }
    }

    /// Returns the move with ann and ben exchanged.
    pub(super) fn flip(self) -> Self {
        let actor = if self.actor == ANN { BEN } else { ANN };
        Self { actor, ..self }
    }
}

/// Returns the operations by which both users join, and take requests on confirmation.
pub(super) fn joins() -> Vec<Operation> {
    let joins = BOTH.map(|name| {
        [
            Operation::add_user(name),
            mode_set(name, RequestMode::Confirm),
        ]
    });
    joins.concat()
}

pub(super) fn mode_set(user: &str, mode: RequestMode) -> Operation {
    Operation::set_request_mode(user, mode)
}

/// Finds every relation, breadth first.
pub(super) fn reached(judge: &Judge) -> BTreeMap<Relation, Reached> {
    let mut reached = BTreeMap::new();
    let (mut route, mut start) = (joins(), State::new(judge));
    route.retain(|operation| start.apply(operation).is_some());
    let mut queue = VecDeque::from([(route, start)]);

    while let Some((route, state)) = queue.pop_front() {
        let relation = relation_in(&state);
        if reached.contains_key(&relation) {
            continue;
        }

        let mut steps = Vec::new();
        for by in Move::all() {
            let Some(after) = after(&state, by) else {
                continue;
            };
            let to = relation_in(&after);
            steps.push(Step { by, to });
            queue.push_back(([route.clone(), by.operations()].concat(), after));
        }
        // A route that is as short in moves may take more operations.
        queue
            .make_contiguous()
            .sort_by_key(|(route, _)| route.len());
        reached.insert(relation, Reached { route, steps });
    }
    reached
}

/// Returns the state after a move, if it is confirmed and done.
fn after<'j>(state: &State<'j>, by: Move) -> Option<State<'j>> {
    let mut after = state.clone();
    let operations = by.operations();
    let mut operations = operations.iter();
    let is_done = operations.all(|it| after.apply(it).is_some_and(|done| done.is_done()));
    is_done.then_some(after)
}

fn relation_in(state: &State<'_>) -> Relation {
    let relation = state.graph().relation(ANN, BEN);
    relation.unwrap_or(Relation::STRANGERS)
}
