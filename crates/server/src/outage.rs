//! When updates began to be refused.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether updates are refused, so that the log says so at the beginning and the end, and once a
/// minute meanwhile, but not for each call.
#[derive(Default)]
pub(crate) struct Outage {
    /// When it was last logged, if there is one.
    logged: Mutex<Option<Instant>>,
}

impl Outage {
    const PAUSE: Duration = Duration::from_secs(60);

    /// An update was refused. Returns whether to log it.
    pub(crate) fn begins(&self) -> bool {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = logged.is_none_or(|logged| logged.elapsed() >= Self::PAUSE);
        if is_due {
            *logged = Some(Instant::now());
        }
        is_due
    }

    /// An update was taken. Returns whether to log it.
    pub(crate) fn ends(&self) -> bool {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        logged.take().is_some()
    }
}
