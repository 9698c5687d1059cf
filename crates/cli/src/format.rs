//! The formats in which a command can print, and the arguments beside them.

use std::error::Error;
use std::ffi::{OsStr, OsString};

use crate::{parse_error, wrong_usage};

/// The arguments of a command that prints in a format.
pub(crate) struct Arguments {
    pub(crate) values: Vec<OsString>,
    pub(crate) format: Format,
}

impl Arguments {
    /// Reads the command line. Returns `None` if it asks for help.
    pub(crate) fn parse(
        mut parser: lexopt::Parser,
        usage: &str,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let with_usage = |error| parse_error(error, usage);
        let (mut values, mut format) = (Vec::new(), Format::Text);
        while let Some(argument) = parser.next().map_err(with_usage)? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("format") => {
                    let value = parser.value().map_err(with_usage)?;
                    format = Format::parse(&value).map_err(|error| wrong_usage(error, usage))?;
                }
                Value(value) => values.push(value),
                other => return Err(with_usage(other.unexpected())),
            }
        }
        Ok(Some(Self { values, format }))
    }
}

/// A format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For a terminal of 80 columns.
    Text,
    Json,
    Markdown,
}

impl Format {
    /// Reads the value of `--format`.
    fn parse(value: &OsStr) -> Result<Self, String> {
        match value.to_str() {
            Some("text") => Ok(Self::Text),
            Some("json") => Ok(Self::Json),
            Some("markdown") => Ok(Self::Markdown),
            _ => {
                let value = value.display();
                Err(format!(
                    "`--format` takes text, json or markdown, not `{value}`"
                ))
            }
        }
    }
}
