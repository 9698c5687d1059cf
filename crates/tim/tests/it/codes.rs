//! Every code is reached by a call, and each call gets its expected code.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use socialgraph::{Limits, Notice, Notices, Policy, Sides};
use socialgraph_tim::{Code, Command, UserSig};

use super::bodies::message;
use super::fixtures::{ADMIN, APP, App, SECRET, at, item_codes, now, target};

/// The codes that were reached.
#[derive(Default)]
struct Seen(BTreeSet<Code>);

impl Seen {
    /// Checks the code of a whole reply.
    fn whole(&mut self, code: Code, reply: &Value) {
        assert_eq!(reply["ErrorCode"], code.number(), "{reply}");
        self.0.insert(code);
    }

    /// Checks the code of a reply with one item.
    fn item(&mut self, code: Code, reply: &Value) {
        assert_eq!(reply["ErrorCode"], 0, "{reply}");
        assert_eq!(item_codes(reply), [u64::from(code.number())], "{reply}");
        assert_eq!(
            reply["Fail_Account"].as_array().map(Vec::len),
            Some(1),
            "{reply}"
        );
        self.0.insert(code);
    }
}

#[test]
fn every_code_is_reached() {
    let mut seen = Seen::default();
    seen.0.insert(Code::Ok);
    front_door(&mut seen);
    requests(&mut seen);
    limits(&mut seen);
    lists(&mut seen);
    whole_requests(&mut seen);
    profiles_and_accounts(&mut seen);
    messages(&mut seen);
    let expected = BTreeSet::from(Code::ALL);
    let missed: Vec<_> = expected.difference(&seen.0).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

fn pair(from: &str, to: &str) -> Value {
    json!({"From_Account": from, "To_Account": [to]})
}

fn add(from: &str, to: &str) -> Value {
    let item = json!({"To_Account": to, "AddSource": "AddSource_Type_Test"});
    json!({"From_Account": from, "AddFriendItem": [item]})
}

fn force(from: &str, to: &str) -> Value {
    let mut body = add(from, to);
    body["ForceAddFlags"] = json!(1);
    body
}

fn profile(from: &str, tag: &str, value: &str) -> Value {
    json!({"From_Account": from, "ProfileItem": [{"Tag": tag, "Value": value}]})
}

fn front_door(seen: &mut Seen) {
    let mut app = App::new(&["id"]);
    let good = target(Command::BlackListGet, ADMIN, now());
    for (code, (method, target, body)) in refused_calls(&good) {
        let reply = app.http(method, &target, body.as_bytes());
        seen.whole(code, &serde_json::from_slice(&reply.body).unwrap());
    }

    app.now = at(1_700_000_000 + 86_401);
    let reply = app.http("POST", &good, b"{}");
    seen.whole(
        Code::UserSigExpired,
        &serde_json::from_slice(&reply.body).unwrap(),
    );
    app.now = now();
    app.gateway = app.gateway.with_max_body_bytes(1);
    let reply = app.http("POST", &good, b"{}");
    seen.whole(
        Code::MalformedHttp,
        &serde_json::from_slice(&reply.body).unwrap(),
    );
    app.gateway = app
        .gateway
        .with_max_body_bytes(2)
        .with_calls_per_second(std::num::NonZero::new(1));
    app.http("POST", &good, b"{}");
    let reply = app.http("POST", &good, b"{}");
    seen.whole(
        Code::TooManyCalls,
        &serde_json::from_slice(&reply.body).unwrap(),
    );
}

/// Returns calls that the front door refuses, with their codes: method, target and body.
fn refused_calls(good: &str) -> Vec<(Code, (&'static str, String, &'static str))> {
    let usersig = |app: u64, name: &str, secret: &str, expire: u64| {
        let lifetime = std::time::Duration::from_secs(expire);
        UserSig::new(app, name, now(), lifetime).sign(secret)
    };
    let path = Command::BlackListGet.path();
    let signed = |sig: &str| {
        format!("{path}?sdkappid={APP}&identifier={ADMIN}&usersig={sig}&contenttype=json")
    };
    let mut cut_short = usersig(APP, ADMIN, SECRET, 100);
    cut_short.truncate(20);
    let post = |target: String| ("POST", target, "{}");
    vec![
        (
            Code::UnknownPath,
            post(good.replace("black_list_get", "black_list_gets")),
        ),
        (Code::NotPost, ("GET", good.to_owned(), "{}")),
        (Code::AppMissing, post(good.replace("sdkappid", "appid"))),
        (
            Code::InvalidUrlParameter,
            post(good.replace("contenttype=json", "contenttype=xml")),
        ),
        (
            Code::UnknownApp,
            post(good.replace(&APP.to_string(), "1400000001")),
        ),
        (Code::UserSigMissing, post(signed(""))),
        (Code::UserSigMalformed, post(signed(&cut_short))),
        (
            Code::UserSigWrong,
            post(signed(&usersig(APP, ADMIN, "another", 100))),
        ),
        (
            Code::UserSigOthers,
            post(signed(&usersig(APP, "id", SECRET, 100))),
        ),
        (
            Code::UserSigForeign,
            post(signed(&usersig(APP + 1, ADMIN, SECRET, 100))),
        ),
        (Code::MalformedJson, ("POST", good.to_owned(), "")),
        (Code::MalformedJson, ("POST", good.to_owned(), "{]")),
        (
            Code::AccountNotText,
            ("POST", good.to_owned(), r#"{"From_Account": 1}"#),
        ),
        (
            Code::InvalidParameter,
            ("POST", good.to_owned(), r#"{"From_Account": "id"}"#),
        ),
    ]
}

fn requests(seen: &mut Seen) {
    let mut app = App::new(&[
        "id", "open", "asks", "closed", "blocked", "blocks", "barred",
    ]);
    app.service.mark_foreign("foreign");
    let modes = [
        ("open", "AllowAny"),
        ("asks", "NeedConfirm"),
        ("closed", "DenyAny"),
    ];
    for (user, mode) in modes {
        let mode = format!("AllowType_Type_{mode}");
        app.call(
            Command::PortraitSet,
            &profile(user, "Tag_Profile_IM_AllowType", &mode),
        );
    }
    let bar = profile(
        "barred",
        "Tag_Profile_IM_AdminForbidType",
        "AdminForbid_Type_SendOut",
    );
    app.call(Command::PortraitSet, &bar);
    app.call(Command::BlackListAdd, &pair("id", "blocked"));
    app.call(Command::BlackListAdd, &pair("blocks", "id"));

    assert_eq!(
        item_codes(&app.call(Command::FriendAdd, &add("id", "open"))),
        [0]
    );
    for (code, from, to) in [
        (Code::InvalidParameter, "id", "open"),
        (Code::InvalidParameter, "id", "id"),
        (Code::RequestPending, "id", "asks"),
        (Code::RequestPending, "id", "asks"),
        (Code::RequestsDenied, "id", "closed"),
        (Code::InOwnBlocklist, "id", "blocked"),
        (Code::InPeersBlocklist, "id", "blocks"),
        (Code::RequestsForbidden, "barred", "asks"),
        (Code::ForeignAccount, "id", "foreign"),
        (Code::UnknownAccount, "id", "nobody"),
    ] {
        seen.item(code, &app.call(Command::FriendAdd, &add(from, to)));
    }
    let item = json!({"To_Account": "open", "ResponseAction": "Response_Action_AgreeAndAdd"});
    let body = json!({"From_Account": "id", "ResponseFriendItem": [item]});
    seen.item(Code::NoRequest, &app.call(Command::FriendResponse, &body));
}

fn limits(seen: &mut Seen) {
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits {
        blocked: Some(1),
        friends: Some(1),
        requests_in: Some(1),
        batch: Some(2),
    };
    let mut app = App::of(policy, &["id", "a", "b", "c"]);
    app.call(Command::FriendAdd, &add("a", "c"));
    seen.item(
        Code::RequestsFull,
        &app.call(Command::FriendAdd, &add("b", "c")),
    );
    app.call(Command::FriendAdd, &force("id", "a"));
    seen.item(
        Code::FriendsFull,
        &app.call(Command::FriendAdd, &force("id", "b")),
    );
    seen.item(
        Code::PeerFriendsFull,
        &app.call(Command::FriendAdd, &force("b", "a")),
    );
    app.call(Command::BlackListAdd, &pair("id", "b"));
    seen.item(
        Code::BlocklistFull,
        &app.call(Command::BlackListAdd, &pair("id", "c")),
    );

    let lists: Vec<_> = (0..32).map(|n| n.to_string()).collect();
    app.call(
        Command::GroupAdd,
        &json!({"From_Account": "a", "GroupName": lists}),
    );
    let body = json!({"From_Account": "a", "GroupName": ["one more"]});
    seen.whole(Code::GroupsFull, &app.call(Command::GroupAdd, &body));

    let three = json!({"From_Account": "id", "To_Account": ["a", "b", "c"]});
    seen.whole(
        Code::InvalidParameter,
        &app.call(Command::BlackListAdd, &three),
    );
    let two = json!({"From_Account": "id", "To_Account": ["a", "b"]});
    seen.whole(Code::Ok, &app.call(Command::BlackListAdd, &two));
}

fn lists(seen: &mut Seen) {
    let mut app = App::new(&["id", "id1"]);
    let reply = app.call(Command::FriendDelete, &pair("id", "id1"));
    seen.item(Code::NotFriends, &reply);
    assert_eq!(
        reply["ResultItem"][0]["ResultInfo"],
        "Err_SNS_FriendDelete_Not_Friend"
    );
    seen.item(
        Code::InvalidParameter,
        &app.call(Command::BlackListDelete, &pair("id", "id1")),
    );
    let mut body = pair("id", "id1");
    body["GroupName"] = json!(["list"]);
    seen.item(
        Code::GroupMemberNotFriend,
        &app.call(Command::GroupAdd, &body),
    );
    let item = json!({"To_Account": "id1", "SnsItem": []});
    let body = json!({"From_Account": "id", "UpdateItem": [item]});
    seen.item(
        Code::InvalidParameter,
        &app.call(Command::FriendUpdate, &body),
    );
    let mut body = pair("id", "id1");
    body["TagList"] = json!(["Tag_SNS_IM_Remark"]);
    seen.item(
        Code::InvalidParameter,
        &app.call(Command::FriendGetList, &body),
    );
}

fn whole_requests(seen: &mut Seen) {
    let mut app = App::new(&["id", "id1"]);
    app.service.mark_foreign("foreign");
    let block = Command::BlackListAdd;
    seen.whole(
        Code::UnknownAccount,
        &app.call(block, &pair("nobody", "id")),
    );
    seen.whole(
        Code::ForeignAccount,
        &app.call(block, &pair("foreign", "id")),
    );
    seen.whole(
        Code::AdminRequired,
        &app.call_as("id1", block, &pair("id", "id1")),
    );
    seen.whole(
        Code::AdminRequired,
        &app.call_as("id", Command::FriendAdd, &force("id", "id1")),
    );
    seen.whole(
        Code::AdminRequired,
        &app.call_as("id", Command::FriendImport, &add("id", "id1")),
    );
    seen.whole(
        Code::AccountNotImported,
        &app.call_as("nobody", block, &pair("nobody", "id")),
    );
    let nobody = json!({"From_Account": "id", "To_Account": []});
    seen.whole(Code::InvalidParameter, &app.call(block, &nobody));
}

fn profiles_and_accounts(seen: &mut Seen) {
    let mut app = App::new(&["id", "id1"]);
    let set = Command::PortraitSet;
    let nick = profile("id", "Tag_Profile_IM_Nick", "nick");
    let bar = profile(
        "id",
        "Tag_Profile_IM_AdminForbidType",
        "AdminForbid_Type_None",
    );
    let bad = profile("id", "Tag_Profile_IM_AllowType", "anyone");
    seen.whole(Code::InvalidProfile, &app.call(set, &bad));
    seen.whole(Code::ProfileAdminRequired, &app.call_as("id1", set, &nick));
    seen.whole(Code::ProfileAdminRequired, &app.call_as("id", set, &bar));
    seen.whole(
        Code::UnknownProfile,
        &app.call(set, &profile("nobody", "Tag_Profile_IM_Nick", "")),
    );
    let body = json!({"To_Account": ["nobody"], "TagList": ["Tag_Profile_IM_Nick"]});
    seen.item(Code::UnknownProfile, &app.call(Command::PortraitGet, &body));

    let import = Command::AccountImport;
    seen.whole(
        Code::AccountAdminRequired,
        &app.call_as("id", import, &json!({"UserID": "a"})),
    );
    seen.whole(
        Code::InvalidAccountParameter,
        &app.call(import, &json!({"UserID": ""})),
    );
    seen.whole(
        Code::InvalidBatch,
        &app.call(Command::AccountCheck, &json!({"CheckItem": []})),
    );
    let body = json!({"DeleteItem": [{"UserID": "nobody"}]});
    let reply = app.call(Command::AccountDelete, &body);
    assert_eq!(item_codes(&reply), [70107]);
    accounts_full(seen);
}

/// Returns a graph that has only one handle left.
fn accounts_full(seen: &mut Seen) {
    let mut app = App::new(&["id"]);
    let mut saved = serde_json::to_value(app.service.graph()).unwrap();
    assert_eq!(saved["next_user"].take(), 1);
    saved["next_user"] = json!(u32::MAX);
    app.service = socialgraph_tim::Service::new(serde_json::from_value(saved).unwrap());
    let reply = app.call(Command::AccountImport, &json!({"UserID": "one more"}));
    seen.whole(Code::AccountsFull, &reply);
}

/// A neutral refusal has the code and the text of a message to oneself, which name no block.
#[test]
fn a_neutral_refusal_of_a_message_names_no_block() {
    let mut policy = Policy::tencent_rest();
    policy.message.notice = Notices::both(Notice::Neutral);
    let mut app = App::of(policy, &["id", "blocks"]);
    app.call(Command::BlackListAdd, &pair("blocks", "id"));

    let mut send = |to: &str| app.call_as("id", Command::SendMessage, &message(to));
    let (refused, to_oneself) = (send("blocks"), send("id"));
    assert_eq!(refused["ErrorCode"], json!(Code::MessageParties.number()));
    assert_eq!(refused["ErrorCode"], to_oneself["ErrorCode"]);
    assert_eq!(refused["ErrorInfo"], to_oneself["ErrorInfo"]);
}

fn messages(seen: &mut Seen) {
    let mut policy = Policy::tencent_rest();
    policy.message.notice = Notices::both(Notice::Told);
    policy.message.needs_listing_by = Sides::Both;
    let mut app = App::of(
        policy,
        &["id", "blocks", "stranger", "fan", "idol", "friend"],
    );
    app.service.mark_foreign("foreign");
    app.call(Command::BlackListAdd, &pair("blocks", "id"));
    app.call(Command::FriendAdd, &force("id", "friend"));
    for (from, to) in [("fan", "id"), ("id", "idol")] {
        let mut body = force(from, to);
        body["AddType"] = json!("Add_Type_Single");
        app.call(Command::FriendAdd, &body);
    }
    let send = Command::SendMessage;
    for (code, receiver) in [
        (Code::Ok, "friend"),
        (Code::MessageBlocked, "blocks"),
        (Code::MessageNotFriends, "stranger"),
        (Code::MessagePeerNotFriend, "fan"),
        (Code::MessageNotPeersFriend, "idol"),
        (Code::MessageParties, "id"),
        (Code::MessageForeign, "foreign"),
        (Code::UnknownReceiver, "nobody"),
        (Code::MessageReceiver, ""),
    ] {
        seen.whole(code, &app.call_as("id", send, &message(receiver)));
        // An admin's message is not checked, except that both accounts must exist.
        if app.service.graph().contains_user(receiver) {
            let mut body = message(receiver);
            body["From_Account"] = json!("id");
            seen.whole(Code::Ok, &app.call(send, &body));
        }
    }
    seen.whole(
        Code::MalformedMessage,
        &app.call(send, &json!({"To_Account": "id"})),
    );
    let from = |from: &str| json!({"From_Account": from, "To_Account": "id", "MsgBody": []});
    seen.whole(
        Code::MessageAdminRequired,
        &app.call_as("fan", send, &from("idol")),
    );
    seen.whole(Code::UnknownSender, &app.call(send, &from("nobody")));
}

#[test]
fn codes_are_in_order_and_each_is_one() {
    let numbers: Vec<_> = Code::ALL.into_iter().map(Code::number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
}
