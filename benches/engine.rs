//! Times of the engine's questions and operations: `cargo bench --bench engine --all-features`.
//!
//! Names are `operation/users/implementation`; every benchmark checks the answers it times.
//! A population is N users with 20 blocks and 50 friend entries each, drawn from a fixed seed:
//! every user begins 25 two-way friendships.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use socialgraph::{Decision, GotOrAdded, Interaction, Limits, Policy, SocialGraph, UserId, Ways};

const SIZES: [u32; 2] = [1_000, 100_000];
const PAIRS: usize = 100_000;
const BATCH: usize = 1_000;
const IMPLEMENTATION: &str = "socialgraph";

/// `SplitMix64`, which draws the same users on every machine.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from(((mixed >> 32) * u64::from(bound)) >> 32).unwrap_or(0)
    }

    fn user(&mut self, users: &[UserId]) -> UserId {
        let bound = u32::try_from(users.len()).unwrap_or(u32::MAX);
        users
            .get(self.below(bound) as usize)
            .copied()
            .unwrap_or(UserId::from_u32(0))
    }
}

/// A graph, its users, and its blocks.
struct Population {
    graph: SocialGraph,
    users: Vec<UserId>,
    blocks: Vec<(UserId, UserId)>,
}

impl Population {
    fn of(size: u32) -> Self {
        let mut policy = Policy::tencent_rest();
        policy.limits = Limits {
            batch: Some(1000),
            ..Limits::NONE
        };
        let mut graph = SocialGraph::new(policy);
        let mut seeded = Seeded(42);
        let users: Vec<UserId> = (0..size)
            .filter_map(|number| graph.add_user(&format!("user_{number:09}")).ok())
            .collect();

        let mut blocks = Vec::new();
        for &user in &users {
            for _ in 0..25 {
                // A repeated draw, the user alone, or a block between the two is refused.
                let _ = graph.add_friend(user, seeded.user(&users), Ways::TwoWay);
            }
            for _ in 0..20 {
                let target = seeded.user(&users);
                if graph.add_to_blocklist(user, target).is_ok() {
                    blocks.push((user, target));
                }
            }
        }

        Self {
            graph,
            users,
            blocks,
        }
    }

    /// Returns pairs. In every second pair, the recipient blocks the sender.
    fn pairs(&self) -> Vec<(UserId, UserId)> {
        let mut seeded = Seeded(7);
        let bound = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        (0..PAIRS)
            .filter_map(|index| {
                if index % 2 == 0 {
                    let block = self.blocks.get(seeded.below(bound) as usize);
                    block.map(|&(owner, target)| (target, owner))
                } else {
                    Some((seeded.user(&self.users), seeded.user(&self.users)))
                }
            })
            .collect()
    }

    /// Returns a new owner, and a batch of users. Half of them are the owner's friends.
    fn batch(&self) -> (SocialGraph, UserId, Vec<UserId>) {
        let mut graph = self.graph.clone();
        let owner = graph
            .get_or_add_user("owner")
            .map_or(UserId::NOBODY, GotOrAdded::id);

        // Every k-th user, so that the batch has no repeats at any size.
        let step = self.users.len() / BATCH;
        let targets: Vec<UserId> = self
            .users
            .iter()
            .step_by(step)
            .copied()
            .take(BATCH)
            .collect();

        for &target in targets.iter().step_by(2) {
            let _ = graph.add_friend(owner, target, Ways::TwoWay);
        }
        (graph, owner, targets)
    }
}

fn questions(criterion: &mut Criterion, population: &Population) {
    let Population {
        graph,
        users,
        blocks: _,
    } = population;
    let pairs = population.pairs();
    let size = users.len();
    question(criterion, "can_message", size, &pairs, |a, b| {
        graph.can_message(a, b)
    });
    question(
        criterion,
        "can_send_friend_request",
        size,
        &pairs,
        |a, b| graph.can_send_friend_request(a, b),
    );

    let name = |user| graph.name(user).unwrap_or_default().to_owned();
    let named: Vec<_> = pairs.iter().map(|&(a, b)| (name(a), name(b))).collect();
    question(criterion, "can_message_by_name", size, &named, |a, b| {
        graph.can_message(a, b)
    });

    filter(criterion, "audience_1000", population, |user, others| {
        graph.audience(Interaction::Message, user, others).count()
    });
    filter(
        criterion,
        "visible_senders_1000",
        population,
        |user, others| {
            graph
                .visible_senders(Interaction::Message, user, others)
                .count()
        },
    );
}

/// Times a filter over crowds of a thousand users, with a different user for each crowd.
fn filter(
    criterion: &mut Criterion,
    name: &str,
    population: &Population,
    ask: impl Fn(UserId, &[UserId]) -> usize,
) {
    let mut seeded = Seeded(11);
    let users = &population.users;
    let crowds: Vec<(UserId, Vec<UserId>)> = (0..200)
        .map(|_| {
            (
                seeded.user(users),
                (0..BATCH).map(|_| seeded.user(users)).collect(),
            )
        })
        .collect();

    let mut group = criterion.benchmark_group(name);
    group.bench_function(
        BenchmarkId::new(users.len().to_string(), IMPLEMENTATION),
        |bencher| {
            let mut next = crowds.iter().cycle();
            bencher.iter(|| {
                if let Some((user, others)) = next.next() {
                    assert!(
                        (BATCH / 2..=BATCH).contains(&ask(*user, others)),
                        "most are strangers"
                    );
                }
            });
        },
    );
    group.finish();
}

