//! Relations, and graphs in any reachable state.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;
use socialgraph::{
    Action, Facts, Operation, Policy, Relation, RequestMode, RequestSending, SocialGraph, UserFacts,
};

use super::operations::operations_under_one_policy;
use super::shrink::Shrinker;
use super::{Tuning, Weights};

/// Makes any of the 64 relations, reachable or not.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies;
///
/// proptest!(|(relation in strategies::relations())| {
///     prop_assert_eq!(relation.flip().flip(), relation);
/// });
/// ```
pub fn relations() -> impl Strategy<Value = Relation> + Clone {
    select(Relation::all().collect::<Vec<_>>())
}

/// Makes the relations that are reachable under a policy.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph::Policy;
/// use socialgraph_testkit::strategies;
///
/// let rest = Policy::tencent_rest();
/// proptest!(|(relation in strategies::reachable_relations(&rest))| {
///     prop_assert!(!(relation.is_blocked() && relation.are_friends()));
/// });
/// ```
pub fn reachable_relations(policy: &Policy) -> impl Strategy<Value = Relation> + Clone + use<> {
    select(policy.reachable_relations().iter().collect::<Vec<_>>())
}

/// Makes graphs in any state that is reachable under a policy.
///
/// Each pair of users gets a relation, by the actions that lead there. Each user gets a
/// request mode, and a bar or none. Random operations follow, which may remove users and add
/// them again, rename and merge them, but never change the policy. With tight limits, some relations find no room and are left unfinished.
///
/// A graph that fails a test shrinks as [`logs`](super::logs()) do. None of the operations that
/// make the smallest graph can be left out, so all of its users and relations matter. Its
/// `Debug` output shows its users and their relations.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning};
/// use socialgraph::Policy;
///
/// let graphs = strategies::graphs(Policy::tencent_mutual(), &Tuning::default());
/// let config = ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::with_cases(32) };
/// proptest!(config, |(graph in graphs)| {
///     prop_assert_eq!(graph.check_invariants(), Ok(()));
/// });
/// ```
pub fn graphs(
    policy: Policy,
    tuning: &Tuning,
) -> impl Strategy<Value = SocialGraph> + Clone + use<> {
    let users = tuning.users();
    let pairs = users.len() * (users.len() - 1) / 2;
    let routes: Vec<Route> = routes(&policy).into_values().collect();
    let settings = (select(tuning.modes()), select(&RequestSending::ALL[..]));

    let parts = (
        proptest::collection::vec(select(routes), pairs),
        proptest::collection::vec(settings, users.len()),
        proptest::collection::vec(operations_under_one_policy(tuning), tuning.log_lengths()),
    );
    let log = parts.prop_map(move |(routes, settings, operations)| {
        let mut log = Vec::new();
        add_joins(&mut log, &users);
        add_relations(&mut log, &users, &routes);
        add_settings(&mut log, &users, settings);
        log.extend(operations);
        log
    });
    Graphs {
        policy,
        // The log is only the way to the graph: it may shrink to any operation.
        tuning: Tuning {
            weights: Weights::default(),
            ..tuning.clone()
        },
        log: log.boxed(),
    }
}

/// The strategy behind [`graphs`].
#[derive(Clone, Debug)]
struct Graphs {
    policy: Policy,
    tuning: Tuning,
    log: BoxedStrategy<Vec<Operation>>,
}

impl Strategy for Graphs {
    type Tree = Tree;
    type Value = SocialGraph;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let log = self.log.new_tree(runner)?.current();
        Ok(Tree {
            policy: self.policy,
            log: Shrinker::new(log, &self.tuning),
        })
    }
}

/// A graph that shrinks by the log that makes it.
#[derive(Clone, Debug)]
struct Tree {
    policy: Policy,
    log: Shrinker<Operation>,
}

impl ValueTree for Tree {
    type Value = SocialGraph;

    fn current(&self) -> SocialGraph {
        let mut graph = SocialGraph::new(self.policy);
        for operation in self.log.current() {
            let _ = operation.apply_to(&mut graph);
        }
        graph
    }

