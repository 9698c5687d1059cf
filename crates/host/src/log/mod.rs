//! A total order of batches, durable when it says so.

mod memory;
mod sqlite;

pub use memory::MemoryLog;
pub use sqlite::SqliteLog;

use crate::position::Epoch;
use crate::record::{Batch, Record};

/// An ordered, durable record of batches.
///
/// Entries are numbered from 1 without gaps. A log is used by many threads: one appends, others
/// read.
///
/// A log over another one, which counts what it appends:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use socialgraph::{Operation, Policy, SocialGraph};
/// use socialgraph_host::{
///     AppendError, Batch, Epoch, Extent, Host, Log, LogError, MemoryLog, Options, Record,
/// };
///
/// struct Counting {
///     log: MemoryLog,
///     appended: AtomicU64,
/// }
///
/// impl Log for Counting {
///     fn epoch(&self) -> Epoch {
///         self.log.epoch()
///     }
///     fn extent(&self) -> Result<Extent, LogError> {
///         self.log.extent()
///     }
///     fn append(&self, batch: &Batch) -> Result<u64, AppendError> {
///         let first = self.log.append(batch)?;
///         self.appended.fetch_add(u64::from(batch.count), Ordering::Relaxed);
///         Ok(first)
///     }
///     fn read(&self, after: u64) -> Result<Option<Record>, LogError> {
///         self.log.read(after)
///     }
///     fn forget(&self, through: u64) -> Result<bool, LogError> {
///         self.log.forget(through)
///     }
/// }
///
/// let log = Arc::new(Counting {
///     log: MemoryLog::new(Epoch::random()?),
///     appended: AtomicU64::new(0),
/// });
/// let empty = || SocialGraph::new(Policy::tencent_rest());
/// let host = Host::over(log.clone(), empty(), Options::default())?;
/// host.propose(Operation::add_user("ann")).wait()?;
/// assert_eq!(log.appended.load(Ordering::Relaxed), 1);
///
/// // Another host over the log plays it.
/// drop(host);
/// let host = Host::over(log, empty(), Options::default())?;
/// assert!(host.reader().contains_user("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Log: Send + Sync + 'static {
    /// Returns the history that the log records.
    fn epoch(&self) -> Epoch;

    /// Returns the numbers of the entries that the log has.
    ///
    /// # Errors
    /// Fails if the log cannot be read.
    fn extent(&self) -> Result<Extent, LogError>;

    /// Appends a batch, and returns the number of its first proposal once it is durable.
    ///
    /// # Errors
    /// Fails with [`AppendError::NotAppended`] only if the batch is not in the log and never will be.
    fn append(&self, batch: &Batch) -> Result<u64, AppendError>;

    /// Returns the record with the entry after this number, or `None` if the log ends there.
    ///
    /// An earlier record does no harm: the host passes it over, and reads again. A later one stops
    /// the host.
    ///
    /// # Errors
    /// Fails if the record cannot be read, is damaged, or was forgotten.
    fn read(&self, after: u64) -> Result<Option<Record>, LogError>;

    /// Drops records whose entries all have this number or a lower one, at most some of them at
    /// once, and returns whether more are left to drop.
    ///
    /// # Errors
    /// Fails if the log cannot be written.
    fn forget(&self, through: u64) -> Result<bool, LogError>;

    /// Returns whether files are as small as they should be.
    fn is_tidy(&self) -> bool {
        true
    }

    /// Keeps files small, if the log has any. Called if they are not tidy.
    ///
    /// # Errors
    /// Fails if the log cannot be written.
    fn tidy(&self) -> Result<(), LogError> {
        Ok(())
    }

    /// Returns the sizes of the log's files.
    fn sizes(&self) -> LogSizes {
        LogSizes::default()
    }
}

/// Reads the record with the entry after a number, and checks that it is this record.
///
/// A log may deliver a record again, which does no harm. One that comes before its turn is an
/// error: what it depends on is missing.
pub(crate) fn read_next(log: &dyn Log, after: u64) -> Result<Option<Record>, LogError> {
    let expected = after.saturating_add(1);
    for _ in 0..MOST_REPETITIONS {
        match log.read(after)? {
            Some(record) if record.first > expected => {
                let found = record.first;
                return Err(LogError::Hole { expected, found });
            }
            Some(record) if record.last() < expected => {}
            next => return Ok(next),
        }
    }
    Err(LogError::Damaged {
        after,
        what: "earlier records come in its place".to_owned(),
    })
}

/// The times that an earlier record may come in place of the next.
const MOST_REPETITIONS: u32 = 100;

/// The numbers of the entries that a log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The number before the first entry: 0 if nothing was forgotten.
    pub before: u64,
    /// The number of the last entry.
    pub last: u64,
}

/// The sizes of a log's files in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSizes {
    /// The file with the records.
    pub log: u64,
    /// The write-ahead log.
    pub wal: u64,
    /// Whether readers outside this process keep the write-ahead log from starting anew: a long one,
    /// or short ones that overlap. It then grows with each append.
    pub is_wal_held: bool,
}

/// The error of a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The system or SQLite failed.
    #[error("the log failed: {0}")]
    Failed(String),
    /// The log can be read, but not written: a full disk, or a quota.
    #[error("the log cannot be written: {0}")]
    Unwritable(String),
    /// A record is damaged.
    #[error("the record after number {after} is damaged: {what}")]
    Damaged {
        /// The number before the record.
        after: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A record that should be there is not.
    #[error("the log has no record of number {expected}, and has one of number {found}")]
    Hole {
        /// The number that is not there.
        expected: u64,
        /// The next number that is there.
        found: u64,
    },
    /// The record was dropped behind a snapshot.
    #[error("the log begins after number {before}")]
    Forgotten {
        /// The number before the first entry.
        before: u64,
    },
    /// A later release wrote the log.
    #[error("the log has version {found}: this build reads versions up to {known}")]
    LaterVersion {
        /// The log's version.
        found: u32,
        /// The highest version that this build reads.
        known: u32,
    },
    /// The file is something else.
    #[error("the file is no log")]
    NoLog,
    /// The log is a backup, and is not to be written.
    #[error("the log is a backup: restore it into a directory of its own")]
    Backup,
}

/// The error of an append.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The batch is not in the log.
    #[error("not appended: {0}")]
    NotAppended(#[source] LogError),
    /// The batch may be in the log or not.
    #[error("perhaps appended: {0}")]
    Unknown(#[source] LogError),
}
