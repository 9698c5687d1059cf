//! Calls of the walk, and their comparison with what the model has.

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::{Walk, shortened};
use crate::client::{Signer, v1_request};

/// A request to `/v1`.
#[derive(Clone, Debug)]
pub(super) struct Request {
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

/// A reply of `/v1`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Without the position.
    pub(super) body: Value,
    pub(super) position: Option<String>,
}

impl Request {
    pub(super) fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(super) fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    pub(super) fn post(target: impl Into<String>, body: &Value) -> Self {
        Self::new("POST", target).with_body(body.to_string())
    }

    pub(super) fn put(target: impl Into<String>, body: &Value) -> Self {
        Self::new("PUT", target).with_body(body.to_string())
    }

    pub(super) fn with_body(self, body: String) -> Self {
        let body = Some(body);
        Self { body, ..self }
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        v1_request(self.method, &self.target, &headers, self.body.as_deref())
    }

    /// Returns the request as a line.
    pub(super) fn line(&self) -> String {
        let mut line = format!("{} {}", self.method, self.target);
        for (name, value) in &self.headers {
            line.extend([" [", name, ": ", value, "]"]);
        }
        line + " " + self.body.as_deref().unwrap_or_default()
    }
}

/// Where a reply has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// At the last entry: nothing changed.
    Last,
    /// At a new entry.
    New,
}

impl Walk {
    /// Sends a request to `/v1`. Nothing is known of its position.
    pub(super) fn v1_anywhere(&mut self, request: &Request) -> Result<Reply, String> {
        let line = request.line();
        let failed = |error: String| format!("{error}: {}", shortened(&line));
        let response = self.connection.exchange(&request.bytes());
        let response = response.map_err(|error| failed(error.to_string()))?;
        let body = serde_json::from_slice(&response.body);
        let mut body: Value = body.map_err(|error| failed(error.to_string()))?;

        let status = response.status;
        self.note(&line, status, &body);
        let kind = match status {
            200 => "application/json",
            _ => "application/problem+json",
        };
        if response.content_type != kind || (status != 200 && body["status"] != status) {
            let found = json!({"status": status, "content_type": response.content_type});
            return Err(self.difference(&line, &found, &json!({"content_type": kind})));
        }

        if let Some(plant) = &mut self.plant {
            plant.change(&mut body);
        }
        let position = body
            .as_object_mut()
            .and_then(|fields| fields.remove("position"));
        let position = position.and_then(|it| it.as_str().map(str::to_owned));
        Ok(Reply {
            status,
            body,
            position,
        })
    }

    /// Sends a request to `/v1` that has to be answered with this reply.
    pub(super) fn v1(&mut self, request: &Request, expected: &Value, at: At) -> Result<(), String> {
        self.v1_reply(request, expected, at).map(drop)
    }

    /// Sends a request to `/v1` that has to be answered with this reply, and returns the reply.
    pub(super) fn v1_reply(
        &mut self,
        request: &Request,
        expected: &Value,
        at: At,
    ) -> Result<Reply, String> {
        let reply = self.v1_anywhere(request)?;
        self.number += u64::from(at == At::New);
        self.compare_reply(request, &reply, expected)?;
        Ok(reply)
    }

    /// Compares a reply, and its position with the walk's.
    pub(super) fn compare_reply(
        &self,
        request: &Request,
        reply: &Reply,
        expected: &Value,
    ) -> Result<(), String> {
        let here = Some(self.here());
        if reply.status == 200 && reply.position != here {
            let (found, here) = (json!(reply.position), json!(here));
            return Err(self.difference(&request.line(), &found, &here));
        }
        let mut body = reply.body.clone();
        let are_texts_there = take_texts(&mut body);
        if body != *expected || reply.status != 200 || !are_texts_there {
            return Err(self.difference(&request.line(), &reply.body, expected));
        }
        Ok(())
    }

    /// Sends a request to `/v1` that has to be refused with this problem.
    pub(super) fn v1_problem(
        &mut self,
        request: &Request,
        status: u16,
        expected: &Value,
    ) -> Result<(), String> {
        let reply = self.v1_anywhere(request)?;
        self.compare_problem(request, &reply, status, expected)
    }

    /// Compares the fields of a problem that programs read.
    pub(super) fn compare_problem(
        &self,
        request: &Request,
        reply: &Reply,
        status: u16,
        expected: &Value,
    ) -> Result<(), String> {
        let mut problem = reply.body.clone();
        if let Some(fields) = problem.as_object_mut() {
            let expected_type = format!(
                "urn:socialgraph:problem:{}",
                expected["code"].as_str().unwrap_or_default()
            );
            let has_texts = fields.get("type") == Some(&expected_type.into())
                && ["title", "detail"]
                    .iter()
                    .all(|it| fields.get(*it).is_some_and(is_text));
            if has_texts {
                fields.retain(|name, _| !matches!(&**name, "type" | "title" | "status" | "detail"));
            }
        }
        if reply.status != status || problem != *expected {
            let mut expected = expected.clone();
            expected["status"] = status.into();
            return Err(self.difference(&request.line(), &reply.body, &expected));
        }
        Ok(())
    }

    /// Makes a call to the vendor's interface in an account's name, and returns the reply.
    pub(super) fn v4(
        &mut self,
        signer: &Signer,
        command: Command,
        body: &Value,
    ) -> Result<Value, String> {
        let line = format!("{} {body}", command.path());
        let failed = |error: String| format!("{error}: {}", shortened(&line));
        let request = signer.request(command, body);
        let reply = crate::client::send(&mut self.connection, &request);
        let reply = reply.map_err(|error| failed(error.to_string()))?;
        let mut reply =
            serde_json::from_slice(&reply).map_err(|error| failed(error.to_string()))?;
        self.note(&line, 200, &reply);
        if let Some(plant) = &mut self.plant {
            plant.change(&mut reply);
        }
        Ok(reply)
    }

    /// Returns the position at which the server has to be.
    pub(super) fn here(&self) -> String {
        format!("{}-{}", self.epoch, self.number)
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// Takes the texts for people out of a reply. Returns whether none of them is empty.
fn take_texts(value: &mut Value) -> bool {
    let mut are_there = true;
    match value {
        Value::Object(fields) => {
            for name in ["text", "detail"] {
                are_there &= fields.remove(name).is_none_or(|text| is_text(&text));
            }
            for inner in fields.values_mut() {
                are_there &= take_texts(inner);
            }
        }
        Value::Array(items) => {
            for inner in items {
                are_there &= take_texts(inner);
            }
        }
        _ => {}
    }
    are_there
}
