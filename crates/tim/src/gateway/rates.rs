//! The limit of calls per second: a token bucket for each command.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Command;

/// The longest step of the clock. It fills every bucket, so a longer one would add nothing.
const MAX_STEP: Duration = Duration::from_secs(2);

/// The longest step back that counts as the order of two threads. A longer one means that the
/// clock was set back.
const MAX_DISORDER: Duration = Duration::from_secs(1);

/// A token bucket for each command. It holds the calls of one second and refills evenly.
pub(super) struct Rates {
    /// The time in which one call refills.
    interval: Duration,
    /// The time in which an empty bucket refills.
    capacity: Duration,
    state: Mutex<State>,
}

struct State {
    /// The latest time that was passed in, since 1970.
    latest: Duration,
    /// The time on the buckets' own clock, which only runs forward.
    elapsed: Duration,
    /// The time at which each bucket is full, on the buckets' own clock.
    full_at: [Duration; Command::ALL.len()],
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
                full_at: [Duration::ZERO; Command::ALL.len()],
            }),
        }
    }

    /// Takes a call from the command's bucket. Returns whether there was one.
    pub(super) fn admit(&self, command: Command, now: SystemTime) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State {
            latest,
            elapsed,
            full_at,
        } = &mut *state;

        // The clock moves by steps, so a time that is set back or far ahead harms no bucket.
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        if now >= *latest || latest.saturating_sub(now) > MAX_DISORDER {
            *elapsed += now.saturating_sub(*latest).min(MAX_STEP);
            *latest = now;
        }

        let Some(full_at) = full_at.get_mut(command as usize) else {
            return true;
        };
        let full_after = (*full_at).max(*elapsed) + self.interval;
        let has_call = full_after <= *elapsed + self.capacity;
        if has_call {
            *full_at = full_after;
        }
        has_call
    }
}
