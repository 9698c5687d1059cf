//! Copies of a directory: a backup while the host runs, and its restore.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cursor;
use crate::directory::{Directory, log_path, name_log, new_log_path, note_path};
use crate::host::{Host, OpenError};
use crate::locks::read;
use crate::log::{Log, LogError, SqliteLog};
use crate::machine::Machine;
use crate::note::{self, Note};
use crate::position::{Epoch, Position};
use crate::snapshot;

/// The error of a backup or a restore.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
    /// The directory to write to has files.
    #[error("{} is not empty", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The directory to write to is the one to read from, or is in it.
    #[error("{} is in the directory that is copied", path.display())]
    Inside {
        /// The directory to write to.
        path: PathBuf,
    },
    /// The host keeps nothing, so there is nothing to copy.
    #[error("the host has no directory")]
    NoDirectory,
    /// No snapshot is at or before the number asked for.
    #[error("nothing is kept that leads to number {number}")]
    Dropped {
        /// The number.
        number: u64,
    },
    /// The log ends before the number asked for.
    #[error("the log ends at number {last}, before number {number}")]
    Future {
        /// The number asked for.
        number: u64,
        /// The last number in the log.
        last: u64,
    },
    /// The log ends before the place that was noted. To accept the loss, say through which number.
    #[error("{missing} entries are missing: the log ends at number {last}")]
    TooShort {
        /// The last number in the log.
        last: u64,
        /// The entries that are missing at least.
        missing: u64,
    },
    /// A log cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The directory to read from cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The records that are copied in one transaction at most, and their bytes, from which on it ends:
/// they are in memory until then.
const COPIED_AT_ONCE: usize = 1_000;
const COPIED_BYTES: usize = 16 << 20;

impl<M: Machine> Host<M> {
    /// Copies log and snapshots into an empty directory, and returns the position of the copy.
    ///
    /// Proposals and readers go on. No transaction is held open, so that the log's files stay
    /// small. The copy cannot be opened: [`restore`] makes a directory of it.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options, restore, verify};
    ///
    /// # let home = tempfile::tempdir()?;
    /// # let [path, copy, restored] = ["host", "copy", "restored"].map(|name| home.path().join(name));
    /// let empty = || SocialGraph::new(Policy::tencent_rest());
    /// let host = Host::open_or_create(&path, empty, Options::default())?;
    /// host.propose(Operation::add_user("ann")).wait()?;
    /// host.backup(&copy)?;
    /// assert!(verify::<SocialGraph>(&copy)?.faults.is_empty());
    ///
    /// restore(&copy, &restored, None)?;
    /// let again: Host<SocialGraph> = Host::open(&restored, Options::default())?;
    /// assert!(again.reader().contains_user("ann"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn backup(&self, to: &Path) -> Result<Position, BackupError> {
        let from = self
            .common()
            .path
            .as_ref()
            .ok_or(BackupError::NoDirectory)?;
        check_outside(from, to)?;
        prepare(to)?;
        let _reading = read(&self.common().reading);
        let mark = self.common().applied.mark();
        let log = &self.common().log;
        let (epoch, before) = (log.epoch(), log.extent()?.before);

        for number in at(from, snapshot::list)? {
            let path = snapshot::path(from, number);
            if number <= mark.number {
                at(&path, |path| copy(path, &snapshot::path(to, number)))?;
            }
        }
        at(from, |from| copy_cursors(from, to))?;
        at(&note_path(to), |path| {
            note::write(path, Note { epoch, mark })
        })?;

        let new = new_log_path(to);
        let copy = SqliteLog::create(&new, epoch, before)?;
        copy_records(&**log, &copy, mark.number)?;
        copy.into_backup()?;
        at(&log_path(to), |_| name_log(to))?;
        Ok(Position {
            epoch,
            number: mark.number,
        })
    }
}

/// Refuses a directory in the one that is copied: both would be lost together.
fn check_outside(from: &Path, to: &Path) -> Result<(), BackupError> {
    let from = at(from, Path::canonicalize)?;
    let absolute = at(to, |to| std::path::absolute(to))?;
    // The directory itself may be still to make.
    let existing = absolute.ancestors().find_map(|it| it.canonicalize().ok());
    if existing.is_some_and(|existing| existing.starts_with(&from)) {
        let path = to.to_owned();
        return Err(BackupError::Inside { path });
    }
    Ok(())
}

