//! Fields of friends, groups of friends, and sequences.

use serde_json::{Value, json};
use socialgraph::{Policy, Relation};
use socialgraph_tim::Command;

use super::bodies::{add, answer, pair, with};
use super::fixtures::{ADMIN, App};

#[test]
fn fields_of_a_new_friend_are_checked() {
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
    let infos = [
        "Source",
        "Source",
        "Source",
        "Source",
        "Source",
        "Remark",
        "Wording",
        "GroupName",
    ];
    for (mut item, info) in cases.into_iter().zip(infos) {
        item["To_Account"] = json!("b");
        let body = json!({"From_Account": "a", "AddFriendItem": [item]});
        let reply = app.call(Command::FriendAdd, &body);
        let result = &reply["ResultItem"][0];
        assert_eq!(result["ResultCode"], 30001);
        assert_eq!(
            result["ResultInfo"],
            format!("Err_SNS_FriendAdd_{info}_Illegal")
        );
    }
    assert_eq!(app.relation("a", "b"), Relation::STRANGERS);
}

/// Returns an app in which `a` has added `b` with fields of the greatest length.
fn app_with_friends() -> App {
    let mut app = App::new(&["a", "b"]);
    let item = json!({
        "To_Account": "b", "AddSource": "AddSource_Type_EightLet", "Remark": "é".repeat(48),
        "AddWording": "x".repeat(256), "GroupName": "x".repeat(30),
    });
    let body = json!({"From_Account": "a", "AddFriendItem": [item], "ForceAddFlags": 1});
    assert_eq!(app.done(ADMIN, Command::FriendAdd, &body).0, [0]);
    app
}

/// Returns an update of a remark and of another field that `a` keeps about `b`.
fn update(tag: &str, value: &Value) -> Value {
    let items = json!([
        {"Tag": "Tag_SNS_IM_Remark", "Value": "changed"}, {"Tag": tag, "Value": value},
    ]);
    json!({"From_Account": "a", "UpdateItem": [{"To_Account": "b", "SnsItem": items}]})
}

#[test]
fn an_update_with_one_wrong_field_changes_none() {
    let mut app = app_with_friends();
    for (tag, value, info) in [
        ("Tag_SNS_IM_AddSource", json!("AddSource_Type_Web"), "Tag"),
        ("Tag_SNS_IM_Remark", json!(7), "Remark"),
        ("Tag_SNS_IM_Group", json!("list"), "GroupName"),
        ("Tag_SNS_IM_Group", json!([""]), "GroupName"),
        ("Tag_SNS_Custom_", json!("x"), "Custom"),
        ("Tag_SNS_Custom_TooLonger", json!("x"), "Custom"),
        ("Tag_SNS_Custom_Test", json!("x".repeat(501)), "Custom"),
        ("Tag_SNS_Custom_Test", json!(["x"]), "Custom"),
    ] {
        let reply = app.call_as("a", Command::FriendUpdate, &update(tag, &value));
        let result = &reply["ResultItem"][0];
        assert_eq!(result["ResultCode"], 30001, "{tag}");
        assert_eq!(
            result["ResultInfo"],
            format!("Err_SNS_FriendUpdate_{info}_Illegal")
        );
    }
    let remark = app.fields("a", "b", &["Tag_SNS_IM_Remark"]);
    assert_eq!(remark[0]["Value"], "é".repeat(48));
}

/// A Go client sends `null` for a friend without changes.
#[test]
fn an_update_of_a_friend_without_fields_is_taken() {
    let mut app = app_with_friends();
    for items in [json!([]), Value::Null] {
        let body = json!({"From_Account": "a", "UpdateItem": [
            {"To_Account": "b", "SnsItem": [{"Tag": "Tag_SNS_IM_Remark", "Value": "new"}]},
            {"To_Account": "b", "SnsItem": items},
        ]});
        assert_eq!(app.done("a", Command::FriendUpdate, &body).0, [0, 0]);
    }
    let missing = json!({"From_Account": "a", "UpdateItem": [{"To_Account": "b"}]});
    let reply = app.call_as("a", Command::FriendUpdate, &missing);
    assert_eq!(reply["ErrorInfo"], "SNS_DECODE_ERR");
}

