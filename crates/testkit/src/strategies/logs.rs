//! Logs of operations, and how they shrink.

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;
use socialgraph::Operation;
use socialgraph::operation::{Act, ActOnMany, AddUser};

use super::shrink::{Entry, Shrinker};
use super::{Tuning, operations};

/// Makes logs: every user joins, and random operations follow.
///
/// A log that fails a test shrinks until no operation can be left out, joining included, on
/// the fewest users with the first names. Set `max_shrink_iters` for that: by default
/// `proptest` stops after four shrinking steps for each case.
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
    let operation = (operations(tuning), pair_choices(tuning));
    let operations = proptest::collection::vec(operation, tuning.log_lengths());
    Logs {
        users: tuning.users(),
        operations: operations.boxed(),
    }
}

/// Which pair an action on a pair gets.
#[derive(Clone, Copy, Debug)]
enum PairChoice {
    /// The pair that was drawn with the action.
    Drawn,
    /// The pair of the action before.
    Previous,
    /// The pair of the action before, with actor and target swapped.
    PreviousSwapped,
}

fn pair_choices(tuning: &Tuning) -> impl Strategy<Value = PairChoice> + Clone + use<> {
    let previous = f64::from(tuning.same_pair_percent.min(100)) / 100.0;
    let swapped = proptest::bool::ANY;
    (proptest::bool::weighted(previous), swapped).prop_map(pair_choice)
}

fn pair_choice((previous, swapped): (bool, bool)) -> PairChoice {
    match (previous, swapped) {
        (false, _) => PairChoice::Drawn,
        (true, false) => PairChoice::Previous,
        (true, true) => PairChoice::PreviousSwapped,
    }
}

/// Returns the operations with each action on the pair that was chosen for it.
fn with_chosen_pairs(drawn: Vec<(Operation, PairChoice)>) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut previous: Option<(String, String)> = None;

    for (mut operation, choice) in drawn {
        if let Operation::Act(Act { actor, target, .. }) = &mut operation {
            match (choice, previous) {
                (PairChoice::Drawn, _) | (_, None) => {}
                (PairChoice::Previous, Some(pair)) => (*actor, *target) = pair,
                (PairChoice::PreviousSwapped, Some(pair)) => (*target, *actor) = pair,
            }
            previous = Some((actor.clone(), target.clone()));
        }
        operations.push(operation);
    }
    operations
}

/// The strategy behind [`logs`].
#[derive(Clone, Debug)]
struct Logs {
    users: Vec<String>,
    operations: BoxedStrategy<Vec<(Operation, PairChoice)>>,
}

impl Strategy for Logs {
    type Tree = Tree;
    type Value = Vec<Operation>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut log = Vec::new();
        for name in &self.users {
            log.push(Operation::AddUser(AddUser { name: name.clone() }));
        }

        let drawn = self.operations.new_tree(runner)?.current();
        log.extend(with_chosen_pairs(drawn));
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
    /// A batch loses one target at a time; a batch of one target becomes a plain action.
    fn simplification_count(&self) -> usize {
        if let Self::ActOnMany(ActOnMany { targets, .. }) = self {
            targets.len()
        } else {
            0
        }
    }

    fn simpler(&self, index: usize) -> Vec<Self> {
        let Self::ActOnMany(ActOnMany {
            action,
            actor,
            targets,
        }) = self
        else {
            return Vec::new();
        };

        if let [target] = &targets[..] {
            return vec![Self::act(*action, actor, target)];
        }
        let fewer = targets
            .iter()
            .take(index)
            .chain(targets.iter().skip(index + 1));
        vec![Self::act_on_many(*action, actor, fewer)]
    }

    fn names(&self) -> Vec<&str> {
        Self::names(self)
    }

    fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self {
        Self::renamed(self, rename)
    }
}
