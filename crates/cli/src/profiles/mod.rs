//! `socialgraph profiles`: what real systems do, with sources.

mod json;
mod page;
mod shown_stories;
mod words;

use std::error::Error;

use socialgraph::Policy;
use socialgraph_analysis::profile::Profile;

use crate::format::Format;
use crate::text::escaped;
use crate::{CommandResult, parse_error, print_text, wrong_usage};

const USAGE: &str = "usage: socialgraph profiles [NAME]... [--format text|json|markdown]";

const DETAILS: &str = "\
Prints what real systems do when one user blocks another, each fact with what
confirms it: a standard, a test, code, or a vendor's documentation. Without
NAME it prints a table of all systems, ten stories with each system's answer,
and every profile; with `text`, the table alone.

  --format FORMAT   text for a terminal, the default; json; or markdown, which
                    is docs/profiles.md if no NAME is given

Exit status: 0; 2 if an argument is wrong or the output cannot be written.";

pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(Options { names, format }) = parse(parser)? else {
        return print_text(&format!("{USAGE}\n\n{DETAILS}"));
    };

    let mut profiles = Vec::new();
    for name in &names {
        let profile = Profile::named(name).ok_or_else(|| match Policy::named(name) {
            Err(error) => wrong_usage(error, USAGE),
            Ok(_) => wrong_usage(format!("`{}` has no profile", escaped(name)), USAGE),
        })?;
        profiles.push(profile);
    }

    let text = match (format, profiles.as_slice()) {
        (Format::Json, []) => json::of(Profile::ALL.iter()),
        (Format::Json, profiles) => json::of(profiles.iter().copied()),
        (Format::Text, []) => page::overview().to_text(),
        (Format::Text, profiles) => page::of(profiles).to_text(),
        (Format::Markdown, []) => page::all()?.to_markdown(),
        (Format::Markdown, profiles) => page::of(profiles).to_markdown(),
    };
    print_text(text.trim_end())
}

/// The options of a run.
struct Options {
    names: Vec<String>,
    format: Format,
}

/// Reads the command line. Returns `None` if it asks for help.
fn parse(mut parser: lexopt::Parser) -> Result<Option<Options>, Box<dyn Error>> {
    use lexopt::prelude::*;

    let with_usage = |error| parse_error(error, USAGE);
    let mut names = Vec::new();
    let mut format = Format::Text;
    while let Some(argument) = parser.next().map_err(with_usage)? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Long("format") => {
                let value = parser.value().map_err(with_usage)?;
                format = Format::parse(&value).map_err(|error| wrong_usage(error, USAGE))?;
            }
            Value(name) => names.push(name.to_string_lossy().into_owned()),
            other => return Err(with_usage(other.unexpected())),
        }
    }
    Ok(Some(Options { names, format }))
}
