//! Callbacks: the webhooks that a host sends to its app's URL.

use serde::{Deserialize, Serialize};

use super::envelope::ResultItem;
use super::friend_item::{AddFriendItem, AddType, ResponseFriendItem};
use super::lenient::{optional, or_default};

/// A message from the host to its app about a change, after it or before it.
///
/// ```
/// use socialgraph_tim::wire::{AccountPair, Callback};
///
/// let pair = AccountPair { from_account: "id".into(), to_account: "id1".into() };
/// let callback = Callback::BlackListDelete { pair_list: vec![pair] };
/// let json = r#"{"CallbackCommand":"Sns.CallbackBlackListDelete","PairList":[{"From_Account":"id","To_Account":"id1"}]}"#;
/// assert_eq!(serde_json::to_string(&callback)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "CallbackCommand")]
pub enum Callback {
    /// Friends have been added (document 1047/34359).
    #[serde(rename = "Sns.CallbackFriendAdd")]
    FriendAdd {
        /// The new entries of friend lists.
        #[serde(rename = "PairList")]
        pair_list: Vec<AddedPair>,
        /// The command that added them.
        #[serde(rename = "ClientCmd")]
        client_cmd: String,
        /// The admin who added them; empty if a user did.
        #[serde(rename = "Admin_Account")]
        admin_account: String,
        /// 1 if an admin added them without consent, otherwise 0.
        #[serde(rename = "ForceFlag")]
        force_flag: u32,
    },
    /// Friends have been removed (document 1047/34360).
    #[serde(rename = "Sns.CallbackFriendDelete")]
    FriendDelete {
        /// The removed entries of friend lists.
        #[serde(rename = "PairList")]
        pair_list: Vec<AccountPair>,
    },
    /// Accounts have been blocked (document 1047/34361).
    #[serde(rename = "Sns.CallbackBlackListAdd")]
    BlackListAdd {
        /// The new entries of blocklists.
        #[serde(rename = "PairList")]
        pair_list: Vec<AccountPair>,
    },
    /// Accounts have been unblocked (document 1047/34362).
    #[serde(rename = "Sns.CallbackBlackListDelete")]
    BlackListDelete {
        /// The removed entries of blocklists.
        #[serde(rename = "PairList")]
        pair_list: Vec<AccountPair>,
    },
    /// A user is about to send friend requests, which the app may deny (document 1047/43468).
    #[serde(rename = "Sns.CallbackPrevFriendAdd")]
    PrevFriendAdd(PrevFriendAdd),
    /// A user is about to answer friend requests, which the app may deny (document 1047/43467).
    #[serde(rename = "Sns.CallbackPrevFriendResponse")]
    PrevFriendResponse(PrevFriendResponse),
}

/// Callbacks as texts with their JSON, for formats that cannot read a type tagged by a field.
pub(crate) mod as_texts {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Callback;

    pub(crate) fn serialize<S: Serializer>(
        callbacks: &[Callback],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut texts = Vec::with_capacity(callbacks.len());
        for callback in callbacks {
            texts.push(serde_json::to_string(callback).map_err(S::Error::custom)?);
        }
        texts.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Callback>, D::Error> {
        let mut callbacks = Vec::new();
        for text in Vec::<String>::deserialize(deserializer)? {
            callbacks.push(serde_json::from_str(&text).map_err(D::Error::custom)?);
        }
        Ok(callbacks)
    }
}

impl Callback {
    /// Returns the name of the callback in its URL.
    #[must_use]
    pub const fn command(&self) -> &'static str {
        match self {
            Self::FriendAdd { .. } => "Sns.CallbackFriendAdd",
            Self::FriendDelete { .. } => "Sns.CallbackFriendDelete",
            Self::BlackListAdd { .. } => "Sns.CallbackBlackListAdd",
            Self::BlackListDelete { .. } => "Sns.CallbackBlackListDelete",
            Self::PrevFriendAdd(_) => "Sns.CallbackPrevFriendAdd",
            Self::PrevFriendResponse(_) => "Sns.CallbackPrevFriendResponse",
        }
    }

    /// Returns the query string of the callback's URL.
    ///
    /// `platform` is one of `RESTAPI`, `Web`, `Android`, `iOS`, `Windows`, `Mac`, `IPad` and
    /// `Unknown`.
    ///
    /// ```
    /// use socialgraph_tim::wire::Callback;
    ///
    /// let callback = Callback::BlackListAdd { pair_list: Vec::new() };
    /// assert_eq!(
    ///     callback.query(1_400_000_000, "127.0.0.1", "RESTAPI"),
    ///     "SdkAppid=1400000000&CallbackCommand=Sns.CallbackBlackListAdd&contenttype=json\
    ///      &ClientIP=127.0.0.1&OptPlatform=RESTAPI",
    /// );
    /// ```
    #[must_use]
    pub fn query(&self, sdkappid: u64, client_ip: &str, platform: &str) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("SdkAppid", &sdkappid.to_string())
            .append_pair("CallbackCommand", self.command())
            .append_pair("contenttype", "json")
            .append_pair("ClientIP", client_ip)
            .append_pair("OptPlatform", platform)
            .finish()
    }
}

/// An entry of a friend list or a blocklist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountPair {
    /// The owner of the list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The account on the list.
    #[serde(rename = "To_Account")]
    pub to_account: String,
}

/// A new entry of a friend list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddedPair {
    /// The owner of the list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The account on the list.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The account that asked first.
    #[serde(rename = "Initiator_Account")]
    pub initiator_account: String,
}

/// A user's `friend_add`, before it is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrevFriendAdd {
    /// The caller.
    #[serde(rename = "Requester_Account")]
    pub requester_account: String,
    /// The requesting account.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The accounts to add.
    pub friend_item: Vec<AddFriendItem>,
    /// The friend lists to add to.
    pub add_type: AddType,
    /// 1 to add friends without their consent, otherwise 0.
    pub force_add_flags: u32,
    /// The time, in milliseconds since 1970.
    pub event_time: u64,
}

/// A user's `friend_response`, before it is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrevFriendResponse {
    /// The caller.
    #[serde(rename = "Requester_Account")]
    pub requester_account: String,
    /// The account that answers.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The answers.
    pub response_friend_item: Vec<ResponseFriendItem>,
    /// The time, in milliseconds since 1970.
    pub event_time: u64,
}

/// The app's reply to a callback.
///
/// Before a change, it denies each item with a code other than 0. After a change, it is
/// ignored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CallbackReply {
    /// The app's verdicts. An item without a verdict is allowed.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub result_item: Vec<ResultItem>,
    /// `OK`.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub action_status: Option<String>,
    /// 0.
    #[serde(default)]
    pub error_code: u32,
    /// Empty.
    #[serde(default, deserialize_with = "or_default")]
    pub error_info: String,
}