/// Times a question pair by pair, and checks its answers against those found beforehand.
fn question<K>(
    criterion: &mut Criterion,
    name: &str,
    size: usize,
    pairs: &[(K, K)],
    ask: impl Fn(&K, &K) -> Decision,
) {
    let answers: Vec<_> = pairs
        .iter()
        .map(|(a, b)| (a, b, ask(a, b).is_allowed()))
        .collect();
    let allowed = answers.iter().filter(|(.., allowed)| *allowed).count();
    assert!(
        (PAIRS / 3..=PAIRS / 2).contains(&allowed),
        "half of the pairs are blocked"
    );

    let mut group = criterion.benchmark_group(name);
    group.bench_function(
        BenchmarkId::new(size.to_string(), IMPLEMENTATION),
        |bencher| {
            let mut next = answers.iter().cycle();
            bencher.iter(|| {
                if let Some((a, b, allowed)) = next.next() {
                    assert_eq!(ask(a, b).is_allowed(), *allowed);
                }
            });
        },
    );
    group.finish();
}

fn block_1000(criterion: &mut Criterion, population: &Population) {
    let size = population.users.len();
    let (mut graph, owner, targets) = population.batch();
    let snapshot = graph.clone();

    let mut group = criterion.benchmark_group("block_1000");
    // Undoes the batch by writes: a clone would share its records, and then copy them.
    group.bench_function(
        BenchmarkId::new(size.to_string(), IMPLEMENTATION),
        |bencher| {
            bencher.iter_custom(|rounds| {
                let mut spent = std::time::Duration::ZERO;
                for _ in 0..rounds {
                    prepare(&mut graph, owner, &targets);
                    let start = std::time::Instant::now();
                    let batch = graph.add_many_to_blocklist(owner, &targets);
                    spent += start.elapsed();
                    assert!(batch.is_ok_and(|batch| batch.succeeded().count() == BATCH));
                }
                spent
            });
        },
    );
    group.finish();

    let mut group = criterion.benchmark_group("block_1000_snapshot_alive");
    group.bench_function(
        BenchmarkId::new(size.to_string(), IMPLEMENTATION),
        |bencher| {
            bencher.iter_batched_ref(
                || snapshot.clone(),
                |graph| {
                    let batch = graph.add_many_to_blocklist(owner, &targets);
                    assert!(batch.is_ok_and(|batch| batch.succeeded().count() == BATCH));
                },
                BatchSize::PerIteration,
            );
        },
    );
    group.finish();
}

/// Lifts the owner's blocks and makes every second target a friend again.
fn prepare(graph: &mut SocialGraph, owner: UserId, targets: &[UserId]) {
    let _ = graph.remove_many_from_blocklist(owner, targets);
    for &target in targets.iter().step_by(2) {
        let _ = graph.add_friend(owner, target, Ways::TwoWay);
    }
}

fn snapshot(criterion: &mut Criterion, population: &Population) {
    let Population {
        graph,
        users,
        blocks: _,
    } = population;
    let mut group = criterion.benchmark_group("snapshot");
    group.bench_function(
        BenchmarkId::new(users.len().to_string(), IMPLEMENTATION),
        |bencher| {
            bencher.iter(|| {
                let copy = black_box(graph.clone());
                assert_eq!(copy.user_count(), users.len());
            });
        },
    );
    group.finish();
}

/// Times writing a graph as JSON, and loading it with all checks.
fn save_and_load(criterion: &mut Criterion, population: &Population) {
    let Population {
        graph,
        users,
        blocks: _,
    } = population;
    let json = serde_json::to_vec(graph).unwrap_or_default();

    let mut group = criterion.benchmark_group("save_json");
    group.sample_size(10);
    group.bench_function(
        BenchmarkId::new(users.len().to_string(), IMPLEMENTATION),
        |bencher| {
            bencher.iter(|| assert!(serde_json::to_vec(graph).is_ok_and(|again| again == json)));
        },
    );
    group.finish();

    let mut group = criterion.benchmark_group("load_json");
    group.sample_size(10);
    group.bench_function(
        BenchmarkId::new(users.len().to_string(), IMPLEMENTATION),
        |bencher| {
            bencher.iter_with_large_drop(|| {
                let loaded = serde_json::from_slice::<SocialGraph>(&json);
                assert!(
                    loaded
                        .as_ref()
                        .is_ok_and(|loaded| loaded.user_count() == users.len())
                );
                loaded
            });
        },
    );
    group.finish();
}

fn engine(criterion: &mut Criterion) {
    for size in SIZES {
        let population = Population::of(size);
        questions(criterion, &population);
        block_1000(criterion, &population);
        snapshot(criterion, &population);
        save_and_load(criterion, &population);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = engine
}
criterion_main!(benches);
