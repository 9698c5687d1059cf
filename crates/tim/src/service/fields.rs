//! The fields that are kept with a friend: what may be in them.

use super::records::{Friend, MAX_GROUPS};
use crate::failure::{Cause, Field};
use crate::wire::{AddFriendItem, ImportFriendItem, ResponseFriendItem, TagItem, TagValue, tag};

/// The most bytes of a remark.
const MAX_REMARK_BYTES: usize = 96;
/// The most bytes of what is said in asking.
const MAX_WORDING_BYTES: usize = 256;
/// The most bytes of the name of a friend list.
const MAX_GROUP_BYTES: usize = 30;
/// What a source begins with.
const SOURCE: &str = "AddSource_Type_";
/// The most letters of a source or of a custom tag, after what they begin with.
const MAX_LETTERS: usize = 8;
/// The most bytes of a text in a custom field, or in a profile.
pub(super) const MAX_VALUE_BYTES: usize = 500;
/// The most custom fields of a friend.
const MAX_CUSTOM_FIELDS: usize = 20;

impl TryFrom<&AddFriendItem> for Friend {
    type Error = Cause;

    fn try_from(item: &AddFriendItem) -> Result<Self, Cause> {
        Ok(Self {
            source: Some(source(item.add_source.as_deref())?),
            remark: remark(item.remark.as_deref())?,
            wording: wording(item.add_wording.as_deref())?,
            groups: groups(item.group_name.as_slice())?,
            ..Self::default()
        })
    }
}

impl TryFrom<&ImportFriendItem> for Friend {
    type Error = Cause;

    fn try_from(item: &ImportFriendItem) -> Result<Self, Cause> {
        let mut friend = Self {
            source: Some(source(item.add_source.as_deref())?),
            remark: remark(item.remark.as_deref())?,
            wording: wording(item.add_wording.as_deref())?,
            groups: groups(&item.group_name)?,
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
            remark: remark(item.remark.as_deref())?,
            groups: groups(item.tag_name.as_slice())?,
            ..Self::default()
        })
    }
}

impl Friend {
    /// Sets a field that users may set: remark, friend lists, custom fields.
    pub(super) fn set(&mut self, item: &TagItem) -> Result<(), Cause> {
        match (item.tag.as_str(), &item.value) {
            (tag::REMARK, TagValue::Text(text)) => self.remark = remark(Some(text))?,
            (tag::REMARK, _) => return Err(Cause::Illegal(Field::Remark)),
            (tag::GROUP, TagValue::Texts(names)) => self.groups = groups(names)?,
            (tag::GROUP, _) => return Err(Cause::Illegal(Field::Group)),
            _ => self.set_custom(item)?,
        }
        Ok(())
    }

    fn set_custom(&mut self, TagItem { tag, value }: &TagItem) -> Result<(), Cause> {
        let letters = tag
            .strip_prefix(tag::CUSTOM_FRIEND)
            .ok_or(Cause::Illegal(Field::Tag))?;
        let fits = match value {
            TagValue::Text(text) => text.len() <= MAX_VALUE_BYTES,
            TagValue::Number(_) => true,
            TagValue::Texts(_) => false,
        };
        let room = self.custom.contains_key(tag.as_str()) || self.custom.len() < MAX_CUSTOM_FIELDS;
        if !is_letters(letters) || !fits || !room {
            return Err(Cause::Illegal(Field::Custom));
        }
        self.custom.insert(tag.as_str().into(), value.clone());
        Ok(())
    }
}

fn source(source: Option<&str>) -> Result<Box<str>, Cause> {
    let letters = source
        .and_then(|source| source.strip_prefix(SOURCE))
        .filter(|l| is_letters(l));
    match (source, letters) {
        (Some(source), Some(_)) => Ok(source.into()),
        _ => Err(Cause::Illegal(Field::Source)),
    }
}

/// An empty remark is none.
fn remark(remark: Option<&str>) -> Result<Option<Box<str>>, Cause> {
    short(
        remark.filter(|remark| !remark.is_empty()),
        MAX_REMARK_BYTES,
        Field::Remark,
    )
}

fn wording(wording: Option<&str>) -> Result<Option<Box<str>>, Cause> {
    short(wording, MAX_WORDING_BYTES, Field::Wording)
}

fn short(text: Option<&str>, bytes: usize, field: Field) -> Result<Option<Box<str>>, Cause> {
    match text {
        Some(text) if text.len() > bytes => Err(Cause::Illegal(field)),
        text => Ok(text.map(Into::into)),
    }
}

/// Returns the names of friend lists, each once; more than a user may have never fit.
pub(super) fn groups(names: &[String]) -> Result<Vec<Box<str>>, Cause> {
    let mut groups: Vec<Box<str>> = Vec::new();
    for name in names {
        if !(1..=MAX_GROUP_BYTES).contains(&name.len()) {
            return Err(Cause::Illegal(Field::Group));
        }
        if !groups.iter().any(|group| **group == **name) {
            if groups.len() == MAX_GROUPS {
                return Err(Cause::GroupsFull);
            }
            groups.push(name.as_str().into());
        }
    }
    Ok(groups)
}

fn is_letters(text: &str) -> bool {
    (1..=MAX_LETTERS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}
