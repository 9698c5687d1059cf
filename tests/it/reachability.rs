//! Exhaustive search of the states that three users can reach, on the graph itself.

use std::collections::{HashSet, VecDeque};

use socialgraph::{Action, Limits, Policy, Relation, RequestMode, SocialGraph};

use socialgraph_testkit::reference::Model;

const USERS: [&str; 3] = ["a", "b", "c"];

/// The relations of the three pairs, which determine a state.
type State = [Relation; 3];

fn state(graph: &SocialGraph) -> State {
    [("a", "b"), ("a", "c"), ("b", "c")].map(|(x, y)| graph.relation(x, y).unwrap())
}

/// Checks every reachable state, and returns their number.
fn count_states(policy: Policy, mode: RequestMode) -> usize {
    let mut start = SocialGraph::new(policy);
    for name in USERS {
        let user = start.add_user(name).unwrap();
        start.set_request_mode(user, mode).unwrap();
    }

    let legal = policy.reachable_relations();
    let mut seen = HashSet::from([state(&start)]);
    let mut queue = VecDeque::from([start]);

    while let Some(graph) = queue.pop_front() {
        graph.check_invariants().unwrap();
        assert!(
            state(&graph)
                .into_iter()
                .all(|relation| legal.contains(relation))
        );
        for (actor, target) in USERS
            .iter()
            .flat_map(|a| USERS.iter().map(move |b| (*a, *b)))
        {
            for action in Action::ALL {
                let mut next = graph.clone();
                if next.apply(action, actor, target).is_ok() && seen.insert(state(&next)) {
                    queue.push_back(next);
                }
            }
        }
    }

    seen.len()
}

fn without_limits(mut policy: Policy) -> Policy {
    policy.limits = Limits::NONE;
    policy
}

/// Without limits the three pairs are independent, so the count is a cube. `semantics` checks
/// that actions under `tencent_mutual` are those under `tencent_rest`.
#[test]
fn three_users_reach_exactly_the_product_of_their_pairs() {
    let confirm = RequestMode::Confirm;
    assert_eq!(
        count_states(without_limits(Policy::tencent_rest()), confirm),
        13_usize.pow(3)
    );
    assert_eq!(
        count_states(without_limits(Policy::tencent_keep_friends()), confirm),
        22_usize.pow(3)
    );
    // Requests make follows, and wait beside crossed ones.
    let gotosocial = Policy::named("gotosocial").unwrap();
    assert_eq!(
        count_states(without_limits(gotosocial), confirm),
        12_usize.pow(3)
    );
}

/// If requests never wait, a pair can reach seven relations.
#[test]
fn users_who_take_anyone_reach_the_states_without_requests() {
    let policy = without_limits(Policy::tencent_rest());
    assert_eq!(count_states(policy, RequestMode::Anyone), 7_usize.pow(3));
    assert_eq!(count_states(policy, RequestMode::Nobody), 7_usize.pow(3));
}

/// With limits of one the pairs compete for room, so the count is no product, and is pinned.
/// The reference model, which has its own rules, reaches as many states.
#[test]
fn limits_of_one_leave_fewer_states() {
    for (name, mut policy, count) in [
        ("tencent_rest", Policy::tencent_rest(), 1232),
        ("tencent_keep_friends", Policy::tencent_keep_friends(), 3249),
        ("gotosocial", Policy::named("gotosocial").unwrap(), 1035),
    ] {
        policy.limits = Limits {
            blocked: Some(1),
            friends: Some(1),
            requests_in: Some(1),
            batch: None,
        };

        assert_eq!(count_states(policy, RequestMode::Confirm), count, "{name}");
        assert_eq!(count_model_states(policy), count, "{name}");
    }
}

/// Returns the number of states that the reference model reaches.
fn count_model_states(policy: Policy) -> usize {
    let mut start = Model::new(policy);
    assert!(USERS.into_iter().all(|name| start.add_user(name).is_ok()));

    let state = |model: &Model| {
        [("a", "b"), ("a", "c"), ("b", "c")].map(|(x, y)| model.relation(x, y).unwrap())
    };
    let mut seen = HashSet::from([state(&start)]);
    let mut queue = VecDeque::from([start]);

    while let Some(model) = queue.pop_front() {
        for (actor, target) in USERS
            .iter()
            .flat_map(|a| USERS.iter().map(move |b| (*a, *b)))
        {
            for action in Action::ALL {
                let mut next = model.clone();
                if next.apply(action, actor, target).is_ok() && seen.insert(state(&next)) {
                    queue.push_back(next);
                }
            }
        }
    }

    seen.len()
}
