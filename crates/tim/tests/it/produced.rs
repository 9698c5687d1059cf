//! The service replies as in the vendor's samples, if the engine can reach their outcome.
//!
//! It cannot reach the vendor's internal errors (30006, 30007) and some contradictions in the
//! samples of `friend_get`, `friend_delete` and `group_delete`: a count of 20 for a list of two
//! friends, an odd sequence of a blocklist of two, and an `ErrorInfo` of "0".

use serde_json::{Value, json};
use socialgraph::{Policy, Relation};
use socialgraph_tim::{Call, Command, HttpRequest};

use super::fixtures::{ADMIN, App, at, now, target};
use super::samples;

const SOURCE: &str = "AddSource_Type_XXXXXXXX";

fn parsed(sample: &str) -> Value {
    serde_json::from_str(sample).unwrap()
}

/// Returns a sample without its last item, whose failure the service cannot reach.
fn without_last(sample: &str, array: &str) -> Value {
    let mut sample = parsed(sample);
    let items = sample[array].as_array_mut().unwrap();
    items.pop();
    sample.as_object_mut().unwrap().remove("Fail_Account");
    sample
}

/// Makes two accounts friends.
fn befriend(app: &mut App, from: &str, to: &[&str]) {
    let item = |to: &&str| json!({"To_Account": to, "AddSource": SOURCE});
    let items: Vec<_> = to.iter().map(item).collect();
    let body = json!({"From_Account": from, "AddFriendItem": items, "ForceAddFlags": 1});
    let reply = app.call(Command::FriendAdd, &body);
    assert_eq!(reply.get("Fail_Account"), None, "{reply}");
}

#[test]
fn black_list_add() {
    let mut app = App::new(&["id", "id1", "id2"]);
    app.service.mark_foreign("id3");
    app.call(
        Command::BlackListAdd,
        &json!({"From_Account": "id", "To_Account": ["id2"]}),
    );

    let target = target(Command::BlackListAdd, ADMIN, now());
    let reply = app.http("POST", &target, samples::BLACK_LIST_ADD.as_bytes());
    assert_eq!(
        String::from_utf8(reply.body).unwrap(),
        samples::BLACK_LIST_ADD_REPLY
    );
}

#[test]
fn friend_add() {
    let mut app = App::new(&["id", "id1"]);
    app.service.mark_foreign("id3");
    let body = json!({
        "From_Account": "id",
        "AddFriendItem": [
            {"To_Account": "id1", "AddSource": SOURCE}, {"To_Account": "id3", "AddSource": SOURCE},
        ],
        "ForceAddFlags": 1,
    });
    let mut expected = parsed(samples::FRIEND_ADD_REPLY);
    expected["ResultItem"].as_array_mut().unwrap().remove(1);
    expected["Fail_Account"].as_array_mut().unwrap().remove(0);
    assert_eq!(app.call(Command::FriendAdd, &body), expected);
}

#[test]
fn friend_import() {
    let mut policy = Policy::tencent_rest();
    policy.limits.friends = Some(1);
    let mut app = App::of(policy, &["id", "id1", "id2"]);
    app.service.mark_foreign("id3");
    let mut body = parsed(samples::FRIEND_IMPORT);
    let items = body["AddFriendItem"].as_array_mut().unwrap();
    for to in ["id2", "id3"] {
        items.push(json!({"To_Account": to, "AddSource": SOURCE}));
    }
    assert_eq!(
        app.call(Command::FriendImport, &body),
        parsed(samples::FRIEND_IMPORT_REPLY)
    );
}

#[test]
fn friend_update() {
    let mut app = App::new(&["id", "id1", "id2"]);
    app.service.mark_foreign("id3");
    befriend(&mut app, "id", &["id1", "id2"]);
    let mut lists: Vec<_> = (3..=32).map(|n| format!("group{n}")).collect();
    lists.extend(["group1", "group2"].map(String::from));
    app.call(
        Command::GroupAdd,
        &json!({"From_Account": "id", "GroupName": lists}),
    );

    let mut body = parsed(samples::FRIEND_UPDATE);
    let group = |name| json!([{"Tag": "Tag_SNS_IM_Group", "Value": [name]}]);
    let items = body["UpdateItem"].as_array_mut().unwrap();
    items.push(json!({"To_Account": "id2", "SnsItem": group("the thirty-third")}));
    items.push(json!({"To_Account": "id3", "SnsItem": group("group1")}));
    assert_eq!(
        app.call(Command::FriendUpdate, &body),
        parsed(samples::FRIEND_UPDATE_REPLY)
    );
}

