//! The limit of calls per second: a token bucket for each caller and command.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};

use crate::Command;

/// The longest step of the clock. It fills every bucket, so a longer one would add nothing.
const MAX_STEP: Duration = Duration::from_secs(2);

/// The longest step back that counts as the order of two threads. A longer one means that the
/// clock was set back.
const MAX_DISORDER: Duration = Duration::from_secs(1);

/// The longest time between two sweeps while calls come.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// The number of buckets from which on a sweep may be due because of their number.
const FEW_BUCKETS: usize = 1000;

/// A token bucket for each caller and command. It holds the calls of one second and refills
/// evenly.
pub(super) struct Rates {
    /// The time in which one call refills.
    interval: Duration,
    /// The time in which an empty bucket refills.
    capacity: Duration,
    state: Mutex<State>,
}

/// The caller and the command of a bucket.
///
/// The caller is a part of a cryptographic hash of the identifier, so that a long identifier
/// takes no more memory than a short one, and no two are found that share a bucket.
type Key = (Command, [u8; 16]);

struct State {
    /// The latest time that was passed in, since 1970.
    latest: Duration,
    /// The time on the buckets' own clock, which only runs forward.
    elapsed: Duration,
    /// The time at which each bucket is full, on the buckets' own clock. A bucket that is not
    /// here is full.
    full_at: BTreeMap<Key, Duration>,
    /// The time of the last sweep, on the buckets' own clock.
    swept_at: Duration,
    /// The number of buckets at which the next sweep is due.
    sweep_at_len: usize,
}

impl Rates {
    pub(super) fn new(calls_per_second: NonZeroU32) -> Self {
        let interval = Duration::from_secs(1) / calls_per_second.get();
        Self {
            interval,
            capacity: interval * calls_per_second.get(),
            state: Mutex::new(State {
                latest: Duration::ZERO,
                elapsed: Duration::ZERO,
                full_at: BTreeMap::new(),
                swept_at: Duration::ZERO,
                sweep_at_len: FEW_BUCKETS,
            }),
        }
    }

    /// Takes a call from the caller's bucket of a command. Returns whether there was one.
    pub(super) fn admit(&self, command: Command, identifier: &str, now: SystemTime) -> bool {
        let key = key(command, identifier);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.advance(now);
        state.sweep_if_due();

        let State {
            elapsed, full_at, ..
        } = &mut *state;
        let full = full_at.get(&key).copied().unwrap_or_default();
        let full_after = full.max(*elapsed) + self.interval;
        let has_call = full_after <= *elapsed + self.capacity;
        if has_call {
            full_at.insert(key, full_after);
        }
        has_call
    }
}

impl State {
    /// Moves the clock by steps, so that a time that is set back or far ahead harms no bucket.
    fn advance(&mut self, now: SystemTime) {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        if now >= self.latest || self.latest.saturating_sub(now) > MAX_DISORDER {
            self.elapsed += now.saturating_sub(self.latest).min(MAX_STEP);
            self.latest = now;
        }
    }

    /// Removes the buckets that are full again, if their number has doubled or a second is over.
    ///
    /// A bucket that is not full gave a call less than a second ago, so no more remain than calls
    /// were admitted in that second. A sweep costs a constant time for each call since the last.
    fn sweep_if_due(&mut self) {
        let is_due = self.full_at.len() >= self.sweep_at_len
            || self.elapsed.saturating_sub(self.swept_at) >= SWEEP_INTERVAL;
        if !is_due {
            return;
        }

        let elapsed = self.elapsed;
        self.full_at.retain(|_, full_at| *full_at > elapsed);
        self.swept_at = elapsed;
        self.sweep_at_len = FEW_BUCKETS.max(2 * self.full_at.len());
    }
}

fn key(command: Command, identifier: &str) -> Key {
    let hash = Sha256::digest(identifier);
    let caller = hash.first_chunk().copied().unwrap_or_default();
    (command, caller)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::{Duration, UNIX_EPOCH};

    use super::{FEW_BUCKETS, Rates};
    use crate::Command;

    fn buckets(rates: &Rates) -> usize {
        rates.state.lock().unwrap().full_at.len()
    }

    /// A million callers, each 10 µs after the last: 500 of them have a bucket that is not full.
    #[test]
    fn many_callers_leave_few_buckets() {
        let rates = Rates::new(NonZeroU32::new(200).unwrap());
        let mut most = 0;
        for n in 0..1_000_000_u64 {
            let now = UNIX_EPOCH + Duration::from_micros(10 * n);
            assert!(rates.admit(Command::FriendGet, &n.to_string(), now));
            most = most.max(buckets(&rates));
        }
        assert!(most <= 2 * FEW_BUCKETS, "{most}");

        let now = UNIX_EPOCH + Duration::from_secs(20);
        assert!(rates.admit(Command::FriendGet, "last", now));
        assert_eq!(buckets(&rates), 1);
    }

    /// At one instant, no bucket can be full again. A second later, all can.
    #[test]
    fn a_burst_is_forgotten_after_a_second() {
        let rates = Rates::new(NonZeroU32::MIN);
        for n in 0..50_000 {
            assert!(rates.admit(Command::FriendGet, &n.to_string(), UNIX_EPOCH));
        }
        assert_eq!(buckets(&rates), 50_000);
        assert!(!rates.admit(Command::FriendGet, "7", UNIX_EPOCH));

        let later = UNIX_EPOCH + Duration::from_secs(1);
        assert!(rates.admit(Command::FriendGet, "7", later));
        assert_eq!(buckets(&rates), 1);
    }
}
