//! Every implementation answers as the world does, to each operation.

use std::collections::HashSet;

use super::{IMPLEMENTATIONS, Peer};
use crate::world::{End, World, name};

const USERS: u32 = 60;

/// Calls a test with every implementation.
fn each(test: impl Fn(&str, &World, &mut dyn Peer)) {
    let world = World::new(USERS, 42);
    for of in &IMPLEMENTATIONS {
        test(of.name, &world, &mut *(of.build)(&world));
    }
}

/// Returns every user with every other.
fn all_pairs() -> Vec<(u32, u32)> {
    let others = |a| (0..USERS).filter(move |b| a != *b).map(move |b| (a, b));
    (0..USERS).flat_map(others).collect()
}

#[test]
fn the_world_has_every_answer() {
    let world = World::new(USERS, 42);
    let count = |may: fn(&World, u32, u32) -> bool| {
        all_pairs()
            .into_iter()
            .filter(|(a, b)| may(&world, *a, *b))
            .count()
    };
    let pairs = all_pairs().len();
    assert!((1..pairs).contains(&count(World::may_message)));
    assert!((1..pairs).contains(&count(World::may_request)));
    assert!((1..pairs).contains(&count(World::are_friends)));
}

#[test]
fn messages_and_requests_are_judged_alike() {
    each(|implementation, world, peer| {
        peer.prepare(world, &all_pairs());
        for (a, b) in all_pairs() {
            let asked = format!("{implementation}: {a} to {b}");
            assert_eq!(peer.may_message(a, b), world.may_message(a, b), "{asked}");
            assert_eq!(
                peer.can_message(&[(a, b)]) == 1,
                world.may_message(a, b),
                "{asked}"
            );
            assert_eq!(peer.may_request(a, b), world.may_request(a, b), "{asked}");
            assert_eq!(
                peer.can_request(&[(a, b)]) == 1,
                world.may_request(a, b),
                "{asked}"
            );
        }
    });
}

#[test]
fn names_lead_to_the_same_answers() {
    let mut by_number_alone = Vec::new();
    for of in &IMPLEMENTATIONS {
        let world = World::new(USERS, 42);
        let peer = (of.build)(&world);
        for (a, b) in all_pairs() {
            match peer.can_message_by_name(&[(name(a), name(b))]) {
                Some(allowed) => {
                    assert_eq!(allowed == 1, world.may_message(a, b), "{}", of.name);
                }
                None => by_number_alone.push(of.name),
            }
        }
    }
    by_number_alone.dedup();
    assert_eq!(by_number_alone, ["cedar_two_users"]);
}

#[test]
fn filters_keep_order_and_whoever_may() {
    each(|implementation, world, peer| {
        peer.prepare(world, &all_pairs());
        for crowd in world.crowds(20, 100, End::Blocked, 1) {
            let mut left = Vec::new();
            let count = peer.audience(crowd.user, &crowd.others, &mut left);
            let may = |to: &u32| world.may_message(crowd.user, *to);
            assert_eq!(left, filtered(&crowd.others, may), "{implementation}");
            assert_eq!(count, left.len());
        }
        for crowd in world.crowds(20, 100, End::Blocker, 2) {
            let mut left = Vec::new();
            let count = peer.visible_senders(crowd.user, &crowd.others, &mut left);
            let may = |from: &u32| world.may_message(*from, crowd.user);
            assert_eq!(left, filtered(&crowd.others, may), "{implementation}");
            assert_eq!(count, left.len());
        }
    });
}

fn filtered(users: &[u32], may: impl Fn(&u32) -> bool) -> Vec<u32> {
    users.iter().copied().filter(may).collect()
}

#[test]
fn a_batch_blocks_and_ends_friendships() {
    let mut stores = Vec::new();
    for of in &IMPLEMENTATIONS {
        let world = World::new(USERS, 42);
        let mut peer = (of.build)(&world);
        let Some(owner) = peer.add_owner("owner", &[0, 2, 4]) else {
            continue;
        };
        stores.push(of.name);
        assert!(peer.may_request(owner, 1) && peer.may_request(1, owner));
        assert!(!peer.may_request(owner, 0) && !peer.may_request(0, owner));

        assert_eq!(peer.block_many(owner, &[0, 1, 2]), 3);
        assert_eq!(
            peer.block_many(owner, &[1, 2, 3]),
            1,
            "whom they block already is not new"
        );
        assert!(peer.block(owner, 5));
        assert!(!peer.block(owner, 5));
        let blocked = HashSet::from([0, 1, 2, 3, 5]);
        for user in 0..USERS {
            let asked = format!("{}: {user}", of.name);
            let blocked = blocked.contains(&user);
            assert!(peer.may_message(owner, user), "{asked}");
            assert_eq!(peer.may_message(user, owner), !blocked, "{asked}");
            let may_request = !blocked && user != 4;
            assert_eq!(peer.may_request(user, owner), may_request, "{asked}");
            assert_eq!(peer.may_request(owner, user), may_request, "{asked}");
        }
        for (a, b) in all_pairs() {
            assert_eq!(
                peer.may_request(a, b),
                world.may_request(a, b),
                "others are as before"
            );
        }
    }
    assert_eq!(
        stores.len(),
        IMPLEMENTATIONS.len() - 1,
        "all but cedar_two_users: {stores:?}"
    );
}

#[test]
fn snapshots_are_where_they_are_said_to_be() {
    let mut with_snapshots = Vec::new();
    for of in &IMPLEMENTATIONS {
        if (of.build)(&World::new(USERS, 42)).snapshot().is_some() {
            with_snapshots.push(of.name);
        }
    }
    assert_eq!(with_snapshots, ["socialgraph", "imbl_naive"]);
}

#[test]
fn the_policies_of_cedar_refuse_what_they_do_not_know() {
    let world = World::new(USERS, 42);
    let store = super::cedar::WholeStore::build(&world);
    let asked = |a: &str, b: &str| store.can_message_by_name(&[(a.to_owned(), b.to_owned())]);
    let (known, unknown) = (name(0), "nobody");
    assert_eq!(asked(&known, unknown), Some(0));
    assert_eq!(asked(unknown, &known), Some(0));
    assert_eq!(asked(&known, &known), Some(0));
}
