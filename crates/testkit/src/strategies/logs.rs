//! Logs of operations, and how they shrink.

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;

use super::shrink::{Entry, Shrinker};
use super::{Tuning, operations};
use socialgraph::Operation;

/// Makes logs: every user joins, and then come random operations.
///
/// A log that fails a test shrinks to one of which no operation can be left out, joining
/// included, on the fewest users, with the first names. That holds where `proptest` is given
/// enough steps: unless `max_shrink_iters` is set, it stops after four for each case.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning};
/// use socialgraph::{Policy, SocialGraph};
///
/// let config = ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::with_cases(32) };
/// proptest!(config, |(log in strategies::logs(&Tuning::default()))| {
///     let mut graph = SocialGraph::new(Policy::tencent_rest());
///     for operation in &log {
///         let _ = operation.apply_to(&mut graph);
///     }
///     prop_assert_eq!(graph.check_invariants(), Ok(()));
/// });
/// ```
pub fn logs(tuning: &Tuning) -> impl Strategy<Value = Vec<Operation>> + Clone + use<> {
    let users = tuning.users();
    let drawn = (operations(tuning), places(tuning));
    let drawn = proptest::collection::vec(drawn, tuning.log_lengths());
    Logs {
        users,
        drawn: drawn.boxed(),
    }
}

/// On which pair an action is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Its own.
    Own,
    /// That of the action before.
    Same,
    /// The same, the other way round.
    Opposite,
}

fn places(tuning: &Tuning) -> impl Strategy<Value = Place> + Clone + use<> {
    let same = f64::from(tuning.same_pair_percent.min(100)) / 100.0;
    let opposite = proptest::bool::ANY;
    (proptest::bool::weighted(same), opposite).prop_map(|(same, opposite)| match (same, opposite) {
        (false, _) => Place::Own,
        (true, false) => Place::Same,
        (true, true) => Place::Opposite,
    })
}

/// Returns an operation, on the pair of another if both are actions on a pair.
fn placed(operation: Operation, before: &Operation, place: Place) -> Operation {
    match (operation, before, place) {
        (Operation::Act { action, .. }, Operation::Act { actor, target, .. }, Place::Same) => {
            Operation::act(action, actor, target)
        }
        (Operation::Act { action, .. }, Operation::Act { actor, target, .. }, Place::Opposite) => {
            Operation::act(action, target, actor)
        }
        (operation, ..) => operation,
    }
}

/// Returns the operations with each on the pair that it is placed on.
fn place(drawn: Vec<(Operation, Place)>) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    let mut last: Option<Operation> = None;
    for (operation, place) in drawn {
        let operation = match &last {
            Some(before) => placed(operation, before, place),
            None => operation,
        };
        if matches!(operation, Operation::Act { .. }) {
            last = Some(operation.clone());
        }
        operations.push(operation);
    }
    operations
}

/// The strategy behind [`logs`].
#[derive(Clone, Debug)]
struct Logs {
    users: Vec<String>,
    drawn: BoxedStrategy<Vec<(Operation, Place)>>,
}

impl Strategy for Logs {
    type Tree = Tree;
    type Value = Vec<Operation>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let joins = self
            .users
            .iter()
            .map(|name| Operation::AddUser { name: name.clone() });
        let log = joins
            .chain(place(self.drawn.new_tree(runner)?.current()))
            .collect();
        Ok(Tree(Shrinker::new(log, self.users.clone())))
    }
}

/// A log that shrinks.
#[derive(Clone, Debug)]
struct Tree(Shrinker<Operation>);

impl ValueTree for Tree {
    type Value = Vec<Operation>;

    fn current(&self) -> Vec<Operation> {
        self.0.current().to_vec()
    }

    fn simplify(&mut self) -> bool {
        self.0.simplify()
    }

    fn complicate(&mut self) -> bool {
        self.0.complicate()
    }
}

impl Entry for Operation {
    /// A batch loses a target at a time; one that is left is a plain action.
    fn simplification_count(&self) -> usize {
        if let Self::ActOnMany { targets, .. } = self {
            targets.len()
        } else {
            0
        }
    }

    fn simpler(&self, way: usize) -> Vec<Self> {
        let Self::ActOnMany {
            action,
            actor,
            targets,
        } = self
        else {
            return Vec::new();
        };
        if let [target] = &targets[..] {
            return vec![Self::act(*action, actor, target)];
        }
        let fewer = targets.iter().take(way).chain(targets.iter().skip(way + 1));
        vec![Self::act_on_many(*action, actor, fewer)]
    }

    fn names(&self) -> Vec<&str> {
        Self::names(self)
    }

    fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self {
        Self::renamed(self, rename)
    }
}
