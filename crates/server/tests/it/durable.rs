//! State that survives: a stop, a kill, another start with other settings.

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post, run};

/// Reads what an account lists and blocks, with every sequence and time.
pub(super) async fn lists(server: &Server, account: &str) -> Vec<Value> {
    let client = client();
    let mut replies = Vec::new();
    for (command, body) in [
        (
            Command::FriendGet,
            json!({"From_Account": account, "StartIndex": 0}),
        ),
        (
            Command::BlackListGet,
            json!({"From_Account": account, "StartIndex": 0, "MaxLimited": 99, "LastSequence": 0}),
        ),
        (
            Command::GroupGet,
            json!({"From_Account": account, "NeedFriend": "Need_Friend_Type_Yes"}),
        ),
        (
            Command::PortraitGet,
            json!({"To_Account": [account], "TagList": ["Tag_Profile_IM_Nick"]}),
        ),
    ] {
        replies.push(post(&client, &server.url(ADMIN, command), &body).await);
    }
    replies
}

/// Makes calls that leave something of each kind behind.
pub(super) async fn live(server: &Server) {
    import(server, &["ann", "ben", "cyd", "dan"]).await;
    let client = client();
    for (command, body) in [
        (
            Command::FriendAdd,
            json!({"From_Account": "ann", "AddType": "Add_Type_Both", "ForceAddFlags": 1,
                "AddFriendItem": [{"To_Account": "ben", "AddSource": "AddSource_Type_Test",
                    "Remark": "old friend", "GroupName": "school"}]}),
        ),
        (
            Command::FriendAdd,
            json!({"From_Account": "cyd", "AddType": "Add_Type_Both",
                "AddFriendItem": [{"To_Account": "ann", "AddSource": "AddSource_Type_Test",
                    "AddWording": "hello"}]}),
        ),
        (
            Command::BlackListAdd,
            json!({"From_Account": "ann", "To_Account": ["dan"]}),
        ),
        (
            Command::PortraitSet,
            json!({"From_Account": "ann",
                "ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "Ann"}]}),
        ),
        (
            Command::AccountDelete,
            json!({"DeleteItem": [{"UserID": "dan"}]}),
        ),
        (Command::AccountImport, json!({"UserID": "dan"})),
        (
            Command::BlackListAdd,
            json!({"From_Account": "ben", "To_Account": ["dan"]}),
        ),
    ] {
        let reply = post(&client, &server.url(ADMIN, command), &body).await;
        assert_eq!(reply["ErrorCode"], 0, "{reply}");
    }
}

/// Waits until a snapshot is there besides the first.
pub(super) async fn wait_for_snapshot(data: &std::path::Path) {
    loop {
        let names = std::fs::read_dir(data)
            .unwrap()
            .map(|it| it.unwrap().file_name());
        let names = names.filter_map(|name| name.into_string().ok());
        let numbers = names.filter_map(|name| name.strip_prefix("snapshot-")?.parse::<u64>().ok());
        if numbers.max() > Some(0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn everything_is_there_after_a_stop_and_after_a_kill() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let server = Server::durable(&data, &[]);
    live(&server).await;
    let (ann, ben) = (lists(&server, "ann").await, lists(&server, "ben").await);
    assert_eq!(ann[0]["UserDataItem"][0]["To_Account"], "ben", "{ann:?}");
    server.signal("-KILL");
    drop(server);

    let server = Server::durable(&data, &["--snapshot-entries", "1"]);
    assert_eq!(
        (&ann, &ben),
        (&lists(&server, "ann").await, &lists(&server, "ben").await)
    );
    assert!(server.stop("-TERM").0);

    // The request that was pending is still there, with its wording.
    let server = Server::durable(&data, &[]);
    assert_eq!(ann, lists(&server, "ann").await);
    let accept = json!({"From_Account": "ann", "ResponseFriendItem":
        [{"To_Account": "cyd", "ResponseAction": "Response_Action_AgreeAndAdd"}]});
    let url = server.url(ADMIN, Command::FriendResponse);
    let reply = post(&client(), &url, &accept).await;
    assert_eq!(reply["ResultItem"][0]["ResultCode"], 0, "{reply}");
}

/// A snapshot holds records, so that a start from it equals a start from the log.
#[tokio::test]
async fn a_snapshot_and_the_log_lead_to_one_state() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let server = Server::durable(&data, &["--snapshot-entries", "2", "--snapshots", "9"]);
    live(&server).await;
    wait_for_snapshot(&data).await;
    assert!(server.stop("-TERM").0);
    let (code, output, errors) = run(&["verify", "--data", data.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{output}{errors}");
    let count = output
        .lines()
        .find_map(|line| line.strip_suffix(" snapshots agree with the log"));
    assert!(count.unwrap().parse::<u32>().unwrap() > 1, "{output}");
}

#[tokio::test]
async fn settings_of_a_start_hold_from_then_on() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let block = |server: &Server, to: &str| {
        let url = server.url(ADMIN, Command::BlackListAdd);
        let body = json!({"From_Account": "ann", "To_Account": [to]});
        async move { post(&client(), &url, &body).await["ResultItem"][0]["ResultCode"].clone() }
    };

    let server = Server::durable(&data, &[]);
    import(&server, &["ann"]).await;
    assert_eq!(block(&server, "ben").await, 30003);
    assert!(server.stop("-TERM").0);
    let server = Server::durable(&data, &["--auto-import", "--max-accounts", "2"]);
    assert_eq!(block(&server, "ben").await, 0);
    assert_eq!(block(&server, "cyd").await, 70398);
    assert!(server.stop("-TERM").0);

    // Played again, each call is decided under the settings of its time.
    let (code, output, errors) = run(&["verify", "--data", data.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{output}{errors}");
    let refused = Server::try_start(&["--data", data.to_str().unwrap(), "--policy", "wire"]);
    assert!(refused.is_err_and(|error| error.contains("another policy than wire")));
}

#[tokio::test]
async fn a_directory_has_one_server() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let _server = Server::durable(&data, &[]);
    let second = Server::try_start(&["--data", data.to_str().unwrap()]);
    assert!(second.is_err_and(|error| error.contains("is in use by")));
}

/// What is under way at SIGTERM is answered, and what was answered is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let server = Server::durable(&data, &["--calls-per-second", "0", "--log", "warn"]);
    let mut calling = Vec::new();
    for connection in 0..16 {
        let url = server.url(ADMIN, Command::AccountImport);
        calling.push(tokio::spawn(async move {
            let (client, mut answered) = (client(), 0_u32);
            loop {
                let name = format!("user-{connection}-{answered}");
                let sent = client
                    .post(&url)
                    .body(json!({"UserID": name}).to_string())
                    .send()
                    .await;
                match sent {
                    Ok(response) if response.status() == 200 => {
                        response
                            .bytes()
                            .await
                            .expect("an answer that begins is whole");
                        answered += 1;
                    }
                    _ => return answered,
                }
            }
        }));
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let (is_success, log) = server.stop("-TERM");
    assert!(is_success, "{log}");
    let mut answered = Vec::new();
    for calling in calling {
        answered.push(calling.await.unwrap());
    }
    assert!(answered.iter().sum::<u32>() > 0);

    let server = Server::durable(&data, &[]);
    let url = server.url(ADMIN, Command::AccountCheck);
    for (connection, answered) in answered.into_iter().enumerate() {
        let names: Vec<_> = (0..answered)
            .map(|it| format!("user-{connection}-{it}"))
            .collect();
        for names in names.chunks(100) {
            let items: Vec<_> = names.iter().map(|it| json!({"UserID": it})).collect();
            let reply = post(&client(), &url, &json!({"CheckItem": items})).await;
            assert!(!reply.to_string().contains("NotImported"), "{reply}");
        }
    }
}
