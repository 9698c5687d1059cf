//! Runs of the binary: the charts that it writes, and the input that it rejects.
#![allow(clippy::expect_used, reason = "a test that cannot run is a failure")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn peers(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_peers"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the directory can be written to");
    path
}

/// Runs the binary, asserts that it fails, and returns its error output.
fn stderr_of_failure(arguments: &[&Path]) -> String {
    let output = peers(arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("it writes UTF-8")
}

const ROW: &str = r#"{"operation": "can_message/id", "population": "uniform", "users": 1000,
 "implementation": "pairs", "unit": "ns", "min": 3.5, "median": 4.0, "max": 5.0,
 "ratio_to_pairs": 1.0, "ratio_to_uniform": 1.0}"#;

#[test]
fn a_run_becomes_svg_files() {
    let run = file("run.json", &format!("[{ROW}]"));
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    let output = peers(&["--charts".as_ref(), &directory, &run]);
    assert!(output.status.success(), "{output:?}");

    let chart = directory.join("comparison-at-1000-users.svg");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("{}\n", chart.display())
    );
    assert!(
        fs::read_to_string(chart)
            .expect("the chart was written")
            .contains("can_message/id")
    );
}

#[test]
fn an_error_in_a_run_file_names_the_file_and_the_row() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("none");
    for (name, text, error) in [
        (
            "no.json",
            "users, ns".to_owned(),
            "expected value at line 1 column 1",
        ),
        (
            "cut.json",
            format!("[{ROW}"),
            "EOF while parsing a list at line 3 column 48",
        ),
        (
            "lacking.json",
            format!("[{}]", ROW.replace(r#" "max": 5.0,"#, "")),
            "missing field `max` at line 3 column 48",
        ),
        (
            "typed.json",
            format!("[{}]", ROW.replace("1000", r#""many""#)),
            "invalid type: string \"many\", expected u32 at line 1 column 73",
        ),
        (
            "more.json",
            format!("[{}]", ROW.replace("unit", "units")),
            "unknown field `units`, expected one of `operation`, `population`, `users`, \
             `implementation`, `unit`, `min`, `median`, `max`, `ratio_to_pairs`, \
             `ratio_to_uniform` at line 2 column 35",
        ),
        (
            "twice.json",
            format!("[{ROW}, {ROW}]"),
            "row 2: is for the same as row 1",
        ),
    ] {
        let path = file(name, &text);
        let stderr = stderr_of_failure(&["--charts".as_ref(), &directory, &path]);
        assert_eq!(stderr, format!("peers: {}: {error}\n", path.display()));
    }
    assert!(!directory.exists(), "nothing is written");
}

#[test]
fn a_missing_file_is_rejected() {
    let stderr = stderr_of_failure(&[
        "--charts".as_ref(),
        "charts".as_ref(),
        "absent.json".as_ref(),
    ]);
    assert!(stderr.starts_with("peers: absent.json: "), "{stderr}");
}

#[test]
fn a_restart_is_measured_and_written() {
    let json = Path::new(env!("CARGO_TARGET_TMPDIR")).join("restart.json");
    let output = peers(&[
        "--restart".as_ref(),
        "--users".as_ref(),
        "50".as_ref(),
        "--repetitions".as_ref(),
        "1".as_ref(),
        "--only".as_ref(),
        "pairs,sqlite".as_ref(),
        "--json".as_ref(),
        &json,
    ]);
    assert!(output.status.success(), "{output:?}");

    let table = String::from_utf8(output.stdout).expect("it writes UTF-8");
    assert!(table.contains("page cache"), "{table}");
    assert!(table.contains("first_answer_after_restart"), "{table}");
    let rows = fs::read_to_string(json).expect("the rows were written");
    assert!(rows.contains("sqlite"), "{rows}");
}

#[test]
fn an_error_in_a_signed_network_names_the_file_and_the_line() {
    let path = file("signed.csv", "source,target,rating,time\n1,2,bad,0\n");
    assert_eq!(
        stderr_of_failure(&["--signed".as_ref(), &path]),
        format!(
            "peers: {}: line 2: the rating is not a whole number\n",
            path.display()
        )
    );
}

#[test]
fn a_wrong_command_line_is_rejected_with_the_usage() {
    for (arguments, error) in [
        (
            &["--charts", "charts"][..],
            "peers: --charts needs the file of a run\n",
        ),
        (&["run.json"], "peers: unexpected argument \"run.json\"\n"),
        (
            &["--users", "1000,1"],
            "peers: a population has at least 2 users\n",
        ),
        (
            &["--only", "redis"],
            "peers: there is no implementation `redis`\n",
        ),
        #[cfg(not(feature = "others"))]
        (
            &["--only", "pairs,cedar_two_users"],
            "peers: `cedar_two_users` needs `cargo run --release -p peers --features others`\n",
        ),
        (
            &["--repetitions", "0"],
            "peers: without repetitions there is no median\n",
        ),
        (
            &["--relations-per-user", "2"],
            "peers: a user begins at least 3 relations\n",
        ),
        (
            &["--population", "uniform,scattered"],
            "peers: there is no population `scattered`: there are uniform, communities, power_law, \
             zipf_senders, newcomers\n",
        ),
        (
            &["--restart", "--population", "communities"],
            "peers: --restart is measured with the uniform population alone\n",
        ),
        (
            &["--restart", "--reads-only"],
            "peers: --restart has no reads to choose\n",
        ),
        (
            &["--users", "many"],
            "peers: cannot parse argument \"many\": invalid digit",
        ),
    ] {
        let stderr = stderr_of_failure(&arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        assert!(stderr.starts_with(error), "{stderr}");
        assert!(stderr.contains("Usage: peers"), "{stderr}");
    }
}
