//! Bad input: a problem that names its place, and nothing changed.

use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Answer, Api, act, with_json};
use crate::fixtures::Server;

/// A server with two users, one of whom blocks the other.
async fn start(options: &[&str]) -> (Server, Api) {
    let server = Server::start(options);
    let api = Api::new(&server, None).await;
    api.join(&["ann", "ben"]).await;
    api.act(&json!("block"), "ann", "ben").await;
    (server, api)
}

/// Returns what a problem says of its place.
fn place(answer: &Answer) -> String {
    let body = &answer.body;
    ["pointer", "parameter", "header"]
        .into_iter()
        .filter_map(|kind| Some(format!("{kind} {}", body[kind].as_str()?)))
        .collect()
}

fn question(question: &str) -> Value {
    json!({"question": question, "actor": "ann", "target": "ben"})
}

fn many(what: Value, count: usize) -> Value {
    Value::from(vec![what; count])
}

/// Sends bodies, each with the place that its problem names. Nothing changes.
async fn refuse(api: &Api, method: Method, target: &str, wrong: &[(Value, &str)]) {
    let before = api.get("/v1/position").await.position();
    for (body, expected) in wrong {
        let request = with_json(api.request(method.clone(), target), body);
        let answer = api.send(method.clone(), target, request).await;
        let shown: String = body.to_string().chars().take(80).collect();
        assert_eq!(
            (answer.status, answer.code()),
            (422, "invalid"),
            "{shown} {answer:?}"
        );
        assert_eq!(place(&answer), *expected, "{shown} {answer:?}");
    }
    assert_eq!(api.get("/v1/position").await.position(), before);
}

#[tokio::test]
async fn a_wrong_question_is_pointed_at() {
    let (_server, api) = start(&[]).await;
    let half = json!({"question": "call", "actor": "ann"});
    let without_actor = json!({"question": "call", "actor": null, "target": "b"});
    let decide = [
        (json!({}), "pointer /questions"),
        (json!({"questions": []}), "pointer /questions"),
        (
            json!({"questions": many(question("message"), 1_001)}),
            "pointer /questions",
        ),
        (json!({"questions": {"0": 1}}), "pointer /questions"),
        (
            json!({"questions": [question("mesage")]}),
            "pointer /questions/0/question",
        ),
        (
            json!({"questions": [["message", "ann", "ben"]]}),
            "pointer /questions/0",
        ),
        (
            json!({"questions": [question("call"), half]}),
            "pointer /questions/1/target",
        ),
        (
            json!({"questions": [without_actor]}),
            "pointer /questions/0/actor",
        ),
        (
            json!({"questions": [question("call")], "at_least": "x"}),
            "pointer /at_least",
        ),
        (json!([]), "pointer "),
        (json!("questions"), "pointer "),
    ];
    refuse(&api, Method::POST, "/v1/decide", &decide).await;

    let room = |interaction: &str, targets: Value| json!({"interaction": interaction, "actor": "ann", "targets": targets});
    let audience = [
        (room("wave", json!(["ben"])), "pointer /interaction"),
        (room("call", json!([])), "pointer /targets"),
        (room("call", many(json!("b"), 10_001)), "pointer /targets"),
        (room("call", json!(["ben", 7])), "pointer /targets/1"),
    ];
    refuse(&api, Method::POST, "/v1/audience", &audience).await;
    let senders = json!({"interaction": "call", "recipient": "ann", "senders": [7]});
    refuse(
        &api,
        Method::POST,
        "/v1/visible_senders",
        &[(senders, "pointer /senders/0")],
    )
    .await;
    let conflicts = json!({"user": "ann"});
    refuse(
        &api,
        Method::POST,
        "/v1/conflicts",
        &[(conflicts, "pointer /members")],
    )
    .await;
}

#[tokio::test]
async fn a_wrong_operation_is_pointed_at() {
    let (_server, api) = start(&[]).await;
    let block = || act(&json!("block"), "ben", "ann");
    let one = |operation: Value| json!({"operations": [operation]});
    let ten = json!({"act_on_many": {"action": "block", "actor": "b", "targets": vec!["a"; 10]}});
    let typo = json!({"adopt_policy": {"policy": {"profile": "discrod"}}});
    let operations = [
        (json!({"operations": []}), "pointer /operations"),
        (
            json!({"operations": many(block(), 1_001)}),
            "pointer /operations",
        ),
        (json!({"operations": block()}), "pointer /operations"),
        (
            json!({"operations": [block(), {"actt": {}}]}),
            "pointer /operations/1",
        ),
        (
            json!({"operations": [block(), "act"]}),
            "pointer /operations/1/act",
        ),
        (
            one(json!({"act": ["block", "a", "b"]})),
            "pointer /operations/0/act",
        ),
        (
            one(act(&json!("bloc"), "ben", "ann")),
            "pointer /operations/0/act/action",
        ),
        (
            one(json!({"add_user": {"name": "cyd", "age": 7}})),
            "pointer /operations/0/add_user/age",
        ),
        (
            one(json!({"add_user": {"nme": "cyd"}})),
            "pointer /operations/0/add_user/nme",
        ),
        (
            one(json!({"add_user": {}})),
            "pointer /operations/0/add_user/name",
        ),
        (one(typo), "pointer /operations/0/adopt_policy/policy"),
        (
            json!({"operations": [block()], "all_or_nothing": "yes"}),
            "pointer /all_or_nothing",
        ),
        // What it may change has both names of each pair: 18 MB.
        (
            one(json!({"act_on_many": {
                "action": "block", "actor": "n".repeat(3_000), "targets": vec!["a"; 3_000],
            }})),
            "pointer /operations",
        ),
        // They name 11,000 users.
        (
            json!({"operations": many(ten, 1_000)}),
            "pointer /operations",
        ),
    ];
    refuse(&api, Method::POST, "/v1/operations", &operations).await;
}

