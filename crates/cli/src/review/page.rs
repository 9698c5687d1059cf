//! The page, and the file that it is written to.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::Path;

use crate::text::escaped;

/// The reviewer's page, `docs/review.html`.
///
/// A package has no files from outside its folder, and a build of it in the repository needs no
/// second copy of a megabyte: `review.html` beside the manifest is a symbolic link, and
/// `cargo package` packs the file that it leads to. A checkout without symbolic links has a file
/// with the path instead, and a test fails.
pub(super) const PAGE: &[u8] = include_bytes!("../../review.html");

/// What becomes of another file at the place of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Kept,
    Replaced,
}

/// What was done to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    Written,
    Unchanged,
}

impl fmt::Display for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written => "saved",
            Self::Unchanged => "unchanged",
        })
    }
}

/// Writes the page. If it fails, it leaves the place as it was.
pub(super) fn save(path: &Path, existing: Existing) -> Result<Saved, String> {
    let name = escaped(path.display());
    let of_file = |error: io::Error| format!("{name}: {error}");
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(of_file)?;
            return Ok(Saved::Written);
        }
        Err(error) => return Err(of_file(error)),
    };

    // A folder or a device is never replaced.
    if !found.is_file() {
        return Err(format!("{name}: not a file; `--out FILE` names one"));
    }
    if is_page(path, &found).map_err(of_file)? {
        return Ok(Saved::Unchanged);
    }
    if existing == Existing::Kept {
        return Err(format!(
            "{name}: the file exists and is not this page; `--force` replaces it, and `--out FILE` \
             names another"
        ));
    }
    replace(path, &found).map_err(of_file)?;
    Ok(Saved::Written)
}

fn is_page(path: &Path, found: &Metadata) -> io::Result<bool> {
    // A file of another length is not read, however long it is.
    Ok(found.len() == PAGE.len() as u64 && fs::read(path)? == PAGE)
}

/// Writes a new file, or none.
fn create(path: &Path) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    // A disk may report late that it is full.
    let written = file.write_all(PAGE).and_then(|()| file.sync_all());
    if written.is_err() {
        drop(file);
        // The error of the write says more than that of the removal.
        let _ = fs::remove_file(path);
    }
    written
}

/// Replaces a file at once by one that is whole. A link to the file stays a link.
fn replace(path: &Path, found: &Metadata) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let beside = path.with_file_name(name);

    create(&beside)?;
    let permitted = fs::set_permissions(&beside, found.permissions());
    let replaced = permitted.and_then(|()| fs::rename(&beside, &path));
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
    }
    replaced
}
