//! Any request has a well-formed reply, and one that fails changes nothing.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Value, json};
use socialgraph_tim::wire::Envelope;
use socialgraph_tim::{Code, Command};

use super::fixtures::{ADMIN, App, now, target};
use super::samples;

const NAMES: [&str; 7] = ["id", "id1", "id2", "id3", "UserID_3", "nobody", ""];

/// Generates any JSON, mostly of fields and values that the service interprets.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        prop::sample::select(&NAMES[..]).prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof![
            9 => prop::sample::select(&FIELDS[..]).prop_map(str::to_owned),
            1 => ".{0,10}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

const FIELDS: [&str; 22] = [
    "From_Account",
    "To_Account",
    "AddFriendItem",
    "AddSource",
    "AddType",
    "ForceAddFlags",
    "GroupName",
    "Remark",
    "UpdateItem",
    "SnsItem",
    "Tag",
    "Value",
    "DeleteType",
    "CheckType",
    "StartIndex",
    "MaxLimited",
    "LastSequence",
    "TagList",
    "ProfileItem",
    "UserID",
    "MsgBody",
    "ResponseFriendItem",
];

const WORDS: [&str; 10] = [
    "AddSource_Type_Web",
    "Add_Type_Single",
    "Delete_Type_Both",
    "CheckResult_Type_Both",
    "BlackCheckResult_Type_Single",
    "Tag_SNS_IM_Remark",
    "Tag_SNS_IM_Group",
    "Tag_Profile_IM_AllowType",
    "AllowType_Type_AllowAny",
    "Tag_SNS_Custom_Test",
];

/// Requests that succeed, most of them the vendor's samples.
fn request() -> impl Strategy<Value = (Command, Value)> {
    let requests = [
        (Command::AccountImport, samples::ACCOUNT_IMPORT),
        (Command::MultiaccountImport, samples::MULTIACCOUNT_IMPORT),
        (Command::AccountCheck, samples::ACCOUNT_CHECK),
        (Command::AccountDelete, samples::ACCOUNT_DELETE),
        (Command::PortraitSet, samples::PORTRAIT_SET),
        (Command::PortraitGet, samples::PORTRAIT_GET),
        (Command::FriendAdd, samples::FRIEND_ADD),
        (Command::FriendAdd, samples::FRIEND_ADD_SHORT),
        (Command::FriendImport, samples::FRIEND_IMPORT),
        (Command::FriendUpdate, samples::FRIEND_UPDATE),
        (Command::FriendDelete, samples::FRIEND_DELETE),
        (Command::FriendDeleteAll, samples::FRIEND_DELETE_ALL),
        (
            Command::FriendCheck,
            r#"{"From_Account":"id","To_Account":["id1"],"CheckType":"CheckResult_Type_Both"}"#,
        ),
        (
            Command::FriendGet,
            r#"{"From_Account":"id","StartIndex":0}"#,
        ),
        (
            Command::FriendGetList,
            r#"{"From_Account":"id","To_Account":["id1"],"TagList":["Tag_SNS_IM_Remark"]}"#,
        ),
        (
            Command::FriendResponse,
            r#"{"From_Account":"id1","ResponseFriendItem":[{"To_Account":"id","ResponseAction":"Response_Action_Agree"}]}"#,
        ),
        (Command::BlackListAdd, samples::BLACK_LIST_ADD),
        (Command::BlackListDelete, samples::BLACK_LIST_ADD),
        (Command::BlackListGet, samples::BLACK_LIST_GET),
        (
            Command::BlackListCheck,
            r#"{"From_Account":"id","To_Account":["id2"],"CheckType":"BlackCheckResult_Type_Both"}"#,
        ),
        (Command::GroupAdd, samples::GROUP_ADD),
        (
            Command::GroupDelete,
            r#"{"From_Account":"id","GroupName":["group1"]}"#,
        ),
        (Command::GroupGet, samples::GROUP_GET),
        (
            Command::SendMessage,
            r#"{"To_Account":"id1","MsgBody":[],"MsgRandom":1}"#,
        ),
    ];
    prop::sample::select(requests.to_vec())
        .prop_map(|(command, text)| (command, serde_json::from_str(text).unwrap()))
}

