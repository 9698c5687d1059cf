//! Attacks by strangers and by signed users: memory and time stay bounded.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use socialgraph_tim::Command;

use super::fixtures::{ADMIN, Server, client, import, post};

const MIB: u64 = 1 << 20;

/// Asks for something that is always answered, and returns how long it took.
async fn ask(server: &Server) -> Duration {
    let url = server.url(ADMIN, Command::AccountCheck);
    let started = Instant::now();
    let reply = post(&client(), &url, &json!({"CheckItem": [{"UserID": "a"}]})).await;
    assert_eq!(reply["ErrorCode"], 0, "{reply}");
    started.elapsed()
}

/// Reads until the server ends the connection. Returns how long it took.
fn wait_for_end(mut stream: TcpStream) -> Duration {
    let started = Instant::now();
    // An end, or a reset.
    let _ = stream.read_to_end(&mut Vec::new());
    started.elapsed()
}

/// F3: a head that never ends, at a byte now and then, and a connection that says nothing.
#[tokio::test]
async fn heads_that_never_end_and_idle_connections_are_closed() {
    let server = Server::start(&["--head-timeout", "1", "--idle-timeout", "2"]);
    let slow = server.connect();
    let mut writer = slow.try_clone().unwrap();
    let writing = thread::spawn(move || {
        writer.write_all(b"POST / HTTP/1.1\r\n").unwrap();
        while writer.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let idle = server.connect();
    assert!(wait_for_end(slow) < Duration::from_secs(10));
    assert!(wait_for_end(idle) < Duration::from_secs(10));
    writing.join().unwrap();
    ask(&server).await;
}

/// F3: with every connection taken by those who say nothing, others wait until these are closed.
#[tokio::test]
async fn connections_have_a_number() {
    let options = [
        "--max-connections",
        "8",
        "--head-timeout",
        "1",
        "--idle-timeout",
        "1",
    ];
    let server = Server::start(&options);
    let silent: Vec<_> = (0..50).map(|_| server.connect()).collect();
    assert!(ask(&server).await < Duration::from_secs(15));
    drop(silent);
}

/// F5: nothing of a body is read from callers whose head is not in order.
#[tokio::test]
async fn a_body_is_read_only_from_those_who_may_send_one() {
    let server = Server::start(&[]);
    import(&server, &["a"]).await;
    let before = server.memory();
    let mut streams = Vec::new();
    for _ in 0..200 {
        let mut stream = server.connect();
        let head = "POST /v4/sns/black_list_check?sdkappid=1 HTTP/1.1\r\nHost: s\r\n";
        let length = MIB - 1;
        write!(stream, "{head}Content-Length: {length}\r\n\r\n").unwrap();
        // The answer comes before the body; the server may close on what follows.
        let _ = stream.write_all(&vec![b' '; usize::try_from(length).unwrap() - 1]);
        streams.push(stream);
    }
    let mut answer = [0; 12];
    streams[0].read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    let more = server.memory().saturating_sub(before);
    assert!(more < 60 * MIB, "{more} bytes");

    // A length beyond the limit is refused from the head alone, a user's sooner than an admin's.
    for (who, length) in [(ADMIN, 2 * MIB), ("a", 300 << 10)] {
        let head = server.head(who, Command::BlackListCheck);
        let answer = server
            .raw(format!("{head}Content-Length: {length}\r\nConnection: close\r\n\r\n").as_bytes());
        assert!(answer.contains("60002"), "{answer}");
    }
}

/// F5: bodies under way share a budget, so that those who send slowly hold little memory.
#[tokio::test]
async fn bodies_that_never_end_are_given_up() {
    let server = Server::start(&["--body-timeout", "1", "--max-bytes-under-way", "20971520"]);
    import(&server, &["a"]).await;
    let before = server.memory();
    let head = server.head("a", Command::BlackListAdd);
    let mut streams: Vec<_> = (0..200).map(|_| server.connect()).collect();
    for stream in &mut streams {
        write!(stream, "{head}Content-Length: 200000\r\n\r\n").unwrap();
        stream.write_all(&vec![b' '; 199_000]).unwrap();
    }
    let more = server.memory().saturating_sub(before);
    assert!(more < 80 * MIB, "{more} bytes");
    for stream in streams {
        assert!(wait_for_end(stream) < Duration::from_secs(15));
    }
    ask(&server).await;
}

/// F4: JSON that would be a large tree is read into a command's own fields.
#[tokio::test(flavor = "multi_thread")]
async fn json_takes_little_more_memory_than_its_bytes() {
    let server = Server::start(&["--calls-per-second", "0", "--log", "warn"]);
    import(&server, &["a"]).await;
    let before = server.memory();
    let item = r#"{"":{"":0}},"#;
    let many = item.repeat((1 << 20) / item.len() - 20);
    let bombs = [
        format!(r#"{{"x":[{many}0]}}"#),
        format!(
            r#"{{"From_Account":"a","ProfileItem":[{{"Tag":"Tag_Profile_IM_Nick","Value":[{many}0]}}]}}"#
        ),
    ];
    let mut peak = 0;
    for bomb in bombs {
        let url = server.url(ADMIN, Command::PortraitSet);
        let calls = (0..16).map(|_| {
            let (url, bomb) = (url.clone(), bomb.clone());
            tokio::spawn(async move { client().post(&url).body(bomb).send().await.unwrap() })
        });
        let calls: Vec<_> = calls.collect();
        for call in calls {
            let reply = call.await.unwrap().text().await.unwrap();
            assert!(reply.contains("40001"), "{reply}");
            peak = peak.max(server.memory());
        }
    }
    let more = peak.saturating_sub(before);
    assert!(more < 150 * MIB, "{more} bytes");
}

/// F2: clients that ask for much and read nothing.
#[tokio::test]
async fn replies_that_nobody_reads_are_given_up() {
    let options = [
        "--calls-per-second",
        "0",
        "--reply-timeout",
        "1",
        "--idle-timeout",
        "2",
        "--log",
        "off",
        "--max-bytes-under-way",
        "33554432",
    ];
    let server = Server::start(&options);
    let names: Vec<_> = (0..100).map(|it| format!("u{it}")).collect();
    import(&server, &names.iter().map(|it| &**it).collect::<Vec<_>>()).await;
    let control = "\u{1}".repeat(500);
    let client = client();
    for name in &names {
        let items: Vec<_> = (0..30)
            .map(|it| json!({"Tag": format!("Tag_Profile_Custom_{it}"), "Value": control}))
            .collect();
        let url = server.url(ADMIN, Command::PortraitSet);
        let body = json!({"From_Account": name, "ProfileItem": items});
        assert_eq!(post(&client, &url, &body).await["ErrorCode"], 0);
    }

    let before = server.memory();
    let tags: Vec<_> = (0..30)
        .map(|it| format!("Tag_Profile_Custom_{it}"))
        .collect();
    let body = json!({"To_Account": names, "TagList": tags}).to_string();
    let head = server.head(ADMIN, Command::PortraitGet);
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let mut streams: Vec<_> = (0..24).map(|_| server.connect()).collect();
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).unwrap();
    }
    thread::sleep(Duration::from_millis(2_500));
    let more = server.memory().saturating_sub(before);
    assert!(more < 300 * MIB, "{more} bytes");
    // Each is closed, with part of a reply or with status 503.
    for stream in streams {
        assert!(wait_for_end(stream) < Duration::from_secs(20));
    }
    ask(&server).await;
}

/// F7: one user's calls take nothing of others'.
#[tokio::test]
async fn a_flood_of_one_user_takes_no_calls_of_others() {
    let server = Server::start(&["--calls-per-second", "20", "--log", "off"]);
    import(&server, &["a", "b"]).await;
    let client = client();
    let send = |who: &'static str| {
        let (client, url) = (client.clone(), server.url(who, Command::SendMessage));
        async move {
            let message = json!({
                "From_Account": who, "To_Account": "b", "MsgRandom": 1,
                "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}],
            });
            post(&client, &url, &message).await["ErrorCode"]
                .as_u64()
                .unwrap()
        }
    };
    let mut refused = 0;
    for _ in 0..200 {
        refused += u32::from(send("a").await == 60007);
    }
    assert!(refused > 100, "{refused}");
    for _ in 0..10 {
        assert_ne!(send("b").await, 60007);
        assert_ne!(send(ADMIN).await, 60007);
    }
}

