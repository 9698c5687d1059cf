//! The changes that replies and operations report, played on a mirror of the graph.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use socialgraph::{
    Action, Notice, Notices, Operation, Policy, Relation, RequestMode, RequestSending, SocialGraph,
    Ways,
};
use socialgraph_tim::{Change, Command};

use super::fixtures::{ADMIN, App};
use super::logs::{NAMES, TIGHT, name, update};
use super::operations::operation;

/// What a reader of the feed knows: it has no graph, and heeds nothing but the changes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mirror {
    policy: Policy,
    users: BTreeMap<String, (RequestMode, RequestSending)>,
    /// The relations of two users that are no strangers, in both directions.
    relations: BTreeMap<(String, String), Relation>,
}

impl Mirror {
    /// Returns the copy of a graph.
    fn of(graph: &SocialGraph) -> Self {
        let mut mirror = Self {
            policy: *graph.policy(),
            users: BTreeMap::new(),
            relations: BTreeMap::new(),
        };
        for (id, user) in graph.users() {
            let facts = graph.user_facts(id).unwrap();
            let settings = (facts.request_mode, facts.request_sending);
            mirror.users.insert(user.to_owned(), settings);

            for (peer_id, peer) in graph.users().filter(|(peer_id, _)| *peer_id != id) {
                mirror.set(user, peer, graph.relation(id, peer_id).unwrap());
            }
        }
        mirror
    }

    fn play(&mut self, changes: &[Change]) {
        for change in changes {
            self.apply(change);
        }
    }

    /// Applies a change. Fails if it does not fit, or changes nothing.
    fn apply(&mut self, change: &Change) {
        match change {
            Change::UserAdded { name } => {
                let settings = (self.policy.request.initial_mode, RequestSending::Open);
                let taken = self.users.insert(name.clone(), settings);
                assert_eq!(taken, None, "{change:?}");
            }
            Change::UserRemoved { name } => self.remove(name),
            Change::UserRenamed { before, name } => self.rename(before, name),
            Change::UsersMerged { from, into } => {
                self.remove(from);
                assert!(self.users.contains_key(into), "{change:?}");
            }
            Change::RelationChanged {
                actor,
                target,
                before,
                after,
            } => {
                assert!(actor != target && before != after, "{change:?}");
                for user in [actor, target] {
                    assert!(self.users.contains_key(user), "{change:?}");
                }
                assert_eq!(self.get(actor, target), *before, "{change:?}");
                assert_eq!(self.get(target, actor), before.flip(), "{change:?}");

                self.set(actor, target, *after);
                self.set(target, actor, after.flip());
            }
            Change::RequestModeChanged { user, mode } => {
                let (before, _) = self.users.get_mut(user).unwrap();
                assert_ne!(before, mode, "{change:?}");
                *before = *mode;
            }
            Change::RequestSendingChanged { user, sending } => {
                let (_, before) = self.users.get_mut(user).unwrap();
                assert_ne!(before, sending, "{change:?}");
                *before = *sending;
            }
            Change::PolicyAdopted { from, to } => {
                assert_eq!(self.policy, **from, "{change:?}");
                assert_ne!(from, to, "{change:?}");
                self.policy = **to;
            }
        }
    }

    /// Removes a user, whose relations have all ended.
    fn remove(&mut self, name: &str) {
        assert!(self.users.remove(name).is_some(), "{name}");
        let mut pairs = self.relations.keys();
        assert!(
            pairs.all(|(actor, target)| actor != name && target != name),
            "{name} is removed, but has relations: {self:?}"
        );
    }

    fn rename(&mut self, before: &str, name: &str) {
        let settings = self.users.remove(before).unwrap();
        let taken = self.users.insert(name.to_owned(), settings);
        assert_eq!(taken, None, "{before} becomes {name}");

        let renamed = |user: String| {
            if user == before {
                name.to_owned()
            } else {
                user
            }
        };
        let relations = std::mem::take(&mut self.relations).into_iter();
        self.relations = relations
            .map(|((actor, target), relation)| ((renamed(actor), renamed(target)), relation))
            .collect();
    }

    fn get(&self, actor: &str, target: &str) -> Relation {
        let pair = (actor.to_owned(), target.to_owned());
        self.relations.get(&pair).copied().unwrap_or_default()
    }

    fn set(&mut self, actor: &str, target: &str, relation: Relation) {
        let pair = (actor.to_owned(), target.to_owned());
        if relation == Relation::STRANGERS {
            self.relations.remove(&pair);
        } else {
            self.relations.insert(pair, relation);
        }
    }
}

