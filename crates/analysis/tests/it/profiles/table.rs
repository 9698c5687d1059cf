//! Writes `src/profile/table.rs` from the facts.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::facts::{CellText, Facts};

/// With `BLESS=1`, it writes the table.
#[test]
fn the_table_has_the_facts_of_the_files() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/profile/table.rs");
    let expected = table();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, expected).unwrap();
        return;
    }

    let found = fs::read_to_string(&path).unwrap();
    for (line, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(
            found,
            expected,
            "line {}: `BLESS=1` writes the table",
            line + 1
        );
    }
    assert_eq!(found.len(), expected.len(), "`BLESS=1` writes the table");
}

fn table() -> String {
    let mut table = String::from(HEAD);
    for (name, facts) in Facts::all() {
        profile(&mut table, name, &facts);
    }
    table + "];\n"
}

const HEAD: &str = "\
//! The facts of `profiles/*.toml`, written by `BLESS=1 cargo test -p socialgraph-analysis --test it profiles`.

use socialgraph::Interaction::{Call, GroupInvitation, Message, Presence};
use socialgraph::{Crossed, Granted, RequestMode, Sides};

use super::Evidence::{Code, Documentation, Standard, Test};
use super::Feature::{FriendLists, Imports, Interaction, Requests};
use super::{Answer, Cell, Evidence, Exception, Fate, Profile, Repeat, Restored, Value};

const fn cell(
    path: &'static str,
    value: Value,
    evidence: Evidence,
    source: &'static str,
    note: &'static str,
) -> Cell {
    Cell { path, value, evidence, source, note }
}

pub(super) const PROFILES: &[Profile] = &[
";

fn profile(table: &mut String, name: &str, facts: &Facts) {
    let quoted = |text: &str| format!("{text:?}");
    writeln!(table, "    Profile {{").unwrap();
    writeln!(table, "        name: {},", quoted(name)).unwrap();
    writeln!(table, "        title: {},", quoted(&facts.title)).unwrap();
    writeln!(table, "        about: {},", quoted(&facts.about)).unwrap();
    writeln!(table, "        has: &[{}],", features(&facts.has)).unwrap();
    writeln!(table, "        lacks: &[{}],", features(&facts.lacks)).unwrap();

    writeln!(table, "        sources: &[").unwrap();
    for (source, place) in &facts.sources {
        writeln!(table, "            ({source:?}, {place:?}),").unwrap();
    }
    writeln!(table, "        ],").unwrap();

    writeln!(table, "        cells: &[").unwrap();
    for (path, cell) in facts.cells() {
        let CellText {
            is,
            by,
            source,
            note,
        } = cell;
        let (value, evidence) = (value(path, is), evidence(by));
        writeln!(
            table,
            "            cell({path:?}, {value}, {evidence}, {source:?}, {note:?}),"
        )
        .unwrap();
    }
    writeln!(table, "        ],").unwrap();

    writeln!(table, "        exceptions: &[").unwrap();
    for exception in &facts.exceptions {
        let (cell, text, source) = (&exception.cell, &exception.text, &exception.source);
        let evidence = evidence(&exception.by);
        writeln!(
            table,
            "            Exception {{ cell: {cell:?}, text: {text:?}, \
             evidence: {evidence}, source: {source:?} }},"
        )
        .unwrap();
    }
    writeln!(table, "        ],\n    }},").unwrap();
}

fn features(names: &[String]) -> String {
    let features = names.iter().map(|name| match name.as_str() {
        "message" => "Interaction(Message)",
        "call" => "Interaction(Call)",
        "group_invitation" => "Interaction(GroupInvitation)",
        "presence" => "Interaction(Presence)",
        "request" => "Requests",
        "friends" => "FriendLists",
        "add" => "Imports",
        _ => panic!("a system cannot have {name}"),
    });
    features.collect::<Vec<_>>().join(", ")
}

fn evidence(by: &str) -> &'static str {
    match by {
        "standard" => "Standard",
        "test" => "Test",
        "code" => "Code",
        "documentation" => "Documentation",
        _ => panic!("{by} confirms nothing"),
    }
}

/// Returns the value of a cell as an expression.
fn value(path: &str, is: &toml::Value) -> String {
    if let Some(limit) = is.as_integer() {
        assert!(path.starts_with("limits."), "{path} is no limit");
        return format!("Value::Limit(Some({limit}))");
    }

    let word = is.as_str().unwrap_or_else(|| panic!("{path} has a word"));
    let (group, key) = path.split_once('.').unwrap();
    let value = match (group, key, word) {
        (_, "own" | "other" | "both", "allowed") => "Answer(Answer::Allowed)",
        (_, "own" | "other" | "both", "silent") => "Answer(Answer::Silent)",
        (_, "own" | "other" | "both", "neutral") => "Answer(Answer::Neutral)",
        (_, "own" | "other" | "both", "told") => "Answer(Answer::Told)",
        (_, "own" | "other" | "both", "refused") => "Answer(Answer::Refused)",

        (_, "needs", "nobody") => "Needs(Sides::Neither)",
        (_, "needs", "actor") => "Needs(Sides::Actor)",
        (_, "needs", "target") => "Needs(Sides::Target)",
        (_, "needs", "both") => "Needs(Sides::Both)",
        (_, "later", "seen") => "Later(true)",
        (_, "later", "lost") => "Later(false)",

        (_, "crossed", "accepts") => "Crossed(Crossed::Accepts)",
        (_, "crossed", "waits") => "Crossed(Crossed::Waits)",
        (_, "mode", "anyone") => "Mode(RequestMode::Anyone)",
        (_, "mode", "confirm") => "Mode(RequestMode::Confirm)",
        (_, "mode", "nobody") => "Mode(RequestMode::Nobody)",
        (_, "makes", "friendship") => "Makes(Granted::Friendship)",
        (_, "makes", "follow") => "Makes(Granted::Follow)",

        (_, "actor_entry" | "target_entry" | "actor_request" | "target_request", "kept") => {
            "Fate(Fate::Kept)"
        }
        (_, "actor_entry" | "target_entry", "removed")
        | (_, "actor_request" | "target_request", "cancelled") => "Fate(Fate::Ends)",

        (_, "again" | "oneself" | "absent", "success") => "Repeat(Repeat::Success)",
        (_, "again" | "oneself" | "absent", "error") => "Repeat(Repeat::Error)",
        (_, "oneself" | "again", "ignored") => "Repeat(Repeat::Ignored)",

        (_, "restores", "nothing") => "Restores(Restored::Nothing)",
        (_, "restores", "entries") => "Restores(Restored::Entries)",
        (_, "restores", "requests") => "Restores(Restored::Requests)",
        (_, "restores", "friendship") => "Restores(Restored::Friendship)",

        ("limits", _, "none") => "Limit(None)",
        _ => panic!("{path} cannot be {word}"),
    };
    format!("Value::{value}")
}
