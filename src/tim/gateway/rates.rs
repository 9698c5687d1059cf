//! How often each command may be called.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::tim::Command;

/// The time that was last passed in, as nanoseconds since 1970: the limiters' clock.
#[derive(Clone, Debug, Default)]
struct PassedIn(Arc<AtomicU64>);

impl Clock for PassedIn {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, PassedIn, NoOpMiddleware<Duration>>;

/// One limiter for each command.
pub(super) struct Rates {
    clock: PassedIn,
    limiters: Vec<(Command, Limiter)>,
}

impl Rates {
    pub(super) fn new(calls_per_second: NonZeroU32) -> Self {
        let clock = PassedIn::default();
        let quota = Quota::per_second(calls_per_second);
        let limiter = || RateLimiter::direct_with_clock(quota, clock.clone());
        let limiters = Command::ALL.into_iter().map(|command| (command, limiter())).collect();
        Self { clock, limiters }
    }

    /// Counts a call; returns whether it is one that may still be made.
    ///
    /// The bucket holds the calls of one second and is refilled evenly. Where threads pass in
    /// slightly different times, each is judged by one of them.
    pub(super) fn admits(&self, command: Command, now: SystemTime) -> bool {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let nanos = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        self.clock.0.store(nanos, Ordering::Relaxed);
        let mut limiters = self.limiters.iter();
        let limiter = limiters.find(|(limited, _)| *limited == command);
        limiter.is_none_or(|(_, limiter)| limiter.check().is_ok())
    }
}
