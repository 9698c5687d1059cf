//! Relations, and graphs in any reachable state.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;

use super::shrink::Shrinker;
use super::{Tuning, operations};
use socialgraph::Operation;
use socialgraph::SocialGraph;
use socialgraph::{Action, Policy};
use socialgraph::{Facts, Relation, RequestMode, RequestSending, UserFacts};

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

/// Makes the relations that a policy lets come about.
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

/// Makes graphs in any state that the policy lets come about.
///
/// Each pair is brought into a relation of its own, by the actions that lead there; then each
/// user gets a request mode and a bar or none; then operations follow, after which users may
/// be gone, back, or gone for good. Where limits are tight, some relations find no room, and
/// are left on the way.
///
/// A graph that fails a test shrinks as [`logs`](super::logs) do: to one that comes about by
/// operations of which none can be left out, so that nobody is there, and nothing holds, but
/// what fails. Printed, it is its users and their relations.
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
    let routes: Vec<Route> = routes(&policy).into_values().collect();
    let pairs = users.len() * (users.len() - 1) / 2;
    let setting = (select(tuning.modes()), select(&RequestSending::ALL[..]));
    let settings = proptest::collection::vec(setting, users.len());
    let drawn = proptest::collection::vec(operations(tuning), tuning.log_lengths());
    let names = users.clone();
    let log = (
        proptest::collection::vec(select(routes), pairs),
        settings,
        drawn,
    )
        .prop_map(move |(routes, settings, drawn)| {
            let begun = joined(&names).chain(related(&names, &routes));
            begun.chain(set(&names, settings)).chain(drawn).collect()
        });
    Graphs {
        policy,
        users,
        log: log.boxed(),
    }
}

/// The strategy behind [`graphs`].
#[derive(Clone, Debug)]
struct Graphs {
    policy: Policy,
    users: Vec<String>,
    log: BoxedStrategy<Vec<Operation>>,
}

impl Strategy for Graphs {
    type Tree = Tree;
    type Value = SocialGraph;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let log = self.log.new_tree(runner)?.current();
        Ok(Tree {
            policy: self.policy,
            log: Shrinker::new(log, self.users.clone()),
        })
    }
}

/// A graph that shrinks, by the log that it comes of.
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

/// How two strangers come to a relation: what each step is, and whether the target takes it.
type Route = Vec<(Action, Taker)>;

/// Which of the two takes a step.
#[derive(Clone, Copy, Debug)]
enum Taker {
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
            queue.push_back((after, route.iter().copied().chain([step]).collect()));
        }
        found.insert(from, route);
    }
    found
}

/// Returns every step from a relation that the policy allows, and where it leads.
fn steps(policy: &Policy, from: Relation) -> Vec<((Action, Taker), Relation)> {
    let user = UserFacts::new(RequestMode::Confirm);
    let after = |action, relation| {
        let facts = Facts {
            relation,
            actor: user,
            target: user,
        };
        policy.apply(action, &facts).ok().map(|change| change.after)
    };
    let actors = |action| Some(((action, Taker::Actor), after(action, from)?));
    let targets = |action| Some(((action, Taker::Target), after(action, from.flip())?.flip()));
    Action::ALL
        .into_iter()
        .flat_map(|action| [actors(action), targets(action)])
        .flatten()
        .collect()
}

/// Returns the operations by which everyone joins, and takes requests on confirmation.
fn joined(users: &[String]) -> impl Iterator<Item = Operation> + '_ {
    users.iter().flat_map(|user| {
        let join = Operation::AddUser { name: user.clone() };
        let mode = RequestMode::Confirm;
        [
            join,
            Operation::SetRequestMode {
                user: user.clone(),
                mode,
            },
        ]
    })
}

/// Returns the operations that bring each pair along its route.
fn related(users: &[String], routes: &[Route]) -> impl Iterator<Item = Operation> {
    let pairs = users
        .iter()
        .enumerate()
        .flat_map(|(place, a)| users.iter().skip(place + 1).map(move |b| (a, b)));
    pairs.zip(routes).flat_map(|((a, b), route)| {
        route.iter().map(move |(action, taker)| match taker {
            Taker::Actor => Operation::act(*action, a, b),
            Taker::Target => Operation::act(*action, b, a),
        })
    })
}

/// Returns the operations that give each user their settings.
fn set(
    users: &[String],
    settings: Vec<(RequestMode, RequestSending)>,
) -> impl Iterator<Item = Operation> + '_ {
    users
        .iter()
        .zip(settings)
        .flat_map(|(user, (mode, sending))| {
            [
                Operation::SetRequestMode {
                    user: user.clone(),
                    mode,
                },
                Operation::SetRequestSending {
                    user: user.clone(),
                    sending,
                },
            ]
        })
}
