//! `v4/sns/group_*`: friend lists by name, which the wire calls groups.

use serde::{Deserialize, Serialize};

use super::lenient::{optional, or_default};
use super::{Envelope, ResultItem, request};

/// `group_add`: makes friend lists, and puts friends on them (document 269/10107).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupAdd {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The lists: 1 to 32 names of 1 to 30 bytes.
    pub group_name: Vec<String>,
    /// The friends who go on each of them: at most 1000.
    #[serde(
        rename = "To_Account",
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub to_account: Vec<String>,
}
request!(GroupAdd => GroupAddResponse);

/// The response to [`GroupAdd`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupAddResponse {
    /// What became of each friend; left out where none was named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub result_item: Vec<ResultItem>,
    /// The accounts whose code is not 0; left out where there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// The sequence of the friend lists, which grows with every change.
    pub current_sequence: u64,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `group_delete`: removes friend lists, and no friend (document 269/10108).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupDelete {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The lists: at least one name.
    pub group_name: Vec<String>,
}
request!(GroupDelete => GroupDeleteResponse);

/// The response to [`GroupDelete`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupDeleteResponse {
    /// The sequence of the friend lists, which grows with every change.
    pub current_sequence: u64,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// Whether [`GroupGet`] names the friends on each list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NeedFriend {
    /// It does.
    #[serde(rename = "Need_Friend_Type_Yes")]
    Yes,
    /// It does not.
    #[serde(rename = "Need_Friend_Type_No")]
    No,
}

/// `group_get`: friend lists, with or without the friends on them (document 1047/40123).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupGet {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Whether to name the friends; [`NeedFriend::No`] where it is left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub need_friend: Option<NeedFriend>,
    /// The sequence last seen, 0 at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sequence: Option<u64>,
    /// Which lists; all of them where none is named.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub group_name: Vec<String>,
}
request!(GroupGet => GroupGetResponse);

/// One friend list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupItem {
    /// Its name.
    pub group_name: String,
    /// How many friends are on it.
    pub friend_number: u32,
    /// The friends on it, where they were asked for.
    #[serde(
        rename = "To_Account",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub to_account: Option<Vec<String>>,
}

/// The response to [`GroupGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupGetResponse {
    /// The lists.
    #[serde(default)]
    pub result_item: Vec<GroupItem>,
    /// The sequence of the friend lists, which grows with every change.
    pub current_sequence: u64,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}
