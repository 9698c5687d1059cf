//! `socialgraph cases`: what a policy answers, as lines for the tests of a server.

use std::ffi::OsString;
use std::io::{self, Write as _};

use socialgraph_analysis::profile::Profile;
use socialgraph_testkit::cases;

use crate::policy::{self, NamedPolicy};
use crate::{CommandResult, unless_closed};

const AFTER_HELP: &str = "\
Examples:
  socialgraph cases mastodon
  socialgraph cases my.toml > my.tsv

Exit status: 0; 2 if an argument is wrong, a file is not a policy, or the output
cannot be written.";

/// Prints the cases of a policy, for the tests of a server
///
/// A case is a line: an operation with what it does, or a question with its answer. Fields are
/// separated by tabs. Of a named policy, what nothing confirms is left out. `docs/cases.md` in the
/// repository describes each field.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[arg(value_name = "POLICY", help = policy::HELP)]
    policy: OsString,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let named = NamedPolicy::read(&args.policy)?;
    let text = match named.profile.and_then(Profile::named) {
        Some(profile) => cases::of_profile(profile),
        None => cases::of_policy(&named.name, &named.policy),
    };
    unless_closed(io::stdout().write_all(text.as_bytes()))
}
