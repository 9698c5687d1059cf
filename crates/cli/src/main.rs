//! The command `socialgraph`.

mod cases;
mod check;
mod command_line;
mod compare;
mod completions;
mod conform;
mod demo;
mod differential;
mod document;
mod export;
mod format;
mod import;
mod outcome;
mod play;
mod policy;
mod profiles;
mod progress;
mod replay;
mod review;
mod terminal;
mod text;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use outcome::{CommandResult, print_error, print_text, unless_closed};

const AFTER_HELP: &str = "\
Examples:
  socialgraph check mastodon
  socialgraph diff mastodon my.toml
  socialgraph profiles wire
  socialgraph demo

Exit status: 0 if nothing was found; 1 if a property or an expectation fails,
policies differ, a row is malformed, or the engine differs from its model or
from a server; 2 if an argument is wrong, a file cannot be read, or the output
cannot be written.";

/// Asks what users may do to each other under a policy, and under the policies of real systems.
#[derive(Parser)]
#[command(
    name = "socialgraph",
    version,
    after_help = AFTER_HELP,
    max_term_width = 80,
    styles = terminal::HELP_STYLES,
)]
struct CommandLine {
    /// When to print colours
    // It is read before the other arguments, because help and errors have colours, too.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = 1000
    )]
    color: clap::ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Diff(compare::diff::Args),
    WhatIf(compare::what_if::Args),
    Nearest(compare::nearest::Args),
    Profiles(profiles::Args),
    Cases(cases::Args),
    Play(play::Args),
    Demo(demo::Args),
    Review(review::Args),
    Import(import::Args),
    Export(export::Args),
    Replay(replay::Args),
    Differential(differential::Args),
    Conform(conform::Args),
    Completions(completions::Args),
}

impl Command {
    fn run(&self) -> CommandResult {
        match self {
            Self::Check(args) => check::run(args),
            Self::Diff(args) => compare::diff::run(args),
            Self::WhatIf(args) => compare::what_if::run(args),
            Self::Nearest(args) => compare::nearest::run(args),
            Self::Profiles(args) => profiles::run(args),
            Self::Cases(args) => cases::run(args),
            Self::Play(args) => play::run(args),
            Self::Demo(args) => demo::run(args),
            Self::Review(args) => review::run(args),
            Self::Import(args) => import::run(args),
            Self::Export(args) => export::run(args),
            Self::Replay(args) => replay::run(args),
            Self::Differential(args) => differential::run(args),
            Self::Conform(args) => conform::run(args),
            Self::Completions(args) => completions::run(args),
        }
    }
}

fn main() -> ExitCode {
    command_line::run(|line: &CommandLine| line.command.run())
}
