//! Changes as server-sent events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use socialgraph_tim::Command;
use tokio::time::{sleep, timeout};

use super::api::{Api, act};
use crate::fixtures::{ADMIN, Server, client, import, post};

/// Longer than anything takes on a busy machine.
const LONG: Duration = Duration::from_secs(30);

/// A reader of events, as the standard has them.
struct Reader {
    response: Response,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Event {
    name: String,
    id: String,
    data: Value,
}

impl Reader {
    async fn open(api: &Api, target: &str, last: Option<&str>) -> Self {
        let mut request = api.request(Method::GET, target);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let bytes = Vec::new();
        Self { response, bytes }
    }

    /// Returns the lines up to the next empty one, or `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            let end = self.bytes.windows(2).position(|it| it == b"\n\n");
            if let Some(end) = end {
                let rest = self.bytes.split_off(end + 2);
                let block = std::mem::replace(&mut self.bytes, rest);
                return Some(String::from_utf8(block).unwrap());
            }
            let chunk = timeout(LONG, self.response.chunk()).await.unwrap().ok()??;
            self.bytes.extend_from_slice(&chunk);
        }
    }

    /// Returns the next event, or `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let mut event = Event {
                name: "message".to_owned(),
                ..Event::default()
            };
            for line in block.lines() {
                match line.split_once(": ") {
                    Some(("event", name)) => event.name = name.into(),
                    Some(("id", id)) => event.id = id.into(),
                    Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                    _ => assert!(line.is_empty() || line.starts_with(':'), "{line}"),
                }
            }
            if !event.data.is_null() {
                return Some(event);
            }
        }
    }

    /// Returns the first event, which says where the stream starts.
    async fn start(&mut self) -> String {
        let event = self.next().await.unwrap();
        assert_eq!(event.name, "start");
        assert_eq!(event.data, json!({"position": event.id}));
        event.id
    }
}

fn number(position: &str) -> u64 {
    position.split_once('-').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn each_entry_is_an_event_with_what_it_changed() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let mut reader = Reader::open(&api, "/v1/changes", None).await;
    let start = reader.start().await;
    assert_eq!(number(&start), 0);

    let joined = api.join(&["ann", "ben"]).await.position();
    import(&server, &["cyd"]).await;
    let url = server.url(ADMIN, Command::BlackListAdd);
    let body = json!({"From_Account": "ann", "To_Account": ["ben", "cyd"]});
    assert_eq!(post(&client(), &url, &body).await["ErrorCode"], 0);
    api.act(&json!("block"), "ann", "ben").await;
    api.operate(json!([
        {"rename_user": {"user": "ben", "name": "dan"}},
        {"set_request_mode": {"user": "dan", "mode": "nobody"}},
        {"set_request_sending": {"user": "dan", "sending": "barred"}},
        {"merge_users": {"from": "cyd", "into": "dan"}},
        {"remove_user": {"name": "dan"}},
    ]))
    .await;
    api.put("/v1/policy", &json!({"policy": {"profile": "discord"}}))
        .await;

    let block = |target: &str| {
        json!({"relation_changed": {
            "actor": "ann", "target": target, "before": [], "after": ["actor_blocks"],
        }})
    };
    let expected = [
        (
            "operations",
            json!([{"user_added": {"name": "ann"}}, {"user_added": {"name": "ben"}}]),
        ),
        ("call", json!([{"user_added": {"name": "cyd"}}])),
        ("call", json!([block("ben"), block("cyd")])),
        // It is refused.
        ("operations", json!([])),
    ];
    let schema = json!({"$ref": "#/components/schemas/ChangesEvent"});
    let mut events = Vec::new();
    for (index, (source, changes)) in expected.iter().enumerate() {
        let event = reader.next().await.unwrap();
        assert_eq!(
            (event.data["source"].as_str(), &event.data["changes"]),
            (Some(*source), changes)
        );
        assert_eq!(event.data["position"], event.id);
        assert_eq!(number(&event.id), index as u64 + 1);
        events.push(event);
    }
    assert_eq!(events[0].id, joined);
    for kinds in [
        &[
            "user_renamed",
            "request_mode_changed",
            "request_sending_changed",
            "users_merged",
            "user_removed",
        ][..],
        &["policy_adopted"],
    ] {
        let event = reader.next().await.unwrap();
        let changes = event.data["changes"].as_array().unwrap();
        let names = changes
            .iter()
            .map(|it| it.as_object().unwrap().keys().next().unwrap());
        let names: Vec<&str> = names.map(String::as_str).collect();
        assert!(kinds.iter().all(|kind| names.contains(kind)), "{names:?}");
        events.push(event);
    }
    for event in &events {
        api.validate(&schema, &event.data, &event.id);
    }

    // From anywhere, the same events follow.
    for (index, event) in events.iter().enumerate() {
        let after = format!("/v1/changes?after={}", event.id);
        for last in [None, Some(&*event.id)] {
            // The header counts before the parameter.
            let target = if last.is_some() {
                "/v1/changes?after=00000000deadbeef-1"
            } else {
                &after
            };
            let mut reader = Reader::open(&api, target, last).await;
            assert_eq!(reader.start().await, event.id);
            if let Some(next) = events.get(index + 1) {
                assert_eq!(reader.next().await.as_ref(), Some(next));
            }
        }
    }
}

