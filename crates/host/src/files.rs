//! Files that are whole or not there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file: after it returns, the new content is on the disk. Before, the old one is.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = Path::new(&new);

    let written = File::create(new).and_then(|mut file| {
        write(&mut file)?;
        file.flush()?;
        file.sync_all()
    });
    if let Err(error) = written {
        // On a full disk, half a file would keep it full.
        let _ = fs::remove_file(new);
        return Err(error);
    }
    fs::rename(new, path)?;
    sync_directory(path)
}

/// Removes what a killed process has not finished: files of a host, by their names.
pub(crate) fn remove_unfinished(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_unfinished) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_unfinished(name: &str) -> bool {
    // SQLite keeps further files beside a log.
    let log_files = [
        "log.db.new",
        "log.db.new-wal",
        "log.db.new-shm",
        "log.db.new-journal",
    ];
    let is_of_host = |name: &str| {
        matches!(name, "note" | "lock")
            || name.starts_with("snapshot-")
            || name.starts_with("cursor-")
    };
    log_files.contains(&name) || name.strip_suffix(".new").is_some_and(is_of_host)
}

/// Makes a directory and those above it; after it returns, their names are on the disk.
pub(crate) fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        // A killed process may have made it without a sync.
        return match sync_directory(path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            synced => synced,
        };
    }
    if let Some(above) = path.parent()
        && !above.as_os_str().is_empty()
    {
        make_directory(above)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    sync_directory(path)
}

/// Makes what was made, renamed or removed beside a file durable.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}
