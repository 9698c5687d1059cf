//! What the requests do: the engine's rules, seen through the REST API.

use serde_json::{Value, json};
use socialgraph::tim::wire::{
    AccountImport, AddFriendItem, BlackListAdd, Callback, CallbackReply, FriendAdd, SendMessage,
};
use socialgraph::tim::{Call, Caller, Code, Command, HttpRequest};
use socialgraph::{Fact, Policy, Relation, RequestMode, Verdict};

use super::fixtures::{ADMIN, App, admin, at, item_codes, now, target};

fn add(from: &str, to: &[&str]) -> Value {
    let item = |to: &&str| json!({"To_Account": to, "AddSource": "AddSource_Type_Test"});
    json!({"From_Account": from, "AddFriendItem": to.iter().map(item).collect::<Vec<_>>()})
}

fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

fn pair(from: &str, to: &str) -> Value {
    json!({"From_Account": from, "To_Account": [to]})
}

fn answer(from: &str, to: &str, action: &str) -> Value {
    let action = format!("Response_Action_{action}");
    let item = json!({"To_Account": to, "ResponseAction": action, "Remark": "r", "TagName": "t"});
    json!({"From_Account": from, "ResponseFriendItem": [item]})
}

impl App {
    fn relation(&self, from: &str, to: &str) -> Relation {
        self.service.graph().relation(from, to).unwrap()
    }

    /// The codes of the items, and the callbacks.
    fn done(
        &mut self,
        identifier: &str,
        command: Command,
        body: &Value,
    ) -> (Vec<u64>, Vec<Callback>) {
        let reply = self.reply(identifier, command, body);
        let json = serde_json::from_slice(&reply.body).unwrap();
        (item_codes(&json), reply.callbacks)
    }

    fn fields(&mut self, from: &str, to: &str, tags: &[&str]) -> Value {
        let body = json!({"From_Account": from, "To_Account": [to], "TagList": tags});
        self.call(Command::FriendGetList, &body)["InfoItem"][0]["SnsProfileItem"].take()
    }
}

/// The pairs of a callback, as "from>to" and, for friends, "/initiator".
fn pairs(callback: &Callback) -> Vec<String> {
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

#[test]
fn a_block_ends_the_friendship_and_the_requests_and_stops_one_side() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendAdd, &with(add("a", &["b"]), "ForceAddFlags", 1));
    assert!(app.relation("a", "b").are_friends());
    let (codes, callbacks) = app.done("a", Command::BlackListAdd, &pair("a", "b"));
    assert_eq!(codes, [0]);
    let told: Vec<_> = callbacks.iter().map(|c| (c.command(), pairs(c))).collect();
    assert_eq!(
        told,
        [
            ("Sns.CallbackBlackListAdd", vec!["a>b".to_owned()]),
            ("Sns.CallbackFriendDelete", vec!["a>b".to_owned(), "b>a".to_owned()]),
        ]
    );
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS.with(Fact::ActorBlocks));

    let message = |to: &str| json!({"To_Account": to, "MsgBody": []});
    let sent = app.reply("a", Command::SendMessage, &message("b"));
    assert_eq!(sent.decision.unwrap().verdict(), Verdict::Allowed);
    let dropped = app.reply("b", Command::SendMessage, &message("a"));
    assert_eq!(dropped.code, Code::Ok);
    assert_eq!(dropped.decision.unwrap().verdict(), Verdict::RefusedSilently);
    assert_eq!(dropped.body, sent.body);

    assert_eq!(app.done("a", Command::FriendAdd, &add("a", &["b"])).0, [30515]);
    assert_eq!(app.done("b", Command::FriendAdd, &add("b", &["a"])).0, [30525]);
    app.call(Command::BlackListAdd, &pair("b", "a"));
    assert_eq!(app.done("b", Command::FriendAdd, &add("b", &["a"])).0, [30515]);
}

#[test]
fn no_way_of_adding_friends_goes_round_a_block() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::BlackListAdd, &pair("b", "a"));
    for (command, body) in [
        (Command::FriendImport, add("a", &["b"])),
        (Command::FriendAdd, with(add("a", &["b"]), "AddType", "Add_Type_Single")),
        (Command::FriendAdd, with(add("a", &["b"]), "ForceAddFlags", 1)),
    ] {
        assert_eq!(app.done(ADMIN, command, &body), (vec![30525], vec![]));
    }
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS.with(Fact::TargetBlocks));
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
    assert_eq!(app.service.graph().user_facts("open").unwrap().request_mode, RequestMode::Anyone);

    let all = add("a", &["open", "asks", "closed"]);
    let (codes, callbacks) = app.done("a", Command::FriendAdd, &all);
    assert_eq!(codes, [0, 30539, 30516]);
    let told = serde_json::to_value(&callbacks[0]).unwrap();
    assert_eq!((&told["ForceFlag"], &told["Admin_Account"]), (&json!(0), &json!("")));
    assert_eq!(pairs(&callbacks[0]), ["a>open/a", "open>a/a"]);
    assert!(app.relation("a", "asks").holds(Fact::ActorRequested));

    let alone = with(all.clone(), "AddType", "Add_Type_Single");
    assert_eq!(app.done("a", Command::FriendAdd, &alone).0, [30001, 0, 0]);
    assert!(!app.relation("a", "closed").holds(Fact::TargetLists));
    // The request still waits: an entry on one list is no answer.
    assert!(app.relation("a", "asks").holds(Fact::ActorRequested));

    let forced = with(all, "ForceAddFlags", 1);
    let (codes, callbacks) = app.done(ADMIN, Command::FriendAdd, &forced);
    assert_eq!(codes, [30001, 0, 0]);
    let json = serde_json::to_value(&callbacks[0]).unwrap();
    assert_eq!((&json["ForceFlag"], &json["Admin_Account"]), (&json!(1), &json!(ADMIN)));
    assert_eq!(app.relation("a", "asks"), Relation::FRIENDS);
}

