//! The fields and forms that responses share.

use serde::{Deserialize, Serialize};

use crate::Area;

/// Whether a request was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ActionStatus {
    /// The request was carried out. Items of it may have failed.
    Ok,
    /// The request was refused, and nothing has changed.
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
    /// The code of the failure, or 0.
    pub error_code: u32,
    /// The text of the code; empty on success.
    pub error_info: String,
    /// A text for people. It is always empty, and accounts and messages leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_display: Option<String>,
}

impl Envelope {
    /// Returns whether the request was carried out.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.action_status == ActionStatus::Ok
    }

    /// Returns the envelope of a response that was carried out.
    pub(crate) fn success(area: Area) -> Self {
        Self {
            action_status: ActionStatus::Ok,
            error_code: 0,
            error_info: String::new(),
            error_display: error_display(Some(area)),
        }
    }

    /// Returns the envelope of a failure in the form of an area.
    pub(crate) fn failure(area: Option<Area>, code: u32, info: &str) -> Self {
        Self {
            action_status: ActionStatus::Fail,
            error_code: code,
            error_info: info.to_owned(),
            error_display: error_display(area),
        }
    }
}

/// Returns the field that friend lists and profiles have, and accounts and messages lack.
fn error_display(area: Option<Area>) -> Option<String> {
    matches!(area, Some(Area::Sns | Area::Profile)).then(String::new)
}

/// A response that has only the envelope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BareResponse {
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// The result for one account of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResultItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
}

/// The result for each account of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchResponse {
    /// The results, in the order of the request.
    pub result_item: Vec<ResultItem>,
    /// The accounts whose code is not 0; left out if there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether the request was carried out. Items that failed do not make it fail.
    #[serde(flatten)]
    pub envelope: Envelope,
}
