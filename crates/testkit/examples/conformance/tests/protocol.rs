//! Every planted bug is found through the protocol as well, with the finding of the kit in Rust.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails panics"
)]

use std::process::Command;
use std::time::Instant;

use conformance::{Bug, Server, config, policy};
use socialgraph::Policy;
use socialgraph_testkit::conformance::{Config, Finding, compare};
use socialgraph_testkit::protocol::{Process, ProcessOptions};

/// Starts the adapter for the server, with a bug or with none.
fn process(policy: Policy, bug: Option<Bug>) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.arg("adapter").args(bug.map(Bug::name));
    Process::start(command, policy, ProcessOptions::default()).unwrap()
}

/// Returns a configuration under which a bug is found soon, and what is found in this process.
///
/// A request takes many times as long as a call, so that the logs are few and short. Their seed is
/// the first that shows the bug under its rule.
fn soon_found(bug: Bug) -> (Config, Box<Finding>) {
    let (_, policy) = bug.policy();
    let mut config = config(policy, 8);
    config.tuning.operations = 40;
    config.findings = 1;

    for seed in 0..1000 {
        config.seed = seed;
        let found = compare(&mut Server::new(policy, Some(bug)), &config);
        if let Err(finding) = found
            && finding.rule() == Some(bug.rule())
        {
            return (config, finding);
        }
    }
    panic!("{} is not found", bug.name())
}

#[test]
fn every_planted_bug_is_found_through_the_protocol_with_the_same_finding() {
    let (mut requests, start) = (0, Instant::now());
    for bug in Bug::ALL {
        let (mut config, expected) = soon_found(*bug);
        let mut process = process(config.policy, Some(*bug));
        process.hello().limit(&mut config);

        let finding = compare(&mut process, &config).expect_err(bug.name());
        assert_eq!(finding, expected, "{}:\n{finding}", bug.name());
        requests += process.requests();
    }
    println!("{requests} requests in {:?}", start.elapsed());
}

#[test]
fn the_server_without_a_bug_agrees_through_the_protocol() {
    let mut config = config(policy(), 4);
    let mut process = process(policy(), None);
    process.hello().limit(&mut config);
    let agreement = compare(&mut process, &config).unwrap();
    let in_process = compare(&mut Server::new(policy(), None), &config);
    assert_eq!(agreement, in_process.unwrap());
    assert!(
        agreement.concurrent > 0 && agreement.pages > 0,
        "{agreement}"
    );
}

#[test]
fn an_unknown_bug_is_refused() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.args(["adapter", "BlockKeepsFriend"]);
    let Err(error) = Process::start(command, policy(), ProcessOptions::default()) else {
        panic!("it is started")
    };
    let words = error.stderr().join(" ");
    assert!(
        words.contains("no bug has this name; they are BlockKeepsFriends, "),
        "{words}"
    );
}
