//! Upper bounds of allocations and memory that the engine promises.

use socialgraph::{
    Action, Interaction, Policy, Relation, RequestMode, RequestSending, SocialGraph, UserId,
    UserParts, Ways,
};

use crate::fixtures::crowd;

#[test]
fn a_decision_allocates_nothing() {
    let (mut graph, users) = crowd(200);
    for pair in users.windows(2) {
        graph.add_to_blocklist(pair[0], pair[1]).unwrap();
    }

    // One user has enough relations for an interpolated lookup, and one has too many to be kept
    // inline.
    for fan in &users[100..160] {
        graph.add_to_blocklist(fan, users[50]).unwrap();
    }

    for number in 0..1200 {
        let fan = graph.add_user(&format!("fan {number}")).unwrap();
        graph.add_to_blocklist(fan, users[60]).unwrap();
    }

    let counted = allocation_counter::measure(|| {
        for (a, b) in users
            .iter()
            .flat_map(|a| users.iter().take(20).map(move |b| (*a, *b)))
        {
            std::hint::black_box(graph.can_message(a, b).verdict());
            std::hint::black_box(
                graph
                    .can_send_friend_request(a, b)
                    .visible()
                    .reasons()
                    .first(),
            );
            let _ = std::hint::black_box(graph.decide(Action::AcceptRequest, a, b));
        }
        let _ = std::hint::black_box(graph.can_message("user 1", "user 2"));
        let _ = std::hint::black_box(graph.can_message("user 1", "nobody"));
        let _ = std::hint::black_box(graph.can_message(UserId::from_u32(9999), users[0]));
        for user in &users {
            std::hint::black_box(graph.can_message(users[50], user).is_allowed());
            std::hint::black_box(graph.can_send_friend_request(users[60], user).is_allowed());
        }
        assert_eq!(
            graph
                .audience(Interaction::Message, users[1], &users)
                .count(),
            users.len() - 2
        );
        assert_eq!(
            graph
                .visible_senders(Interaction::Message, "user 1", &users)
                .count(),
            users.len() - 2
        );
    });
    assert_eq!(counted.count_total, 0);
}

/// A plan names pairs that change: if there are none, it is empty and nothing is copied.
#[test]
fn a_migration_that_ends_nothing_allocates_no_list() {
    let (graph, users) = crowd(200);
    let mut graph = graph;
    for pair in users.windows(2) {
        graph.add_friend(pair[0], pair[1], Ways::TwoWay).unwrap();
    }

    let counted = allocation_counter::measure(|| {
        let plan = graph.plan_migration(Policy::tencent_mutual());
        assert!(std::hint::black_box(plan).ended.is_empty());
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn a_clone_costs_the_same_at_every_size() {
    for size in [1, 100, 10_000] {
        let (mut graph, users) = crowd(size);
        for user in &users[1..] {
            graph.add_friend(users[0], *user, Ways::TwoWay).unwrap();
        }

        let counted = allocation_counter::measure(|| {
            std::hint::black_box(graph.clone());
        });
        assert_eq!(counted.count_total, 0, "at {size} users");
    }
}

/// Counts names, directory, settings, both ends of every relation, and spare capacity.
#[test]
fn a_relation_takes_at_most_10_bytes_in_all() {
    let mut relations = 0;
    let mut graph = None;
    let counted = allocation_counter::measure(|| {
        let (mut built, users) = crowd(1000);
        for (index, user) in users.iter().enumerate() {
            // Strides are coprime to the number of users, so no pair repeats.
            for step in 1..=25 {
                let friend = users[(index + step * 37) % users.len()];
                relations += 2 * usize::from(built.add_friend(*user, friend, Ways::TwoWay).is_ok());
            }
            for step in 1..=20 {
                let target = users[(index + step * 41 + 500) % users.len()];
                relations += usize::from(built.add_to_blocklist(*user, target).is_ok());
            }
        }
        graph = Some(built);
    });
    assert!(relations > 60_000, "{relations}");

    let bytes = usize::try_from(counted.bytes_current).unwrap();
    assert!(
        bytes <= 10 * relations,
        "{bytes} bytes for {relations} relations"
    );

    drop(graph);
}

/// Counts the most that is allocated at one time, beside the caller's users and relations.
#[test]
fn building_from_parts_takes_at_most_half_of_the_graph_more() {
    const USERS: u32 = 2000;
    let names: Vec<_> = (0..USERS).map(|number| format!("user {number}")).collect();
    let users = (0..).zip(&names).map(|(number, name)| UserParts {
        id: UserId::from_u32(number),
        name: name.as_str(),
        request_mode: RequestMode::Confirm,
        request_sending: RequestSending::Open,
    });
    let relations = (0..USERS).flat_map(|first| {
        let peers = (first + 1..USERS).filter(move |second| (first * 7 + second) % 45 == 0);
        peers.map(move |second| {
            let [first, second] = [first, second].map(UserId::from_u32);
            (first, second, Relation::FRIENDS)
        })
    });

    let mut graph = None;
    let counted = allocation_counter::measure(|| {
        graph = SocialGraph::from_parts(Policy::tencent_rest(), users, relations).ok();
    });
    let most = counted.bytes_current / 2 * 3;
    assert!(graph.is_some_and(|graph| graph.user_count() == USERS as usize));
    assert!(
        i64::try_from(counted.bytes_max).unwrap() <= most,
        "{counted:?}"
    );
}

#[test]
fn graphs_cross_threads() {
    fn send_and_sync<T: Send + Sync + 'static>() {}
    send_and_sync::<SocialGraph>();

    let (mut graph, users) = crowd(2);
    let (a, b) = (users[0], users[1]);
    let snapshot = graph.clone();
    let reader = std::thread::spawn(move || snapshot.can_message(b, a).is_allowed());
    graph.add_to_blocklist(a, b).unwrap();
    assert!(
        reader.join().unwrap(),
        "a reader's snapshot does not see the write"
    );
    assert!(!graph.can_message(b, a).is_allowed());
}
