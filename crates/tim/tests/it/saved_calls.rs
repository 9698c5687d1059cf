//! What a log keeps: updates as JSON, replies as postcard.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use socialgraph_tim::{Call, Caller, Code, Command, HttpRequest, Reply, UpdateCall};

use super::bodies::{add, message, pair};
use super::fixtures::{ADMIN, App, now, target};

fn admit(app: &App, identifier: &str, command: Command, body: &Value) -> UpdateCall {
    let (target, body) = (target(command, identifier, now()), body.to_string());
    let request = HttpRequest::new("POST", &target, body.as_bytes());
    match app.gateway.admit(&request, now()) {
        Ok(Call::Update(call)) => call,
        other => panic!("{other:?}"),
    }
}

/// Generates a value of a field, or `null`, or "" for a text.
fn lenient(value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![4 => value, 1 => Just(Value::Null)].boxed()
}

fn text() -> BoxedStrategy<Value> {
    prop_oneof![4 => ".{0,9}", 1 => Just(String::new())]
        .prop_map(Value::from)
        .boxed()
}

fn texts() -> BoxedStrategy<Value> {
    prop::collection::vec(text(), 0..3)
        .prop_map(Value::from)
        .boxed()
}

fn word(words: &'static [&str]) -> BoxedStrategy<Value> {
    prop::sample::select(words).prop_map(Value::from).boxed()
}

/// Generates an object. A field after `?` may be left out or `null`.
fn object(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let mut object = Just(Map::new()).boxed();
    for (name, value) in fields {
        let value = match name.strip_suffix('?') {
            Some(_) => prop::option::of(lenient(value)).boxed(),
            None => value.prop_map(Some).boxed(),
        };
        let insert = move |(mut object, value): (Map<_, _>, Option<Value>)| {
            object.extend(value.map(|value| (name.trim_end_matches('?').to_owned(), value)));
            object
        };
        object = (object, value).prop_map(insert).boxed();
    }
    object.prop_map(Value::Object).boxed()
}

fn list(items: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(items, 0..3)
        .prop_map(Value::from)
        .boxed()
}

fn number() -> BoxedStrategy<Value> {
    any::<u32>().prop_map(Value::from).boxed()
}

/// Generates a tag with each kind of value.
fn tagged() -> BoxedStrategy<Value> {
    let value = prop_oneof![text(), any::<i64>().prop_map(Value::from), texts()];
    object(vec![("Tag", text()), ("Value", value.boxed())])
}

const ADD_TYPES: &[&str] = &["", "Add_Type_Single", "Add_Type_Both"];
const DELETE_TYPES: &[&str] = &["", "Delete_Type_Single", "Delete_Type_Both"];
const ANSWERS: &[&str] = &["Response_Action_AgreeAndAdd", "Response_Action_Reject"];

/// Generates a body that the gateway admits, with any fields.
fn body(command: Command) -> BoxedStrategy<Value> {
    let from = || ("From_Account", text());
    let to = || ("To_Account", text());
    let account = |id| object(vec![(id, text()), ("Nick?", text()), ("FaceUrl?", text())]);
    match command {
        Command::AccountImport => prop_oneof![account("UserID"), account("Identifier")].boxed(),
        Command::MultiaccountImport => {
            let accounts = list(account("UserID"));
            object(vec![("Accounts?", texts()), ("AccountList?", accounts)])
        }
        Command::AccountDelete => {
            let item = object(vec![("UserID", text())]);
            object(vec![("DeleteItem", list(item))])
        }
        Command::PortraitSet => object(vec![from(), ("ProfileItem", list(tagged()))]),
        Command::FriendAdd => {
            let item = object(vec![
                to(),
                ("Remark?", text()),
                ("GroupName?", text()),
                ("AddSource?", text()),
                ("AddWording?", text()),
            ]);
            let kind = ("AddType?", word(ADD_TYPES));
            let force = ("ForceAddFlags?", number());
            object(vec![from(), ("AddFriendItem", list(item)), kind, force])
        }
        Command::FriendImport => {
            let item = object(vec![
                to(),
                ("Remark?", text()),
                ("RemarkTime?", number()),
                ("GroupName?", texts()),
                ("AddSource?", text()),
                ("AddWording?", text()),
                ("AddTime?", number()),
                ("CustomItem?", list(tagged())),
            ]);
            object(vec![from(), ("AddFriendItem", list(item))])
        }
        Command::FriendUpdate => {
            let items = lenient(list(tagged()));
            let item = object(vec![to(), ("SnsItem", items)]);
            object(vec![from(), ("UpdateItem", list(item))])
        }
        Command::FriendDelete => object(vec![
            from(),
            ("To_Account", texts()),
            ("DeleteType?", word(DELETE_TYPES)),
        ]),
        Command::FriendDeleteAll => object(vec![from(), ("DeleteType?", word(DELETE_TYPES))]),
        Command::FriendResponse => {
            let item = object(vec![
                to(),
                ("Remark?", text()),
                ("TagName?", text()),
                ("ResponseAction", word(ANSWERS)),
            ]);
            object(vec![from(), ("ResponseFriendItem", list(item))])
        }
        Command::BlackListAdd | Command::BlackListDelete => {
            object(vec![from(), ("To_Account", texts())])
        }
        Command::GroupAdd => object(vec![
            from(),
            ("GroupName", texts()),
            ("To_Account?", texts()),
        ]),
        Command::GroupDelete => object(vec![from(), ("GroupName", texts())]),
        query => panic!("{query} is no update"),
    }
}