#[test]
fn a_bar_stops_asking_and_not_an_admin() {
    let mut app = App::new(&["a", "b", "c"]).importing();
    let bar =
        json!([{"Tag": "Tag_Profile_IM_AdminForbidType", "Value": "AdminForbid_Type_SendOut"}]);
    app.call(Command::PortraitSet, &json!({"From_Account": "a", "ProfileItem": bar}));
    let alone = with(add("a", &["b", "new"]), "AddType", "Add_Type_Single");
    assert_eq!(app.done("a", Command::FriendAdd, &alone).0, [30009, 30009]);
    assert_eq!(app.done("a", Command::FriendAdd, &add("a", &["b", "new"])).0, [30009, 30009]);
    assert_eq!(app.service.graph().user("new"), None);
    // A block comes before a bar, as in the engine's order of reasons.
    app.call(Command::BlackListAdd, &pair("a", "c"));
    assert_eq!(
        app.done("a", Command::FriendAdd, &with(add("a", &["c"]), "AddType", "Add_Type_Single")).0,
        [30515]
    );
    let forced = with(add("a", &["b"]), "ForceAddFlags", 1);
    assert_eq!(app.done(ADMIN, Command::FriendAdd, &forced).0, [0]);
}

#[test]
fn answers_to_requests() {
    let ask = |app: &mut App| {
        let items = json!([{
            "To_Account": "b", "AddSource": "AddSource_Type_Web", "AddWording": "hello",
            "Remark": "bee", "GroupName": "asked",
        }]);
        let body = json!({"From_Account": "a", "AddFriendItem": items});
        assert_eq!(app.done("a", Command::FriendAdd, &body).0, [30539]);
    };
    let tags =
        ["Tag_SNS_IM_Remark", "Tag_SNS_IM_Group", "Tag_SNS_IM_AddWording", "Tag_SNS_IM_AddTime"];
    let values = |fields: Value| {
        let items = fields.as_array().cloned().unwrap_or_default();
        items.into_iter().map(|mut item| item["Value"].take()).collect::<Vec<_>>()
    };

    let mut app = App::new(&["a", "b"]);
    ask(&mut app);
    app.now = at(1_700_000_100);
    let (codes, callbacks) =
        app.done("b", Command::FriendResponse, &answer("b", "a", "AgreeAndAdd"));
    assert_eq!((codes, app.relation("a", "b")), (vec![0], Relation::FRIENDS));
    assert_eq!(pairs(&callbacks[0]), ["b>a/a", "a>b/a"]);
    // What each said of the other is with each.
    let time = json!(1_700_000_100);
    let of_b = values(app.fields("a", "b", &tags));
    assert_eq!(of_b, [json!("bee"), json!(["asked"]), json!("hello"), time.clone()]);
    assert_eq!(values(app.fields("b", "a", &tags)), [json!("r"), json!(["t"]), time.clone()]);

    let mut app = App::new(&["a", "b"]);
    ask(&mut app);
    let (codes, callbacks) = app.done("b", Command::FriendResponse, &answer("b", "a", "Agree"));
    assert_eq!(codes, [0]);
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS.with(Fact::ActorLists));
    assert_eq!(pairs(&callbacks[0]), ["a>b/a"]);
    assert_eq!(values(app.fields("a", "b", &tags))[0], json!("bee"));

    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("a", &["b"]));
    ask(&mut app);
    assert_eq!(app.done("b", Command::FriendResponse, &answer("b", "a", "Agree")).0, [0]);
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS.with(Fact::ActorLists));

    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("b", &["a"]));
    ask(&mut app);
    assert_eq!(app.done("b", Command::FriendResponse, &answer("b", "a", "Agree")).0, [0]);
    assert_eq!(app.relation("a", "b"), Relation::FRIENDS);

    let mut app = App::new(&["a", "b"]);
    ask(&mut app);
    let rejected = app.done("b", Command::FriendResponse, &answer("b", "a", "Reject"));
    assert_eq!(rejected, (vec![0], vec![]));
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS);
    assert_eq!(app.done("b", Command::FriendResponse, &answer("b", "a", "Reject")).0, [30614]);
    assert_eq!(app.done("b", Command::FriendResponse, &answer("b", "a", "Agree")).0, [30614]);

    // Asking back is an answer as well (R10).
    ask(&mut app);
    let (codes, callbacks) = app.done("b", Command::FriendAdd, &add("b", &["a"]));
    assert_eq!((codes, pairs(&callbacks[0])), (vec![0], vec!["b>a/a".into(), "a>b/a".into()]));
}

