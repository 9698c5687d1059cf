//! `socialgraph replay`: plays a list or a network from elsewhere, and counts.

mod network;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::Instant;

use clap::ValueEnum;
use socialgraph::{Limits, Policy};

use network::Network;

use crate::import::fault::{Fault, Malformed, ReadError};
use crate::import::format::Format;
use crate::import::list::NameList;
use crate::import::source::{self, Imported, Source};
use crate::policy::NamedPolicy;
use crate::text::escaped;
use crate::{CommandResult, print_error, unless_closed};

const COMMAND: &str = "socialgraph replay";

/// The friendships of Zachary's karate club (1977). The leaders of its two sides block each other.
const KARATE_CLUB: &str = include_str!("karate_club.csv");

const AFTER_HELP: &str = "\
A positive rating adds the target to the source's friend list. A negative
rating blocks the target. A list of `import` needs --owner.

Examples:
  socialgraph replay --explain 1 34
  socialgraph replay network.csv --policy mastodon

Exit status: 0 if the file was replayed; 1 if a row is malformed, or if
something does not fit the limits of --policy; 2 if an argument is wrong, the
file cannot be read or is of a kind that is not supported, or the output cannot
be written.";

/// Plays a signed network, or a list from elsewhere, and prints counts
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The file, after its format if the content does not tell it (see `import`).
    ///
    /// `-` is standard input. Without a file, Zachary's karate club is replayed.
    #[arg(value_names = ["FORMAT", "FILE"], num_args = 0..=2)]
    file: Vec<OsString>,
    /// Explains the relation of two users at the end
    #[arg(long, num_args = 2, value_names = ["SOURCE", "TARGET"])]
    explain: Option<Vec<String>>,
    /// The user whose list it is
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The list of the owner that plain names are: by default, the blocklist
    #[arg(long)]
    list: Option<NameList>,
    /// The policy: by default, `tencent_rest` without limits
    #[arg(long, value_name = "POLICY")]
    policy: Option<OsString>,
    /// Leaves out rows whose source and target are one user
    #[arg(long)]
    skip_self: bool,
}

/// Replays the file that the arguments name. Returns whether every row is well formed.
pub(crate) fn run(args: &Args) -> CommandResult {
    let policy = args.policy.as_deref().map(NamedPolicy::read).transpose()?;
    let (format, file) = args.file()?;
    let source = Source {
        format,
        owner: args.owner.as_deref(),
        list: args.list,
    };

    let (name, bytes) = match file {
        None => (String::new(), KARATE_CLUB.as_bytes().to_vec()),
        Some(path) => (source::name(path) + ": ", source::bytes(path)?),
    };
    let imported = source.read(&bytes).and_then(|imported| {
        let imported = check_self_ratings(imported, args.skip_self)?;
        Ok(imported)
    });
    let imported = match imported {
        Ok(imported) => imported,
        Err(error @ ReadError::Refused(_)) => return Err(format!("{name}{error}").into()),
        Err(malformed) => {
            print_error(COMMAND, &format!("{name}{malformed}{}", hint(&malformed)));
            return Ok(false);
        }
    };
    for note in imported.notes() {
        print_error(COMMAND, &format!("{name}{note}"));
    }

    let rules = policy.as_ref().map_or_else(without_limits, |it| it.policy);
    let start = Instant::now();
    let network = Network::replay(&imported.entries, &rules)?;
    let seconds = start.elapsed().as_secs_f64();

    let mut fits = true;
    if policy.is_some() {
        fits = network.summary.refusals.are_within_limits(&rules);
        for note in network.summary.refusals.notes(&rules) {
            print_error(COMMAND, &format!("{name}{note}"));
        }
    }
    unless_closed(print(&network, seconds, args)).map(|_| fits)
}

impl Args {
    /// Returns the format and the file of one argument, or of two.
    fn file(&self) -> Result<(Format, Option<&Path>), Box<dyn Error>> {
        match self.file.as_slice() {
            [] => Ok((Format::Network, None)),
            [file] => Ok((Format::Auto, Some(file.as_ref()))),
            [format, file, ..] => Ok((read_format(format)?, Some(file.as_ref()))),
        }
    }
}

fn read_format(argument: &OsStr) -> Result<Format, String> {
    let format = Format::from_str(&argument.to_string_lossy(), false);
    format.map_err(|_| {
        let names = Format::value_variants().iter().map(|format| format.name());
        let names: Vec<_> = names.collect();
        format!(
            "there is no format `{}`; there are {}",
            escaped(argument.display()),
            names.join(", ")
        )
    })
}

fn without_limits() -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits::NONE;
    policy
}

/// Refuses rows of a network whose source is the target, unless they are to be left out.
fn check_self_ratings(imported: Imported, skip: bool) -> Result<Imported, Malformed> {
    match imported.own.first() {
        Some(own) if !skip && !imported.format.is_list() => {
            Err(Fault::SelfRating(own.name.clone()).at(own.line))
        }
        _ => Ok(imported),
    }
}

/// Returns what to do about a malformed row, if there is something.
const fn hint(error: &ReadError) -> &'static str {
    match error {
        ReadError::Malformed(Malformed {
            fault: Fault::SelfRating(_),
            ..
        }) => " (`--skip-self` leaves such rows out)",
        _ => "",
    }
}

fn print(network: &Network, seconds: f64, args: &Args) -> io::Result<()> {
    let mut out = io::stdout().lock();
    network.summary.write(&mut out, seconds)?;
    if let Some([source, target]) = args.explain.as_deref() {
        network.explain(&mut out, source, target)?;
    }
    Ok(())
}
