//! Reads the arguments of the page.

use serde::de::DeserializeOwned;
use socialgraph_analysis::review::read_policy;
use socialgraph_analysis::story::PolicyText;

use super::answer::InputError;

/// Reads JSON.
pub(super) fn read<T: DeserializeOwned>(input: &str) -> Result<T, InputError> {
    serde_json::from_str(input)
        .map_err(|error| InputError::new(format!("not what the page passes: {error}")))
}

/// Reads a policy on one line that is all of the input.
pub(super) fn policy(input: &str) -> Result<PolicyText, InputError> {
    read_policy(&read::<String>(input)?)
}
