//! What operators ask: health, readiness, metrics, tokens.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post};

pub(super) async fn get(server: &Server, path: &str, token: Option<&str>) -> (u16, String) {
    let mut request = client().get(format!("{}{path}", server.address));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Returns the number of a metric, by the start of its line.
pub(super) fn metric(text: &str, name: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name}: {text}"))
        .parse()
        .unwrap()
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::durable(home.path(), &[]);
    import(&server, &["a", "b"]).await;
    let client = client();
    let block = json!({"From_Account": "b", "To_Account": ["a"]});
    post(&client, &server.url("b", Command::BlackListAdd), &block).await;
    let message = json!({
        "From_Account": "a", "To_Account": "b", "MsgRandom": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}],
    });
    post(&client, &server.url("a", Command::SendMessage), &message).await;
    let unknown = format!("{}/v4/nothing", server.address);
    assert_eq!(
        post(&client, &unknown, &json!({})).await["ErrorCode"],
        60009
    );

    let (status, text) = get(&server, "/metrics", None).await;
    assert_eq!(status, 200);
    for (name, expected) in [
        (
            "socialgraph_requests_total{command=\"black_list_add\",code=\"0\"}",
            1.0,
        ),
        (
            "socialgraph_requests_total{command=\"other\",code=\"60009\"}",
            1.0,
        ),
        (
            "socialgraph_request_duration_seconds_count{command=\"sendmsg\"}",
            1.0,
        ),
        ("socialgraph_refusals_total{reason=\"target_blocks\"}", 1.0),
        ("socialgraph_position", 2.0),
        ("socialgraph_accounts", 2.0),
        ("socialgraph_writable", 1.0),
        ("socialgraph_callbacks_waiting", 0.0),
    ] {
        assert!(
            (metric(&text, name) - expected).abs() < 0.5,
            "{name}: {text}"
        );
    }
    assert!(metric(&text, "socialgraph_memory_resident_bytes") > 1e6);
    assert!(metric(&text, "socialgraph_log_file_bytes") > 1e3);
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn health_needs_no_token_and_metrics_do() {
    let home = tempfile::tempdir().unwrap();
    let tokens = home.path().join("tokens");
    fs::write(&tokens, "read 0123456789abcdef\n").unwrap();
    let server = Server::start(&["--token-file", tokens.to_str().unwrap()]);
    assert_eq!(
        get(&server, "/healthz", None).await,
        (200, "ok\n".to_owned())
    );
    assert_eq!(
        get(&server, "/readyz", None).await,
        (200, "ready\n".to_owned())
    );
    assert_eq!(get(&server, "/metrics", None).await.0, 401);
    assert_eq!(
        get(&server, "/metrics", Some("0123456789abcdeg")).await.0,
        401
    );
    assert_eq!(
        get(&server, "/metrics", Some("0123456789abcdef")).await.0,
        200
    );

    fs::write(&tokens, "admin fedcba9876543210\n").unwrap();
    server.signal("-HUP");
    for _ in 0..100 {
        if get(&server, "/metrics", Some("fedcba9876543210")).await.0 == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        get(&server, "/metrics", Some("fedcba9876543210")).await.0,
        200
    );
    assert_eq!(
        get(&server, "/metrics", Some("0123456789abcdef")).await.0,
        401
    );
}

/// Makes a directory with account `a` whose note says that its log went further than it goes: such
/// a directory takes no updates.
pub(super) async fn with_missing_entries(home: &Path) -> PathBuf {
    let (data, shorter) = (home.join("data"), home.join("shorter"));
    let server = Server::durable(&data, &[]);
    import(&server, &["a"]).await;
    assert!(server.stop("-TERM").0);

    fs::remove_file(data.join("log.db-wal")).ok();
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .arg(&data)
        .arg(&shorter)
        .status()
        .unwrap();
    assert!(copied.success());
    let server = Server::durable(&data, &[]);
    import(&server, &["b", "c"]).await;
    assert!(server.stop("-TERM").0);
    fs::copy(data.join("note"), shorter.join("note")).unwrap();
    shorter
}

