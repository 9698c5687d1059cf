//! The vendor's interface over HTTP.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use serde_json::{Value, json};
use socialgraph_tim::Command;
use tokio::task::JoinSet;

use super::fixtures::{ADMIN, SECRET, Server, client, post};

#[tokio::test]
async fn a_signed_request_is_answered_and_logged() {
    let server = Server::start(&[]);
    let client = client();
    let import = server.url(ADMIN, Command::MultiaccountImport);
    let accounts = json!({"Accounts": ["id", "id1", "id2"]});
    assert_eq!(post(&client, &import, &accounts).await["ErrorCode"], 0);

    let block = json!({"From_Account": "id", "To_Account": ["id1", "id1", "nobody"]});
    let url = server.url("id", Command::BlackListAdd);
    let response = client
        .post(&url)
        .body(block.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let reply: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let codes: Vec<_> = (0..3)
        .map(|n| reply["ResultItem"][n]["ResultCode"].clone())
        .collect();
    assert_eq!(codes, [0, 30001, 30003]);

    let forged = url.replace("identifier=id", "identifier=id2");
    assert_eq!(post(&client, &forged, &block).await["ErrorCode"], 70013);
    let response = client.get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let unknown = format!("{}/v4/sns/friend_steal", server.address);
    assert_eq!(
        post(&client, &unknown, &json!({})).await["ErrorCode"],
        60009
    );

    let (stopped_well, log) = server.stop("-TERM");
    assert!(stopped_well, "{log}");
    let lines: Vec<_> = log.lines().collect();
    assert_eq!(lines.len(), 5, "{log}");
    assert!(
        lines[1].contains("method=\"POST\" command=\"black_list_add\" code=0 micros="),
        "{log}"
    );
    assert!(
        lines[3].contains("method=\"GET\"") && lines[3].contains("code=60008"),
        "{log}"
    );
    assert!(!log.contains("usersig=") && !log.contains(SECRET), "{log}");
}

#[tokio::test]
async fn bodies_that_are_too_large_have_a_code() {
    let server = Server::start(&["--max-body-bytes", "1000"]);
    let url = server.url(ADMIN, Command::AccountCheck);
    let body = json!({"CheckItem": [{"UserID": "x".repeat(1000)}]});
    assert_eq!(post(&client(), &url, &body).await["ErrorCode"], 60002);
    assert!(server.stop("-INT").0);
}

/// An incomplete request is not carried out, even if its part is valid JSON.
#[tokio::test]
async fn a_body_that_breaks_off_is_not_carried_out() {
    let server = Server::start(&[]);
    let url = server.url(ADMIN, Command::AccountImport);
    let target = url.strip_prefix(&server.address).unwrap();
    let host = server.address.strip_prefix("http://").unwrap();
    let head = format!("POST {target} HTTP/1.1\r\nHost: {host}\r\n");
    for broken in [
        "Content-Length: 100\r\n\r\n{\"UserID\":\"half\"}",
        "Transfer-Encoding: chunked\r\n\r\n11\r\n{\"UserID\":\"half\"}\r\nnonsense",
    ] {
        let mut stream = TcpStream::connect(host).unwrap();
        stream
            .write_all(format!("{head}{broken}").as_bytes())
            .unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        // A connection that is closed without an answer is fine, too.
        let _ = stream.read_to_string(&mut answer);
        assert!(!answer.contains("ActionStatus"), "{answer}");
    }
    let check = json!({"CheckItem": [{"UserID": "half"}]});
    let reply = post(&client(), &server.url(ADMIN, Command::AccountCheck), &check).await;
    assert_eq!(reply["ResultItem"][0]["AccountStatus"], "NotImported");

    // A request that never ends does not keep the server from stopping.
    let mut waiting = TcpStream::connect(host).unwrap();
    waiting
        .write_all(format!("{head}Content-Length: 9\r\n\r\n{{").as_bytes())
        .unwrap();
    let _idle = TcpStream::connect(host).unwrap();
    assert!(server.stop("-TERM").0);
}

/// A thousand updates at once, each for its own pair of unknown accounts, with queries between.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_concurrent_requests_lose_nothing() {
    // The client may open two connections a task, and keeps those that it does not use.
    let options = [
        "--auto-import",
        "--calls-per-second",
        "0",
        "--log",
        "off",
        "--max-connections",
        "3000",
    ];
    let server = Server::start(&options);
    let client = client();
    let mut requests = JoinSet::new();
    for n in 0..1000 {
        let (owner, peer) = (format!("owner{}", n % 10), format!("peer{n}"));
        let block = json!({"From_Account": owner, "To_Account": [peer]});
        let (client, update) = (client.clone(), server.url(ADMIN, Command::BlackListAdd));
        let query = server.url(ADMIN, Command::BlackListCheck);
        requests.spawn(async move {
            let reply = post(&client, &update, &block).await;
            assert_eq!(reply["ResultItem"][0]["ResultCode"], 0, "{reply}");
            // A client with the reply to an update sees the update in its queries.
            let mut check = block;
            check["CheckType"] = json!("BlackCheckResult_Type_Single");
            let reply = post(&client, &query, &check).await;
            let relation = &reply["BlackListCheckItem"][0]["Relation"];
            assert_eq!(relation, "BlackCheckResult_Type_AWithB", "{reply}");
        });
    }
    while let Some(done) = requests.join_next().await {
        done.unwrap();
    }
    let mut listed = 0;
    for n in 0..10 {
        let list = json!({
            "From_Account": format!("owner{n}"), "StartIndex": 0, "MaxLimited": 1000,
            "LastSequence": 0,
        });
        let reply = post(&client, &server.url(ADMIN, Command::BlackListGet), &list).await;
        assert_eq!(
            (&reply["StartIndex"], &reply["CurruentSequence"]),
            (&json!(0), &json!(100))
        );
        listed += reply["BlackListItem"].as_array().unwrap().len();
    }
    assert_eq!(listed, 1000);
    assert!(server.stop("-TERM").0);
}

/// Status 200 would mean that a tunnel stands.
#[test]
fn no_tunnel_is_made() {
    let server = Server::start(&[]);
    let answer =
        server.raw(b"CONNECT example.com:1 HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}
