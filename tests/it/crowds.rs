//! Batches and audiences of many users equal the same operations one by one.

use proptest::prelude::*;
use proptest::sample::select;
use socialgraph::{Action, Interaction, Limits, Policy, SocialGraph, UserId};
use socialgraph_testkit::strategies::{self, Tuning};

/// The number of users; higher handles are unknown.
const USERS: u32 = 60;

fn handles() -> impl Strategy<Value = UserId> {
    (0..USERS + 2).prop_map(UserId::from_u32)
}

fn actions() -> impl Strategy<Value = Action> {
    select(Action::ALL.to_vec())
}

/// Any policy; a batch can reach its limits, cannot reach them, or has none.
fn policies() -> impl Strategy<Value = Policy> {
    let tight = Limits {
        blocked: Some(20),
        friends: Some(20),
        requests_in: Some(2),
        batch: None,
    };
    let mut tuning = Tuning::default();
    tuning.limits = vec![Limits::TENCENT, tight, Limits::NONE];
    strategies::policies(&tuning)
}

fn crowds() -> impl Strategy<Value = SocialGraph> {
    let few = (0..4_u32).prop_map(UserId::from_u32);
    let log = proptest::collection::vec((actions(), few, handles()), 0..200);
    (policies(), log).prop_map(|(policy, log)| {
        let mut graph = SocialGraph::new(policy);
        for number in 0..USERS {
            graph.add_user(&format!("user {number}")).unwrap();
        }

        for (action, actor, target) in log {
            // The rules may refuse either.
            let _ = (
                graph.apply(action, actor, target),
                graph.apply(action, target, actor),
            );
        }

        graph.remove_user(UserId::from_u32(USERS / 2)).unwrap();
        graph
    })
}

/// Different users in any order, sometimes with the first one again at the end.
fn targets() -> impl Strategy<Value = Vec<UserId>> {
    let all: Vec<_> = (0..USERS + 2).map(UserId::from_u32).collect();
    let different = proptest::sample::subsequence(all, 0..50).prop_shuffle();
    (different, any::<bool>()).prop_map(|(mut targets, again)| {
        targets.extend(targets.first().copied().filter(|_| again));
        targets
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn r14_a_batch_is_each_of_its_operations_in_turn(
        graph in crowds(),
        action in actions(),
        actor in prop_oneof![4 => (0..4_u32).prop_map(UserId::from_u32), 1 => handles()],
        targets in targets(),
    ) {
        let (mut at_once, mut in_turn) = (graph.clone(), graph);
        let batch = at_once.apply_many(action, actor, &targets).unwrap();
        let expected: Vec<_> =
            targets
                .iter()
                .map(|target| in_turn.apply(action, actor, target).map_err(|error| error.refusal))
                .collect();

        prop_assert_eq!(batch.outcomes(), expected);
        prop_assert_eq!(&at_once, &in_turn);
        at_once.check_invariants().unwrap();
    }

    #[test]
    fn an_audience_is_whom_the_sender_may_reach(
        graph in crowds(),
        interaction in strategies::interactions(),
        user in handles(),
        others in targets(),
    ) {
        let can = |from: UserId, to: UserId| graph.can(interaction, from, to).is_allowed();

        let audience: Vec<_> = graph.audience(interaction, user, &others).collect();
        let expected = others.iter().filter(|to| can(user, **to));
        prop_assert_eq!(audience, expected.collect::<Vec<_>>());

        let senders: Vec<_> = graph.visible_senders(interaction, user, &others).collect();
        let bounds = graph.visible_senders(interaction, user, &others).size_hint();
        prop_assert_eq!(bounds, (0, Some(others.len())));
        let expected = others.iter().filter(|from| can(**from, user));
        prop_assert_eq!(senders, expected.collect::<Vec<_>>());
    }
}

/// Returns a graph in which every second user blocks the first.
fn celebrity_in_a_crowd(users: u32) -> (SocialGraph, Vec<UserId>) {
    let (mut graph, users) = crate::fixtures::crowd(users);
    let (celebrity, others) = users.split_first().unwrap();
    for fan in others.iter().step_by(2) {
        graph.add_to_blocklist(fan, celebrity).unwrap();
    }
    (graph, users)
}

/// The celebrity has more relations than are kept inline, most of them blocks by others.
#[test]
fn many_at_once_with_a_celebrity() {
    let (mut graph, users) = celebrity_in_a_crowd(3000);
    let (celebrity, others) = users.split_first().unwrap();
    let batch = graph
        .add_many_to_blocklist(celebrity, &others[..1500])
        .unwrap();
    assert_eq!(batch.failed().count(), 0);
    graph.check_invariants().unwrap();
    assert_eq!(graph.blocklist(celebrity).unwrap().len(), 1500);

    let names: Vec<_> = others
        .iter()
        .map(|id| graph.name(*id).unwrap().to_owned())
        .collect();
    let reached: Vec<_> = graph
        .audience(Interaction::Message, celebrity, &names)
        .collect();
    assert_eq!(reached, names.iter().skip(1).step_by(2).collect::<Vec<_>>());

    let shown: Vec<_> = graph
        .visible_senders(Interaction::Message, celebrity, &names)
        .collect();
    assert_eq!(shown, names.iter().skip(1500).collect::<Vec<_>>());
}

/// The celebrity has too many relations to scan for a few users.
#[test]
fn a_few_of_many_with_a_celebrity() {
    let (graph, users) = celebrity_in_a_crowd(1000);
    let (celebrity, others) = users.split_first().unwrap();
    let few = &others[100..120];
    let reached: Vec<_> = graph
        .audience(Interaction::Message, celebrity, few)
        .collect();
    assert_eq!(reached, few.iter().skip(1).step_by(2).collect::<Vec<_>>());
    let shown: Vec<_> = graph
        .visible_senders(Interaction::Message, celebrity, few)
        .collect();
    assert_eq!(shown, few.iter().collect::<Vec<_>>());
}