#[tokio::test]
async fn a_wrong_policy_or_backup_is_pointed_at() {
    let (_server, api) = start(&[]).await;
    let policy = |policy: Value| json!({"policy": policy});
    let policies = [
        (json!({}), "pointer /policy"),
        (policy(json!("discord")), "pointer /policy"),
        (policy(json!({"profile": "discrod"})), "pointer /policy"),
        (
            policy(json!({"message": {"stopped_by": "both"}})),
            "pointer /policy",
        ),
        (
            policy(json!({"profile": "discord", "message": {"stopped_by": "all"}})),
            "pointer /policy/message/stopped_by",
        ),
    ];
    refuse(&api, Method::PUT, "/v1/policy", &policies).await;
    let near = api.put("/v1/policy", &policies[2].0).await;
    let detail = near.body["detail"].as_str().unwrap();
    assert!(detail.contains("did you mean `discord`?"), "{detail}");

    let backups = [
        (json!({"name": 7}), "pointer /name"),
        (json!({"name": "x".repeat(200)}), "pointer /name"),
    ];
    refuse(&api, Method::POST, "/v1/backup", &backups).await;
}

#[tokio::test]
async fn a_wrong_query_or_header_is_named() {
    let (_server, api) = start(&[]).await;
    let here = api.get("/v1/position").await.position();
    for (target, expected) in [
        ("/v1/users?limit=0", "parameter limit"),
        ("/v1/users?limit=1001", "parameter limit"),
        ("/v1/users?limit=-1", "parameter limit"),
        ("/v1/users?limit=1&limit=2", "parameter limit"),
        ("/v1/users?limit=", "parameter limit"),
        ("/v1/users?cursor=4294967296", "parameter cursor"),
        ("/v1/users?page=2", "parameter page"),
        ("/v1/users?at_least=7", "parameter at_least"),
        (
            "/v1/users?at_least=00000000deadbeef-+7",
            "parameter at_least",
        ),
        ("/v1/user", "parameter name"),
        ("/v1/user?name=ann&name=ben", "parameter name"),
        ("/v1/list?user=ann", "parameter list"),
        ("/v1/list?list=friends", "parameter user"),
        ("/v1/list?user=ann&list=foes", "parameter list"),
        ("/v1/relation?actor=ann", "parameter target"),
        ("/v1/relation?actor=ann&target=ann", "parameter target"),
        ("/v1/policy?verbose=true", "parameter verbose"),
        ("/v1/changes?after=now", "parameter after"),
        ("/v1/openapi.json?pretty=1", "parameter pretty"),
    ] {
        let answer = api.get(target).await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "invalid"),
            "{target} {answer:?}"
        );
        assert_eq!(place(&answer), expected, "{target}");
    }
    for target in ["/v1/user?name=%ff", "/v1/user?name=%C3&at_least=%A9"] {
        let answer = api.get(target).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "malformed"),
            "{target}"
        );
    }
    for (target, place_of_user) in [
        ("/v1/user?name=zed", "parameter name"),
        ("/v1/user?name=", "parameter name"),
        ("/v1/list?user=zed&list=friends", "parameter user"),
        ("/v1/relation?actor=zed&target=ann", "parameter actor"),
        ("/v1/relation?actor=ann&target=zed", "parameter target"),
    ] {
        let answer = api.get(target).await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, "unknown_user"),
            "{target}"
        );
        assert_eq!(place(&answer), place_of_user, "{target}");
    }
    let answer = api
        .post("/v1/conflicts", &json!({"user": "zed", "members": ["ann"]}))
        .await;
    assert_eq!(
        (answer.code(), &*place(&answer)),
        ("unknown_user", "pointer /user")
    );
    let answer = api
        .put(
            "/v1/policy?dry_run=maybe",
            &json!({"policy": {"profile": "discord"}}),
        )
        .await;
    assert_eq!(
        (answer.code(), &*place(&answer)),
        ("invalid", "parameter dry_run")
    );

    for key in [
        "",
        "7",
        &here,
        &format!("{here}-2a"),
        &format!("{here}-{:033x}", 7),
    ] {
        let answer = api
            .operate_as(key, &json!([{"add_user": {"name": "cyd"}}]))
            .await;
        assert_eq!((answer.status, answer.code()), (422, "invalid"), "{key}");
        assert_eq!(place(&answer), "header Idempotency-Key", "{key}");
    }
    let twice = api.request(Method::GET, "/v1/changes");
    let twice = twice
        .header("Last-Event-ID", &here)
        .header("Last-Event-ID", &here);
    let answer = api.send(Method::GET, "/v1/changes", twice).await;
    assert_eq!(
        (answer.code(), &*place(&answer)),
        ("invalid", "header Last-Event-ID")
    );
    assert_eq!(api.get("/v1/position").await.position(), here);
}

