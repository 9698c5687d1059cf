//! The command finds what it looks for.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::process::{Command, Output};

fn kills(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endurance"));
    command.args(["kills", "--count", "4", "--seed", "1"]);
    command.args(words).output().unwrap()
}

#[test]
fn a_host_loses_nothing_to_kills() {
    let output = kills(&[]);
    let line = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{line}");
    assert!(line.contains("kills=4 "), "{line}");
    assert!(line.contains(" lost=0 doubled=0 "), "{line}");
}

#[test]
fn an_answer_before_its_time_is_found() {
    let output = kills(&["early"]);
    let line = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(!line.contains(" lost=0 "), "{line}");
}
