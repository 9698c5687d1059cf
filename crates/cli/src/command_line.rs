//! The command line: read, run, and told what is wrong with it.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ColorChoice, CommandFactory, Parser, ValueEnum};

use crate::outcome::{exit_status, print_error, print_text};
use crate::text::escaped;
use crate::{CommandLine, CommandResult};

/// Reads the command line and runs its command.
pub(crate) fn run(command: impl FnOnce(&CommandLine) -> CommandResult) -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Help and errors have colours, too, so that the choice comes first.
    color_choice(&arguments).write_global();

    let name = full_name(&arguments);
    match CommandLine::try_parse_from(&arguments) {
        Ok(line) => exit_status(&name, command(&line)),
        Err(error) => refuse(&name, error),
    }
}

/// Prints help or the version to stdout, or what is wrong to stderr.
fn refuse(name: &str, error: clap::Error) -> ExitCode {
    let error = escape(error);
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            exit_status(name, print_text(text.trim_end()))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // If stderr cannot be written, the exit status still tells of the error.
            let _ = writeln!(anstream::stderr(), "{}", text.trim_end());
            ExitCode::from(2)
        }
        _ => {
            print_error(name, &without_title(&text));
            ExitCode::from(2)
        }
    }
}

/// Returns an error without the word "error" and its colour: the name of the command stands there.
fn without_title(text: &str) -> &str {
    let (_, text) = text.split_once("error:").unwrap_or(("", text));
    text.trim_start_matches("\u{1b}[0m").trim()
}

/// Escapes what could steer a terminal in the arguments that an error shows.
fn escape(mut error: clap::Error) -> clap::Error {
    let mut changes: Vec<(ContextKind, ContextValue)> = Vec::new();
    for (kind, value) in error.context() {
        if let ContextValue::String(text) = value
            && text.chars().any(char::is_control)
        {
            changes.push((kind, ContextValue::String(escaped(text))));
        }
    }
    for (kind, value) in changes {
        error.insert(kind, value);
    }
    error
}

/// Returns `socialgraph` and the command, for errors.
fn full_name(arguments: &[OsString]) -> String {
    let command = CommandLine::command();
    let mut names = arguments.iter().skip(1);
    let known = names.find_map(|it| command.find_subcommand(it));
    known.map_or_else(
        || "socialgraph".to_owned(),
        |known| format!("socialgraph {}", known.get_name()),
    )
}

/// Returns the choice of `--color`, before the other arguments are read.
fn color_choice(arguments: &[OsString]) -> anstream::ColorChoice {
    let mut choice = None;
    let mut arguments = arguments.iter().filter_map(|it| it.to_str());
    while let Some(argument) = arguments.next() {
        match argument {
            "--" => break,
            "--color" => choice = arguments.next().or(choice),
            _ => choice = argument.strip_prefix("--color=").or(choice),
        }
    }

    let known = choice.and_then(|choice| ColorChoice::from_str(choice, false).ok());
    match known.unwrap_or_default() {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}
