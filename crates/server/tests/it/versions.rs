//! Directories of each version: a later release opens them, and decides every call alike.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::durable::{lists, live, wait_for_snapshot};
use super::fixtures::{Server, client, import, run};

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
    for target in [
        "/v1/users",
        "/v1/user?name=fay",
        "/v1/relation?actor=fay&target=gus",
        "/v1/policy",
    ] {
        let mut answer = ask(server, target).await;
        answer["position"] = answer["position"].as_str().map(number).into();
        answers.push(answer);
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

async fn ask(server: &Server, target: &str) -> Value {
    let response = client().get(format!("{}{target}", server.address)).send();
    let bytes = response.await.unwrap().bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Returns the number of a position. The epoch is another one in each directory.
fn number(position: &str) -> &str {
    position.split_once('-').unwrap().1
}

/// Applies operations of each form: they are in the log as the engine's own.
async fn operate(server: &Server) {
    let join = |name: &str| json!({"add_user": {"name": name}});
    let act = json!({"action": "block", "actor": "fay", "target": "gus"});
    let ask = json!({"action": "send_request", "actors": ["fay", "gus"], "target": "ann"});
    let mode = json!({"set_request_mode": {"user": "fay", "mode": "nobody"}});
    for (operations, all_or_nothing) in [
        (json!([join("fay"), join("gus"), join("fay")]), false),
        (json!([{"act": act}, {"many_act": ask}]), true),
        (
            json!([mode, {"adopt_policy": {"policy": {"profile": "tencent_mutual"}}}]),
            false,
        ),
    ] {
        let body = json!({"operations": operations, "all_or_nothing": all_or_nothing});
        let request = client()
            .post(format!("{}/v1/operations", server.address))
            .header("Content-Type", "application/json")
            .body(body.to_string());
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
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
    operate(&server).await;
    wait_for_snapshot(directory.path()).await;
    import(&server, &["eve"]).await;
    let answers = answers(&server).await;
    assert!(server.stop("-TERM").0);
    copy(directory.path(), &version);
    let text = serde_json::to_string_pretty(&answers).unwrap();
    fs::write(version.join(ANSWERS), text + "\n").unwrap();
}
