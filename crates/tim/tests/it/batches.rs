//! Batches: the items of one request are carried out as they would be one by one.

use proptest::prelude::*;
use serde_json::{Value, json};
use socialgraph::Policy;
use socialgraph_tim::Command;

use super::bodies::{add, pair};
use super::fixtures::{ADMIN, App, item_codes};

const BATCH: usize = 1000;

/// Accounts, names that can be imported, a foreign account, and a name that cannot be imported.
const NAMES: [&str; 16] = [
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "i",
    "j",
    "k",
    "new1",
    "new2",
    "new3",
    "foreign",
    "not ASCII: é",
];

/// One unknown account at various positions of a request of 1000: only that item fails.
#[test]
fn an_account_that_fails_at_any_position_stops_no_other() {
    let accounts: Vec<_> = (0..BATCH).map(|n| format!("id{n}")).collect();
    let mut names: Vec<_> = accounts.iter().map(String::as_str).collect();
    names.push("id");
    let before = App::new(&names);

    for position in (0..BATCH).step_by(37).chain([BATCH - 1]) {
        let mut app = App::new(&[]);
        app.service = before.service.clone();
        let mut targets = accounts.clone();
        targets[position] = "nobody".into();

        let reply = app.call(
            Command::BlackListAdd,
            &json!({"From_Account": "id", "To_Account": targets}),
        );
        assert_eq!(reply["Fail_Account"], json!(["nobody"]));
        let codes = item_codes(&reply);
        assert!(
            codes
                .iter()
                .enumerate()
                .all(|(at, code)| (at == position) == (*code != 0))
        );
        assert_eq!(codes.len(), BATCH);

        let blocked = app.service.graph().blocklist("id").unwrap().len();
        assert_eq!(blocked, BATCH - 1);
        app.service.check_invariants().unwrap();
    }
}

/// Returns an app with friends, requests and a block of `a`'s, and room for nine blocks.
fn app(imports: bool) -> App {
    let mut policy = Policy::tencent_rest();
    policy.limits.blocked = Some(9);
    let mut app = App::of(policy, &NAMES[..11]);
    if imports {
        app = app.importing();
    }

    app.service.mark_foreign("foreign");
    app.reply(ADMIN, Command::FriendImport, &add("a", &["b", "c", "d"]));
    app.reply(ADMIN, Command::FriendImport, &add("e", &["a"]));
    app.reply(ADMIN, Command::FriendAdd, &add("f", &["a"]));
    app.reply(ADMIN, Command::FriendAdd, &add("a", &["g"]));
    app.reply(ADMIN, Command::BlackListAdd, &pair("a", "h"));
    app
}

/// Calls, and returns the items of the reply and the pairs of each kind of callback.
fn call(app: &mut App, command: Command, to: &[&str]) -> (Vec<Value>, [Vec<Value>; 2]) {
    let body = json!({"From_Account": "a", "To_Account": to});
    let reply = app.reply(ADMIN, command, &body);
    let json: Value = serde_json::from_slice(&reply.body).unwrap();
    let items = json["ResultItem"].as_array().unwrap().clone();

    let mut pairs = [Vec::new(), Vec::new()];
    for callback in &reply.callbacks {
        let kind = usize::from(callback.command() == "Sns.CallbackFriendDelete");
        let json = serde_json::to_value(callback).unwrap();
        pairs[kind].extend(json["PairList"].as_array().unwrap().clone());
    }
    (items, pairs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_batch_equals_its_items_one_by_one(
        batches in prop::collection::vec(
            (
                prop::sample::select(vec![
                    Command::BlackListAdd, Command::BlackListDelete, Command::FriendDelete,
                ]),
                prop::collection::vec(prop::sample::select(&NAMES[..]), 1..24),
            ),
            1..5,
        ),
        imports in any::<bool>(),
    ) {
        let (mut batched, mut single) = (app(imports), app(imports));
        for (command, to) in batches {
            let (items, pairs) = call(&mut batched, command, &to);

            let (mut single_items, mut single_pairs) = (Vec::new(), [Vec::new(), Vec::new()]);
            for account in to {
                let (items, pairs) = call(&mut single, command, &[account]);
                single_items.extend(items);
                for (all, pairs) in single_pairs.iter_mut().zip(pairs) {
                    all.extend(pairs);
                }
            }

            prop_assert_eq!(items, single_items);
            prop_assert_eq!(pairs, single_pairs);
            prop_assert!(batched.service == single.service);
            batched.service.check_invariants().unwrap();
        }
    }
}
