//! The adapter of a system in Rust.

use std::convert::Infallible;

use socialgraph::{Action, Operation, Policy};
use socialgraph_testkit::conformance::{Answer, Engine, Extras, Reply, System};
use socialgraph_testkit::protocol::{Hello, OperationKind, serve};

use super::served;

#[test]
fn every_request_has_a_reply_of_its_form() {
    let hello = Hello::everything("the engine");
    let replies = served(
        &hello,
        &[
            r#"{"reset": {}}"#,
            r#"{"apply": {"add_user": {"name": "ann"}}}"#,
            r#"{"apply": {"add_user": {"name": "ann"}}}"#,
            r#"{"apply": {"add_user": {"name": "ben"}}}"#,
            r#"{"apply": {"act_on_many": {"action": "block", "actor": "ann", "targets": ["ben", "cyd"]}}}"#,
            r#"{"ask": {"question": "message", "actor": "ben", "target": "ann"}}"#,
            r#"{"ask": {"question": "presence", "actor": "ann", "target": "ben"}}"#,
            r#"{"ask": {"question": "send_request", "actor": "ben", "target": "ann"}}"#,
            r#"{"list": {"user": "ann", "list": "blocklist"}}"#,
            r#"{"page": {"user": "ann", "list": "blocklist", "from": null, "limit": 1}}"#,
            r#"{"page": {"user": "ann", "list": "blocklist", "limit": 2}}"#,
            r#"{"at_once": [{"act": {"action": "unblock", "actor": "ann", "target": "ben"}}, {"act": {"action": {"add_friend": "one_way"}, "actor": "ben", "target": "ann"}}]}"#,
        ],
    );
    assert_eq!(
        replies,
        [
            r"{}",
            r#"{"done":true}"#,
            r#"{"done":false}"#,
            r#"{"done":true}"#,
            r#"{"done":true,"each":[{"done":true},{"done":false,"notice":"told","reasons":["unknown_target"]}]}"#,
            r#"{"allowed":false,"notice":"silent","reasons":["target_blocks"]}"#,
            r#"{"allowed":true}"#,
            r#"{"allowed":false,"notice":"told","reasons":["target_blocks"]}"#,
            r#"{"users":["ben"]}"#,
            r#"{"users":["ben"],"next":null}"#,
            r#"{"users":["ben"],"next":null}"#,
            r#"{"both":[{"done":true},{"done":true}]}"#,
        ]
    );
}

