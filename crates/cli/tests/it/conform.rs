//! `socialgraph conform`, with the adapter of the kit's own tests.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Run, file, socialgraph};

/// Returns the adapter that answers by the engine and misbehaves on command.
pub(crate) fn adapter() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_socialgraph"));
    let name = format!("conform_adapter{}", std::env::consts::EXE_SUFFIX);
    let path = program.parent().unwrap().join("examples").join(name);
    assert!(
        path.exists(),
        "`cargo build --example conform_adapter` builds it"
    );
    path.to_str().unwrap().to_owned()
}

/// Compares an adapter under `tencent_rest`, in a few logs.
fn conform(options: &[&str], arguments: &[&str]) -> Run {
    let adapter = adapter();
    let start = [
        "conform",
        "--policy",
        "tencent_rest",
        "--logs",
        "6",
        "--operations",
        "20",
    ];
    socialgraph(&[&start, options, &["--", &adapter], arguments].concat())
}

/// Returns an empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn a_server_that_agrees_is_named_with_how_much_was_compared() {
    let run = conform(&[], &["--name", "toy\u{1b} server"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let (name, verdict) = run.stdout.split_once('\n').unwrap();
    assert_eq!(name, r"toy\u{1b} server");
    assert!(
        verdict.starts_with("agreed throughout: 6 logs, "),
        "{verdict}"
    );
    assert_eq!(verdict.lines().count(), 1);
}

#[test]
fn a_difference_is_the_shortest_log_with_its_rule() {
    let run = conform(&[], &["--policy", "tencent_mutual"]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    assert_eq!(
        run.stdout,
        "test adapter\ndiffers:\n  1. ann joins\n  2. ben joins\n  3. ann blocks ben\n\
         may ann message ben?\n  expected: allowed\n  answered: refused, silently: ann blocks ben\n\
         R5: B may not message A while A blocks B. A may message B, unless B blocks A too.\n"
    );
}

/// Both sides have the policy, so that a policy file agrees, and its limits are told.
#[test]
fn the_adapter_is_told_the_policy_with_its_limits() {
    let policy = file(
        "conform.toml",
        "profile = \"wire\"\n[limits]\nblocked = 1\n",
    );
    for options in [
        &[][..],
        &["--tight-limits"],
        &["--users", "2", "--seed", "7"],
    ] {
        let run = conform(&[&["--policy", &policy][..], options].concat(), &[]);
        // An option that comes twice is refused.
        assert_eq!(run.status, Some(2), "{}", run.stderr);

        let adapter = adapter();
        let start = ["conform", "--policy", &policy, "--logs", "3"];
        let run = socialgraph(&[&start, options, &["--", &adapter]].concat());
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    }
}

#[test]
#[cfg(unix)]
fn what_the_server_lacks_is_named() {
    let script = r#"
        read -r line
        echo '{"protocol": 1, "name": "sh", "operations": ["add_user", "block"], "questions": ["message"]}'
        while read -r line; do
            case $line in
                '{"reset"'*) echo '{}' ;;
                '{"apply"'*) echo '{"not_offered": true}' ;;
                *) echo '{"allowed": false}' ;;
            esac
        done"#;
    let start = [
        "conform",
        "--policy",
        "tencent_rest",
        "--logs",
        "2",
        "--",
        "sh",
        "-c",
        script,
    ];
    let run = socialgraph(&start);
    assert!(
        run.stdout
            .starts_with("sh\n  without remove_user, rename_user, "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.lines().all(|line| line.len() <= 80),
        "{}",
        run.stdout
    );

    // It carries out nothing, so that nothing is compared.
    assert_eq!(run.status, Some(2), "{}", run.stdout);
    let error = "socialgraph conform: nothing was compared: the adapter carried out no operation\n";
    assert_eq!(run.stderr, error);
}

