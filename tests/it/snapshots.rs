//! Portable snapshots: pinned bytes, and checks of everything that is read.

use proptest::prelude::*;
use serde_json::{Value, json};
use socialgraph::{
    Action, Effects, Interaction, InvariantViolation, Limits, Notice, Notices, PairChange, Policy,
    Reason, Reasons, Relation, RequestMode, Snapshot, SnapshotError, SocialGraph, UserId, Ways,
};

use crate::fixtures::{logs, policies};

/// Four users with a block, friends, a one-way friend, a request and a removed handle.
fn sample() -> SocialGraph {
    sample_with("cyd")
}

/// The sample with another name for the third user.
pub(crate) fn sample_with(third: &str) -> SocialGraph {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in ["ann", "ben", "gone", third, "dot"] {
        graph.add_user(name).unwrap();
    }

    graph.remove_user("gone").unwrap();
    graph.add_to_blocklist("ann", "ben").unwrap();
    graph.add_friend("ann", third, Ways::TwoWay).unwrap();
    graph.add_friend("ben", third, Ways::OneWay).unwrap();
    graph.send_friend_request("dot", "ann").unwrap();
    graph.set_request_mode("dot", RequestMode::Nobody).unwrap();
    graph
}

fn sample_value() -> Value {
    serde_json::to_value(sample()).unwrap()
}

/// Returns the typed error of the sample after an edit.
fn error_of(edit: impl FnOnce(&mut Value)) -> SnapshotError {
    let mut value = sample_value();
    edit(&mut value);
    let snapshot: Snapshot = serde_json::from_value(value).unwrap();
    SocialGraph::try_from(snapshot).unwrap_err()
}