/// Generates an update of any command.
fn update() -> impl Strategy<Value = (Command, Value)> {
    let updates: Vec<_> = Command::ALL
        .into_iter()
        .filter(|it| it.is_update())
        .collect();
    prop::sample::select(updates)
        .prop_flat_map(|command| body(command).prop_map(move |body| (command, body)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn update_is_read_as_it_was_written(
        (command, body) in update(),
        denied in prop::collection::vec((".{0,5}", any::<u32>(), ".{0,5}"), 0..3),
    ) {
        let admitted = admit(&App::new(&[]), ADMIN, command, &body);
        let mut json = serde_json::to_value(&admitted).unwrap();
        for (account, code, info) in denied {
            json["denials"][account] = json!({"code": code, "info": info});
        }
        let call: UpdateCall = serde_json::from_value(json).unwrap();

        let text = serde_json::to_string(&call).unwrap();
        prop_assert_eq!(&serde_json::from_str::<UpdateCall>(&text).unwrap(), &call);
        let json: Value = serde_json::from_str(&text).unwrap();
        prop_assert!(json["request"].get(command.name()).is_some());
        // By way of a value, too: an entry may be inside another one.
        prop_assert_eq!(serde_json::from_value::<UpdateCall>(json).unwrap(), call);
    }
}

/// Logs of this form are on disks, so it stays.
#[test]
fn form_of_an_update() {
    let app = App::new(&["a"]);
    let mut call = admit(&app, "a", Command::FriendAdd, &add("a", &["b"]));
    let item = json!({"To_Account": "b", "AddSource": "AddSource_Type_Test"});
    let expected = json!({
        "caller": {"identifier": "a", "role": "user"},
        "request": {"friend_add": {"From_Account": "a", "AddFriendItem": [item]}},
    });
    assert_eq!(serde_json::to_value(&call).unwrap(), expected);

    let item = json!({"To_Account": "b", "ResultCode": 38001, "ResultInfo": "no"});
    call.deny(serde_json::from_value(json!({"ResultItem": [item]})).unwrap());
    let mut denied = expected;
    denied["denials"] = json!({"b": {"code": 38001, "info": "no"}});
    assert_eq!(serde_json::to_value(&call).unwrap(), denied);

    denied["later"] = json!(1);
    assert!(serde_json::from_value::<UpdateCall>(denied).is_err());
    let caller = serde_json::to_value(Caller::admin("x")).unwrap();
    assert_eq!(caller, json!({"identifier": "x", "role": "admin"}));
}

fn written_and_read(reply: &Reply) -> Reply {
    postcard::from_bytes(&postcard::to_stdvec(reply).unwrap()).unwrap()
}

#[test]
fn replies_are_read_as_they_were_written() {
    let mut app = App::new(&["a", "b"]);
    let forced = super::bodies::with(add("a", &["b"]), "ForceAddFlags", 1);
    for (caller, command, body) in [
        (ADMIN, Command::FriendAdd, forced),
        ("a", Command::BlackListAdd, pair("a", "b")),
        ("a", Command::BlackListDelete, pair("a", "b")),
        ("a", Command::BlackListDelete, pair("b", "b")),
        ("b", Command::SendMessage, message("a")),
    ] {
        let reply = app.reply(caller, command, &body);
        assert_eq!(written_and_read(&reply), reply);
        let json = serde_json::to_string(&reply).unwrap();
        assert_eq!(serde_json::from_str::<Reply>(&json).unwrap(), reply);
    }
    let call = admit(&app, "a", Command::FriendAdd, &add("a", &["b"]));
    let mut reply = app.reply("a", Command::FriendAdd, &add("a", &["b"]));
    reply.callbacks.extend(call.prev_callback(now()));
    assert_eq!(written_and_read(&reply), reply);
}

#[test]
fn codes_are_read_by_their_numbers() {
    for code in Code::ALL {
        assert_eq!(Code::try_from(code.number()), Ok(code));
        assert_eq!(serde_json::to_value(code).unwrap(), code.number());
    }
    let error = Code::try_from(1).unwrap_err();
    assert_eq!(error.to_string(), "1 is no code of a reply");
}
