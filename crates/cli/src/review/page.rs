//! The page, and the file that it is written to.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::text::escaped;

/// The reviewer's page, `docs/review.html`.
///
/// A package has no files from outside its folder, and a build of it in the repository needs no
/// second copy of a megabyte: `review.html` beside the manifest is a symbolic link, and
/// `cargo package` packs the file that it leads to. A checkout without symbolic links has a file
/// with the path instead, and a test fails.
pub(super) const PAGE: &[u8] = include_bytes!("../../review.html");

/// What every version of the page has near its start, and no other file.
const MARK: &[u8] = b"<meta name=\"engine-sources\" content=\"";

/// The bytes of a file in which the mark is looked for.
const START_BYTES: u64 = 4_096;

/// What becomes of a foreign file at the place of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Kept,
    Replaced,
}

/// What was done to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    Written,
    Replaced,
    Unchanged,
}

impl fmt::Display for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written => "saved",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
        })
    }
}

/// Writes the page. If it fails, it leaves the place as it was.
pub(super) fn save(path: &Path, existing: Existing) -> Result<Saved, String> {
    let name = escaped(path.display());
    let of_file = |error: io::Error| format!("{name}: {error}");
    let advice = "`--force` replaces it, and `--out FILE` names another";
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !path.is_symlink() {
                create(path).map_err(of_file)?;
                return Ok(Saved::Written);
            }
            if existing == Existing::Kept {
                return Err(format!("{name}: the link leads to no file; {advice}"));
            }
            replace(path, None).map_err(of_file)?;
            return Ok(Saved::Replaced);
        }
        Err(error) => return Err(of_file(error)),
    };

    // A folder or a device is never replaced.
    if !found.is_file() {
        return Err(format!("{name}: not a file; `--out FILE` names one"));
    }
    if is_this_page(path, &found).map_err(of_file)? {
        return Ok(Saved::Unchanged);
    }
    if existing == Existing::Kept && !is_a_page(path).map_err(of_file)? {
        return Err(format!(
            "{name}: the file exists and is not the reviewer's page; {advice}"
        ));
    }
    // A link to the file stays a link.
    let target = fs::canonicalize(path).map_err(of_file)?;
    replace(&target, Some(found.permissions())).map_err(of_file)?;
    Ok(Saved::Replaced)
}

fn is_this_page(path: &Path, found: &Metadata) -> io::Result<bool> {
    // A file of another length is not read, however long it is.
    Ok(found.len() == PAGE.len() as u64 && fs::read(path)? == PAGE)
}

/// Returns whether a file is the page of any version.
fn is_a_page(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?
        .take(START_BYTES)
        .read_to_end(&mut start)?;
    Ok(start.windows(MARK.len()).any(|part| part == MARK))
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

/// Replaces a file or a link at once by a file that is whole.
fn replace(path: &Path, permissions: Option<Permissions>) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let beside = path.with_file_name(name);

    create(&beside)?;
    let permitted = permissions.map_or(Ok(()), |it| fs::set_permissions(&beside, it));
    let replaced = permitted.and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::replace;

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_nothing_beside_it() {
        let folder = TempDir::new().unwrap();
        // A file does not take the place of a folder that is not empty.
        let place = folder.path().join("review.html");
        fs::create_dir(&place).unwrap();
        fs::write(place.join("mine"), "mine").unwrap();
        assert!(replace(&place, None).is_err());

        let entries = fs::read_dir(folder.path()).unwrap();
        let names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names, ["review.html"]);
    }
}
