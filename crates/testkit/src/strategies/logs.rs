//! Logs of operations, and how they shrink.

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;
use socialgraph::operation::{
    Act, ActOnMany, AdoptPolicy, ClearList, ManyAct, MergeUsers, RenameUser,
};
use socialgraph::{Operation, OwnList, Policy, Ways};

use super::likeness::{Replacement, replacements};
use super::names::CurrentNames;
use super::shrink::{Entry, Shrinker};
use super::{Tuning, operations};

/// Makes logs: every user joins, and random operations follow.
///
/// If a user is renamed, most of the operations that follow name the user by the new name. Some
/// logs have two names that are easily taken for one: see [`Tuning::odd_names_percent`].
///
/// A log that fails a test shrinks until no operation can be left out, joining included, on
/// the fewest users with the first names. Odd names become plain unless they matter. Set `max_shrink_iters` for that: by default
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
    let follows = proptest::bool::weighted(FOLLOWING);
    let operation = ((operations(tuning), pair_choices(tuning)), follows);
    let operations = proptest::collection::vec(operation, tuning.log_lengths());
    Logs {
        tuning: tuning.clone(),
        operations: operations.boxed(),
        replacements: replacements(tuning),
    }
}

/// The share of operations that name a renamed user by the new name.
const FOLLOWING: f64 = 0.9;

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

/// An operation with the choice of its pair, and whether it follows renames.
type Drawn = ((Operation, PairChoice), bool);

/// The strategy behind [`logs`].
#[derive(Clone, Debug)]
struct Logs {
    tuning: Tuning,
    operations: BoxedStrategy<Vec<Drawn>>,
    /// The odd names that replace plain ones.
    replacements: BoxedStrategy<Option<Replacement>>,
}

impl Strategy for Logs {
    type Tree = Tree;
    type Value = Vec<Operation>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let users = self.tuning.users();
        let mut log = Vec::new();
        for name in &users {
            log.push(Operation::add_user(name));
        }

        let drawn = self.operations.new_tree(runner)?.current();
        let (drawn, follows): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
        let operations = with_chosen_pairs(drawn).into_iter().zip(follows);
        log.extend(CurrentNames::new(&users).follow(operations));

        if let Some(replacement) = self.replacements.new_tree(&mut apart(runner))?.current() {
            log = replacement.apply(log);
        }
        Ok(Tree(Shrinker::new(log, &self.tuning)))
    }
}

/// Returns a runner whose draws leave the given one as it is.
///
/// So the operations of a log do not depend on the share of odd names.
fn apart(runner: &TestRunner) -> TestRunner {
    let rng = runner.clone().new_rng();
    TestRunner::new_with_rng(runner.config().clone(), rng)
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
    /// Counts the simpler operations.
    ///
    /// A batch loses one name at a time, and a batch of one name becomes a plain action. A merge
    /// becomes a removal, and an adopted policy loses the parts unlike the first profile.
    fn simplification_count(&self) -> usize {
        match self {
            Self::ActOnMany(ActOnMany { targets: batch, .. })
            | Self::ManyAct(ManyAct { actors: batch, .. }) => batch.len(),
            Self::ClearList(ClearList { list, .. }) => usize::from(*list == TWO_WAY_FRIENDS),
            Self::MergeUsers(_) => 1,
            Self::AdoptPolicy(AdoptPolicy { policy }) => simpler_policies(policy).count(),
            _ => 0,
        }
    }

    fn simpler(&self, index: usize) -> Vec<Self> {
        match self {
            Self::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => match &targets[..] {
                [target] => vec![Self::act(*action, actor, target)],
                _ => vec![Self::act_on_many(*action, actor, without(targets, index))],
            },
            Self::ManyAct(ManyAct {
                action,
                actors,
                target,
            }) => match &actors[..] {
                [actor] => vec![Self::act(*action, actor, target)],
                _ => vec![Self::many_act(*action, without(actors, index), target)],
            },
            Self::ClearList(ClearList { user, .. }) => {
                vec![Self::clear_list(user, OwnList::Friends(Ways::OneWay))]
            }
            Self::MergeUsers(MergeUsers { from, .. }) => vec![Self::remove_user(from)],
            Self::AdoptPolicy(AdoptPolicy { policy }) => {
                let simpler = simpler_policies(policy).nth(index);
                simpler.into_iter().map(Self::adopt_policy).collect()
            }
            _ => Vec::new(),
        }
    }

    fn operations(&self) -> Vec<&Operation> {
        vec![self]
    }

    fn with_names(&self, rename: &dyn Fn(&str) -> String) -> Self {
        self.map_names(rename)
    }

    fn renaming(&self) -> Option<(&str, &str)> {
        match self {
            Self::RenameUser(RenameUser { user, name }) => Some((user, name)),
            _ => None,
        }
    }
}

const TWO_WAY_FRIENDS: OwnList = OwnList::Friends(Ways::TwoWay);

/// Returns the names without the one at this index.
fn without(names: &[String], index: usize) -> impl Iterator<Item = &String> {
    let names = names.iter().enumerate();
    names.filter_map(move |(other, name)| (other != index).then_some(name))
}

/// Returns the policy with one part of the first profile, for each part that is unlike.
fn simpler_policies(policy: &Policy) -> impl Iterator<Item = Policy> {
    let base: Vec<_> = Policy::tencent_rest().parts().collect();
    let simpler = base
        .into_iter()
        .map(|(path, value)| policy.with_part(path, value));
    let simpler: Vec<_> = simpler.flatten().filter(|it| it != policy).collect();
    simpler.into_iter()
}
