//! `v4/openim/sendmsg`: whether a message may be sent.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::lenient::{optional, or_default};
use super::{Envelope, request};
use socialgraph::Decision;

/// JSON that the service does not look into, such as the body of a message.
///
/// ```
/// use socialgraph_tim::wire::Json;
///
/// let text = r#"{"MsgType":"TIMTextElem"}"#;
/// let json: Json = serde_json::from_str(text)?;
/// assert_eq!(json.to_string(), text);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(serde_json::Value);

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `sendmsg`: asks to send a message to one account (document 1047/34919).
///
/// An admin's is not checked; a user's own is. Nothing is delivered: that is the host's part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SendMessage {
    /// 1 if the sender's other devices are to see it, 2 if not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_other_machine: Option<i64>,
    /// The sender; whoever calls where it is left out.
    #[serde(
        rename = "From_Account",
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub from_account: Option<String>,
    /// The receiver: required, a text.
    #[serde(
        rename = "To_Account",
        default,
        deserialize_with = "text_alone",
        skip_serializing_if = "Option::is_none"
    )]
    pub to_account: Option<String>,
    /// How long it is kept, in seconds: at most 604800.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_life_time: Option<i64>,
    /// A number of the sender's that orders its messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_seq: Option<i64>,
    /// A random number that tells messages of one second apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_random: Option<i64>,
    /// When it was written, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_time_stamp: Option<i64>,
    /// The webhooks that this message does without.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub forbid_callback_control: Vec<String>,
    /// How this message counts in lists.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub send_msg_control: Vec<String>,
    /// What it says.
    pub msg_body: Vec<Json>,
    /// What the app attaches.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub cloud_custom_data: Option<String>,
    /// How it is pushed to those who are offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_push_info: Option<Json>,
}
request!(SendMessage => SendMessageResponse);

/// Reads anything but a text like a field that is not there, which has a code of its own.
fn text_alone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

/// The response to [`SendMessage`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SendMessageResponse {
    /// When it was sent, in seconds since 1970.
    pub msg_time: u64,
    /// Its name: sequence, random number and time.
    pub msg_key: String,
    /// What the engine decided of a user's own message, for the host alone: one that is
    /// refused silently is answered like one that is sent. `None` for an admin's, which is
    /// not checked.
    #[serde(skip)]
    pub decision: Option<Decision>,
    /// Whether it was carried out, as far as the sender may know.
    #[serde(flatten)]
    pub envelope: Envelope,
}