#[test]
fn a_friend_has_at_most_twenty_custom_fields() {
    let mut app = app_with_friends();
    let letter = |n: u8| format!("Tag_SNS_Custom_{}", char::from(b'a' + n));
    for n in 0..20 {
        let body = update(&letter(n), &json!(n));
        assert_eq!(app.done("a", Command::FriendUpdate, &body).0, [0]);
    }
    assert_eq!(
        app.done("a", Command::FriendUpdate, &update(&letter(20), &json!(1)))
            .0,
        [30001]
    );
    assert_eq!(
        app.done("a", Command::FriendUpdate, &update(&letter(3), &json!("x")))
            .0,
        [0]
    );
}

#[test]
fn friend_lists_by_name() {
    let mut app = App::new(&["a", "b", "c"]);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b", "c"]), "ForceAddFlags", 1),
    );
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
    assert_eq!(
        get(&mut app, &[]),
        json!([list("one", &["b"]), list("two", &["b", "c"])])
    );
    assert_eq!(
        get(&mut app, &["two", "three"]),
        json!([list("two", &["b", "c"])])
    );

    // A blocked account leaves every group; the groups stay.
    app.call(Command::BlackListAdd, &pair("a", "b"));
    assert_eq!(
        get(&mut app, &[]),
        json!([list("one", &[]), list("two", &["c"])])
    );
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
    app.call(
        Command::FriendAdd,
        &json!({"From_Account": "a", "AddFriendItem": [item]}),
    );
    let names: Vec<_> = (0..32).map(|n| n.to_string()).collect();
    app.call(
        Command::GroupAdd,
        &json!({"From_Account": "a", "GroupName": names}),
    );
    app.call_as(
        "b",
        Command::FriendResponse,
        &answer("b", "a", "AgreeAndAdd"),
    );
    assert_eq!(app.fields("a", "b", &["Tag_SNS_IM_Group"]), json!([]));
    app.service.check_invariants().unwrap();
}

#[test]
fn more_lists_than_a_user_may_have_fit_nowhere() {
    let mut app = App::new(&["a", "b"]);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b"]), "ForceAddFlags", 1),
    );
    let names = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>();
    let update = |n| {
        let items = json!([{"Tag": "Tag_SNS_IM_Group", "Value": names(n)}]);
        json!({"From_Account": "a", "UpdateItem": [{"To_Account": "b", "SnsItem": items}]})
    };
    let group_add = |n| json!({"From_Account": "a", "GroupName": names(n)});
    assert_eq!(
        app.call(Command::GroupAdd, &group_add(33))["ErrorCode"],
        30011
    );
    assert_eq!(app.done("a", Command::FriendUpdate, &update(33)).0, [30011]);
    assert_eq!(app.call(Command::GroupAdd, &group_add(32))["ErrorCode"], 0);
    assert_eq!(app.done("a", Command::FriendUpdate, &update(32)).0, [0]);

    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendAdd, &add("b", &["a"]));
    app.call(Command::GroupAdd, &group_add(32));
    let response = answer("a", "b", "AgreeAndAdd");
    assert_eq!(app.done("a", Command::FriendResponse, &response).0, [30011]);
    // Fields that are not used are not checked.
    assert_eq!(
        app.done("a", Command::FriendResponse, &answer("a", "b", "Reject"))
            .0,
        [0]
    );
}

#[test]
fn what_is_imported_is_known_of_a_friend() {
    let mut app = App::new(&["a", "b"]);
    let item = json!({
        "To_Account": "b", "AddSource": "AddSource_Type_Old", "AddTime": 7, "Remark": "bee",
        "AddWording": "hello", "GroupName": ["list"],
        "CustomItem": [{"Tag": "Tag_SNS_Custom_Test", "Value": "x"}],
    });
    app.call(
        Command::FriendImport,
        &json!({"From_Account": "a", "AddFriendItem": [item]}),
    );
    let tags = [
        ("Tag_SNS_IM_AddSource", json!("AddSource_Type_Old")),
        ("Tag_SNS_IM_AddTime", json!(7)),
        ("Tag_SNS_IM_Remark", json!("bee")),
        ("Tag_SNS_IM_AddWording", json!("hello")),
        ("Tag_SNS_IM_Group", json!(["list"])),
        ("Tag_SNS_Custom_Test", json!("x")),
    ];
    for (tag, value) in tags {
        assert_eq!(
            app.fields("a", "b", &[tag]),
            json!([{"Tag": tag, "Value": value}])
        );
    }
}

