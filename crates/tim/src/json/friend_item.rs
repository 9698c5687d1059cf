//! The items of `friend_*` requests, which callbacks repeat.

use serde::{Deserialize, Serialize};

use super::lenient::{optional, or_default};
use super::tag_item::TagItem;

/// The friend lists that a `friend_add` adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AddType {
    /// The requesting account's list alone, without a friend request.
    #[serde(rename = "Add_Type_Single")]
    Single,
    /// Both accounts' lists.
    #[serde(rename = "Add_Type_Both")]
    Both,
}

/// One account that is asked for friendship.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddFriendItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The requesting account's own name for it: at most 96 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub remark: Option<String>,
    /// The requesting account's group that it joins.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub group_name: Option<String>,
    /// The source of the friendship: required, `AddSource_Type_` and 1 to 8 letters.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_source: Option<String>,
    /// The message of the friend request: at most 256 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_wording: Option<String>,
}

/// One friend to import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportFriendItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The importing account's own name for it: at most 96 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub remark: Option<String>,
    /// The time of the remark, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark_time: Option<u64>,
    /// The groups that it joins.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub group_name: Vec<String>,
    /// The source of the friendship: required, `AddSource_Type_` and 1 to 8 letters.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_source: Option<String>,
    /// The message of the friend request: at most 256 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_wording: Option<String>,
    /// The time at which it was added, in seconds since 1970; now if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_time: Option<u64>,
    /// Custom fields of the app: `Tag_SNS_Custom_` and at most 8 letters.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub custom_item: Vec<TagItem>,
}

/// The answer to a friend request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResponseAction {
    /// Accepts, and each account lists the other.
    #[serde(rename = "Response_Action_AgreeAndAdd")]
    AgreeAndAdd,
    /// Accepts, and only the requesting account lists the other.
    #[serde(rename = "Response_Action_Agree")]
    Agree,
    /// Declines.
    #[serde(rename = "Response_Action_Reject")]
    Reject,
}

/// The answer to one account's friend request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseFriendItem {
    /// The account that sent the request.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The answering account's own name for it: at most 96 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub remark: Option<String>,
    /// The answering account's group that it joins.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub tag_name: Option<String>,
    /// The answer.
    pub response_action: ResponseAction,
}
