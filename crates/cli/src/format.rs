//! The formats in which a command can print.

use std::ffi::OsStr;

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
    pub(crate) fn parse(value: &OsStr) -> Result<Self, String> {
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
