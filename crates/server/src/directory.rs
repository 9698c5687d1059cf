//! The directory of the state: made for the server's own user alone.

use std::fs::{DirBuilder, metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

/// Makes a directory if it does not exist, in one that exists: a parent that is missing is a name
/// that is misspelt, or a disk that is not mounted. Returns whether it is new.
pub(crate) fn make(path: &Path) -> Result<bool, String> {
    let named = |error: io::Error| format!("{}: {error}", path.display());
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
        Err(error) => Err(named(error)),
    }
}

/// Checks that a directory exists, or that it can be made.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let is_there = path.is_dir() || parent.is_none_or(Path::is_dir) && !path.exists();
    if is_there {
        return Ok(());
    }
    Err(format!(
        "{}: there is no such directory to make it in",
        path.display()
    ))
}

/// Checks that there is a directory to make backups in. The server makes none: if a disk is not
/// mounted, backups would go to the one below it.
pub(crate) fn check_backups(path: &Path) -> Result<(), String> {
    if path.is_dir() {
        return Ok(());
    }
    Err(format!("backups: {} is no directory", path.display()))
}

/// Returns whether other users of the machine may read a directory.
pub(crate) fn is_open(path: &Path) -> bool {
    metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}
