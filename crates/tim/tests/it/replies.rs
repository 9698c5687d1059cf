//! The limit of replies, and what a refused one costs.

use allocation_counter::measure;
use serde_json::{Value, json};
use socialgraph_tim::{Call, Code, Command, Gateway, HttpRequest, QueryCall, Reply};

use super::bodies::{add, answer, pair, with};
use super::fixtures::{ADMIN, APP, App, SECRET, now, target};

const MIB: usize = 1 << 20;

/// A text that has six bytes for each of its own in JSON.
fn long() -> String {
    "\u{1}".repeat(500)
}

fn profile_tags() -> Vec<String> {
    (0..32).map(|n| format!("Tag_Profile_Custom_{n}")).collect()
}

fn friend_tags() -> Vec<String> {
    let letters = ('a'..='t').map(|letter| format!("Tag_SNS_Custom_{letter}"));
    letters.collect()
}

fn items(tags: &[String]) -> Vec<Value> {
    let item = |tag| json!({"Tag": tag, "Value": long()});
    tags.iter().map(item).collect()
}

/// Returns accounts with full profiles, who are the first one's friends with all fields.
fn app() -> App {
    let names: Vec<_> = (0..101).map(|n| format!("u{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut app = App::new(&names);
    for name in &names {
        let set = json!({"From_Account": name, "ProfileItem": items(&profile_tags())});
        app.call(Command::PortraitSet, &set);
    }
    app.call(Command::FriendImport, &add("u0", &names[1..]));
    for name in &names[1..] {
        let update = json!({"To_Account": name, "SnsItem": items(&friend_tags())});
        let body = json!({"From_Account": "u0", "UpdateItem": [update]});
        assert_eq!(app.call(Command::FriendUpdate, &body)["ErrorCode"], 0);
    }
    app
}

fn admit(max_reply_bytes: usize, command: Command, body: &Value) -> QueryCall {
    let gateway = Gateway::new(APP, SECRET)
        .with_admin(ADMIN)
        .with_max_reply_bytes(max_reply_bytes);
    let (target, body) = (target(command, ADMIN, now()), body.to_string());
    let request = HttpRequest::new("POST", &target, body.as_bytes());
    match gateway.admit(&request, now()) {
        Ok(Call::Query(call)) => call,
        other => panic!("{other:?}"),
    }
}

/// Answers a query. Returns the reply, and the most bytes that were allocated meanwhile.
fn reply(app: &App, call: &QueryCall) -> (Reply, usize) {
    let mut reply = None;
    let counted = measure(|| reply = Some(app.service.handle_query(call, now())));
    (reply.unwrap(), usize::try_from(counted.bytes_max).unwrap())
}

fn profiles() -> Value {
    let names: Vec<_> = (0..100).map(|n| format!("u{n}")).collect();
    json!({"To_Account": names, "TagList": profile_tags()})
}

fn one_friend_often() -> Value {
    let tags = [profile_tags(), friend_tags()].concat();
    json!({"From_Account": "u0", "To_Account": vec!["u1"; 1000], "TagList": tags})
}

#[test]
fn a_reply_that_would_be_too_long_is_refused_and_not_built() {
    let app = app();
    for (command, body, code, info) in [
        (
            Command::PortraitGet,
            profiles(),
            Code::InvalidProfile,
            "Err_Profile_PortraitGet_Reply_Too_Large",
        ),
        (
            Command::FriendGetList,
            one_friend_often(),
            Code::InvalidParameter,
            "Err_SNS_FriendGetList_Reply_Too_Large",
        ),
    ] {
        let call = admit(MIB, command, &body);
        let (refused, peak) = reply(&app, &call);
        let envelope: Value = serde_json::from_slice(&refused.body).unwrap();
        assert_eq!(refused.code, code);
        assert_eq!(envelope["ErrorInfo"], info);
        assert!(
            refused.detail.contains("1048576 bytes"),
            "{}",
            refused.detail
        );
        assert!(peak <= 2 * MIB, "{command}: {peak}");
    }
}

/// The limit is exact: a reply of as many bytes is sent.
#[test]
fn a_reply_may_be_as_long_as_the_limit() {
    let app = app();
    let check = json!({"From_Account": "u0", "To_Account": vec!["u1"; 1000], "CheckType": "CheckResult_Type_Both"});
    let (whole, _) = reply(&app, &admit(1 << 24, Command::FriendCheck, &check));
    assert_eq!(whole.code, Code::Ok);
    let len = whole.body.len();
    let within = |most| {
        reply(&app, &admit(most, Command::FriendCheck, &check))
            .0
            .code
    };
    assert_eq!(within(len), Code::Ok);
    assert_eq!(within(len - 1), Code::InvalidParameter);

    // By default, 100 full profiles fit.
    let (whole, peak) = reply(&app, &admit(1 << 24, Command::PortraitGet, &profiles()));
    assert_eq!(whole.code, Code::Ok);
    assert!(whole.body.len() > 9 * MIB && peak <= 48 * MIB, "{peak}");
}

#[test]
fn a_page_of_friends_ends_before_the_limit_and_goes_on() {
    let app = app();
    let (mut start, mut pages, mut seen) = (0, 0, Vec::new());
    loop {
        let body = json!({"From_Account": "u0", "StartIndex": start});
        let (page, peak) = reply(&app, &admit(MIB, Command::FriendGet, &body));
        assert_eq!(page.code, Code::Ok);
        assert!(page.body.len() <= MIB && peak <= 4 * MIB, "{peak}");

        let page: Value = serde_json::from_slice(&page.body).unwrap();
        for friend in page["UserDataItem"].as_array().unwrap() {
            seen.push(friend["To_Account"].as_str().unwrap().to_owned());
            assert!(friend["ValueItem"].as_array().unwrap().len() > 20);
        }
        pages += 1;
        start = page["NextStartIndex"].as_u64().unwrap();
        assert_eq!(page["CompleteFlag"], u64::from(start == 0));
        if start == 0 {
            break;
        }
    }
    let expected: Vec<_> = (1..101).map(|n| format!("u{n}")).collect();
    assert_eq!(seen, expected);
    assert!((6..=8).contains(&pages), "{pages}");
}

/// The vendor's clients compare the text, so it comes before the friend's mode.
#[test]
fn a_friend_who_takes_no_requests_is_a_friend() {
    let mut app = App::new(&["a", "b"]);
    app.call(
        Command::FriendAdd,
        &with(add("a", &["b"]), "ForceAddFlags", 1),
    );
    let mode = json!([{"Tag": "Tag_Profile_IM_AllowType", "Value": "AllowType_Type_DenyAny"}]);
    app.call(
        Command::PortraitSet,
        &json!({"From_Account": "b", "ProfileItem": mode}),
    );
    let reply = app.call_as("a", Command::FriendAdd, &add("a", &["b"]));
    let item = &reply["ResultItem"][0];
    assert_eq!(item["ResultCode"], 30001);
    assert_eq!(item["ResultInfo"], "Err_SNS_FriendAdd_Friend_Exist");
}

#[test]
fn an_answer_without_a_request_has_one_code_even_across_a_block() {
    for blocker in [None, Some(("a", "b")), Some(("b", "a"))] {
        let mut app = App::new(&["a", "b"]);
        if let Some((from, to)) = blocker {
            app.call(Command::BlackListAdd, &pair(from, to));
        }
        for caller in ["a", ADMIN] {
            for action in ["AgreeAndAdd", "Agree", "Reject"] {
                let body = answer("a", "b", action);
                assert_eq!(app.done(caller, Command::FriendResponse, &body).0, [30614]);
            }
        }
    }
}
