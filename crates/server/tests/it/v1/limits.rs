//! Limits, and fairness between tokens.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::api::Api;
use super::roles::{READ, WRITE, start};
use crate::fixtures::Server;
use crate::operate::{get, metric, with_missing_entries};

/// Begins a request of a token, whose body does not come.
fn begin(server: &Server, token: &str, length: usize) -> TcpStream {
    let mut stream = server.connect();
    write!(
        stream,
        "POST /v1/decide HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
        server.host(),
    )
    .unwrap();
    stream
}

fn status(stream: &mut TcpStream) -> String {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    String::from_utf8(line.into()).unwrap()
}

/// Asks until the answer has this status: the server reads begun requests when it comes to them.
async fn until_decide_answers(api: &Api, status: u16) -> String {
    let questions = json!({"questions": [{"question": "call", "actor": "a", "target": "b"}]});
    let begun = Instant::now();
    loop {
        let answer = api.post("/v1/decide", &questions).await;
        if answer.status == status {
            return answer.code().to_owned();
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{}",
            answer.status
        );
        thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn a_token_has_a_number_of_requests_at_once() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &["--body-timeout", "300"]);
    let api = Api::new(&server, Some(READ)).await;
    let held: Vec<_> = (0..64).map(|_| begin(&server, READ, 100)).collect();
    assert_eq!(until_decide_answers(&api, 429).await, "too_many_requests");
    // Another token has places of its own.
    let other = api.with_token(Some(WRITE));
    let questions = json!({"questions": [{"question": "call", "actor": "a", "target": "b"}]});
    assert_eq!(other.post("/v1/decide", &questions).await.status, 200);

    drop(held);
    until_decide_answers(&api, 200).await;
}

#[tokio::test]
async fn a_request_whose_body_does_not_come_gives_its_place_back() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &["--body-timeout", "1"]);
    let api = Api::new(&server, Some(READ)).await;
    let mut held: Vec<_> = (0..64).map(|_| begin(&server, READ, 100)).collect();
    for stream in &mut held {
        assert_eq!(status(stream), "HTTP/1.1 408");
    }
    // Their connections are still open on this side.
    until_decide_answers(&api, 200).await;
    drop(held);
}

#[tokio::test]
async fn a_token_has_a_number_of_streams() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &[]);
    let api = Api::new(&server, Some(READ)).await;
    let follow = async |token| {
        let api = api.with_token(Some(token));
        let response = api
            .request(reqwest::Method::GET, "/v1/changes")
            .send()
            .await;
        response.unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..32 {
        let response = follow(READ).await;
        assert_eq!(response.status(), 200);
        streams.push(response);
    }
    let refused = follow(READ).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    // Streams take no places of requests, and none of other tokens.
    assert_eq!(api.get("/v1/users").await.status, 200);
    assert_eq!(follow(WRITE).await.status(), 200);
    let text = get(&server, "/metrics", Some(READ)).await.1;
    assert!(metric(&text, "socialgraph_v1_streams") >= 32.0, "{text}");

    // The server notices that clients are gone before a heartbeat tells.
    let gone = Instant::now();
    streams.clear();
    while follow(READ).await.status() != 200 {
        thread::sleep(Duration::from_millis(20));
    }
    assert!(gone.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn replies_that_are_not_read_are_bounded_by_token() {
    let home = tempfile::tempdir().unwrap();
    let server = start(
        &home,
        &[
            "--max-body-bytes",
            "7000000",
            "--max-user-body-bytes",
            "1000",
            "--max-reply-bytes",
            "30000000",
            "--max-bytes-under-way",
            "60000000",
            "--log",
            "warn",
        ],
    );
    // Each reply has about 24 MB.
    let name = "n".repeat(3_000);
    let question = json!({"question": "call", "actor": name, "target": name});
    let questions = json!({"questions": vec![question; 1_000]}).to_string();
    let ask = |token: &str| {
        let mut stream = server.connect();
        write!(
            stream,
            "POST /v1/decide?texts=true HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{questions}",
            server.host(),
            questions.len(),
        )
        .unwrap();
        stream
    };
    let mut first = ask(READ);
    assert_eq!(status(&mut first), "HTTP/1.1 200");
    let mut second = ask(READ);
    assert_eq!(status(&mut second), "HTTP/1.1 503");
    let mut other = ask(WRITE);
    assert_eq!(status(&mut other), "HTTP/1.1 200");
    let text = get(&server, "/metrics", Some(READ)).await.1;
    assert!(metric(&text, "socialgraph_replies_dropped_total") >= 1.0);
    let labels = "socialgraph_v1_requests_total{endpoint=\"/v1/decide\",code=\"no_room\"}";
    assert!((metric(&text, labels) - 1.0).abs() < 0.5, "{text}");
}

/// A state that takes no updates says so, and answers questions.
#[tokio::test]
async fn without_entries_updates_are_refused_and_questions_answered() {
    let home = tempfile::tempdir().unwrap();
    let data = with_missing_entries(home.path()).await;
    let server = Server::durable(&data, &[]);
    let api = Api::new(&server, None).await;
    let answer = api.operate(json!([{"add_user": {"name": "d"}}])).await;
    assert_eq!((answer.status, answer.code()), (503, "unavailable"));
    let answer = api
        .put("/v1/policy", &json!({"policy": {"profile": "discord"}}))
        .await;
    assert_eq!(answer.code(), "unavailable");
    let question = json!({"question": "call", "actor": "a", "target": "b"});
    let answer = api
        .post("/v1/decide", &json!({"questions": [question]}))
        .await;
    assert_eq!(answer.status, 200);
    // The state is logged, not each request.
    let (_, log) = server.stop("-TERM");
    assert_eq!(log.matches("updates are refused").count(), 1, "{log}");
}