#[test]
fn friend_delete() {
    let mut app = App::new(&["id", "id1", "id2", "id3"]);
    befriend(&mut app, "id", &["id1", "id2", "id3"]);
    let mut expected = parsed(samples::FRIEND_DELETE_REPLY);
    expected["ErrorInfo"] = json!("");
    assert_eq!(
        app.sample(Command::FriendDelete, samples::FRIEND_DELETE),
        expected
    );
}

#[test]
fn friend_delete_all() {
    let mut app = App::new(&["id", "id1"]);
    befriend(&mut app, "id", &["id1"]);
    let reply = app.sample(Command::FriendDeleteAll, samples::FRIEND_DELETE_ALL);
    assert_eq!(reply, parsed(samples::FRIEND_DELETE_ALL_REPLY));
    assert_eq!(
        app.service.graph().relation("id1", "id").unwrap(),
        Relation::STRANGERS
    );
}

#[test]
fn friend_check() {
    let mut app = App::new(&["id", "id1", "id2", "id3", "id4"]);
    befriend(&mut app, "id", &["id1", "id2", "id3"]);
    let leave = |from, to| json!({"From_Account": from, "To_Account": [to]});
    app.call(Command::FriendDelete, &leave("id2", "id"));
    app.call(Command::FriendDelete, &leave("id", "id3"));
    let body = json!({
        "From_Account": "id",
        "To_Account": ["id1", "id2", "id3", "id4"],
        "CheckType": "CheckResult_Type_Both",
    });
    let expected = without_last(samples::FRIEND_CHECK_REPLY, "InfoItem");
    assert_eq!(app.call(Command::FriendCheck, &body), expected);
}

#[test]
fn friend_get() {
    let mut app = App::new(&["id", "id1", "id2"]);
    let import = |to, source, group: &[&str], time| json!({"To_Account": to, "AddSource": source, "GroupName": group, "AddTime": time});
    let items = [
        import(
            "id1",
            "AddSource_Type_Android",
            &["Group1", "Group2"],
            1_563_867_420,
        ),
        import("id2", "AddSource_Type_IOS", &["Group1"], 1_563_867_425),
    ];
    app.call(
        Command::FriendImport,
        &json!({"From_Account": "id", "AddFriendItem": items}),
    );
    // Two changes of the list make the first sequence 2; each update below adds one.
    let mut update = |tag: &str, value: String| {
        let item = json!({"To_Account": "id1", "SnsItem": [{"Tag": tag, "Value": value}]});
        let body = json!({"From_Account": "id", "UpdateItem": [item]});
        app.call(Command::FriendUpdate, &body);
    };
    for n in (1..=86).rev() {
        update("Tag_SNS_IM_Remark", format!("Remark{n}"));
    }
    for n in (1..=46).rev() {
        update("Tag_SNS_Custom_Test", format!("CustomData{n}"));
    }
    let mut expected = parsed(samples::FRIEND_GET_REPLY);
    expected["FriendNum"] = json!(2);
    assert_eq!(
        app.sample(Command::FriendGet, samples::FRIEND_GET),
        expected
    );
}

#[test]
fn friend_get_list() {
    let mut app = App::new(&["id", "UserID_3", "UserID_4"]);
    befriend(&mut app, "id", &["UserID_3"]);
    let remark = json!([{"Tag": "Tag_SNS_IM_Remark", "Value": "remark_3"}]);
    let items = json!([{"To_Account": "UserID_3", "SnsItem": remark}]);
    app.call(
        Command::FriendUpdate,
        &json!({"From_Account": "id", "UpdateItem": items}),
    );
    let profile = json!([
        {"Tag": "Tag_Profile_IM_Nick", "Value": "nick_3"},
        {"Tag": "Tag_Profile_Custom_Test", "Value": "custom_profile_3"},
    ]);
    let body = json!({"From_Account": "UserID_3", "ProfileItem": profile});
    app.call(Command::PortraitSet, &body);

    let body = json!({
        "From_Account": "id",
        "To_Account": ["UserID_3", "UserID_4"],
        "TagList": [
            "Tag_SNS_IM_Remark", "Tag_SNS_Custom_None", "Tag_Profile_IM_Nick",
            "Tag_Profile_Custom_Test",
        ],
    });
    let reply = app.call(Command::FriendGetList, &body);
    assert_eq!(reply, parsed(samples::FRIEND_GET_LIST_REPLY));
}

#[test]
fn black_list_delete() {
    let mut app = App::new(&["id", "id1", "id2"]);
    let body = json!({"From_Account": "id", "To_Account": ["id1", "id2"]});
    app.call(Command::BlackListAdd, &body);
    let expected = without_last(samples::BLACK_LIST_DELETE_REPLY, "ResultItem");
    assert_eq!(app.call(Command::BlackListDelete, &body), expected);
}

