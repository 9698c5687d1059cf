//! Random logs of calls: records agree with the graph, callbacks report every change, and a
//! snapshot does not change.

use std::collections::BTreeSet;

use allocation_counter::measure;
use proptest::prelude::*;
use serde_json::{Value, json};
use socialgraph::{Limits, List, Policy};
use socialgraph_tim::{Command, Service};

use super::fixtures::{ADMIN, App, item_codes};

pub(super) const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Entries of lists: each has the owner and the account on the list.
pub(super) type Pairs = BTreeSet<(String, String)>;

pub(super) fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&NAMES[..])
}

/// Generates an update with well-formed fields.
pub(super) fn update() -> impl Strategy<Value = (Command, Value)> {
    let names = || prop::collection::vec(name(), 1..4);
    let add_type = prop::sample::select(vec!["Add_Type_Single", "Add_Type_Both"]);
    let delete_type = prop::sample::select(vec!["Delete_Type_Single", "Delete_Type_Both"]);
    let group = prop::sample::select(vec!["", "family", "work"]);
    let allow = prop::sample::select(vec!["AllowAny", "NeedConfirm", "DenyAny"]);
    let action = prop::sample::select(vec!["AgreeAndAdd", "Agree", "Reject"]);
    let from_to = |command| {
        let body = |(from, to)| json!({"From_Account": from, "To_Account": to});
        (name(), names()).prop_map(move |pair| (command, body(pair)))
    };
    prop_oneof![
        2 => from_to(Command::BlackListAdd),
        2 => from_to(Command::BlackListDelete),
        4 => (name(), names(), add_type, group.clone(), 0..4_u32).prop_map(add),
        2 => (name(), names(), delete_type).prop_map(|(from, to, kind)| {
            let body = json!({"From_Account": from, "To_Account": to, "DeleteType": kind});
            (Command::FriendDelete, body)
        }),
        3 => (name(), name(), action, group.clone()).prop_map(|(from, to, action, group)| {
            let action = format!("Response_Action_{action}");
            let item = json!({"To_Account": to, "ResponseAction": action, "TagName": group});
            (Command::FriendResponse, json!({"From_Account": from, "ResponseFriendItem": [item]}))
        }),
        1 => name().prop_map(|from| (Command::FriendDeleteAll, json!({"From_Account": from}))),
        1 => (name(), allow).prop_map(|(from, mode)| {
            let value = format!("AllowType_Type_{mode}");
            let item = json!({"Tag": "Tag_Profile_IM_AllowType", "Value": value});
            (Command::PortraitSet, json!({"From_Account": from, "ProfileItem": [item]}))
        }),
        1 => name().prop_map(|id| (Command::AccountDelete, json!({"DeleteItem": [{"UserID": id}]}))),
        2 => Just((Command::MultiaccountImport, json!({"Accounts": NAMES}))),
        2 => (name(), name(), field()).prop_map(|(from, to, item)| {
            let item = json!({"To_Account": to, "SnsItem": [item]});
            (Command::FriendUpdate, json!({"From_Account": from, "UpdateItem": [item]}))
        }),
        1 => (name(), group.clone()).prop_map(|(from, group)| {
            (Command::GroupDelete, json!({"From_Account": from, "GroupName": [group]}))
        }),
        1 => (name(), names(), group).prop_map(|(from, to, group)| {
            let body = json!({"From_Account": from, "GroupName": [group], "To_Account": to});
            (Command::GroupAdd, body)
        }),
    ]
}

/// Generates a field of a friend.
fn field() -> impl Strategy<Value = Value> {
    let value = prop::sample::select(vec!["", "x", "y"]);
    prop_oneof![
        value
            .clone()
            .prop_map(|text| json!({"Tag": "Tag_SNS_IM_Remark", "Value": text})),
        value.prop_map(|text| json!({"Tag": "Tag_SNS_Custom_Test", "Value": text})),
        prop::sample::subsequence(vec!["family", "work"], 0..=2)
            .prop_map(|names| json!({"Tag": "Tag_SNS_IM_Group", "Value": names})),
    ]
}

