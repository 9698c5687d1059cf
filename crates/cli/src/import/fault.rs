//! What can be wrong with a file from elsewhere, or with one line of it.

use std::str::Utf8Error;

use socialgraph_analysis::story::StoryError;

use crate::text::{escaped, shortened};

/// The reason why a file gives no operations.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum ReadError {
    /// The whole file is of a kind that cannot be read, or the arguments do not suit it.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A line of a story is no sentence.
    #[error("{}", escaped(.0))]
    Story(#[from] StoryError),
}

/// A malformed line.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) fault: Fault,
}

/// The reason why a line is malformed.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the file is empty")]
    Empty,
    #[error("the row is not UTF-8: {0}")]
    NotUtf8(#[from] Utf8Error),
    #[error("a carriage return stands inside the row: lines end in LF or CRLF")]
    CarriageReturn,
    #[error("a quote is opened and not closed")]
    OpenQuote,
    #[error("a quote stands inside a field: quote the whole field, and double each quote in it")]
    InnerQuote,
    #[error("the row cannot be read: {0}")]
    NotCsv(String),
    #[error("the row has {found} field(s), and should have {expected}")]
    FieldCount { found: usize, expected: String },
    #[error("the header names no column for the rating, such as `rating`, `sign` or `weight`")]
    NoRating,
    #[error("the header names two columns for the {0}")]
    TwoColumns(&'static str),
    #[error("the rating `{}` is not a number other than 0", shortened(.0))]
    Rating(String),
    #[error("the time `{}` is not a number of seconds, nor an ISO 8601 time", shortened(.0))]
    Time(String),
    #[error("`{}` rates themselves", shortened(.0))]
    SelfRating(String),
    #[error("the name `{}` cannot be used: {error}", shortened(name))]
    Name {
        name: String,
        error: socialgraph::AddUserError,
    },
    #[error("`{}` is a domain, and blocks are between users", shortened(.0))]
    Domain(String),
    #[error("`{}` is no account address, such as `ben@example.social`", shortened(.0))]
    Address(String),
    #[error("the entry is not `{expected}`: {error}")]
    Entry {
        expected: &'static str,
        error: String,
    },
    #[error("{0}")]
    Json(String),
}

impl Fault {
    /// Returns the fault as that of a line.
    pub(crate) const fn at(self, line: usize) -> Malformed {
        Malformed { line, fault: self }
    }
}
