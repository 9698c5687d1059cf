//! What the engine of the page is made of.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::{Failure, files};

/// The folders and files that the engine is compiled from, besides other packages.
const SOURCES: [&str; 6] = [
    "Cargo.toml",
    "src",
    "crates/analysis/Cargo.toml",
    "crates/analysis/src",
    "crates/wasm/Cargo.toml",
    "crates/wasm/src",
];

/// Returns a hash of the engine's sources, without its tests.
pub(super) fn hash() -> Result<String, Failure> {
    let mut paths = Vec::new();
    for source in SOURCES {
        add_files(&files::repository().join(source), &mut paths)?;
    }
    hash_of(&files::repository(), paths)
}

/// Adds the path, or the files in it if it is a folder.
fn add_files(path: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        paths.push(path.to_owned());
        return Ok(());
    }
    if path.ends_with("tests") {
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| files::about(path, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| files::about(path, &error))?;
        add_files(&entry.path(), paths)?;
    }
    Ok(())
}

fn hash_of(folder: &Path, mut paths: Vec<PathBuf>) -> Result<String, Failure> {
    paths.sort();
    let mut hash = Sha256::new();
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let bytes = files::read(&path)?;
        let name = name.to_string_lossy().replace('\\', "/");
        hash.update(format!("{name} {}\n", bytes.len()));
        hash.update(bytes);
    }
    Ok(STANDARD.encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{add_files, hash_of};

    #[test]
    fn each_file_counts_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let hash = || {
            let mut paths = Vec::new();
            add_files(folder, &mut paths).unwrap();
            hash_of(folder, paths).unwrap()
        };
        fs::create_dir_all(folder.join("a/tests")).unwrap();
        fs::write(folder.join("a/b.rs"), "text").unwrap();
        fs::write(folder.join("c.rs"), "").unwrap();
        let first = hash();
        assert_eq!(first.len(), 44);

        fs::write(folder.join("a/tests/t.rs"), "test").unwrap();
        assert_eq!(hash(), first);

        fs::write(folder.join("a/b.rs"), "texts").unwrap();
        assert_ne!(hash(), first);
        fs::write(folder.join("a/b.rs"), "text").unwrap();
        fs::rename(folder.join("c.rs"), folder.join("d.rs")).unwrap();
        assert_ne!(hash(), first);
    }
}