#[test]
#[cfg(unix)]
fn an_adapter_that_fails_is_a_finding_and_one_that_does_not_start_is_an_error() {
    let run = conform(&[], &["dies", "\"block\""]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    assert!(
        run.stdout
            .contains("the system failed: the adapter ended ("),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("\n    first line\n    out of memory"),
        "{}",
        run.stdout
    );

    for (command, error) in [
        (
            &["no-such-adapter"][..],
            "`no-such-adapter` cannot be started: ",
        ),
        // Whether it comes before the request or after it is a matter of time.
        (&["echo", "hello"], "it printed `hello`, which "),
        (
            &["sh", "-c", "exit 5"],
            "the adapter ended (exit status: 5) and gave no reply",
        ),
    ] {
        let start = ["conform", "--policy", "tencent_rest", "--"];
        let run = socialgraph(&[&start, command].concat());
        assert_eq!((run.status, &*run.stdout), (Some(2), ""));
        let expected = format!("socialgraph conform: {error}");
        assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    }
}

#[test]
fn times_and_sizes_are_bounded() {
    let run = conform(&["--timeout", "0.3"], &["waits", "reset"]);
    assert_eq!(run.status, Some(2));
    let error = "the server cannot be reset: no reply to `reset` within 0.3 s";
    assert!(run.stderr.contains(error), "{}", run.stderr);

    let run = conform(
        &["--max-reply", "2000"],
        &["prints-much", "\"list\"", "2000"],
    );
    assert_eq!(run.status, Some(1));
    assert!(
        run.stdout.contains("more than 2000 bytes"),
        "{}",
        run.stdout
    );

    // No log ends in this time, or a few of a million do.
    let run = conform(&["--time", "0.000001"], &[]);
    assert_eq!(run.status, Some(2), "{}", run.stdout);
    assert!(
        run.stderr.contains("nothing was compared: the time was up"),
        "{}",
        run.stderr
    );

    let adapter = adapter();
    let start = [
        "conform", "--policy", "wire", "--logs", "1000000", "--time", "1s", "--",
    ];
    let begin = Instant::now();
    let run = socialgraph(&[&start[..], &[&adapter]].concat());
    assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(run.stdout.contains("The time was up: "), "{}", run.stdout);
}

#[test]
fn what_the_adapter_prints_to_stderr_is_shown_on_demand() {
    for (options, is_shown) in [(&[][..], false), (&["--show-stderr"], true)] {
        let run = conform(
            &[options, &["--users", "2"]].concat(),
            &["dies", "\"block\""],
        );
        assert_eq!(
            run.stderr.contains("out of memory\n"),
            is_shown,
            "{}",
            run.stderr
        );
    }
}

/// Returns the test cases of a report: name, outcome and text.
fn cases(path: &Path) -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let suites = document.root_element();
    assert_eq!(suites.tag_name().name(), "testsuites");
    let suite = suites.first_element_child().unwrap();

    let mut cases = Vec::new();
    for case in suite.children().filter(roxmltree::Node::is_element) {
        let result = case.first_element_child();
        let outcome = result.map_or("passed", |it| it.tag_name().name());
        let text = result.and_then(|it| it.text()).unwrap_or_default();
        let name = case.attribute("name").unwrap();
        cases.push((name.to_owned(), outcome.to_owned(), text.to_owned()));
    }

    let count = |outcome| {
        cases
            .iter()
            .filter(|(_, it, _)| it == outcome)
            .count()
            .to_string()
    };
    assert_eq!(suite.attribute("tests").unwrap(), cases.len().to_string());
    assert_eq!(suite.attribute("failures").unwrap(), count("failure"));
    assert_eq!(suite.attribute("skipped").unwrap(), count("skipped"));
    assert!(
        suite
            .attribute("name")
            .unwrap()
            .starts_with("socialgraph conform: ")
    );
    cases
}

