//! What is wrong with an input of the page.

use std::fmt;

use serde::Serialize;

/// A state, a policy or a file that the page cannot read or has no room for.
///
/// ```
/// use socialgraph_analysis::review::InputError;
///
/// let error = InputError::at("`bloks` is no verb", 2, 5);
/// assert_eq!(error.to_string(), "line 2, column 5: `bloks` is no verb");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputError {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl InputError {
    /// Returns an error without a place.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that it is a function from errors for `map_err`"
    )]
    #[must_use]
    pub fn new(message: impl ToString) -> Self {
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

    /// Returns an error at a character of a line, both from 1.
    #[must_use]
    pub fn at(message: impl ToString, line: usize, column: usize) -> Self {
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

    /// Returns the line of the story or of the file that is wrong, from 1.
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

impl fmt::Display for InputError {
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

impl std::error::Error for InputError {}
