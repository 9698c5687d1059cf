//! Populations have the shapes that their names promise.

use std::collections::HashMap;

use super::shape::COMMUNITY;
use super::{BlockEnd, Population, SHAPES};

const USERS: u32 = 4000;

fn population(name: &str, users: u32) -> Population {
    let shape = SHAPES.into_iter().find(|(known, _)| *known == name);
    Population::draw(shape.unwrap(), users, 45, 42)
}

/// Returns both users of each relation.
fn relations(population: &Population) -> impl Iterator<Item = (u32, u32)> {
    population.blocks.iter().chain(&population.friends).copied()
}

/// Returns the number of each user's relations, in ascending order.
fn degrees(population: &Population) -> Vec<u32> {
    let mut degrees = vec![0; population.users as usize];
    for (a, b) in relations(population) {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    degrees.sort_unstable();
    degrees
}

fn share(len: usize, of: usize) -> f64 {
    len as f64 / of as f64
}

#[test]
fn the_uniform_draws_stay_comparable_with_earlier_runs() {
    // FNV-1a over everything that is drawn.
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |pairs: &[(u32, u32)]| {
        for &(a, b) in pairs {
            for number in [a, b] {
                digest = (digest ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    };

    let population = Population::new(1000, 42);
    add(&population.blocks);
    add(&population.friends);
    add(&population.query_pairs(1000, 1));
    for group in population.groups(3, 100, BlockEnd::Blocked, 2) {
        let pairs: Vec<_> = group
            .others
            .iter()
            .map(|other| (group.user, *other))
            .collect();
        add(&pairs);
    }
    assert_eq!(digest, DIGEST);
}

const DIGEST: u64 = 84_570_143_264_383_443;

#[test]
fn every_population_has_about_equally_many_relations() {
    let uniform = population("uniform", USERS).relations();
    for (name, _) in SHAPES {
        let relations = population(name, USERS).relations();
        let share = share(relations, uniform);
        assert!((0.85..1.15).contains(&share), "{name}: {share}");
    }
}

#[test]
fn every_population_has_queries_of_both_kinds_at_every_size() {
    // 501 users leave one in a community without others.
    for users in [2, 3, 10, 501, USERS] {
        for (name, _) in SHAPES {
            let population = population(name, users);
            let queries = population.query_pairs(100, 1);
            assert!(queries.iter().all(|(a, b)| a != b && *a.max(b) < users));

            let allowed = queries
                .iter()
                .filter(|(a, b)| population.can_message(*a, *b));
            let allowed = allowed.count();
            assert!(allowed <= 50, "{name}: {users}");
            assert!(users < USERS || allowed > 35, "{name}: {allowed}");

            for end in [BlockEnd::Blocker, BlockEnd::Blocked] {
                for group in population.groups(3, 20, end, 2) {
                    assert_eq!(group.others.len(), 20);
                }
            }
        }
    }
}

#[test]
fn most_relations_of_a_community_are_within_it() {
    let within = |population: &Population| {
        let same = relations(population).filter(|(a, b)| a / COMMUNITY == b / COMMUNITY);
        share(same.count(), population.relations())
    };
    assert!(within(&population("communities", USERS)) > 0.85);
    assert!(within(&population("uniform", USERS)) < 0.2);
}

#[test]
fn a_power_law_has_users_with_a_large_share_of_all_relations() {
    let (uniform, power_law) = (population("uniform", USERS), population("power_law", USERS));
    let (uniform, power_law) = (degrees(&uniform), degrees(&power_law));

    let middle = USERS as usize / 2;
    assert!(power_law[middle] < uniform[middle] * 3 / 4);

    let (most_uniform, most) = (uniform.last().unwrap(), power_law.last().unwrap());
    assert!(*most > USERS / 2, "{most}");
    assert!(*most_uniform < USERS / 20, "{most_uniform}");
}

#[test]
fn few_senders_ask_most_of_the_queries() {
    let (uniform, zipf) = (
        population("uniform", USERS),
        population("zipf_senders", USERS),
    );
    assert!(uniform.blocks == zipf.blocks && uniform.friends == zipf.friends);

    let share_of_top_100 = |population: &Population| {
        let queries = population.query_pairs(10_000, 1);
        let mut counts = HashMap::new();
        for (sender, _) in &queries {
            *counts.entry(*sender).or_insert(0) += 1;
        }
        let mut counts: Vec<usize> = counts.into_values().collect();
        counts.sort_unstable();
        share(counts.iter().rev().take(100).sum(), queries.len())
    };
    assert!(share_of_top_100(&zipf) > 0.5);
    assert!(share_of_top_100(&uniform) < 0.2);
}

#[test]
fn newcomers_have_few_relations_and_the_others_begin_none_with_them() {
    let population = population("newcomers", USERS);
    let first_newcomer = USERS / 2;

    let mut blocks_of_newcomers = 0;
    for &(blocker, blocked) in &population.blocks {
        if blocker >= first_newcomer {
            blocks_of_newcomers += 1;
        } else {
            assert!(blocked < first_newcomer);
        }
    }
    assert!((0.15..0.25).contains(&share(blocks_of_newcomers, population.blocks.len())));
}

#[test]
fn a_signed_network_has_blocks_and_friendships() {
    let csv = "source,target,rating,time\n\
        7,3,5,100.5\n\
        3,7,-1,101\n\
        3,9,-10,102\n\
        9,7,4,103\n\
        8, 9, 2, 104\n\
        9,8,3,105\n\
        8,3,1,106\n\
        8,3,0,107\n";
    let population = Population::from_csv(csv).unwrap();

    // 7, 3, 9 and 8 are the users 0 to 3. A rating of 0 replaces that of 1.
    assert_eq!(population.name, "signed");
    assert_eq!(population.users, 4);
    assert_eq!(population.blocks, [(1, 0), (1, 2)]);
    assert_eq!(population.friends, [(0, 2), (2, 3)]);
}

#[test]
fn a_malformed_network_is_rejected_at_its_line() {
    let error = |csv: &str| Population::from_csv(csv).err().unwrap();

    let no_header = "line 1: a header `source,target,rating,time` is missing";
    assert_eq!(error(""), no_header);
    assert_eq!(error("1,2,3,4\n"), no_header);

    let header = "source,target,rating,time\n1,2,-3,4\n";
    for (row, fault) in [
        (
            "1,2",
            "the row does not have the fields source,target,rating,time",
        ),
        ("1,2,x,4", "the rating is not a whole number"),
        ("1,1,1,4", "a user rates themselves"),
    ] {
        assert_eq!(
            error(&format!("{header}{row}\n")),
            format!("line 3: {fault}")
        );
    }

    let no_blocks = error("source,target,rating,time\n1,2,3,4\n");
    assert_eq!(no_blocks, "no rating is below zero, so there are no blocks");
}
