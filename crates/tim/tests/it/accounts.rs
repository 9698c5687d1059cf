//! Accounts: import, deletion, unknown accounts, and the fields of profiles.

use serde_json::{Value, json};
use socialgraph::Relation;
use socialgraph_tim::Command;

use super::bodies::{add, pair, pairs, with};
use super::fixtures::{ADMIN, App};

#[test]
fn unknown_accounts_are_refused_or_imported() {
    let body = json!({"From_Account": "a", "To_Account": ["b", "a", "bad\u{7f}", ""]});
    let mut app = App::new(&["a"]);
    assert_eq!(
        app.done("a", Command::BlackListAdd, &body).0,
        [30003, 30001, 30003, 30003]
    );
    assert_eq!(app.service.graph().user_count(), 1);

    let mut app = App::new(&[]).importing();
    assert_eq!(
        app.done("a", Command::BlackListAdd, &body).0,
        [0, 30001, 30003, 30003]
    );
    assert_eq!(app.service.graph().user_count(), 2);

    // A query answers as for a new account, but imports none.
    let query = with(pair("x", "y"), "CheckType", "BlackCheckResult_Type_Both");
    assert_eq!(app.done(ADMIN, Command::BlackListCheck, &query).0, [0]);
    let query = json!({"From_Account": "x", "StartIndex": 0});
    assert_eq!(app.call(Command::FriendGet, &query)["CompleteFlag"], 1);
    let query = json!({"To_Account": ["x"], "TagList": ["Tag_Profile_IM_AllowType"]});
    let profile = app.call(Command::PortraitGet, &query);
    assert_eq!(
        profile["UserProfileItem"][0]["ProfileItem"][0]["Value"],
        "AllowType_Type_NeedConfirm"
    );
    // An update that is refused imports none either.
    assert_eq!(
        app.done("a", Command::BlackListDelete, &pair("a", "x")).0,
        [30001]
    );
    assert_eq!(
        app.done("a", Command::FriendDelete, &pair("a", "x")).0,
        [31704]
    );
    let source = json!([{"To_Account": "x", "AddSource": "Web"}]);
    let body = json!({"From_Account": "a", "AddFriendItem": source});
    assert_eq!(app.done("a", Command::FriendAdd, &body).0, [30001]);
    assert_eq!(app.service.graph().user_count(), 2);
}

#[test]
fn a_deleted_account_leaves_nothing() {
    let mut app = App::new(&["a", "b", "c"]);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b"]), "ForceAddFlags", 1),
    );
    app.call(Command::BlackListAdd, &pair("c", "a"));
    app.call(Command::FriendAdd, &add("a", &["c"]));
    app.call(
        Command::AccountImport,
        &json!({"UserID": "a", "Nick": "nick"}),
    );
    let reply = app.reply(
        ADMIN,
        Command::AccountDelete,
        &json!({"DeleteItem": [{"UserID": "a"}]}),
    );
    let reported: Vec<_> = reply.callbacks.iter().flat_map(pairs).collect();
    assert_eq!(reported, ["c>a", "a>b", "b>a"]);
    app.service.check_invariants().unwrap();

    // A later account of that name is a different one.
    app.call(Command::AccountImport, &json!({"UserID": "a"}));
    let query = json!({"To_Account": ["a"], "TagList": ["Tag_Profile_IM_Nick"]});
    let profile = app.call(Command::PortraitGet, &query);
    assert_eq!(profile["UserProfileItem"][0]["ProfileItem"], json!([]));
    assert_eq!(app.relation("a", "c"), Relation::STRANGERS);
}

/// Sequences of a new account start above those of deleted accounts.
#[test]
fn a_newcomer_whom_the_rules_refuse_leaves_nothing() {
    let mut app = App::new(&["a", "gone"]).importing();
    app.call(Command::BlackListAdd, &pair("gone", "a"));
    app.call(
        Command::AccountDelete,
        &json!({"DeleteItem": [{"UserID": "gone"}]}),
    );
    let barred =
        json!({"Tag": "Tag_Profile_IM_AdminForbidType", "Value": "AdminForbid_Type_SendOut"});
    app.call(
        Command::PortraitSet,
        &json!({"From_Account": "a", "ProfileItem": [barred]}),
    );
    let before = app.service.clone();
    assert_eq!(
        app.done("a", Command::FriendAdd, &add("a", &["x"])).0,
        [30009]
    );
    assert!(app.service == before);
    app.service.check_invariants().unwrap();
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
    let longest = json!([
        {"Tag": format!("Tag_Profile_Custom_{}", "x".repeat(45)), "Value": "x".repeat(500)},
    ]);
    assert_eq!(
        app.call(Command::PortraitSet, &set(longest))["ErrorCode"],
        0
    );
    let tags = [
        "Tag_Profile_IM_Level",
        "Tag_Profile_IM_AdminForbidType",
        "Tag_Profile_IM_Nick",
    ];
    let query = json!({"To_Account": ["a"], "TagList": tags});
    assert_eq!(
        app.call(Command::PortraitGet, &query)["UserProfileItem"][0]["ProfileItem"],
        json!([
            {"Tag": "Tag_Profile_IM_Level", "Value": 7},
            {"Tag": "Tag_Profile_IM_AdminForbidType", "Value": "AdminForbid_Type_None"},
        ])
    );
}

