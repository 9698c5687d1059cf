//! Writes notes and snapshots, and keeps files small.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::applier::ToApply;
use super::{Common, Halt, Host, Options, Retention, Warning};
use crate::directory::note_path;
use crate::files;
use crate::machine::Machine;
use crate::note::{self, Note};
use crate::position::Position;
use crate::snapshot;

/// The time between two notes: so much may be lost at most if the log's end is damaged.
const NOTE_TIME: Duration = Duration::from_secs(1);

/// The time between two looks at what is due.
const TICK: Duration = Duration::from_millis(50);

/// The time after which a snapshot that failed is tried again.
const RETRY_TIME: Duration = Duration::from_secs(60);

/// What the keeper is asked to do.
pub(super) enum ToKeeper {
    /// To write a snapshot now.
    Snapshot(Sender<Result<Position, SnapshotError>>),
    /// To end.
    End,
}

/// The error of a snapshot that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The host keeps nothing.
    #[error("the host has no directory")]
    NoDirectory,
    /// The file could not be written.
    #[error("the snapshot was not written: {0}")]
    Failed(String),
    /// The host was closed.
    #[error("the host is closed")]
    Closed,
}

impl<M: Machine> Host<M> {
    /// Writes a snapshot in the background, and returns its position when it is on the disk.
    ///
    /// Proposals and readers go on. Snapshots are also written by size and by time
    /// ([`Options`](super::Options)). It takes O(size of the state), and the calls of several
    /// threads take turns.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options, SnapshotError};
    ///
    /// # let home = tempfile::tempdir()?;
    /// # let path = home.path();
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let host = Host::open_or_create(path, empty, Options::default())?;
    /// let joined = host.propose(Operation::add_user("ann")).wait()?;
    ///
    /// assert_eq!(host.snapshot()?, joined.position);
    /// assert_eq!(host.health().snapshot, 1);
    ///
    /// let host = Host::in_memory(empty(), Options::default())?;
    /// assert_eq!(host.snapshot(), Err(SnapshotError::NoDirectory));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`SnapshotError`].
    pub fn snapshot(&self) -> Result<Position, SnapshotError> {
        let (reply, answer) = channel();
        self.to_keeper
            .send(ToKeeper::Snapshot(reply))
            .map_err(|_| SnapshotError::Closed)?;
        answer.recv().map_err(|_| SnapshotError::Closed)?
    }
}

impl<M: Machine> Common<M> {
    /// Returns the directory if the host writes there, or else why it does not.
    fn directory_to_write(&self) -> Result<&Path, SnapshotError> {
        match self.applied.halted() {
            // A log that is too short stays as it is, and so does the note that says so.
            Some(halt @ (Halt::LogTooShort { .. } | Halt::ReadOnly(_))) => {
                Err(SnapshotError::Failed(halt.to_string()))
            }
            _ => self.path.as_deref().ok_or(SnapshotError::NoDirectory),
        }
    }
}

/// What a keeper remembers.
struct Keeper<'a, M: Machine> {
    common: &'a Arc<Common<M>>,
    to_applier: &'a SyncSender<ToApply<M>>,
    /// The number of the last note, and when it was looked at.
    noted: u64,
    looked: Instant,
    /// The bytes of proposals at the last snapshot, and its time.
    bytes: u64,
    written: Instant,
    /// When a snapshot may be tried again.
    retry: Instant,
}

/// Keeps a host's directory until it is told to end.
pub(super) fn run<M: Machine>(
    common: &Arc<Common<M>>,
    work: &Receiver<ToKeeper>,
    to_applier: &SyncSender<ToApply<M>>,
) {
    let mut keeper = Keeper {
        common,
        to_applier,
        noted: 0,
        looked: Instant::now(),
        bytes: 0,
        written: Instant::now(),
        retry: Instant::now(),
    };

    loop {
        match work.recv_timeout(TICK) {
            Ok(ToKeeper::Snapshot(reply)) => {
                let _ = reply.send(keeper.write_snapshot());
            }
            Ok(ToKeeper::End) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => keeper.keep(),
        }
    }
    keeper.write_note();
}

