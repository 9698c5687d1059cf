//! The requests to `/v1`.

use serde_json::{Value, json};
use socialgraph::{Action, Interaction, Operation, Question};

use super::{MANY, name, names};
use crate::client::v1_request;

/// The calls of a connection before they come again.
const CALLS: usize = 10;

/// A question with its actor and its target.
pub(super) type Asked = (Question, String, String);

/// Returns the questions of a connection's calls.
pub(super) fn questions(connection: usize, count: usize) -> Vec<Vec<Asked>> {
    let asked = |number: usize| {
        let question = Question::ALL[number % Question::ALL.len()];
        // Some are about a user who blocks a thousand.
        let actor = if number.is_multiple_of(8) {
            "blocker".to_owned()
        } else {
            name(number * 13)
        };
        (question, actor, name(number * 7 + 1))
    };
    let call = |call: usize| {
        let first = (connection * CALLS + call) * count;
        (first..first + count).map(asked).collect()
    };
    (0..CALLS).map(call).collect()
}

fn post(path: &str, body: &Value) -> Vec<u8> {
    v1_request("POST", path, &[], Some(&body.to_string()))
}

pub(super) fn decide(connection: usize, count: usize) -> Vec<Vec<u8>> {
    let calls = questions(connection, count);
    let call = |asked: &Vec<Asked>| {
        let question = |(question, actor, target): &Asked| json!({"question": question.name(), "actor": actor, "target": target});
        let questions: Vec<_> = asked.iter().map(question).collect();
        post("/v1/decide", &json!({"questions": questions}))
    };
    calls.iter().map(call).collect()
}

pub(super) fn audience(connection: usize) -> Vec<Vec<u8>> {
    let call = |number: usize| {
        let body = json!({
            "interaction": Interaction::Message.name(),
            "actor": name(connection),
            "targets": names(number * 97, MANY),
        });
        post("/v1/audience", &body)
    };
    (connection + 1..=connection + CALLS).map(call).collect()
}

/// Returns calls that block and unblock in turn, so that each changes what it names.
fn blocks(operations: impl Fn(Action, usize) -> Vec<Operation>) -> Vec<Vec<u8>> {
    let call = |step: usize| {
        let action = [Action::Block, Action::Unblock][step % 2];
        let body = json!({"operations": operations(action, step / 2)});
        post("/v1/operations", &body)
    };
    (0..CALLS).map(call).collect()
}

/// Returns the user of a connection who acts. No other row's calls change the user's lists.
fn actor(connection: usize) -> String {
    name(500 + connection)
}

pub(super) fn act(connection: usize) -> Vec<Vec<u8>> {
    let actor = actor(connection);
    blocks(|action, pair| {
        let target = name(1_000 + pair);
        vec![Operation::act(action, &*actor, target)]
    })
}

pub(super) fn act_on_many(connection: usize) -> Vec<Vec<u8>> {
    let actor = actor(connection);
    blocks(|action, pair| {
        let targets = names(1_000 + pair * MANY, MANY);
        vec![Operation::act_on_many(action, &*actor, targets)]
    })
}

pub(super) fn operations(connection: usize) -> Vec<Vec<u8>> {
    let actor = actor(connection);
    blocks(|action, pair| {
        let targets = names(1_000 + pair * MANY, MANY);
        let act = |target: &String| Operation::act(action, &*actor, target);
        targets.iter().map(act).collect()
    })
}