/// Returns the lists of an account that have a sequence, each with its sequence.
pub(super) fn states(app: &mut App, owner: &str) -> Option<[(Value, Value); 4]> {
    app.service.graph().user_id(owner)?;
    let friends = app.call(
        Command::FriendGet,
        &json!({"From_Account": owner, "StartIndex": 0}),
    );
    let blocks = app.call(
        Command::BlackListGet,
        &json!({"From_Account": owner, "StartIndex": 0, "MaxLimited": 99, "LastSequence": 0}),
    );
    let need = "Need_Friend_Type_Yes";
    let groups = app.call(
        Command::GroupGet,
        &json!({"From_Account": owner, "NeedFriend": need}),
    );
    let fields = |custom: bool| {
        let of = |friend: &Value| {
            let items = friend["ValueItem"].as_array().unwrap().iter();
            let is_custom = |item: &&Value| {
                item["Tag"].as_str().unwrap().starts_with("Tag_SNS_Custom_") == custom
            };
            let items: Vec<_> = items.filter(is_custom).cloned().collect();
            // A friend without custom fields is not listed with custom fields.
            (!custom || !items.is_empty()).then(|| json!([friend["To_Account"], items]))
        };
        let friends = friends["UserDataItem"].as_array().unwrap().iter();
        Value::from(friends.filter_map(of).collect::<Vec<_>>())
    };
    Some([
        (fields(false), friends["StandardSequence"].clone()),
        (fields(true), friends["CustomSequence"].clone()),
        (
            blocks["BlackListItem"].clone(),
            blocks["CurruentSequence"].clone(),
        ),
        (
            groups["ResultItem"].clone(),
            groups["CurrentSequence"].clone(),
        ),
    ])
}

fn add((from, to, kind, group, force): (&str, Vec<&str>, &str, &str, u32)) -> (Command, Value) {
    let item = |to| {
        json!({
            "To_Account": to, "AddSource": "AddSource_Type_Test", "GroupName": group, "Remark": from,
        })
    };
    let items: Vec<_> = to.into_iter().map(item).collect();
    // One in four is forced.
    let body = json!({
        "From_Account": from, "AddFriendItem": items, "AddType": kind,
        "ForceAddFlags": u32::from(force == 0),
    });
    (Command::FriendAdd, body)
}

/// The lists according to the callbacks.
#[derive(Default)]
pub(super) struct ReportedLists {
    pub(super) friends: Pairs,
    pub(super) blocks: Pairs,
}

impl ReportedLists {
    pub(super) fn apply(&mut self, callback: &Value) {
        let text = |pair: &Value, field: &str| pair[field].as_str().unwrap().to_owned();
        for pair in callback["PairList"].as_array().unwrap() {
            let pair = (text(pair, "From_Account"), text(pair, "To_Account"));
            let changed = match callback["CallbackCommand"].as_str().unwrap() {
                "Sns.CallbackFriendAdd" => self.friends.insert(pair),
                "Sns.CallbackFriendDelete" => self.friends.remove(&pair),
                "Sns.CallbackBlackListAdd" => self.blocks.insert(pair),
                "Sns.CallbackBlackListDelete" => self.blocks.remove(&pair),
                other => panic!("{other}"),
            };
            assert!(changed, "{callback} reports no change");
        }
    }
}

/// Returns the lists of the graph.
pub(super) fn lists(service: &Service, list: List) -> Pairs {
    let graph = service.graph();
    let of = |(id, owner): (socialgraph::UserId, &str)| {
        let owner = owner.to_owned();
        let peers: Vec<_> = graph.list(id, list).unwrap().iter().collect();
        peers
            .into_iter()
            .map(move |peer| (owner.clone(), graph.name(peer).unwrap().to_owned()))
    };
    graph.users().flat_map(of).collect()
}

/// Limits that a few accounts reach.
pub(super) const TIGHT: Limits = Limits {
    blocked: Some(2),
    friends: Some(2),
    requests_in: Some(1),
    batch: Some(3),
};

pub(super) fn app() -> App {
    let mut policy = Policy::tencent_rest();
    policy.limits = TIGHT;
    App::of(policy, &NAMES)
}

