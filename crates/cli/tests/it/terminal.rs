//! The command at a terminal: colours, progress, Ctrl-C, and a pipe that is closed.

use std::process::{Command, Stdio};

use rexpect::session::{PtySession, spawn_command};

/// The variables that choose colours whatever the terminal is.
const COLOUR_VARIABLES: [&str; 5] = [
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "CI",
];

const PROGRAM: &str = env!("CARGO_BIN_EXE_socialgraph");

/// The most time that a test waits for a text, in milliseconds.
const PATIENCE: u64 = 60_000;

/// Starts a program at a terminal of its own.
fn start(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> PtySession {
    let mut command = Command::new(program);
    command.args(arguments).env("TERM", "xterm");
    for variable in COLOUR_VARIABLES {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    spawn_command(command, Some(PATIENCE)).unwrap()
}

/// Returns what a run shows at a terminal.
fn at_terminal(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    start(PROGRAM, arguments, variables).exp_eof().unwrap()
}

#[test]
fn colours_are_for_a_terminal_that_wants_them() {
    // A slow machine shows the line of progress, which is no colour.
    let has_colours = |text: &str| text.replace("\u{1b}[K", "").contains("\u{1b}[");
    let commands = [
        &["nearest", "whatsapp"][..],
        &["check", "wire", "--users", "2"],
        &["--help"],
        &["chek"],
        &["diff", "wire", "discrod"],
    ];
    for command in commands {
        let never = [&["--color", "never"], command].concat();
        assert!(has_colours(&at_terminal(command, &[])), "{command:?}");
        assert!(!has_colours(&at_terminal(command, &[("NO_COLOR", "1")])));
        assert!(!has_colours(&at_terminal(&never, &[])), "{command:?}");

        let piped = |arguments: &[&str]| {
            let run = super::socialgraph(arguments);
            run.stdout + &run.stderr
        };
        let always = [&["--color=always"], command].concat();
        assert!(!has_colours(&piped(command)), "{command:?}");
        assert!(has_colours(&piped(&always)), "{command:?}");
    }

    // Programs read these, at a terminal too.
    for format in ["json", "markdown"] {
        let shown = at_terminal(&["nearest", "whatsapp", "--format", format], &[]);
        assert!(!has_colours(&shown), "{shown}");
    }
}

/// The terminal sends the signal to the shell and the command alike. The shell goes on.
#[test]
fn progress_is_shown_after_a_second_and_ctrl_c_ends_with_130() {
    let script = "trap : INT; \"$0\" differential --operations 1000000000; echo \"status $?\"";
    let mut terminal = start("sh", &["-c", script, PROGRAM], &[]);
    let shown = terminal.exp_string(" operations, 1s").unwrap();
    assert!(shown.contains("\r\u{1b}[K"), "{shown:?}");

    terminal.send_control('c').unwrap();
    terminal.exp_string("status 130").unwrap();
    terminal.exp_eof().unwrap();
}

#[test]
fn a_search_that_takes_long_shows_progress() {
    let arguments = ["check", "tencent_keep_friends", "--users", "4"];
    let mut terminal = start(PROGRAM, &arguments, &[]);
    let shown = terminal.exp_string(" states so far, ").unwrap();
    terminal.send_control('c').unwrap();
    assert!(shown.contains("4 users: about "), "{shown:?}");
    assert!(
        shown.contains("\r\u{1b}[Ktencent_keep_friends, 4 users: depth "),
        "{shown:?}"
    );
}

#[test]
fn a_comparison_with_a_slow_server_shows_progress() {
    let adapter = super::conform::adapter();
    let options = [
        "conform",
        "--policy",
        "wire",
        "--logs",
        "100",
        "--operations",
        "1",
    ];
    let arguments = [&options[..], &["--", &adapter, "waits", "reset", "300"]].concat();
    let mut terminal = start(PROGRAM, &arguments, &[]);
    let shown = terminal.exp_string(" of 100 logs, ").unwrap();
    terminal.send_control('c').unwrap();
    assert!(shown.contains("test adapter\r\n"), "{shown:?}");
    assert!(shown.contains("\r\u{1b}[K"), "{shown:?}");
}

#[test]
fn without_a_terminal_there_is_no_progress() {
    // Some seconds, far more than a short run.
    let run = super::socialgraph(&["differential", "--operations", "60000"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
}

#[test]
fn a_short_run_shows_no_progress() {
    let shown = at_terminal(&["differential", "--operations", "500"], &[]);
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    assert!(shown.contains(" 0 differences, "), "{shown:?}");
}

#[test]
fn a_pipe_that_is_closed_ends_quietly() {
    for command in [
        &["profiles"][..],
        &["profiles", "--format", "markdown"],
        &["nearest", "wire"],
        &["what-if", "wire"],
        &["check", "--list"],
        &["completions", "zsh"],
        &["demo"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(PROGRAM)
            .args(command)
            .stdout(Stdio::from(writer))
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), &*stderr),
            (Some(0), ""),
            "{command:?}"
        );
    }
}
