//! Tokens and their roles.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, with_json};
use crate::fixtures::Server;

pub(super) const READ: &str = "a-token-that-reads";
pub(super) const WRITE: &str = "a-token-that-writes";
pub(super) const ADMIN: &str = "a-token-that-operates";
const UNKNOWN: &str = "a-token-of-nobody-at-all";

/// Starts a server with a token of each role.
pub(super) fn start(home: &tempfile::TempDir, options: &[&str]) -> Server {
    let tokens = home.path().join("tokens");
    fs::write(
        &tokens,
        format!("read {READ}\nwrite {WRITE}\nadmin {ADMIN}\n"),
    )
    .unwrap();
    Server::start(&[&["--token-file", tokens.to_str().unwrap()], options].concat())
}

/// Each endpoint states its role, and lets in those who have it or a higher one.
#[tokio::test]
async fn each_endpoint_lets_in_its_role() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &[]);
    let api = Api::new(&server, None).await;
    let clients = [None, Some(UNKNOWN), Some(READ), Some(WRITE), Some(ADMIN)];
    let clients = clients.map(|token| api.with_token(token));
    let mut endpoints = 0;
    for (path, methods) in api.description["paths"].as_object().unwrap() {
        for (name, endpoint) in methods.as_object().unwrap() {
            let method: Method = name.to_uppercase().parse().unwrap();
            let first = match endpoint["x-role"].as_str() {
                None => 0,
                Some("read") => 2,
                Some("write") => 3,
                Some("admin") => 4,
                Some(other) => panic!("{other}"),
            };
            for (index, client) in clients.iter().enumerate() {
                // Wrong for every endpoint, so that it is let in and changes nothing.
                let target = format!("{path}?unknown=1");
                let mut request = client.request(method.clone(), &target);
                if method != Method::GET {
                    request = with_json(request, &json!({}));
                }
                let answer = client.send(method.clone(), &target, request).await;
                let expected = match index {
                    _ if index >= first => (422, "invalid"),
                    0 | 1 => (401, "token_needed"),
                    _ => (403, "role_too_low"),
                };
                assert_eq!(
                    (answer.status, answer.code()),
                    expected,
                    "{name} {path} {index}"
                );
            }
            endpoints += 1;
        }
    }
    assert!(endpoints >= 15);

    let refused = clients[0]
        .request(Method::GET, "/v1/users")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn another_policy_needs_an_admin_among_operations_too() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &[]);
    let api = Api::new(&server, Some(WRITE)).await;
    let adopt = json!({"adopt_policy": {"policy": {"profile": "discord"}}});
    let operations = json!([{"add_user": {"name": "ann"}}, adopt]);
    let answer = api.operate(operations.clone()).await;
    assert_eq!((answer.status, answer.code()), (403, "role_too_low"));
    assert_eq!(answer.body["pointer"], "/operations/1");
    let api = api.with_token(Some(ADMIN));
    assert_eq!(api.get("/v1/users").await.body["total"], 0);
    assert_eq!(api.operate(operations).await.body["done"], true);
}

#[tokio::test]
async fn tokens_are_read_again() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &[]);
    let api = Api::new(&server, Some(WRITE)).await;
    api.join(&["ann"]).await;
    fs::write(home.path().join("tokens"), format!("read {WRITE}\n")).unwrap();
    server.signal("-HUP");
    let status = async || {
        api.operate(json!([{"add_user": {"name": "ben"}}]))
            .await
            .status
    };
    while status().await == 200 {
        api.operate(json!([{"remove_user": {"name": "ben"}}])).await;
    }
    assert_eq!(status().await, 403);
    assert_eq!(api.get("/v1/users").await.status, 200);
    let gone = api.with_token(Some(ADMIN)).get("/v1/users").await;
    assert_eq!(gone.body["code"], Value::from("token_needed"));
}

/// A stream ends with its token.
#[tokio::test]
async fn a_token_that_is_gone_ends_its_streams() {
    let home = tempfile::tempdir().unwrap();
    let server = start(&home, &[]);
    let api = Api::new(&server, Some(READ)).await;
    let follow = async |token| {
        let api = api.with_token(Some(token));
        let mut response = api
            .request(Method::GET, "/v1/changes")
            .send()
            .await
            .unwrap();
        assert!(response.chunk().await.unwrap().is_some());
        response
    };
    let (mut stays, mut ends) = (follow(WRITE).await, follow(READ).await);
    fs::write(home.path().join("tokens"), format!("write {WRITE}\n")).unwrap();
    server.signal("-HUP");
    assert_eq!(ends.chunk().await.unwrap(), None);
    assert_eq!(api.get("/v1/users").await.code(), "token_needed");
    api.with_token(Some(WRITE)).join(&["ann"]).await;
    assert!(stays.chunk().await.unwrap().is_some());
}
