//! What is done with a directory: load, backup, restore, verify.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post, run};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn blocklist(server: &Server, account: &str) -> Value {
    let body =
        json!({"From_Account": account, "StartIndex": 0, "MaxLimited": 99, "LastSequence": 0});
    post(&client(), &server.url(ADMIN, Command::BlackListGet), &body).await
}

#[tokio::test]
async fn a_directory_begins_from_a_file() {
    let home = tempfile::tempdir().unwrap();
    for (name, content) in [
        (
            "network.csv",
            "kind,a,b\nuser,ann,\nuser,ben,\nuser,\"c, d\",\nfriends,ann,ben\nblocks,\"c, d\",ann\n\
             requests,ben,\"c, d\"\nblocks,ann,\"c, d\"\n",
        ),
        (
            "network.jsonl",
            "{\"kind\":\"user\",\"name\":\"ann\"}\n{\"kind\":\"user\",\"name\":\"ben\"}\n\
             {\"kind\":\"user\",\"name\":\"c, d\",\"request_mode\":\"nobody\"}\n\
             {\"kind\":\"friends\",\"a\":\"ben\",\"b\":\"ann\"}\n{\"kind\":\"blocks\",\"a\":\"c, d\",\"b\":\"ann\"}\n\
             {\"kind\":\"blocks\",\"a\":\"ann\",\"b\":\"c, d\"}\n",
        ),
    ] {
        let file = home.path().join(name);
        fs::write(&file, content).unwrap();
        let data = home.path().join(format!("{name}-data"));
        let (code, output, told) = run(&["load", text(&file), "--data", text(&data)]);
        assert_eq!(code, Some(0), "{told}");
        assert!(output.contains("3 users"), "{output}");

        let server = Server::durable(&data, &[]);
        assert_eq!(
            blocklist(&server, "ann").await["BlackListItem"][0]["To_Account"],
            "c, d"
        );
        assert_eq!(
            blocklist(&server, "c, d").await["BlackListItem"][0]["To_Account"],
            "ann"
        );
        let check = json!({"From_Account": "ann", "To_Account": ["ben"], "CheckType": "CheckResult_Type_Both"});
        let reply = post(&client(), &server.url(ADMIN, Command::FriendCheck), &check).await;
        assert_eq!(
            reply["InfoItem"][0]["Relation"], "CheckResult_Type_BothWay",
            "{reply}"
        );
    }
}

#[test]
fn a_wrong_file_makes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (file, data) = (home.path().join("network.csv"), home.path().join("data"));
    for (content, what) in [
        (
            "kind,a,b\nblocks,a,b\n",
            "line 2: \"a\" is no user of a line before",
        ),
        (
            "kind,a,b\nuser,a,\nuser,a,\n",
            "line 3: \"a\" is there already",
        ),
        (
            "kind,a,b\nuser,a,\nfriends,a,a\n",
            "line 3: both users are one",
        ),
        (
            "kind,a,b\nuser,a,\nuser,b,\nfriends,a,b\nblocks,a,b\n",
            "`a` and `b`",
        ),
        ("user,a\n", "line 1"),
        ("", "line 1"),
    ] {
        fs::write(&file, content).unwrap();
        let (code, _, told) = run(&["load", text(&file), "--data", text(&data)]);
        assert_eq!(code, Some(1), "{content}: {told}");
        assert!(told.contains(what), "{content}: {told}");
        assert!(!data.join("log.db").exists(), "{content}");
    }
    let (code, _, told) = run(&["load", "-", "--data", text(&data)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("--format"), "{told}");
    fs::write(&file, "kind,a,b\nuser,a,\n").unwrap();
    assert_eq!(
        run(&["load", text(&file), "--data", text(&data)]).0,
        Some(0)
    );
    let (code, _, told) = run(&["load", text(&file), "--data", text(&data)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("has a log already"), "{told}");
}

/// A backup is made while the server has the directory, and when nobody has it.
#[tokio::test]
async fn a_backup_is_restored() {
    let home = tempfile::tempdir().unwrap();
    let [data, live, still, restored] =
        ["data", "live", "still", "restored"].map(|it| home.path().join(it));
    let server = Server::durable(&data, &[]);
    import(&server, &["ann", "ben"]).await;
    let block = json!({"From_Account": "ann", "To_Account": ["ben"]});
    post(&client(), &server.url(ADMIN, Command::BlackListAdd), &block).await;
    let before = blocklist(&server, "ann").await;
    let (code, output, told) = run(&["backup", text(&live), "--data", text(&data)]);
    assert_eq!(code, Some(0), "{told}");
    assert!(output.contains("has position"), "{output}");
    let (code, _, told) = run(&["backup", text(&live), "--data", text(&data)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("is not empty"), "{told}");
    let unblock = json!({"From_Account": "ann", "To_Account": ["ben"]});
    post(
        &client(),
        &server.url(ADMIN, Command::BlackListDelete),
        &unblock,
    )
    .await;
    assert!(server.stop("-TERM").0);

    assert_eq!(
        run(&["backup", text(&still), "--data", text(&data)]).0,
        Some(0)
    );
    let (code, _, told) = run(&["restore", text(&live), "--data", text(&restored)]);
    assert_eq!(code, Some(0), "{told}");
    let server = Server::durable(&restored, &[]);
    assert_eq!(blocklist(&server, "ann").await, before);
    drop(server);
    for directory in [&data, &restored] {
        let (code, output, _) = run(&["verify", "--data", text(directory)]);
        assert_eq!(code, Some(0), "{output}");
    }

    let earlier = home.path().join("earlier");
    let restore = [
        "restore",
        text(&still),
        "--data",
        text(&earlier),
        "--through",
        "1",
    ];
    assert_eq!(run(&restore).0, Some(0));
    let server = Server::durable(&earlier, &[]);
    assert_eq!(blocklist(&server, "ann").await["CurruentSequence"], 0);
}

#[tokio::test]
async fn verify_finds_damage() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::durable(home.path(), &["--snapshot-entries", "1"]);
    import(&server, &["ann", "ben"]).await;
    assert!(server.stop("-TERM").0);
    let mut snapshots = fs::read_dir(home.path())
        .unwrap()
        .map(|it| it.unwrap().path());
    let snapshot = snapshots
        .find(|it| it.to_string_lossy().contains("snapshot-"))
        .unwrap();
    let mut bytes = fs::read(&snapshot).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::File::create(&snapshot)
        .unwrap()
        .write_all(&bytes)
        .unwrap();
    let (code, output, _) = run(&["verify", "--data", text(home.path())]);
    assert_eq!(code, Some(1));
    assert!(output.contains("fault: "), "{output}");
}
