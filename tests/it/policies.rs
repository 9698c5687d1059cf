//! Policies by name, as literals and as files.

use serde_json::{Value, json};
use socialgraph::{
    BlockRules, Crossed, Gate, Granted, Interaction, Limits, Notice, Notices, PartValue, Policy,
    RequestMode, RequestRules, Sides, Snapshot,
};

/// A policy in which every part differs from that of the vendor's profiles.
fn unlike_tencent() -> Policy {
    use Notice::{Neutral, Told};
    use Sides::{Actor, Both, Neither};

    let gate = |stopped_by, needs_listing_by, own, other| Gate {
        stopped_by,
        needs_listing_by,
        notice: Notices { own, other },
    };
    Policy {
        message: gate(Both, Actor, Neutral, Told),
        call: gate(Neither, Both, Told, Neutral),
        group_invitation: gate(Actor, Sides::Target, Told, Told),
        presence: gate(Both, Both, Neutral, Neutral),
        request: RequestRules {
            stopped_by: Actor,
            accept_stopped_by: Sides::Target,
            add_stopped_by: Neither,
            crossed: Crossed::Waits,
            makes: Granted::Follow,
            initial_mode: RequestMode::Nobody,
            notice: Notices {
                own: Neutral,
                other: Notice::Silent,
            },
        },
        block: BlockRules {
            clears_friends_of: Actor,
            cancels_requests_of: Sides::Target,
        },
        limits: Limits {
            blocked: Some(0),
            friends: None,
            requests_in: Some(u32::MAX),
            batch: Some(7),
        },
    }
}

#[test]
fn the_sample_differs_in_every_part() {
    let (ours, rest) = (unlike_tencent(), Policy::tencent_rest());
    for ((path, ours), (_, rest)) in ours.parts().zip(rest.parts()) {
        assert_ne!(ours, rest, "{path}");
    }
}

#[test]
fn a_policy_comes_back_from_every_format() {
    let mut policies: Vec<Policy> = Policy::PROFILES.iter().map(|(_, policy)| *policy).collect();
    policies.push(unlike_tencent());

    for policy in policies {
        let json = serde_json::to_string_pretty(&policy).unwrap();
        assert_eq!(
            serde_json::from_str::<Policy>(&json).unwrap(),
            policy,
            "{json}"
        );
        let value = serde_json::to_value(policy).unwrap();
        assert_eq!(serde_json::from_value::<Policy>(value).unwrap(), policy);

        let toml = toml::to_string(&policy).unwrap();
        assert_eq!(toml::from_str::<Policy>(&toml).unwrap(), policy, "{toml}");
        let yaml = serde_norway::to_string(&policy).unwrap();
        assert_eq!(
            serde_norway::from_str::<Policy>(&yaml).unwrap(),
            policy,
            "{yaml}"
        );

        let bytes = postcard::to_allocvec(&policy).unwrap();
        assert_eq!(postcard::from_bytes::<Policy>(&bytes).unwrap(), policy);
    }
}

#[test]
fn a_written_policy_is_pinned() {
    let gate = json!({
        "stopped_by": "target",
        "needs_listing_by": "neither",
        "notice": { "own": "silent", "other": "silent" },
    });
    let expected = json!({
        "message": gate, "call": gate, "group_invitation": gate, "presence": gate,
        "request": {
            "stopped_by": "both", "accept_stopped_by": "both", "add_stopped_by": "both",
            "crossed": "accepts", "makes": "friendship", "initial_mode": "confirm",
            "notice": { "own": "told", "other": "told" },
        },
        "block": { "clears_friends_of": "both", "cancels_requests_of": "both" },
        "limits": { "blocked": 1000, "friends": "none", "requests_in": 100, "batch": 1000 },
    });

    let mut policy = Policy::tencent_rest();
    policy.limits.friends = None;
    assert_eq!(serde_json::to_value(policy).unwrap(), expected);
}

#[test]
fn a_file_names_a_profile_and_what_is_different() {
    let mut expected = Policy::named("mastodon").unwrap();
    expected.message.notice.other = Notice::Told;
    expected.limits.blocked = Some(20);
    expected.request.initial_mode = RequestMode::Confirm;

    let json = r#"{
        "limits": { "blocked": 20 },
        "message": { "notice": { "other": "told" } },
        "request": { "initial_mode": "confirm" },
        "profile": "mastodon"
    }"#;
    let toml = "profile = \"mastodon\"\nmessage.notice.other = \"told\"\n\
                limits.blocked = 20\n[request]\ninitial_mode = \"confirm\"\n";
    let yaml = "profile: mastodon\nmessage:\n  notice: {other: told}\nlimits:\n  blocked: 20\n\
                request:\n  initial_mode: confirm\n";
    assert_eq!(serde_json::from_str::<Policy>(json).unwrap(), expected);
    assert_eq!(toml::from_str::<Policy>(toml).unwrap(), expected);
    assert_eq!(serde_norway::from_str::<Policy>(yaml).unwrap(), expected);

    let whole = r#"{"profile": "tencent_rest"}"#;
    assert_eq!(
        serde_json::from_str::<Policy>(whole).unwrap(),
        Policy::tencent_rest()
    );
}