#[test]
fn black_list_get() {
    let mut app = App::new(&["id", "id1", "id2"]);
    let pair = |to| json!({"From_Account": "id", "To_Account": [to]});
    for (n, to) in [(1, "id1"), (2, "id2")] {
        app.now = at(1_430_000_000 + n);
        app.call(Command::BlackListAdd, &pair(to));
    }
    let mut expected = parsed(samples::BLACK_LIST_GET_REPLY);
    expected["CurruentSequence"] = json!(2);
    let reply = app.sample(Command::BlackListGet, samples::BLACK_LIST_GET);
    assert_eq!(reply, expected);
}

#[test]
fn black_list_check() {
    let mut app = App::new(&["id", "id1", "id2", "id3", "id4"]);
    let block = |from, to: &[&str]| json!({"From_Account": from, "To_Account": to});
    app.call(Command::BlackListAdd, &block("id", &["id1", "id2"]));
    app.call(Command::BlackListAdd, &block("id1", &["id"]));
    app.call(Command::BlackListAdd, &block("id3", &["id"]));
    let body = json!({
        "From_Account": "id",
        "To_Account": ["id1", "id2", "id3", "id4"],
        "CheckType": "BlackCheckResult_Type_Both",
    });
    let expected = without_last(samples::BLACK_LIST_CHECK_REPLY, "BlackListCheckItem");
    assert_eq!(app.call(Command::BlackListCheck, &body), expected);
}

#[test]
fn groups() {
    let mut app = App::new(&["id", "id1", "id2"]);
    app.service.mark_foreign("id3");
    befriend(&mut app, "id", &["id1"]);
    app.call(
        Command::GroupAdd,
        &json!({"From_Account": "id", "GroupName": ["group0"]}),
    );

    let mut alone = parsed(samples::GROUP_ADD);
    alone.as_object_mut().unwrap().remove("To_Account");
    let expected = parsed(samples::GROUP_ADD_REPLY_WITHOUT_FRIENDS);
    assert_eq!(app.call(Command::GroupAdd, &alone), expected);
    let reply = app.sample(Command::GroupAdd, samples::GROUP_ADD);
    assert_eq!(reply, parsed(samples::GROUP_ADD_REPLY));

    let mut expected = parsed(samples::GROUP_DELETE_REPLY);
    expected["ErrorInfo"] = json!("");
    let body = json!({"From_Account": "id", "GroupName": ["group1", "group2"]});
    assert_eq!(app.call(Command::GroupDelete, &body), expected);
}

#[test]
fn group_get() {
    let mut app = App::new(&["id", "friend1"]);
    befriend(&mut app, "id", &["friend1"]);
    let body = json!({"From_Account": "id", "GroupName": ["group0"]});
    app.call(Command::GroupAdd, &body);
    let body = json!({"From_Account": "id", "GroupName": ["group1"], "To_Account": ["friend1"]});
    app.call(Command::GroupAdd, &body);
    let reply = app.sample(Command::GroupGet, samples::GROUP_GET);
    assert_eq!(reply, parsed(samples::GROUP_GET_REPLY));
}

#[test]
fn send_message() {
    let mut app = App::new(&["id", "id1"]);
    app.now = at(1_572_870_301);
    let mut body = json!({
        "To_Account": "id1", "MsgSeq": 89541, "MsgRandom": 2_574_206,
        "MsgBody": [parsed(samples::MESSAGE_BODY)],
    });
    let reply = app.call(Command::SendMessage, &body);
    assert_eq!(reply, parsed(samples::SEND_MESSAGE_REPLY));
    body["To_Account"] = json!(["id1"]);
    let reply = app.call(Command::SendMessage, &body);
    assert_eq!(reply, parsed(samples::SEND_MESSAGE_NO_RECEIVER));

    let target = target(Command::SendMessage, ADMIN, app.now);
    let reply = app.http("POST", &target, b"{");
    let reply: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(reply, parsed(samples::SEND_MESSAGE_NOT_JSON));
}

#[test]
fn bodies_of_the_wrong_shape() {
    let mut app = App::new(&["id"]);
    let body = json!({"From_Account": "id", "AddFriendItem": {"To_Account": "id1"}});
    assert_eq!(
        app.call(Command::FriendAdd, &body),
        parsed(samples::SNS_NOT_DECODED)
    );
    let body = json!({"From_Account": "id", "ProfileItem": {}});
    assert_eq!(
        app.call(Command::PortraitSet, &body),
        parsed(samples::PROFILE_NOT_DECODED)
    );
}

