//! `group_*`: friend lists by name.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::groups;
use super::records::{Account, Pair};
use super::session::{Session, failed};
use super::{Asked, Query, Service, Update};
use crate::failure::{Cause, Failure, success};
use crate::wire::{
    GroupAdd, GroupAddResponse, GroupDelete, GroupDeleteResponse, GroupGet, GroupGetResponse,
    GroupItem, NeedFriend, Request, ResultItem,
};
use socialgraph::UserId;

impl Update for GroupAdd {
    fn perform(&self, session: &mut Session<'_>) -> Result<GroupAddResponse, Failure> {
        let command = Self::COMMAND;
        Service::check_acting(session.caller, command, &self.from_account)?;
        if !self.to_account.is_empty() {
            session
                .service
                .check_batch(command, self.to_account.len())?;
        }
        if self.group_name.is_empty() {
            return Err(Failure::decode(command, "GroupName is empty"));
        }
        let names = groups(&self.group_name).map_err(|cause| {
            Failure::of(
                &cause,
                command,
                "GroupName: at most 32, of 1 to 30 bytes each",
            )
        })?;
        session.check_room(&self.from_account, &names)?;
        let from = session.actor(&self.from_account)?;
        let made = session
            .service
            .records
            .account_mut(from)
            .make_groups(&names);
        let (result_item, joined) = session.join(from, &self.to_account, &names);
        let account = session.service.records.account_mut(from);
        account.standard_sequence += u64::from(joined);
        account.group_sequence += u64::from(made || joined);
        Ok(GroupAddResponse {
            fail_account: failed(&result_item),
            result_item,
            current_sequence: account.group_sequence,
            envelope: success(command),
        })
    }
}

impl Session<'_> {
    /// Checks that friend lists are there already, or fit.
    fn check_room(&self, owner: &str, names: &[Box<str>]) -> Result<(), Failure> {
        let owner = self.service.graph.user(owner);
        if self.service.records.has_room_for(owner, names) {
            return Ok(());
        }
        let detail = "a user may have 32 friend lists by name";
        Err(Failure::of(&Cause::GroupsFull, self.command, detail))
    }

    /// Puts friends on friend lists by name; returns whether any was not on one of them.
    fn join(
        &mut self,
        owner: UserId,
        friends: &[String],
        names: &[Box<str>],
    ) -> (Vec<ResultItem>, bool) {
        let mut joined = false;
        let done = self.each(
            friends,
            |name| name,
            |session, name| {
                let pair = Pair::new(owner, session.friend_of(owner, name)?);
                let friend = session.service.records.friend_mut(pair);
                let new: Vec<_> = names
                    .iter()
                    .filter(|n| !friend.groups.contains(n))
                    .collect();
                joined |= !new.is_empty();
                friend.groups.extend(new.into_iter().cloned());
                Ok(())
            },
        );
        (done.result_item, joined)
    }
}

impl Update for GroupDelete {
    fn perform(&self, session: &mut Session<'_>) -> Result<GroupDeleteResponse, Failure> {
        let command = Self::COMMAND;
        Service::check_acting(session.caller, command, &self.from_account)?;
        if self.group_name.is_empty() {
            return Err(Failure::decode(command, "GroupName is empty"));
        }
        let from = session.actor(&self.from_account)?;
        let records = &mut session.service.records;
        let names: BTreeSet<&str> = self.group_name.iter().map(String::as_str).collect();
        let deleted = |name: &str| names.contains(name);
        let members: Vec<_> = records
            .friends_of(from)
            .filter(|(_, friend)| friend.groups.iter().any(|group| deleted(group)))
            .map(|(peer, _)| Pair::new(from, peer))
            .collect();
        for pair in &members {
            records
                .friend_mut(*pair)
                .groups
                .retain(|group| !deleted(group));
        }
        let account = records.account_mut(from);
        let before = account.groups.len();
        account.groups.retain(|group| !deleted(group));
        account.group_sequence += u64::from(account.groups.len() < before);
        account.standard_sequence += u64::from(!members.is_empty());
        let current_sequence = account.group_sequence;
        Ok(GroupDeleteResponse {
            current_sequence,
            envelope: success(command),
        })
    }
}

impl Query for GroupGet {
    fn answer(&self, asked: &Asked<'_>) -> Result<GroupGetResponse, Failure> {
        let command = Self::COMMAND;
        let from = asked.actor(command, &self.from_account)?;
        let newcomer = Account::default();
        let account = from.and_then(|from| asked.service.records.account(from));
        let Account {
            groups,
            group_sequence,
            ..
        } = account.unwrap_or(&newcomer);
        let members = from.map(|from| asked.members(from)).unwrap_or_default();
        let names: BTreeSet<&str> = self.group_name.iter().map(String::as_str).collect();
        let wanted = |name: &str| names.is_empty() || names.contains(name);
        let item = |name: &str| {
            let members = members.get(name).map_or(&[][..], Vec::as_slice);
            let name_of = |peer: &UserId| asked.service.name(*peer);
            let with_friends = self.need_friend == Some(NeedFriend::Yes);
            GroupItem {
                group_name: name.to_owned(),
                friend_number: u32::try_from(members.len()).unwrap_or(u32::MAX),
                to_account: with_friends.then(|| members.iter().map(name_of).collect()),
            }
        };
        Ok(GroupGetResponse {
            result_item: groups
                .iter()
                .map(AsRef::as_ref)
                .filter(|name| wanted(name))
                .map(item)
                .collect(),
            current_sequence: *group_sequence,
            envelope: success(command),
        })
    }
}

impl<'a> Asked<'a> {
    /// Returns who is on each of a user's friend lists by name.
    fn members(&self, owner: UserId) -> BTreeMap<&'a str, Vec<UserId>> {
        let mut members = BTreeMap::<_, Vec<_>>::new();
        for (peer, friend) in self.service.records.friends_of(owner) {
            for group in &friend.groups {
                members.entry(group.as_ref()).or_default().push(peer);
            }
        }
        members
    }
}
