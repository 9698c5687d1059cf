//! Replies that break the protocol, each with an error that says what to do.

use std::time::{Duration, Instant};

use socialgraph::{Action, List, MAX_NAME_BYTES, Operation, Policy};
use socialgraph_testkit::conformance::{self, Answer, Cause, Engine, Extras, Reply, System};
use socialgraph_testkit::protocol::Process;

use super::{config, policy, start};

/// Returns the error of a reset at which the adapter prints this.
fn reset(text: &str) -> String {
    let mut process = start(&["prints", "reset", text]);
    process.reset().unwrap_err().to_string()
}

/// Returns the error of an operation at which the adapter prints this.
fn apply(text: &str) -> String {
    let mut process = start(&["prints", "apply", text]);
    process.reset().unwrap();
    let block = Operation::act(Action::Block, "ann", "ben");
    process.apply(&block).unwrap_err().to_string()
}

/// Returns the error of a question at which the adapter prints this.
fn ask(text: &str) -> String {
    let mut process = start(&["prints", "ask", text]);
    process.reset().unwrap();
    process.can_message("ann", "ben").unwrap_err().to_string()
}

#[test]
fn a_line_that_is_no_reply_is_shown_with_what_to_do() {
    for (text, expected) in [
        (
            "DEBUG: \u{1b}[1mreset",
            "it printed `DEBUG: \\u{1b}[1mreset`, which is no JSON: stdout is for replies alone, \
             so print messages to stderr",
        ),
        (
            "",
            "it printed ``, which is no JSON: stdout is for replies alone, so print messages to \
             stderr",
        ),
        (
            "[{}]",
            "it printed `[{}]`, which is no reply: a reply is a JSON object on a line of its own",
        ),
        (
            r#"{"done": true}"#,
            "the reply to `reset` has no fields, and no `done`: reply to each request once, and \
             in their order; it printed `{\"done\": true}`",
        ),
        (
            r#"{"ok": true}"#,
            "`ok` is no field of the reply to `reset`, which has none; it printed \
             `{\"ok\": true}`",
        ),
    ] {
        assert_eq!(reset(text), expected);
    }

    let long = reset(&"x".repeat(1000));
    assert_eq!(long.matches('x').count(), 160, "{long}");
}

