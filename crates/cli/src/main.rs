//! The command `socialgraph`.

mod check;
mod compare;
mod differential;
mod document;
mod format;
mod play;
mod policy;
mod profiles;
mod replay;
mod text;

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use text::escaped;

const USAGE: &str = "\
usage: socialgraph COMMAND [ARGUMENT]...

  check          checks a policy in every state that a few users can reach
  diff           prints what tells two policies apart
  what-if        prints what each part of a policy changes, and what is like it
  play           plays a story from a file
  profiles       prints what real systems do, with sources
  replay         replays a signed trust network from a CSV file
  differential   compares the engine with its reference model, at random

`socialgraph COMMAND --help` lists the arguments of a command, and
`socialgraph --version` prints the version.

Exit status: 0 if no fault was found; 1 if a property or an expectation fails,
two policies differ, a row is malformed, or engine and model differ; 2 if an
argument is wrong, a file cannot be read, or the output cannot be written.";

const VERSION: &str = concat!("socialgraph ", env!("CARGO_PKG_VERSION"));

/// The result of a command: whether it found no fault, or the reason why it could not run.
type CommandResult = Result<bool, Box<dyn Error>>;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(name) = arguments.next() else {
        return exit_status(
            "socialgraph",
            Err(wrong_usage("a command is missing", USAGE)),
        );
    };

    let parser = lexopt::Parser::from_args(arguments);
    match name.to_str() {
        Some("check") => exit_status("socialgraph check", check::run(parser)),
        Some("diff") => exit_status("socialgraph diff", compare::diff::run(parser)),
        Some("what-if") => exit_status("socialgraph what-if", compare::what_if::run(parser)),
        Some("play") => exit_status("socialgraph play", play::run(parser)),
        Some("profiles") => exit_status("socialgraph profiles", profiles::run(parser)),
        Some("replay") => exit_status("socialgraph replay", replay::run(parser)),
        Some("differential") => exit_status("socialgraph differential", differential::run(parser)),
        Some("--help" | "-h" | "help") => exit_status("socialgraph", print_text(USAGE)),
        Some("--version" | "-V") => exit_status("socialgraph", print_text(VERSION)),
        _ => {
            let error = format!("there is no command `{}`", name.display());
            exit_status("socialgraph", Err(wrong_usage(error, USAGE)))
        }
    }
}

/// Prints the error of a command, if it has one, and returns the exit status.
fn exit_status(command: &str, result: CommandResult) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            print_error(command, &error);
            ExitCode::from(2)
        }
    }
}

/// Returns success if the reader closed the output early, as `head` does: it has seen enough.
///
/// Only for output that gives no verdict. A verdict that was not read is not a success.
fn unless_closed(written: io::Result<()>) -> CommandResult {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(true),
    }
}

fn print_error(command: &str, error: &dyn fmt::Display) {
    // If stderr cannot be written, the exit status still tells of the error.
    let _ = writeln!(io::stderr(), "{command}: {error}");
}

fn print_text(text: &str) -> CommandResult {
    unless_closed(writeln!(io::stdout(), "{text}"))
}

/// Returns the error for a wrong argument, with the usage of the command.
fn wrong_usage(error: impl fmt::Display, usage: &str) -> Box<dyn Error> {
    format!("{}\n\n{usage}", escaped(error)).into()
}

/// Returns the error for arguments that cannot be parsed, with the usage of the command.
fn parse_error(error: lexopt::Error, usage: &str) -> Box<dyn Error> {
    use lexopt::Error::{MissingValue, UnexpectedArgument, UnexpectedOption};

    let text = match error {
        MissingValue {
            option: Some(option),
        } => format!("missing argument for option `{option}`"),
        UnexpectedOption(option) => format!("invalid option `{option}`"),
        UnexpectedArgument(value) => format!("unexpected argument `{}`", value.display()),
        other => other.to_string(),
    };
    wrong_usage(text, usage)
}
