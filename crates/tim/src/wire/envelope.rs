//! What every response carries.

use serde::{Deserialize, Serialize};

/// Whether a request was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ActionStatus {
    /// It was, though items of it may have failed.
    Ok,
    /// It was not, and nothing has changed.
    Fail,
}

/// The fields that every response carries (section "response" of REST API Overview).
///
/// ```
/// use socialgraph_tim::wire::Envelope;
///
/// let ok = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;
/// let envelope: Envelope = serde_json::from_str(ok)?;
/// assert!(envelope.is_ok());
/// assert_eq!(serde_json::to_string(&envelope)?, ok);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    /// Whether the request was carried out.
    pub action_status: ActionStatus,
    /// 0, or what kept it from being carried out.
    pub error_code: u32,
    /// The text to the code; empty on success.
    pub error_info: String,
    /// A text for people, which is always empty; some services leave the field out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_display: Option<String>,
}

impl Envelope {
    /// Returns whether the request was carried out.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.action_status == ActionStatus::Ok
    }
}

/// A response without a field of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BareResponse {
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// What became of one account that a request named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResultItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
}

/// What became of each account that a request named, in the order named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchResponse {
    /// What became of each.
    pub result_item: Vec<ResultItem>,
    /// The accounts whose code is not 0; left out where there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether the request was carried out; items that failed do not make it fail.
    #[serde(flatten)]
    pub envelope: Envelope,
}
