//! `socialgraph completions`: what a shell needs to complete a command line.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::{CommandLine, CommandResult, unless_closed};

const AFTER_HELP: &str = "\
Examples:
  source <(socialgraph completions bash)
  socialgraph completions fish > ~/.config/fish/completions/socialgraph.fish

Exit status: 0; 2 if an argument is wrong or the output cannot be written.";

/// Prints what a shell needs to complete the command line
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let mut script = Vec::new();
    let mut command = CommandLine::command();
    generate(args.shell, &mut command, "socialgraph", &mut script);
    unless_closed(io::stdout().write_all(&script))
}
