//! How far after-callbacks came: for the cursor, and for operators.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far after-callbacks came.
#[derive(Debug)]
pub(crate) struct Progress {
    /// The entry before the first whose callbacks wait. Without callbacks, nothing waits.
    finished: AtomicU64,
    /// The time of the first entry whose callbacks wait, in milliseconds since 1970, or 0.
    oldest: AtomicU64,
    is_running: AtomicBool,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            finished: AtomicU64::new(u64::MAX),
            oldest: AtomicU64::new(0),
            is_running: AtomicBool::new(false),
        }
    }
}

impl Progress {
    /// Notes the last entry before the first that waits, and the time of that one.
    pub(super) fn note(&self, finished: u64, oldest: Option<u64>) {
        self.finished.store(finished, Ordering::Release);
        self.oldest.store(oldest.unwrap_or(0), Ordering::Relaxed);
    }

    pub(super) fn set_running(&self, is_running: bool) {
        self.is_running.store(is_running, Ordering::Relaxed);
    }

    /// Returns the last entry before the first that waits.
    pub(super) fn finished(&self) -> u64 {
        self.finished.load(Ordering::Acquire)
    }

    /// Returns the entries from the first that waits to the last of the log.
    pub(crate) fn waiting(&self, last: u64) -> u64 {
        last.saturating_sub(self.finished())
    }

    /// Returns the age of the first entry that waits, or zero.
    pub(crate) fn oldest(&self) -> Duration {
        match self.oldest.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            time => {
                let time = UNIX_EPOCH + Duration::from_millis(time);
                SystemTime::now().duration_since(time).unwrap_or_default()
            }
        }
    }

    /// Returns whether callbacks are read from the log and delivered.
    pub(crate) fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Relaxed)
    }
}
