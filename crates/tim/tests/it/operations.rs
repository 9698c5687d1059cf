//! The engine's operations on a service: records, sequences and callbacks keep in step.

use proptest::prelude::*;
use serde_json::{Value, json};
use socialgraph::{
    Action, List, Operation, OwnList, Policy, RequestMode, RequestSending, Ways, operation,
};
use socialgraph_tim::wire::Callback;
use socialgraph_tim::{Command, Service};

use super::bodies::pairs;
use super::fixtures::{ADMIN, App, at};
use super::logs::{NAMES, ReportedLists, TIGHT, app, lists, name, states, update};

/// A call of an admin, or an operation.
#[derive(Clone, Debug)]
enum Step {
    Call(Command, Value),
    Operation(Operation),
}

fn action() -> impl Strategy<Value = Action> {
    let ways = || prop::sample::select(vec![Ways::OneWay, Ways::TwoWay]);
    prop_oneof![
        3 => ways().prop_map(Action::AddFriend),
        1 => ways().prop_map(Action::RemoveFriend),
        3 => Just(Action::SendRequest),
        2 => Just(Action::AcceptRequest),
        1 => Just(Action::DeclineRequest),
        1 => Just(Action::CancelRequest),
        2 => Just(Action::Block),
        2 => Just(Action::Unblock),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let policies = ["tencent_rest", "tencent_keep_friends", "tencent_mutual"];
    prop::sample::select(policies.to_vec()).prop_map(|name| {
        let mut policy = Policy::named(name).unwrap();
        policy.limits = TIGHT;
        policy
    })
}

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    let names = || prop::collection::vec(name(), 1..4);
    let own_list = prop::sample::select(vec![
        OwnList::Blocklist,
        OwnList::Friends(Ways::OneWay),
        OwnList::Friends(Ways::TwoWay),
        OwnList::RequestsIn,
        OwnList::RequestsOut,
    ]);
    let mode = prop::sample::select(RequestMode::ALL.to_vec());
    let sending = prop::sample::select(vec![RequestSending::Open, RequestSending::Barred]);
    prop_oneof![
        8 => (action(), name(), name()).prop_map(|(action, a, b)| Operation::act(action, a, b)),
        3 => (action(), name(), names()).prop_map(|(action, actor, targets)| {
            Operation::act_on_many(action, actor, targets)
        }),
        3 => (action(), names(), name()).prop_map(|(action, actors, target)| {
            let actors = actors.into_iter().map(Into::into).collect();
            operation::ManyAct { action, actors, target: target.into() }.into()
        }),
        2 => name().prop_map(Operation::add_user),
        1 => name().prop_map(Operation::remove_user),
        2 => (name(), name()).prop_map(|(user, name)| Operation::rename_user(user, name)),
        2 => (name(), name()).prop_map(|(from, into)| Operation::merge_users(from, into)),
        1 => (name(), own_list).prop_map(|(user, list)| {
            operation::ClearList { user: user.into(), list }.into()
        }),
        1 => (name(), mode).prop_map(|(user, mode)| {
            operation::SetRequestMode { user: user.into(), mode }.into()
        }),
        1 => (name(), sending).prop_map(|(user, sending)| {
            operation::SetRequestSending { user: user.into(), sending }.into()
        }),
        1 => policy().prop_map(|policy| operation::AdoptPolicy { policy }.into()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        update().prop_map(|(command, body)| Step::Call(command, body)),
        operation().prop_map(Step::Operation),
    ]
}

fn apply(app: &mut App, operation: &Operation) -> Vec<Callback> {
    let mut graph = app.service.graph().clone();
    let applied = app.service.apply(operation, app.now);
    assert_eq!(applied.outcome, operation.apply_to(&mut graph));
    assert!(&graph == app.service.graph());
    applied.callbacks
}

fn run(app: &mut App, step: &Step) -> Vec<Callback> {
    match step {
        Step::Call(command, body) => app.reply(ADMIN, *command, body).callbacks,
        Step::Operation(operation) => apply(app, operation),
    }
}

/// Returns whether a step may advance sequences of lists of an account that stay as they are.
fn renews_sequences(step: &Step, account: &str) -> bool {
    match step {
        Step::Operation(Operation::MergeUsers(merge)) => merge.into == account,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn callbacks_report_every_change(log in prop::collection::vec(step(), 1..40)) {
        let (mut app, mut reported) = (app(), ReportedLists::default());
        for step in log {
            for callback in run(&mut app, &step) {
                reported.apply(&serde_json::to_value(callback).unwrap());
            }
            prop_assert_eq!(&reported.friends, &lists(&app.service, List::Friends));
            prop_assert_eq!(&reported.blocks, &lists(&app.service, List::Blocklist));
            app.service.check_invariants().unwrap();
            let saved = app.service.saved_records();
            let (graph, settings) = (app.service.graph().clone(), app.service.settings());
            prop_assert!(Service::from_parts(graph, settings, saved).unwrap() == app.service);
        }
    }

    #[test]
    fn sequences_move_where_something_has_changed(log in prop::collection::vec(step(), 1..40)) {
        let mut app = app();
        for step in log {
            let before = NAMES.map(|name| states(&mut app, name));
            run(&mut app, &step);
            for (name, before) in NAMES.into_iter().zip(before) {
                let (Some(before), Some(after)) = (before, states(&mut app, name)) else { continue };
                for ((was, old), (is, new)) in before.into_iter().zip(after) {
                    if !renews_sequences(&step, name) {
                        prop_assert_eq!(was == is, old == new, "{} {}: {} {}", was, is, old, new);
                    }
                    prop_assert!(was == is || new.as_u64() > old.as_u64());
                    prop_assert!(new.as_u64() >= old.as_u64());
                }
            }
        }
    }

    /// A client asks by name and with a sequence that it has seen under that name.
    #[test]
    fn no_sequence_comes_twice_with_another_list(log in prop::collection::vec(step(), 1..40)) {
        let mut app = app();
        let mut seen = std::collections::BTreeMap::new();
        for step in log {
            run(&mut app, &step);
            for name in NAMES {
                for (list, state) in states(&mut app, name).into_iter().flatten().enumerate() {
                    let (is, sequence) = state;
                    let sequence = sequence.as_u64().unwrap();
                    let was = seen.entry((name, list, sequence)).or_insert_with(|| is.clone());
                    // 0 is never current.
                    prop_assert!(sequence == 0 || *was == is, "{name} {sequence}: {was} {is}");
                }
            }
        }
    }

    #[test]
    fn operation_equals_the_command(
        log in prop::collection::vec(step(), 0..25),
        from in name(),
        to in prop::collection::vec(name(), 1..4),
    ) {
        let mut before = app();
        for step in &log {
            run(&mut before, step);
        }
        for (operation, command, body) in equals(from, &to) {
            let [mut called, mut applied] = [(), ()].map(|()| App {
                service: before.service.clone(),
                ..app()
            });
            let by_command = called.reply(ADMIN, command, &body).callbacks;
            let by_operation = apply(&mut applied, &operation);
            prop_assert_eq!(without_admin(by_operation), without_admin(by_command));
            if command == Command::FriendAdd {
                // The command alone has a source, which a friend who is already listed gets if
                // the request is accepted at once.
                let has_equal_sequences = body["ForceAddFlags"] == 1;
                for name in NAMES {
                    let states = [&mut called, &mut applied].map(|app| states(app, name));
                    let [called, applied] =
                        states.map(|it| without_sources(it.as_ref(), has_equal_sequences));
                    prop_assert_eq!(called, applied);
                }
            } else {
                prop_assert!(called.service == applied.service, "{}", operation);
            }
        }
    }
}

/// Returns operations, each with the command that is to do the same.
fn equals(from: &str, to: &[&str]) -> Vec<(Operation, Command, Value)> {
    let many = |action| Operation::act_on_many(action, from, to.to_vec());
    let lists = |kind: Option<&str>| {
        let kind = kind.map(|kind| format!("Delete_Type_{kind}"));
        json!({"From_Account": from, "To_Account": to, "DeleteType": kind})
    };
    let add = |kind: &str, force: u32| {
        let item = |to: &&str| json!({"To_Account": to, "AddSource": "AddSource_Type_Test"});
        let items: Vec<_> = to.iter().map(item).collect();
        json!({
            "From_Account": from, "AddFriendItem": items, "AddType": format!("Add_Type_{kind}"),
            "ForceAddFlags": force,
        })
    };
    let answer = |action: &str| {
        let action = format!("Response_Action_{action}");
        let item = |to: &&str| json!({"To_Account": to, "ResponseAction": action});
        let items: Vec<_> = to.iter().map(item).collect();
        json!({"From_Account": from, "ResponseFriendItem": items})
    };
    let clear = |ways| operation::ClearList {
        user: from.into(),
        list: OwnList::Friends(ways),
    };
    let mode = json!({"Tag": "Tag_Profile_IM_AllowType", "Value": "AllowType_Type_AllowAny"});
    let set_mode = operation::SetRequestMode {
        user: from.into(),
        mode: RequestMode::Anyone,
    };
    vec![
        (many(Action::Block), Command::BlackListAdd, lists(None)),
        (many(Action::Unblock), Command::BlackListDelete, lists(None)),
        (
            many(Action::RemoveFriend(Ways::OneWay)),
            Command::FriendDelete,
            lists(Some("Single")),
        ),
        (
            many(Action::RemoveFriend(Ways::TwoWay)),
            Command::FriendDelete,
            lists(Some("Both")),
        ),
        (
            clear(Ways::OneWay).into(),
            Command::FriendDeleteAll,
            lists(Some("Single")),
        ),
        (
            clear(Ways::TwoWay).into(),
            Command::FriendDeleteAll,
            lists(Some("Both")),
        ),
        (
            many(Action::AddFriend(Ways::TwoWay)),
            Command::FriendAdd,
            add("Both", 1),
        ),
        (
            many(Action::AddFriend(Ways::OneWay)),
            Command::FriendAdd,
            add("Single", 1),
        ),
        (
            many(Action::SendRequest),
            Command::FriendAdd,
            add("Both", 0),
        ),
        (
            many(Action::AcceptRequest),
            Command::FriendResponse,
            answer("AgreeAndAdd"),
        ),
        (
            many(Action::DeclineRequest),
            Command::FriendResponse,
            answer("Reject"),
        ),
        (
            Operation::add_user(from),
            Command::AccountImport,
            json!({"UserID": from}),
        ),
        (
            Operation::remove_user(from),
            Command::AccountDelete,
            json!({"DeleteItem": [{"UserID": from}]}),
        ),
        (
            set_mode.into(),
            Command::PortraitSet,
            json!({"From_Account": from, "ProfileItem": [mode]}),
        ),
    ]
}

/// Returns callbacks as JSON, without the admin who called.
fn without_admin(callbacks: Vec<Callback>) -> Vec<Value> {
    let json = callbacks.into_iter().map(|it| {
        let mut json = serde_json::to_value(it).unwrap();
        json.as_object_mut().unwrap().remove("Admin_Account");
        json
    });
    json.collect()
}

/// Returns the states of an account's lists as text, without the sources of friends, and without
/// the sequences if they are not asked for.
fn without_sources(states: Option<&[(Value, Value); 4]>, has_sequences: bool) -> String {
    let lists = states.into_iter().flatten();
    let lists = lists.map(|(list, sequence)| (list, has_sequences.then_some(sequence)));
    let text = format!("{:?}", lists.collect::<Vec<_>>());
    let source = format!(
        "{:?}, ",
        json!({"Tag": "Tag_SNS_IM_AddSource", "Value": "AddSource_Type_Test"})
    );
    text.replace(&source, "")
}

/// Imports friends with fields: `(owner, friend, remark, group, custom field, time)`.
fn import(app: &mut App, owner: &str, friend: &str, (remark, group, time): (&str, &str, u64)) {
    let custom = json!({"Tag": "Tag_SNS_Custom_T", "Value": remark});
    let item = json!({
        "To_Account": friend, "AddSource": "AddSource_Type_Test", "Remark": remark,
        "GroupName": [group], "AddTime": time, "CustomItem": [custom],
    });
    let body = json!({"From_Account": owner, "AddFriendItem": [item]});
    app.call(Command::FriendImport, &body);
}

#[test]
fn merged_records_complete_those_that_remain() {
    let mut app = App::new(&["old", "new", "peer", "other"]);
    import(&mut app, "old", "peer", ("of old", "family", 5));
    import(&mut app, "new", "peer", ("of new", "work", 7));
    import(&mut app, "old", "other", ("other", "family", 6));
    import(&mut app, "peer", "old", ("about old", "work", 8));
    let nick = |user: &str, tag: &str| {
        let item = json!({"Tag": tag, "Value": user});
        json!({"From_Account": user, "ProfileItem": [item]})
    };
    app.call(Command::PortraitSet, &nick("old", "Tag_Profile_IM_Nick"));
    app.call(Command::PortraitSet, &nick("old", "Tag_Profile_IM_Image"));
    app.call(Command::PortraitSet, &nick("new", "Tag_Profile_IM_Nick"));

    app.now = at(1_800_000_000);
    let callbacks = apply(&mut app, &Operation::merge_users("old", "new"));
    let reported: Vec<_> = callbacks
        .iter()
        .map(|it| (it.command(), pairs(it)))
        .collect();
    let owned = |pairs: &[&str]| pairs.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        reported,
        [
            (
                "Sns.CallbackFriendDelete",
                owned(&["old>peer", "peer>old", "old>other"]),
            ),
            (
                "Sns.CallbackFriendAdd",
                owned(&["peer>new/new", "new>other/new"]),
            ),
        ]
    );

    let tags = [
        "Tag_SNS_IM_Remark",
        "Tag_SNS_IM_Group",
        "Tag_SNS_IM_AddTime",
        "Tag_SNS_Custom_T",
    ];
    let mut values = |from: &str, to: &str| -> Vec<Value> {
        let fields = app.fields(from, to, &tags);
        let fields = fields.as_array().unwrap().iter();
        fields.map(|field| field["Value"].clone()).collect()
    };
    assert_eq!(
        values("new", "peer"),
        [
            json!("of new"),
            json!(["work", "family"]),
            json!(5),
            json!("of new")
        ],
    );
    assert_eq!(
        values("new", "other"),
        [json!("other"), json!(["family"]), json!(6), json!("other")],
    );
    assert_eq!(
        values("peer", "new"),
        [
            json!("about old"),
            json!(["work"]),
            json!(8),
            json!("about old")
        ],
    );
    let get = json!({
        "To_Account": ["new"], "TagList": ["Tag_Profile_IM_Nick", "Tag_Profile_IM_Image"],
    });
    let profile = app.call(Command::PortraitGet, &get)["UserProfileItem"][0].take();
    assert_eq!(profile["ProfileItem"][0]["Value"], "new");
    assert_eq!(profile["ProfileItem"][1]["Value"], "old");
}

#[test]
fn merged_requests_and_blocks_keep_their_words_and_times() {
    let mut app = App::new(&["old", "new", "peer", "other"]);
    let item = json!({
        "To_Account": "peer", "AddSource": "AddSource_Type_Test", "Remark": "r", "AddWording": "w",
    });
    let body = json!({"From_Account": "old", "AddFriendItem": [item]});
    app.call(Command::FriendAdd, &body);
    app.now = at(7);
    let block = |from: &str| json!({"From_Account": from, "To_Account": ["other"]});
    app.call(Command::BlackListAdd, &block("old"));
    app.now = at(9);
    app.call(Command::BlackListAdd, &block("new"));

    apply(&mut app, &Operation::merge_users("old", "new"));
    let get = json!({"From_Account": "new", "StartIndex": 0, "MaxLimited": 9, "LastSequence": 0});
    let blocked = app.call(Command::BlackListGet, &get)["BlackListItem"].take();
    assert_eq!(
        blocked,
        json!([{"To_Account": "other", "AddBlackTimeStamp": 7}])
    );

    apply(
        &mut app,
        &Operation::act(Action::AcceptRequest, "peer", "new"),
    );
    let fields = app.fields(
        "new",
        "peer",
        &["Tag_SNS_IM_Remark", "Tag_SNS_IM_AddWording"],
    );
    assert_eq!(
        (&fields[0]["Value"], &fields[1]["Value"]),
        (&json!("r"), &json!("w"))
    );
}

#[test]
fn renamed_account_keeps_its_records_under_the_new_name() {
    let mut app = App::new(&["a", "b"]);
    import(&mut app, "a", "b", ("r", "g", 5));
    let callbacks = apply(&mut app, &Operation::rename_user("b", "B é"));
    let reported: Vec<_> = callbacks
        .iter()
        .map(|it| (it.command(), pairs(it)))
        .collect();
    assert_eq!(
        reported,
        [
            ("Sns.CallbackFriendDelete", vec!["a>b".to_owned()]),
            ("Sns.CallbackFriendAdd", vec!["a>B é/a".to_owned()]),
        ]
    );
    let remark = app.fields("a", "B é", &["Tag_SNS_IM_Remark"])[0]["Value"].take();
    assert_eq!(remark, "r");
}
