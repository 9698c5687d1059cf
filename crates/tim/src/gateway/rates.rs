//! How often each command may be called.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::Command;

/// The limiters' clock: how many nanoseconds have gone by, as far as anybody could see.
#[derive(Clone, Debug, Default)]
struct Elapsed(Arc<AtomicU64>);

impl Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Elapsed, NoOpMiddleware<Duration>>;

/// A step of the clock that changes no more than a shorter one: by then all calls are allowed.
const LONGEST_STEP: Duration = Duration::from_secs(2);

/// A step back that is taken for a clock put back, and not for two threads' order.
const PUT_BACK: Duration = Duration::from_secs(1);

/// One limiter for each command.
pub(super) struct Rates {
    clock: Elapsed,
    /// The latest time passed in, since 1970.
    latest: Mutex<Duration>,
    limiters: Vec<(Command, Limiter)>,
}

impl Rates {
    pub(super) fn new(calls_per_second: NonZeroU32) -> Self {
        let clock = Elapsed::default();
        let quota = Quota::per_second(calls_per_second);
        let limiter = || RateLimiter::direct_with_clock(quota, clock.clone());
        let limiters = Command::ALL
            .into_iter()
            .map(|command| (command, limiter()))
            .collect();
        Self {
            clock,
            latest: Mutex::default(),
            limiters,
        }
    }

    /// Counts a call; returns whether it is one that may still be made.
    ///
    /// The bucket holds the calls of one second and is refilled evenly. Where threads pass in
    /// slightly different times, the latest holds for all.
    pub(super) fn admits(&self, command: Command, now: SystemTime) -> bool {
        self.go_to(now.duration_since(UNIX_EPOCH).unwrap_or_default());
        let mut limiters = self.limiters.iter();
        let limiter = limiters.find(|(limited, _)| *limited == command);
        limiter.is_none_or(|(_, limiter)| limiter.check().is_ok())
    }

    /// Moves the limiters' clock on by what has gone by since the latest time.
    ///
    /// Steps, and not times, so that a clock that is put back or far ahead harms nobody.
    fn go_to(&self, now: Duration) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= *latest || latest.saturating_sub(now) > PUT_BACK {
            let step = now.saturating_sub(*latest).min(LONGEST_STEP);
            let nanos = u64::try_from(step.as_nanos()).unwrap_or(0);
            self.clock.0.fetch_add(nanos, Ordering::Relaxed);
            *latest = now;
        }
    }
}
