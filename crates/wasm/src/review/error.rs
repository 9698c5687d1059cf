//! Errors as the page shows them.

use serde::Serialize;
use socialgraph_analysis::review::StateError;

/// What is wrong with an input.
#[derive(Debug, Serialize)]
pub(super) struct Error {
    message: String,
    /// The line of the story or of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// The character of the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Error {
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

    /// Returns an error at a character of a line.
    pub(super) fn at(message: impl ToString, line: usize, column: usize) -> Self {
        Self {
            line: Some(line),
            column: Some(column),
            ..Self::new(message)
        }
    }
}

impl From<StateError> for Error {
    fn from(error: StateError) -> Self {
        Self {
            line: error.line(),
            column: error.column(),
            ..Self::new(error.message())
        }
    }
}

/// Returns an answer, or the error, as JSON.
pub(super) fn json(answer: Result<impl Serialize, Error>) -> String {
    #[derive(Serialize)]
    struct Failed {
        error: Error,
    }

    let text = match answer {
        Ok(answer) => serde_json::to_string(&answer),
        Err(error) => serde_json::to_string(&Failed { error }),
    };
    // No answer has a key that is no text, and no implementation of ours fails.
    text.unwrap_or_else(|error| format!(r#"{{"error":{{"message":"{error}"}}}}"#))
}
