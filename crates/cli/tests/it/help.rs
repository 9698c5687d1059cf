//! The help of every command, the version, and completions.

use super::socialgraph;

/// Returns the names of all commands, as help lists them.
fn commands() -> Vec<String> {
    let run = socialgraph(&["--help"]);
    let (_, list) = run.stdout.split_once("\nCommands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let lines = list.lines().filter(|line| !line.starts_with("    "));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_of_every_command_has_examples_and_statuses_within_80_columns() {
    let commands = commands();
    assert!(commands.len() >= 15, "{commands:?}");

    let mut all = vec![vec!["--help"], vec!["-h"], vec!["help"]];
    for command in &commands {
        all.push(vec![command, "--help"]);
        all.push(vec![command, "-h"]);
        all.push(vec!["help", command]);
    }
    for arguments in all {
        let run = socialgraph(&arguments);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{arguments:?}");
        let named = arguments
            .iter()
            .find(|it| commands.iter().any(|c| c == *it));
        let usage = match named {
            Some(name) => format!("\nUsage: socialgraph {name} "),
            None => "\nUsage: socialgraph [OPTIONS] <COMMAND>\n".to_owned(),
        };
        for part in [&*usage, "\nExamples:\n  s", "\nExit status: 0"] {
            assert!(run.stdout.contains(part), "{arguments:?}: {}", run.stdout);
        }
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= 80, "{arguments:?}: {line}");
        }
    }
}

#[test]
fn without_a_command_the_help_is_printed_as_an_error() {
    let run = socialgraph(&[]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(run.stderr, socialgraph(&["-h"]).stdout);
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let run = socialgraph(&["completions", shell]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""));
        for command in commands() {
            assert!(run.stdout.contains(&command), "{shell}: {command}");
        }
        assert!(run.stdout.contains("no-entry-across-block"), "{shell}");
    }
}
