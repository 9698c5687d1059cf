//! `v4/sns/friend_*` that ask about friend lists.

use serde::{Deserialize, Serialize};

use super::{Envelope, TagItem, request};

/// Whose friend lists a check asks about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FriendCheckType {
    /// `From_Account`'s alone.
    #[default]
    #[serde(rename = "CheckResult_Type_Single")]
    Single,
    /// Both accounts'.
    #[serde(rename = "CheckResult_Type_Both")]
    Both,
}

/// Who lists whom as a friend; A is `From_Account`, B is `To_Account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FriendRelation {
    /// A does not list B, and, where both lists were asked about, nor does B list A.
    #[serde(rename = "CheckResult_Type_NoRelation")]
    NoRelation,
    /// A lists B.
    #[serde(rename = "CheckResult_Type_AWithB")]
    AWithB,
    /// B lists A.
    #[serde(rename = "CheckResult_Type_BWithA")]
    BWithA,
    /// Each lists the other.
    #[serde(rename = "CheckResult_Type_BothWay")]
    BothWay,
}

/// `friend_check`: who lists whom as a friend (document 1047/34907).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendCheck {
    /// A.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// B, each in turn: 1 to 1000 accounts.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// Whose lists are asked about.
    pub check_type: FriendCheckType,
}
request!(FriendCheck => FriendCheckResponse);

/// What [`FriendCheck`] found for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendCheckItem {
    /// B.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// Who lists whom; [`FriendRelation::NoRelation`] where the check failed.
    pub relation: FriendRelation,
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
}

/// The response to [`FriendCheck`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendCheckResponse {
    /// What was found for each account, in the order named.
    pub info_item: Vec<FriendCheckItem>,
    /// The accounts whose code is not 0; left out where there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `friend_get`: a page of a friend list with what is noted there (document 1047/34908).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGet {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 0, or the [`next_start_index`](FriendGetResponse::next_start_index) of the page before.
    pub start_index: u32,
    /// The sequence of the standard fields last seen: where it is still the same, the first
    /// page leaves them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_sequence: Option<u64>,
    /// The sequence of the custom fields last seen, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_sequence: Option<u64>,
}
request!(FriendGet => FriendGetResponse);

/// One friend, with what is noted of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserDataItem {
    /// The friend.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// What is noted; a field that is not set is left out.
    #[serde(default)]
    pub value_item: Vec<TagItem>,
}

/// The response to [`FriendGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGetResponse {
    /// The friends of this page.
    #[serde(default)]
    pub user_data_item: Vec<UserDataItem>,
    /// The sequence of the standard fields, which grows with every change.
    pub standard_sequence: u64,
    /// The sequence of the custom fields, likewise.
    pub custom_sequence: u64,
    /// How many friends there are in all.
    pub friend_num: u32,
    /// Not 0 on the last page.
    pub complete_flag: u32,
    /// Where the next page starts, 0 after the last. It is to be handed back, not computed with.
    pub next_start_index: u32,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `friend_get_list`: chosen fields of chosen friends (document 1047/34910).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGetList {
    /// Whose friends.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Which: 1 to 1000 accounts; the vendor advises 100.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The fields: at least one tag, of the friend list or of profiles.
    pub tag_list: Vec<String>,
}
request!(FriendGetList => FriendGetListResponse);

/// The fields of one friend.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendInfoItem {
    /// The friend.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The fields that are set, in the order asked for; `None` where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sns_profile_item: Option<Vec<TagItem>>,
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
}

/// The response to [`FriendGetList`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGetListResponse {
    /// The fields of each account, in the order named.
    pub info_item: Vec<FriendInfoItem>,
    /// The accounts whose code is not 0; left out where there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}
