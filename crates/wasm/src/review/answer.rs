//! Answers and errors, as JSON.

use serde::Serialize;
pub(super) use socialgraph_analysis::review::InputError;

/// Returns an answer, or the error, as JSON.
pub(super) fn json(answer: Result<impl Serialize, InputError>) -> String {
    #[derive(Serialize)]
    struct Failed {
        error: InputError,
    }

    let text = match answer {
        Ok(answer) => serde_json::to_string(&answer),
        Err(error) => serde_json::to_string(&Failed { error }),
    };
    // No answer has a key that is no text, and no implementation of ours fails.
    text.unwrap_or_else(|error| format!(r#"{{"error":{{"message":"{error}"}}}}"#))
}