#[test]
fn no_limit_is_none_or_null() {
    for none in ["\"none\"", "null"] {
        let text = format!(r#"{{"profile":"tencent_rest","limits":{{"blocked":{none}}}}}"#);
        let policy: Policy = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (policy.limits.blocked, policy.limits.friends),
            (None, Some(3000))
        );
    }
    let limits: Limits = toml::from_str(&toml::to_string(&Limits::NONE).unwrap()).unwrap();
    assert_eq!(limits, Limits::NONE);
    let limits = serde_json::from_str::<Limits>(r#"{"blocked": 1}"#).unwrap_err();
    assert!(
        limits.to_string().contains("missing field `friends`"),
        "{limits}"
    );
}

fn error_of(value: &Value) -> String {
    let error = serde_json::from_str::<Policy>(&value.to_string()).unwrap_err();
    error.to_string()
}

#[test]
fn a_mistake_names_the_field_and_what_it_may_be() {
    let with = |part: Value| {
        let mut value = part;
        value["profile"] = json!("tencent_rest");
        error_of(&value)
    };

    for (part, expected) in [
        (
            json!({"message": {"notice": {"other": "shown"}}}),
            "message.notice.other: unknown variant `shown`, expected one of `silent`, `neutral`, \
             `told`",
        ),
        (
            json!({"request": {"stopped_by": 3}}),
            "request.stopped_by: invalid type: integer `3`, expected one of `neither`, `actor`, \
             `target`, `both`",
        ),
        (
            json!({"request": {"crossed": null}}),
            "request.crossed: invalid type: null, expected one of `accepts`, `waits`",
        ),
        (
            json!({"presence": null}),
            "presence: invalid type: null, expected a map of `stopped_by`, `needs_listing_by`, \
             `notice`",
        ),
        (
            json!({"message": "told"}),
            "message: invalid type: string \"told\", expected a map of `stopped_by`, \
             `needs_listing_by`, `notice`",
        ),
        (
            json!({"message": ["both", "neither", {}]}),
            "message: invalid type: sequence, expected a map of `stopped_by`,",
        ),
        (
            json!({"call": {"notice": []}}),
            "call.notice: invalid type: sequence, expected a map of `own`, `other`",
        ),
        (
            json!({"block": true}),
            "block: invalid type: boolean `true`, expected a map of `clears_friends_of`, \
             `cancels_requests_of`",
        ),
        (
            json!({"limits": 3}),
            "limits: invalid type: integer `3`, expected a map of `blocked`, `friends`, \
             `requests_in`, `batch`",
        ),
        (
            json!({"limits": {"friends": -1}}),
            "limits.friends: invalid value: integer `-1`, expected a number from 0 to 4294967295, \
             or `none`",
        ),
        (
            json!({"limits": {"friends": 4_294_967_296_u64}}),
            "limits.friends: invalid value: integer `4294967296`, expected a number from 0 to",
        ),
        (
            json!({"limits": {"friends": "many"}}),
            "limits.friends: invalid value: string \"many\", expected a number from 0 to",
        ),
        (
            json!({"limits": {"friends": 1.5}}),
            "limits.friends: invalid type: floating point `1.5`, expected a number from 0 to",
        ),
        (
            json!({"message_stopped_by": "both"}),
            "message_stopped_by: unknown field `message_stopped_by`, expected one of `profile`, \
             `message`, `call`,",
        ),
        (
            json!({"block": {"clears": "both"}}),
            "block.clears: unknown field `clears`, expected `clears_friends_of` or \
             `cancels_requests_of`",
        ),
        (
            json!({"call": {"notice": {"own": "told", "others": "told"}}}),
            "call.notice.others: unknown field `others`, expected `own` or `other`",
        ),
    ] {
        let error = with(part);
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn a_text_that_is_no_policy_says_what_it_lacks() {
    let error = error_of(&json!({"profile": "mastadon"}));
    assert!(error.starts_with("profile: there is no policy `mastadon`; did you mean `mastodon`?"));
    let error = error_of(&json!({"message": {}}));
    assert!(
        error.starts_with(
            "the policy lacks `message.stopped_by`: name a `profile`, or spell out every part"
        ),
        "{error}"
    );
    for (value, name) in [
        (json!("tencent_rest"), "string \"tencent_rest\""),
        (json!(["tencent_rest"]), "sequence"),
        (json!(null), "null"),
    ] {
        let error = error_of(&value);
        let expected = format!("invalid type: {name}, expected a map of `profile`, `message`, ");
        assert!(error.starts_with(&expected), "{error}");
    }
}

/// The same mistake in YAML and TOML, whose errors have a path or a place of their own.
#[test]
fn every_format_names_the_path_once() {
    let yaml = |text: &str| {
        serde_norway::from_str::<Policy>(text)
            .unwrap_err()
            .to_string()
    };
    let toml = |text: &str| toml::from_str::<Policy>(text).unwrap_err().to_string();

    for (in_yaml, in_toml, path, cause) in [
        (
            "profile: wire\ncall:\n  stopped_by: bob\n",
            "profile = \"wire\"\n[call]\nstopped_by = \"bob\"\n",
            "call.stopped_by",
            "unknown variant `bob`, expected one of `neither`, `actor`, `target`, `both`",
        ),
        (
            "profile: wire\ncall:\n  notice:\n    owns: told\n",
            "profile = \"wire\"\n[call.notice]\nowns = \"told\"\n",
            "call.notice.owns",
            "unknown field `owns`, expected `own` or `other`",
        ),
        (
            "profile: wire\nlimits:\n  batch: -1\n",
            "profile = \"wire\"\n[limits]\nbatch = -1\n",
            "limits.batch",
            "invalid value: integer `-1`, expected a number from 0 to 4294967295, or `none`",
        ),
        (
            "profile: wirr\n",
            "profile = \"wirr\"\n",
            "profile",
            "there is no policy `wirr`; did you mean `wire`?",
        ),
    ] {
        let (in_yaml, in_toml) = (yaml(in_yaml), toml(in_toml));
        assert!(
            in_yaml.starts_with(&format!("{path}: {cause}")),
            "{in_yaml}"
        );
        for text in [in_yaml, in_toml] {
            assert_eq!(text.matches(&format!("{path}: ")).count(), 1, "{text}");
            assert!(text.contains(cause), "{text}");
        }
    }

    assert_eq!(
        yaml("profile: wire\nmessage:\n"),
        "message: invalid type: unit value, expected a map of `stopped_by`, \
         `needs_listing_by`, `notice` at line 2 column 9",
    );
    assert!(toml("[call]\nstopped_by = 1\n").contains("at line 2, column 14"));
}

/// A snapshot's policy is read like a policy, and its errors say where it is.
#[test]
fn a_mistake_in_the_policy_of_a_snapshot_has_its_path() {
    for (policy, expected) in [
        (
            r#"{"profile":"wire","call":{"notice":{"own":1}}}"#,
            "policy.call.notice.own: invalid type",
        ),
        (r#"{"profile":"wire","x":1}"#, "policy.x: unknown field `x`"),
        (
            r#"{"profile":"wirr"}"#,
            "policy.profile: there is no policy `wirr`",
        ),
        (
            "3",
            "policy: invalid type: integer `3`, expected a map of `profile`",
        ),
        ("{}", "the policy lacks `message.stopped_by`"),
    ] {
        let text = format!(r#"{{"version":2,"policy":{policy},"next_user":0,"users":[]}}"#);
        let errors = [
            serde_json::from_str::<Snapshot>(&text)
                .unwrap_err()
                .to_string(),
            serde_norway::from_str::<Snapshot>(&text)
                .unwrap_err()
                .to_string(),
        ];
        for error in errors {
            assert!(error.starts_with(expected), "{error}");
        }
    }
}

/// Every part is read: leaving one out of a full file names its path.
#[test]
fn a_full_file_has_every_part() {
    let full = serde_json::to_value(unlike_tencent()).unwrap();
    for (path, _) in unlike_tencent().parts() {
        let mut lacking = full.clone();
        let mut object = &mut lacking;
        let (groups, field) = path.rsplit_once('.').unwrap();
        for group in groups.split('.') {
            object = &mut object[group];
        }
        assert!(
            object.as_object_mut().unwrap().remove(field).is_some(),
            "{path}"
        );

        let error = serde_json::from_value::<Policy>(lacking).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("the policy lacks `{path}`:")),
            "{error}"
        );
    }
}

#[test]
fn parts_print_as_in_a_file() {
    for policy in [unlike_tencent(), Policy::tencent_rest()] {
        let value = serde_json::to_value(policy).unwrap();
        for (path, part) in policy.parts() {
            let written = &value[path.split('.').next().unwrap()];
            let written = path
                .split('.')
                .skip(1)
                .fold(written, |value, key| &value[key]);
            let written = written
                .as_str()
                .map_or_else(|| written.to_string(), str::to_owned);
            assert_eq!(part.to_string(), written, "{path}");
        }
    }
    assert_eq!(
        format!(
            "{:>8}|{:<4}|",
            PartValue::Sides(Sides::Both),
            PartValue::Limit(Some(7))
        ),
        "    both|7   |"
    );
}

#[test]
fn a_policy_is_a_literal_over_a_named_one() {
    let policy = Policy {
        limits: Limits::NONE,
        ..Policy::tencent_rest()
    };
    assert_eq!(policy.message, Policy::tencent_rest().message);
    for interaction in Interaction::ALL {
        let mut changed = policy;
        changed.gate_mut(interaction).stopped_by = Sides::Neither;
        assert_eq!(changed.gate(interaction).stopped_by, Sides::Neither);
        let others = Interaction::ALL
            .into_iter()
            .filter(|other| *other != interaction);
        for other in others {
            assert_eq!(changed.gate(other), policy.gate(other));
        }
    }
}
