//! Every implementation gives the population's answers in each operation.

use std::collections::HashSet;

use super::{IMPLEMENTATIONS, MANY, OTHERS, Peer};
use crate::population::{BlockEnd, Population, name};

const USERS: u32 = 60;

/// Calls a test with every implementation.
fn each(test: impl Fn(&str, &Population, &mut dyn Peer)) {
    let population = Population::new(USERS, 42);
    for implementation in IMPLEMENTATIONS {
        let mut peer = (implementation.build)(&population);
        test(implementation.name, &population, &mut *peer);
    }
}

/// Returns those of the names that are compiled in.
fn compiled_in(names: &[&'static str]) -> Vec<&'static str> {
    let is_compiled_in = |name: &&str| IMPLEMENTATIONS.iter().any(|known| known.name == *name);
    names.iter().copied().filter(is_compiled_in).collect()
}

/// Returns all pairs of two different users.
fn all_pairs() -> Vec<(u32, u32)> {
    let others = |a| (0..USERS).filter(move |b| a != *b).map(move |b| (a, b));
    (0..USERS).flat_map(others).collect()
}

#[test]
fn the_population_leads_to_both_answers_of_each_rule() {
    let population = Population::new(USERS, 42);
    let count = |allows: fn(&Population, u32, u32) -> bool| {
        all_pairs()
            .into_iter()
            .filter(|(a, b)| allows(&population, *a, *b))
            .count()
    };

    let pairs = all_pairs().len();
    assert!((1..pairs).contains(&count(Population::can_message)));
    assert!((1..pairs).contains(&count(Population::can_request)));
    assert!((1..pairs).contains(&count(Population::are_friends)));
}

#[test]
fn checks_by_number_give_the_expected_answers() {
    each(|implementation, population, peer| {
        peer.prepare(population, &all_pairs());
        for (a, b) in all_pairs() {
            let context = format!("{implementation}: {a} to {b}");
            assert_eq!(
                peer.can_message(a, b),
                population.can_message(a, b),
                "{context}"
            );
            assert_eq!(
                peer.count_can_message(&[(a, b)]) == 1,
                population.can_message(a, b),
                "{context}"
            );
            assert_eq!(
                peer.can_request(a, b),
                population.can_request(a, b),
                "{context}"
            );
            assert_eq!(
                peer.count_can_request(&[(a, b)]) == 1,
                population.can_request(a, b),
                "{context}"
            );
        }
    });
}

#[test]
fn many_checks_in_a_call_give_the_expected_answers() {
    each(|implementation, population, peer| {
        peer.prepare(population, &all_pairs());

        // The last batch is not full.
        let pairs = &all_pairs()[..3 * MANY + 5];
        for len in [0, 1, MANY, pairs.len()] {
            let pairs = &pairs[..len];
            let allowed = pairs.iter().filter(|(a, b)| population.can_message(*a, *b));
            assert_eq!(
                peer.count_can_message_many(pairs),
                allowed.count(),
                "{implementation}: {len}"
            );
        }
    });
}

#[test]
fn checks_by_name_give_the_expected_answers() {
    let mut without_names = Vec::new();
    for implementation in IMPLEMENTATIONS {
        let population = Population::new(USERS, 42);
        let peer = (implementation.build)(&population);

        for (a, b) in all_pairs() {
            match peer.count_can_message_by_name(&[(name(a), name(b))]) {
                Some(allowed) => {
                    assert_eq!(
                        allowed == 1,
                        population.can_message(a, b),
                        "{}",
                        implementation.name
                    );
                }
                None => without_names.push(implementation.name),
            }
        }
    }
    without_names.dedup();
    assert_eq!(without_names, compiled_in(&["cedar_two_users"]));
}

#[test]
fn filters_keep_the_allowed_users_in_order() {
    each(|implementation, population, peer| {
        peer.prepare(population, &all_pairs());

        for group in population.groups(20, 100, BlockEnd::Blocked, 1) {
            let mut left = Vec::new();
            let count = peer.audience(group.user, &group.others, &mut left);
            let can_message = |to: &u32| population.can_message(group.user, *to);
            assert_eq!(
                left,
                filtered(&group.others, can_message),
                "{implementation}"
            );
            assert_eq!(count, left.len());
        }

        for group in population.groups(20, 100, BlockEnd::Blocker, 2) {
            let mut left = Vec::new();
            let count = peer.visible_senders(group.user, &group.others, &mut left);
            let can_message = |from: &u32| population.can_message(*from, group.user);
            assert_eq!(
                left,
                filtered(&group.others, can_message),
                "{implementation}"
            );
            assert_eq!(count, left.len());
        }
    });
}

fn filtered(users: &[u32], allows: impl Fn(&u32) -> bool) -> Vec<u32> {
    users.iter().copied().filter(allows).collect()
}

#[test]
fn a_batch_of_blocks_ends_friendships() {
    let mut stores = Vec::new();
    for implementation in IMPLEMENTATIONS {
        let population = Population::new(USERS, 42);
        let mut peer = (implementation.build)(&population);
        let Some(blocker) = peer.add_user("blocker", &[0, 2, 4]) else {
            continue;
        };
        stores.push(implementation.name);

        assert!(peer.can_request(blocker, 1) && peer.can_request(1, blocker));
        assert!(!peer.can_request(blocker, 0) && !peer.can_request(0, blocker));

        assert_eq!(peer.block_many(blocker, &[0, 1, 2]), 3);
        assert_eq!(
            peer.block_many(blocker, &[1, 2, 3]),
            1,
            "a repeated block is not new"
        );
        assert!(peer.block(blocker, 5));
        assert!(!peer.block(blocker, 5));

        let targets = HashSet::from([0, 1, 2, 3, 5]);
        for user in 0..USERS {
            let context = format!("{}: {user}", implementation.name);
            let is_target = targets.contains(&user);

            assert!(peer.can_message(blocker, user), "{context}");
            assert_eq!(peer.can_message(user, blocker), !is_target, "{context}");

            let can_request = !is_target && user != 4;
            assert_eq!(peer.can_request(user, blocker), can_request, "{context}");
            assert_eq!(peer.can_request(blocker, user), can_request, "{context}");
        }

        for (a, b) in all_pairs() {
            assert_eq!(
                peer.can_request(a, b),
                population.can_request(a, b),
                "other pairs are unchanged"
            );
        }
    }
    let without_writes = compiled_in(&["cedar_two_users"]);
    assert_eq!(
        stores.len(),
        IMPLEMENTATIONS.len() - without_writes.len(),
        "all but cedar_two_users: {stores:?}"
    );
}

#[test]
fn the_feature_compiles_the_others_in() {
    let names: Vec<_> = IMPLEMENTATIONS.iter().map(|known| known.name).collect();
    for other in OTHERS {
        let compiled_in = cfg!(feature = "others");
        assert_eq!(names.contains(&other), compiled_in, "{other}");
    }

    let others = compiled_in(&OTHERS).len();
    assert_eq!(names.len(), 4 + others, "{names:?}");
}

#[test]
fn exactly_two_implementations_have_snapshots() {
    let mut with_snapshots = Vec::new();
    for implementation in IMPLEMENTATIONS {
        if (implementation.build)(&Population::new(USERS, 42))
            .snapshot()
            .is_some()
        {
            with_snapshots.push(implementation.name);
        }
    }
    assert_eq!(with_snapshots, compiled_in(&["socialgraph", "imbl_naive"]));
}

#[cfg(feature = "others")]
#[test]
fn the_policies_of_cedar_deny_messages_of_unknown_users() {
    let population = Population::new(USERS, 42);
    let store = super::cedar::WholeStore::build(&population);
    let count = |a: &str, b: &str| store.count_can_message_by_name(&[(a.to_owned(), b.to_owned())]);
    let (known, unknown) = (name(0), "nobody");
    assert_eq!(count(&known, unknown), Some(0));
    assert_eq!(count(unknown, &known), Some(0));
    assert_eq!(count(&known, &known), Some(0));
}