#[test]
fn fields_of_a_request_are_merged_into_a_friend() {
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("a", &["b"]));
    let item = json!({
        "To_Account": "b", "AddSource": "AddSource_Type_Later", "Remark": "bee",
        "GroupName": "list",
    });
    app.call(
        Command::FriendAdd,
        &json!({"From_Account": "a", "AddFriendItem": [item]}),
    );
    app.call_as(
        "b",
        Command::FriendResponse,
        &answer("b", "a", "AgreeAndAdd"),
    );
    let tags = [
        "Tag_SNS_IM_Remark",
        "Tag_SNS_IM_Group",
        "Tag_SNS_IM_AddSource",
    ];
    let fields = app.fields("a", "b", &tags);
    assert_eq!(fields[0]["Value"], "bee");
    assert_eq!(fields[1]["Value"], json!(["list"]));
    assert_eq!(fields[2]["Value"], "AddSource_Type_Later");

    // The answering account keeps its fields too if it already listed the other.
    let mut app = App::new(&["a", "b"]);
    app.call(Command::FriendImport, &add("b", &["a"]));
    app.call(Command::FriendAdd, &add("a", &["b"]));
    app.call_as(
        "b",
        Command::FriendResponse,
        &answer("b", "a", "AgreeAndAdd"),
    );
    let fields = app.fields("b", "a", &tags);
    assert_eq!(
        (&fields[0]["Value"], &fields[1]["Value"]),
        (&json!("r"), &json!(["t"]))
    );
    assert_eq!(fields[2]["Value"], "AddSource_Type_Test");
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
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b", "c"]), "ForceAddFlags", 1),
    );
    let items = json!([{"Tag": "Tag_SNS_Custom_Test", "Value": "x"}]);
    let body = json!({"From_Account": "a", "UpdateItem": [{"To_Account": "c", "SnsItem": items}]});
    app.call(Command::FriendUpdate, &body);

    let all = get(&mut app, None, None);
    assert_eq!(
        (&all["StandardSequence"], &all["CustomSequence"]),
        (&json!(2), &json!(1))
    );
    let tags = |reply: &Value| {
        let friends = reply["UserDataItem"].as_array().unwrap().iter();
        friends
            .map(|friend| friend["ValueItem"].as_array().unwrap().len())
            .collect::<Vec<_>>()
    };
    assert_eq!(tags(&all), [2, 3]);
    assert_eq!(tags(&get(&mut app, Some(2), Some(0))), [1]);
    assert_eq!(tags(&get(&mut app, Some(1), Some(1))), [2, 2]);
    let nothing_new = get(&mut app, Some(2), Some(1));
    assert_eq!(tags(&nothing_new), [] as [usize; 0]);
    assert_eq!(
        (&nothing_new["FriendNum"], &nothing_new["CompleteFlag"]),
        (&json!(2), &json!(1))
    );

    app.set_friend_page_len(1);
    assert_eq!(get(&mut app, Some(2), Some(0))["CompleteFlag"], 0);
    assert_eq!(get(&mut app, Some(2), Some(1))["CompleteFlag"], 1);

    let before = get(&mut app, None, None);
    app.call(Command::FriendDelete, &pair("a", "c"));
    let after = get(&mut app, None, None);
    assert_ne!(before["StandardSequence"], after["StandardSequence"]);
    assert_ne!(before["CustomSequence"], after["CustomSequence"]);
}