#[test]
fn one_sided_agreement_heeds_limits_from_the_answering_side() {
    let mut policy = Policy::tencent_rest();
    policy.limits.friends = Some(1);
    let mut app = App::of(policy, &["a", "b", "c"]);
    app.call(Command::FriendAdd, &add("a", &["b"]));
    app.call(Command::FriendImport, &add("a", &["c"]));
    assert_eq!(app.done("b", Command::FriendResponse, &answer("b", "a", "Agree")).0, [30014]);
    assert!(app.relation("a", "b").holds(Fact::ActorRequested));
}

#[test]
fn an_app_may_deny_beforehand() {
    let mut app = App::new(&["a", "b", "c"]);
    let body = add("a", &["b", "c"]).to_string();
    let admit = |app: &App, identifier: &str| {
        let target = target(Command::FriendAdd, identifier, now());
        let request = HttpRequest::new("POST", &target, body.as_bytes());
        match app.gateway.admit(&request, now()) {
            Ok(Call::Update(call)) => call,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(admit(&app, ADMIN).prev_callback(now()), None);
    let mut call = admit(&app, "a");
    assert!(matches!(call.prev_callback(now()), Some(Callback::PrevFriendAdd(_))));
    let verdicts = json!({
        "ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "",
        "ResultItem": [
            {"To_Account": "b", "ResultCode": 38000, "ResultInfo": "not today"},
            {"To_Account": "c", "ResultCode": 0, "ResultInfo": ""},
        ],
    });
    call.deny(serde_json::from_value::<CallbackReply>(verdicts).unwrap());
    let reply: Value = serde_json::from_slice(&app.service.perform(&call, now()).body).unwrap();
    assert_eq!(item_codes(&reply), [38000, 30539]);
    assert_eq!(reply["ResultItem"][0]["ResultInfo"], "not today");
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS);
}

#[test]
fn an_import_is_one_way_and_tells_nobody() {
    let mut app = App::new(&["a", "b"]);
    let (codes, callbacks) = app.done(ADMIN, Command::FriendImport, &add("a", &["b"]));
    assert_eq!((codes, callbacks), (vec![0], vec![]));
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS.with(Fact::ActorLists));
}

#[test]
fn unknown_accounts_are_refused_or_imported() {
    let body = json!({"From_Account": "a", "To_Account": ["b", "a", "bad\u{7f}", ""]});
    let mut app = App::new(&["a"]);
    assert_eq!(app.done("a", Command::BlackListAdd, &body).0, [30003, 30001, 30003, 30003]);
    assert_eq!(app.service.graph().user_count(), 1);

    let mut app = App::new(&[]).importing();
    assert_eq!(app.done("a", Command::BlackListAdd, &body).0, [0, 30001, 30003, 30003]);
    assert_eq!(app.service.graph().user_count(), 2);

    // A query answers as for somebody new, and imports nobody.
    let asked = with(pair("x", "y"), "CheckType", "BlackCheckResult_Type_Both");
    assert_eq!(app.done(ADMIN, Command::BlackListCheck, &asked).0, [0]);
    let asked = json!({"From_Account": "x", "StartIndex": 0});
    assert_eq!(app.call(Command::FriendGet, &asked)["CompleteFlag"], 1);
    let asked = json!({"To_Account": ["x"], "TagList": ["Tag_Profile_IM_AllowType"]});
    let profile = app.call(Command::PortraitGet, &asked);
    assert_eq!(
        profile["UserProfileItem"][0]["ProfileItem"][0]["Value"],
        "AllowType_Type_NeedConfirm"
    );
    // Nor does an update that would not be carried out.
    assert_eq!(app.done("a", Command::BlackListDelete, &pair("a", "x")).0, [30001]);
    assert_eq!(app.done("a", Command::FriendDelete, &pair("a", "x")).0, [31704]);
    let source = json!([{"To_Account": "x", "AddSource": "Web"}]);
    let body = json!({"From_Account": "a", "AddFriendItem": source});
    assert_eq!(app.done("a", Command::FriendAdd, &body).0, [30001]);
    assert_eq!(app.service.graph().user_count(), 2);
}

#[test]
fn an_import_is_taken_back_where_the_rules_refuse() {
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(1);
    let mut app = App::of(policy, &["a"]).importing();
    let body = json!({"From_Account": "a", "To_Account": ["b", "c", "d"]});
    assert_eq!(app.done("a", Command::BlackListAdd, &body).0, [0, 30013, 30013]);
    assert_eq!(app.service.graph().user_count(), 2);
}

