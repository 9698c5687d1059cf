//! How a host is.

use std::time::Duration;

use super::Halt;
use crate::log::LogSizes;
use crate::position::Position;

/// How a host is, for a page that is looked at and for alarms.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The last position that readers see.
    pub position: Position,
    /// Why no proposals are taken, or `None` if they are.
    pub halt: Option<Halt>,
    /// The proposals that wait to be appended.
    pub waiting: usize,
    /// How long the last append took, its sync included.
    pub last_append: Duration,
    /// The number of the newest snapshot.
    pub snapshot: u64,
    /// How far the clock is behind the time of the last entry: time stands still until then.
    pub clock_behind: Duration,
    /// The sizes of the log's files.
    pub log: LogSizes,
    /// What went wrong and did no harm so far: the last of each kind.
    pub warnings: Vec<Warning>,
}

/// What went wrong and did no harm so far.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// A snapshot could not be read: an older one was loaded.
    #[error("the snapshot at number {number} cannot be read: {what}")]
    DamagedSnapshot {
        /// The snapshot's number.
        number: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The note beside the log could not be read: whether the log lost its end is not known.
    #[error("the note beside the log cannot be read: {what}")]
    DamagedNote {
        /// What is wrong with it.
        what: String,
    },
    /// A snapshot could not be written.
    #[error("a snapshot was not written: {what}")]
    NoSnapshot {
        /// What went wrong.
        what: String,
    },
    /// The note beside the log could not be written.
    #[error("the note beside the log was not written: {what}")]
    NoNote {
        /// What went wrong.
        what: String,
    },
    /// The log's files could not be kept small, or the log behind a snapshot not dropped.
    #[error("the log was not made smaller: {what}")]
    NotSmaller {
        /// What went wrong.
        what: String,
    },
}
