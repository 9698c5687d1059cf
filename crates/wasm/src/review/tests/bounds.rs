//! Whatever comes in, the answer is an answer or a precise error.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{
    certainties, check, compare, estimate, nearest, policy, policy_file, profiles, properties,
    rules, rust_test, shown_stories, story_file, systems, view, what_if, with_part,
};
use super::{message, quoted, read, state};

/// The functions that read what the page passes and are quick if it is wrong.
const READERS: [fn(&str) -> String; 11] = [
    view,
    certainties,
    story_file,
    rust_test,
    policy,
    policy_file,
    with_part,
    compare,
    nearest,
    what_if,
    estimate,
];

fn checked(input: &str) -> String {
    check(input, &mut |_| ())
}

/// Replaces a key of a good state, and returns the error with its line and its column.
fn error(key: &str, value: &Value) -> (String, Option<u64>, Option<u64>) {
    let mut bad = state("wire", &["ann", "ben"], &["ann blocks ben"]);
    bad[key] = value.clone();
    let answer = read(&view(&bad.to_string()));
    for function in [certainties, story_file, rust_test] {
        assert_eq!(answer, read(&function(&bad.to_string())));
    }
    let error = &answer["error"];
    let place = ["line", "column"].map(|key| error[key].as_u64());
    (message(&answer).to_owned(), place[0], place[1])
}

#[test]
fn a_wrong_setting_is_a_precise_error() {
    let watch = json!([{"question": "x", "actor": "ann", "target": "ben"}]);
    let five = json!(["a", "b", "c", "d", "e"]);
    for (key, value, text) in [
        (
            "version",
            json!(2),
            "the state is of version 2, and this page reads version 1",
        ),
        (
            "policy",
            json!("mastadon"),
            "there is no policy `mastadon`; did you mean `mastodon`?",
        ),
        (
            "other",
            json!("wire with x"),
            "`x` is not of the form `PATH = VALUE`",
        ),
        (
            "users",
            json!(["ann"]),
            "the page starts with 2 to 4 users, not 1",
        ),
        ("users", five, "the page starts with 2 to 4 users, not 5"),
        (
            "users",
            json!(["ann", "x".repeat(65)]),
            "a name has at most 64 characters, and `xxxxxxxxxxxxxxxxxxxx…` has 65",
        ),
        (
            "users",
            json!(["ann", "ann"]),
            "two users have the name `ann`",
        ),
        ("users", json!(["ann", ""]), "the name is empty"),
        ("step", json!(2), "there is no step 2 of 1 lines"),
        ("watches", watch, "`x` is no question; it may be"),
    ] {
        let (found, line, column) = error(key, &value);
        assert!(found.starts_with(text), "{key} {value}: {found}");
        assert_eq!((line, column), (None, None), "{key} {value}");
    }
}

/// A state comes from an address, so no error speaks of types.
#[test]
fn a_damaged_state_is_an_error_in_plain_words() {
    let watch = json!([{"question": "message", "actor": "ann", "target": 1}]);
    for (key, value, place) in [
        ("version", json!(-1), "`version`"),
        ("users", json!("ann"), "`users`"),
        ("lines", json!(["", null]), "`lines[1]`"),
        ("step", json!(1.5), "`step`"),
        ("watches", watch, "`watches[0].target`"),
        ("watches", json!([{"question": "call"}]), "`watches[0]`"),
        ("surplus", json!(1), "`surplus`"),
    ] {
        let expected =
            format!("the state is damaged: {place} is missing, unknown or of the wrong kind");
        assert_eq!(error(key, &value), (expected, None, None), "{value}");
    }

    for (text, expected) in [
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        ("[]", "a part of it is missing"),
        ("{}", "a part of it is missing"),
        (
            r#"{"version": 1, "policy": "wire", "users": ["ann", "ben"]} {}"#,
            "something follows it",
        ),
    ] {
        let error = read(&view(text));
        assert_eq!(
            message(&error),
            format!("the state is damaged: {expected}"),
            "{text}"
        );
    }
}

#[test]
fn a_wrong_line_is_a_precise_error_with_its_place() {
    let nearest = "`ann bloks ben` is no sentence of a story; the nearest is `ann blocks ben`";
    let late = "the policy stands beside the story; a line that changes it is `the policy becomes ";
    let joins = json!(["cyd joins", "dan joins", "eve joins"]);
    let long = json!([format!("{} joins", "x".repeat(65))]);
    for (value, text, line, column) in [
        (json!(["", "ann bloks ben"]), nearest, 2, Some(8)),
        (json!(["policy: wire"]), late, 1, None),
        (
            json!(["", "a\nb"]),
            "a line of a story has no line break",
            2,
            None,
        ),
        (
            json!(["x".repeat(1_001)]),
            "a line has at most 1000 characters",
            1,
            None,
        ),
        (
            json!(vec![""; 301]),
            "a story on the page has at most 300 lines",
            301,
            None,
        ),
        (joins, "the page shows at most 4 users", 3, None),
        (long, "a name has at most 64 characters", 1, None),
    ] {
        let (found, at_line, at_column) = error("lines", &value);
        assert!(found.starts_with(text), "{value}: {found}");
        assert_eq!((at_line, at_column), (Some(line), column), "{value}");
    }
}