#[test]
fn a_found_log_is_kept_and_played_first_and_the_report_has_each() {
    let folder = folder("conform-kept");
    let report = folder.with_extension("xml");
    let (keep, junit) = (folder.to_str().unwrap(), report.to_str().unwrap());
    let options = ["--keep", keep, "--junit", junit];
    let outcome = |(name, outcome, _): &(String, String, String)| (name.clone(), outcome.clone());

    // Nothing is kept so far.
    let run = conform(&options, &["--name", "<&\"'> \u{7}"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(
        cases(&report),
        [("random logs".into(), "passed".into(), String::new())]
    );

    let run = conform(&options, &["--policy", "tencent_mutual"]);
    assert_eq!(run.status, Some(1));
    let found = cases(&report);
    assert_eq!(outcome(&found[0]), ("random logs".into(), "failure".into()));
    let finding = run.stdout.split_once("differs:\n").unwrap().1;
    assert_eq!(found[0].2.trim_end(), finding.trim_end());
    assert!(finding.contains("\nkept: "), "{finding}");

    // It is played first, and nothing after it.
    let run = conform(&options, &["--policy", "tencent_mutual"]);
    assert_eq!(run.status, Some(1));
    let found = cases(&report);
    assert!(found[0].0.starts_with("R5-"), "{found:?}");
    assert_eq!((&*found[0].1, &*found[1].1), ("failure", "skipped"));

    // The fault is mended.
    let run = conform(&options, &[]);
    assert!(
        run.stdout.contains("agreed throughout: 7 logs, "),
        "{}",
        run.stdout
    );
    let found: Vec<String> = cases(&report).into_iter().map(|case| case.1).collect();
    assert_eq!(found, ["passed", "passed"]);

    std::fs::write(folder.join("A-broken.json"), "{}").unwrap();
    let run = conform(&options, &[]);
    assert_eq!(run.status, Some(2), "{}", run.stdout);
    assert!(
        run.stderr.contains("A-broken.json is no kept log"),
        "{}",
        run.stderr
    );
}

/// A finding whose text has what XML cannot have.
#[test]
fn a_report_of_a_hostile_text_is_still_xml() {
    let report = folder("conform-hostile.xml");
    let error = "{\"error\": \"]]> <b> & \\u0000 \\u001b[2J \\ufffe \\ud83e\\udd80\"}";
    let options = ["--junit", report.to_str().unwrap()];
    let run = conform(&options, &["prints", "\"block\"", error]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    let cases = cases(&report);
    assert!(cases[0].2.contains("]]> <b> & "), "{cases:?}");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let path = folder("no-such-folder").join("report.xml");
    let run = conform(&["--junit", path.to_str().unwrap()], &[]);
    assert_eq!(run.status, Some(2));
    assert!(!run.stdout.contains("agreed"), "{}", run.stdout);
    assert!(run.stderr.contains("report.xml: "), "{}", run.stderr);
}

#[test]
fn arguments_that_make_no_comparison_are_refused() {
    for (options, error) in [
        (&["--users", "1"][..], "1 is not in 2..=8"),
        (&["--operations", "0"], "a number from 1 to 4096 is needed"),
        (&["--time", "0"], "the time is not positive, or too long"),
        (
            &["--timeout", "soon"],
            "a number of seconds is needed, such as 60 or 0.5",
        ),
    ] {
        let start = ["conform", "--policy", "tencent_rest"];
        let run = socialgraph(&[&start, options, &["--", "true"]].concat());
        assert_eq!((run.status, &*run.stdout), (Some(2), ""));
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }

    let run = socialgraph(&["conform", "--policy", "tencent_rest"]);
    assert!(run.stderr.contains("<COMMAND>..."), "{}", run.stderr);
    let run = socialgraph(&["conform", "--", "true"]);
    assert!(run.stderr.contains("--policy <POLICY>"), "{}", run.stderr);
    let run = socialgraph(&["conform", "--policy", "tencent_res", "--", "true"]);
    assert!(
        run.stderr.contains("did you mean `tencent_rest`"),
        "{}",
        run.stderr
    );
}

#[test]
#[cfg(unix)]
fn the_hello_has_every_part_of_the_policy_and_the_tight_limits() {
    let path = folder("conform-hello.json");
    let script = r#"read -r line; printf %s "$line" >"$1""#;
    let adapter = ["--", "sh", "-c", script, "sh", path.to_str().unwrap()];
    for (options, limits) in [
        (&[][..], [1000, 3000, 100, 1000]),
        (&["--tight-limits"], [2, 2, 1, 6]),
    ] {
        let start = ["conform", "--policy", "tencent_rest"];
        let run = socialgraph(&[&start, options, &adapter].concat());
        assert_eq!(run.status, Some(2));

        let hello: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(hello["hello"]["protocol"], 1);
        let policy = &hello["hello"]["policy"];
        let [blocked, friends, requests_in, batch] = limits;
        let limits = json!({
            "blocked": blocked, "friends": friends, "requests_in": requests_in, "batch": batch
        });
        assert_eq!(policy["limits"], limits);
        assert_eq!(policy["presence"]["stopped_by"], "target");
    }
}

/// An adapter in the shell for a server that has users, and refuses every message.
#[cfg(unix)]
const REFUSING: &str = r#"
read -r hello
echo '{"protocol": 1, "name": "no", "operations": ["add_user"], "questions": ["message"]}'
while read -r line; do
  case $line in
  *'"reset"'*) known=''; echo '{}' ;;
  *'"apply"'*)
    name=${line#*'"name":"'}
    name=${name%%'"'*}
    case " $known " in
    *" $name "*) echo '{"done": false}' ;;
    *) known="$known $name"; echo '{"done": true}' ;;
    esac
    ;;
  *) echo '{"allowed": false}' ;;
  esac
done
"#;

/// A server that always refuses agrees with the engine as long as nothing is possible.
#[test]
#[cfg(unix)]
fn an_agreement_on_refusals_alone_is_no_success() {
    let command = [
        "conform", "--policy", "wire", "--logs", "3", "--", "sh", "-c", REFUSING,
    ];
    let run = socialgraph(&command);
    assert_eq!(run.status, Some(2), "{}{}", run.stdout, run.stderr);
    let error = "nothing was compared but refusals";
    assert!(run.stderr.contains(error), "{}", run.stderr);
}
