//! `friend_*` that ask about friend lists.

use super::checks::check_tags;
use super::records::{Friend, Pair};
use super::session::{code_and_info, split};
use super::{Asked, Query};
use crate::failure::{Cause, Failure, success};
use crate::wire::{
    FriendCheck, FriendCheckItem, FriendCheckResponse, FriendCheckType, FriendGet, FriendGetList,
    FriendGetListResponse, FriendGetResponse, FriendInfoItem, FriendRelation, Request, TagItem,
    UserDataItem,
};
use socialgraph::{Fact, List, UserId};

impl Query for FriendCheck {
    fn answer(&self, asked: &Asked<'_>) -> Result<FriendCheckResponse, Failure> {
        let command = Self::COMMAND;
        let from = asked.actor(command, &self.from_account)?;
        asked.service.check_batch(command, self.to_account.len())?;
        let relation = |to| asked.listings(self.check_type, from, to);
        let (info_item, fail_account) = asked.each(&self.to_account, relation, |to, relation| {
            let (relation, cause) = split(relation);
            let (result_code, result_info) = code_and_info(command, cause);
            let relation = relation.unwrap_or(FriendRelation::NoRelation);
            FriendCheckItem {
                to_account: to.clone(),
                relation,
                result_code,
                result_info,
            }
        });
        Ok(FriendCheckResponse {
            info_item,
            fail_account,
            envelope: success(command),
        })
    }
}

impl Asked<'_> {
    /// Returns who lists whom, as far as the check asks.
    fn listings(
        &self,
        check_type: FriendCheckType,
        from: Option<UserId>,
        to: Option<UserId>,
    ) -> Result<FriendRelation, Cause> {
        let relation = self.relation(from, to)?;
        let reverse = check_type == FriendCheckType::Both && relation.holds(Fact::TargetLists);
        Ok(match (relation.holds(Fact::ActorLists), reverse) {
            (false, false) => FriendRelation::NoRelation,
            (true, false) => FriendRelation::AWithB,
            (false, true) => FriendRelation::BWithA,
            (true, true) => FriendRelation::BothWay,
        })
    }
}

impl Query for FriendGet {
    fn answer(&self, asked: &Asked<'_>) -> Result<FriendGetResponse, Failure> {
        let command = Self::COMMAND;
        let from = asked.actor(command, &self.from_account)?;
        let records = &asked.service.records;
        let account = from.and_then(|from| records.account(from));
        let (standard_sequence, custom_sequence) = account.map_or((0, 0), |account| {
            (account.standard_sequence, account.custom_sequence)
        });
        let wanted = Wanted {
            standard: !self.has_seen(self.standard_sequence, standard_sequence),
            custom: !self.has_seen(self.custom_sequence, custom_sequence),
        };
        let (user_data_item, next_start_index) = match from {
            Some(from) if wanted.standard || wanted.custom => {
                asked.friends_page(from, self.start_index, wanted)
            }
            _ => (Vec::new(), 0),
        };
        let friends = from.and_then(|from| asked.service.graph.friends(from).ok());
        let friend_num = friends.map_or(0, |list| u32::try_from(list.len()).unwrap_or(u32::MAX));
        Ok(FriendGetResponse {
            user_data_item,
            standard_sequence,
            custom_sequence,
            friend_num,
            complete_flag: u32::from(next_start_index == 0),
            next_start_index,
            envelope: success(command),
        })
    }
}

impl FriendGet {
    /// Returns whether the caller has the fields of a sequence already.
    ///
    /// Only on the first page: callers send the sequence of one page along with the next,
    /// and would otherwise never get that. 0 is what a caller sends who has seen nothing.
    fn has_seen(&self, seen: Option<u64>, current: u64) -> bool {
        self.start_index == 0 && current != 0 && seen == Some(current)
    }
}

/// Which fields of friends are given.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    standard: bool,
    custom: bool,
}

impl Asked<'_> {
    /// Returns a page of friends with the fields wanted, and where the next starts.
    fn friends_page(
        &self,
        owner: UserId,
        start_index: u32,
        wanted: Wanted,
    ) -> (Vec<UserDataItem>, u32) {
        let len = self.service.friend_page_len;
        let (users, next) = self.page(Some(owner), List::Friends, start_index, len);
        let item = |peer| {
            let friend = self.service.records.friend(Pair::new(owner, peer));
            UserDataItem {
                to_account: self.service.name(peer),
                value_item: friend.map(|friend| wanted.of(friend)).unwrap_or_default(),
            }
        };
        // Of a friend without custom fields there is nothing to say where those alone are due.
        let is_due = |item: &UserDataItem| wanted.standard || !item.value_item.is_empty();
        (users.into_iter().map(item).filter(is_due).collect(), next)
    }
}

impl Wanted {
    fn of(self, friend: &Friend) -> Vec<TagItem> {
        let standard = friend.standard_items().filter(|_| self.standard);
        standard
            .chain(friend.custom_items().filter(|_| self.custom))
            .collect()
    }
}

impl Query for FriendGetList {
    fn answer(&self, asked: &Asked<'_>) -> Result<FriendGetListResponse, Failure> {
        let command = Self::COMMAND;
        let from = asked.actor(command, &self.from_account)?;
        asked.service.check_batch(command, self.to_account.len())?;
        let tags = check_tags(command, &self.tag_list)?;
        let fields = |to| asked.friend_fields(from, to, &tags);
        let (info_item, fail_account) = asked.each(&self.to_account, fields, |to, fields| {
            let (sns_profile_item, cause) = split(fields);
            let (result_code, result_info) = code_and_info(command, cause);
            FriendInfoItem {
                to_account: to.clone(),
                sns_profile_item,
                result_code,
                result_info,
            }
        });
        Ok(FriendGetListResponse {
            info_item,
            fail_account,
            envelope: success(command),
        })
    }
}

impl Asked<'_> {
    /// Returns the fields of a friend that are set, in the order asked for.
    fn friend_fields(
        &self,
        from: Option<UserId>,
        to: Option<UserId>,
        tags: &[&str],
    ) -> Result<Vec<TagItem>, Cause> {
        let relation = self.relation(from, to)?;
        let (Some(from), Some(to)) = (from, to) else {
            return Err(Cause::NotFriend);
        };
        if !relation.holds(Fact::ActorLists) {
            return Err(Cause::NotFriend);
        }
        let all = Wanted {
            standard: true,
            custom: true,
        };
        let friend = self.service.records.friend(Pair::new(from, to));
        let known = friend.map(|friend| all.of(friend)).unwrap_or_default();
        let field = |tag: &&str| {
            let of_friend = known.iter().find(|item| item.tag == **tag).cloned();
            of_friend.or_else(|| self.service.profile_field(Some(to), tag))
        };
        Ok(tags.iter().filter_map(field).collect())
    }
}