#[test]
fn what_the_hello_does_not_name_is_not_offered() {
    let mut hello = Hello::new("the engine");
    let replies = served(
        &hello,
        &[
            r#"{"apply": {"remove_user": {"name": "ann"}}}"#,
            r#"{"ask": {"question": "call", "actor": "ben", "target": "ann"}}"#,
            r#"{"list": {"user": "ann", "list": "friends"}}"#,
            r#"{"page": {"user": "ann", "list": "friends", "limit": 1}}"#,
            r#"{"at_once": [{"add_user": {"name": "ann"}}, {"add_user": {"name": "ben"}}]}"#,
        ],
    );
    assert_eq!(replies, [r#"{"not_offered":true}"#; 5]);

    hello.at_once = true;
    let replies = served(
        &hello,
        &[
            r#"{"at_once": [{"add_user": {"name": "ann"}}, {"remove_user": {"name": "ben"}}]}"#,
            r#"{"at_once": [{"add_user": {"name": "ann"}}, {"add_user": {"name": "ben"}}]}"#,
        ],
    );
    let both = r#"{"both":[{"done":true},{"done":true}]}"#;
    assert_eq!(replies, [r#"{"not_offered":true}"#, both]);
}

#[test]
fn a_request_that_is_wrong_is_an_error_that_names_it() {
    let hello = Hello::everything("the engine");
    let requests = [
        (
            "block ann",
            "`block ann` is no request: expected value at line 1 column 1",
        ),
        (
            r#"{"rest": {}}"#,
            "unknown variant `rest`, expected one of `hello`, `reset`, `apply`",
        ),
        (r#"{"reset": {"all": true}}"#, "unknown field `all`"),
        (
            r#"{"ask": {"question": "block", "actor": "ann", "target": "ben"}}"#,
            "`block` is no question: they are `message`, `call`",
        ),
        (
            r#"{"ask": {"question": "mesage", "actor": "ann", "target": "ben"}}"#,
            "`mesage` is no question; did you mean `message`?",
        ),
        (
            r#"{"apply": {"act": {"action": "block", "actor": "ann", "target": "ben", "at": 1}}}"#,
            "unknown field `at`",
        ),
        (
            r#"{"hello": {"protocol": 2, "policy": {"profile": "wire"}}}"#,
            "the protocol is version 1, and not 2",
        ),
    ];
    let replies = served(&hello, &requests.map(|(request, _)| request));
    for (reply, (_, expected)) in replies.iter().zip(requests) {
        let reply: serde_json::Value = serde_json::from_str(reply).unwrap();
        let error = reply["error"].as_str().unwrap();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(replies.len(), requests.len());
}

/// A system that fails, and that has nothing optional.
struct Failing;

impl System for Failing {
    type Error = String;

    fn reset(&mut self) -> Result<(), String> {
        Err("no database".to_owned())
    }

    fn apply(&mut self, _: &Operation) -> Result<Reply, String> {
        Ok(Reply::NotOffered)
    }

    fn can_message(&mut self, _: &str, _: &str) -> Result<Answer, String> {
        Ok(Answer::REFUSED)
    }
}

#[test]
fn an_error_of_the_system_is_a_reply_and_the_next_request_is_read() {
    let input = br#"{"reset": {}}
{"hello": {"protocol": 1, "policy": {"profile": "wire"}}}
{"reset": {}}
{"apply": {"add_user": {"name": "ann"}}}
{"ask": {"question": "message", "actor": "ann", "target": "ben"}}
{"ask": {"question": "call", "actor": "ann", "target": "ben"}}"#;
    let mut output = Vec::new();
    let hello = Hello::everything("failing");
    serve(|_| Ok(Failing), &hello, &input[..], &mut output).unwrap();

    let output = String::from_utf8(output).unwrap();
    let replies: Vec<&str> = output.lines().collect();
    assert_eq!(
        replies[0],
        r#"{"error":"the first request is `hello`, and not `reset`"}"#
    );
    assert!(replies[1].starts_with(r#"{"protocol":1,"name":"failing","#));
    assert_eq!(
        replies[2..],
        [
            r#"{"error":"no database"}"#,
            r#"{"not_offered":true}"#,
            r#"{"allowed":false}"#,
            r#"{"not_offered":true}"#,
        ]
    );
}

/// Two operations at once: the server lacks one of them after all.
struct Picky(Engine);

impl System for Picky {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        self.0.reset()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        self.0.apply(operation)
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        self.0.can_message(actor, target)
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Picky {
    type Error = Infallible;

    fn apply_concurrently(
        &mut self,
        first: &Operation,
        _: &Operation,
    ) -> Result<Option<[Reply; 2]>, Infallible> {
        Ok(Some([self.0.apply(first)?, Reply::NotOffered]))
    }
}

#[test]
fn one_of_two_operations_may_not_be_offered() {
    let mut hello = Hello::new("picky");
    hello.operations.insert(OperationKind::Act(Action::Block));
    hello.at_once = true;
    let input = br#"{"hello": {"protocol": 1, "policy": {"profile": "wire"}}}
{"at_once": [{"add_user": {"name": "ann"}}, {"add_user": {"name": "ben"}}]}"#;
    let mut output = Vec::new();
    let set_up = |policy: &Policy| Ok(Picky(Engine::new(*policy)));
    serve(set_up, &hello, &input[..], &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    let reply = output.lines().nth(1).unwrap();
    assert_eq!(reply, r#"{"both":[{"done":true},{"not_offered":true}]}"#);
}
