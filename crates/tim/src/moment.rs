//! The time that a caller passes in.

use std::time::{SystemTime, UNIX_EPOCH};

/// A time as replies need it; a time before 1970 counts as its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    millis: u64,
}

impl Moment {
    pub(super) const fn seconds(self) -> u64 {
        self.millis / 1000
    }

    pub(super) const fn millis(self) -> u64 {
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
