//! The story as a file, and as a test in Rust.

use std::fs;
use std::path::Path;

use serde_json::json;
use socialgraph::Policy;
use socialgraph_analysis::story::{Failure, Story};

use super::super::{rust_test, story_file};
use super::{read, state, view};

/// A story with every kind of line, and with names that need care.
fn odd() -> serde_json::Value {
    let lines = [
        "# it \u{202e}begins",
        "",
        "`Ann \"A\" O'Brien` adds ben as a two-way friend",
        "ben blocks `Ann \"A\" O'Brien`",
        "ben blocks `Ann \"A\" O'Brien`",
        "may `Ann \"A\" O'Brien` message ben?",
        "`Ann \"A\" O'Brien` may message ben",
        "now: ben and `Ann \"A\" O'Brien`?",
        "`back\\\\slash` joins",
        "ben sends `back\\\\slash` a friend request",
        "the policy becomes wire",
        "may ben message nobody?",
    ];
    let mut state = state("mastodon", &["Ann \"A\" O'Brien", "ben"], &lines);
    state["other"] = "tencent_rest with message.notice.other = told".into();
    state["watches"] = json!([{"question": "call", "actor": "ben", "target": "back\\slash"}]);
    state
}

/// With `BLESS=1`, it writes the test, which the package compiles and runs.
#[test]
fn the_test_in_rust_is_the_one_that_the_package_runs() {
    let answer = read(&rust_test(&odd().to_string()));
    let written = answer["text"].as_str().unwrap().to_owned();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exported_story/story.rs");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert_eq!(found, written, "`BLESS=1` writes it");
}

#[test]
fn the_story_is_read_and_plays_as_on_the_page() {
    for state in [
        odd(),
        state("wire", &["ann", "ben"], &["ben joins", "ann blocks ben"]),
    ] {
        let shown = view(&state);
        let answer = read(&story_file(&state.to_string()));
        let text = answer["text"].as_str().unwrap();
        let story: Story = text.parse().unwrap();
        assert_eq!(story.to_string(), text);
        assert_eq!(
            story.policy(),
            Some(Policy::named(state["policy"].as_str().unwrap()).unwrap())
        );

        let played = story.play(&story.policy().unwrap());
        let lines = state["lines"].as_array().unwrap();
        let failures = played.failures();
        let failed: Vec<usize> = failures.iter().map(Failure::number).collect();
        let before = story.lines().len() - lines.len() + 1;
        let on_page = shown["lines"].as_array().unwrap().iter().enumerate();
        let on_page = on_page.filter(|(_, line)| line["sides"][0]["holds"] == false);
        let on_page: Vec<usize> = on_page.map(|(index, _)| before + 1 + index).collect();
        assert_eq!(failed, on_page);
    }
}

/// A story keeps the name that was chosen, also if another policy has the same parts.
#[test]
fn the_story_keeps_the_name_of_its_policy() {
    let state = state("tangsengdaodao", &["ann", "ben"], &[]);
    let story = read(&story_file(&state.to_string()));
    assert_eq!(
        story["text"],
        "policy: tangsengdaodao\nann joins\nben joins\n"
    );
}
