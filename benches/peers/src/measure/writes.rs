//! What changes relations, and snapshots of them.

use std::hint::black_box;

use super::{Bench, Candidate, timed};
use crate::peers::Peer;
use crate::population::Population;

/// Who is measured beside a celebrity.
const MEASURED_WITH_CELEBRITY: [&str; 2] = ["pairs", "socialgraph"];

impl Bench<'_> {
    pub(super) fn snapshot(&mut self, operation: &str) {
        let snapshots = self.workload.snapshots;
        self.interleaved(operation, "ns", |candidate, _| {
            let peer = &candidate.peer;
            peer.snapshot()?;
            let take = || (0..snapshots).filter_map(|_| peer.snapshot()).count();
            let (ns, taken) = timed(snapshots, take);
            assert_eq!(taken, snapshots);
            Some(ns)
        });
    }

    pub(super) fn block_batch(&mut self, operation: &str) {
        self.time_block_batches(operation, |_| None::<()>);
    }

    /// Whoever has no snapshots is measured without one, to compare with.
    pub(super) fn block_batch_with_snapshot(&mut self, operation: &str) {
        self.time_block_batches(operation, Peer::snapshot);
    }

    /// Times batches of blocks by fresh users, with what `alive` returns kept meanwhile.
    fn time_block_batches<T>(
        &mut self,
        operation: &str,
        alive: fn(&(dyn Peer + 'static)) -> Option<T>,
    ) {
        let (population, batch, batches) =
            (self.population, self.workload.batch, self.workload.batches);
        self.interleaved(operation, "us", |candidate, repetition| {
            let peer = &mut *candidate.peer;
            let mut total = 0.0;
            for number in 0..batches {
                let seed = (repetition * batches + number) as u64;
                let targets = targets(population, batch, seed);
                let blocker = add_blocker(peer, &format!("{operation} {seed}"), &targets)?;
                let alive = alive(peer);
                let (ns, added) = timed(1, || peer.block_many(blocker, &targets));
                drop(black_box(alive));
                assert_eq!(added, targets.len());
                total += ns;
            }
            Some(total / batches as f64 / 1000.0)
        });
    }

    pub(super) fn block_one_ordinary(&mut self, operation: &str) {
        let (population, new_users) = (self.population, self.workload.new_users);
        self.time_block_one(operation, |_, repetition| {
            let mut rng = fastrand::Rng::with_seed(repetition as u64);
            Some(
                (0..new_users)
                    .map(|_| rng.u32(..population.users))
                    .collect(),
            )
        });
    }

    pub(super) fn block_one_celebrity(&mut self, operation: &str) {
        self.make_celebrities();
        let new_users = self.workload.new_users;
        self.time_block_one(operation, |candidate, _| {
            Some(vec![candidate.celebrity?; new_users])
        });
    }

    /// Adds a user whom everyone else blocks, up to a bound.
    fn make_celebrities(&mut self) {
        let blockers = self.population.users.min(self.workload.blockers);
        for candidate in &mut self.candidates {
            if MEASURED_WITH_CELEBRITY.contains(&candidate.implementation) {
                let celebrity = candidate.peer.add_user("celebrity", &[]);
                let celebrity = celebrity.expect("whoever is measured can be written to");
                assert!((0..blockers).all(|blocker| candidate.peer.block(blocker, celebrity)));
                candidate.celebrity = Some(celebrity);
            }
        }
    }

    /// Times fresh users who block one other each.
    fn time_block_one(
        &mut self,
        operation: &str,
        targets: impl Fn(&Candidate, usize) -> Option<Vec<u32>>,
    ) {
        self.interleaved(operation, "ns", |candidate, repetition| {
            if !MEASURED_WITH_CELEBRITY.contains(&candidate.implementation) {
                return None;
            }
            let targets = targets(candidate, repetition)?;
            let peer = &mut *candidate.peer;
            let mut add = |place| peer.add_user(&format!("{operation} {repetition} {place}"), &[]);
            let blockers: Vec<_> = (0..targets.len()).map_while(&mut add).collect();
            let pairs: Vec<_> = blockers.into_iter().zip(targets).collect();
            let block = || pairs.iter().filter(|(a, b)| peer.block(*a, *b)).count();
            let (ns, blocked) = timed(pairs.len(), block);
            assert_eq!(blocked, pairs.len());
            assert!(
                pairs
                    .iter()
                    .all(|(a, b)| peer.can_message(*a, *b) && !peer.can_message(*b, *a))
            );
            Some(ns)
        });
    }
}

/// Draws whom a fresh user is to block, each once.
fn targets(population: &Population, batch: usize, seed: u64) -> Vec<u32> {
    let mut rng = fastrand::Rng::with_seed(seed);
    rng.choose_multiple(0..population.users, batch.min(population.users as usize))
}

/// Adds a fresh user, friends with every other one of these.
fn add_blocker(peer: &mut dyn Peer, name: &str, targets: &[u32]) -> Option<u32> {
    let friends: Vec<_> = targets.iter().copied().step_by(2).collect();
    peer.add_user(name, &friends)
}
