//! The effects of requests: the engine's rules through the REST API.

use serde_json::{Value, json};
use socialgraph::{Fact, Policy, Relation, RequestMode, Verdict};
use socialgraph_tim::{Code, Command};

use super::bodies::{add, answer, message, pair, pairs, with};
use super::fixtures::{ADMIN, App, at};

#[test]
fn a_block_ends_the_friendship_and_the_requests_and_stops_one_side() {
    let mut app = App::new(&["a", "b"]);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b"]), "ForceAddFlags", 1),
    );
    assert!(app.relation("a", "b").are_friends());
    let (codes, callbacks) = app.done("a", Command::BlackListAdd, &pair("a", "b"));
    assert_eq!(codes, [0]);
    let reported: Vec<_> = callbacks.iter().map(|c| (c.command(), pairs(c))).collect();
    assert_eq!(
        reported,
        [
            ("Sns.CallbackBlackListAdd", vec!["a>b".to_owned()]),
            (
                "Sns.CallbackFriendDelete",
                vec!["a>b".to_owned(), "b>a".to_owned()]
            ),
        ]
    );
    assert_eq!(
        app.relation("a", "b"),
        Relation::STRANGERS.with(Fact::ActorBlocks)
    );

    let sent = app.reply("a", Command::SendMessage, &message("b"));
    assert_eq!(sent.decision.unwrap().verdict(), Verdict::Allowed);
    let dropped = app.reply("b", Command::SendMessage, &message("a"));
    assert_eq!(dropped.code, Code::Ok);
    assert_eq!(
        dropped.decision.unwrap().verdict(),
        Verdict::RefusedSilently
    );
    assert_eq!(dropped.body, sent.body);

    assert_eq!(
        app.done("a", Command::FriendAdd, &add("a", &["b"])).0,
        [30515]
    );
    assert_eq!(
        app.done("b", Command::FriendAdd, &add("b", &["a"])).0,
        [30525]
    );
    app.call(Command::BlackListAdd, &pair("b", "a"));
    assert_eq!(
        app.done("b", Command::FriendAdd, &add("b", &["a"])).0,
        [30515]
    );
}

#[test]
fn no_way_of_adding_friends_goes_round_a_block() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::BlackListAdd, &pair("b", "a"));
    for (command, body) in [
        (Command::FriendImport, add("a", &["b"])),
        (
            Command::FriendAdd,
            with(add("a", &["b"]), "AddType", "Add_Type_Single"),
        ),
        (
            Command::FriendAdd,
            with(add("a", &["b"]), "ForceAddFlags", 1),
        ),
    ] {
        assert_eq!(app.done(ADMIN, command, &body), (vec![30525], vec![]));
    }
    assert_eq!(
        app.relation("a", "b"),
        Relation::STRANGERS.with(Fact::TargetBlocks)
    );
}

#[test]
fn adding_by_request_alone_or_by_force() {
    let mut app = App::new(&["a", "open", "asks", "closed"]);
    let mode = |user: &str, mode: &str| {
        let value = format!("AllowType_Type_{mode}");
        let item = json!({"Tag": "Tag_Profile_IM_AllowType", "Value": value});
        json!({"From_Account": user, "ProfileItem": [item]})
    };
    app.call_as("open", Command::PortraitSet, &mode("open", "AllowAny"));
    app.call_as("closed", Command::PortraitSet, &mode("closed", "DenyAny"));
    assert_eq!(
        app.service.graph().user_facts("open").unwrap().request_mode,
        RequestMode::Anyone
    );

    let all = add("a", &["open", "asks", "closed"]);
    let (codes, callbacks) = app.done("a", Command::FriendAdd, &all);
    assert_eq!(codes, [0, 30539, 30516]);
    let reported = serde_json::to_value(&callbacks[0]).unwrap();
    assert_eq!(
        (&reported["ForceFlag"], &reported["Admin_Account"]),
        (&json!(0), &json!(""))
    );
    assert_eq!(pairs(&callbacks[0]), ["a>open/a", "open>a/a"]);
    assert!(app.relation("a", "asks").holds(Fact::ActorRequested));

    let alone = with(all.clone(), "AddType", "Add_Type_Single");
    assert_eq!(app.done("a", Command::FriendAdd, &alone).0, [30001, 0, 0]);
    assert!(!app.relation("a", "closed").holds(Fact::TargetLists));
    // The request still waits: an entry on one list does not answer it.
    assert!(app.relation("a", "asks").holds(Fact::ActorRequested));

    let forced = with(all, "ForceAddFlags", 1);
    let (codes, callbacks) = app.done(ADMIN, Command::FriendAdd, &forced);
    assert_eq!(codes, [30001, 0, 0]);
    let json = serde_json::to_value(&callbacks[0]).unwrap();
    assert_eq!(
        (&json["ForceFlag"], &json["Admin_Account"]),
        (&json!(1), &json!(ADMIN))
    );
    assert_eq!(app.relation("a", "asks"), Relation::FRIENDS);
}