    fn simplify(&mut self) -> bool {
        self.log.simplify()
    }

    fn complicate(&mut self) -> bool {
        self.log.complicate()
    }
}

/// The steps that lead two strangers to a relation.
type Route = Vec<Step>;

/// An action between two users, which of them is its actor, and the request mode of the other.
#[derive(Clone, Copy, Debug)]
struct Step {
    action: Action,
    by: Side,
    mode: RequestMode,
}

#[derive(Clone, Copy, Debug)]
enum Side {
    Actor,
    Target,
}

/// Returns the shortest route to each relation, found breadth first.
fn routes(policy: &Policy) -> BTreeMap<Relation, Route> {
    let mut found = BTreeMap::new();
    let mut queue = VecDeque::from([(Relation::STRANGERS, Route::new())]);

    while let Some((from, route)) = queue.pop_front() {
        if found.contains_key(&from) {
            continue;
        }
        for (step, after) in steps(policy, from) {
            let mut longer = route.clone();
            longer.push(step);
            queue.push_back((after, longer));
        }
        found.insert(from, route);
    }
    found
}

/// Returns every step from a relation that the policy allows, and the relation after it.
///
/// A request that is granted at once comes last, because a route with it takes more operations.
fn steps(policy: &Policy, from: Relation) -> Vec<(Step, Relation)> {
    let actions = Action::ALL.map(|action| (action, RequestMode::Confirm));
    let at_once = (Action::SendRequest, RequestMode::Anyone);

    let mut steps = Vec::new();
    for (action, mode) in actions.into_iter().chain([at_once]) {
        if let Some(after) = relation_after(policy, action, mode, from) {
            let by = Side::Actor;
            steps.push((Step { action, by, mode }, after));
        }
        if let Some(after) = relation_after(policy, action, mode, from.flip()) {
            let by = Side::Target;
            steps.push((Step { action, by, mode }, after.flip()));
        }
    }
    steps
}

fn relation_after(
    policy: &Policy,
    action: Action,
    mode: RequestMode,
    relation: Relation,
) -> Option<Relation> {
    let user = UserFacts::new(mode);
    let facts = Facts {
        relation,
        actor: user,
        target: user,
    };
    let change = policy.apply(action, &facts).ok()?;
    Some(change.after)
}

/// Adds the operations by which all users join, and take requests on confirmation.
fn add_joins(log: &mut Vec<Operation>, users: &[String]) {
    for name in users {
        log.push(Operation::add_user(name));
        log.push(mode_set(name, RequestMode::Confirm));
    }
}

/// Adds the operations that lead each pair along its route.
fn add_relations(log: &mut Vec<Operation>, users: &[String], routes: &[Route]) {
    let mut routes = routes.iter();
    for (index, actor) in users.iter().enumerate() {
        for (target, route) in users.iter().skip(index + 1).zip(&mut routes) {
            for step in route {
                match step.by {
                    Side::Actor => add_step(log, *step, actor, target),
                    Side::Target => add_step(log, *step, target, actor),
                }
            }
        }
    }
}

/// Adds the operations of one step. The target confirms requests before and after it.
fn add_step(log: &mut Vec<Operation>, step: Step, actor: &str, target: &str) {
    let action = Operation::act(step.action, actor, target);
    if step.mode == RequestMode::Confirm {
        log.push(action);
    } else {
        let modes = [step.mode, RequestMode::Confirm];
        let [before, after] = modes.map(|mode| mode_set(target, mode));
        log.extend([before, action, after]);
    }
}

fn mode_set(user: &str, mode: RequestMode) -> Operation {
    Operation::set_request_mode(user, mode)
}

/// Adds the operations that give each user their settings.
fn add_settings(
    log: &mut Vec<Operation>,
    users: &[String],
    settings: Vec<(RequestMode, RequestSending)>,
) {
    for (user, (mode, sending)) in users.iter().zip(settings) {
        log.push(mode_set(user, mode));
        log.push(Operation::set_request_sending(user, sending));
    }
}
