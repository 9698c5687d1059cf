//! `socialgraph profiles`: what real systems do, with sources.

mod json;
mod page;
mod shown_stories;

use socialgraph_analysis::profile::Profile;

use crate::CommandResult;
use crate::format::Format;
use crate::policy::unknown;

const AFTER_HELP: &str = "\
Examples:
  socialgraph profiles
  socialgraph profiles wire discord

Exit status: 0; 2 if an argument is wrong or the output cannot be written.";

/// Prints what real systems do, each fact with its source
///
/// Each fact has what confirms it: a standard, a test, code, or a vendor's documentation. What
/// nothing confirms is blank, and an answer that rests on it is marked. Without a name it prints
/// tables of all systems; as Markdown also the stories with each system's answer, and every
/// profile: docs/profiles.md.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The names of systems; all of them if absent
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let mut profiles = Vec::new();
    for name in &args.names {
        profiles.push(Profile::named(name).ok_or_else(|| unknown(name))?);
    }

    if profiles.is_empty() {
        let document = match args.format {
            Format::Markdown => page::all()?,
            _ => page::overview(),
        };
        args.format
            .print(|| document, || json::of(Profile::ALL.iter()))
    } else {
        let json = || json::of(profiles.iter().copied());
        args.format.print(|| page::of(&profiles), json)
    }
}
