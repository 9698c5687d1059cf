//! The server as users run it: the binary, a free port, signed requests over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant, SystemTime};

use reqwest::Client;
use serde_json::{Value, json};
use socialgraph_tim::{Command, UserSig};
use tokio::task::JoinSet;

const APP: u64 = 1_400_000_123;
const SECRET: &str = "a secret";
const ADMIN: &str = "root";

/// A running server, which is killed at the end of its test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(options: &[&str]) -> Self {
        let mut process = Process::new(env!("CARGO_BIN_EXE_socialgraph-server"))
            .args(["--listen", "127.0.0.1:0", "--sdkappid", &APP.to_string()])
            .args(["--secret", SECRET, "--admin", ADMIN])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Self { process, address }
    }

    fn url(&self, identifier: &str, command: Command) -> String {
        let hour = Duration::from_secs(3600);
        let usersig = UserSig::new(APP, identifier, SystemTime::now(), hour);
        format!(
            "{}{}",
            self.address,
            usersig.sign_target(command, SECRET, 7)
        )
    }

    fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let mut kill = Process::new("kill");
        assert!(kill.args([signal, &id]).status().unwrap().success());
    }

    /// Sends a signal. Returns whether the server then succeeded, without a look at its log.
    fn stop_unread(mut self, signal: &str) -> bool {
        self.signal(signal);
        self.process.wait().unwrap().success()
    }

    /// Sends a signal. Returns whether the server then succeeded, and its log.
    fn stop(mut self, signal: &str) -> (bool, String) {
        self.signal(signal);
        let mut log = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (self.process.wait().unwrap().success(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server has already ended if the test succeeded.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn post(client: &Client, url: &str, body: &Value) -> Value {
    let response = client
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_signed_request_is_answered_and_logged() {
    let server = Server::start(&[]);
    let client = Client::new();
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
    assert_eq!(post(&Client::new(), &url, &body).await["ErrorCode"], 60002);
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
    let reply = post(
        &Client::new(),
        &server.url(ADMIN, Command::AccountCheck),
        &check,
    )
    .await;
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
    let options = ["--auto-import", "--calls-per-second", "0", "--log", "off"];
    let server = Server::start(&options);
    let client = Client::new();
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

/// A line for each request goes to stderr, and a pipe has room for some seven hundred.
#[tokio::test]
async fn a_log_that_nobody_reads_holds_up_nothing() {
    let server = Server::start(&["--calls-per-second", "0"]);
    let client = Client::new();
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
    let client = Client::new();
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
    Client::new().request(method, &url).send().await.unwrap();
    let (_, log) = server.stop("-TERM");
    assert!(log.contains("MMMM") && log.len() < 1_000, "{log}");
}

#[test]
fn a_secret_of_ones_own_comes_from_a_file_or_the_environment_and_is_not_printed() {
    let file = std::env::temp_dir().join(format!("secret-{}", std::process::id()));
    std::fs::write(&file, "of a file\n").unwrap();
    let program = env!("CARGO_BIN_EXE_socialgraph-server");
    let mut from_file = Process::new(program);
    from_file.arg("--secret-file").arg(&file);
    let mut from_environment = Process::new(program);
    from_environment.env("SOCIALGRAPH_SECRET", "of the environment");
    for mut server in [from_file, from_environment] {
        let started = server
            .args(["--listen", "localhost:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = started.unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("bytes of a body") {
            assert!(output.read_line(&mut printed).unwrap() > 0, "{printed}");
        }
        process.kill().unwrap();
        output.read_to_string(&mut printed).unwrap();
        process.wait().unwrap();
        assert!(printed.contains("as given"), "{printed}");
        assert!(
            !printed.contains("of a file") && !printed.contains("usersig"),
            "{printed}"
        );
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn options_that_are_wrong_end_it_with_a_reason() {
    let run = |arguments: &[&str]| {
        let output = Process::new(env!("CARGO_BIN_EXE_socialgraph-server"))
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, told) = run(&["--policy", "kindness"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("kindness"), "{told}");
    // This address is reserved for documentation, so no machine has it.
    let (code, told) = run(&["--listen", "192.0.2.1:1", "--secret", "s"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("192.0.2.1:1"), "{told}");
    let (code, told) = run(&["--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("everybody knows"), "{told}");
}
