//! What is wrong with a state.

use std::fmt;

/// A state that the page does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError {
    message: String,
    line: Option<usize>,
    column: Option<usize>,
}

impl StateError {
    /// Returns an error without a place.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that it is a function from errors for `map_err`"
    )]
    pub(super) fn new(message: impl ToString) -> Self {
        Self {
            message: message.to_string(),
            line: None,
            column: None,
        }
    }

    /// Returns an error at a line.
    pub(super) fn at_line(message: impl ToString, line: usize) -> Self {
        Self {
            line: Some(line),
            ..Self::new(message)
        }
    }

    /// Returns an error at a character of a line.
    pub(super) fn at(message: impl ToString, line: usize, column: usize) -> Self {
        Self {
            column: Some(column),
            ..Self::at_line(message, line)
        }
    }

    /// Returns the error without its place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the line of the state's story that is wrong, from 1.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// Returns the first character of the line that is wrong, from 1.
    #[must_use]
    pub const fn column(&self) -> Option<usize> {
        self.column
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}")?;
            if let Some(column) = self.column {
                write!(f, ", column {column}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for StateError {}
