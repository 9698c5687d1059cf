//! Policies: parts, files with mistakes, changes.

use serde_json::{Value, json};
use socialgraph::{PartValue, Policy};
use socialgraph_analysis::profile::Profile;

use super::super::{policy, policy_file, systems, with_part};
use super::{message, quoted, read};

#[test]
fn every_part_of_every_policy_is_there_with_its_choices() {
    for &(name, named) in Policy::PROFILES {
        let answer = read(&policy(&quoted(name)));
        assert_eq!(
            (&answer["name"], &answer["text"]),
            (&json!(name), &json!(name))
        );
        let parts = answer["parts"].as_array().unwrap();
        assert_eq!(parts.len(), named.parts().count());
        for (part, (path, value)) in parts.iter().zip(named.parts()) {
            assert_eq!(part["path"], path);
            assert_eq!(part["value"], value.to_string());
            assert!(!part["rules"].as_array().unwrap().is_empty());
            let choices = part["choices"].as_array().unwrap();
            assert!(
                choices
                    .iter()
                    .any(|it| it["value"] == part["value"] && it["meaning"] == part["meaning"])
            );
            assert_eq!(part["is_limit"], matches!(value, PartValue::Limit(_)));

            // Each choice can be made.
            for choice in choices {
                let change = json!({"policy": name, "path": path, "value": choice["value"]});
                let changed = read(&with_part(&change.to_string()));
                let changed: Policy = changed["text"].as_str().unwrap().parse().unwrap();
                let unlike: Vec<_> = changed.parts_unlike(&named).collect();
                let expected = usize::from(choice["value"] != part["value"]);
                assert_eq!(unlike.len(), expected, "{path}: {choice}");
                assert!(unlike.iter().all(|(it, _)| *it == path));
            }
        }
    }
}

#[test]
fn a_file_that_is_copied_out_is_read_again() {
    for text in [
        "zim",
        "mastodon with message.notice.other = told, limits.batch = 7, limits.friends = none",
    ] {
        let file = read(&policy(&quoted(text)))["file"]
            .as_str()
            .unwrap()
            .to_owned();
        let again: Policy = read(&policy_file(&quoted(&file)))["text"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(again, text.parse().unwrap(), "{file}");
        // As JSON, text of the page and file of a host alike.
        let whole = serde_json::to_string(&again).unwrap();
        let again: Policy = read(&policy_file(&quoted(&whole)))["text"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(again, text.parse().unwrap());
    }
}

#[test]
fn mistakes_in_a_file_have_a_place_and_say_what_may_stand_there() {
    let error = |text: &str| {
        let answer = read(&policy_file(&quoted(text)));
        let error = &answer["error"];
        (
            error["line"].as_u64(),
            error["column"].as_u64(),
            message(&answer).to_owned(),
        )
    };
    let (line, column, text) = error("profile = 'wire'\n\n[limits]\nbatch = 'some'\n");
    let expected = "limits.batch: invalid value: string \"some\", expected a number from 0 to \
                    4294967295, or `none`";
    assert_eq!((line, column, &*text), (Some(4), Some(9), expected));
    let (line, column, text) = error("profile = 'wire'\nmessage.stoped_by = 'both'\n");
    assert_eq!((line, column), (Some(2), Some(9)), "{text}");
    assert!(
        text.starts_with("message.stoped_by: unknown field `stoped_by`, expected "),
        "{text}"
    );
    let (line, column, text) = error("profile = 'wire'\nlimits = = 1\n");
    assert_eq!((line, column), (Some(2), Some(10)), "{text}");

    let (line, column, text) = error("{\"profile\": \"wire\",\n \"limits\": }");
    assert_eq!(
        (line, column, &*text),
        (Some(2), Some(12), "limits: expected value")
    );
    let (_, _, text) = error("{\"profile\": \"wire\", \"limit\": {}}");
    assert!(
        text.starts_with("limit: unknown field `limit`, expected one of `profile`, `message`"),
        "{text}"
    );
    let (_, _, text) = error("{}");
    assert!(
        text.starts_with("the policy lacks `message.stopped_by`"),
        "{text}"
    );
    let (_, _, text) = error("");
    assert!(
        text.starts_with("the policy lacks `message.stopped_by`"),
        "{text}"
    );
    let (_, _, text) = error(&"x".repeat(200_000));
    assert_eq!(text, "a policy file has at most 100000 bytes");
}

#[test]
fn mistakes_in_a_change_are_told() {
    let error = |policy: &str, path: &str, value: &str| {
        let change = json!({"policy": policy, "path": path, "value": value});
        message(&read(&with_part(&change.to_string()))).to_owned()
    };
    let near = "there is no policy `mastadon`; did you mean `mastodon`?";
    assert_eq!(error("mastadon", "limits.batch", "7"), near);
    let near = "no part is `limits.bach`; the nearest is `limits.batch`";
    assert_eq!(error("wire", "limits.bach", "7"), near);
    assert!(
        error("wire", "request.makes", "7")
            .starts_with("request.makes cannot be `7`; it may be `friendship`")
    );
    assert!(error("wire", "limits.batch", "7, limits.friends = 1").contains("neither a comma"));
    assert_eq!(
        read(&policy(&quoted(&"x".repeat(5_000))))["error"]["message"],
        "a policy on one line has at most 4000 characters"
    );
}

#[test]
fn a_system_has_a_value_if_something_confirms_it() {
    let systems = read(&systems(""));
    let mut count = 0;
    for profile in Profile::ALL {
        let plausible = profile.plausible();
        for (path, value) in profile.policy().parts() {
            let named = systems[path][value.to_string()].as_array();
            let is_named = named.is_some_and(|it| it.contains(&Value::from(profile.name)));
            assert_eq!(
                is_named,
                plausible.confirms(path),
                "{}: {path}",
                profile.name
            );
            count += usize::from(is_named);
        }
    }
    let of = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .values()
            .map(|it| it.as_array().unwrap().len())
            .sum::<usize>()
    };
    let shown: usize = systems.as_object().unwrap().values().map(of).sum();
    assert_eq!(shown, count);
}
