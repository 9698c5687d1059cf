//! Pages of lists during writes: an account that stays on the list appears exactly once.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::fixtures::App;

fn name(n: u32) -> String {
    format!("user{n}")
}

fn crowd(users: u32) -> App {
    let names: Vec<_> = (0..users).map(name).collect();
    let mut app = App::new(&["owner"]);
    for accounts in names.chunks(100) {
        app.call(Command::MultiaccountImport, &json!({"Accounts": accounts}));
    }
    app
}

/// Reads a whole list with writes between the pages. Returns the count of each account.
fn pull(
    app: &mut App,
    mut page: impl FnMut(&mut App, &Value) -> (Vec<String>, Value, bool),
    mut write: impl FnMut(&mut App, u32),
) -> BTreeMap<String, u32> {
    let mut seen = BTreeMap::new();
    let mut start = json!(0);
    for round in 0..1000 {
        let (accounts, next, complete) = page(app, &start);
        for account in accounts {
            *seen.entry(account).or_default() += 1;
        }
        if complete {
            return seen;
        }
        start = next;
        write(app, round);
    }
    panic!("the list has no end");
}

fn accounts(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap().iter();
    items
        .map(|item| item["To_Account"].as_str().unwrap().to_owned())
        .collect()
}

/// Checks that accounts that stayed appear once, and others at most once.
fn check(seen: &BTreeMap<String, u32>, stayed: impl Iterator<Item = u32>) {
    for n in stayed {
        assert_eq!(seen.get(&name(n)), Some(&1), "{n}");
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
}

#[test]
fn blocklist() {
    for max in [1, 7, 30, 1000] {
        let mut app = crowd(200);
        let block = |numbers: std::ops::Range<u32>| json!({"From_Account": "owner", "To_Account": numbers.map(name).collect::<Vec<_>>()});
        app.call(Command::BlackListAdd, &block(0..100));
        let page = |app: &mut App, start: &Value| {
            let body = json!({
                "From_Account": "owner", "StartIndex": start, "MaxLimited": max, "LastSequence": 0,
            });
            let reply = app.call(Command::BlackListGet, &body);
            let listed = accounts(&reply["BlackListItem"]);
            assert!(listed.len() <= max);
            (
                listed,
                reply["StartIndex"].clone(),
                reply["StartIndex"] == 0,
            )
        };
        // Every second early account leaves, and later ones join.
        let write = |app: &mut App, round: u32| {
            app.call(
                Command::BlackListDelete,
                &block(round * 2 % 50..round * 2 % 50 + 1),
            );
            app.call(
                Command::BlackListAdd,
                &block(100 + round % 100..101 + round % 100),
            );
        };
        let seen = pull(&mut app, page, write);
        check(&seen, (0..50).filter(|n| n % 2 == 1).chain(50..100));
    }
}

/// Reads a page of friends as clients do: with the sequences of the previous page.
fn friend_page(app: &mut App, start: &Value, sequences: &mut (Value, Value)) -> Value {
    let body = json!({
        "From_Account": "owner", "StartIndex": start,
        "StandardSequence": sequences.0, "CustomSequence": sequences.1,
    });
    let reply = app.call(Command::FriendGet, &body);
    *sequences = (
        reply["StandardSequence"].clone(),
        reply["CustomSequence"].clone(),
    );
    reply
}

#[test]
fn friend_list_with_the_sequences_of_the_page_before() {
    for len in [1, 7, 100] {
        let mut app = crowd(200);
        app.set_friend_page_len(len);
        let item = |n| json!({"To_Account": name(n), "AddSource": "AddSource_Type_Test"});
        let import = |numbers: std::ops::Range<u32>| {
            let items: Vec<_> = numbers.map(item).collect();
            json!({"From_Account": "owner", "AddFriendItem": items})
        };
        app.call(Command::FriendImport, &import(0..100));
        let mut sequences = (Value::Null, Value::Null);
        let page = |app: &mut App, start: &Value| {
            let reply = friend_page(app, start, &mut sequences);
            let listed = accounts(&reply["UserDataItem"]);
            assert!(listed.len() <= len as usize);
            (
                listed,
                reply["NextStartIndex"].clone(),
                reply["CompleteFlag"] != 0,
            )
        };
        let write = |app: &mut App, round: u32| {
            let leaver = name(round * 2 % 50);
            let body = json!({"From_Account": "owner", "To_Account": [leaver]});
            app.call(Command::FriendDelete, &body);
            app.call(
                Command::FriendImport,
                &import(100 + round % 100..101 + round % 100),
            );
        };
        let seen = pull(&mut app, page, write);
        check(&seen, (0..50).filter(|n| n % 2 == 1).chain(50..100));
    }
}

/// The sequences of one page are still current when the next page is read.
#[test]
fn pages_of_an_unchanged_list_are_full() {
    let mut app = crowd(20);
    app.set_friend_page_len(3);
    let item = |n| {
        let custom = json!([{"Tag": "Tag_SNS_Custom_Test", "Value": n}]);
        json!({"To_Account": name(n), "AddSource": "AddSource_Type_Test", "CustomItem": custom})
    };
    let items: Vec<_> = (0..20).map(item).collect();
    app.call(
        Command::FriendImport,
        &json!({"From_Account": "owner", "AddFriendItem": items}),
    );
    let mut sequences = (json!(0), json!(0));
    let page = |app: &mut App, start: &Value| {
        let reply = friend_page(app, start, &mut sequences);
        let items = reply["UserDataItem"].as_array().unwrap();
        assert!(
            items
                .iter()
                .all(|item| item["ValueItem"].as_array().unwrap().len() == 3)
        );
        let listed = accounts(&reply["UserDataItem"]);
        (
            listed,
            reply["NextStartIndex"].clone(),
            reply["CompleteFlag"] != 0,
        )
    };
    let seen = pull(&mut app, page, |_, _| {});
    assert_eq!(seen.len(), 20);
    check(&seen, 0..20);
}

#[test]
fn a_page_has_at_least_one_account() {
    let mut app = crowd(1);
    let body = |max: Value| json!({"From_Account": "owner", "StartIndex": 0, "MaxLimited": max, "LastSequence": 0});
    for max in [
        json!(0),
        json!(-1),
        json!(4_294_967_296_u64),
        json!("10"),
        json!(1.5),
    ] {
        assert_eq!(
            app.call(Command::BlackListGet, &body(max))["ErrorCode"],
            30001
        );
    }
    assert_eq!(
        app.call(Command::BlackListGet, &body(json!(u32::MAX)))["ErrorCode"],
        0
    );
}
