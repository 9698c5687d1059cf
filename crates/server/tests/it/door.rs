//! The door: times, numbers of connections, and what becomes of bodies and replies.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post};
use super::operate::{ask_control, get, metric};

/// A busy machine may take longer than a limit says, but never less.
const LONGEST: Duration = Duration::from_secs(18);

/// Reads a response with its length. Returns its head and its body.
fn read_response(stream: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.split_once("content-length: ").unwrap().1;
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// Reads until the server ends the connection. Returns how long it took.
fn time_to_end(mut stream: TcpStream) -> Duration {
    let started = Instant::now();
    let read = stream.read_to_end(&mut Vec::new());
    let is_late = |error: std::io::Error| error.kind() == ErrorKind::WouldBlock;
    assert!(!read.is_err_and(is_late), "the connection did not end");
    started.elapsed()
}

/// Sets 20 fields of 3,000 bytes each in JSON.
async fn fill_profile(server: &Server, account: &str) {
    let items = tags().into_iter();
    let items: Vec<_> = items
        .map(|tag| json!({"Tag": tag, "Value": "\u{1}".repeat(500)}))
        .collect();
    let url = server.url(ADMIN, Command::PortraitSet);
    let body = json!({"From_Account": account, "ProfileItem": items});
    assert_eq!(post(&client(), &url, &body).await["ErrorCode"], 0);
}

fn tags() -> Vec<String> {
    (0..20)
        .map(|it| format!("Tag_Profile_Custom_{it}"))
        .collect()
}

/// Asks for 6 MB, and reads nothing.
fn ask_for_much(server: &Server, who: &str, about: &str) -> TcpStream {
    let body = json!({"To_Account": vec![about; 100], "TagList": tags()}).to_string();
    let head = server.head(who, Command::PortraitGet);
    let mut stream = server.connect();
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    stream
}

/// The names of many accounts, so long that a reply about them needs a share.
fn many_names() -> Vec<String> {
    (0..1_000)
        .map(|it| format!("account-with-a-long-name-{it:07}"))
        .collect()
}

async fn import_many(server: &Server, names: &[String]) {
    for names in names.chunks(100) {
        import(server, &names.iter().map(|it| &**it).collect::<Vec<_>>()).await;
    }
}

#[tokio::test]
async fn those_who_read_nothing_take_no_replies_of_others() {
    let options = [
        "--max-bytes-under-way",
        "14000000",
        "--max-reply-bytes",
        "8000000",
        "--log",
        "warn",
    ];
    let server = Server::start(&options);
    import(&server, &["evil", "worse", "good"]).await;
    let names = many_names();
    import_many(&server, &names).await;
    fill_profile(&server, "evil").await;

    // A caller has a quarter, but always one reply: each second one is refused.
    let mut unread = Vec::new();
    for who in ["evil", "worse", "evil", "worse"] {
        unread.push(ask_for_much(&server, who, "evil"));
        thread::sleep(Duration::from_millis(500));
    }
    // A body that does not come holds nothing.
    let mut silent = server.connect();
    let head = server.head("evil", Command::PortraitGet);
    write!(silent, "{head}Content-Length: 262144\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    unread[3].read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");

    // The reply to an update is owed. With 1000 names, it would need a share.
    let (client, url) = (client(), server.url("good", Command::BlackListAdd));
    let block = json!({"From_Account": "good", "To_Account": names});
    let reply = post(&client, &url, &block).await;
    assert_eq!(reply["ErrorCode"], 0, "{reply}");
    assert_eq!(reply["ResultItem"].as_array().map(Vec::len), Some(1_000));
    assert!(reply.to_string().len() > 64 << 10);
    let url = server.url("good", Command::BlackListGet);
    let page =
        json!({"From_Account": "good", "StartIndex": 0, "MaxLimited": 10, "LastSequence": 0});
    assert_eq!(post(&client, &url, &page).await["ErrorCode"], 0);

    let (_, text) = get(&server, "/metrics", None).await;
    let failures = "socialgraph_http_failures_total{command=\"portrait_get\",status=\"503\"}";
    assert!((metric(&text, failures) - 2.0).abs() < 0.5, "{text}");
    assert!((metric(&text, "socialgraph_replies_dropped_total") - 2.0).abs() < 0.5);
}

#[tokio::test]
async fn idling_has_a_time_of_its_own() {
    // The client's clock may begin a little later than the server's.
    let idle = Duration::from_millis(3_900)..LONGEST;
    let server = Server::start(&["--head-timeout", "1", "--idle-timeout", "4"]);
    let silent = thread::spawn({
        let stream = server.connect();
        move || time_to_end(stream)
    });
    let mut kept = server.connect();
    // Later than a head may take.
    thread::sleep(Duration::from_millis(1_500));
    for _ in 0..2 {
        kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: s\r\n\r\n")
            .unwrap();
        assert!(read_response(&mut kept).0.starts_with("http/1.1 200"));
    }
    let mut slow = kept.try_clone().unwrap();
    assert!(idle.contains(&time_to_end(kept)));
    assert!(slow.read(&mut [0]).is_ok_and(|read| read == 0));
    assert!(idle.contains(&silent.join().unwrap()));

    // A second head of a connection has its time from its first byte on.
    slow = server.connect();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: s\r\n\r\nGET ")
        .unwrap();
    read_response(&mut slow);
    thread::sleep(Duration::from_millis(500));
    slow.write_all(b"/").unwrap();
    let took = time_to_end(slow);
    assert!(
        (Duration::from_millis(900)..LONGEST).contains(&took),
        "{took:?}"
    );
}

/// Operators reach a server whose connections are all taken: over the socket in the directory, or
/// over a listener of their own.
#[test]
fn a_flood_locks_no_operator_out() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let path = home.path().join("probes");
    let probes = format!("unix:{}", path.display());
    let server = Server::durable(&data, &["--max-connections", "2", "--listen", &probes]);
    let _silent: Vec<_> = (0..20).map(|_| server.connect()).collect();
    thread::sleep(Duration::from_millis(500));

    let started = Instant::now();
    let mut stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
    let request = b"GET /readyz HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("ready\n"), "{answer}");
    let answer = ask_control(&data, "GET /metrics HTTP/1.1\r\n\r\n");
    // Two in service, and the operator's own. One waits.
    let count = metric(&answer, "socialgraph_connections");
    assert!((2.5..4.5).contains(&count), "{count}");
    let copy = home.path().join("copy").display().to_string();
    let data = data.display().to_string();
    let (status, said, errors) = super::fixtures::run(&["backup", &copy, "--data", &data]);
    assert_eq!(status, Some(0), "{said}{errors}");
    // Long before the first silent connection is closed.
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_refused_call_whose_body_comes_later_is_answered() {
    let server = Server::start(&["--log", "warn"]);
    let mut stream = server.connect();
    stream.set_nodelay(true).unwrap();
    for index in 0..100 {
        let head = "POST /v4/sns/friend_add?sdkappid=1 HTTP/1.1\r\nHost: s\r\n";
        write!(stream, "{head}Content-Length: 1000\r\n\r\n").unwrap();
        stream.flush().unwrap();
        thread::sleep(Duration::from_millis(5));
        stream.write_all(&[b'x'; 1_000]).unwrap();
        let (head, body) = read_response(&mut stream);
        assert!(!head.contains("connection: close"), "{index}: {head}");
        assert!(body.contains("ErrorCode"), "{index}: {body}");
    }
}

/// What is too long to read for nothing ends the connection, but not before the reply is there.
#[test]
fn a_long_refused_call_is_answered_before_the_connection_ends() {
    let server = Server::start(&["--log", "warn"]);
    for framing in [
        "Content-Length: 1200000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n124f80\r\n",
    ] {
        let mut stream = server.connect();
        let head = server.head(ADMIN, Command::AccountImport);
        write!(stream, "{head}{framing}").unwrap();
        thread::sleep(Duration::from_millis(50));
        for part in vec![b' '; 1_200_000].chunks(50_000) {
            stream.write_all(part).unwrap();
        }
        let (head, body) = read_response(&mut stream);
        assert!(head.contains("connection: close"), "{head}");
        let reply: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(reply["ErrorCode"], 60002, "{reply}");
        assert!(time_to_end(stream) < LONGEST);
    }

    // A client that waits to be asked for its body is not asked.
    let mut stream = server.connect();
    let head = "POST /v4/x HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\n";
    write!(stream, "{head}Content-Length: 10\r\n\r\n").unwrap();
    let (head, _) = read_response(&mut stream);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("connection: close"), "{head}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_counted_and_logged() {
    let server = Server::start(&["--body-timeout", "1"]);
    let mut stream = server.connect();
    let head = server.head(ADMIN, Command::AccountImport);
    write!(stream, "{head}Content-Length: 10\r\n\r\n{{").unwrap();
    let (head, _) = read_response(&mut stream);
    assert!(head.starts_with("http/1.1 408"), "{head}");
    let (_, text) = get(&server, "/metrics", None).await;
    let failures = "socialgraph_http_failures_total{command=\"account_import\",status=\"408\"}";
    assert!((metric(&text, failures) - 1.0).abs() < 0.5, "{text}");
    let (_, log) = server.stop("-TERM");
    let line = log
        .lines()
        .find(|line| line.contains("did not come"))
        .unwrap();
    assert!(line.contains("account_import"), "{line}");
}

/// The limits of a head, as the page of operations has them.
#[test]
fn heads_have_a_length_and_a_number_of_lines() {
    let server = Server::start(&[]);
    let status = |lines: String| {
        let answer = server.raw(
            format!("GET /healthz HTTP/1.1\r\nHost: s\r\nConnection: close\r\n{lines}\r\n")
                .as_bytes(),
        );
        answer.get(9..12).unwrap_or_default().to_owned()
    };
    let long = |bytes: usize| format!("A: {}\r\n", "a".repeat(bytes));
    assert_eq!(status(long(24_000)), "200");
    for bytes in [25_000, 40_000, 200_000] {
        assert_eq!(status(long(bytes)), "431", "{bytes}");
    }
    // With the two of the function.
    assert_eq!(status("A: a\r\n".repeat(98)), "200");
    assert_eq!(status("A: a\r\n".repeat(99)), "431");
}

/// Heads that never end hold little memory, and for a short time.
#[test]
fn unfinished_heads_hold_little_memory() {
    let server = Server::start(&["--log", "warn"]);
    let before = server.memory();
    let head = format!("GET /healthz HTTP/1.1\r\nA: {}", "a".repeat(16_000));
    let mut streams: Vec<_> = (0..500).map(|_| server.connect()).collect();
    for stream in &mut streams {
        stream.write_all(head.as_bytes()).unwrap();
    }
    thread::sleep(Duration::from_secs(1));
    let more = server.memory().saturating_sub(before) >> 10;
    // Some 51 KiB each are measured.
    assert!(more < 40 << 10, "{more} KiB");
}
