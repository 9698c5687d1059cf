//! Timing: the implementations take turns, and every answer is checked.

mod queries;
mod reads;
#[cfg(test)]
mod tests;
mod writes;

use std::hint::black_box;
use std::time::Instant;

use allocation_counter::measure;

use crate::peers::{IMPLEMENTATIONS, Implementation, Peer};
use crate::population::Population;
use crate::report::{Progress, Row};

/// The numbers of repetitions, and of operations in a repetition.
#[derive(Clone, Copy)]
pub(crate) struct Workload {
    /// Repetitions of each measurement.
    pub(crate) repetitions: usize,
    /// Queries in a repetition.
    pub(crate) queries: usize,
    /// Groups in a repetition that are filtered.
    pub(crate) groups: usize,
    /// Users in a group, and in a batch of blocks.
    pub(crate) batch: usize,
    /// Batches in a repetition.
    pub(crate) batches: usize,
    /// Snapshots in a repetition.
    pub(crate) snapshots: usize,
    /// New users in a repetition who each block one target.
    pub(crate) new_users: usize,
    /// Users with chosen names, bounded by the size of the population.
    pub(crate) chosen_names: u32,
    /// Users who block the celebrity, bounded by the size of the population.
    pub(crate) blockers: u32,
}

impl Workload {
    /// A repetition takes milliseconds if the population is small.
    pub(crate) const STANDARD: Self = Self {
        repetitions: 9,
        queries: 1 << 20,
        groups: 200,
        batch: 1000,
        batches: 4,
        snapshots: 1 << 16,
        new_users: 1000,
        chosen_names: 10_000,
        blockers: 1_000_000,
    };
}

/// An operation's name and the method that measures it.
type Operation<'w> = (&'static str, fn(&mut Bench<'w>, &str));

/// An implementation under measurement.
struct Candidate {
    implementation: &'static str,
    peer: Box<dyn Peer>,
    /// A user whom many others block, after one has been added.
    celebrity: Option<u32>,
}

/// The implementations at one size of the population, and their figures.
struct Bench<'a> {
    population: &'a Population,
    workload: Workload,
    candidates: Vec<Candidate>,
    rows: Vec<Row>,
}

/// The operations of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operations {
    All,
    /// The reads of a graph to which nothing is written after it was built.
    Reads,
}

/// Measures every implementation with one population.
pub(crate) fn run(
    population: &Population,
    workload: Workload,
    operations: Operations,
    only: &[String],
    progress: &Progress,
) -> Vec<Row> {
    let mut bench = Bench {
        population,
        workload,
        candidates: Vec::new(),
        rows: Vec::new(),
    };

    for implementation in IMPLEMENTATIONS {
        let name = implementation.name;
        let chosen = only.is_empty() || only.iter().any(|chosen| chosen == name);
        if chosen && population.users <= implementation.max_users {
            progress.print(&format!("building {name}"));
            bench.build(implementation);
        }
    }

    let mut chosen = Bench::READS.to_vec();
    if operations == Operations::All {
        chosen.extend(Bench::WRITES);
    }
    for (operation, measure) in chosen {
        progress.print(operation);
        measure(&mut bench, operation);
    }
    bench.rows
}

impl<'w> Bench<'w> {
    /// The reads, which come first, while the relations are those of the population.
    const READS: [Operation<'w>; 7] = [
        ("can_message/id", Self::can_message),
        ("can_message/one_sender", Self::can_message_one_sender),
        ("can_message/name", Self::can_message_by_name),
        ("can_send_friend_request/id", Self::can_send_friend_request),
        ("audience_1000", Self::audience),
        ("visible_senders_1000", Self::visible_senders),
        ("can_message_many/id", Self::can_message_many),
    ];

    /// Snapshots and writes in the order of measurement, and reads beside what they added.
    const WRITES: [Operation<'w>; 7] = [
        ("snapshot", Self::snapshot),
        ("block_1000", Self::block_batch),
        ("block_1000/snapshot_alive", Self::block_batch_with_snapshot),
        ("can_message/name_chosen", Self::can_message_by_chosen_name),
        ("block_one/ordinary", Self::block_one_ordinary),
        ("block_one/celebrity", Self::block_one_celebrity),
        (
            "can_message/id_beside_celebrity",
            Self::can_message_beside_celebrity,
        ),
    ];

    /// Builds an implementation and adds the row of its memory.
    fn build(&mut self, implementation: &Implementation) {
        let name = implementation.name;
        let mut peer = None;
        let counted = measure(|| peer = Some((implementation.build)(self.population)));
        let Some(peer) = peer else { return };

        if peer.holds_relations() {
            let counted = u64::try_from(counted.bytes_current).unwrap_or(0);
            let bytes = peer.heap_bytes().unwrap_or(counted) as f64;
            let mut figure = [bytes / self.population.relations() as f64];
            self.rows.push(Row::new(
                "bytes_per_relation",
                self.measured(),
                name,
                "bytes",
                &mut figure,
            ));
        }

        self.candidates.push(Candidate {
            implementation: name,
            peer,
            celebrity: None,
        });
    }

    /// Returns the name and the size of the population.
    fn measured(&self) -> (&'static str, u32) {
        (self.population.name, self.population.users)
    }

    /// Repeats a measurement and adds a row for each implementation.
    ///
    /// The implementations take turns within a repetition, so that a slow moment of the machine
    /// does not slow a single implementation. `once` returns `None` if an implementation has no
    /// figure.
    fn interleaved(
        &mut self,
        operation: &str,
        unit: &str,
        mut once: impl FnMut(&mut Candidate, usize) -> Option<f64>,
    ) {
        let mut values = vec![Vec::new(); self.candidates.len()];
        for repetition in 0..self.workload.repetitions {
            for (candidate, values) in self.candidates.iter_mut().zip(&mut values) {
                values.extend(once(candidate, repetition));
            }
        }

        let measured = self.measured();
        for (candidate, mut values) in self.candidates.iter().zip(values) {
            if !values.is_empty() {
                let name = candidate.implementation;
                self.rows
                    .push(Row::new(operation, measured, name, unit, &mut values));
            }
        }
    }
}

/// Times work of `len` operations; returns the nanoseconds per operation, and the result.
fn timed<T>(len: usize, work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let result = black_box(work());
    (started.elapsed().as_nanos() as f64 / len as f64, result)
}
