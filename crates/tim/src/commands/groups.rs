//! `v4/sns/group_*`: groups of friends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use socialgraph::UserId;

use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::envelope::{Envelope, ResultItem};
use crate::json::lenient::{optional, or_default};
use crate::json::size::text_bytes;
use crate::service::context::{QueryContext, UpdateContext};
use crate::service::friend_fields::parse_groups;
use crate::service::records::Pair;
use crate::service::request_traits::{RunQuery, RunUpdate};

/// `group_add`: creates groups and adds friends to them (document 269/10107).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupAdd {
    /// The owner of the groups.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 32 names of groups, each of 1 to 30 bytes.
    pub group_name: Vec<String>,
    /// At most 1000 friends to add to each group.
    #[serde(
        rename = "To_Account",
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub to_account: Vec<String>,
}

/// The response to [`GroupAdd`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupAddResponse {
    /// The result for each friend; left out if the request named none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub result_item: Vec<ResultItem>,
    /// The accounts whose code is not 0; left out if there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// The sequence of the groups, which grows with every change.
    pub current_sequence: u64,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `group_delete`: deletes groups, but no friends (document 269/10108).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupDelete {
    /// The owner of the groups.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// At least one name of a group.
    pub group_name: Vec<String>,
}

/// The response to [`GroupDelete`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupDeleteResponse {
    /// The sequence of the groups, which grows with every change.
    pub current_sequence: u64,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// Whether [`GroupGet`] names the friends in each group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NeedFriend {
    /// The response names the friends.
    #[serde(rename = "Need_Friend_Type_Yes")]
    Yes,
    /// The response only counts the friends.
    #[serde(rename = "Need_Friend_Type_No")]
    No,
}

/// `group_get`: reads groups, with or without their friends (document 1047/40123).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupGet {
    /// The owner of the groups.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Whether to name the friends; [`NeedFriend::No`] if left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub need_friend: Option<NeedFriend>,
    /// The sequence of the previous response, 0 at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sequence: Option<u64>,
    /// The names of the groups; all groups if it is empty.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub group_name: Vec<String>,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupItem {
    /// The group's name.
    pub group_name: String,
    /// The number of friends in the group.
    pub friend_number: u32,
    /// The friends in the group, if the request asked for them.
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
    /// The groups.
    #[serde(default)]
    pub result_item: Vec<GroupItem>,
    /// The sequence of the groups, which grows with every change.
    pub current_sequence: u64,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

impl RunUpdate for GroupAdd {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<GroupAddResponse, Failure> {
        let names = self.check(context)?;
        let owner = context.actor(&self.from_account)?;

        let records = &mut context.service.records;
        let (created, names) = records.edit_account(owner, |account| {
            let created = account.create_groups(&names);
            // Friends share the names of the account's own list.
            let names = names.iter().filter_map(|name| account.group(name));
            (created, names.cloned().collect::<Vec<_>>())
        });
        let mut joined = false;
        let batch = context.each(
            &self.to_account,
            |name| name,
            |context, name| {
                joined |= join(context, owner, name, &names)?;
                Ok(())
            },
        );

        let account = context.service.records.account_mut(owner);
        account.standard_sequence += u64::from(joined);
        account.group_sequence += u64::from(created || joined);
        Ok(GroupAddResponse {
            result_item: batch.result_item,
            fail_account: batch.fail_account,
            current_sequence: account.group_sequence,
            envelope: context.call.success(),
        })
    }
}

impl GroupAdd {
    /// Checks the whole request. Returns each name of a group once.
    fn check(&self, context: &UpdateContext<'_>) -> Result<Vec<Arc<str>>, Failure> {
        let call = context.call;
        call.check_may_act_for(&self.from_account)?;
        if !self.to_account.is_empty() {
            let len = self.to_account.len();
            context.service.check_batch(call.command, len)?;
        }
        if self.group_name.is_empty() {
            return Err(call.malformed("GroupName is empty"));
        }

        let names = parse_groups(&self.group_name).map_err(|cause| {
            let detail = "GroupName: at most 32, of 1 to 30 bytes each";
            Failure::of(cause, call.command, detail)
        })?;
        let owner = context.service.graph.user_id(&self.from_account);
        if !context.service.records.has_room_for(owner, &names) {
            let detail = "a user may have 32 friend lists by name";
            return Err(Failure::of(Cause::GroupsFull, call.command, detail));
        }

        let added = context.service.records.bytes_of_new_groups(owner, &names);
        let checked = context.service.check_field_bytes(owner, added, 0);
        checked.map_err(|cause| Failure::of(cause, call.command, "GroupName"))?;
        Ok(names)
    }
}