#[test]
fn a_bar_stops_asking_and_not_an_admin() {
    let mut app = App::new(&["a", "b", "c"]).importing();
    let bar =
        json!([{"Tag": "Tag_Profile_IM_AdminForbidType", "Value": "AdminForbid_Type_SendOut"}]);
    app.call(
        Command::PortraitSet,
        &json!({"From_Account": "a", "ProfileItem": bar}),
    );
    let alone = with(add("a", &["b", "new"]), "AddType", "Add_Type_Single");
    assert_eq!(app.done("a", Command::FriendAdd, &alone).0, [30009, 30009]);
    assert_eq!(
        app.done("a", Command::FriendAdd, &add("a", &["b", "new"]))
            .0,
        [30009, 30009]
    );
    assert_eq!(app.service.graph().user_id("new"), None);
    // A block comes before a bar, as in the engine's order of reasons.
    app.call(Command::BlackListAdd, &pair("a", "c"));
    assert_eq!(
        app.done(
            "a",
            Command::FriendAdd,
            &with(add("a", &["c"]), "AddType", "Add_Type_Single")
        )
        .0,
        [30515]
    );
    let forced = with(add("a", &["b"]), "ForceAddFlags", 1);
    assert_eq!(app.done(ADMIN, Command::FriendAdd, &forced).0, [0]);
}

/// The tags of the fields that a request or an answer may give.
const TAGS: [&str; 4] = [
    "Tag_SNS_IM_Remark",
    "Tag_SNS_IM_Group",
    "Tag_SNS_IM_AddWording",
    "Tag_SNS_IM_AddTime",
];

/// Sends a friend request with fields from `a` to `b`, which then waits for an answer.
fn ask(app: &mut App) {
    let items = json!([{
        "To_Account": "b", "AddSource": "AddSource_Type_Web", "AddWording": "hello",
        "Remark": "bee", "GroupName": "asked",
    }]);
    let body = json!({"From_Account": "a", "AddFriendItem": items});
    assert_eq!(app.done("a", Command::FriendAdd, &body).0, [30539]);
}

/// Returns the values of fields.
fn values(fields: &Value) -> Vec<Value> {
    let items = fields.as_array().cloned().unwrap_or_default();
    items
        .into_iter()
        .map(|mut item| item["Value"].take())
        .collect()
}

#[test]
fn an_agreement_on_both_lists_keeps_the_fields_of_both() {
    let mut app = App::new(&["a", "b"]);
    ask(&mut app);
    app.now = at(1_700_000_100);
    let (codes, callbacks) = app.done(
        "b",
        Command::FriendResponse,
        &answer("b", "a", "AgreeAndAdd"),
    );
    assert_eq!(
        (codes, app.relation("a", "b")),
        (vec![0], Relation::FRIENDS)
    );
    assert_eq!(pairs(&callbacks[0]), ["b>a/a", "a>b/a"]);
    // Each keeps the fields that they gave for the other.
    let time = json!(1_700_000_100);
    let of_b = values(&app.fields("a", "b", &TAGS));
    assert_eq!(
        of_b,
        [json!("bee"), json!(["asked"]), json!("hello"), time.clone()]
    );
    assert_eq!(
        values(&app.fields("b", "a", &TAGS)),
        [json!("r"), json!(["t"]), time.clone()]
    );
}

#[test]
fn an_agreement_on_one_list_adds_an_entry_to_the_requesters() {
    let mut app = App::new(&["a", "b"]);
    ask(&mut app);
    let (codes, callbacks) = app.done("b", Command::FriendResponse, &answer("b", "a", "Agree"));
    assert_eq!(codes, [0]);
    assert_eq!(
        app.relation("a", "b"),
        Relation::STRANGERS.with(Fact::ActorLists)
    );
    assert_eq!(pairs(&callbacks[0]), ["a>b/a"]);
    assert_eq!(values(&app.fields("a", "b", &TAGS))[0], json!("bee"));
}