#[test]
fn fields_of_friends_are_checked() {
    let mut app = App::new(&["a", "b"]);
    let cases = [
        json!({}),
        json!({"AddSource": "Web"}),
        json!({"AddSource": "AddSource_Type_"}),
        json!({"AddSource": "AddSource_Type_NineChars"}),
        json!({"AddSource": "AddSource_Type_W3b"}),
        json!({"AddSource": "AddSource_Type_Web", "Remark": "x".repeat(97)}),
        json!({"AddSource": "AddSource_Type_Web", "AddWording": "x".repeat(257)}),
        json!({"AddSource": "AddSource_Type_Web", "GroupName": "x".repeat(31)}),
    ];
    let infos =
        ["Source", "Source", "Source", "Source", "Source", "Remark", "Wording", "GroupName"];
    for (mut item, info) in cases.into_iter().zip(infos) {
        item["To_Account"] = json!("b");
        let body = json!({"From_Account": "a", "AddFriendItem": [item]});
        let reply = app.call(Command::FriendAdd, &body);
        let result = &reply["ResultItem"][0];
        assert_eq!(result["ResultCode"], 30001);
        assert_eq!(result["ResultInfo"], format!("Err_SNS_FriendAdd_{info}_Illegal"));
    }
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS);
    let item = json!({
        "To_Account": "b", "AddSource": "AddSource_Type_EightLet", "Remark": "é".repeat(48),
        "AddWording": "x".repeat(256), "GroupName": "x".repeat(30),
    });
    let body = json!({"From_Account": "a", "AddFriendItem": [item], "ForceAddFlags": 1});
    assert_eq!(app.done(ADMIN, Command::FriendAdd, &body).0, [0]);

    let update = |tag: &str, value: Value| {
        let items = json!([
            {"Tag": "Tag_SNS_IM_Remark", "Value": "changed"}, {"Tag": tag, "Value": value},
        ]);
        json!({"From_Account": "a", "UpdateItem": [{"To_Account": "b", "SnsItem": items}]})
    };
    for (tag, value) in [
        ("Tag_SNS_IM_AddSource", json!("AddSource_Type_Web")),
        ("Tag_SNS_IM_Remark", json!(7)),
        ("Tag_SNS_IM_Group", json!("list")),
        ("Tag_SNS_IM_Group", json!([""])),
        ("Tag_SNS_Custom_", json!("x")),
        ("Tag_SNS_Custom_TooLonger", json!("x")),
        ("Tag_SNS_Custom_Test", json!("x".repeat(501))),
        ("Tag_SNS_Custom_Test", json!(["x"])),
    ] {
        assert_eq!(app.done("a", Command::FriendUpdate, &update(tag, value)).0, [30001], "{tag}");
    }
    // None of an item's fields changes where one is refused.
    let remark = app.fields("a", "b", &["Tag_SNS_IM_Remark"]);
    assert_eq!(remark[0]["Value"], "é".repeat(48));

    let letter = |n: u8| format!("Tag_SNS_Custom_{}", char::from(b'a' + n));
    for n in 0..20 {
        let body = update(&letter(n), json!(n));
        assert_eq!(app.done("a", Command::FriendUpdate, &body).0, [0]);
    }
    assert_eq!(app.done("a", Command::FriendUpdate, &update(&letter(20), json!(1))).0, [30001]);
    assert_eq!(app.done("a", Command::FriendUpdate, &update(&letter(3), json!("x"))).0, [0]);
}

#[test]
fn friend_lists_by_name() {
    let mut app = App::new(&["a", "b", "c"]);
    app.call(Command::FriendAdd, &with(add("a", &["b", "c"]), "ForceAddFlags", 1));
    let update = |to: &str, names: &[&str]| {
        let items = json!([{"Tag": "Tag_SNS_IM_Group", "Value": names}]);
        json!({"From_Account": "a", "UpdateItem": [{"To_Account": to, "SnsItem": items}]})
    };
    app.call(Command::FriendUpdate, &update("b", &["one", "two", "one"]));
    app.call(Command::FriendUpdate, &update("c", &["two"]));
    let get = |app: &mut App, names: &[&str]| {
        let need = "Need_Friend_Type_Yes";
        let body = json!({"From_Account": "a", "NeedFriend": need, "GroupName": names});
        app.call(Command::GroupGet, &body)["ResultItem"].take()
    };
    let list = |name: &str, friends: &[&str]| json!({"GroupName": name, "FriendNumber": friends.len(), "To_Account": friends});
    assert_eq!(get(&mut app, &[]), json!([list("one", &["b"]), list("two", &["b", "c"])]));
    assert_eq!(get(&mut app, &["two", "three"]), json!([list("two", &["b", "c"])]));

    // Whoever is blocked is off every list; the lists stay.
    app.call(Command::BlackListAdd, &pair("a", "b"));
    assert_eq!(get(&mut app, &[]), json!([list("one", &[]), list("two", &["c"])]));
    let body = json!({"From_Account": "a", "GroupName": ["two", "three"]});
    app.call(Command::GroupDelete, &body);
    assert_eq!(get(&mut app, &[]), json!([list("one", &[])]));
    assert_eq!(app.fields("a", "c", &["Tag_SNS_IM_Group"]), json!([]));
    assert!(app.relation("a", "c").are_friends());
}

