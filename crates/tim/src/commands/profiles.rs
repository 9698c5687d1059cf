//! `v4/profile/*`: profiles. The rules read two of their fields.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use socialgraph::{RequestMode, RequestSending, UserId};

use crate::Code;
use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::envelope::{BareResponse, Envelope};
use crate::json::tag_item::{TagItem, TagValue, tag};
use crate::service::Service;
use crate::service::context::{QueryContext, UpdateContext};
use crate::service::friend_fields::MAX_VALUE_BYTES;
use crate::service::records::{MAX_PROFILE_FIELDS, tagged_bytes};
use crate::service::request_traits::{RunQuery, RunUpdate};

/// The most accounts that one call reads the profiles of.
const MAX_PROFILES: u32 = 100;

/// The most bytes of a tag that the service does not interpret.
const MAX_TAG_BYTES: usize = 64;

/// The values of [`tag::ALLOW_TYPE`].
const MODES: [(&str, RequestMode); 3] = [
    (tag::ALLOW_ANY, RequestMode::Anyone),
    (tag::NEED_CONFIRM, RequestMode::Confirm),
    (tag::DENY_ANY, RequestMode::Nobody),
];

/// The values of [`tag::ADMIN_FORBID_TYPE`].
const SENDINGS: [(&str, RequestSending); 2] = [
    (tag::FORBID_NONE, RequestSending::Open),
    (tag::FORBID_SEND_OUT, RequestSending::Barred),
];

/// `portrait_set`: sets fields of a profile (document 1047/34916).
///
/// The rules read two of them: the friend requests that a user takes, and whether an admin has
/// barred the user from sending any. The others are only kept and returned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortraitSet {
    /// The account.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// At least one field. Either all of them change or none.
    pub profile_item: Vec<TagItem>,
}

/// `portrait_get`: reads chosen fields of profiles (document 1047/34917).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortraitGet {
    /// 1 to 100 accounts (document 269/1639).
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The tags of the fields; at least one.
    pub tag_list: Vec<String>,
}

/// The fields of one profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserProfileItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The fields that are set, in the order of the request; `None` on failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_item: Option<Vec<TagItem>>,
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
}

/// The response to [`PortraitGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortraitGetResponse {
    /// The profiles, in the order of the request.
    pub user_profile_item: Vec<UserProfileItem>,
    /// The accounts whose code is not 0; left out if there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

impl RunUpdate for PortraitSet {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BareResponse, Failure> {
        context.call.check_may_act_for(&self.from_account)?;
        if self.profile_item.is_empty() {
            return Err(context.call.malformed("ProfileItem is empty"));
        }

        let mut fields = Vec::with_capacity(self.profile_item.len());
        for item in &self.profile_item {
            fields.push(ProfileField::try_from(item)?);
        }
        for field in &fields {
            if matches!(field, ProfileField::Sending(_)) {
                context.call.check_admin()?;
            }
        }
        check_room(context.service, &self.from_account, &fields)?;
        check_bytes(context, &self.from_account, &fields)?;

        let user = context.actor(&self.from_account)?;
        for field in fields {
            set_field(context, user, field);
        }
        Ok(BareResponse {
            envelope: context.call.success(),
        })
    }
}

/// A field that may be set, with its value.
#[derive(Clone, Copy, Debug)]
enum ProfileField<'a> {
    Mode(RequestMode),
    Sending(RequestSending),
    Other(&'a TagItem),
}

impl<'a> TryFrom<&'a TagItem> for ProfileField<'a> {
    type Error = Failure;

    fn try_from(item: &'a TagItem) -> Result<Self, Failure> {
        let field = match (item.tag.as_str(), &item.value) {
            (tag::ALLOW_TYPE, TagValue::Text(text)) => value_named(&MODES, text).map(Self::Mode),
            (tag::ADMIN_FORBID_TYPE, TagValue::Text(text)) => {
                value_named(&SENDINGS, text).map(Self::Sending)
            }
            (tag::ALLOW_TYPE | tag::ADMIN_FORBID_TYPE, _) => None,
            (name, value) => {
                (is_profile_tag(name) && is_profile_value(value)).then_some(Self::Other(item))
            }
        };

        field.ok_or_else(|| {
            let detail = format!("{} cannot be {:?}", item.tag, item.value);
            illegal_tag(detail)
        })
    }
}

fn is_profile_tag(name: &str) -> bool {
    let has_prefix = [tag::PROFILE, tag::CUSTOM_PROFILE]
        .into_iter()
        .any(|prefix| name.len() > prefix.len() && name.starts_with(prefix));
    has_prefix && name.len() <= MAX_TAG_BYTES
}

fn is_profile_value(value: &TagValue) -> bool {
    match value {
        TagValue::Text(text) => text.len() <= MAX_VALUE_BYTES,
        TagValue::Number(_) => true,
        TagValue::Texts(_) => false,
    }
}

fn illegal_tag(detail: String) -> Failure {
    Failure::new(
        Code::InvalidProfile,
        "Err_Profile_PortraitSet_Tag_Illegal",
        detail,
    )
}

