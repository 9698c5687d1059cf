//! A client of `/v1`, which holds every response against the server's own description.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::fixtures::{Server, client};

/// A client with a token, or without.
pub(super) struct Api {
    pub(super) client: Client,
    address: String,
    pub(super) token: Option<&'static str>,
    pub(super) description: Value,
    /// The problems that the server has answered with: method and path, and code.
    pub(super) provoked: Mutex<BTreeSet<(String, String)>>,
}

/// A response: its status and its JSON.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answer {
    /// Returns the code of a problem.
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("ok")
    }

    pub(super) fn position(&self) -> String {
        self.body["position"].as_str().unwrap().to_owned()
    }
}

impl Api {
    pub(super) async fn new(server: &Server, token: Option<&'static str>) -> Self {
        let client = client();
        let url = format!("{}/v1/openapi.json", server.address);
        let response = client.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let description = json_of(response).await;
        Self {
            client,
            address: server.address.clone(),
            token,
            description,
            provoked: Mutex::default(),
        }
    }

    /// Returns a client with another token.
    pub(super) fn with_token(&self, token: Option<&'static str>) -> Self {
        Self {
            client: self.client.clone(),
            address: self.address.clone(),
            token,
            description: self.description.clone(),
            provoked: Mutex::default(),
        }
    }

    pub(super) fn request(&self, method: Method, target: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{target}", self.address));
        match self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(super) async fn get(&self, target: &str) -> Answer {
        self.send(Method::GET, target, self.request(Method::GET, target))
            .await
    }

    pub(super) async fn post(&self, target: &str, body: &Value) -> Answer {
        self.with_body(Method::POST, target, body).await
    }

    pub(super) async fn put(&self, target: &str, body: &Value) -> Answer {
        self.with_body(Method::PUT, target, body).await
    }

    async fn with_body(&self, method: Method, target: &str, body: &Value) -> Answer {
        let request = with_json(self.request(method.clone(), target), body);
        self.send(method, target, request).await
    }

    /// Applies operations under a key.
    pub(super) async fn operate_as(&self, key: &str, operations: &Value) -> Answer {
        let target = "/v1/operations";
        let request = self
            .request(Method::POST, target)
            .header("Idempotency-Key", key);
        let body = json!({"operations": operations});
        self.send(Method::POST, target, with_json(request, &body))
            .await
    }

    /// Applies operations.
    pub(super) async fn operate(&self, operations: Value) -> Answer {
        self.post("/v1/operations", &json!({"operations": operations}))
            .await
    }

    /// Adds users.
    pub(super) async fn join(&self, names: &[&str]) -> Answer {
        let join = |name: &&str| json!({"add_user": {"name": name}});
        let answer = self.operate(names.iter().map(join).collect()).await;
        assert_eq!(answer.body["done"], true, "{answer:?}");
        answer
    }

    /// Applies an action of one user to another.
    pub(super) async fn act(&self, action: &Value, actor: &str, target: &str) -> Answer {
        self.operate(json!([act(action, actor, target)])).await
    }

    /// Sends a request. Its response has to be as the description says.
    pub(super) async fn send(
        &self,
        method: Method,
        target: &str,
        request: RequestBuilder,
    ) -> Answer {
        let response = request.send().await.unwrap();
        self.checked(&method, target, response).await
    }

    pub(super) async fn checked(
        &self,
        method: &Method,
        target: &str,
        response: Response,
    ) -> Answer {
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let body = json_of(response).await;
        let path = target.split('?').next().unwrap();
        let method = method.as_str().to_lowercase();
        let endpoint = &self.description["paths"][path][&*method];
        if !endpoint.is_null() {
            let what = format!("{method} {path}: {status} {body}");
            let content = &endpoint["responses"][status.to_string()]["content"];
            let schema = &content[&*kind]["schema"];
            assert!(!schema.is_null(), "{what}: not in the description");
            self.validate(schema, &body, &what);
            if let Some(code) = body["code"].as_str() {
                let codes = endpoint["x-codes"].as_array().unwrap();
                assert!(
                    codes.contains(&code.into()),
                    "{what}: the code is not described"
                );
                let mut provoked = self.provoked.lock().unwrap();
                provoked.insert((format!("{method} {path}"), code.to_owned()));
            }
        }
        Answer { status, body }
    }

    /// Checks a value against a schema of the description.
    pub(super) fn validate(&self, schema: &Value, value: &Value, what: &str) {
        let errors = self.errors(schema, value);
        assert!(errors.is_empty(), "{what}\n{errors}");
    }

    /// Returns what a schema of the description has against a value.
    pub(super) fn errors(&self, schema: &Value, value: &Value) -> String {
        let mut schema = schema.clone();
        schema["components"] = self.description["components"].clone();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let mut errors = String::new();
        for error in validator.iter_errors(value) {
            writeln!(errors, "{}: {error}", error.instance_path()).unwrap();
        }
        errors
    }
}

/// Gives a request a body.
pub(super) fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    let request = request.header("Content-Type", "application/json");
    request.body(body.to_string())
}

pub(super) async fn json_of(response: Response) -> Value {
    let bytes = response.bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {bytes:?}"))
}

pub(super) fn act(action: &Value, actor: &str, target: &str) -> Value {
    json!({"act": {"action": action, "actor": actor, "target": target}})
}