fn text_error_of(edit: impl FnOnce(&mut Value)) -> String {
    let mut value = sample_value();
    edit(&mut value);
    serde_json::from_value::<SocialGraph>(value)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_format_is_pinned() {
    let user = |id: u32, name: &str, mode: &str, lists: [&[u32]; 4]| {
        json!({
            "id": id, "name": name, "request_mode": mode, "request_sending": "open",
            "blocklist": lists[0], "friends": lists[1],
            "requests_in": lists[2], "requests_out": lists[3],
        })
    };
    let expected = json!({
        "version": 2,
        "policy": serde_json::to_value(Policy::tencent_rest()).unwrap(),
        "next_user": 5,
        "users": [
            user(0, "ann", "confirm", [&[1], &[3], &[4], &[]]),
            user(1, "ben", "confirm", [&[], &[3], &[], &[]]),
            user(3, "cyd", "confirm", [&[], &[0], &[], &[]]),
            user(4, "dot", "nobody", [&[], &[], &[], &[0]]),
        ],
    });

    assert_eq!(sample_value(), expected);
}

#[test]
fn a_loaded_graph_continues_as_the_first_one() {
    let mut first = sample();
    let mut loaded: SocialGraph = serde_json::from_value(sample_value()).unwrap();
    assert_eq!(loaded, first);
    assert_eq!(
        loaded.add_user("new"),
        first.add_user("new"),
        "handles go on"
    );
    assert_eq!(loaded.user_id("new").map(UserId::to_u32), Some(5));

    for action in Action::ALL {
        assert_eq!(
            loaded.apply(action, "ann", "dot"),
            first.apply(action, "ann", "dot")
        );
    }

    assert_eq!(loaded, first);
}

/// Each list is longer than the vendor's limits and than what the store keeps inline.
#[test]
fn long_lists_are_written_whole() {
    const LEN: usize = 1100;
    let (mut graph, users) = crate::fixtures::crowd(1 + 4 * u32::try_from(LEN).unwrap());
    let (celebrity, others) = users.split_first().unwrap();
    let mut fans = others.chunks(LEN);
    let mut next = || fans.next().unwrap();

    for action in [
        Action::Block,
        Action::AddFriend(Ways::OneWay),
        Action::SendRequest,
    ] {
        let batch = graph.apply_many(action, celebrity, next()).unwrap();
        assert_eq!(batch.failed().count(), 0, "{action:?}");
    }

    for fan in next() {
        graph.send_friend_request(fan, celebrity).unwrap();
    }

    let value = serde_json::to_value(&graph).unwrap();
    for list in ["blocklist", "friends", "requests_in", "requests_out"] {
        assert_eq!(
            value["users"][0][list].as_array().unwrap().len(),
            LEN,
            "{list}"
        );
    }

    let read: SocialGraph = serde_json::from_value(value).unwrap();
    read.check_invariants().unwrap();
    assert!(read == graph);
}

#[test]
fn friends_across_a_block_are_refused_by_name() {
    let error = error_of(|value| value["users"][0]["friends"] = json!([1, 3]));
    let SnapshotError::Invariant(InvariantViolation::IllegalRelation { actor, target, .. }) =
        &error
    else {
        panic!("{error}")
    };

    assert_eq!((&**actor, &**target), ("ann", "ben"));
    assert_eq!(
        error.to_string(),
        "the policy allows no such relation of `ann` and `ben`: \
         the first blocks the second, the first lists the second"
    );
}

#[test]
fn halves_that_disagree_are_refused_by_name() {
    for edit in [
        |value: &mut Value| value["users"][0]["requests_in"] = json!([]),
        |value: &mut Value| value["users"][3]["requests_out"] = json!([]),
    ] {
        let (actor, target) = ("ann".into(), "dot".into());
        let expected = InvariantViolation::HalvesDisagree { actor, target };
        assert_eq!(error_of(edit), SnapshotError::Invariant(expected));
    }

    let error = error_of(|value| value["users"][0]["requests_in"] = json!([3, 4]));
    assert_eq!(
        error.to_string(),
        "`ann` and `cyd` disagree about their relation"
    );
}

#[test]
fn unknown_users_and_the_owner_are_refused() {
    for list in ["blocklist", "friends", "requests_in", "requests_out"] {
        for peer in [2, 5, u32::MAX] {
            let error = error_of(|value| value["users"][0][list] = json!([peer]));
            let unknown = InvariantViolation::UnknownPeer {
                user: "ann".into(),
                peer: UserId::from_u32(peer),
            };
            assert_eq!(error, SnapshotError::Invariant(unknown));
        }

        let error = error_of(|value| value["users"][0][list] = json!([0]));
        assert_eq!(error.to_string(), "`ann` has a relation with themselves");
    }
}

/// R26: a limit judges what is added, so a graph over a lowered limit loads.
#[test]
fn limits_that_are_exceeded_are_loaded() {
    for key in ["blocked", "friends", "requests_in", "batch"] {
        let mut over = sample_value();
        over["policy"]["limits"][key] = json!(0);
        let graph = serde_json::from_value::<SocialGraph>(over).unwrap();
        graph.check_invariants().unwrap();
        assert_eq!(graph.blocklist("ann").unwrap().len(), 1);
    }
}

#[test]
fn the_first_violation_in_the_order_of_users_is_reported() {
    let illegal = "the policy allows no such relation of `ann` and `ben`: \
                   the first blocks the second, the first lists the second";
    let text_found = text_error_of(|value| {
        value["users"][0]["friends"] = json!([1, 3]);
        value["users"][3]["blocklist"] = json!([1, 3]);
    });
    assert_eq!(text_found, illegal);
}

/// A snapshot of version 1, as it was written then.
const VERSION_1: &str = r#"{
    "version": 1,
    "policy": {
        "message_stopped_by": "target",
        "message_needs_listing_by": "neither",
        "notice_of_blocked_message": "silent",
        "request_stopped_by": "both",
        "block_clears_friends_of": "both",
        "block_cancels_requests_of": "both",
        "initial_request_mode": "confirm",
        "limits": { "blocked": 1000, "friends": 3000, "requests_in": 100, "batch": null }
    },
    "next_user": 2,
    "users": [
        { "id": 0, "name": "ann", "request_mode": "confirm", "request_sending": "open",
          "blocklist": [1], "friends": [], "requests_in": [], "requests_out": [] },
        { "id": 1, "name": "ben", "request_mode": "nobody", "request_sending": "barred",
          "blocklist": [], "friends": [], "requests_in": [], "requests_out": [] }
    ]
}"#;

