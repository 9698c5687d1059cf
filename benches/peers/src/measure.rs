//! Timing: every implementation in turn, so often, with its answers checked.

use std::hint::black_box;
use std::time::Instant;

use allocation_counter::measure;

use crate::peers::{Engine, ImblNaive, Pairs, Peer, PetGraph, Sqlite, Strings};
use crate::report::{Progress, Row};
use crate::world::{World, name};

/// What an implementation is called, and how it is built.
type Build = (&'static str, fn(&World) -> Box<dyn Peer>);

/// The implementations, the yardstick first.
const PEERS: [Build; 6] = [
    ("pairs", |world| Box::new(Pairs::build(world))),
    ("socialgraph", |world| Box::new(Engine::build(world))),
    ("hashmap_of_hashsets", |world| Box::new(Strings::build(world))),
    ("petgraph", |world| Box::new(PetGraph::build(world))),
    ("imbl_naive", |world| Box::new(ImblNaive::build(world))),
    ("sqlite", |world| Box::new(Sqlite::build(world))),
];

/// What is measured, and how.
type Step<'w> = (&'static str, fn(&mut Bench<'w>));

/// Up to how many users an implementation is built: above, it would not fit in 24 GiB.
fn most_users(implementation: &str) -> u32 {
    if implementation == "imbl_naive" { 100_000 } else { u32::MAX }
}

/// The users that one batch blocks.
const BATCH: usize = 1000;

/// One size's implementations, and what they are asked.
struct Bench<'a> {
    world: &'a World,
    peers: Vec<(&'static str, Box<dyn Peer>)>,
    repetitions: usize,
    rows: Vec<Row>,
}

/// Measures every implementation at one size.
pub(crate) fn run<'w>(
    world: &'w World,
    only: &[String],
    repetitions: usize,
    progress: &Progress,
) -> Vec<Row> {
    let mut bench = Bench { world, peers: Vec::new(), repetitions, rows: Vec::new() };
    for (implementation, build) in PEERS {
        let chosen = only.is_empty() || only.iter().any(|name| name == implementation);
        if chosen && world.users <= most_users(implementation) {
            progress.say(&format!("building {implementation}"));
            bench.build(implementation, build);
        }
    }
    let steps: [Step<'w>; 8] = [
        ("can_message/id", Bench::can_message),
        ("can_message/one_sender", Bench::one_sender),
        ("can_message/name", Bench::by_name),
        ("can_send_friend_request/id", Bench::can_request),
        ("audience_1000", Bench::audience),
        ("snapshot", Bench::snapshot),
        ("block_1000", Bench::block),
        ("block_1000/snapshot_alive", Bench::block_with_snapshot),
    ];
    for (operation, step) in steps {
        progress.say(operation);
        step(&mut bench);
    }
    bench.rows
}

impl Bench<'_> {
    fn build(&mut self, implementation: &'static str, build: fn(&World) -> Box<dyn Peer>) {
        let mut peer = None;
        let counted = measure(|| peer = Some(build(self.world)));
        let Some(peer) = peer else { return };
        let counted = u64::try_from(counted.bytes_current).unwrap_or(0);
        let bytes = peer.heap_bytes().unwrap_or(counted) as f64 / self.world.relations() as f64;
        self.row("bytes_per_relation", implementation, "bytes", &mut [bytes]);
        self.peers.push((implementation, peer));
    }

    fn row(&mut self, operation: &str, implementation: &str, unit: &str, values: &mut [f64]) {
        let users = self.world.users;
        self.rows.push(Row::new(operation, users, implementation, unit, values));
    }

    /// Times each implementation in turn, so often; `once` returns the figure.
    fn interleaved(
        &mut self,
        operation: &str,
        unit: &str,
        mut once: impl FnMut(&World, &mut dyn Peer, usize) -> Option<f64>,
    ) {
        let mut values = vec![Vec::new(); self.peers.len()];
        for repetition in 0..self.repetitions {
            for (peer, values) in self.peers.iter_mut().zip(&mut values) {
                values.extend(once(self.world, &mut *peer.1, repetition));
            }
        }
        let names: Vec<_> = self.peers.iter().map(|(name, _)| *name).collect();
        for (implementation, mut values) in names.into_iter().zip(values) {
            if !values.is_empty() {
                self.row(operation, implementation, unit, &mut values);
            }
        }
    }

    fn can_message(&mut self) {
        let queries = self.world.queries(QUERIES, 1);
        let expected = queries.iter().filter(|(a, b)| !self.world.blocks(*b, *a)).count();
        self.interleaved("can_message/id", "ns", |_, peer, _| {
            let (ns, allowed) = timed(queries.len(), || peer.can_message(&queries));
            assert_eq!(allowed, expected);
            Some(ns)
        });
    }

    fn one_sender(&mut self) {
        let fans: Vec<_> = (0..50).map(|seed| self.world.fan_out(BATCH, seed)).collect();
        let queries: Vec<(u32, u32)> = fans
            .iter()
            .flat_map(|(sender, recipients)| recipients.iter().map(|to| (*sender, *to)))
            .collect();
        let expected = queries.iter().filter(|(a, b)| !self.world.blocks(*b, *a)).count();
        self.interleaved("can_message/one_sender", "ns", |_, peer, _| {
            let (ns, allowed) = timed(queries.len(), || peer.can_message(&queries));
            assert_eq!(allowed, expected);
            Some(ns)
        });
    }

    fn by_name(&mut self) {
        let queries = self.world.queries(QUERIES / 4, 2);
        let expected = queries.iter().filter(|(a, b)| !self.world.blocks(*b, *a)).count();
        let named: Vec<_> = queries.iter().map(|(a, b)| (name(*a), name(*b))).collect();
        self.interleaved("can_message/name", "ns", |_, peer, _| {
            let (ns, allowed) = timed(named.len(), || peer.can_message_by_name(&named));
            assert_eq!(allowed, expected);
            Some(ns)
        });
    }

    fn can_request(&mut self) {
        let queries = self.world.queries(QUERIES, 3);
        let world = self.world;
        let may = |&&(a, b): &&(u32, u32)| {
            !world.blocks(a, b) && !world.blocks(b, a) && !world.are_friends(a, b)
        };
        let expected = queries.iter().filter(may).count();
        self.interleaved("can_send_friend_request/id", "ns", |_, peer, _| {
            let (ns, allowed) = timed(queries.len(), || peer.can_request(&queries));
            assert_eq!(allowed, expected);
            Some(ns)
        });
    }

    fn audience(&mut self) {
        let fans: Vec<_> = (100..150).map(|seed| self.world.fan_out(BATCH, seed)).collect();
        let world = self.world;
        let reached = |(sender, recipients): &(u32, Vec<u32>)| {
            recipients.iter().filter(|to| !world.blocks(**to, *sender)).count()
        };
        let expected: usize = fans.iter().map(reached).sum();
        let mut into = Vec::with_capacity(BATCH);
        self.interleaved("audience_1000", "us", |_, peer, _| {
            let (ns, allowed) = timed(fans.len(), || {
                let mut filter = |(sender, recipients): &(u32, Vec<u32>)| {
                    into.clear();
                    peer.audience(*sender, recipients, &mut into)
                };
                fans.iter().map(&mut filter).sum::<usize>()
            });
            assert_eq!(allowed, expected);
            Some(ns / 1000.0)
        });
    }

    fn snapshot(&mut self) {
        self.interleaved("snapshot", "ns", |_, peer, _| {
            peer.snapshot()?;
            let (ns, taken) = timed(1000, || (0..1000).filter_map(|_| peer.snapshot()).count());
            assert_eq!(taken, 1000);
            Some(ns)
        });
    }

    fn block(&mut self) {
        self.interleaved("block_1000", "us", |world, peer, repetition| {
            let (owner, targets) = owner(world, peer, "plain", repetition);
            let (ns, blocked) = timed(1, || peer.block_many(owner, &targets));
            assert_eq!(blocked, targets.len());
            Some(ns / 1000.0)
        });
    }

    fn block_with_snapshot(&mut self) {
        self.interleaved("block_1000/snapshot_alive", "us", |world, peer, repetition| {
            let (owner, targets) = owner(world, peer, "snapshot", repetition);
            // The yardstick has none: it is measured without, to compare with.
            let alive = peer.snapshot();
            let (ns, blocked) = timed(1, || peer.block_many(owner, &targets));
            drop(black_box(alive));
            assert_eq!(blocked, targets.len());
            Some(ns / 1000.0)
        });
    }
}

/// How many checks are timed at once.
const QUERIES: usize = 1 << 20;

/// Adds a fresh owner, friends with every other target, and returns whom they are to block.
fn owner(world: &World, peer: &mut dyn Peer, what: &str, repetition: usize) -> (u32, Vec<u32>) {
    let mut rng = fastrand::Rng::with_seed(repetition as u64);
    let most = BATCH.min(world.users as usize);
    let targets = rng.choose_multiple(0..world.users, most);
    let friends: Vec<_> = targets.iter().copied().step_by(2).collect();
    (peer.add_owner(&format!("owner_{what}_{repetition}"), &friends), targets)
}

/// Returns how long each of so many took, in nanoseconds, and what came of it.
fn timed<T>(len: usize, work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let came = black_box(work());
    (started.elapsed().as_nanos() as f64 / len as f64, came)
}