/// The order of groups belongs to the standard fields, not to the groups.
#[test]
fn naming_a_friends_groups_in_another_order_moves_the_standard_sequence_alone() {
    let mut app = app();
    app.call(
        Command::FriendAdd,
        &json!({
            "From_Account": "a", "AddType": "Add_Type_Single", "ForceAddFlags": 1,
            "AddFriendItem": [{"To_Account": "b", "AddSource": "AddSource_Type_Test"}],
        }),
    );
    let mut sequences = |groups: [&str; 2]| {
        let item = json!({"Tag": "Tag_SNS_IM_Group", "Value": groups});
        let items = json!([{"To_Account": "b", "SnsItem": [item]}]);
        app.call(
            Command::FriendUpdate,
            &json!({"From_Account": "a", "UpdateItem": items}),
        );
        states(&mut app, "a")
            .unwrap()
            .map(|(_, sequence)| sequence.as_u64().unwrap())
    };
    let [standard, custom, blocks, groups] = sequences(["family", "work"]);
    let after = sequences(["work", "family"]);
    assert_eq!(after, [standard + 1, custom, blocks, groups]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn callbacks_report_every_change(log in prop::collection::vec(update(), 1..40)) {
        let (mut app, mut reported) = (app(), ReportedLists::default());
        for (command, body) in log {
            let reply = app.reply(ADMIN, command, &body);
            for callback in &reply.callbacks {
                reported.apply(&serde_json::to_value(callback).unwrap());
            }
            prop_assert_eq!(&reported.friends, &lists(&app.service, List::Friends));
            prop_assert_eq!(&reported.blocks, &lists(&app.service, List::Blocklist));
            app.service.check_invariants().unwrap();
        }
    }

    #[test]
    fn sequences_move_where_something_has_changed(log in prop::collection::vec(update(), 1..40)) {
        let mut app = app();
        for (command, body) in log {
            let before = NAMES.map(|name| states(&mut app, name));
            app.call(command, &body);
            let after = NAMES.map(|name| states(&mut app, name));
            for (before, after) in before.into_iter().zip(after) {
                // A deleted account has no sequences, and a new one starts above old ones.
                let (Some(before), Some(after)) = (before, after) else { continue };
                for ((was, old), (is, new)) in before.into_iter().zip(after) {
                    prop_assert_eq!(was == is, old == new, "{} {}: {} {}", was, is, old, new);
                    prop_assert!(new.as_u64() >= old.as_u64());
                }
            }
        }
    }

    #[test]
    fn checks_and_lists_say_what_the_graph_says(log in prop::collection::vec(update(), 1..20)) {
        let mut app = app();
        for (command, body) in log {
            app.call(command, &body);
        }
        let (friends, blocks) =
            (lists(&app.service, List::Friends), lists(&app.service, List::Blocklist));
        for owner in NAMES {
            if !app.service.graph().contains_user(owner) {
                continue;
            }
            let of = |pairs: &Pairs| {
                let of = pairs.iter().filter(|(whose, _)| whose == owner);
                of.map(|(_, peer)| peer.clone()).collect::<BTreeSet<_>>()
            };
            let listed = |items: &Value| {
                let items = items.as_array().unwrap().iter();
                items.map(|item| item["To_Account"].as_str().unwrap().to_owned()).collect()
            };
            let get = json!({"From_Account": owner, "StartIndex": 0});
            let page = app.call(Command::FriendGet, &get)["UserDataItem"].take();
            prop_assert_eq!(of(&friends), listed(&page));
            let get = json!({
                "From_Account": owner, "StartIndex": 0, "MaxLimited": 9, "LastSequence": 0,
            });
            let page = app.call(Command::BlackListGet, &get)["BlackListItem"].take();
            prop_assert_eq!(of(&blocks), listed(&page));
        }
    }

    #[test]
    fn snapshot_stays_what_it_was(
        before in prop::collection::vec(update(), 1..20),
        after in prop::collection::vec(update(), 1..20),
    ) {
        let play = |app: &mut App, log: &[(Command, Value)]| {
            for (command, body) in log {
                app.call(*command, body);
            }
        };
        let (mut written, mut replayed) = (app(), app());
        play(&mut written, &before);
        let snapshot = written.service.clone();
        play(&mut written, &after);
        play(&mut replayed, &before);
        prop_assert!(snapshot == replayed.service);
        snapshot.check_invariants().unwrap();
    }
}

#[test]
fn logs_reach_what_they_aim_at() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..200 {
        let log = prop::collection::vec(update(), 1..40)
            .new_tree(&mut runner)
            .unwrap();
        let mut app = app();
        for (command, body) in prop::strategy::ValueTree::current(&log) {
            let reply = app.call(command, &body);
            if reply.get("ResultItem").is_some() {
                reached.extend(item_codes(&reply));
            }
        }
    }
    let aimed = [
        0, 30001, 30003, 30010, 30012, 30013, 30014, 30515, 30516, 30525, 30539, 30614, 31704,
        32216,
    ];
    for code in aimed {
        assert!(reached.contains(&code), "{code}: {reached:?}");
    }
}

#[test]
fn snapshot_of_a_service_allocates_nothing() {
    let mut app = App::new(&["owner"]);
    let names: Vec<_> = (0..1000).map(|n| format!("user{n}")).collect();
    for accounts in names.chunks(100) {
        app.call(Command::MultiaccountImport, &json!({"Accounts": accounts}));
    }
    app.call(
        Command::BlackListAdd,
        &json!({"From_Account": "owner", "To_Account": names}),
    );
    let mut snapshot = None;
    let counted = measure(|| snapshot = Some(app.service.clone()));
    assert_eq!(counted.count_total, 0);
    assert!(snapshot == Some(app.service));
}
