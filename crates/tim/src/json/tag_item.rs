//! Tagged values: the form of the fields of profiles and friends.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The value of a tag: a text, a whole number, or texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum TagValue {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Texts, such as the names of groups.
    Texts(Vec<String>),
}

/// Unlike a derived one, this keeps no copy of a value while it looks for its kind.
impl<'de> Deserialize<'de> for TagValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TagValueVisitor)
    }
}

struct TagValueVisitor;

impl<'de> Visitor<'de> for TagValueVisitor {
    type Value = TagValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number or texts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TagValue, E> {
        Ok(TagValue::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<TagValue, E> {
        Ok(TagValue::Text(text))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<TagValue, E> {
        Ok(TagValue::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<TagValue, E> {
        let unexpected = || E::invalid_value(Unexpected::Unsigned(number), &self);
        let number = i64::try_from(number).map_err(|_| unexpected())?;
        Ok(TagValue::Number(number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, texts: A) -> Result<TagValue, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(texts)).map(TagValue::Texts)
    }
}

impl From<&str> for TagValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A tag and its value: one field of a profile or a friend.
///
/// ```
/// use socialgraph_tim::wire::{TagItem, tag};
///
/// let item = TagItem::new(tag::REMARK, "remark1");
/// let json = r#"{"Tag":"Tag_SNS_IM_Remark","Value":"remark1"}"#;
/// assert_eq!(serde_json::to_string(&item)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagItem {
    /// The tag.
    pub tag: String,
    /// Its value.
    pub value: TagValue,
}

impl TagItem {
    /// Returns a tag with its value.
    #[must_use]
    pub fn new(tag: &str, value: impl Into<TagValue>) -> Self {
        Self {
            tag: tag.to_owned(),
            value: value.into(),
        }
    }
}

/// The tags that the service interprets.
pub mod tag {
    /// The groups that a friend is in: texts.
    pub const GROUP: &str = "Tag_SNS_IM_Group";
    /// A user's own name for a friend: at most 96 bytes.
    pub const REMARK: &str = "Tag_SNS_IM_Remark";
    /// The source of a friendship: `AddSource_Type_` and at most 8 letters.
    pub const ADD_SOURCE: &str = "Tag_SNS_IM_AddSource";
    /// The message of the friend request: at most 256 bytes.
    pub const ADD_WORDING: &str = "Tag_SNS_IM_AddWording";
    /// The time at which a friend was added, in seconds since 1970.
    pub const ADD_TIME: &str = "Tag_SNS_IM_AddTime";
    /// The prefix of a friend's custom fields; at most 8 letters follow.
    pub const CUSTOM_FRIEND: &str = "Tag_SNS_Custom_";
    /// The friend requests that a user takes: [`ALLOW_ANY`], [`NEED_CONFIRM`] or [`DENY_ANY`].
    pub const ALLOW_TYPE: &str = "Tag_Profile_IM_AllowType";
    /// Whether a user may send friend requests: [`FORBID_NONE`] or [`FORBID_SEND_OUT`].
    pub const ADMIN_FORBID_TYPE: &str = "Tag_Profile_IM_AdminForbidType";
    /// The name that others see.
    pub const NICK: &str = "Tag_Profile_IM_Nick";
    /// The address of a user's picture.
    pub const IMAGE: &str = "Tag_Profile_IM_Image";
    /// The prefix of the vendor's profile fields.
    pub const PROFILE: &str = "Tag_Profile_IM_";
    /// The prefix of an app's own profile fields.
    pub const CUSTOM_PROFILE: &str = "Tag_Profile_Custom_";

    /// Friend requests are accepted at once.
    pub const ALLOW_ANY: &str = "AllowType_Type_AllowAny";
    /// Friend requests wait for an answer.
    pub const NEED_CONFIRM: &str = "AllowType_Type_NeedConfirm";
    /// Friend requests are refused.
    pub const DENY_ANY: &str = "AllowType_Type_DenyAny";
    /// A user may send friend requests.
    pub const FORBID_NONE: &str = "AdminForbid_Type_None";
    /// A user may not send friend requests.
    pub const FORBID_SEND_OUT: &str = "AdminForbid_Type_SendOut";
}
