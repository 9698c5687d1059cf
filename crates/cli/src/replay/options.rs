//! The command line of `replay`.

use std::error::Error;
use std::path::PathBuf;

use crate::{parse_error, wrong_usage};

const USAGE: &str = "usage: socialgraph replay [FILE.csv] [--explain SOURCE TARGET]";

const DETAILS: &str = "\
Replays the rows `source,target,rating,time` of a signed trust network, below
a header line. A positive rating adds the target to the source's friend list.
A negative rating blocks the target. Without FILE.csv it replays Zachary's
karate club.

  --explain SOURCE TARGET   explains the relation of two users at the end

Exit status: 0 if the file was replayed; 1 if a row is malformed; 2 if an
argument is wrong, the file cannot be read, or the output cannot be written.";

/// The options of a run.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) file: Option<PathBuf>,
    /// The source and the target to explain.
    pub(crate) explain: Option<(String, String)>,
}

pub(crate) fn help() -> String {
    format!("{USAGE}\n\n{DETAILS}")
}

impl Options {
    /// Reads the command line. Returns `None` if it asks for help.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let with_usage = |error| parse_error(error, USAGE);
        let mut options = Self::default();
        while let Some(argument) = parser.next().map_err(with_usage)? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("explain") => options.explain = Some(parse_names(&mut parser)?),
                Value(path) if options.file.is_none() => options.file = Some(path.into()),
                other => return Err(with_usage(other.unexpected())),
            }
        }
        Ok(Some(options))
    }
}

fn parse_names(parser: &mut lexopt::Parser) -> Result<(String, String), Box<dyn Error>> {
    use lexopt::ValueExt;

    let mut name = || parser.value().and_then(ValueExt::string);
    match (name(), name()) {
        (Ok(source), Ok(target)) => Ok((source, target)),
        _ => Err(wrong_usage("`--explain` needs SOURCE and TARGET", USAGE)),
    }
}