/// A call of an admin or of the account that it is about, or an operation.
#[derive(Clone, Debug)]
enum Step {
    Call {
        is_own: bool,
        command: Command,
        body: Value,
    },
    Operation(Operation),
}

impl Step {
    /// Carries the step out, and returns the changes that it reports.
    fn run(&self, app: &mut App) -> Vec<Change> {
        match self {
            Self::Call {
                is_own,
                command,
                body,
            } => {
                let own = body["From_Account"].as_str().filter(|_| *is_own);
                let reply = app.reply(own.unwrap_or(ADMIN), *command, body);
                assert!(reply.code.number() == 0 || reply.changes.is_empty());

                // A log keeps the changes with the reply.
                let kept = postcard::to_stdvec(&reply).unwrap();
                assert_eq!(reply, postcard::from_bytes(&kept).unwrap());
                reply.changes
            }
            Self::Operation(operation) => app.service.apply(operation, app.now).changes,
        }
    }
}

/// Generates a call that changes the graph in a way that [`update`] does not.
fn other_update() -> impl Strategy<Value = (Command, Value)> {
    let names = || prop::collection::vec(name(), 1..4);
    let bar = prop::sample::select(vec!["None", "SendOut"]);

    prop_oneof![
        (name(), names()).prop_map(|(from, to)| {
            let item = |to| json!({"To_Account": to, "AddSource": "AddSource_Type_Test"});
            let items: Vec<_> = to.into_iter().map(item).collect();
            let body = json!({"From_Account": from, "AddFriendItem": items});
            (Command::FriendImport, body)
        }),
        (name(), bar).prop_map(|(from, bar)| {
            let value = format!("AdminForbid_Type_{bar}");
            let item = json!({"Tag": "Tag_Profile_IM_AdminForbidType", "Value": value});
            let body = json!({"From_Account": from, "ProfileItem": [item]});
            (Command::PortraitSet, body)
        }),
        name().prop_map(|name| (Command::AccountImport, json!({"UserID": name}))),
        names().prop_map(|names| {
            let item = |name| json!({"UserID": name});
            let items: Vec<_> = names.into_iter().map(item).collect();
            (Command::AccountDelete, json!({"DeleteItem": items}))
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let call = |(is_own, (command, body))| Step::Call {
        is_own,
        command,
        body,
    };
    prop_oneof![
        4 => (any::<bool>(), update()).prop_map(call),
        1 => (any::<bool>(), other_update()).prop_map(call),
        4 => operation().prop_map(Step::Operation),
    ]
}

/// Generates an app: it imports unknown accounts or does not, and is silent about blocks or tells.
fn start() -> impl Strategy<Value = (bool, Notice)> {
    let notice = prop::sample::select(vec![Notice::Silent, Notice::Told]);
    (any::<bool>(), notice)
}

fn app((imports, notice): (bool, Notice)) -> App {
    let mut policy = Policy::tencent_rest();
    policy.limits = TIGHT;
    policy.request.notice = Notices {
        own: notice,
        other: notice,
    };

    let app = App::of(policy, &NAMES[..2]);
    let mut app = if imports { app.importing() } else { app };
    app.change_settings(|it| it.max_accounts = Some(3));
    app
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn mirror_has_what_the_graph_has(
        start in start(),
        log in prop::collection::vec(step(), 1..40),
    ) {
        let mut app = app(start);
        let mut mirror = Mirror::of(app.service.graph());
        for step in log {
            let changes = step.run(&mut app);
            mirror.play(&changes);
            prop_assert_eq!(&mirror, &Mirror::of(app.service.graph()), "{:?}: {:?}", step, changes);

            let text = serde_json::to_string(&changes).unwrap();
            prop_assert_eq!(serde_json::from_str::<Vec<Change>>(&text).unwrap(), changes);
        }
    }
}

/// Returns the name of a kind of change.
fn kind(change: &Change) -> String {
    let json = serde_json::to_value(change).unwrap();
    json.as_object().unwrap().keys().next().unwrap().clone()
}

#[test]
fn logs_reach_every_change() {
    let mut runner = TestRunner::deterministic();
    let (mut of_calls, mut of_operations) = (BTreeSet::new(), BTreeSet::new());

    for _ in 0..300 {
        let log = (start(), prop::collection::vec(step(), 1..40));
        let (start, log) = log.new_tree(&mut runner).unwrap().current();
        let mut app = app(start);
        for step in log {
            for change in step.run(&mut app) {
                match step {
                    Step::Call { command, .. } => of_calls.insert((command, kind(&change))),
                    Step::Operation(_) => of_operations.insert(kind(&change)),
                };
            }
        }
    }

    let aimed = [
        "policy_adopted",
        "relation_changed",
        "request_mode_changed",
        "request_sending_changed",
        "user_added",
        "user_removed",
        "user_renamed",
        "users_merged",
    ];
    assert_eq!(of_operations, aimed.map(str::to_owned).into());

    for (command, kind) in [
        (Command::AccountImport, "user_added"),
        (Command::MultiaccountImport, "user_added"),
        (Command::AccountDelete, "relation_changed"),
        (Command::AccountDelete, "user_removed"),
        (Command::BlackListAdd, "relation_changed"),
        (Command::BlackListAdd, "user_added"),
        (Command::BlackListDelete, "relation_changed"),
        (Command::FriendAdd, "relation_changed"),
        (Command::FriendAdd, "user_added"),
        (Command::FriendImport, "relation_changed"),
        (Command::FriendDelete, "relation_changed"),
        (Command::FriendDeleteAll, "relation_changed"),
        (Command::FriendResponse, "relation_changed"),
        (Command::PortraitSet, "request_mode_changed"),
        (Command::PortraitSet, "request_sending_changed"),
    ] {
        let reached = of_calls.contains(&(command, kind.to_owned()));
        assert!(reached, "{command} reports no {kind}");
    }
}

fn relation_changed(pair: [&str; 2], before: &str, after: &str) -> Change {
    let [actor, target] = pair.map(str::to_owned);
    Change::RelationChanged {
        actor,
        target,
        before: before.parse().unwrap(),
        after: after.parse().unwrap(),
    }
}

#[test]
fn a_merge_reports_relations_before_it_reports_itself() {
    let mut app = App::new(&["old", "new", "peer"]);
    for operation in [
        "old blocks peer",
        "new blocks old",
        "old is barred from sending friend requests",
    ] {
        let operation: Operation = operation.parse().unwrap();
        assert!(app.service.apply(&operation, app.now).outcome.is_done());
    }

    let merge = Operation::merge_users("old", "new");
    let changes = app.service.apply(&merge, app.now).changes;
    let expected = [
        relation_changed(["old", "new"], "B", "-"),
        relation_changed(["old", "peer"], "b", "-"),
        relation_changed(["new", "peer"], "-", "b"),
        Change::RequestSendingChanged {
            user: "new".into(),
            sending: RequestSending::Barred,
        },
        Change::UsersMerged {
            from: "old".into(),
            into: "new".into(),
        },
    ];
    assert_eq!(changes, expected);
}

#[test]
fn another_policy_is_reported_before_what_it_ends() {
    let keep = Policy::tencent_keep_friends();
    let mut app = App::of(keep, &["a", "b"]);
    for action in [Action::AddFriend(Ways::TwoWay), Action::Block] {
        let operation = Operation::act(action, "a", "b");
        assert!(app.service.apply(&operation, app.now).outcome.is_done());
    }

    let rest = Policy::tencent_rest();
    let mut adopt = || {
        let operation = Operation::adopt_policy(rest);
        app.service.apply(&operation, app.now).changes
    };
    let expected = [
        Change::PolicyAdopted {
            from: Box::new(keep),
            to: Box::new(rest),
        },
        relation_changed(["a", "b"], "blL", "b"),
    ];
    assert_eq!(adopt(), expected);
    assert_eq!(adopt(), []);
}

/// `Response_Action_Agree` is two actions of the engine, each of them a change.
#[test]
fn agreeing_reports_the_entry_and_the_end_of_the_request() {
    let mut app = App::new(&["a", "b"]);
    let request: Operation = "a sends b a friend request".parse().unwrap();
    assert!(app.service.apply(&request, app.now).outcome.is_done());

    let item = json!({"To_Account": "a", "ResponseAction": "Response_Action_Agree"});
    let body = json!({"From_Account": "b", "ResponseFriendItem": [item]});
    let reply = app.reply("b", Command::FriendResponse, &body);
    let expected = [
        relation_changed(["a", "b"], "r", "lr"),
        relation_changed(["b", "a"], "LR", "L"),
    ];
    assert_eq!(reply.changes, expected);
}

#[test]
fn an_account_that_is_imported_on_use_is_reported_first() {
    let mut app = App::new(&[]).importing();
    let body = json!({"From_Account": "a", "To_Account": ["b", "b"]});
    let reply = app.reply(ADMIN, Command::BlackListAdd, &body);
    let added = |name: &str| Change::UserAdded { name: name.into() };
    let expected = [
        added("a"),
        added("b"),
        relation_changed(["a", "b"], "-", "b"),
    ];
    assert_eq!(reply.changes, expected);

    let check = json!({"CheckItem": [{"UserID": "a"}]});
    assert_eq!(app.reply(ADMIN, Command::AccountCheck, &check).changes, []);
}
