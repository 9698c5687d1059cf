//! The command finds what it looks for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that fails panics"
)]

use std::process::{Command, Output};

fn kills(count: u32, seed: u32, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endurance"));
    command.args(["kills", "--count", &count.to_string()]);
    command.args(["--seed", &seed.to_string()]);
    command.args(words).output().unwrap()
}

#[test]
fn a_host_loses_nothing_to_kills() {
    for words in [&[][..], &["drop"]] {
        let output = kills(4, 1, words);
        let line = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{line}");
        assert!(line.contains("kills=4 "), "{line}");
        assert!(line.contains(" lost=0 doubled=0 "), "{line}");
    }
}

/// A kill shows the fault only if it meets a batch that is not durable yet: there are many tries.
#[test]
fn an_answer_before_its_time_is_found() {
    let output = (0..20).map(|seed| kills(10, seed, &["early"]));
    let found = output.into_iter().find(|output| !output.status.success());
    let output = found.expect("the fault is found");
    let line = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(!line.contains(" lost=0 "), "{line}");
}
