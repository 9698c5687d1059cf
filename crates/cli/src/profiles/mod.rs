//! `socialgraph profiles`: what real systems do, with sources.

mod json;
mod page;
mod shown_stories;
pub(crate) mod words;

use socialgraph::Policy;
use socialgraph_analysis::profile::Profile;

use crate::format::{Arguments, Format};
use crate::text::escaped;
use crate::{CommandResult, print_text, wrong_usage};

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
    let Some(Arguments { values, format }) = Arguments::parse(parser, USAGE)? else {
        return print_text(&format!("{USAGE}\n\n{DETAILS}"));
    };

    let mut profiles = Vec::new();
    for value in &values {
        let name = &*value.to_string_lossy();
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
