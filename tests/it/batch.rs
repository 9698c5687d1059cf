//! Batches: limits, repeated names and the outcome of each item (R14).

use socialgraph::{Action, BatchTooLarge, Limits, Policy, Reason, SocialGraph, UserId, Ways};

fn graph(policy: Policy, users: u32) -> (SocialGraph, UserId, Vec<UserId>) {
    let mut graph = SocialGraph::new(policy);
    let owner = graph.add_user("owner").unwrap();
    let users = (0..users)
        .map(|n| graph.add_user(&format!("user {n}")).unwrap())
        .collect();
    (graph, owner, users)
}

#[test]
fn r14_a_thousand_fit_and_one_more_changes_nothing() {
    let (mut graph, owner, users) = graph(Policy::tencent_rest(), 1001);
    for friend in &users[..500] {
        graph.add_friend(owner, *friend, Ways::TwoWay).unwrap();
    }
    let before = graph.clone();
    let refused = graph.add_many_to_blocklist(owner, &users);
    assert_eq!(
        refused,
        Err(BatchTooLarge {
            len: 1001,
            limit: 1000
        })
    );
    assert_eq!(graph, before);

    let batch = graph.add_many_to_blocklist(owner, &users[..1000]).unwrap();
    assert_eq!(batch.failed().count(), 0);
    assert_eq!(graph.blocklist(owner).unwrap().len(), 1000);
    assert!(!graph.blocklist(owner).unwrap().is_empty());
    assert!(graph.friends(owner).unwrap().is_empty());
    graph.check_invariants().unwrap();
}

#[test]
fn r14_a_repeated_name_is_decided_again() {
    let (mut graph, owner, users) = graph(Policy::tencent_rest(), 2);
    let batch = graph
        .add_many_to_blocklist(owner, [users[0], users[1], users[0]])
        .unwrap();
    let failed: Vec<_> = batch.failed().collect();
    assert_eq!(failed, [(2, Reason::AlreadyBlocked.into())]);

    let batch = graph
        .remove_many_from_blocklist(owner, [users[0], users[0]])
        .unwrap();
    let failed: Vec<_> = batch.failed().collect();
    assert_eq!(failed, [(1, Reason::NotBlocked.into())]);
    assert_eq!(batch.outcomes().to_vec(), batch.clone().into_outcomes());
    assert_eq!(batch.into_outcomes().len(), 2);
}

#[test]
fn r15_at_the_limit_items_that_fit_succeed_in_order() {
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(3);
    let (mut graph, owner, users) = graph(policy, 5);
    graph.add_to_blocklist(owner, users[0]).unwrap();
    // The first is blocked already and takes no room. The repeated name takes none either.
    let names = [users[0], users[1], users[1], users[2], users[3], users[4]];
    let batch = graph.add_many_to_blocklist(owner, names).unwrap();
    let failed: Vec<_> = batch
        .failed()
        .map(|(index, refusal)| (index, refusal.reasons().first()))
        .collect();

    assert_eq!(
        failed,
        [
            (0, Some(Reason::AlreadyBlocked)),
            (2, Some(Reason::AlreadyBlocked)),
            (4, Some(Reason::ActorBlocklistFull)),
            (5, Some(Reason::ActorBlocklistFull)),
        ]
    );
}

/// The batch is long enough for the fast path. One list has room for all, the other has not.
#[test]
fn r15_a_long_batch_stops_at_the_limit_of_either_list() {
    for (blocked, friends) in [(20, 1000), (1000, 20)] {
        let mut policy = Policy::tencent_rest();
        (policy.limits.blocked, policy.limits.friends) = (Some(blocked), Some(friends));

        for action in [Action::Block, Action::AddFriend(Ways::OneWay)] {
            let (mut graph, owner, users) = graph(policy, 30);
            let most = if action == Action::Block {
                blocked
            } else {
                friends
            };
            let batch = graph.apply_many(action, owner, &users).unwrap();
            let done: Vec<_> = batch.succeeded().map(|(index, _)| index).collect();
            assert_eq!(
                done,
                (0..30.min(most as usize)).collect::<Vec<_>>(),
                "{action:?}"
            );
            graph.check_invariants().unwrap();
        }
    }
}

#[test]
fn oneself_and_unknown_users_in_a_batch_stop_no_other_item() {
    let (mut graph, owner, users) = graph(Policy::tencent_rest(), 1);
    let gone = graph.add_user("gone").unwrap();
    graph.remove_user(gone).unwrap();
    let batch = graph
        .add_many_to_blocklist(owner, [owner, gone, users[0]])
        .unwrap();
    let failed: Vec<_> = batch
        .failed()
        .map(|(_, refusal)| refusal.reasons().first())
        .collect();
    assert_eq!(
        failed,
        [Some(Reason::SameUser), Some(Reason::UnknownTarget)]
    );
    assert_eq!(
        batch
            .succeeded()
            .map(|(index, _)| index)
            .collect::<Vec<_>>(),
        [2]
    );

    let batch = graph.add_many_to_blocklist(gone, [users[0]]).unwrap();
    assert_eq!(
        batch.failed().collect::<Vec<_>>(),
        [(0, Reason::UnknownActor.into())]
    );
}

#[test]
fn without_a_limit_a_batch_may_be_any_length() {
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits::NONE;
    let (mut graph, owner, users) = graph(policy, 3000);
    let import = Action::AddFriend(Ways::TwoWay);

    assert_eq!(
        graph
            .apply_many(import, owner, &users)
            .unwrap()
            .failed()
            .count(),
        0
    );
    assert_eq!(
        graph
            .add_many_to_blocklist(owner, &users)
            .unwrap()
            .succeeded()
            .count(),
        3000
    );
    graph.check_invariants().unwrap();
}
