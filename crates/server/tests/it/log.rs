//! The log: nobody has to read it.

use std::time::{Duration, Instant};

use serde_json::json;
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, post, run};

/// A line for each request goes to stderr, and a pipe has room for some seven hundred.
#[tokio::test]
async fn a_log_that_nobody_reads_holds_up_nothing() {
    let server = Server::start(&["--calls-per-second", "0"]);
    let client = client();
    let url = server.url(ADMIN, Command::AccountCheck);
    let check = json!({"CheckItem": [{"UserID": "a"}]});
    for _ in 0..2_000 {
        assert_eq!(post(&client, &url, &check).await["ErrorCode"], 0);
    }
    let start = Instant::now();
    assert!(server.stop_unread("-TERM"));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_log_that_is_closed_drops_no_answer() {
    let mut server = Server::start(&[]);
    drop(server.process.stderr.take());
    let client = client();
    let import = server.url(ADMIN, Command::AccountImport);
    for name in ["a", "b", "c"] {
        let reply = post(&client, &import, &json!({"UserID": name})).await;
        assert_eq!(reply["ErrorCode"], 0);
    }
}

#[tokio::test]
async fn a_long_method_is_cut_in_the_log() {
    let server = Server::start(&[]);
    let url = server.url(ADMIN, Command::AccountCheck);
    let method = reqwest::Method::from_bytes(&[b'M'; 6_000]).unwrap();
    client().request(method, &url).send().await.unwrap();
    let (_, log) = server.stop("-TERM");
    assert!(log.contains("MMMM") && log.len() < 1_000, "{log}");
}

#[tokio::test]
async fn a_log_of_json_has_an_object_a_line() {
    let server = Server::start(&["--log-format", "json"]);
    let url = server.url(ADMIN, Command::AccountImport);
    post(&client(), &url, &json!({"UserID": "a"})).await;
    let (_, log) = server.stop("-TERM");
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&line["command"], &line["code"]),
        (&json!("account_import"), &json!(0)),
        "{log}"
    );
}

#[test]
fn help_that_nobody_reads_is_no_panic() {
    let (code, output, _) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for option in ["--data", "SOCIALGRAPH_DATA", "--tls-cert", "load", "verify"] {
        assert!(output.contains(option), "{option}");
    }
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut program = std::process::Command::new(super::fixtures::PROGRAM);
    let status = program.arg("--help").stdout(full).status().unwrap();
    assert!(status.code().is_some_and(|code| code < 100), "{status}");
}
