//! Writes, and the snapshots that can be alive during them.

use std::any::Any;
use std::hint::black_box;

use super::{Bench, Candidate, timed};
use crate::peers::Peer;
use crate::population::Population;

/// The implementations that are measured beside a celebrity.
const MEASURED_WITH_CELEBRITY: [&str; 2] = ["pairs", "socialgraph"];

/// Takes a snapshot, if there is one to take.
type TakeSnapshot = fn(&(dyn Peer + 'static)) -> Option<Box<dyn Any>>;

impl Bench<'_> {
    pub(super) fn snapshot(&mut self, operation: &str) {
        let snapshots = self.workload.snapshots;
        self.interleaved(operation, "ns", |candidate, _| {
            // An implementation without snapshots has no figure.
            let peer = &*candidate.peer;
            peer.snapshot()?;

            let (ns, taken) = timed(snapshots, || take_snapshots(peer, snapshots));
            assert_eq!(taken, snapshots);
            Some(ns)
        });
    }

    pub(super) fn block_batch(&mut self, operation: &str) {
        self.time_block_batches(operation, no_snapshot);
    }

    /// Times batches of blocks while a snapshot is alive.
    ///
    /// Implementations without snapshots are measured too, for comparison.
    pub(super) fn block_batch_with_snapshot(&mut self, operation: &str) {
        self.time_block_batches(operation, Peer::snapshot);
    }

    /// Times batches of blocks by new users. A snapshot stays alive until the batch is done.
    fn time_block_batches(&mut self, operation: &str, take_snapshot: TakeSnapshot) {
        let population = self.population;
        let (batch, batches) = (self.workload.batch, self.workload.batches);

        self.interleaved(operation, "us", |candidate, repetition| {
            let peer = &mut *candidate.peer;
            let mut total = 0.0;
            for number in 0..batches {
                let seed = (repetition * batches + number) as u64;
                let targets = targets(population, batch, seed);
                let blocker = add_blocker(peer, &format!("{operation} {seed}"), &targets)?;

                let snapshot = take_snapshot(peer);
                let (ns, added) = timed(1, || peer.block_many(blocker, &targets));
                drop(black_box(snapshot));

                assert_eq!(added, targets.len());
                total += ns;
            }
            Some(total / batches as f64 / 1000.0)
        });
    }

    pub(super) fn block_one_ordinary(&mut self, operation: &str) {
        let (users, new_users) = (self.population.users, self.workload.new_users);
        self.interleaved(operation, "ns", |candidate, repetition| {
            let mut rng = fastrand::Rng::with_seed(repetition as u64);
            let targets: Vec<_> = (0..new_users).map(|_| rng.u32(..users)).collect();
            time_block_one(candidate, &format!("{operation} {repetition}"), &targets)
        });
    }

    pub(super) fn block_one_celebrity(&mut self, operation: &str) {
        self.make_celebrities();

        let new_users = self.workload.new_users;
        self.interleaved(operation, "ns", |candidate, repetition| {
            let targets = vec![candidate.celebrity?; new_users];
            time_block_one(candidate, &format!("{operation} {repetition}"), &targets)
        });
    }

    /// Adds a user whom the others block, up to the workload's number of blockers.
    fn make_celebrities(&mut self) {
        let blockers = self.population.users.min(self.workload.blockers);
        for candidate in &mut self.candidates {
            if !candidate.is_measured_with_celebrity() {
                continue;
            }

            let celebrity = candidate.peer.add_user("celebrity", &[]);
            let celebrity = celebrity.expect("both implementations have writes");
            for blocker in 0..blockers {
                assert!(candidate.peer.block(blocker, celebrity));
            }
            candidate.celebrity = Some(celebrity);
        }
    }
}

impl Candidate {
    fn is_measured_with_celebrity(&self) -> bool {
        MEASURED_WITH_CELEBRITY.contains(&self.implementation)
    }
}

/// Times new users who each block one target. Their names begin with `prefix`.
fn time_block_one(candidate: &mut Candidate, prefix: &str, targets: &[u32]) -> Option<f64> {
    if !candidate.is_measured_with_celebrity() {
        return None;
    }

    let peer = &mut *candidate.peer;
    let mut pairs = Vec::with_capacity(targets.len());
    for (number, &target) in targets.iter().enumerate() {
        let blocker = peer.add_user(&format!("{prefix} {number}"), &[])?;
        pairs.push((blocker, target));
    }

    let (ns, added) = timed(pairs.len(), || block_each(peer, &pairs));
    assert_eq!(added, pairs.len());
    for (blocker, target) in pairs {
        assert!(peer.can_message(blocker, target) && !peer.can_message(target, blocker));
    }
    Some(ns)
}

/// Blocks the second user of each pair for the first; returns the number of new blocks.
fn block_each(peer: &mut dyn Peer, pairs: &[(u32, u32)]) -> usize {
    let mut added = 0;
    for &(blocker, target) in pairs {
        added += usize::from(peer.block(blocker, target));
    }
    added
}

/// Takes this many snapshots and drops each; returns the number of those taken.
fn take_snapshots(peer: &dyn Peer, snapshots: usize) -> usize {
    let mut taken = 0;
    for _ in 0..snapshots {
        taken += usize::from(peer.snapshot().is_some());
    }
    taken
}

fn no_snapshot(_peer: &(dyn Peer + 'static)) -> Option<Box<dyn Any>> {
    None
}

/// Draws distinct targets for a new user to block.
fn targets(population: &Population, batch: usize, seed: u64) -> Vec<u32> {
    let mut rng = fastrand::Rng::with_seed(seed);
    rng.choose_multiple(0..population.users, batch.min(population.users as usize))
}

/// Adds a user who is a friend of every second target.
fn add_blocker(peer: &mut dyn Peer, name: &str, targets: &[u32]) -> Option<u32> {
    let friends: Vec<_> = targets.iter().copied().step_by(2).collect();
    peer.add_user(name, &friends)
}
