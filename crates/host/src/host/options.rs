//! What a host can be told.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whether the log behind the oldest kept snapshot is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Everything is kept: every position can be returned to, and every name ever used is there.
    Keep,
    /// It is dropped: nothing before the oldest kept snapshot can be returned to.
    Drop,
}

/// Tells how far opening has come: the number of the last entry played, and that of the last one.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Returns milliseconds since the Unix epoch.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Options of a host. [`Options::default`] is what each field says.
#[derive(Clone)]
pub struct Options {
    /// The proposals that are committed together at most (1,024). 0 is as 1.
    pub batch: usize,
    /// The proposals that wait at most; more have to wait before they are taken (65,536). It is
    /// at least 1 and at most 1,048,576: what is below or above is as these.
    pub queue: usize,
    /// The entries after which a snapshot is written (1,000,000).
    pub snapshot_entries: u64,
    /// The bytes of proposals after which a snapshot is written (128 MiB).
    pub snapshot_bytes: u64,
    /// The time after which a snapshot is written, if there are new entries (an hour).
    pub snapshot_time: Duration,
    /// The snapshots that are kept, at least 1 (2): if one is damaged, the one before is loaded.
    pub snapshots: usize,
    /// Whether the log behind the oldest kept snapshot is kept ([`Retention::Keep`]).
    pub retention: Retention,
    /// Called while the log is played at opening, in the thread that opens (nothing): after 10,000
    /// entries or a batch more, and after the last.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// # let home = tempfile::tempdir()?;
    /// # let path = home.path();
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let host = Host::open_or_create(path, empty, Options::default())?;
    /// host.propose(Operation::add_user("ann")).wait()?;
    /// drop(host);
    ///
    /// let options = Options {
    ///     progress: Some(Arc::new(|number, last| {
    ///         println!("{number} of {last}"); // 1 of 1
    ///         # assert_eq!((number, last), (1, 1));
    ///     })),
    ///     ..Options::default()
    /// };
    /// let host: Host<SocialGraph> = Host::open(path, options)?;
    /// # assert_eq!(host.position().number, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub progress: Option<Progress>,
    /// The clock: the system's.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            batch: 1_024,
            queue: 65_536,
            snapshot_entries: 1_000_000,
            snapshot_bytes: 128 << 20,
            snapshot_time: Duration::from_secs(3_600),
            snapshots: 2,
            retention: Retention::Keep,
            progress: None,
            clock: Arc::new(system_time),
        }
    }
}

/// A clock before 1970 stands at 0.
fn system_time() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("batch", &self.batch)
            .field("queue", &self.queue)
            .field("snapshot_entries", &self.snapshot_entries)
            .field("snapshot_bytes", &self.snapshot_bytes)
            .field("snapshot_time", &self.snapshot_time)
            .field("snapshots", &self.snapshots)
            .field("retention", &self.retention)
            .finish_non_exhaustive()
    }
}