#[test]
fn a_request_that_waited_too_long_for_its_friend_list_is_without_it() {
    let mut app = App::new(&["a", "b"]);
    let item = json!({"To_Account": "b", "AddSource": "AddSource_Type_Web", "GroupName": "late"});
    app.call(Command::FriendAdd, &json!({"From_Account": "a", "AddFriendItem": [item]}));
    let names: Vec<_> = (0..32).map(|n| n.to_string()).collect();
    app.call(Command::GroupAdd, &json!({"From_Account": "a", "GroupName": names}));
    app.call_as("b", Command::FriendResponse, &answer("b", "a", "AgreeAndAdd"));
    assert_eq!(app.fields("a", "b", &["Tag_SNS_IM_Group"]), json!([]));
    app.service.check_invariants().unwrap();
}

#[test]
fn sequences_say_what_has_changed() {
    let mut app = App::new(&["a", "b", "c"]);
    let get = |app: &mut App, standard: Option<u64>, custom: Option<u64>| {
        let body = json!({
            "From_Account": "a", "StartIndex": 0,
            "StandardSequence": standard, "CustomSequence": custom,
        });
        app.call(Command::FriendGet, &body)
    };
    assert_eq!(get(&mut app, Some(0), Some(0))["UserDataItem"], json!([]));
    app.call(Command::FriendAdd, &with(add("a", &["b", "c"]), "ForceAddFlags", 1));
    let items = json!([{"Tag": "Tag_SNS_Custom_Test", "Value": "x"}]);
    let body = json!({"From_Account": "a", "UpdateItem": [{"To_Account": "c", "SnsItem": items}]});
    app.call(Command::FriendUpdate, &body);

    let all = get(&mut app, None, None);
    assert_eq!((&all["StandardSequence"], &all["CustomSequence"]), (&json!(2), &json!(1)));
    let tags = |reply: &Value| {
        let friends = reply["UserDataItem"].as_array().unwrap().iter();
        friends.map(|friend| friend["ValueItem"].as_array().unwrap().len()).collect::<Vec<_>>()
    };
    assert_eq!(tags(&all), [2, 3]);
    assert_eq!(tags(&get(&mut app, Some(2), Some(0))), [1]);
    assert_eq!(tags(&get(&mut app, Some(1), Some(1))), [2, 2]);
    let nothing_new = get(&mut app, Some(2), Some(1));
    assert_eq!(tags(&nothing_new), [] as [usize; 0]);
    assert_eq!((&nothing_new["FriendNum"], &nothing_new["CompleteFlag"]), (&json!(2), &json!(1)));

    let before = get(&mut app, None, None);
    app.call(Command::FriendDelete, &pair("a", "c"));
    let after = get(&mut app, None, None);
    assert_ne!(before["StandardSequence"], after["StandardSequence"]);
    assert_ne!(before["CustomSequence"], after["CustomSequence"]);
}

#[test]
fn a_deleted_account_leaves_nothing() {
    let mut app = App::new(&["a", "b", "c"]);
    app.call(Command::FriendAdd, &with(add("a", &["b"]), "ForceAddFlags", 1));
    app.call(Command::BlackListAdd, &pair("c", "a"));
    app.call(Command::FriendAdd, &add("a", &["c"]));
    app.call(Command::AccountImport, &json!({"UserID": "a", "Nick": "nick"}));
    let reply = app.reply(ADMIN, Command::AccountDelete, &json!({"DeleteItem": [{"UserID": "a"}]}));
    let told: Vec<_> = reply.callbacks.iter().flat_map(pairs).collect();
    assert_eq!(told, ["c>a", "a>b", "b>a"]);
    app.service.check_invariants().unwrap();

    // Whoever comes by that name later is somebody else.
    app.call(Command::AccountImport, &json!({"UserID": "a"}));
    let asked = json!({"To_Account": ["a"], "TagList": ["Tag_Profile_IM_Nick"]});
    let profile = app.call(Command::PortraitGet, &asked);
    assert_eq!(profile["UserProfileItem"][0]["ProfileItem"], json!([]));
    assert_eq!(app.relation("a", "c"), Relation::STRANGERS);
}