/// Ten readers, two of them slow; one breaks off and comes back. Each reads each event once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_readers_read_each_event_once() {
    const ENTRIES: u64 = 400;
    let home = tempfile::tempdir().unwrap();
    let server = Server::durable(home.path(), &["--log", "warn"]);
    let api = Api::new(&server, None).await;
    let names: Vec<String> = (0..200).map(|it| format!("{it:->100}")).collect();
    let start = api
        .join(&names.iter().map(String::as_str).collect::<Vec<_>>())
        .await
        .position();

    let read = async |index: usize| {
        let api = api.with_token(None);
        let mut positions = Vec::new();
        let mut reader = Reader::open(&api, &format!("/v1/changes?after={start}"), None).await;
        assert_eq!(reader.start().await, start);
        while positions.len() as u64 != ENTRIES {
            let event = reader.next().await.unwrap();
            let changes = event.data["changes"].as_array().unwrap();
            positions.push((number(&event.id), changes.len()));
            if index < 2 && positions.len() % 10 == 0 {
                sleep(Duration::from_millis(100)).await;
            }
            if index == 2 && positions.len() % 60 == 0 {
                // What was on its way is lost with the connection.
                reader = Reader::open(&api, "/v1/changes", Some(&event.id)).await;
                assert_eq!(reader.start().await, event.id);
            }
        }
        positions
    };
    let write = async {
        for round in 0..ENTRIES {
            let action = if round % 2 == 0 { "block" } else { "unblock" };
            let (actor, targets) = names.split_first().unwrap();
            let many =
                json!({"act_on_many": {"action": action, "actor": actor, "targets": targets}});
            assert_eq!(api.operate(json!([many])).await.body["done"], true);
        }
    };
    let readers = async {
        tokio::join!(
            read(0),
            read(1),
            read(2),
            read(3),
            read(4),
            read(5),
            read(6),
            read(7),
            read(8),
            read(9)
        )
    };
    let (all, ()) = tokio::join!(readers, write);
    let first = number(&start) + 1;
    let expected: Vec<_> = (first..first + ENTRIES)
        .map(|number| (number, 199))
        .collect();
    for (index, positions) in <[_; 10]>::from(all).into_iter().enumerate() {
        assert_eq!(positions, expected, "reader {index}");
    }
}

