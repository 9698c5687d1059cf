//! The formats in which a command can print.

use clap::ValueEnum;

use crate::document::Document;
use crate::terminal::styled;
use crate::{CommandResult, print_text};

/// A format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal of 80 columns
    Text,
    /// For programs
    Json,
    /// For documents
    Markdown,
}

impl Format {
    /// Prints a document, or JSON of the same content.
    pub(crate) fn print(
        self,
        document: impl FnOnce() -> Document,
        json: impl FnOnce() -> String,
    ) -> CommandResult {
        match self {
            Self::Text => print_text(&styled(document().to_text().trim_end())),
            Self::Markdown => print_text(document().to_markdown().trim_end()),
            Self::Json => print_text(json().trim_end()),
        }
    }
}
