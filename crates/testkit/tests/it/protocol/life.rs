//! Processes that end, that are started again, and that are left behind by nothing.

use std::process::Command;
use std::time::{Duration, Instant};

use socialgraph::{Action, Operation};
use socialgraph_testkit::conformance::{self, Cause, Extras, Rule, Step, System};
use socialgraph_testkit::protocol::{Process, ProcessOptions};

use super::{adapter, config, policy, refused, start};

#[test]
fn a_process_that_ends_is_reported_with_its_status_and_its_last_words() {
    let mut process = start(&["dies", "reset"]);
    let error = process.reset().unwrap_err();
    let status = if cfg!(unix) {
        "exit status: 3"
    } else {
        "exit code: 3"
    };
    let problem = format!("the adapter ended ({status}) and gave no reply to `reset`");
    assert_eq!(error.problem(), problem);
    assert_eq!(error.stderr(), ["first line", "out of memory"]);
    assert_eq!(
        error.to_string(),
        format!("{problem}; its last lines on stderr: first line | out of memory")
    );

    let mut process = start(&["ends", "reset"]);
    let error = process.reset().unwrap_err().to_string();
    assert!(
        error.ends_with("an adapter reads requests until its stdin ends"),
        "{error}"
    );
}

#[test]
fn after_a_failure_nothing_is_asked_until_a_reset_starts_it_again() {
    let mut process = start(&["dies", "\"block\""]);
    process.reset().unwrap();
    process.apply(&Operation::add_user("ann")).unwrap();
    let block = Operation::act(Action::Block, "ann", "ben");
    process.apply(&block).unwrap_err();

    let error = process.can_message("ann", "ben").unwrap_err().to_string();
    assert_eq!(error, "the adapter is not running: a reset starts it");
    process.list("ann", socialgraph::List::Friends).unwrap_err();
    process.reset().unwrap();
    assert!(!process.can_message("ann", "ben").unwrap().is_allowed());
}

#[test]
fn a_process_that_dies_is_reported_with_the_shortest_log() {
    let mut process = start(&["dies", "\"block\""]);
    let finding = *conformance::compare(&mut process, &config()).unwrap_err();
    assert_eq!((finding.rule(), finding.log.len()), (None, 1), "{finding}");
    assert!(matches!(&finding.log[0], Step::One(it) if it.to_string().contains("block")));
    assert!(matches!(&finding.cause, Cause::Failed { error, .. } if error.contains("memory")));
}

/// A failure in every third log hides no difference.
#[test]
fn a_process_that_dies_in_every_third_log_is_compared_nevertheless() {
    let arguments = ["--policy", "tencent_mutual", "dies-at-third", "reset"];
    let finding = *conformance::compare(&mut start(&arguments), &config()).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R5), "{finding}");

    let mut config = config();
    config.findings = 2;
    let finding =
        *conformance::compare(&mut start(&["dies-at-third", "reset"]), &config).unwrap_err();
    assert_eq!(finding.rule(), None, "{finding}");
}

#[test]
fn an_adapter_that_offers_something_else_after_a_restart_is_refused() {
    // Its name is the number of the process.
    let mut process = start(&["--name", "", "dies", "\"block\""]);
    process.reset().unwrap();
    process
        .apply(&Operation::act(Action::Block, "ann", "ben"))
        .unwrap_err();
    let error = process.reset().unwrap_err().to_string();
    assert!(
        error.starts_with("started again, the adapter offers something else"),
        "{error}"
    );
    assert!(process.reset().is_err(), "it has another number each time");
}

/// Returns whether a process exists, as a zombie at least.
#[cfg(target_os = "linux")]
fn exists(number: &str) -> bool {
    std::path::Path::new("/proc").join(number).exists()
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_is_left_of_a_process_that_failed_or_is_dropped() {
    for mode in [
        &["waits", "reset"][..],
        &["prints", "reset", "x"],
        &["prints-endlessly", "reset"],
        &["dies", "reset"],
    ] {
        let mut process = start(&[&["--name", ""], mode].concat());
        let number = process.hello().name.clone();
        assert!(exists(&number));
        process.reset().unwrap_err();
        assert!(!exists(&number), "{mode:?}");
    }

    for (mode, is_killed) in [(&[][..], false), (&["stays"], true)] {
        let mut process = start(&[&["--name", ""], mode].concat());
        let number = process.hello().name.clone();
        process.reset().unwrap();
        let start = Instant::now();
        drop(process);
        assert!(!exists(&number), "{mode:?}");
        let took = start.elapsed();
        assert_eq!(
            took >= Duration::from_secs(2),
            is_killed,
            "{mode:?}: {took:?}"
        );
    }
}

/// What the process printed in excess blocks neither it nor its end.
#[test]
fn a_process_that_still_prints_is_ended_in_time() {
    let mut options = ProcessOptions::default();
    options.timeout = Duration::from_millis(50);
    let command = adapter(&["prints-endlessly", "ask"]);
    let mut process = Process::start(command, policy(), options).unwrap();
    process.reset().unwrap();
    let start = Instant::now();
    process.can_message("ann", "ben").unwrap_err();
    drop(process);
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_command_that_cannot_be_started_is_an_error_before_anything_is_played() {
    let error = refused(Command::new("no-such-program-here")).to_string();
    assert!(
        error.starts_with("`no-such-program-here` cannot be started: "),
        "{error}"
    );
    assert!(error.contains("there is no such program"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_command_that_is_no_program_is_an_error() {
    let error = refused(Command::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/Cargo.toml"
    )));
    assert!(
        error.to_string().contains("`chmod +x` makes it so"),
        "{error}"
    );

    let error = refused(Command::new("true")).to_string();
    assert!(
        error.contains("ended (exit status: 0) and gave no reply to `hello`"),
        "{error}"
    );

    // It repeats every line.
    let error = refused(Command::new("cat")).to_string();
    assert!(
        error.starts_with("`hello` is no field of the reply to `hello`"),
        "{error}"
    );

    let mut closes = Command::new("sh");
    closes.args(["-c", "exec >&-; sleep 60"]);
    let error = refused(closes).to_string();
    assert!(error.contains("closed its stdout"), "{error}");
    let mut sleeps = Command::new("sleep");
    sleeps.arg("60");
    let error = refused(sleeps).to_string();
    assert!(
        error.starts_with("no reply to `hello` within 2 s"),
        "{error}"
    );
}
