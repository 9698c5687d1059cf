//! What the page passes to a function.

use serde::de::DeserializeOwned;
use socialgraph_analysis::review::read_policy;
use socialgraph_analysis::story::PolicyText;

use super::error::Error;

/// Reads JSON.
pub(super) fn read<T: DeserializeOwned>(input: &str) -> Result<T, Error> {
    serde_json::from_str(input)
        .map_err(|error| Error::new(format!("not what the page passes: {error}")))
}

/// Returns a text that is passed as it is, or as a JSON string.
pub(super) fn text(input: &str) -> String {
    serde_json::from_str(input).unwrap_or_else(|_| input.to_owned())
}

/// Reads a policy on one line.
pub(super) fn policy(text: &str) -> Result<PolicyText, Error> {
    Ok(read_policy(text)?)
}