#[test]
fn sequences_of_a_name_are_never_those_of_its_former_owner() {
    let mut app = App::new(&["a", "b"]);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b"]), "ForceAddFlags", 1),
    );
    let get = json!({"From_Account": "a", "StartIndex": 0, "StandardSequence": 1});
    assert_eq!(
        app.call(Command::FriendGet, &get)["UserDataItem"],
        json!([])
    );
    let sequence = |app: &mut App, of: &str| {
        let body = json!({"From_Account": of, "StartIndex": 0});
        app.call(Command::FriendGet, &body)["StandardSequence"]
            .as_u64()
            .unwrap()
    };
    app.call(Command::AccountImport, &json!({"UserID": "c"}));
    assert_eq!((sequence(&mut app, "a"), sequence(&mut app, "c")), (1, 0));
    let again = |app: &mut App, name: &str| {
        app.call(
            Command::AccountDelete,
            &json!({"DeleteItem": [{"UserID": name}]}),
        );
        app.call(Command::AccountImport, &json!({"UserID": name}));
    };
    app.call(
        Command::GroupAdd,
        &json!({"From_Account": "c", "GroupName": ["list"]}),
    );
    let groups = |app: &mut App| {
        let body = json!({"From_Account": "c", "NeedFriend": "Need_Friend_Type_Yes"});
        app.call(Command::GroupGet, &body)["CurrentSequence"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(groups(&mut app), 1);
    again(&mut app, "c");
    assert!(groups(&mut app) > 1);
    again(&mut app, "a");
    assert!(sequence(&mut app, "a") > 1);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b"]), "ForceAddFlags", 1),
    );
    let reply = app.call(Command::FriendGet, &get);
    assert_eq!(reply["UserDataItem"].as_array().unwrap().len(), 1);
    assert!(reply["StandardSequence"].as_u64() > Some(2));
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
        .add_friend(
            "a",
            "a name that is longer than 32 bytes",
            socialgraph::Ways::TwoWay,
        )
        .unwrap();
    app.service = socialgraph_tim::Service::new(graph);
    let body = json!({"From_Account": "a", "StartIndex": 0, "MaxLimited": 9, "LastSequence": 0});
    let item = json!({"To_Account": "b", "AddBlackTimeStamp": 0});
    assert_eq!(
        app.call(Command::BlackListGet, &body)["BlackListItem"],
        json!([item])
    );
    let body = json!({"From_Account": "a", "StartIndex": 0});
    assert_eq!(
        app.call(Command::FriendGet, &body)["UserDataItem"][0]["ValueItem"],
        json!([])
    );
    assert_eq!(
        app.done("a", Command::BlackListDelete, &pair("a", "b")).0,
        [0]
    );
}

#[test]
fn a_graph_of_the_hosts_own_is_not_taken_for_seen() {
    let mut app = App::new(&["a", "b"]);
    let mut graph = app.service.graph().clone();
    graph
        .add_friend("a", "b", socialgraph::Ways::TwoWay)
        .unwrap();
    app.service = socialgraph_tim::Service::new(graph);
    let first = json!({
        "From_Account": "a", "StartIndex": 0, "StandardSequence": 0, "CustomSequence": 0,
    });
    let reply = app.call(Command::FriendGet, &first);
    assert_eq!(reply["UserDataItem"].as_array().unwrap().len(), 1);
}

/// Where acceptance makes a follow, the accepting user lists nobody, and nothing is kept of a friend
/// who is not there: a state that had it could not be saved and loaded.
#[test]
fn an_accepted_follow_leaves_no_record_of_a_friend_who_is_not_listed() {
    for profile in Policy::names() {
        let mut app = App::of(Policy::named(profile).unwrap(), &["a", "b"]);
        let ask = json!({"From_Account": "a", "AddFriendItem": [
            {"To_Account": "b", "AddSource": "AddSource_Type_Web"},
        ]});
        app.reply(ADMIN, Command::FriendAdd, &ask);
        let back = json!({"From_Account": "b", "AddFriendItem": [
            {"To_Account": "a", "AddSource": "AddSource_Type_Web", "Remark": "hello"},
        ]});
        app.reply("b", Command::FriendAdd, &back);
        let accept = json!({"From_Account": "b", "ResponseFriendItem": [
            {"To_Account": "a", "Remark": "hello", "ResponseAction": "Response_Action_AgreeAndAdd"},
        ]});
        app.reply("b", Command::FriendResponse, &accept);
        app.service.check_invariants().unwrap();
    }
}
