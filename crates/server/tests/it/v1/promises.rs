//! Each problem that the description promises is provoked at its endpoint.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, with_json};
use crate::fixtures::Server;

/// Problems that other tests provoke, or that no request can provoke.
const ELSEWHERE: [&str; 12] = [
    // Bodies, hosts, tokens: the same for every endpoint, before it is asked.
    "body_incomplete",
    "body_too_large",
    "too_many_requests",
    "wrong_host",
    "token_needed",
    "role_too_low",
    // They need a lack of memory or of disk, or a million entries.
    "no_room",
    "unavailable",
    "already_done",
    "key_too_old",
    "outcome_unknown",
    "internal",
];

/// An endpoint, with a query and a body that are right.
struct Endpoint<'a> {
    api: &'a Api,
    method: Method,
    path: &'a str,
    query: String,
    body: Value,
    codes: &'a Value,
}

impl Endpoint<'_> {
    fn has(&self, code: &str) -> bool {
        self.codes.as_array().unwrap().contains(&code.into())
    }

    /// Sends a request with more in its query.
    async fn ask(&self, more: &str) {
        self.send(more, &self.body, None).await;
    }

    async fn send(&self, more: &str, body: &Value, header: Option<(&str, &str)>) {
        let target = format!("{}?{}&{more}", self.path, self.query);
        let target = target.trim_end_matches('&');
        let mut request = self.api.request(self.method.clone(), target);
        if self.method != Method::GET {
            request = with_json(request, body);
        }
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        self.api.send(self.method.clone(), target, request).await;
    }

    /// Provokes what every endpoint may answer with.
    async fn provoke_common(&self) {
        self.ask("unknown=1").await;
        self.ask("unknown=%ff").await;
        if self.method != Method::GET {
            let undeclared = self.api.request(self.method.clone(), self.path).body("{}");
            self.api
                .send(self.method.clone(), self.path, undeclared)
                .await;
        }
    }

    /// Provokes what queries may answer with.
    async fn provoke_of_query(&self, epoch: &str) {
        if self.has("behind") {
            self.ask(&format!("at_least={epoch}-999")).await;
            self.ask("at_least=00000000deadbeef-1").await;
        }
        if self.has("reply_too_large") {
            let more = if self.path == "/v1/decide" {
                "texts=true"
            } else {
                ""
            };
            self.ask(more).await;
        }
        if self.has("unknown_user") {
            let zed = json!({"user": "zed", "members": ["ann"]});
            let query = match self.path {
                "/v1/user" => "name=zed",
                "/v1/list" => "user=zed&list=friends",
                "/v1/relation" => "actor=zed&target=ann",
                _ => "",
            };
            let unknown = Endpoint {
                query: query.to_owned(),
                method: self.method.clone(),
                body: Value::Null,
                ..*self
            };
            unknown.send("", &zed, None).await;
        }
    }

    /// Provokes what proposals may answer with.
    async fn provoke_of_proposal(&self, here: &str) {
        let (epoch, _) = here.split_once('-').unwrap();
        let key = |position: &str, nonce: usize| format!("{position}-{nonce:032x}");
        let first = key(here, self.path.len());
        let first = Some(("Idempotency-Key", &*first));
        let other = match self.path {
            "/v1/policy" => json!({"policy": {"profile": "discord"}}),
            _ => json!({"operations": [{"add_user": {"name": "dan"}}]}),
        };
        self.send("", &self.body, first).await;
        self.send("", &other, first).await;
        let future = key(&format!("{epoch}-999999"), 99);
        self.send("", &self.body, Some(("Idempotency-Key", &future)))
            .await;
        if self.has("nothing_done") {
            let taken = json!({"add_user": {"name": "ann"}});
            let taken = json!({"operations": [taken], "all_or_nothing": true});
            self.send("", &taken, None).await;
        }
    }
}

/// Returns a body for each endpoint that takes one. Replies to long names have more than 4 KiB.
fn body(path: &str, longs: &[String]) -> Value {
    let question = json!({"question": "message", "actor": "ann", "target": longs[0]});
    match path {
        "/v1/decide" => json!({"questions": vec![question; 60]}),
        "/v1/audience" => json!({"interaction": "call", "actor": "ann", "targets": longs}),
        "/v1/visible_senders" => {
            json!({"interaction": "call", "recipient": "ann", "senders": longs})
        }
        "/v1/conflicts" => json!({"user": longs[0], "members": longs}),
        "/v1/operations" => json!({"operations": [{"add_user": {"name": "cyd"}}]}),
        "/v1/policy" => json!({"policy": {"profile": "tencent_rest"}}),
        "/v1/backup" => json!({"name": "one"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_promised_problem_is_kept() {
    let server = Server::start(&["--max-reply-bytes", "4096"]);
    let api = Api::new(&server, None).await;
    let long = format!("{}{}", "\u{1}".repeat(1_000), "n".repeat(2_000));
    let longs: Vec<String> = (0..3).map(|it| format!("{long}{it}")).collect();
    let names = longs.iter().map(String::as_str).chain(["ann", "ben"]);
    let here = api.join(&names.collect::<Vec<_>>()).await.position();
    let block = json!({"act_on_many": {"action": "block", "actor": longs[0], "targets": longs}});
    api.operate(json!([block])).await;
    let encoded = longs[0].replace('\u{1}', "%01");

    for (path, methods) in api.description["paths"].as_object().unwrap() {
        for (name, endpoint) in methods.as_object().unwrap() {
            let query = match &**path {
                "/v1/user" => format!("name={encoded}"),
                "/v1/list" => format!("user={encoded}&list=blocklist"),
                "/v1/relation" => "actor=ann&target=ben".to_owned(),
                _ => String::new(),
            };
            let endpoint = Endpoint {
                api: &api,
                method: name.to_uppercase().parse().unwrap(),
                path,
                query,
                body: body(path, &longs),
                codes: &endpoint["x-codes"],
            };
            endpoint.provoke_common().await;
            if path == "/v1/changes" {
                // What is right never ends.
                endpoint.ask("after=00000000deadbeef-1").await;
                continue;
            }
            endpoint
                .provoke_of_query(here.split_once('-').unwrap().0)
                .await;
            if endpoint.has("key_reused") {
                endpoint.provoke_of_proposal(&here).await;
            }
            if endpoint.has("backup_refused") {
                endpoint.ask("").await;
            }
        }
    }
    let missing = missing(&api);
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Returns what is promised, and was not provoked.
fn missing(api: &Api) -> BTreeSet<(String, String)> {
    let mut missing = BTreeSet::new();
    let provoked = api.provoked.lock().unwrap();
    for (path, methods) in api.description["paths"].as_object().unwrap() {
        for (method, endpoint) in methods.as_object().unwrap() {
            for code in endpoint["x-codes"].as_array().unwrap() {
                let code = code.as_str().unwrap();
                let pair = (format!("{method} {path}"), code.to_owned());
                if !ELSEWHERE.contains(&code) && !provoked.contains(&pair) {
                    missing.insert(pair);
                }
            }
        }
    }
    missing
}