#[test]
fn an_agreement_keeps_an_entry_of_the_requester() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("a", &["b"]));
    ask(&mut app);
    assert_eq!(
        app.done("b", Command::FriendResponse, &answer("b", "a", "Agree"))
            .0,
        [0]
    );
    assert_eq!(
        app.relation("a", "b"),
        Relation::STRANGERS.with(Fact::ActorLists)
    );
}

#[test]
fn an_agreement_on_one_list_completes_an_entry_of_the_answerer() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("b", &["a"]));
    ask(&mut app);
    assert_eq!(
        app.done("b", Command::FriendResponse, &answer("b", "a", "Agree"))
            .0,
        [0]
    );
    assert_eq!(app.relation("a", "b"), Relation::FRIENDS);
}

#[test]
fn a_rejected_request_is_gone_and_can_be_sent_again() {
    let mut app = App::new(&["a", "b"]);
    ask(&mut app);
    let rejected = app.done("b", Command::FriendResponse, &answer("b", "a", "Reject"));
    assert_eq!(rejected, (vec![0], vec![]));
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS);
    assert_eq!(
        app.done("b", Command::FriendResponse, &answer("b", "a", "Reject"))
            .0,
        [30614]
    );
    assert_eq!(
        app.done("b", Command::FriendResponse, &answer("b", "a", "Agree"))
            .0,
        [30614]
    );

    // A request in the other direction accepts the first (R10).
    ask(&mut app);
    let (codes, callbacks) = app.done("b", Command::FriendAdd, &add("b", &["a"]));
    assert_eq!(
        (codes, pairs(&callbacks[0])),
        (vec![0], vec!["b>a/a".into(), "a>b/a".into()])
    );
}

#[test]
fn one_sided_agreement_heeds_limits_from_the_answering_side() {
    let mut policy = Policy::tencent_rest();
    policy.limits.friends = Some(1);
    let mut app = App::of(policy, &["a", "b", "c"]);
    app.call(Command::FriendAdd, &add("a", &["b"]));
    app.call(Command::FriendImport, &add("a", &["c"]));
    assert_eq!(
        app.done("b", Command::FriendResponse, &answer("b", "a", "Agree"))
            .0,
        [30014]
    );
    assert!(app.relation("a", "b").holds(Fact::ActorRequested));
}

#[test]
fn an_import_is_one_way_and_has_no_callback() {
    let mut app = App::new(&["a", "b"]);
    let (codes, callbacks) = app.done(ADMIN, Command::FriendImport, &add("a", &["b"]));
    assert_eq!((codes, callbacks), (vec![0], vec![]));
    assert_eq!(
        app.relation("a", "b"),
        Relation::STRANGERS.with(Fact::ActorLists)
    );
}

#[test]
fn an_import_is_taken_back_where_the_rules_refuse() {
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(1);
    let mut app = App::of(policy, &["a"]).importing();
    let body = json!({"From_Account": "a", "To_Account": ["b", "c", "d"]});
    assert_eq!(
        app.done("a", Command::BlackListAdd, &body).0,
        [0, 30013, 30013]
    );
    assert_eq!(app.service.graph().user_count(), 2);
}

#[test]
fn a_message_between_newcomers_is_judged_as_between_strangers() {
    let mut policy = Policy::tencent_rest();
    policy.message.needs_listing_by = socialgraph::Sides::Both;
    let mut app = App::of(policy, &["a"]).importing();
    assert_eq!(
        app.reply("a", Command::SendMessage, &message("new"))
            .code
            .number(),
        20009
    );
    assert_eq!(
        app.reply("new", Command::SendMessage, &message("a"))
            .code
            .number(),
        20009
    );
    assert_eq!(
        app.reply("new", Command::SendMessage, &message("new"))
            .code
            .number(),
        20003
    );

    let mut app = App::new(&["a"]).importing();
    let sent = app.reply("new", Command::SendMessage, &message("newer"));
    assert_eq!(sent.decision.unwrap().verdict(), Verdict::Allowed);
}

#[test]
fn an_admin_sends_as_anyone_and_needs_no_account() {
    let mut app = App::new(&["a"]);
    let body = json!({"From_Account": ADMIN, "To_Account": "a", "MsgBody": []});
    let sent = app.reply(ADMIN, Command::SendMessage, &body);
    assert_eq!((sent.code, sent.decision), (Code::Ok, None));
}
