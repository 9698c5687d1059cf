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
    /// Locked until it is dropped.
    _lock: File,
}

impl Directory {
    /// Makes the directory if it is not there, and locks it.
    pub(crate) fn lock(path: &Path) -> Result<Self, OpenError> {
        let failed = |error: io::Error| OpenError::Directory {
            path: path.to_owned(),
            error,
        };
        files::make_directory(path).map_err(failed)?;

        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = lock.read_to_string(&mut holder);
                let path = path.to_owned();
                let holder = holder.trim().to_owned();
                return Err(OpenError::Locked { path, holder });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }

        let write_holder = |lock: &mut File| {
            lock.set_len(0)?;
            lock.rewind()?;
            writeln!(lock, "process {}", std::process::id())
        };
        write_holder(&mut lock).map_err(failed)?;
        files::remove_unfinished(path).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
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