#[test]
fn account_commands_have_limits() {
    let mut app = App::new(&[]);
    let names = |n: usize| (0..n).map(|n| format!("user{n}")).collect::<Vec<_>>();
    let import = |n| json!({"Accounts": names(n)});
    let items = |n| {
        names(n)
            .into_iter()
            .map(|name| json!({"UserID": name}))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        app.call(Command::MultiaccountImport, &import(101))["ErrorCode"],
        70206
    );
    assert_eq!(app.service.graph().user_count(), 0);
    assert_eq!(
        app.call(Command::MultiaccountImport, &import(100))["ErrorCode"],
        0
    );
    let check = |n| json!({"CheckItem": items(n)});
    assert_eq!(app.call(Command::AccountCheck, &check(100))["ErrorCode"], 0);
    assert_eq!(
        app.call(Command::AccountCheck, &check(101))["ErrorCode"],
        70206
    );
    let delete = json!({"DeleteItem": items(101)});
    assert_eq!(
        app.call(Command::AccountDelete, &delete)["ErrorCode"],
        70206
    );
    for field in ["Nick", "FaceUrl"] {
        let mut body = json!({"UserID": "a"});
        body[field] = json!("x".repeat(501));
        assert_eq!(app.call(Command::AccountImport, &body)["ErrorCode"], 70402);
        body[field] = json!("x".repeat(500));
        assert_eq!(app.call(Command::AccountImport, &body)["ErrorCode"], 0);
    }
    for name in ["", "a\n", "\u{e9}", &"x".repeat(33)] {
        let body = json!({"UserID": name});
        assert_eq!(
            app.call(Command::AccountImport, &body)["ErrorCode"],
            70402,
            "{name:?}"
        );
    }
    assert_eq!(
        app.call(Command::AccountImport, &json!({"Identifier": "x"}))["ErrorCode"],
        0
    );
}

#[test]
fn a_reply_is_no_longer_than_its_limits_let_it_be() {
    let mut app = App::new(&["a"]);
    let tags = |n: usize| {
        (0..n)
            .map(|n| format!("Tag_Profile_Custom_{n}"))
            .collect::<Vec<_>>()
    };
    let get = |tags: &[String]| json!({"To_Account": ["a"], "TagList": tags});
    let set = |tags: Vec<String>| {
        let items: Vec<_> = tags
            .iter()
            .map(|tag| json!({"Tag": tag, "Value": 1}))
            .collect();
        json!({"From_Account": "a", "ProfileItem": items})
    };
    assert_eq!(
        app.call(Command::PortraitGet, &get(&tags(101)))["ErrorCode"],
        40001
    );
    assert_eq!(
        app.call(Command::PortraitSet, &set(tags(33)))["ErrorCode"],
        40001
    );
    for _ in 0..2 {
        assert_eq!(
            app.call(Command::PortraitSet, &set(tags(32)))["ErrorCode"],
            0
        );
    }
    let of_accounts = |n| json!({"To_Account": vec!["a"; n], "TagList": tags(1)});
    let reply = app.call(Command::PortraitGet, &of_accounts(100));
    assert_eq!(reply["UserProfileItem"].as_array().unwrap().len(), 100);
    assert_ne!(
        app.call(Command::PortraitGet, &of_accounts(101))["ErrorCode"],
        0
    );
    let one_more = set(vec!["Tag_Profile_IM_Nick".into()]);
    assert_eq!(
        app.call(Command::PortraitSet, &one_more)["ErrorCode"],
        40001
    );
    let twice: Vec<_> = tags(100).into_iter().chain(tags(100)).collect();
    let reply = app.call(Command::PortraitGet, &get(&twice));
    let fields = reply["UserProfileItem"][0]["ProfileItem"]
        .as_array()
        .unwrap();
    let named: Vec<_> = fields
        .iter()
        .map(|field| field["Tag"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(named, tags(32));
}

#[test]
fn another_apps_accounts_are_unknown_to_account_commands() {
    let mut app = App::new(&["there"]);
    app.service.mark_foreign("there");
    app.service.mark_foreign("foreign");
    let import = |id: &str| json!({"UserID": id});
    assert_eq!(
        app.call(Command::AccountImport, &import("foreign"))["ErrorCode"],
        70402
    );
    let check = json!({"CheckItem": [{"UserID": "there"}]});
    let reply = app.call(Command::AccountCheck, &check);
    assert_eq!(reply["ResultItem"][0]["AccountStatus"], "NotImported");
    let delete = json!({"DeleteItem": [{"UserID": "there"}]});
    assert_eq!(app.done(ADMIN, Command::AccountDelete, &delete).0, [70107]);
    app.service.unmark_foreign("there");
    assert_eq!(app.done(ADMIN, Command::AccountDelete, &delete).0, [0]);
}
