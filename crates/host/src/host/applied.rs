//! How far a host has come.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Halt;
use crate::locks::lock;
use crate::position::{Epoch, Position};
use crate::record::Mark;

/// How far a host has come, and whether it goes on: what readers and feeds wait for.
///
/// It has no part of the log or of the directory, so that a reader holds neither.
pub(crate) struct Applied {
    epoch: Epoch,
    /// How far the entries were applied and published, and the digest.
    mark: Mutex<Mark>,
    /// The number of `mark`, to be read without its lock.
    number: AtomicU64,
    /// Wakes those who wait for `mark`.
    news: Condvar,
    halt: Mutex<Option<Halt>>,
}

/// How a wait for entries has ended.
pub(crate) enum Waited {
    /// There are more.
    Beyond,
    /// There are none yet.
    Late,
    /// There are none, and none will come.
    Closed,
}

/// A time that does not end.
const FOREVER: Duration = Duration::from_secs(u32::MAX as u64);

/// Returns when a wait ends, or `None` for a time beyond what the clock can say: it has no end.
pub(crate) fn deadline(time: Duration) -> Option<Instant> {
    Instant::now().checked_add(time)
}

impl Applied {
    pub(crate) const fn new(epoch: Epoch, mark: Mark, halt: Option<Halt>) -> Self {
        Self {
            epoch,
            mark: Mutex::new(mark),
            number: AtomicU64::new(mark.number),
            news: Condvar::new(),
            halt: Mutex::new(halt),
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        *lock(&self.mark)
    }

    pub(crate) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(crate) fn position(&self) -> Position {
        Position {
            epoch: self.epoch,
            number: self.number.load(Ordering::Acquire),
        }
    }

    pub(crate) fn set(&self, mark: Mark) {
        *lock(&self.mark) = mark;
        self.number.store(mark.number, Ordering::Release);
        self.news.notify_all();
    }

    /// Waits until more than this number is applied, until the host is closed, or until a time.
    pub(crate) fn wait_beyond(&self, number: u64, until: Option<Instant>) -> Waited {
        let time = until.map_or(FOREVER, |until| {
            until.saturating_duration_since(Instant::now())
        });
        let applied = lock(&self.mark);
        let is_to_come = |applied: &mut Mark| applied.number <= number && !self.is_closed();
        let waited = self.news.wait_timeout_while(applied, time, is_to_come);

        let applied = waited.unwrap_or_else(PoisonError::into_inner).0;
        if applied.number > number {
            Waited::Beyond
        } else if self.is_closed() {
            Waited::Closed
        } else {
            Waited::Late
        }
    }

    fn is_closed(&self) -> bool {
        matches!(*lock(&self.halt), Some(Halt::Closed))
    }

    /// Wakes those who wait: nothing comes any more.
    pub(crate) fn close(&self) {
        *lock(&self.halt) = Some(Halt::Closed);
        // With this lock, everybody who has not seen it waits by now.
        let _mark = lock(&self.mark);
        self.news.notify_all();
    }

    pub(crate) fn halted(&self) -> Option<Halt> {
        lock(&self.halt).clone()
    }

    /// Stops writes for good. The first reason stays.
    pub(crate) fn halt(&self, halt: Halt) {
        lock(&self.halt).get_or_insert(halt);
    }
}