#[test]
fn version_1_is_read_and_written_as_version_2() {
    let graph: SocialGraph = serde_json::from_str(VERSION_1).unwrap();
    let mut policy = Policy::tencent_rest();
    policy.limits.batch = None;
    assert_eq!(graph.policy(), &policy);
    assert!(graph.relation("ann", "ben").unwrap().is_blocked());
    assert_eq!(serde_json::to_value(&graph).unwrap()["version"], json!(2));

    // Each part of the old policy has its place in the new one.
    let other = VERSION_1
        .replace(r#"stopped_by": "target""#, r#"stopped_by": "actor""#)
        .replace(r#"listing_by": "neither""#, r#"listing_by": "target""#)
        .replace(r#""silent""#, r#""told""#)
        .replace(
            r#"request_stopped_by": "both""#,
            r#"request_stopped_by": "neither""#,
        )
        .replace(r#"friends_of": "both""#, r#"friends_of": "target""#)
        .replace(r#"requests_of": "both""#, r#"requests_of": "actor""#)
        .replace(
            r#"initial_request_mode": "confirm""#,
            r#"initial_request_mode": "anyone""#,
        );
    let graph: SocialGraph = serde_json::from_str(&other).unwrap();
    let parts: Vec<_> = graph
        .policy()
        .parts()
        .map(|(_, part)| part.to_string())
        .collect();
    let gate = ["actor", "target", "told", "told"];
    assert_eq!(parts[..16], [gate; 4].concat());
    assert_eq!(
        parts[16..],
        [
            "neither",
            "neither",
            "neither",
            "accepts",
            "friendship",
            "anyone",
            "told",
            "told",
            "target",
            "actor",
            "1000",
            "3000",
            "100",
            "none",
        ]
    );
}

#[test]
fn version_1_has_no_field_of_version_2() {
    for (from, to, expected) in [
        (
            "\"message_stopped_by\": \"target\"",
            "\"message\": {}",
            "unknown field `message`",
        ),
        ("\"limits\"", "\"limit\"", "unknown field `limit`"),
        (
            "\"version\": 1",
            "\"version\": 2",
            "unknown field `message_stopped_by`",
        ),
        (
            "\"block_clears_friends_of\": \"both\",",
            "",
            "missing field `block_clears_friends_of`",
        ),
    ] {
        let text = VERSION_1.replace(from, to);
        assert_ne!(text, VERSION_1);
        let error = serde_json::from_str::<SocialGraph>(&text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// A format without field names has the version first, and then that version's policy.
#[test]
fn both_versions_are_read_from_bytes() {
    let graph = sample();
    let bytes = postcard::to_allocvec(&graph).unwrap();
    assert_eq!(postcard::from_bytes::<SocialGraph>(&bytes).unwrap(), graph);

    // Of version 1: the policy, no user at all, and handles from 7 on.
    let version_1: &[u8] = &[
        1, // version
        2, 0, 1, 3, 3, 3, 1, // target, neither, told, both, both, both, confirm
        1, 5, 0, 0, 1, 9, // limits: 5, none, none, 9
        7, 0, // next user, no users
    ];
    let old: SocialGraph = postcard::from_bytes(version_1).unwrap();
    let mut policy = Policy::tencent_rest();
    for interaction in Interaction::ALL {
        policy.gate_mut(interaction).notice = Notices::both(Notice::Told);
    }
    (policy.limits.blocked, policy.limits.friends) = (Some(5), None);
    (policy.limits.requests_in, policy.limits.batch) = (None, Some(9));
    assert_eq!(old.policy(), &policy);
    assert_eq!((old.user_count(), old.next_user().to_u32()), (0, 7));
}

#[test]
fn a_missing_limit_is_an_error_and_not_no_limit() {
    for key in ["blocked", "friends", "requests_in", "batch"] {
        let mut value = sample_value();
        value["policy"]["limits"]
            .as_object_mut()
            .unwrap()
            .remove(key);
        let error = serde_json::from_value::<SocialGraph>(value)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(&format!("the policy lacks `limits.{key}`")),
            "{error}"
        );

        let mut value = sample_value();
        value["policy"]["limits"][key] = Value::Null;
        assert!(
            serde_json::from_value::<SocialGraph>(value).is_ok(),
            "null is no limit"
        );
    }
}

#[test]
fn an_unknown_version_is_a_typed_error() {
    let later = r#"{"version":3,"policy":"another shape","users":{"and":"another"}}"#;
    let reordered = r#"{"groups":[],"next_user":0,"version":3}"#;

    for text in [later, reordered] {
        let snapshot: Snapshot = serde_json::from_str(text).unwrap();
        let error = SocialGraph::try_from(snapshot).unwrap_err();
        assert_eq!(error, SnapshotError::UnknownVersion { found: 3 });
        let error = serde_json::from_str::<SocialGraph>(text)
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "snapshot version 3 is unknown: this build reads versions 1 and 2"
        );
    }

    for version in ["-1", "\"1\"", "null", "1.5"] {
        let text = sample_value()
            .to_string()
            .replace("\"version\":2", &format!("\"version\":{version}"));
        assert!(
            serde_json::from_str::<SocialGraph>(&text).is_err(),
            "{version}"
        );
    }

    let row = serde_json::from_str::<Snapshot>(r#"[3,{"another":"shape"},[]]"#).unwrap();
    let error = SocialGraph::try_from(row).unwrap_err();
    assert_eq!(error, SnapshotError::UnknownVersion { found: 3 });

    let value = sample_value();
    let row = json!([2, value["policy"], value["next_user"], value["users"]]);
    assert_eq!(
        serde_json::from_value::<SocialGraph>(row).unwrap(),
        sample()
    );

    let error = serde_json::from_str::<Snapshot>("3")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("expected a snapshot of a social graph"),
        "{error}"
    );

    let twice = r#"{"version":2,"version":2}"#;
    let error = serde_json::from_str::<Snapshot>(twice)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("duplicate field `version`"), "{error}");
}

#[test]
fn names_handles_and_orders_are_checked() {
    let text = text_error_of(|value| value["users"][1]["name"] = json!("ann"));
    assert_eq!(text, "user #1: the name `ann` is taken by user #0");

    let text = text_error_of(|value| value["users"][1]["name"] = json!(""));
    assert_eq!(text, "user #1: the name is empty");

    let text = text_error_of(|value| value["users"][1]["name"] = json!("x".repeat(3072)));
    assert_eq!(
        text,
        "user #1: the name is 3072 bytes long, and at most 3071 fit"
    );

    for (user, id) in [(1, 0), (3, 5), (0, u32::MAX)] {
        let error = error_of(|value| value["users"][user]["id"] = json!(id));
        assert!(matches!(error, SnapshotError::Handle { .. }), "{error}");
    }

    for list in [json!([3, 1]), json!([1, 1])] {
        let error = error_of(|value| value["users"][0]["blocklist"] = list);
        assert!(matches!(error, SnapshotError::ListOrder { .. }), "{error}");
    }
}

#[test]
fn a_few_bytes_cannot_claim_much_memory() {
    let mut value = sample_value();
    value["next_user"] = json!(u32::MAX);
    value["users"][3]["id"] = json!(u32::MAX - 1);
    value["users"][0]["requests_in"] = json!([u32::MAX - 1]);
    let mut graph: SocialGraph = serde_json::from_value(value).unwrap();

    assert_eq!(graph.user_id("dot"), Some(UserId::from_u32(u32::MAX - 1)));
    assert_eq!(
        graph.add_user("late").unwrap_err().to_string(),
        "no handle is left for another user"
    );
    graph.check_invariants().unwrap();
}

#[test]
fn unknown_fields_and_missing_ones_are_refused() {
    let unknown = text_error_of(|value| value["users"][0]["extra"] = json!(1));
    assert!(unknown.contains("unknown field `extra`"), "{unknown}");

    let unknown = text_error_of(|value| value["extra"] = json!(1));
    assert!(unknown.contains("unknown field `extra`"), "{unknown}");

    for field in ["version", "policy", "next_user", "users"] {
        let missing = text_error_of(|value| drop(value.as_object_mut().unwrap().remove(field)));
        assert!(
            missing.contains(&format!("missing field `{field}`")),
            "{missing}"
        );
    }
}

#[test]
fn the_vocabulary_travels_as_values() {
    let mut graph = sample();
    let change = graph.add_to_blocklist("cyd", "ann").unwrap();
    let json = serde_json::to_string(&change).unwrap();
    assert_eq!(serde_json::from_str::<PairChange>(&json).unwrap(), change);

    let effects = serde_json::to_string(&change.effects()).unwrap();
    assert_eq!(
        effects,
        r#"["actor_block_added","actor_friend_removed","target_friend_removed"]"#
    );
    assert_eq!(
        serde_json::from_str::<Effects>(&effects).unwrap(),
        change.effects()
    );

    for relation in Relation::all() {
        let json = serde_json::to_string(&relation).unwrap();
        assert_eq!(serde_json::from_str::<Relation>(&json).unwrap(), relation);
    }

    let all: Reasons = Reason::ALL.into_iter().collect();
    let json = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<Reasons>(&json).unwrap(), all);

    for action in Action::ALL {
        let json = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<Action>(&json).unwrap(), action);
    }
}

#[test]
fn a_policy_travels_and_unknown_parts_are_refused() {
    let mut policy = Policy::tencent_keep_friends();
    policy.limits = Limits::NONE;
    let json = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
    let odd = json.replacen("stopped_by", "started_by", 1);
    assert!(serde_json::from_str::<Policy>(&odd).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_graph_comes_back_and_gives_the_same_bytes(policy in policies(), log in logs(60)) {
        let (mut graph, mut again) = (SocialGraph::new(policy), SocialGraph::new(policy));
        for op in &log {
            let _ = (op.apply_to(&mut graph), op.apply_to(&mut again));
        }
        let bytes = serde_json::to_vec(&graph).unwrap();
        prop_assert_eq!(&bytes, &serde_json::to_vec(&again).unwrap());
        let loaded: SocialGraph = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&loaded, &graph);
        prop_assert_eq!(serde_json::to_vec(&loaded).unwrap(), bytes);
    }
}
