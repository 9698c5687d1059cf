//! Short runs of the harness: of bits, cuts and shutdowns.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::process::{Command, Output};

fn run(arguments: &str) -> Output {
    let mut harness = Command::new(env!("CARGO_BIN_EXE_endurance"));
    harness.args(arguments.split(' ')).output().unwrap()
}

#[track_caller]
fn assert_survived(arguments: &str) {
    let output = run(arguments);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn flipped_bits_are_found_or_do_no_harm() {
    assert_survived("bits --count 100 --seed 1");
}

#[test]
fn power_cuts_lose_nothing() {
    assert_survived("cuts --count 200 --seed 4");
}

#[test]
fn without_syncs_power_cuts_lose_what_was_acknowledged() {
    let output = run("cuts --unsafe --count 30 --seed 1");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(" 0 acknowledged lost"), "{text}");
}

/// Needs root, and says so otherwise.
#[test]
fn shutdowns_lose_nothing_apart_from_those_without_syncs() {
    let output = run("shutdowns --count 1 --seed 1");
    if output.status.code() == Some(3) {
        return;
    }
    assert!(output.status.success(), "{output:?}");
    let output = run("shutdowns --unsafe --count 1 --seed 1");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}