#[test]
fn a_graph_of_the_hosts_own_has_no_times() {
    let mut app = App::new(&[]);
    let mut graph = app.service.graph().clone();
    for name in ["a", "b", "a name that is longer than 32 bytes"] {
        graph.add_user(name).unwrap();
    }
    graph.add_to_blocklist("a", "b").unwrap();
    graph
        .add_friend("a", "a name that is longer than 32 bytes", socialgraph::Ways::TwoWay)
        .unwrap();
    app.service = socialgraph::tim::Service::new(graph);
    let body = json!({"From_Account": "a", "StartIndex": 0, "MaxLimited": 9, "LastSequence": 0});
    let item = json!({"To_Account": "b", "AddBlackTimeStamp": 0});
    assert_eq!(app.call(Command::BlackListGet, &body)["BlackListItem"], json!([item]));
    let body = json!({"From_Account": "a", "StartIndex": 0});
    assert_eq!(app.call(Command::FriendGet, &body)["UserDataItem"][0]["ValueItem"], json!([]));
    assert_eq!(app.done("a", Command::BlackListDelete, &pair("a", "b")).0, [0]);
}

#[test]
fn profiles_keep_what_the_rules_do_not_read() {
    let mut app = App::new(&["a"]);
    let set = |items: Value| json!({"From_Account": "a", "ProfileItem": items});
    let items = json!([
        {"Tag": "Tag_Profile_IM_Level", "Value": 7}, {"Tag": "Tag_Profile_Custom_Test", "Value": "x"},
    ]);
    app.call_as("a", Command::PortraitSet, &set(items));
    for items in [
        json!([]),
        json!([{"Tag": "Tag_SNS_IM_Remark", "Value": "x"}]),
        json!([{"Tag": "Tag_Profile_IM_", "Value": "x"}]),
        json!([{"Tag": "Tag_Profile_IM_Level", "Value": 8}, {"Tag": "nonsense", "Value": "x"}]),
        json!([{"Tag": "Tag_Profile_IM_Nick", "Value": "x".repeat(501)}]),
        json!([{"Tag": "Tag_Profile_IM_Nick", "Value": ["x"]}]),
        json!([{"Tag": "Tag_Profile_IM_AllowType", "Value": 1}]),
        json!([{"Tag": format!("Tag_Profile_Custom_{}", "x".repeat(64)), "Value": 1}]),
    ] {
        let reply = app.call(Command::PortraitSet, &set(items));
        assert_eq!(reply["ErrorCode"], 40001, "{reply}");
    }
    let tags = ["Tag_Profile_IM_Level", "Tag_Profile_IM_AdminForbidType", "Tag_Profile_IM_Nick"];
    let asked = json!({"To_Account": ["a"], "TagList": tags});
    assert_eq!(
        app.call(Command::PortraitGet, &asked)["UserProfileItem"][0]["ProfileItem"],
        json!([
            {"Tag": "Tag_Profile_IM_Level", "Value": 7},
            {"Tag": "Tag_Profile_IM_AdminForbidType", "Value": "AdminForbid_Type_None"},
        ])
    );
}

