//! `portrait_*`: profiles, of which the rules read two fields.

use std::collections::BTreeSet;

use super::checks::{check_admin, check_tags};
use super::fields::MAX_VALUE_BYTES;
use super::session::{Session, code_and_info, split};
use super::{Asked, Query, Service, Update};
use crate::Code;
use crate::failure::{Failure, success};
use crate::wire::{
    BareResponse, PortraitGet, PortraitGetResponse, PortraitSet, Request, TagItem, TagValue,
    UserProfileItem, tag,
};
use socialgraph::{RequestMode, RequestSending, UserId};

impl Update for PortraitSet {
    fn perform(&self, session: &mut Session<'_>) -> Result<BareResponse, Failure> {
        Service::check_acting(session.caller, Self::COMMAND, &self.from_account)?;
        if self.profile_item.is_empty() {
            return Err(Failure::decode(Self::COMMAND, "ProfileItem is empty"));
        }
        let fields = self
            .profile_item
            .iter()
            .map(Field::try_from)
            .collect::<Result<Vec<_>, _>>()?;
        if fields
            .iter()
            .any(|field| matches!(field, Field::Sending(_)))
        {
            check_admin(session.caller, Self::COMMAND)?;
        }
        session.check_profile(&self.from_account, &fields)?;
        let user = session.actor(&self.from_account)?;
        for field in fields {
            session.set_field(user, field);
        }
        Ok(BareResponse {
            envelope: success(Self::COMMAND),
        })
    }
}

/// A field that may be set, with its value.
#[derive(Clone, Copy, Debug)]
enum Field<'a> {
    Mode(RequestMode),
    Sending(RequestSending),
    Other(&'a TagItem),
}

impl<'a> TryFrom<&'a TagItem> for Field<'a> {
    type Error = Failure;

    fn try_from(item: &'a TagItem) -> Result<Self, Failure> {
        let illegal = || {
            let detail = format!("{} cannot be {:?}", item.tag, item.value);
            Failure::new(
                Code::InvalidProfile,
                "Err_Profile_PortraitSet_Tag_Illegal",
                detail,
            )
        };
        let is_profile = [tag::PROFILE, tag::CUSTOM_PROFILE]
            .into_iter()
            .any(|start| item.tag.len() > start.len() && item.tag.starts_with(start));
        match (item.tag.as_str(), &item.value) {
            (tag::ALLOW_TYPE, TagValue::Text(text)) => {
                mode(text).map(Self::Mode).ok_or_else(illegal)
            }
            (tag::ADMIN_FORBID_TYPE, TagValue::Text(text)) => {
                sending(text).map(Self::Sending).ok_or_else(illegal)
            }
            (tag::ALLOW_TYPE | tag::ADMIN_FORBID_TYPE, _) => Err(illegal()),
            (name, _) if !is_profile || name.len() > MAX_TAG_BYTES => Err(illegal()),
            (_, TagValue::Text(text)) if text.len() > MAX_VALUE_BYTES => Err(illegal()),
            (_, TagValue::Texts(_)) => Err(illegal()),
            (_, TagValue::Text(_) | TagValue::Number(_)) => Ok(Self::Other(item)),
        }
    }
}

/// The most fields of a profile, besides those that the rules read.
const MAX_FIELDS: usize = 32;

/// The most bytes of a tag that only the app knows the meaning of.
const MAX_TAG_BYTES: usize = 64;

const MODES: [(&str, RequestMode); 3] = [
    (tag::ALLOW_ANY, RequestMode::Anyone),
    (tag::NEED_CONFIRM, RequestMode::Confirm),
    (tag::DENY_ANY, RequestMode::Nobody),
];

const SENDINGS: [(&str, RequestSending); 2] = [
    (tag::FORBID_NONE, RequestSending::Open),
    (tag::FORBID_SEND_OUT, RequestSending::Barred),
];

fn mode(text: &str) -> Option<RequestMode> {
    MODES
        .into_iter()
        .find(|(name, _)| *name == text)
        .map(|(_, mode)| mode)
}

fn sending(text: &str) -> Option<RequestSending> {
    SENDINGS
        .into_iter()
        .find(|(name, _)| *name == text)
        .map(|(_, sending)| sending)
}

impl Session<'_> {
    /// Checks that a profile has room for fields.
    fn check_profile(&self, name: &str, fields: &[Field<'_>]) -> Result<(), Failure> {
        let user = self.service.graph.user(name);
        let account = user.and_then(|user| self.service.records.account(user));
        let kept = account
            .into_iter()
            .flat_map(|account| account.profile.keys());
        let mut tags: BTreeSet<&str> = kept.map(AsRef::as_ref).collect();
        tags.extend(fields.iter().filter_map(|field| match field {
            Field::Other(item) => Some(item.tag.as_str()),
            Field::Mode(_) | Field::Sending(_) => None,
        }));
        if tags.len() <= MAX_FIELDS {
            return Ok(());
        }
        let detail = format!("a profile has at most {MAX_FIELDS} fields");
        Err(Failure::new(
            Code::InvalidProfile,
            "Err_Profile_PortraitSet_Tag_Illegal",
            detail,
        ))
    }

    fn set_field(&mut self, user: UserId, field: Field<'_>) {
        let Service { graph, records, .. } = &mut *self.service;
        match field {
            Field::Mode(mode) => drop(graph.set_request_mode(user, mode)),
            Field::Sending(sending) => drop(graph.set_request_sending(user, sending)),
            Field::Other(TagItem { tag, value }) => {
                records
                    .account_mut(user)
                    .profile
                    .insert(tag.as_str().into(), value.clone());
            }
        }
    }
}

impl Query for PortraitGet {
    fn answer(&self, asked: &Asked<'_>) -> Result<PortraitGetResponse, Failure> {
        let command = Self::COMMAND;
        asked.service.check_batch(command, self.to_account.len())?;
        let tags = check_tags(command, &self.tag_list)?;
        let fields = |user| {
            let field = |tag: &&str| asked.service.profile_field(user, tag);
            Ok(tags.iter().filter_map(field).collect())
        };
        let (user_profile_item, fail_account) =
            asked.each(&self.to_account, fields, |to, fields| {
                let (profile_item, cause) = split(fields);
                let (result_code, result_info) = code_and_info(command, cause);
                UserProfileItem {
                    to_account: to.clone(),
                    profile_item,
                    result_code,
                    result_info,
                }
            });
        Ok(PortraitGetResponse {
            user_profile_item,
            fail_account,
            envelope: success(command),
        })
    }
}

impl Service {
    /// Returns a field of a profile, if it is set; `None` is a user as if just imported.
    pub(super) fn profile_field(&self, user: Option<UserId>, name: &str) -> Option<TagItem> {
        let facts = user
            .map_or(Ok(self.newcomer()), |user| self.graph.user_facts(user))
            .ok()?;
        let value = match name {
            tag::ALLOW_TYPE => named(&MODES, facts.request_mode)?,
            tag::ADMIN_FORBID_TYPE => named(&SENDINGS, facts.request_sending)?,
            _ => self.records.account(user?)?.profile.get(name)?.clone(),
        };
        Some(TagItem::new(name, value))
    }
}

fn named<T: Copy + PartialEq>(names: &[(&str, T)], value: T) -> Option<TagValue> {
    let (name, _) = names.iter().find(|(_, named)| *named == value)?;
    Some(TagValue::from(*name))
}