#[test]
fn the_bounds_themselves_are_within_them() {
    let name = "é".repeat(64);
    let lines = vec!["ann blocks ben"; 300];
    let full = state("wire", &["ann", "ben", &name, "dan"], &lines);
    assert_eq!(read(&view(&full.to_string())).get("error"), None);
}

#[test]
fn functions_without_an_input_ignore_it() {
    for function in [properties, rules] as [fn(&str) -> String; 2] {
        assert_eq!(function("x"), function("null"));
    }
    for function in [profiles, shown_stories, systems] as [fn(&str) -> String; 3] {
        assert!(read(&function("{")).get("error").is_none());
    }
}

/// Texts of states and policies.
const TEXTS: &[&str] = &[
    "ann",
    "ben",
    "wire",
    "mastodon with limits.batch = 0",
    "ann blocks ben",
    "message",
    "may ann message ben?",
    "now: ann and ben?",
    "the policy becomes openim",
    "ann joins",
    "ben is removed",
    "ann is merged into ben",
    "limits.batch",
    "request.makes",
    "7",
    "policy:",
    "# x",
    "`a\\u{202e}` joins",
    "",
];

/// Keys of what the page passes.
const KEYS: &[&str] = &[
    "version", "policy", "other", "users", "lines", "step", "watches", "question", "actor",
    "target", "one", "path", "value", "x",
];

/// JSON that may be what a function reads: keys and values are often those of a state.
fn json_values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        1 => ".{0,80}",
    ];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => (0_u64..5).prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        6 => text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 8, |inner| {
        let object = prop::collection::vec((prop::sample::select(KEYS), inner.clone()), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            object.prop_map(|entries| {
                let entries = entries.into_iter();
                Value::Object(
                    entries
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// Lines of a story about the four users of a state, most of them sentences.
fn stories() -> impl Strategy<Value = Vec<String>> {
    let names = prop::sample::select(&["ann", "ben", "cyd", "dan", "eve", "`x\\\\y`"][..]);
    let line = (names.clone(), names, 0_usize..16).prop_map(|(one, other, kind)| match kind {
        0..4 => format!("{one} blocks {other}"),
        4 => format!("{one} unblocks {other}"),
        5 => format!("{one} sends {other} a friend request"),
        6 => format!("{one} accepts a friend request from {other}"),
        7 => format!("{one} adds {other} as a two-way friend"),
        8 => format!("{one} is removed"),
        9 => format!("{one} joins"),
        10 => format!("{one} is renamed to {other}"),
        11 => format!("{one} is merged into {other}"),
        12 => format!("may {one} message {other}?"),
        13 => format!("now: {one} and {other}?"),
        14 => "the policy becomes mastodon".to_owned(),
        _ => format!("{one} takes friend requests from anyone"),
    });
    prop::collection::vec(line, 0..20)
}

/// Asserts that a text is an answer or an error with a message.
fn assert_answered(text: &str) {
    let answer = read(text);
    if answer.get("error").is_some() {
        assert!(!message(&answer).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_json_breaks_a_function(value in json_values()) {
        let text = value.to_string();
        for function in READERS {
            assert_answered(&function(&text));
        }
        assert_answered(&checked(&text));
    }

    #[test]
    fn no_text_breaks_a_function(text in ".{0,200}") {
        for text in [&text, &quoted(&text)] {
            for function in READERS {
                assert_answered(&function(text));
            }
            assert_answered(&checked(text));
        }
    }

    #[test]
    fn no_part_of_a_state_breaks_a_function(lines in stories(), step in 0_usize..20, end: prop::sample::Index) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut state = state("xep_0191", &["ann", "ben", "cyd"], &lines);
        state["step"] = step.min(lines.len()).into();
        state["other"] = "openim".into();
        state["watches"] = json!([{"question": "call", "actor": "ann", "target": "eve"}]);
        let text = state.to_string();
        assert_answered(&view(&text));
        assert_answered(&certainties(&text));
        let end = end.index(text.len());
        if let Some(start) = text.get(..end) {
            prop_assert!(read(&view(start)).get("error").is_some());
        }
    }

    #[test]
    fn no_change_of_a_policy_breaks_a_function(path in "[a-z_.]{0,20}", value in ".{0,20}") {
        let change = json!({"policy": "wire", "path": path, "value": value}).to_string();
        assert_answered(&with_part(&change));
        assert_answered(&what_if(&json!({"policy": "wire", "path": path}).to_string()));
    }
}