#[test]
fn typed_requests_need_no_gateway() {
    let mut app = App::new(&["a"]);
    let import = AccountImport { user_id: "b".into(), ..AccountImport::default() };
    app.service.update(&import, &admin(), now()).unwrap();
    let item = AddFriendItem {
        to_account: "b".into(),
        add_source: Some("AddSource_Type_Test".into()),
        ..AddFriendItem::default()
    };
    let add =
        FriendAdd { from_account: "a".into(), add_friend_item: vec![item], ..FriendAdd::default() };
    let done = app.service.update(&add, &Caller::user("a"), now()).unwrap();
    assert_eq!(done.response.fail_account, ["b"]);
    let failure = app.service.update(&add, &Caller::user("b"), now()).unwrap_err();
    assert_eq!(failure.code(), Code::AdminRequired);
    assert_eq!(failure.to_string(), r#"30004 admin required: "b" is no admin"#);

    let block = BlackListAdd { from_account: "b".into(), to_account: vec!["a".into()] };
    app.service.update(&block, &Caller::user("b"), now()).unwrap();
    let message = SendMessage { to_account: Some("b".into()), ..SendMessage::default() };
    let sent = app.service.query(&message, &Caller::user("a"), now()).unwrap();
    assert_eq!(sent.decision.unwrap().verdict(), Verdict::RefusedSilently);
}

#[test]
fn a_message_between_newcomers_is_judged_as_between_strangers() {
    let mut policy = Policy::tencent_rest();
    policy.message_needs_listing_by = socialgraph::Sides::Both;
    let mut app = App::of(policy, &["a"]).importing();
    let message = |to: &str| json!({"To_Account": to, "MsgBody": []});
    assert_eq!(app.reply("a", Command::SendMessage, &message("new")).code.number(), 20009);
    assert_eq!(app.reply("new", Command::SendMessage, &message("a")).code.number(), 20009);
    assert_eq!(app.reply("new", Command::SendMessage, &message("new")).code.number(), 20003);

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

#[test]
fn account_commands_have_limits() {
    let mut app = App::new(&[]);
    let names = |n: usize| (0..n).map(|n| format!("user{n}")).collect::<Vec<_>>();
    let import = |n| json!({"Accounts": names(n)});
    let items = |n| names(n).into_iter().map(|name| json!({"UserID": name})).collect::<Vec<_>>();
    assert_eq!(app.call(Command::MultiaccountImport, &import(101))["ErrorCode"], 70206);
    assert_eq!(app.service.graph().user_count(), 0);
    assert_eq!(app.call(Command::MultiaccountImport, &import(100))["ErrorCode"], 0);
    let check = |n| json!({"CheckItem": items(n)});
    assert_eq!(app.call(Command::AccountCheck, &check(100))["ErrorCode"], 0);
    assert_eq!(app.call(Command::AccountCheck, &check(101))["ErrorCode"], 70206);
    let delete = json!({"DeleteItem": items(101)});
    assert_eq!(app.call(Command::AccountDelete, &delete)["ErrorCode"], 70206);
    for field in ["Nick", "FaceUrl"] {
        let mut body = json!({"UserID": "a"});
        body[field] = json!("x".repeat(501));
        assert_eq!(app.call(Command::AccountImport, &body)["ErrorCode"], 70402);
        body[field] = json!("x".repeat(500));
        assert_eq!(app.call(Command::AccountImport, &body)["ErrorCode"], 0);
    }
    for name in ["", "a\n", "\u{e9}", &"x".repeat(33)] {
        let body = json!({"UserID": name});
        assert_eq!(app.call(Command::AccountImport, &body)["ErrorCode"], 70402, "{name:?}");
    }
    assert_eq!(app.call(Command::AccountImport, &json!({"Identifier": "x"}))["ErrorCode"], 0);
}

#[test]
fn a_reply_is_no_longer_than_its_limits_let_it_be() {
    let mut app = App::new(&["a"]);
    let tags = |n: usize| (0..n).map(|n| format!("Tag_Profile_Custom_{n}")).collect::<Vec<_>>();
    let get = |tags: &[String]| json!({"To_Account": ["a"], "TagList": tags});
    let set = |tags: Vec<String>| {
        let items: Vec<_> = tags.iter().map(|tag| json!({"Tag": tag, "Value": 1})).collect();
        json!({"From_Account": "a", "ProfileItem": items})
    };
    assert_eq!(app.call(Command::PortraitGet, &get(&tags(101)))["ErrorCode"], 40001);
    assert_eq!(app.call(Command::PortraitSet, &set(tags(33)))["ErrorCode"], 40001);
    for _ in 0..2 {
        assert_eq!(app.call(Command::PortraitSet, &set(tags(32)))["ErrorCode"], 0);
    }
    let one_more = set(vec!["Tag_Profile_IM_Nick".into()]);
    assert_eq!(app.call(Command::PortraitSet, &one_more)["ErrorCode"], 40001);
    let twice: Vec<_> = tags(100).into_iter().chain(tags(100)).collect();
    let reply = app.call(Command::PortraitGet, &get(&twice));
    let fields = reply["UserProfileItem"][0]["ProfileItem"].as_array().unwrap();
    let named: Vec<_> =
        fields.iter().map(|field| field["Tag"].as_str().unwrap().to_owned()).collect();
    assert_eq!(named, tags(32));
}

#[test]
fn more_lists_than_a_user_may_have_fit_nowhere() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendAdd, &with(add("a", &["b"]), "ForceAddFlags", 1));
    let names = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>();
    let update = |n| {
        let items = json!([{"Tag": "Tag_SNS_IM_Group", "Value": names(n)}]);
        json!({"From_Account": "a", "UpdateItem": [{"To_Account": "b", "SnsItem": items}]})
    };
    let group_add = |n| json!({"From_Account": "a", "GroupName": names(n)});
    assert_eq!(app.call(Command::GroupAdd, &group_add(33))["ErrorCode"], 30011);
    assert_eq!(app.done("a", Command::FriendUpdate, &update(33)).0, [30011]);
    assert_eq!(app.call(Command::GroupAdd, &group_add(32))["ErrorCode"], 0);
    assert_eq!(app.done("a", Command::FriendUpdate, &update(32)).0, [0]);

    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendAdd, &add("b", &["a"]));
    app.call(Command::GroupAdd, &group_add(32));
    let response = answer("a", "b", "AgreeAndAdd");
    assert_eq!(app.done("a", Command::FriendResponse, &response).0, [30011]);
    // What is not used is not looked at.
    assert_eq!(app.done("a", Command::FriendResponse, &answer("a", "b", "Reject")).0, [0]);
}