/// A directory that cannot be written any more: queries go on, updates are refused with a reason.
#[tokio::test]
async fn readiness_says_why_no_updates_are_taken() {
    let home = tempfile::tempdir().unwrap();
    let shorter = with_missing_entries(home.path()).await;
    let server = Server::durable(&shorter, &[]);
    let (status, reason) = get(&server, "/readyz", None).await;
    assert_eq!(status, 503);
    assert!(reason.contains("entries are missing"), "{reason}");
    assert_eq!(get(&server, "/healthz", None).await.0, 200);
    let url = server.url(ADMIN, Command::AccountImport);
    let response = client()
        .post(&url)
        .body("{\"UserID\":\"d\"}")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    let again = client().post(&url).body("{\"UserID\":\"d\"}").send().await;
    assert_eq!(again.unwrap().status(), 503);
    let (_, text) = get(&server, "/metrics", None).await;
    let failures = "socialgraph_http_failures_total{command=\"account_import\",status=\"503\"}";
    assert!((metric(&text, failures) - 2.0).abs() < 0.5, "{text}");
    let check = json!({"CheckItem": [{"UserID": "a"}]});
    let reply = post(&client(), &server.url(ADMIN, Command::AccountCheck), &check).await;
    assert_eq!(reply["ResultItem"][0]["AccountStatus"], "Imported");
    // The state is logged, not each call.
    let (_, log) = server.stop("-TERM");
    assert_eq!(log.matches("updates are refused").count(), 1, "{log}");
}

/// systemd is told when the server is ready and when it stops.
#[test]
fn the_service_manager_is_told() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("notify");
    let manager = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    manager
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let mut program = std::process::Command::new(super::fixtures::PROGRAM);
    let mut process = program
        .args(["--listen", "127.0.0.1:0"])
        .env("NOTIFY_SOCKET", &path)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let told = || {
        let mut text = [0; 256];
        let length = manager.recv(&mut text).unwrap();
        String::from_utf8_lossy(&text[..length]).into_owned()
    };
    assert!(told().contains("READY=1"));
    let mut kill = std::process::Command::new("kill");
    assert!(
        kill.arg("-TERM")
            .arg(process.id().to_string())
            .status()
            .unwrap()
            .success()
    );
    assert!(told().contains("STOPPING=1"));
    assert!(process.wait().unwrap().success());
}

/// The socket in the directory has what operators need, without a token.
#[test]
fn the_socket_in_the_directory_answers() {
    let home = tempfile::tempdir().unwrap();
    let _server = Server::durable(home.path(), &[]);
    let mut stream = UnixStream::connect(home.path().join("control")).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("socialgraph_position"), "{answer}");
}

/// Asks the socket in the directory.
pub(super) fn ask_control(data: &std::path::Path, request: &str) -> String {
    let mut stream = UnixStream::connect(data.join("control")).unwrap();
    let request = request.replace("\r\n\r\n", "\r\nHost: s\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_backup_without_a_place_or_in_the_directory_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let _server = Server::durable(home.path(), &[]);
    let answer = ask_control(
        home.path(),
        "POST /backup HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    );
    assert!(answer.contains("names no directory"), "{answer}");
    let inside = home.path().join("a/b").display().to_string();
    let length = inside.len();
    let head = format!("POST /backup HTTP/1.1\r\nContent-Length: {length}\r\n\r\n");
    let answer = ask_control(home.path(), &(head + &inside));
    assert!(
        answer.contains("409") && answer.contains("is copied"),
        "{answer}"
    );
    assert!(!home.path().join("a").exists());
}

/// The path of a Unix socket has at most some 100 bytes.
#[test]
fn a_directory_without_room_for_a_socket_is_served() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("d".repeat(120));
    let server = Server::durable(&data, &[]);
    let (succeeded, log) = server.stop("-TERM");
    assert!(succeeded);
    assert!(log.contains("no socket for operators"), "{log}");
}
