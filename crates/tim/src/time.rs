//! The time of a call.

use std::time::{SystemTime, UNIX_EPOCH};

/// A time since 1970. An earlier time counts as 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    millis: u64,
}

impl Moment {
    pub(crate) const fn seconds(self) -> u64 {
        self.millis / 1000
    }

    pub(crate) const fn millis(self) -> u64 {
        self.millis
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            millis: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