/// Generates a request with one of its values, at any depth, replaced by any JSON.
fn changed_request() -> impl Strategy<Value = (Command, Value)> {
    (request(), any::<prop::sample::Index>(), json()).prop_map(
        |((command, mut body), index, with)| {
            let mut index = index.index(values(&body));
            replace(&mut body, &mut index, &with);
            (command, body)
        },
    )
}

/// Returns the number of values in a value, itself included.
fn values(value: &Value) -> usize {
    1 + match value {
        Value::Object(fields) => fields.values().map(values).sum(),
        Value::Array(items) => items.iter().map(values).sum(),
        _ => 0,
    }
}

/// Replaces the value with an index, counted from the outermost. Returns whether it was found.
fn replace(value: &mut Value, index: &mut usize, with: &Value) -> bool {
    if *index == 0 {
        *value = with.clone();
        return true;
    }

    *index -= 1;
    match value {
        Value::Object(fields) => fields.values_mut().any(|inner| replace(inner, index, with)),
        Value::Array(items) => items.iter_mut().any(|inner| replace(inner, index, with)),
        _ => false,
    }
}

/// Generates any bytes, or JSON that may be truncated.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let cut_off = (json(), any::<prop::sample::Index>()).prop_map(|(json, cut)| {
        let mut bytes = json.to_string().into_bytes();
        bytes.truncate(cut.index(bytes.len() + 1));
        bytes
    });
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        json().prop_map(|json| json.to_string().into_bytes()),
        cut_off,
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop::sample::select(Command::ALL.to_vec())
}

fn call() -> impl Strategy<Value = (String, Vec<u8>)> {
    let written = |(command, json): (Command, Value)| (command, json.to_string().into_bytes());
    let signed = prop_oneof![
        3 => request().prop_map(written),
        4 => changed_request().prop_map(written),
        3 => (command(), bytes()),
    ];
    let caller = prop::sample::select(vec![ADMIN, ADMIN, "id", "nobody"]);
    let signed = (signed, caller)
        .prop_map(|((command, body), caller)| (target(command, caller, now()), body));
    let any_target = prop_oneof![".{0,60}", "/v4/sns/friend_add\\?.{0,60}"];
    prop_oneof![9 => signed, 1 => (any_target, bytes())]
}

/// Returns an app on which the samples change something.
fn app() -> App {
    let mut app = App::new(&["id", "id1", "id2", "UserID_3"]);
    app.service.mark_foreign("id3");
    let item = json!({"To_Account": "id1", "AddSource": "AddSource_Type_Web"});
    let body = json!({"From_Account": "id", "AddFriendItem": [item], "ForceAddFlags": 1});
    app.call(Command::FriendAdd, &body);
    app.call(
        Command::BlackListAdd,
        &json!({"From_Account": "id", "To_Account": ["id2"]}),
    );
    app
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// `App::http` checks the reply, and that a failure changes nothing.
    #[test]
    fn any_bytes_have_a_well_formed_reply(calls in prop::collection::vec(call(), 1..12), imports: bool) {
        let mut app = if imports { app().importing() } else { app() };
        for (target, body) in calls {
            let reply = app.http("POST", &target, &body);
            serde_json::from_slice::<Envelope>(&reply.body).unwrap();
            app.service.check_invariants().unwrap();
        }
    }
}

#[test]
fn generated_calls_reach_what_they_aim_at() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut app = app();
    let mut reached = std::collections::BTreeMap::<Code, u32>::new();
    for _ in 0..3000 {
        let (target, body) = call().new_tree(&mut runner).unwrap().current();
        *reached
            .entry(app.http("POST", &target, &body).code)
            .or_default() += 1;
    }
    for code in [
        Code::Ok,
        Code::InvalidParameter,
        Code::MalformedJson,
        Code::AccountNotText,
    ] {
        assert!(
            reached.get(&code).is_some_and(|times| *times >= 30),
            "{code:?}: {reached:?}"
        );
    }
    assert!(reached.len() >= 15, "{reached:?}");
}
