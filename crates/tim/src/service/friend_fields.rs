//! The fields of a friend: their limits, and how they are read from requests.

use std::sync::Arc;

use super::records::{Friend, MAX_CUSTOM_FIELDS, MAX_GROUPS};
use crate::cause::Cause;
use crate::json::friend_item::{AddFriendItem, ImportFriendItem, ResponseFriendItem};
use crate::json::tag_item::{TagItem, TagValue, tag};

/// The most bytes of a remark.
const MAX_REMARK_BYTES: usize = 96;

/// The most bytes of the message of a friend request.
const MAX_WORDING_BYTES: usize = 256;

/// The most bytes of the name of a group.
const MAX_GROUP_BYTES: usize = 30;

/// The prefix of a source.
const SOURCE_PREFIX: &str = "AddSource_Type_";

/// The most letters of a source or of a custom tag, after the prefix.
const MAX_LETTERS: usize = 8;

/// The most bytes of a text in a custom field or in a profile.
pub(crate) const MAX_VALUE_BYTES: usize = 500;

impl TryFrom<&AddFriendItem> for Friend {
    type Error = Cause;

    fn try_from(item: &AddFriendItem) -> Result<Self, Cause> {
        Ok(Self {
            source: Some(parse_source(item.add_source.as_deref())?),
            remark: parse_remark(item.remark.as_deref())?,
            wording: parse_wording(item.add_wording.as_deref())?,
            groups: parse_groups(item.group_name.as_slice())?,
            ..Self::default()
        })
    }
}

impl TryFrom<&ImportFriendItem> for Friend {
    type Error = Cause;

    fn try_from(item: &ImportFriendItem) -> Result<Self, Cause> {
        let mut friend = Self {
            source: Some(parse_source(item.add_source.as_deref())?),
            remark: parse_remark(item.remark.as_deref())?,
            wording: parse_wording(item.add_wording.as_deref())?,
            groups: parse_groups(&item.group_name)?,
            added_at: item.add_time,
            ..Self::default()
        };

        for custom in &item.custom_item {
            friend.set(custom)?;
        }
        Ok(friend)
    }
}

impl TryFrom<&ResponseFriendItem> for Friend {
    type Error = Cause;

    fn try_from(item: &ResponseFriendItem) -> Result<Self, Cause> {
        Ok(Self {
            remark: parse_remark(item.remark.as_deref())?,
            groups: parse_groups(item.tag_name.as_slice())?,
            ..Self::default()
        })
    }
}

impl Friend {
    /// Sets a field that users may set: the remark, the groups or a custom field.
    pub(crate) fn set(&mut self, item: &TagItem) -> Result<(), Cause> {
        match (item.tag.as_str(), &item.value) {
            (tag::REMARK, TagValue::Text(text)) => self.remark = parse_remark(Some(text))?,
            (tag::REMARK, _) => return Err(Cause::IllegalRemark),
            (tag::GROUP, TagValue::Texts(names)) => self.groups = parse_groups(names)?,
            (tag::GROUP, _) => return Err(Cause::IllegalGroup),
            _ => self.set_custom(item)?,
        }
        Ok(())
    }

    fn set_custom(&mut self, TagItem { tag, value }: &TagItem) -> Result<(), Cause> {
        let letters = tag.strip_prefix(tag::CUSTOM_FRIEND);
        let letters = letters.ok_or(Cause::IllegalTag)?;

        let is_value = match value {
            TagValue::Text(text) => text.len() <= MAX_VALUE_BYTES,
            TagValue::Number(_) => true,
            TagValue::Texts(_) => false,
        };
        let has_room =
            self.custom.contains_key(tag.as_str()) || self.custom.len() < MAX_CUSTOM_FIELDS;
        if !is_letters(letters) || !is_value || !has_room {
            return Err(Cause::IllegalCustomField);
        }

        self.custom.insert(tag.as_str().into(), value.clone());
        Ok(())
    }
}

fn parse_source(source: Option<&str>) -> Result<Box<str>, Cause> {
    let source = source.ok_or(Cause::IllegalSource)?;
    match source.strip_prefix(SOURCE_PREFIX) {
        Some(letters) if is_letters(letters) => Ok(source.into()),
        _ => Err(Cause::IllegalSource),
    }
}

/// Returns a remark. An empty one counts as none.
fn parse_remark(remark: Option<&str>) -> Result<Option<Box<str>>, Cause> {
    match remark {
        Some(text) if text.len() > MAX_REMARK_BYTES => Err(Cause::IllegalRemark),
        text => Ok(text.filter(|text| !text.is_empty()).map(Into::into)),
    }
}

fn parse_wording(wording: Option<&str>) -> Result<Option<Box<str>>, Cause> {
    match wording {
        Some(text) if text.len() > MAX_WORDING_BYTES => Err(Cause::IllegalWording),
        text => Ok(text.map(Into::into)),
    }
}

/// Returns the names of groups, each once. More than a user may have are refused.
pub(crate) fn parse_groups(names: &[String]) -> Result<Vec<Arc<str>>, Cause> {
    let mut groups: Vec<Arc<str>> = Vec::new();
    for name in names {
        if !(1..=MAX_GROUP_BYTES).contains(&name.len()) {
            return Err(Cause::IllegalGroup);
        }
        if groups.iter().any(|group| **group == **name) {
            continue;
        }

        if groups.len() == MAX_GROUPS {
            return Err(Cause::GroupsFull);
        }
        groups.push(name.as_str().into());
    }
    Ok(groups)
}

fn is_letters(text: &str) -> bool {
    (1..=MAX_LETTERS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}
