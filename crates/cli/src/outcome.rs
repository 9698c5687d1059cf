//! What a command returns, and how it is printed.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::terminal::{ERROR, painted};

/// The result of a command: whether it found no fault, or the reason why it could not run.
pub(crate) type CommandResult = Result<bool, Box<dyn Error>>;

/// Prints the error of a command, if it has one, and returns the exit status.
pub(crate) fn exit_status(command: &str, result: CommandResult) -> ExitCode {
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
pub(crate) fn unless_closed(written: io::Result<()>) -> CommandResult {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(true),
    }
}

/// Writes a line to stderr: the command, and what is to be said about it.
pub(crate) fn print_error(command: &str, error: &dyn fmt::Display) {
    let command = painted(ERROR, format_args!("{command}:"));
    // If stderr cannot be written, the exit status still tells of the error.
    let _ = writeln!(anstream::stderr(), "{command} {error}");
}

/// Writes a text and a line feed to stdout; colours only if they belong there.
pub(crate) fn print_text(text: &str) -> CommandResult {
    unless_closed(writeln!(anstream::stdout(), "{text}"))
}
