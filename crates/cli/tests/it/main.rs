//! Runs the command `socialgraph`: its output, its errors and its exit statuses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics"
)]

mod cases;
mod check;
mod compare;
mod conform;
#[cfg(unix)]
mod documents;
mod export;
mod help;
mod import;
#[cfg(unix)]
mod play;
mod profiles;
mod replay;
mod review;
#[cfg(unix)]
mod terminal;

use std::io::Write;
use std::process::{Command, Stdio};

/// The outcome of a run of the command.
struct Run {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn socialgraph(arguments: &[&str]) -> Run {
    socialgraph_with(arguments, b"")
}

/// Runs the command with these bytes on standard input.
fn socialgraph_with(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_socialgraph"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();

    // In a thread of its own, because the command may print before it has read everything. A
    // command that does not read its input closes the pipe.
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a command of each kind with another stdout. Returns the statuses and errors.
fn with_stdout(stdout: impl Fn() -> Stdio) -> Vec<(Option<i32>, String)> {
    let commands = [
        &["check", "--users", "2"][..],
        &["replay"],
        &["differential", "--operations", "500"],
        &["--version"],
    ];

    let mut runs = Vec::new();
    for arguments in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_socialgraph"))
            .args(arguments)
            .stdout(stdout())
            .output()
            .unwrap();
        runs.push((
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        ));
    }
    runs
}

/// Returns text with each item on a line of its own.
fn lines(items: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let lines = items.into_iter().map(|item| item.to_string() + "\n");
    lines.collect::<Vec<_>>().concat()
}

/// Writes a file for one test, and returns its path.
fn file(name: &str, text: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = format!("socialgraph {}\n", env!("CARGO_PKG_VERSION"));
    for argument in ["--version", "-V"] {
        let run = socialgraph(&[argument]);
        assert_eq!((run.status, run.stdout), (Some(0), version.clone()));
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_reader_that_closes_the_output_is_an_error_only_for_a_verdict() {
    let runs = with_stdout(|| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer.into()
    });
    let [check, replay, differential, version] = runs.try_into().unwrap();
    for (status, stderr) in [replay, version] {
        assert_eq!((status, &*stderr), (Some(0), ""));
    }
    for (status, stderr) in [check, differential] {
        assert_eq!(status, Some(2));
        assert!(stderr.contains("Broken pipe"), "{stderr}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    let runs = with_stdout(|| {
        let full = std::fs::File::options().write(true).open("/dev/full");
        full.unwrap().into()
    });
    for (status, stderr) in runs {
        assert_eq!(status, Some(2));
        assert!(stderr.starts_with("socialgraph"), "{stderr}");
        assert!(stderr.contains("No space left on device"), "{stderr}");
    }
}

#[test]
fn a_wrong_command_is_an_error_that_names_the_right_one() {
    for (argument, error) in [
        ("chek", "socialgraph: unrecognized subcommand 'chek'\n"),
        (
            "\u{1b}[2J",
            "socialgraph: unrecognized subcommand '\\u{1b}[2J'\n",
        ),
    ] {
        let run = socialgraph(&[argument]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{argument:?}");
        assert!(run.stderr.starts_with(error), "{}", run.stderr);
        assert!(
            run.stderr
                .contains("\n\nUsage: socialgraph [OPTIONS] <COMMAND>\n")
        );
    }
    let run = socialgraph(&["chek"]);
    let tip = "tip: a similar subcommand exists: 'check'";
    assert!(run.stderr.contains(tip), "{}", run.stderr);
}

#[test]
fn a_wrong_argument_is_an_error_that_says_what_is_right() {
    for (arguments, error, right) in [
        (
            &["check", "--users", "5"][..],
            "invalid value '5' for '--users <N>'\n",
            "[possible values: 2, 3, 4]",
        ),
        (
            &["check", "--max-memory", "much"],
            "invalid value 'much' for '--max-memory <MIB>': ",
            "invalid digit",
        ),
        (
            &["check", "--usrs", "3"],
            "unexpected argument '--usrs' found\n",
            "a similar argument exists: '--users'",
        ),
        (
            &["check", "--property", "no-entry"],
            "invalid value 'no-entry' for '--property <NAME>': no property has this name; ",
            "did you mean `no-entry-across-block`? `socialgraph check --list` lists all",
        ),
        (
            &["differential", "--operations", "0"],
            "invalid value '0' for '--operations <N>': 0 is not in 1..",
            "",
        ),
        (
            &["differential", "--seed", "-1"],
            "unexpected argument '-1' found",
            "Usage: socialgraph differential",
        ),
        (
            &["differential", "--log"],
            "a value is required for '--log <N>' but none was supplied",
            "",
        ),
        (
            &["differential", "file"],
            "unexpected argument 'file' found\n",
            "Usage: socialgraph differential",
        ),
    ] {
        let run = socialgraph(arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        let error = format!("socialgraph {}: {error}", arguments[0]);
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
        assert!(run.stderr.contains(right), "{}", run.stderr);
    }
}

#[test]
fn the_karate_club_is_replayed_and_explained() {
    let run = socialgraph(&["replay", "--explain", "1", "34"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));

    // The speed is the one line that differs from run to run.
    let lines: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| !line.starts_with("operations_per_second: "))
        .collect();
    assert_eq!(
        lines,
        [
            "users: 34",
            "ratings: 158",
            "blocks: 2",
            "friend_entries: 156",
            "severed_entries: 0",
            "refused_friend_adds: 0",
            "mutual_blocks: 1",
            "messages_denied: 2",
            "operations: 316",
            "relation: 1 blocks 34, 34 blocks 1",
            "message: 1 may not message 34, and is not told: 34 blocks 1",
            "friend_request: 1 may not send 34 a friend request: 1 blocks 34; 34 blocks 1",
        ]
    );
    assert_eq!(run.stdout.lines().count(), lines.len() + 1);
}

#[test]
fn a_malformed_row_is_named_by_its_line_without_a_summary() {
    let path = file(
        "malformed.csv",
        "source,target,rating,time\na,b,1,0\na,c,0,0\n",
    );
    let run = socialgraph(&["replay", &path]);
    assert_eq!((run.status, &*run.stdout), (Some(1), ""));
    let error = format!(
        "socialgraph replay: {path}: line 3: the rating `0` is not a number other than 0\n"
    );
    assert_eq!(run.stderr, error);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    for command in ["check", "replay"] {
        let run = socialgraph(&[command, "there-is-no-such-file"]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""));
        let error = format!("socialgraph {command}: there-is-no-such-file: ");
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
    }
}

#[test]
fn a_file_that_is_no_policy_is_an_error() {
    let path = file("policy.json", "{}");
    let run = socialgraph(&["check", &path]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let error = format!("socialgraph check: {path}: not a policy: ");
    assert!(run.stderr.starts_with(&error), "{}", run.stderr);
}

#[test]
fn a_policy_is_read_by_the_extension_of_its_file() {
    let files = [
        (
            "told.json",
            r#"{"profile": "mastodon", "call": {"stopped_by": "actor"}}"#,
        ),
        (
            "told.toml",
            "profile = \"mastodon\"\n[call]\nstopped_by = \"actor\"\n",
        ),
        (
            "told.yaml",
            "profile: mastodon\ncall:\n  stopped_by: actor\n",
        ),
        (
            "told.YML",
            "profile: mastodon\ncall:\n  stopped_by: actor\n",
        ),
    ];
    for (name, text) in files {
        let path = file(name, text);
        let run = socialgraph(&["check", "--users", "2", &path]);
        assert_eq!((run.status, &*run.stderr), (Some(1), ""));
        assert!(
            run.stdout.contains("cannot reach the user who blocks"),
            "{}",
            run.stdout
        );

        let path = file(name, &text.replace("actor", "bob"));
        let run = socialgraph(&["check", &path]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""));
        let (path_of_part, cause) = (
            "call.stopped_by: ",
            "unknown variant `bob`, expected one of",
        );
        assert!(run.stderr.contains(path_of_part), "{}", run.stderr);
        assert!(run.stderr.contains(cause), "{}", run.stderr);
    }

    let run = socialgraph(&[
        "check",
        "--users",
        "2",
        "mastodon with call.stopped_by = actor",
    ]);
    assert_eq!(run.status, Some(1));
    let run = socialgraph(&["check", "mastodon with call.stopped_by = bob"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr
            .contains("call.stopped_by cannot be `bob`; it may be `neither`")
    );

    let path = file("policy.txt", "{}");
    let run = socialgraph(&["check", &path]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let error = format!("{path}: the name of a policy file ends in .json, .toml or .yaml");
    assert!(run.stderr.contains(&error), "{}", run.stderr);
}

#[test]
fn a_policy_is_checked_with_a_status_for_its_verdict() {
    let strict = serde_json::to_string(&socialgraph::Policy::tencent_rest()).unwrap();
    let path = file("strict.json", &strict);
    let run = socialgraph(&["check", "--users", "2", &path]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.contains(" nothing "), "{}", run.stdout);

    let mut lax = socialgraph::Policy::tencent_rest();
    lax.request.stopped_by = socialgraph::Sides::Neither;
    lax.request.accept_stopped_by = socialgraph::Sides::Neither;
    lax.request.add_stopped_by = socialgraph::Sides::Neither;
    let path = file("lax.json", &serde_json::to_string(&lax).unwrap());
    let run = socialgraph(&["check", "--users", "2", &path]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    assert!(run.stdout.contains(" R19 R20 R21 "), "{}", run.stdout);
    assert!(run.stdout.contains(
        ", 2 users: no friend-list entry comes about across a block (R19), but:
  1. alice blocks bob
     now: alice blocks bob
  2. alice adds bob as a one-way friend
     now: alice blocks bob, alice lists bob
"
    ));

    lax.limits.blocked = Some(0);
    let path = file("vacuous.json", &serde_json::to_string(&lax).unwrap());
    let run = socialgraph(&["check", "--users", "2", &path]);
    assert_eq!(run.status, Some(1));
    assert!(run.stdout.contains("nobody can block"), "{}", run.stdout);
}

/// What a named policy lacks is known, so it is no fault. Its traces are shown if it is asked for.
#[test]
fn named_policies_are_checked_by_name_and_by_default() {
    let run = socialgraph(&["check", "--users", "2"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    for name in socialgraph::Policy::names() {
        assert!(run.stdout.contains(name), "{name}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("but:"), "{}", run.stdout);

    let run = socialgraph(&["check", "--users", "2", "gotosocial", "wire"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.contains(" R23 R24 "), "{}", run.stdout);
    assert!(run.stdout.contains("\nwire, 2 users: "), "{}", run.stdout);
    assert!(!run.stdout.contains("tencent"), "{}", run.stdout);

    // The same parts in a file are faults.
    let wire = socialgraph::Policy::named("wire").unwrap();
    let path = file("wire.json", &serde_json::to_string(&wire).unwrap());
    assert_eq!(
        socialgraph(&["check", "--users", "2", &path]).status,
        Some(1)
    );

    let run = socialgraph(&["check", "mastadon"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr.contains("did you mean `mastodon`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn four_users_that_take_too_much_memory_are_refused_before_the_search() {
    let run = socialgraph(&["check", "--users", "4", "openim"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "socialgraph check: openim, 4 users: at most 19770609664 states, and 14142 MiB for them; \
         `--max-memory` allows 1024 MiB\n"
    );

    let run = socialgraph(&["check", "--users", "4", "--max-memory", "1", "gotosocial"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("allows 1 MiB"), "{}", run.stderr);

    // A policy that reaches few relations is within the bound, and its figures come first.
    let mut closed = socialgraph::Policy::tencent_rest();
    (closed.limits.friends, closed.limits.requests_in) = (Some(0), Some(0));
    let path = file("closed.json", &serde_json::to_string(&closed).unwrap());
    let run = socialgraph(&["check", "--users", "4", "--max-memory", "1", &path]);
    assert_eq!(run.status, Some(0));
    let figures = ", 4 users: at most 4096 states, and 1 MiB for them\n";
    assert!(run.stderr.ends_with(figures), "{}", run.stderr);
}

#[test]
fn engine_and_model_agree_on_a_short_run() {
    let run = socialgraph(&["differential", "--operations", "500"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.contains(" 0 differences, "), "{}", run.stdout);
}
