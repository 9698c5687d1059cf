//! Files, with errors that name them.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;

/// Returns the folder of the repository.
pub(crate) fn repository() -> PathBuf {
    let mut folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for _ in 0..3 {
        folder.pop();
    }
    folder
}

/// Returns the folder of `crates/wasm`.
pub(crate) fn sources() -> PathBuf {
    repository().join("crates/wasm")
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| about(path, &error))
}

pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| about(path, &error))
}

pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| about(path, &error))
}

pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| about(path, &error))
}

pub(crate) fn about(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display()).into()
}