/// Adds a friend to groups. Returns whether one of them was new to the friend.
fn join(
    context: &mut UpdateContext<'_>,
    owner: UserId,
    name: &str,
    groups: &[Arc<str>],
) -> Result<bool, Cause> {
    let peer = context.service.look_up_friend(owner, name)?;
    let pair = Pair::new(owner, peer);
    let friend = context.service.records.friend(pair);
    let before = friend.cloned().unwrap_or_default();
    let mut after = before.clone();
    if !after.join(groups) {
        return Ok(false);
    }

    let service = &mut *context.service;
    service.check_field_bytes(Some(owner), after.bytes(), before.bytes())?;
    service.records.edit_friend(pair, |friend| *friend = after);
    Ok(true)
}

impl RunUpdate for GroupDelete {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<GroupDeleteResponse, Failure> {
        context.call.check_may_act_for(&self.from_account)?;
        if self.group_name.is_empty() {
            return Err(context.call.malformed("GroupName is empty"));
        }
        let owner = context.actor(&self.from_account)?;
        let names: BTreeSet<&str> = self.group_name.iter().map(String::as_str).collect();

        let records = &mut context.service.records;
        let mut members = Vec::new();
        for (peer, friend) in records.friends_of(owner) {
            if friend.groups.iter().any(|group| names.contains(&**group)) {
                members.push(Pair::new(owner, peer));
            }
        }
        for pair in &members {
            records.edit_friend(*pair, |friend| {
                friend.groups.retain(|group| !names.contains(&**group));
            });
        }

        let deleted = records.edit_account(owner, |account| {
            let count = account.groups.len();
            account.groups.retain(|group| !names.contains(&**group));
            account.groups.len() < count
        });
        let account = records.account_mut(owner);
        account.group_sequence += u64::from(deleted);
        account.standard_sequence += u64::from(!members.is_empty());
        Ok(GroupDeleteResponse {
            current_sequence: account.group_sequence,
            envelope: context.call.success(),
        })
    }
}

impl RunQuery for GroupGet {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<GroupGetResponse, Failure> {
        let owner = context.actor(&self.from_account)?;
        let mut response = GroupGetResponse {
            result_item: Vec::new(),
            current_sequence: 0,
            envelope: context.call.success(),
        };
        // An account that is not imported yet, or has no record yet, has no groups.
        let service = context.service;
        let Some(owner) = owner else {
            return Ok(response);
        };
        let Some(account) = service.records.account(owner) else {
            return Ok(response);
        };

        let members = members(context, owner);
        response.current_sequence = account.group_sequence;
        for name in &account.groups {
            if self.group_name.is_empty() || self.group_name.iter().any(|n| **n == **name) {
                let peers = members.get(&**name).map_or(&[][..], Vec::as_slice);
                response.result_item.push(self.item(context, name, peers));
            }
        }
        Ok(response)
    }
}

impl GroupGet {
    /// Returns a group and the friends in it.
    fn item(&self, context: &QueryContext<'_>, name: &str, peers: &[UserId]) -> GroupItem {
        let needs_friends = self.need_friend == Some(NeedFriend::Yes);
        let names = || {
            let names = peers.iter().map(|peer| context.service.name(*peer));
            names.take_while(|name| context.take_room(text_bytes(name)))
        };
        GroupItem {
            group_name: name.to_owned(),
            friend_number: u32::try_from(peers.len()).unwrap_or(u32::MAX),
            to_account: needs_friends.then(|| names().collect()),
        }
    }
}

/// Returns the friends in each of a user's groups.
fn members<'a>(context: &QueryContext<'a>, owner: UserId) -> BTreeMap<&'a str, Vec<UserId>> {
    let mut members = BTreeMap::<_, Vec<_>>::new();
    for (peer, friend) in context.service.records.friends_of(owner) {
        for group in &friend.groups {
            members.entry(&**group).or_default().push(peer);
        }
    }
    members
}