#[tokio::test]
async fn what_cannot_be_gone_on_from_is_gone() {
    let home = tempfile::tempdir().unwrap();
    let options = [
        "--retention",
        "drop",
        "--snapshots",
        "1",
        "--snapshot-entries",
        "5",
    ];
    let server = Server::durable(home.path(), &options);
    let api = Api::new(&server, None).await;
    let first = api.join(&["ann"]).await.position();
    let epoch = first.split_once('-').unwrap().0;
    let gone = async |position: &str| {
        let target = format!("/v1/changes?after={position}");
        let answer = api.get(&target).await;
        assert_eq!(
            (answer.status, answer.code()),
            (410, "position_gone"),
            "{position}"
        );
        let by_header = api
            .request(Method::GET, "/v1/changes")
            .header("Last-Event-ID", position);
        let by_header = api.send(Method::GET, "/v1/changes", by_header).await;
        assert_eq!(by_header.body, answer.body);
        answer.position()
    };
    assert_eq!(gone("00000000deadbeef-1").await, first);
    assert_eq!(gone(&format!("{epoch}-99")).await, first);

    // The log before the snapshot is dropped.
    let mut last = first.clone();
    let dropped = async {
        loop {
            last = api
                .join(&[&format!("user {}", number(&last))])
                .await
                .position();
            let target = format!("/v1/changes?after={epoch}-0");
            let response = api.request(Method::GET, &target).send().await.unwrap();
            if response.status() == 410 {
                break;
            }
        }
    };
    timeout(LONG, dropped).await.unwrap();
    let oldest = gone(&format!("{epoch}-0")).await;
    assert!(number(&oldest) >= 1);
    let mut reader = Reader::open(&api, &format!("/v1/changes?after={oldest}"), None).await;
    assert_eq!(reader.start().await, oldest);
    if number(&oldest) < number(&last) {
        assert_eq!(
            number(&reader.next().await.unwrap().id),
            number(&oldest) + 1
        );
    }
}

/// A stream lives longer than a connection may idle or a reply may take, and beats meanwhile.
#[tokio::test]
async fn a_quiet_stream_goes_on() {
    let server = Server::start(&["--idle-timeout", "1", "--reply-timeout", "1"]);
    let api = Api::new(&server, None).await;
    let mut reader = Reader::open(&api, "/v1/changes", None).await;
    reader.start().await;
    let quiet = std::time::Instant::now();
    assert_eq!(reader.block().await.as_deref(), Some(":\n\n"));
    let quiet = quiet.elapsed();
    assert!(
        (Duration::from_secs(14)..LONG).contains(&quiet),
        "{quiet:?}"
    );
    let joined = api.join(&["ann"]).await.position();
    assert_eq!(reader.next().await.unwrap().id, joined);
    // At its end, the server ends its streams.
    let ended = tokio::spawn(async move { reader.next().await });
    assert!(server.stop_unread("-TERM"));
    assert_eq!(timeout(LONG, ended).await.unwrap().unwrap(), None);
}

fn facts(names: &Value) -> BTreeSet<String> {
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Returns the facts as seen from the other user.
fn flipped(facts: &BTreeSet<String>) -> BTreeSet<String> {
    let flip = |fact: &String| match fact.split_once('_').unwrap() {
        ("actor", fact) => format!("target_{fact}"),
        (_, fact) => format!("actor_{fact}"),
    };
    facts.iter().map(flip).collect()
}

/// A copy of the users and relations follows the changes, and is what the lists say.
#[tokio::test]
async fn a_copy_follows_the_changes() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    api.join(&["ann", "ben", "cyd"]).await;
    let mut reader = Reader::open(&api, "/v1/changes", None).await;
    reader.start().await;
    api.act(&json!({"add_friend": "two_way"}), "ann", "ben")
        .await;
    api.act(&json!("block"), "ben", "ann").await;
    api.operate(json!([
        act(&json!("send_request"), "ann", "cyd"),
        act(&json!("accept_request"), "cyd", "ann"),
        {"remove_user": {"name": "ben"}},
    ]))
    .await;

    let mut copy: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for _ in 0..3 {
        let event = reader.next().await.unwrap();
        for change in event.data["changes"].as_array().unwrap() {
            let relation = &change["relation_changed"];
            if relation.is_null() {
                continue;
            }
            let name = |field: &str| relation[field].as_str().unwrap().to_owned();
            for (pair, facts) in [
                ((name("actor"), name("target")), facts(&relation["after"])),
                (
                    (name("target"), name("actor")),
                    flipped(&facts(&relation["after"])),
                ),
            ] {
                copy.insert(pair, facts);
            }
        }
    }
    copy.retain(|_, facts| !facts.is_empty());
    let mut pairs = Vec::new();
    for (actor, target) in [("ann", "cyd"), ("cyd", "ann")] {
        let answer = api
            .get(&format!("/v1/relation?actor={actor}&target={target}"))
            .await;
        pairs.push((
            (actor.to_owned(), target.to_owned()),
            facts(&answer.body["facts"]),
        ));
    }
    assert_eq!(copy.into_iter().collect::<Vec<_>>(), pairs);
}