#[test]
fn what_is_said_in_a_request_is_added_to_what_is_known() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("a", &["b"]));
    let item = json!({
        "To_Account": "b", "AddSource": "AddSource_Type_Later", "Remark": "bee",
        "GroupName": "list",
    });
    app.call(Command::FriendAdd, &json!({"From_Account": "a", "AddFriendItem": [item]}));
    app.call_as("b", Command::FriendResponse, &answer("b", "a", "AgreeAndAdd"));
    let tags = ["Tag_SNS_IM_Remark", "Tag_SNS_IM_Group", "Tag_SNS_IM_AddSource"];
    let fields = app.fields("a", "b", &tags);
    assert_eq!(fields[0]["Value"], "bee");
    assert_eq!(fields[1]["Value"], json!(["list"]));
    assert_eq!(fields[2]["Value"], "AddSource_Type_Later");

    // Of the one who answers as well, where they listed the other before.
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("b", &["a"]));
    app.call(Command::FriendAdd, &add("a", &["b"]));
    app.call_as("b", Command::FriendResponse, &answer("b", "a", "AgreeAndAdd"));
    let fields = app.fields("b", "a", &tags);
    assert_eq!((&fields[0]["Value"], &fields[1]["Value"]), (&json!("r"), &json!(["t"])));
    assert_eq!(fields[2]["Value"], "AddSource_Type_Test");
}

#[test]
fn another_apps_accounts_are_unknown_to_account_commands() {
    let mut app = App::new(&["there"]);
    app.service.mark_foreign("there");
    app.service.mark_foreign("foreign");
    let import = |id: &str| json!({"UserID": id});
    assert_eq!(app.call(Command::AccountImport, &import("foreign"))["ErrorCode"], 70402);
    let check = json!({"CheckItem": [{"UserID": "there"}]});
    let reply = app.call(Command::AccountCheck, &check);
    assert_eq!(reply["ResultItem"][0]["AccountStatus"], "NotImported");
    let delete = json!({"DeleteItem": [{"UserID": "there"}]});
    assert_eq!(app.done(ADMIN, Command::AccountDelete, &delete).0, [70107]);
    app.service.unmark_foreign("there");
    assert_eq!(app.done(ADMIN, Command::AccountDelete, &delete).0, [0]);
}

#[test]
fn sequences_of_a_name_are_never_those_of_its_former_owner() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendAdd, &with(add("a", &["b"]), "ForceAddFlags", 1));
    let get = json!({"From_Account": "a", "StartIndex": 0, "StandardSequence": 1});
    assert_eq!(app.call(Command::FriendGet, &get)["UserDataItem"], json!([]));
    app.call(Command::AccountDelete, &json!({"DeleteItem": [{"UserID": "a"}]}));
    app.call(Command::AccountImport, &json!({"UserID": "a"}));
    app.call(Command::FriendAdd, &with(add("a", &["b"]), "ForceAddFlags", 1));
    let reply = app.call(Command::FriendGet, &get);
    assert_eq!(reply["UserDataItem"].as_array().unwrap().len(), 1);
    assert!(reply["StandardSequence"].as_u64() > Some(2));
}

#[test]
fn a_graph_of_the_hosts_own_is_not_taken_for_seen() {
    let mut app = App::new(&["a", "b"]);
    let mut graph = app.service.graph().clone();
    graph.add_friend("a", "b", socialgraph::Ways::TwoWay).unwrap();
    app.service = socialgraph::tim::Service::new(graph);
    let first = json!({
        "From_Account": "a", "StartIndex": 0, "StandardSequence": 0, "CustomSequence": 0,
    });
    let reply = app.call(Command::FriendGet, &first);
    assert_eq!(reply["UserDataItem"].as_array().unwrap().len(), 1);
}

#[test]
fn fields_that_nobody_knows_are_passed_over() {
    let mut app = App::new(&["a", "b"]);
    let body = json!({
        "From_Account": "a", "To_Account": ["b"], "Ext": {"UserID": 5}, "Exts": [{"UserID": 5}],
    });
    assert_eq!(app.done("a", Command::BlackListAdd, &body).0, [0]);
}

#[test]
fn only_an_apps_own_codes_deny() {
    let mut app = App::new(&["a", "b"]);
    let body = add("a", &["b"]).to_string();
    let admit = |app: &App, identifier: &str| {
        let target = target(Command::FriendAdd, identifier, now());
        match app.gateway.admit(&HttpRequest::new("POST", &target, body.as_bytes()), now()) {
            Ok(Call::Update(call)) => call,
            other => panic!("{other:?}"),
        }
    };
    // Who may not act for another is refused without asking the app.
    assert_eq!(admit(&app, "b").prev_callback(now()), None);
    for (code, expected) in [(1, 38000), (38500, 38500), (39000, 39000), (39001, 38000)] {
        let mut call = admit(&app, "a");
        let item = json!({"To_Account": "b", "ResultCode": code, "ResultInfo": ""});
        call.deny(serde_json::from_value(json!({"ResultItem": [item]})).unwrap());
        let reply: Value = serde_json::from_slice(&app.service.perform(&call, now()).body).unwrap();
        assert_eq!(item_codes(&reply), [expected]);
    }
}

#[test]
fn details_do_not_repeat_whole_requests() {
    let mut app = App::new(&[]);
    let body = json!({"From_Account": "x".repeat(100_000), "To_Account": ["b"]});
    let reply = app.reply(ADMIN, Command::BlackListAdd, &body);
    assert_eq!(reply.code, Code::UnknownAccount);
    assert!(reply.detail.len() <= 200 && reply.detail.contains("xxx"));
}