#[test]
fn accounts() {
    let mut app = App::new(&["UserID_1"]);
    let reply = app.sample(Command::AccountCheck, samples::ACCOUNT_CHECK);
    assert_eq!(reply, parsed(samples::ACCOUNT_CHECK_REPLY));
    let reply = app.sample(Command::AccountDelete, samples::ACCOUNT_DELETE);
    assert_eq!(reply, parsed(samples::ACCOUNT_DELETE_REPLY));
    let reply = app.sample(Command::AccountImport, samples::ACCOUNT_IMPORT);
    assert_eq!(reply, parsed(samples::ACCOUNT_IMPORT_REPLY));

    let body = json!({"Accounts": ["UserID_001", "UserID\n002", "UserID\n003"]});
    let mut expected = parsed(samples::MULTIACCOUNT_IMPORT_REPLY);
    expected["FailAccounts"] = json!(["UserID\n002", "UserID\n003"]);
    assert_eq!(app.call(Command::MultiaccountImport, &body), expected);
    assert!(app.service.graph().contains_user("UserID_001"));
    let reply = app.sample(Command::MultiaccountImport, samples::MULTIACCOUNT_IMPORT);
    assert_eq!(reply["FailAccounts"], json!([]));

    let body = json!({"To_Account": ["UserID_002"], "TagList": ["Tag_Profile_IM_Nick"]});
    let reply = app.call(Command::PortraitGet, &body);
    assert_eq!(
        reply["UserProfileItem"][0]["ProfileItem"][0]["Value"],
        "Nick_001"
    );
}

#[test]
fn callbacks() {
    let mut app = App::new(&["id", "id1", "id2"]);
    befriend(&mut app, "id", &["id1"]);
    let mut callbacks = |identifier, command, body: Value| {
        let reply = app.reply(identifier, command, &body);
        serde_json::to_value(reply.callbacks).unwrap()
    };
    let body = json!({"From_Account": "id", "To_Account": ["id1"]});
    let sent = callbacks(ADMIN, Command::FriendDelete, body.clone());
    assert_eq!(sent, json!([parsed(samples::CALLBACK_FRIEND_DELETE)]));

    let body_of_two = json!({"From_Account": "id", "To_Account": ["id1", "id2"]});
    let sent = callbacks("id", Command::BlackListAdd, body_of_two);
    // The friendship that the block ends comes after the block.
    assert_eq!(sent[0], parsed(samples::CALLBACK_BLACK_LIST_ADD));
    assert_eq!(
        sent[1]["PairList"],
        json!([{"From_Account": "id1", "To_Account": "id"}])
    );
    let sent = callbacks("id", Command::BlackListDelete, body);
    assert_eq!(sent, json!([parsed(samples::CALLBACK_BLACK_LIST_DELETE)]));

    let mut body = parsed(samples::FRIEND_ADD);
    body["AddType"] = json!("Add_Type_Single");
    let sent = callbacks(ADMIN, Command::FriendAdd, body);
    let mut expected = parsed(samples::CALLBACK_FRIEND_ADD);
    expected["Admin_Account"] = json!(ADMIN);
    assert_eq!(sent, json!([expected]));
}

#[test]
fn callbacks_that_come_before() {
    let app = App::new(&["id", "id1", "id2"]);
    let prev = |command: Command, body: Value, millis: u64| {
        let body = body.to_string();
        let target = target(command, "id", now());
        let request = HttpRequest::new("POST", &target, body.as_bytes());
        let Ok(Call::Update(call)) = app.gateway.admit(&request, now()) else {
            panic!()
        };
        let event = at(0) + std::time::Duration::from_millis(millis);
        serde_json::to_value(call.prev_callback(event).unwrap()).unwrap()
    };
    let mut sample = parsed(samples::CALLBACK_PREV_FRIEND_ADD);
    let body = json!({"From_Account": "id", "AddFriendItem": sample["FriendItem"].take()});
    let sample = parsed(samples::CALLBACK_PREV_FRIEND_ADD);
    assert_eq!(prev(Command::FriendAdd, body, 1_631_777_344_870), sample);

    let mut sample = parsed(samples::CALLBACK_PREV_FRIEND_RESPONSE);
    let items = sample["ResponseFriendItem"].take();
    let body = json!({"From_Account": "id", "ResponseFriendItem": items});
    let sample = parsed(samples::CALLBACK_PREV_FRIEND_RESPONSE);
    assert_eq!(
        prev(Command::FriendResponse, body, 1_631_777_645_424),
        sample
    );
}
