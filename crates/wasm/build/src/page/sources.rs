//! What the engine of the page is made of.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::{Failure, compile, files};

/// The folders and files of the repository that the engine is made from.
///
/// `assembly.rs` is not among them: a check does its work anew.
const SOURCES: [&str; 9] = [
    "Cargo.toml",
    "src",
    "crates/analysis/Cargo.toml",
    "crates/analysis/src",
    "crates/analysis/stories",
    "crates/wasm/Cargo.toml",
    "crates/wasm/build/src/bind.rs",
    "crates/wasm/build/src/compile.rs",
    "crates/wasm/src",
];

/// Returns a hash of the engine's sources, without its tests, and of the versions of the packages
/// from elsewhere.
///
/// The whole of `Cargo.lock` would be too much: most of it is for other packages.
pub(super) fn hash() -> Result<String, Failure> {
    hash_of(&files::repository(), paths()?, &versions()?)
}

/// Returns the files of the engine.
fn paths() -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for source in SOURCES {
        add_files(&files::repository().join(source), &mut paths)?;
    }
    Ok(paths)
}

/// Returns the names and versions of the packages from elsewhere that the engine has inside or is
/// compiled with.
fn versions() -> Result<BTreeSet<String>, Failure> {
    let folder = files::repository().display().to_string();
    let mut packages = compile::packages("review")?;
    packages.retain(|package| !package.contains(&folder));
    Ok(packages)
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

fn hash_of(
    folder: &Path,
    mut paths: Vec<PathBuf>,
    versions: &BTreeSet<String>,
) -> Result<String, Failure> {
    paths.sort();
    let mut hash = Sha256::new();
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let bytes = files::read(&path)?;
        let name = name.to_string_lossy().replace('\\', "/");
        hash.update(format!("{name} {}\n", bytes.len()));
        hash.update(bytes);
    }
    for version in versions {
        hash.update(format!("{version}\n"));
    }
    Ok(STANDARD.encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{add_files, hash_of, paths, versions};
    use crate::{compile, files};

    #[test]
    fn each_file_counts_with_its_name_and_each_version() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let hash_with = |versions: &[&str]| {
            let mut paths = Vec::new();
            add_files(folder, &mut paths).unwrap();
            let versions = versions.iter().map(ToString::to_string).collect();
            hash_of(folder, paths, &versions).unwrap()
        };
        let hash = || hash_with(&["serde v1"]);
        fs::create_dir_all(folder.join("a/tests")).unwrap();
        fs::write(folder.join("a/b.rs"), "text").unwrap();
        fs::write(folder.join("c.rs"), "").unwrap();
        let first = hash();
        assert_eq!(first.len(), 44);
        assert_ne!(hash_with(&["serde v2"]), first);

        fs::write(folder.join("a/tests/t.rs"), "test").unwrap();
        assert_eq!(hash(), first);

        fs::write(folder.join("a/b.rs"), "texts").unwrap();
        assert_ne!(hash(), first);
        fs::write(folder.join("a/b.rs"), "text").unwrap();
        fs::rename(folder.join("c.rs"), folder.join("d.rs")).unwrap();
        assert_ne!(hash(), first);
    }

    /// Returns the files that a list of folders and files stands for.
    fn files_of(sources: &[PathBuf]) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for source in sources {
            add_files(source, &mut paths).unwrap();
        }
        paths
    }

    fn assert_sources(expected: &[PathBuf]) {
        let sources: BTreeSet<PathBuf> = paths().unwrap().into_iter().collect();
        for path in files_of(expected) {
            assert!(sources.contains(&path), "{} is no source", path.display());
        }
    }

    /// Packages of the repository that the engine depends on, and what compiles and binds it.
    #[test]
    fn every_package_of_the_repository_is_a_source() {
        let repository = files::repository();
        let mut expected = vec![repository.join("Cargo.toml")];
        let packages = compile::packages("review").unwrap();
        let folders = packages.iter().filter_map(|package| {
            let (_, folder) = package.strip_suffix(')')?.split_once(" (")?;
            folder
                .starts_with(&*repository.to_string_lossy())
                .then_some(folder)
        });
        for folder in folders {
            let folder = Path::new(folder);
            expected.extend(["Cargo.toml", "src"].map(|name| folder.join(name)));
        }
        assert_eq!(expected.len(), 1 + 2 * 3, "{packages:#?}");

        let builder = repository.join("crates/wasm/build/src");
        expected.extend(["bind.rs", "compile.rs"].map(|name| builder.join(name)));
        assert_sources(&expected);

        // Of the other packages, each has its version.
        let versions = versions().unwrap();
        assert_eq!(versions.len(), packages.len() - 3);
        assert!(versions.iter().any(|it| it.starts_with("serde_json v1.")));
        assert!(!versions.iter().any(|it| it.starts_with("proptest ")));
    }

    /// A file that is included in a source is a source, unless it is a page of the documentation.
    #[test]
    fn every_included_file_is_a_source() {
        let mut included = Vec::new();
        for path in paths().unwrap() {
            let text = files::read_text(&path).unwrap();
            for marker in ["include_str!(", "include_bytes!("] {
                for behind in text.split(marker).skip(1) {
                    // Of a path that a macro joins, the first part is a folder.
                    let name = behind.split('"').nth(1).unwrap();
                    if Path::new(name).extension() != Some("md".as_ref()) {
                        included.push(path.parent().unwrap().join(name).canonicalize().unwrap());
                    }
                }
            }
        }
        assert!(included.len() >= 2, "{included:?}");
        let sources = paths().unwrap().into_iter();
        let sources: BTreeSet<PathBuf> = sources.map(|it| it.canonicalize().unwrap()).collect();
        for path in files_of(&included) {
            assert!(sources.contains(&path), "{} is no source", path.display());
        }
    }
}
