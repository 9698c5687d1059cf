//! Webhooks: what a host sends to its app's URL when something happens.

use serde::{Deserialize, Serialize};

use super::lenient::{optional, or_default};
use super::{AddFriendItem, AddType, ResponseFriendItem, ResultItem};

/// What a host sends to its app when something has happened, or before it does.
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
        /// Who lists whom from now on.
        #[serde(rename = "PairList")]
        pair_list: Vec<AddedPair>,
        /// The command that did it.
        #[serde(rename = "ClientCmd")]
        client_cmd: String,
        /// The admin who did it; empty where a user did.
        #[serde(rename = "Admin_Account")]
        admin_account: String,
        /// 1 where an admin asked nobody, otherwise 0.
        #[serde(rename = "ForceFlag")]
        force_flag: u32,
    },
    /// Friends have been removed (document 1047/34360).
    #[serde(rename = "Sns.CallbackFriendDelete")]
    FriendDelete {
        /// Who lists whom no more.
        #[serde(rename = "PairList")]
        pair_list: Vec<AccountPair>,
    },
    /// Accounts have been blocked (document 1047/34361).
    #[serde(rename = "Sns.CallbackBlackListAdd")]
    BlackListAdd {
        /// Who blocks whom from now on.
        #[serde(rename = "PairList")]
        pair_list: Vec<AccountPair>,
    },
    /// Accounts have been unblocked (document 1047/34362).
    #[serde(rename = "Sns.CallbackBlackListDelete")]
    BlackListDelete {
        /// Who blocks whom no more.
        #[serde(rename = "PairList")]
        pair_list: Vec<AccountPair>,
    },
    /// A user is about to ask for friendship; the app may deny it (document 1047/43468).
    #[serde(rename = "Sns.CallbackPrevFriendAdd")]
    PrevFriendAdd(PrevFriendAdd),
    /// A user is about to answer friend requests; the app may deny it (document 1047/43467).
    #[serde(rename = "Sns.CallbackPrevFriendResponse")]
    PrevFriendResponse(PrevFriendResponse),
}

impl Callback {
    /// Returns the name of the callback, as in its URL.
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

    /// Returns the query string that it is sent with.
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

/// One account and another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountPair {
    /// Whose list it is.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Who is on it, or was.
    #[serde(rename = "To_Account")]
    pub to_account: String,
}

/// One account and the friend that it now lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddedPair {
    /// Whose list it is.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Who is on it.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// Which of the two asked first.
    #[serde(rename = "Initiator_Account")]
    pub initiator_account: String,
}

/// A user's request for friendship, before it is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrevFriendAdd {
    /// Who calls.
    #[serde(rename = "Requester_Account")]
    pub requester_account: String,
    /// Who asks.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Whom.
    pub friend_item: Vec<AddFriendItem>,
    /// On whose friend lists.
    pub add_type: AddType,
    /// 1 where nobody is asked, otherwise 0.
    pub force_add_flags: u32,
    /// When, in milliseconds since 1970.
    pub event_time: u64,
}

/// A user's answers to friend requests, before they are carried out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrevFriendResponse {
    /// Who calls.
    #[serde(rename = "Requester_Account")]
    pub requester_account: String,
    /// Who answers.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The answers.
    pub response_friend_item: Vec<ResponseFriendItem>,
    /// When, in milliseconds since 1970.
    pub event_time: u64,
}

/// What an app replies to a callback.
///
/// The reply to a callback that tells of something done is not looked at. To one that comes
/// before, each item with a code other than 0 is denied.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CallbackReply {
    /// The app's verdict on each item; an item that is not named is allowed.
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
