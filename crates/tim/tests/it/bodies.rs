//! Bodies of requests that many tests send, and short forms of their results.

use serde_json::{Value, json};
use socialgraph::Relation;
use socialgraph_tim::Command;
use socialgraph_tim::wire::Callback;

use super::fixtures::{App, item_codes};

pub(super) fn add(from: &str, to: &[&str]) -> Value {
    let item = |to: &&str| json!({"To_Account": to, "AddSource": "AddSource_Type_Test"});
    json!({"From_Account": from, "AddFriendItem": to.iter().map(item).collect::<Vec<_>>()})
}

pub(super) fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

pub(super) fn pair(from: &str, to: &str) -> Value {
    json!({"From_Account": from, "To_Account": [to]})
}

pub(super) fn message(to: &str) -> Value {
    json!({"To_Account": to, "MsgBody": []})
}

pub(super) fn answer(from: &str, to: &str, action: &str) -> Value {
    let action = format!("Response_Action_{action}");
    let item = json!({"To_Account": to, "ResponseAction": action, "Remark": "r", "TagName": "t"});
    json!({"From_Account": from, "ResponseFriendItem": [item]})
}

impl App {
    pub(super) fn relation(&self, from: &str, to: &str) -> Relation {
        self.service.graph().relation(from, to).unwrap()
    }

    /// Sends a request. Returns the codes of the items, and the callbacks.
    pub(super) fn done(
        &mut self,
        identifier: &str,
        command: Command,
        body: &Value,
    ) -> (Vec<u64>, Vec<Callback>) {
        let reply = self.reply(identifier, command, body);
        let json = serde_json::from_slice(&reply.body).unwrap();
        (item_codes(&json), reply.callbacks)
    }

    pub(super) fn fields(&mut self, from: &str, to: &str, tags: &[&str]) -> Value {
        let body = json!({"From_Account": from, "To_Account": [to], "TagList": tags});
        self.call(Command::FriendGetList, &body)["InfoItem"][0]["SnsProfileItem"].take()
    }
}

/// Returns the pairs of a callback as "from>to", followed by "/initiator" for friends.
pub(super) fn pairs(callback: &Callback) -> Vec<String> {
    let json = serde_json::to_value(callback).unwrap();
    let text = |pair: &Value, field: &str| pair[field].as_str().map(str::to_owned);
    let pairs = json["PairList"].as_array().unwrap().iter();
    pairs
        .map(|pair| {
            let [from, to] = ["From_Account", "To_Account"].map(|f| text(pair, f).unwrap());
            let by = text(pair, "Initiator_Account").map(|by| format!("/{by}"));
            format!("{from}>{to}{}", by.unwrap_or_default())
        })
        .collect()
}