/// Makes a directory for a host from a backup, or from another directory that no host has open.
///
/// It begins a new epoch at the last number, or at the number `through`: positions, feeds and
/// proposals of the old history are told apart from those of the new one. Named readers go on in the
/// new epoch: at their cursor, or at the last number if the cursor is beyond it. It takes O(size of
/// the directory), and writes nothing into the directory that it reads.
///
/// ```
/// use socialgraph::{Operation, Policy, SocialGraph};
/// use socialgraph_host::{Host, Options, restore};
///
/// # let home = tempfile::tempdir()?;
/// # let [path, restored] = ["host", "restored"].map(|name| home.path().join(name));
/// let empty = || SocialGraph::new(Policy::tencent_rest());
/// let host = Host::open_or_create(&path, empty, Options::default())?;
/// let joined = host.propose(Operation::add_user("ann")).wait()?.position;
/// host.propose(Operation::remove_user("ann")).wait()?; // a mistake
/// drop(host);
///
/// let position = restore(&path, &restored, Some(joined.number))?;
/// assert_eq!(position.number, joined.number);
/// assert_ne!(position.epoch, joined.epoch);
/// let host: Host<SocialGraph> = Host::open(&restored, Options::default())?;
/// assert!(host.reader().contains_user("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// See [`BackupError`].
pub fn restore(from: &Path, to: &Path, through: Option<u64>) -> Result<Position, BackupError> {
    let _lock = Directory::lock_to_read(from)?;
    prepare(to)?;
    let log = SqliteLog::open_to_read(&log_path(from))?;
    let extent = log.extent()?;
    if through.is_none() {
        check_whole(from, log.epoch(), extent.last)?;
    }
    let number = through.unwrap_or(extent.last);
    if number > extent.last {
        let last = extent.last;
        return Err(BackupError::Future { number, last });
    }

    let numbers = at(from, snapshot::list)?;
    let kept = numbers.into_iter().filter(|snapshot| *snapshot <= number);
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() || number < extent.before {
        return Err(BackupError::Dropped { number });
    }

    let epoch = at(to, |_| Epoch::random())?;
    copy_snapshots(from, to, &kept, epoch)?;
    let position = Position { epoch, number };
    at(from, |from| carry_cursors(from, log.epoch(), to, position))?;

    let new = new_log_path(to);
    let copy = SqliteLog::create(&new, epoch, extent.before)?;
    copy_records(&log, &copy, number)?;
    drop(copy);
    at(&log_path(to), |_| name_log(to))?;
    Ok(position)
}

/// Copies the sound snapshots: opening passes over a damaged one, too. Fails if none is sound.
fn copy_snapshots(
    from: &Path,
    to: &Path,
    numbers: &[u64],
    epoch: Epoch,
) -> Result<(), BackupError> {
    let mut damage = None;
    let mut copied = 0;
    for number in numbers {
        let path = snapshot::path(from, *number);
        match at(&path, |_| snapshot::copy_to_epoch(from, to, *number, epoch)) {
            Ok(()) => copied += 1,
            Err(BackupError::File { error, path }) if is_damage(&error) => {
                damage = Some(BackupError::File { error, path });
            }
            Err(error) => return Err(error),
        }
    }
    match damage {
        Some(error) if copied == 0 => Err(error),
        _ => Ok(()),
    }
}

fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, UnexpectedEof};
    matches!(error.kind(), InvalidData | UnexpectedEof)
}

/// Fails if the log ends before a place that its note or a snapshot knows.
fn check_whole(from: &Path, epoch: Epoch, last: u64) -> Result<(), BackupError> {
    let note = at(&note_path(from), note::read)?;
    let newest = at(from, snapshot::list)?.last().copied().unwrap_or(0);
    let noted = note::known(note, epoch, newest);
    if noted > last {
        return Err(BackupError::TooShort {
            last,
            missing: noted - last,
        });
    }
    Ok(())
}

/// Copies the files with cursors of feeds.
fn copy_cursors(from: &Path, to: &Path) -> io::Result<()> {
    for path in cursors(from)? {
        copy(&path, &beside(&path, to))?;
    }
    Ok(())
}

/// Writes the cursors of one epoch as positions of another, and none beyond its last position.
///
/// A file with anything else is copied: its reader is told what is wrong.
fn carry_cursors(from: &Path, old: Epoch, to: &Path, last: Position) -> io::Result<()> {
    for path in cursors(from)? {
        let text = fs::read(&path)?;
        match cursor::parse(&String::from_utf8_lossy(&text)) {
            Ok(saved) if saved.epoch == old => {
                let number = saved.number.min(last.number);
                cursor::write(&beside(&path, to), Position { number, ..last })?;
            }
            _ => copy(&path, &beside(&path, to))?,
        }
    }
    Ok(())
}

/// Returns the paths of a directory's cursors.
fn cursors(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let is_cursor = |name: &str| name.starts_with("cursor-") && !name.contains('.');
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_cursor) {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// Returns the path of a file's name in another directory.
fn beside(path: &Path, directory: &Path) -> PathBuf {
    directory.join(path.file_name().unwrap_or_default())
}

/// Copies records up to a number. A batch that goes beyond it is cut.
fn copy_records(from: &dyn Log, to: &SqliteLog, through: u64) -> Result<(), LogError> {
    let mut after = to.extent()?.last;
    let mut records = Vec::new();
    let mut bytes = 0;
    while after < through {
        let Some(mut record) = from.read(after)? else {
            break;
        };
        record.cut(through)?;
        after = record.last();
        bytes += record.batch.proposals.len();
        records.push(record);
        if records.len() == COPIED_AT_ONCE || bytes >= COPIED_BYTES {
            to.append_records(&records)?;
            records.clear();
            bytes = 0;
        }
    }
    to.append_records(&records)
}

/// Makes a directory, or checks that it is empty.
fn prepare(path: &Path) -> Result<(), BackupError> {
    at(path, crate::files::make_directory)?;
    if at(path, |path| fs::read_dir(path))?.next().is_some() {
        let path = path.to_owned();
        return Err(BackupError::NotEmpty { path });
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    fs::File::open(to)?.sync_all()?;
    crate::files::sync_directory(to)
}

/// Calls a function with a path, which its error names.
fn at<T>(path: &Path, call: impl FnOnce(&Path) -> io::Result<T>) -> Result<T, BackupError> {
    call(path).map_err(|error| BackupError::File {
        path: path.to_owned(),
        error,
    })
}
