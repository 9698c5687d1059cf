//! Idempotency keys: a request that is sent again has one effect.

use serde_json::json;

use super::api::{Api, act, with_json};
use crate::fixtures::Server;

fn key(position: &str, nonce: u32) -> String {
    format!("{position}-{nonce:032x}")
}

#[tokio::test]
async fn a_repeated_request_has_one_effect_and_the_same_reply() {
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::durable(home.path(), &[]);
    let mut api = Api::new(&server, None).await;
    let here = api.join(&["ann", "ben"]).await.position();
    let block = json!([act(&json!("block"), "ann", "ben"), {"add_user": {"name": "cyd"}}]);
    let first = api.operate_as(&key(&here, 1), &block).await;
    assert_eq!(first.body["done"], true);
    assert_eq!(
        api.operate_as(&key(&here, 1), &block).await.body,
        first.body
    );

    // Under another key, it is another request.
    let other = api.operate_as(&key(&here, 2), &block).await;
    assert_eq!(
        other.body["outcomes"][0]["error"]["reasons"],
        json!(["already_blocked"])
    );

    // After a crash, too.
    assert!(!server.stop_unread("-KILL"));
    server = Server::durable(home.path(), &[]);
    api = Api::new(&server, None).await;
    assert_eq!(
        api.operate_as(&key(&here, 1), &block).await.body,
        first.body
    );
    let other = json!([{"add_user": {"name": "dan"}}]);
    let reused = api.operate_as(&key(&here, 1), &other).await;
    assert_eq!((reused.status, reused.code()), (422, "key_reused"));
    assert_eq!(reused.position(), first.position());
    // The same operations, asked for otherwise, are another request.
    let target = "/v1/operations";
    let request = api.request(reqwest::Method::POST, target);
    let body = json!({"operations": block, "all_or_nothing": true});
    let request = with_json(request.header("Idempotency-Key", key(&here, 1)), &body);
    let reused = api.send(reqwest::Method::POST, target, request).await;
    assert_eq!(reused.code(), "key_reused");
    assert_eq!(
        api.get("/v1/users").await.body["users"],
        json!(["ann", "ben", "cyd"])
    );
}

#[tokio::test]
async fn a_key_is_of_this_history() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let here = api.join(&["ann"]).await.position();
    let epoch = here.split_once('-').unwrap().0;
    let join = json!([{"add_user": {"name": "ben"}}]);
    for position in ["00000000deadbeef-1".to_owned(), format!("{epoch}-2")] {
        let answer = api.operate_as(&key(&position, 1), &join).await;
        assert_eq!(
            (answer.status, answer.code()),
            (409, "key_of_other_history"),
            "{position}"
        );
        assert_eq!(answer.body["header"], "Idempotency-Key");
        assert_eq!(answer.position(), here);
    }
    assert_eq!(api.get("/v1/users").await.body["total"], 1);
}

/// A client that lost the connection sends the request again while the first is under way.
#[tokio::test]
async fn two_at_once_have_one_effect() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let here = api.join(&["ann"]).await.position();
    let names: Vec<_> = (0..500)
        .map(|it| json!({"add_user": {"name": format!("{it}")}}))
        .collect();
    let (names, id) = (json!(names), key(&here, 1));
    let (one, other) = tokio::join!(api.operate_as(&id, &names), api.operate_as(&id, &names));
    assert_eq!(one.body["done"], true);
    assert_eq!(one.body, other.body);
    assert_eq!(api.get("/v1/users").await.body["total"], 501);
}

#[tokio::test]
async fn policies_have_keys_too() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let here = api.join(&["ann"]).await.position();
    let target = "/v1/policy";
    let put = async |profile: &str| {
        let request = api.request(reqwest::Method::PUT, target);
        let body = json!({"policy": {"profile": profile}});
        let request = with_json(request.header("Idempotency-Key", key(&here, 1)), &body);
        api.send(reqwest::Method::PUT, target, request).await
    };
    let first = put("discord").await;
    assert_eq!(first.status, 200);
    assert_eq!(put("discord").await.body, first.body);
    assert_eq!(put("mastodon").await.code(), "key_reused");
    assert_eq!(api.get(target).await.body["profile"], "discord");
}
