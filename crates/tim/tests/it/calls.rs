//! Calls before the service handles them: denials of the app, unknown fields, typed requests.

use serde_json::{Value, json};
use socialgraph::{Relation, Verdict};
use socialgraph_tim::wire::{
    AccountImport, AddFriendItem, BlackListAdd, Callback, CallbackReply, FriendAdd, SendMessage,
};
use socialgraph_tim::{Call, Caller, Code, Command, HttpRequest, UpdateCall};

use super::bodies::add;
use super::fixtures::{ADMIN, App, admin, item_codes, now, target};

/// Returns an admitted `friend_add`.
fn admit(app: &App, identifier: &str, body: &Value) -> UpdateCall {
    let (target, body) = (
        target(Command::FriendAdd, identifier, now()),
        body.to_string(),
    );
    match app
        .gateway
        .admit(&HttpRequest::new("POST", &target, body.as_bytes()), now())
    {
        Ok(Call::Update(call)) => call,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_app_may_deny_beforehand() {
    let mut app = App::new(&["a", "b", "c"]);
    let body = add("a", &["b", "c"]);
    assert_eq!(admit(&app, ADMIN, &body).prev_callback(now()), None);
    let mut call = admit(&app, "a", &body);
    assert!(matches!(
        call.prev_callback(now()),
        Some(Callback::PrevFriendAdd(_))
    ));
    let verdicts = json!({
        "ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "",
        "ResultItem": [
            {"To_Account": "b", "ResultCode": 38000, "ResultInfo": "not today"},
            {"To_Account": "c", "ResultCode": 0, "ResultInfo": ""},
        ],
    });
    call.deny(serde_json::from_value::<CallbackReply>(verdicts).unwrap());
    let reply: Value =
        serde_json::from_slice(&app.service.handle(&call.into(), now()).body).unwrap();
    assert_eq!(item_codes(&reply), [38000, 30539]);
    assert_eq!(reply["ResultItem"][0]["ResultInfo"], "not today");
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS);
}

#[test]
fn an_answer_about_others_adds_nothing_to_a_call() {
    let app = App::new(&["a", "b"]);
    let answer = |account: &str| {
        let item = json!({"To_Account": account, "ResultCode": 38000, "ResultInfo": "no"});
        serde_json::from_value::<CallbackReply>(json!({"ResultItem": [item]})).unwrap()
    };
    let mut call = admit(&app, "a", &add("a", &["b"]));
    let before = call.clone();
    call.deny(answer("c"));
    call.deny(answer("a"));
    assert_eq!(call, before);
    call.deny(answer("b"));
    assert_ne!(call, before);
}

#[test]
fn only_an_apps_own_codes_deny() {
    let mut app = App::new(&["a", "b"]);
    let body = add("a", &["b"]);
    // A user who acts for another is refused without asking the app.
    assert_eq!(admit(&app, "b", &body).prev_callback(now()), None);
    for (code, expected) in [(1, 38000), (38500, 38500), (39000, 39000), (39001, 38000)] {
        let mut call = admit(&app, "a", &body);
        let item = json!({"To_Account": "b", "ResultCode": code, "ResultInfo": ""});
        call.deny(serde_json::from_value(json!({"ResultItem": [item]})).unwrap());
        let reply: Value =
            serde_json::from_slice(&app.service.handle(&call.into(), now()).body).unwrap();
        assert_eq!(item_codes(&reply), [expected]);
    }
}

#[test]
fn typed_requests_need_no_gateway() {
    let mut app = App::new(&["a"]);
    let import = AccountImport {
        user_id: "b".into(),
        ..AccountImport::default()
    };
    app.service.run(&import, &admin(), now()).unwrap();
    let item = AddFriendItem {
        to_account: "b".into(),
        add_source: Some("AddSource_Type_Test".into()),
        ..AddFriendItem::default()
    };
    let add = FriendAdd {
        from_account: "a".into(),
        add_friend_item: vec![item],
        ..FriendAdd::default()
    };
    let done = app.service.run(&add, &Caller::user("a"), now()).unwrap();
    assert_eq!(done.response.fail_account, ["b"]);
    let failure = app
        .service
        .run(&add, &Caller::user("b"), now())
        .unwrap_err();
    assert_eq!(failure.code(), Code::AdminRequired);
    assert_eq!(failure.info(), "admin required");
    assert_eq!(
        failure.to_string(),
        r#"30004 admin required: "b" is no admin"#
    );

    let block = BlackListAdd {
        from_account: "b".into(),
        to_account: vec!["a".into()],
    };
    app.service.run(&block, &Caller::user("b"), now()).unwrap();
    let message = SendMessage {
        to_account: Some("b".into()),
        ..SendMessage::default()
    };
    let sent = app
        .service
        .run_query(&message, &Caller::user("a"), now())
        .unwrap();
    assert_eq!(sent.decision.unwrap().verdict(), Verdict::RefusedSilently);
}

#[test]
fn unknown_fields_are_ignored() {
    let mut app = App::new(&["a", "b"]);
    let body = json!({
        "From_Account": "a", "To_Account": ["b"], "Ext": {"UserID": 5}, "Exts": [{"UserID": 5}],
    });
    assert_eq!(app.done("a", Command::BlackListAdd, &body).0, [0]);
}

#[test]
fn details_do_not_repeat_whole_requests() {
    let mut app = App::new(&[]);
    let body = json!({"From_Account": "x".repeat(60_000), "To_Account": ["b"]});
    let reply = app.reply(ADMIN, Command::BlackListAdd, &body);
    assert_eq!(reply.code, Code::UnknownAccount);
    assert!(reply.detail.len() <= 200 && reply.detail.contains("xxx"));
}
