//! Logs that are kept, and played first.

use std::fs;
use std::path::{Path, PathBuf};

use socialgraph::{Action, Policy};
use socialgraph_testkit::conformance::{self, Cause, Config, Finding, Step};
use tempfile::TempDir;

use super::{act, config, log, mutual, rest};

/// A configuration that keeps its logs in a new directory.
fn keeping() -> (TempDir, Config) {
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(Policy::tencent_rest());
    config.kept_logs = Some(directory.path().join("kept"));
    (directory, config)
}

fn files(config: &Config) -> Vec<PathBuf> {
    let entries = fs::read_dir(config.kept_logs.as_ref().unwrap()).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn extension(path: &Path) -> &str {
    path.extension().unwrap().to_str().unwrap()
}

#[test]
fn a_log_is_kept_and_played_before_others() {
    let (_directory, mut config) = keeping();
    let found = conformance::compare(&mut mutual(), &config).unwrap_err();
    let [json, story] = &files(&config)[..] else {
        panic!("{:?}", files(&config));
    };
    assert_eq!((extension(json), extension(story)), ("json", "story"));
    assert_eq!(found.kept.as_ref(), Some(json));
    assert!(
        found
            .to_string()
            .ends_with(&format!("kept: {}", json.display()))
    );
    assert_eq!(fs::read_to_string(story).unwrap(), found.story());

    // Without any other log, the kept one is played, and found again.
    config.logs = 0;
    let again = conformance::compare(&mut mutual(), &config).unwrap_err();
    assert_eq!(again, found);
    assert_eq!(files(&config).len(), 2);

    // The fault is mended: the log stays, and counts.
    let agreement = conformance::compare(&mut rest(), &config).unwrap();
    assert_eq!((agreement.logs, agreement.operations), (1, 3));
}

#[test]
fn the_same_log_is_kept_once_and_another_beside_it() {
    let (_directory, config) = keeping();
    let first = conformance::compare(&mut mutual(), &config).unwrap_err();
    for file in files(&config) {
        fs::remove_file(file).unwrap();
    }
    let again = conformance::compare(&mut mutual(), &config).unwrap_err();
    assert_eq!(again.kept, first.kept);

    // The kept log shows nothing at this system: another is found and kept.
    let mut keeping_friends = super::engine(Policy::tencent_keep_friends());
    let other = conformance::compare(&mut keeping_friends, &config).unwrap_err();
    assert_ne!(other.kept, first.kept);
    assert_eq!(files(&config).len(), 4);
}

/// A random log would be shorter, but the kept one comes first.
#[test]
fn a_kept_log_is_reported_before_random_ones_are_played() {
    let (_directory, config) = keeping();
    let steps = log([
        act(Action::SendRequest, "ann", "ben"),
        act(Action::Block, "ann", "ben"),
    ]);
    let finding = conformance::replay(&mut mutual(), &steps, &config).unwrap_err();
    let directory = config.kept_logs.clone().unwrap();
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("long.json"), finding.to_json()).unwrap();

    let mut random = 0;
    let found = conformance::compare_with(&mut mutual(), &config, &mut |progress| {
        random += progress.agreement.logs + progress.findings;
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!((found.unwrap_err().log, random), (steps, 0));
}

/// Kept logs are played in the order of their names, concurrent steps and all.
#[test]
fn steps_of_every_kind_are_kept() {
    let (_directory, mut config) = keeping();
    config.logs = 0;
    let block = act(Action::Block, "ann", "ben");
    let mut steps = log([act(Action::SendRequest, "ben", "ann")]);
    steps.push(Step::Concurrent(
        block,
        act(Action::AcceptRequest, "ann", "ben"),
    ));
    let finding = conformance::replay(&mut mutual(), &steps, &config).unwrap_err();
    assert_eq!(finding.kept, None, "a replay keeps nothing");

    let directory = config.kept_logs.clone().unwrap();
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("by hand.json"), finding.to_json()).unwrap();
    let again = conformance::compare(&mut mutual(), &config).unwrap_err();
    assert_eq!(again.log, finding.log);
    let story = again.story();
    assert!(
        story.contains("# the next two at once:\nann blocks ben\n"),
        "{story}"
    );
}

fn unreadable(config: &Config) -> String {
    let finding: Finding = *conformance::compare(&mut rest(), config).unwrap_err();
    assert!(
        matches!(finding.cause, Cause::Unreadable { .. }),
        "{finding}"
    );
    assert_eq!(finding.rule(), None);
    finding.to_string()
}

#[test]
fn a_kept_log_that_cannot_be_read_is_named() {
    let (_directory, config) = keeping();
    let directory = config.kept_logs.clone().unwrap();
    fs::create_dir_all(&directory).unwrap();
    let file = directory.join("R5.json");
    for (text, expected) in [
        ("", "is no kept log: EOF"),
        ("[]", "is no kept log: invalid length 0"),
        (
            r#"{"version": 2, "finding": [], "log": []}"#,
            "has version 2 of the format",
        ),
        (
            r#"{"version": 1, "finding": [], "log": [{"one": {}}]}"#,
            "is no kept log: ",
        ),
        (
            r#"{"version": 1, "finding": [], "log": [], "x": 1}"#,
            "unknown field `x`",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let error = unreadable(&config);
        assert!(
            error.contains("R5.json") && error.contains(expected),
            "{error}"
        );
    }

    // Files with other names are no kept logs.
    fs::rename(&file, directory.join("R5.txt")).unwrap();
    assert!(conformance::compare(&mut rest(), &config).is_ok());
}

/// What was found is not lost because it cannot be kept.
#[test]
fn a_finding_that_cannot_be_kept_is_reported() {
    let (directory, mut config) = keeping();
    let file = directory.path().join("a file");
    fs::write(&file, "").unwrap();
    config.kept_logs = Some(file.clone());
    assert!(unreadable(&config).contains("a file"));

    config.kept_logs = Some(directory.path().join("kept"));
    let finding = conformance::compare_with(&mut mutual(), &config, &mut |progress| {
        // The directory's place is taken while the logs are played.
        if progress.findings == 1 {
            let _ = fs::write(directory.path().join("kept"), "");
        }
        std::ops::ControlFlow::Continue(())
    });
    let text = finding.unwrap_err().to_string();
    assert!(
        text.contains("R5: ") && text.contains("\nnot kept: "),
        "{text}"
    );
}