impl<M: Machine> Keeper<'_, M> {
    /// Does what is due.
    fn keep(&mut self) {
        self.note_and_tidy();
        if self.is_snapshot_due()
            && let Err(error) = self.write_snapshot()
        {
            self.retry = Instant::now() + RETRY_TIME;
            let what = error.to_string();
            self.common.warn(Warning::NoSnapshot { what });
        }
    }

    /// Writes a note each second, and before each checkpoint: what it moves is noted before.
    fn note_and_tidy(&mut self) {
        let is_tidy = self.common.log.is_tidy();
        if is_tidy && self.looked.elapsed() < NOTE_TIME {
            return;
        }
        self.looked = Instant::now();
        self.write_note();
        if !is_tidy && let Err(error) = self.common.log.tidy() {
            let what = error.to_string();
            self.common.warn(Warning::NotSmaller { what });
        }
    }

    /// Notes how far the log went, if that is news.
    fn write_note(&mut self) {
        let mark = self.common.applied.mark();
        let Ok(directory) = self.common.directory_to_write() else {
            return;
        };
        if mark.number == self.noted {
            return;
        }

        let epoch = self.common.log.epoch();
        match note::write(&note_path(directory), Note { epoch, mark }) {
            Ok(()) => self.noted = mark.number,
            Err(error) => {
                let what = error.to_string();
                self.common.warn(Warning::NoNote { what });
            }
        }
    }

    fn is_snapshot_due(&self) -> bool {
        let options = &self.common.options;
        let snapshot = self.common.snapshot.load(Ordering::Relaxed);
        let entries = self.common.applied.mark().number.saturating_sub(snapshot);
        let bytes = self.common.bytes.load(Ordering::Relaxed);
        entries > 0
            && Instant::now() >= self.retry
            && (entries >= options.snapshot_entries
                || bytes.saturating_sub(self.bytes) >= options.snapshot_bytes
                || self.written.elapsed() >= options.snapshot_time)
            && self.common.directory_to_write().is_ok()
    }

    fn write_snapshot(&mut self) -> Result<Position, SnapshotError> {
        let common = self.common;
        let directory = common.directory_to_write()?;
        let (reply, answer) = channel();
        self.to_applier
            .send(ToApply::Freeze(reply))
            .map_err(|_| SnapshotError::Closed)?;
        let frozen = answer.recv().map_err(|_| SnapshotError::Closed)?;

        self.write_meanwhile(|| snapshot::write(directory, &frozen))
            .map_err(|error| SnapshotError::Failed(error.to_string()))?;
        self.bytes = self.common.bytes.load(Ordering::Relaxed);
        self.written = Instant::now();
        let position = frozen.position;
        self.common
            .snapshot
            .store(position.number, Ordering::Relaxed);

        if let Err(error) = self.drop_old() {
            let what = error.to_string();
            self.common.warn(Warning::NotSmaller { what });
        }
        Ok(position)
    }

    /// Writes a file in a thread of its own. It may take long: notes go on meanwhile.
    fn write_meanwhile(&mut self, write: impl FnOnce() -> io::Result<()> + Send) -> io::Result<()> {
        thread::scope(|threads| {
            let (done, is_done) = channel::<()>();
            let writer = thread::Builder::new().name("snapshot".to_owned());
            let writing = writer.spawn_scoped(threads, || {
                // Dropped at the end, even if writing panics.
                let _done = done;
                write()
            })?;
            while is_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                self.note_and_tidy();
            }
            let panicked = |_| Err(io::Error::other("the thread that wrote it panicked"));
            writing.join().unwrap_or_else(panicked)
        })
    }

    /// Drops the snapshots that are not kept, and the log behind those that are.
    fn drop_old(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        let common = self.common;
        let Some(directory) = common.path.as_deref() else {
            return Ok(());
        };
        // Who reads now keeps everything until the next snapshot.
        let Ok(_no_reader) = common.reading.try_write() else {
            return Ok(());
        };
        let oldest = drop_old_snapshots(directory, &common.options)?;
        if common.options.retention == Retention::Keep {
            return Ok(());
        }
        // A snapshot that comes back after a power failure would need the log that is dropped.
        files::sync_directory(&note_path(directory))?;
        while common.log.forget(oldest)? {
            self.note_and_tidy();
        }
        Ok(())
    }
}

/// Drops the snapshots that are not kept, and returns the number of the oldest of the others.
fn drop_old_snapshots(directory: &Path, options: &Options) -> io::Result<u64> {
    let numbers = snapshot::list(directory)?;
    let old = numbers.len().saturating_sub(options.snapshots.max(1));
    let (old, kept) = numbers.split_at(old);
    // The oldest snapshot is what the log begins with, also if an earlier start dropped some of it.
    let spared = usize::from(options.retention == Retention::Keep);
    for number in old.iter().skip(spared) {
        std::fs::remove_file(snapshot::path(directory, *number))?;
    }
    Ok(kept.first().copied().unwrap_or(0))
}
