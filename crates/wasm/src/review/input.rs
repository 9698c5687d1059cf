//! Reads the arguments of the page.

use serde::de::DeserializeOwned;
use socialgraph_analysis::review::read_policy;
use socialgraph_analysis::story::PolicyText;

use super::error::Error;

/// Reads JSON.
pub(super) fn read<T: DeserializeOwned>(input: &str) -> Result<T, Error> {
    serde_json::from_str(input)
        .map_err(|error| Error::new(format!("not what the page passes: {error}")))
}

/// Reads a policy on one line.
pub(super) fn policy(text: &str) -> Result<PolicyText, Error> {
    Ok(read_policy(text)?)
}

/// Reads a policy on one line that is all of the input.
pub(super) fn policy_text(input: &str) -> Result<PolicyText, Error> {
    policy(&read::<String>(input)?)
}
