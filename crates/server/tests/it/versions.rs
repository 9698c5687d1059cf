//! Directories of each version: a later release opens them, and decides every call alike.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::durable::{lists, live, wait_for_snapshot};
use super::fixtures::{Server, import, run};

/// The directories, one for each version.
fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions")
}

/// What a directory must answer.
const ANSWERS: &str = "answers.json";

/// Copies the files of a directory that last.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !["lock", "control", ANSWERS].contains(&name) {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

async fn answers(server: &Server) -> Value {
    let mut answers = Vec::new();
    for account in ["ann", "ben", "cyd", "dan"] {
        answers.push(Value::from(lists(server, account).await));
    }
    Value::from(answers)
}

#[tokio::test]
async fn directories_of_each_version_are_opened() {
    let mut versions = 0;
    for entry in fs::read_dir(home()).unwrap() {
        let version = entry.unwrap().path();
        let directory = tempfile::tempdir().unwrap();
        copy(&version, directory.path());
        let (code, output, told) = run(&["verify", "--data", directory.path().to_str().unwrap()]);
        assert_eq!(code, Some(0), "{}: {output}{told}", version.display());

        let server = Server::durable(directory.path(), &[]);
        let expected = fs::read_to_string(version.join(ANSWERS)).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        assert_eq!(answers(&server).await, expected, "{}", version.display());
        versions += 1;
    }
    assert!(versions > 0);
}

/// Writes the directory of a new version: of the form of entries or of snapshots.
#[tokio::test]
#[ignore = "only for a new version: its directory must not exist"]
async fn write_the_directory_of_a_version() {
    let version = home().join("1");
    assert!(!version.exists(), "released versions stay as they are");
    let directory = tempfile::tempdir().unwrap();
    let server = Server::durable(directory.path(), &["--snapshot-entries", "4"]);
    live(&server).await;
    wait_for_snapshot(directory.path()).await;
    import(&server, &["eve"]).await;
    let answers = answers(&server).await;
    assert!(server.stop("-TERM").0);
    copy(directory.path(), &version);
    let text = serde_json::to_string_pretty(&answers).unwrap();
    fs::write(version.join(ANSWERS), text + "\n").unwrap();
}