/// F6: a user's list imports no more accounts than fit.
#[tokio::test]
async fn accounts_have_a_number() {
    let server = Server::start(&["--auto-import", "--max-accounts", "50"]);
    import(&server, &["a"]).await;
    let names: Vec<_> = (0..100).map(|it| format!("n{it}")).collect();
    let url = server.url("a", Command::BlackListAdd);
    let body = json!({"From_Account": "a", "To_Account": names});
    let reply = post(&client(), &url, &body).await;
    let items = reply["ResultItem"].as_array().unwrap();
    let full = items
        .iter()
        .filter(|item| item["ResultCode"] == 70398)
        .count();
    assert_eq!(full, 51, "{reply}");
}

/// D7: a client may close its side behind a whole request.
#[tokio::test]
async fn a_client_that_closes_its_side_is_answered() {
    let server = Server::start(&[]);
    for name in ["a", "b", "c"] {
        let body = json!({"UserID": name}).to_string();
        let head = server.head(ADMIN, Command::AccountImport);
        let mut stream = server.connect();
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("\"ErrorCode\":0"), "{answer}");
    }
}

/// A length and chunks together: no second request gets in.
#[tokio::test]
async fn a_request_is_smuggled_into_no_other() {
    let server = Server::start(&["--head-timeout", "1", "--idle-timeout", "1"]);
    let inner =
        server.head(ADMIN, Command::AccountImport) + "Content-Length: 14\r\n\r\n{\"UserID\":\"x\"}";
    let head = server.head(ADMIN, Command::AccountCheck);
    let smuggled =
        format!("{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}");
    server.raw(smuggled.as_bytes());
    let url = server.url(ADMIN, Command::AccountCheck);
    let reply = post(&client(), &url, &json!({"CheckItem": [{"UserID": "x"}]})).await;
    assert!(reply.to_string().contains("NotImported"), "{reply}");
}
