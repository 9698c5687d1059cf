//! The directory of a host: log, snapshots, note and lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::files;
use crate::host::OpenError;

/// A directory that this process holds.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    lock: Option<Lock>,
}

/// A file that is locked until it is dropped.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // A child process that is being started may have the file open for a moment more.
        let _ = self.0.unlock();
    }
}

impl Directory {
    /// Makes the directory if it is not there, and locks it to write.
    ///
    /// Fails with an error that [`is_unwritable`] knows if the directory can only be read.
    pub(crate) fn lock(path: &Path) -> Result<Self, OpenError> {
        let failed = |error| unusable(path, error);
        if !path.is_dir() {
            files::make_directory(path).map_err(failed)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let mut lock = Lock(options.open(lock_path(path)).map_err(failed)?);
        let locked = lock.0.try_lock();
        // Of a directory that cannot be written, others that read it are not in the way.
        if locked.is_ok() || lock.0.try_lock_shared().is_ok() {
            check_writable(path).map_err(failed)?;
        }
        check_lock(path, &lock.0, locked)?;

        write_holder(&mut lock.0).map_err(failed)?;
        // A killed process may have made the directory without a sync.
        files::make_directory(path).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            lock: Some(lock),
        })
    }

    /// Locks the directory to read it, beside others that read, and writes nothing.
    ///
    /// Without a file to lock, no host has the directory: nothing is locked.
    pub(crate) fn lock_to_read(path: &Path) -> Result<Self, OpenError> {
        let lock = match File::open(lock_path(path)) {
            Ok(file) => {
                let lock = Lock(file);
                check_lock(path, &lock.0, lock.0.try_lock_shared())?;
                Some(lock)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unusable(&lock_path(path), error)),
        };
        Ok(Self {
            path: path.to_owned(),
            lock,
        })
    }

    /// Lets others read, too. What was read before may have changed meanwhile.
    pub(crate) fn share(&self) -> Result<(), OpenError> {
        let Some(Lock(lock)) = &self.lock else {
            return Ok(());
        };
        lock.unlock().map_err(|error| unusable(&self.path, error))?;
        check_lock(&self.path, lock, lock.try_lock_shared())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Returns whether an error says that something can be read but not written.
pub(crate) fn is_unwritable(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let kind = error.kind();
    matches!(
        kind,
        PermissionDenied | ReadOnlyFilesystem | StorageFull | QuotaExceeded
    )
}

fn unusable(path: &Path, error: io::Error) -> OpenError {
    OpenError::Directory {
        path: path.to_owned(),
        error,
    }
}

/// Says who has a directory that cannot be locked.
fn check_lock(
    path: &Path,
    mut lock: &File,
    locked: Result<(), TryLockError>,
) -> Result<(), OpenError> {
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = lock.read_to_string(&mut holder);
            if lock.try_lock_shared().is_ok() {
                "a process that reads it".clone_into(&mut holder);
            }
            let path = path.to_owned();
            let holder = holder.trim().to_owned();
            Err(OpenError::Locked { path, holder })
        }
        Err(TryLockError::Error(error)) => Err(unusable(path, error)),
    }
}

/// Fails if no file can be made in a directory, or if a file of its log cannot be written.
///
/// No host has the directory: closing a file ends the locks that SQLite has in this process.
fn check_writable(directory: &Path) -> io::Result<()> {
    let made = directory.join("lock.new");
    File::create(&made)?;
    fs::remove_file(made)?;
    for name in ["log.db", "log.db-wal", "log.db-shm"] {
        match OpenOptions::new().write(true).open(directory.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => drop(opened?),
        }
    }
    Ok(())
}

fn write_holder(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "process {}", std::process::id())
}

fn lock_path(directory: &Path) -> PathBuf {
    directory.join("lock")
}

/// The file of the log in a directory.
pub(crate) fn log_path(directory: &Path) -> PathBuf {
    directory.join("log.db")
}

/// The log of a directory that is not whole yet: without a log it cannot be opened.
pub(crate) fn new_log_path(directory: &Path) -> PathBuf {
    directory.join("log.db.new")
}

/// Gives a whole log its name.
pub(crate) fn name_log(directory: &Path) -> io::Result<()> {
    let log = log_path(directory);
    fs::rename(new_log_path(directory), &log)?;
    files::sync_directory(&log)
}

/// The note in a directory.
pub(crate) fn note_path(directory: &Path) -> PathBuf {
    directory.join("note")
}
