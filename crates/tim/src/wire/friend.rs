//! `v4/sns/friend_*` that change friend lists.

use serde::{Deserialize, Serialize};

use super::lenient::{optional, or_default};
use super::{BareResponse, BatchResponse, TagItem, request};

/// Whether friendship is asked for on one friend list or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AddType {
    /// The asking account's alone, without a request.
    #[serde(rename = "Add_Type_Single")]
    Single,
    /// Both.
    #[serde(rename = "Add_Type_Both")]
    Both,
}

/// Whether friendship ends on one friend list or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeleteType {
    /// The asking account's alone.
    #[serde(rename = "Delete_Type_Single")]
    Single,
    /// Both.
    #[serde(rename = "Delete_Type_Both")]
    Both,
}

/// `friend_add`: asks accounts for friendship, or makes friends (document 1047/34902).
///
/// ```
/// use socialgraph_tim::wire::{AddFriendItem, FriendAdd};
///
/// let request = FriendAdd {
///     from_account: "id".into(),
///     add_friend_item: vec![AddFriendItem {
///         to_account: "id1".into(),
///         add_source: Some("AddSource_Type_XXXXXXXX".into()),
///         ..AddFriendItem::default()
///     }],
///     ..FriendAdd::default()
/// };
/// assert_eq!(
///     serde_json::to_string(&request)?,
///     r#"{"From_Account":"id","AddFriendItem":[{"To_Account":"id1","AddSource":"AddSource_Type_XXXXXXXX"}]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendAdd {
    /// Who asks.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Whom: 1 to 1000 accounts.
    pub add_friend_item: Vec<AddFriendItem>,
    /// On whose friend lists; [`AddType::Both`] where it is left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_type: Option<AddType>,
    /// 1 for an admin's act that asks nobody, 0 or left out for a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_add_flags: Option<u32>,
}
request!(FriendAdd => BatchResponse);

/// One account that is asked for friendship.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddFriendItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// What the asking account calls it: at most 96 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub remark: Option<String>,
    /// The asking account's friend list that it goes on.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub group_name: Option<String>,
    /// Where it was found: required, `AddSource_Type_` and 1 to 8 letters.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_source: Option<String>,
    /// What is said in asking: at most 256 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_wording: Option<String>,
}

/// `friend_import`: puts one-way friends on a friend list, unasked (document 1047/34903).
///
/// For admins alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendImport {
    /// Whose friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The friends: 1 to 1000 accounts.
    pub add_friend_item: Vec<ImportFriendItem>,
}
request!(FriendImport => BatchResponse);

/// One friend who is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportFriendItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// What the importing account calls it: at most 96 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub remark: Option<String>,
    /// When the remark was written, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark_time: Option<u64>,
    /// The friend lists that it goes on.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub group_name: Vec<String>,
    /// Where it was found: required, `AddSource_Type_` and 1 to 8 letters.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_source: Option<String>,
    /// What was said in asking: at most 256 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_wording: Option<String>,
    /// When it was added, in seconds since 1970; now where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_time: Option<u64>,
    /// Fields of the app's own: `Tag_SNS_Custom_` and at most 8 letters.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub custom_item: Vec<TagItem>,
}

/// `friend_update`: changes what a user noted of friends (document 1047/34904).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendUpdate {
    /// Whose friends.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The friends: 1 to 1000 accounts.
    pub update_item: Vec<UpdateItem>,
}
request!(FriendUpdate => BatchResponse);

/// What changes of one friend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateItem {
    /// The friend.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// Remark, friend lists and custom fields; all of them change, or none does.
    pub sns_item: Vec<TagItem>,
}

/// `friend_delete`: ends friendships (document 1047/34905).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendDelete {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// With whom: 1 to 1000 accounts.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// On whose friend lists; [`DeleteType::Single`] where it is left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub delete_type: Option<DeleteType>,
}
request!(FriendDelete => BatchResponse);

/// `friend_delete_all`: empties a friend list (document 1047/34906).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendDeleteAll {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// On whose friend lists; [`DeleteType::Single`] where it is left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub delete_type: Option<DeleteType>,
}
request!(FriendDeleteAll => BareResponse);

/// What is answered to a friend request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResponseAction {
    /// Yes, and each lists the other.
    #[serde(rename = "Response_Action_AgreeAndAdd")]
    AgreeAndAdd,
    /// Yes, and the one who asked lists the one who answers.
    #[serde(rename = "Response_Action_Agree")]
    Agree,
    /// No.
    #[serde(rename = "Response_Action_Reject")]
    Reject,
}

/// `friend_response`: answers friend requests.
///
/// No page of the REST API has it: the vendor's first Web SDK sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendResponse {
    /// Who answers.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The answers: 1 to 1000 accounts.
    pub response_friend_item: Vec<ResponseFriendItem>,
}
request!(FriendResponse => BatchResponse);

/// The answer to one friend request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseFriendItem {
    /// Who asked.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// What the answering account calls the one who asked: at most 96 bytes.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub remark: Option<String>,
    /// The answering account's friend list that the one who asked goes on.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub tag_name: Option<String>,
    /// The answer.
    pub response_action: ResponseAction,
}
