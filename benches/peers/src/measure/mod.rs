//! Timing: every implementation in turn, so often, with its answers checked.

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

/// How much is timed at once, and how often.
#[derive(Clone, Copy)]
pub(crate) struct Workload {
    /// How often each figure is taken.
    pub(crate) repetitions: usize,
    /// Queries in a repetition.
    pub(crate) queries: usize,
    /// Users in a repetition whose audiences are filtered.
    pub(crate) groups: usize,
    /// Users in an audience, and in a batch of blocks.
    pub(crate) batch: usize,
    /// Batches in a repetition.
    pub(crate) batches: usize,
    /// Snapshots in a repetition.
    pub(crate) snapshots: usize,
    /// Users in a repetition who block one other each.
    pub(crate) new_users: usize,
    /// Users with chosen names, at most as many as there are others.
    pub(crate) chosen_names: u32,
    /// Users who block the celebrity, at most as many as there are.
    pub(crate) blockers: u32,
}

impl Workload {
    /// Enough that a repetition takes milliseconds where there are few users.
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

/// An operation's name, and what measures it.
type Operation<'w> = (&'static str, fn(&mut Bench<'w>, &str));

/// An implementation under measurement.
struct Candidate {
    implementation: &'static str,
    peer: Box<dyn Peer>,
    /// The user whom a great many block, once there is one.
    celebrity: Option<u32>,
}

/// One size's implementations, and what they are asked.
struct Bench<'a> {
    population: &'a Population,
    workload: Workload,
    candidates: Vec<Candidate>,
    rows: Vec<Row>,
}

/// Measures every implementation at one size.
pub(crate) fn run(
    population: &Population,
    workload: Workload,
    only: &[String],
    progress: &Progress,
) -> Vec<Row> {
    let mut bench = Bench {
        population,
        workload,
        candidates: Vec::new(),
        rows: Vec::new(),
    };
    for of in &IMPLEMENTATIONS {
        let chosen = only.is_empty() || only.iter().any(|name| name == of.name);
        if chosen && population.users <= of.max_users {
            progress.print(&format!("building {}", of.name));
            bench.build(of);
        }
    }
    for (operation, measure) in Bench::OPERATIONS {
        progress.print(operation);
        measure(&mut bench, operation);
    }
    bench.rows
}

impl<'w> Bench<'w> {
    /// What is measured, and how: reads while the population is as it was drawn, then what adds
    /// to it.
    const OPERATIONS: [Operation<'w>; 13] = [
        ("can_message/id", Self::can_message),
        ("can_message/one_sender", Self::can_message_one_sender),
        ("can_message/name", Self::can_message_by_name),
        ("can_send_friend_request/id", Self::can_send_friend_request),
        ("audience_1000", Self::audience),
        ("visible_senders_1000", Self::visible_senders),
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

    fn build(&mut self, of: &Implementation) {
        let mut peer = None;
        let counted = measure(|| peer = Some((of.build)(self.population)));
        let Some(peer) = peer else { return };
        if peer.holds_relations() {
            let counted = u64::try_from(counted.bytes_current).unwrap_or(0);
            let bytes =
                peer.heap_bytes().unwrap_or(counted) as f64 / self.population.relations() as f64;
            self.row("bytes_per_relation", of.name, "bytes", &mut [bytes]);
        }
        self.candidates.push(Candidate {
            implementation: of.name,
            peer,
            celebrity: None,
        });
    }

    fn row(&mut self, operation: &str, implementation: &str, unit: &str, values: &mut [f64]) {
        let users = self.population.users;
        self.rows
            .push(Row::new(operation, users, implementation, unit, values));
    }

    /// Times each implementation in turn, so often; `once` returns the figure, if there is one.
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
        let names: Vec<_> = self.candidates.iter().map(|of| of.implementation).collect();
        for (implementation, mut values) in names.into_iter().zip(values) {
            if !values.is_empty() {
                self.row(operation, implementation, unit, &mut values);
            }
        }
    }
}

/// Returns how long each of so many took, in nanoseconds, and what came of it.
fn timed<T>(len: usize, work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let came = black_box(work());
    (started.elapsed().as_nanos() as f64 / len as f64, came)
}