#[tokio::test]
async fn what_is_no_json_is_malformed_and_what_is_not_declared_so_is_not_read() {
    let (_server, api) = start(&[
        "--max-body-bytes",
        "100000",
        "--max-user-body-bytes",
        "1000",
    ])
    .await;
    let before = api.get("/v1/position").await.position();
    let target = "/v1/operations";
    let send = async |kind: Option<&str>, body: Vec<u8>| {
        let mut request = api.request(Method::POST, target).body(body);
        if let Some(kind) = kind {
            request = request.header("Content-Type", kind);
        }
        api.send(Method::POST, target, request).await
    };
    let json = Some("application/json");
    let operation = br#"{"operations":[{"add_user":{"name":"cyd"}}]}"#;
    let deep = format!("{{\"operations\":{}", "[".repeat(50_000));
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        [operation, &b"{}"[..]].concat(),
        br#"{"operations":[{"add_user":{"name":"\ud800"}}]}"#.to_vec(),
        b"{\"operations\":[{\"add_user\":{\"name\":\"\xff\"}}]}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
    ] {
        let answer = send(json, body.clone()).await;
        let shown = String::from_utf8_lossy(&body);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "malformed"),
            "{shown} {answer:?}"
        );
    }
    // Nesting has an end.
    assert_eq!(send(json, deep.into_bytes()).await.status / 100, 4);
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("json"),
    ] {
        let answer = send(kind, operation.to_vec()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (415, "wrong_content_type"),
            "{kind:?}"
        );
        assert_eq!(place(&answer), "header Content-Type");
    }
    let large = send(json, vec![b' '; 100_001]).await;
    assert_eq!((large.status, large.code()), (413, "body_too_large"));
    assert_eq!(api.get("/v1/position").await.position(), before);
    let charset = Some("Application/JSON; charset=utf-8");
    assert_eq!(send(charset, operation.to_vec()).await.status, 200);
}

/// A problem takes over no more of a request than people read, and neither does the log.
#[tokio::test]
async fn what_a_problem_takes_over_is_short() {
    let (server, api) = start(&["--log", "info"]).await;
    let long = "é".repeat(200_000);
    let mut wrong = question("call");
    wrong[&long] = json!(1);
    for (target, body) in [
        ("/v1/decide", json!({ &long: 1 })),
        ("/v1/decide", json!({"a\nFAKE": 1})),
        ("/v1/decide", json!({"questions": [wrong]})),
        ("/v1/decide", json!({"questions": [question(&long)]})),
        ("/v1/conflicts", json!({"user": long, "members": ["ann"]})),
    ] {
        let answer = api.post(target, &body).await;
        assert_eq!(answer.status / 100, 4);
        assert!(answer.body.to_string().len() < 3_000, "{target}");
    }
    let (_, printed) = server.stop("-TERM");
    assert!(printed.len() < 20_000, "{}", printed.len());
    // What a request says begins no line.
    assert!(!printed.contains("\nFAKE"), "{printed}");
}

#[tokio::test]
async fn paths_and_methods_are_those_of_the_description() {
    let (server, api) = start(&[]).await;
    for target in [
        "/v1",
        "/v1/",
        "/v1/decide/",
        "/v1/x",
        "/v1/users/ann",
        "/v1//users",
    ] {
        let answer = api.get(target).await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, "no_endpoint"),
            "{target}"
        );
    }
    for (method, target, allowed) in [
        (Method::GET, "/v1/decide", "POST"),
        (Method::POST, "/v1/users", "GET"),
        (Method::DELETE, "/v1/policy", "GET, PUT"),
        (Method::OPTIONS, "/v1/operations", "POST"),
        (Method::PATCH, "/v1/openapi.json", "GET"),
    ] {
        let response = api.request(method, target).send().await.unwrap();
        assert_eq!(response.status(), 405, "{target}");
        assert_eq!(response.headers()["allow"], allowed);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }
    let head = api.request(Method::HEAD, "/v1/users").send().await.unwrap();
    assert_eq!(head.status(), 405);
    // A name of the internet that leads here is not meant for this server.
    for (host, is_let_in) in [
        ("localhost", true),
        ("LOCALHOST:80", true),
        ("127.0.0.2:8080", true),
        ("[::1]:8080", true),
        ("evil.example", false),
        ("localhost.evil.example", false),
        ("[::2]", false),
        ("10.0.0.1", false),
    ] {
        let answer = server.raw(
            format!("GET /v1/users HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        let status = if is_let_in {
            "HTTP/1.1 200"
        } else {
            "HTTP/1.1 421"
        };
        assert!(answer.starts_with(status), "{host}: {answer}");
    }
}
