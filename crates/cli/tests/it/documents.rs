//! The terminal sessions in documents: each command is run, and its output compared.
//!
//! A session is a block of code in the language `console`. A line `$ …` is a command for a shell,
//! run in a folder from which the repository's files can be seen, and the lines below it are what
//! it prints. `$ cat NAME` writes a file with the lines below it, unless the repository has it.
//! `$ echo $?` prints the status of the command before it. With `BLESS=1`, the output is written
//! into the document.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The documents, and the number of commands that each has at least.
const DOCUMENTS: [(&str, usize); 4] = [
    ("README.md", 4),
    ("crates/cli/README.md", 8),
    ("docs/cases.md", 5),
    ("docs/review-questions.md", 10),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Makes the folder of a document's sessions.
fn folder(document: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(document.replace('/', "-"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    for name in ["cases", "crates", "docs", "examples"] {
        let original = root().canonicalize().unwrap().join(name);
        std::os::unix::fs::symlink(original, folder.join(name)).unwrap();
    }
    folder
}

/// Runs a command of a session. Returns what a terminal shows, and the status.
fn run(command: &str, folder: &Path) -> (String, i32) {
    let program = Path::new(env!("CARGO_BIN_EXE_socialgraph"));
    let programs = program.parent().unwrap().display();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let shown = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
    (shown, output.status.code().unwrap())
}

/// Returns a document with the output of its commands, and the number of commands.
fn played(document: &str, text: &str) -> (String, usize) {
    let folder = folder(document);
    let (mut played, mut commands) = (Vec::new(), 0);
    let (mut is_session, mut status) = (false, 0);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        played.push(line.to_owned());
        if line.starts_with("```") {
            is_session = line == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| is_session) else {
            continue;
        };

        let mut below = Vec::new();
        while let Some(line) = lines.next_if(|it| !it.starts_with("$ ") && !it.starts_with("```")) {
            below.push(line.to_owned());
        }
        match command.strip_prefix("cat ").map(|name| folder.join(name)) {
            Some(path) if !path.exists() => {
                std::fs::write(path, super::lines(&below)).unwrap();
                played.extend(below);
            }
            _ if command == "echo $?" => played.push(status.to_string()),
            // `crates/testkit/adapters/run` plays it: the adapter needs Python.
            _ if command.contains("socialgraph conform") => played.extend(below),
            _ => {
                let (shown, code) = run(command, &folder);
                played.extend(shown.lines().map(str::to_owned));
                status = code;
                commands += 1;
            }
        }
    }
    (super::lines(&played), commands)
}

/// Returns a line without the seconds that a search took, and without the speed of a replay.
fn without_times(line: &str) -> String {
    if line.starts_with("operations_per_second: ") {
        return "operations_per_second: 0".to_owned();
    }
    let is_time = |word: &&str| {
        let whole_and_part = word.split_once('.');
        whole_and_part.is_some_and(|(whole, part)| {
            part.len() == 2 && whole.parse::<u32>().is_ok() && part.parse::<u32>().is_ok()
        })
    };
    let time = line.split(' ').find(is_time);
    time.map_or_else(|| line.to_owned(), |time| line.replacen(time, "0.00", 1))
}

#[test]
fn the_sessions_in_documents_are_what_the_command_prints() {
    for (name, least) in DOCUMENTS {
        let path = root().join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let (expected, commands) = played(name, &text);
        assert!(commands >= least, "{name} has {commands} commands");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, expected).unwrap();
            continue;
        }

        let (mut found, mut right) = (text.lines(), expected.lines());
        let mut number = 0;
        loop {
            number += 1;
            let lines = (found.next(), right.next());
            assert_eq!(
                lines.0.map(without_times),
                lines.1.map(without_times),
                "{name}, line {number}: `BLESS=1` writes the output"
            );
            if lines == (None, None) {
                break;
            }
        }
    }
}

#[test]
fn the_commands_of_documents_exist() {
    for (name, _) in DOCUMENTS {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        for line in text.lines() {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            let mut words = line.split_whitespace();
            if words.next() != Some("socialgraph") {
                continue;
            }
            let command = words.next().unwrap();
            // An error in the output of a session.
            if command.ends_with(':') {
                continue;
            }
            let run = super::socialgraph(&["help", command]);
            assert_eq!(run.status, Some(0), "{name}: {line}");
        }
    }
}

#[test]
fn the_policy_under_review_is_shown_as_it_is() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let file = read("examples/our_policy.toml");
    let is_comment = |line: &&str| line.starts_with('#');
    let lines: Vec<_> = file.lines().filter(|line| !is_comment(line)).collect();
    let shown = format!("```toml\n{}\n```\n", lines.join("\n"));
    assert!(read("docs/review-questions.md").contains(&shown), "{shown}");
}
