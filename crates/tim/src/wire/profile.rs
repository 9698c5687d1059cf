//! `v4/profile/*`: profiles, of which the rules read two fields.

use serde::{Deserialize, Serialize};

use super::{BareResponse, Envelope, TagItem, request};

/// `portrait_set`: sets fields of a profile (document 1047/34916).
///
/// The rules read two of them: whose friend requests a user takes, and whether an admin has
/// barred the user from sending any. The others are kept and given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortraitSet {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The fields: at least one; all of them change, or none does.
    pub profile_item: Vec<TagItem>,
}
request!(PortraitSet => BareResponse);

/// `portrait_get`: chosen fields of profiles (document 1047/34917).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortraitGet {
    /// Whose: 1 to 1000 accounts; the vendor advises 100.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The fields: at least one tag.
    pub tag_list: Vec<String>,
}
request!(PortraitGet => PortraitGetResponse);

/// The fields of one profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserProfileItem {
    /// Whose.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The fields that are set, in the order asked for; `None` where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_item: Option<Vec<TagItem>>,
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
}

/// The response to [`PortraitGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortraitGetResponse {
    /// Each profile, in the order named.
    pub user_profile_item: Vec<UserProfileItem>,
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