/// Checks that a profile has room for fields.
fn check_room(service: &Service, name: &str, fields: &[ProfileField<'_>]) -> Result<(), Failure> {
    let mut tags = BTreeSet::new();
    let user = service.graph.user_id(name);
    if let Some(account) = user.and_then(|user| service.records.account(user)) {
        tags.extend(account.profile.keys().map(AsRef::as_ref));
    }
    for field in fields {
        if let ProfileField::Other(item) = field {
            tags.insert(item.tag.as_str());
        }
    }

    if tags.len() <= MAX_PROFILE_FIELDS {
        Ok(())
    } else {
        let detail = format!("a profile has at most {MAX_PROFILE_FIELDS} fields");
        Err(illegal_tag(detail))
    }
}

/// Checks that the account may keep the bytes of fields.
fn check_bytes(
    context: &UpdateContext<'_>,
    name: &str,
    fields: &[ProfileField<'_>],
) -> Result<(), Failure> {
    let others = fields.iter().filter_map(|field| match field {
        ProfileField::Other(TagItem { tag, value }) => Some((tag.as_str(), value)),
        _ => None,
    });
    let user = context.service.graph.user_id(name);
    let checked = context.service.check_profile_bytes(user, others);
    checked.map_err(|cause| {
        let detail = "the fields of the account, or of all accounts, have as many bytes as may be";
        Failure::of(cause, context.call.command, detail)
    })
}

fn set_field(context: &mut UpdateContext<'_>, user: UserId, field: ProfileField<'_>) {
    match field {
        ProfileField::Mode(mode) => context.set_request_mode(user, mode),
        ProfileField::Sending(sending) => context.set_request_sending(user, sending),
        ProfileField::Other(TagItem { tag, value }) => {
            let value = value.clone();
            context.service.set_profile_field(user, tag, value);
        }
    }
}

impl Service {
    /// Checks that an account may keep the bytes of fields of its profile.
    pub(crate) fn check_profile_bytes<'a>(
        &self,
        user: Option<UserId>,
        fields: impl Iterator<Item = (&'a str, &'a TagValue)>,
    ) -> Result<(), Cause> {
        let account = user.and_then(|user| self.records.account(user));
        // If a tag occurs twice, the last one counts.
        let fields: BTreeMap<_, _> = fields.collect();
        let (mut added, mut removed) = (0, 0);

        for (tag, value) in fields {
            added += tagged_bytes(tag, value);
            let before = account.and_then(|account| account.profile.get(tag));
            removed += before.map_or(0, |value| tagged_bytes(tag, value));
        }
        self.check_field_bytes(user, added, removed)
    }

    /// Sets a field of a profile that the rules do not read.
    pub(crate) fn set_profile_field(&mut self, user: UserId, tag: &str, value: TagValue) {
        self.records.edit_account(user, |account| {
            account.profile.insert(tag.into(), value);
        });
    }
}

impl RunQuery for PortraitGet {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<PortraitGetResponse, Failure> {
        context.check_batch(self.to_account.len())?;
        Failure::check_at_most(MAX_PROFILES, self.to_account.len(), context.call.command)?;
        let tags = context.call.distinct_tags(&self.tag_list)?;

        let (user_profile_item, fail_account) = context.each(
            &self.to_account,
            |user| {
                let mut fields = Vec::new();
                for tag in &tags {
                    fields.extend(profile_field(context.service, user, tag));
                }
                Ok(context.fitting(fields))
            },
            |account, fields| {
                let (result_code, result_info) = context.call.code_and_info(&fields);
                UserProfileItem {
                    to_account: account.clone(),
                    profile_item: fields.ok(),
                    result_code,
                    result_info,
                }
            },
        );
        Ok(PortraitGetResponse {
            user_profile_item,
            fail_account,
            envelope: context.call.success(),
        })
    }
}

/// Returns a field of a profile if it is set.
///
/// `None` as the user stands for an account that an update would import.
pub(crate) fn profile_field(service: &Service, user: Option<UserId>, tag: &str) -> Option<TagItem> {
    let facts = match user {
        Some(user) => service.graph.user_facts(user).ok()?,
        None => service.newcomer(),
    };

    let value = match tag {
        tag::ALLOW_TYPE => name_of(&MODES, facts.request_mode)?,
        tag::ADMIN_FORBID_TYPE => name_of(&SENDINGS, facts.request_sending)?,
        _ => service.records.account(user?)?.profile.get(tag)?.clone(),
    };
    Some(TagItem::new(tag, value))
}

/// Returns the value of a name.
fn value_named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    let (_, value) = names.iter().find(|(other, _)| *other == name)?;
    Some(*value)
}

/// Returns the name of a value.
fn name_of<T: Copy + PartialEq>(names: &[(&str, T)], value: T) -> Option<TagValue> {
    let (name, _) = names.iter().find(|(_, other)| *other == value)?;
    Some(TagValue::from(*name))
}