#[test]
fn a_field_that_is_unknown_missing_or_wrong_is_named() {
    for (text, expected) in [
        (
            r#"{"don": true}"#,
            "`don` is no field of the reply to `apply`; did you mean `done`?",
        ),
        (
            r#"{"done": false, "x": 1}"#,
            "`x` is no field of the reply to `apply`: they are `done`, `notice`, `reasons`, `each`",
        ),
        (
            r#"{"allowed": true}"#,
            "the reply to `apply` has `done`, and no `allowed`: reply to each request once",
        ),
        ("{}", "no reply to `apply`: missing field `done`"),
        (
            r#"{"done": "yes"}"#,
            "no reply to `apply`: invalid type: string \"yes\", expected a boolean",
        ),
        (
            r#"{"done": true, "done": true}"#,
            "no reply to `apply`: duplicate field `done`",
        ),
        (
            r#"{"done": false, "reasons": ["target_block"]}"#,
            "`target_block` is no reason; did you mean `target_blocks`?",
        ),
        (
            r#"{"done": false, "notice": "silence"}"#,
            "`silence` is no notice; did you mean `silent`?",
        ),
        (
            r#"{"done": true, "notice": "told"}"#,
            "only a refusal has a `notice` or `reasons`",
        ),
        (
            r#"{"done": true, "each": [{"done": true, "each": []}]}"#,
            "no reply to `apply`: unknown field `each`, expected one of",
        ),
        (
            r#"{"not_offered": false}"#,
            "`not_offered` is true, and has no other field beside it",
        ),
    ] {
        let error = apply(text);
        assert!(error.starts_with(expected), "{error}");
        assert!(
            error.ends_with(&format!("; it printed `{text}`")),
            "{error}"
        );
    }

    let error = ask(r#"{"done": true}"#);
    let expected = "the reply to `ask` has `allowed`, and no `done`: reply to each request once";
    assert!(error.starts_with(expected), "{error}");
    let error = ask(r#"{"not_offered": true}"#);
    assert_eq!(error, "`ask` is not offered, but every adapter has to");
}

#[test]
fn bytes_that_are_no_text_are_shown() {
    let mut process = start(&["prints-bytes", "reset"]);
    let error = process.reset().unwrap_err().to_string();
    assert_eq!(
        error,
        "it printed `{\"done\": \"\u{fffd}\"}`, which is not UTF-8"
    );
}

/// An error is no nonsense: the process goes on.
#[test]
fn an_error_of_the_adapter_is_reported_and_the_process_goes_on() {
    let text = r#"{"error": "table \"users\" is full"}"#;
    let mut process = start(&["--name", "", "prints", "apply", text]);
    process.reset().unwrap();
    let error = process.apply(&Operation::add_user("ann")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the adapter reports for `apply`: table \"users\" is full"
    );
    assert!(!process.can_message("ann", "ben").unwrap().is_allowed());

    // Another process would have another name.
    process.reset().unwrap();
}

#[test]
fn what_is_offered_but_not_here_is_not_compared() {
    let mut process = start(&["prints", "list", r#"{"not_offered": true}"#]);
    process.reset().unwrap();
    assert_eq!(process.list("ann", List::Friends).unwrap(), None);

    let mut process = start(&["prints", "apply", r#"{"not_offered": true}"#]);
    process.reset().unwrap();
    let reply = process.apply(&Operation::add_user("ann")).unwrap();
    assert_eq!(reply, Reply::NotOffered);
}

#[test]
fn an_empty_list_of_reasons_says_nothing() {
    let text = r#"{"allowed": false, "reasons": [], "notice": null}"#;
    let mut process = start(&["prints", "ask", text]);
    process.reset().unwrap();
    assert_eq!(process.can_message("ann", "ben").unwrap(), Answer::REFUSED);
}

#[test]
fn two_lines_for_one_request_are_too_many() {
    let mut process = start(&["prints", "reset", "{}\n{}"]);
    // The two come together, or the second is met at a later request.
    let error = (0..1000)
        .find_map(|_| process.reset().err())
        .unwrap()
        .to_string();
    assert!(
        error.starts_with("it printed more than one line for `reset`, the first `{}`: reply")
            || error.starts_with("it printed `{}`, which no request asked for: reply to each"),
        "{error}"
    );
}

/// Returns the error of a reset, and asserts that it comes in time.
fn reset_in_time(process: &mut Process) -> String {
    let start = Instant::now();
    let error = process.reset().unwrap_err().to_string();
    assert!(start.elapsed() < Duration::from_secs(8), "{error}");
    error
}

#[test]
fn a_reply_that_does_not_come_is_not_waited_for() {
    let mut silent = start(&["waits", "reset"]);
    assert_eq!(
        reset_in_time(&mut silent),
        "no reply to `reset` within 2 s: write one line for each request, and flush stdout \
         after it"
    );

    let mut unended = start(&["prints-unended", "reset", "{}"]);
    assert_eq!(
        reset_in_time(&mut unended),
        "no reply to `reset` within 2 s: it wrote 2 bytes without a line feed: a reply ends \
         with one"
    );

    let mut slow = start(&["waits", "reset", "300"]);
    assert_eq!(slow.reset(), Ok(()));
}

#[test]
fn a_reply_that_is_too_long_is_not_read() {
    let expected = "its reply has more than 100000 bytes, or no line feed at its end";
    let mut endless = start(&["prints-endlessly", "reset"]);
    assert!(reset_in_time(&mut endless).starts_with(expected));

    for (bytes, is_read) in [("99985", true), ("99986", false)] {
        let mut process = start(&["prints-much", "list", bytes]);
        process.reset().unwrap();
        match process.list("ann", List::Friends) {
            Ok(users) => assert!(is_read && users.unwrap()[0].len() == 99_985),
            Err(error) => assert!(!is_read && error.to_string() == expected, "{error}"),
        }
    }
}

/// A request that fits no pipe is written to a process that does not read.
#[test]
fn a_request_that_is_not_read_is_not_waited_for() {
    let mut process = start(&["waits", "reset", "600000"]);
    let names = vec!["n".repeat(MAX_NAME_BYTES); 1000];
    let batch = Operation::act_on_many(Action::Block, "ann", names);
    // The first request is read, and the process then reads nothing more for ten minutes.
    let begin = Instant::now();
    let error = process.reset().unwrap_err().to_string();
    assert!(error.starts_with("no reply to `reset`"), "{error}");

    let mut process = start(&["waits", "apply", "600000"]);
    process.reset().unwrap();
    assert!(process.apply(&batch).is_err());
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_flood_of_stderr_stops_nothing() {
    let mut process = start(&["floods-stderr", "reset"]);
    assert_eq!(process.reset(), Ok(()));
    assert_eq!(process.reset(), Ok(()));
}

/// The kit reports a reply that fits no single operation.
#[test]
fn results_for_each_of_a_single_operation_are_a_misuse() {
    let text = r#"{"done": true, "each": [{"done": true}, {"done": false}]}"#;
    let mut process = start(&["prints", "\"block\"", text]);
    let finding = *conformance::compare(&mut process, &config()).unwrap_err();
    assert!(matches!(finding.cause, Cause::Misused { .. }), "{finding}");
    assert!(
        finding
            .to_string()
            .ends_with("the reply is none to this: 2 results")
    );
}

#[test]
fn an_adapter_that_offers_everything_agrees_as_the_engine_does() {
    let in_process = conformance::compare(&mut Engine::new(policy()), &config());
    let agreement = conformance::compare(&mut start(&[]), &config()).unwrap();
    assert_eq!(agreement, in_process.unwrap());
    assert!(agreement.interactions > 0 && agreement.pages > 0 && agreement.concurrent > 0);
}

#[test]
fn an_adapter_under_another_policy_gives_the_finding_of_the_engine() {
    let mut mutual = Policy::tencent_mutual();
    mutual.limits = policy().limits;
    let in_process = conformance::compare(&mut Engine::new(mutual), &config());
    let mut process = start(&["--policy", "tencent_mutual"]);
    let finding = conformance::compare(&mut process, &config());
    assert_eq!(finding.unwrap_err(), in_process.unwrap_err());
}
