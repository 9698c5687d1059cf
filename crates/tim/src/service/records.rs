//! The records that only this interface has of accounts and pairs, beside the graph.
//!
//! Every record is in a persistent ordered map, so a clone takes constant time. A record of a
//! pair exists only while the graph has the entry, request or block that it belongs to.
//! `UpdateContext::update_records` keeps it so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use im::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use socialgraph::UserId;

use super::saved::{names, tag_values};
use crate::json::tag_item::{TagItem, TagValue, tag};

/// The most groups of friends of a user.
pub(crate) const MAX_GROUPS: usize = 32;

/// The most fields of a profile, besides those that the rules read.
pub(crate) const MAX_PROFILE_FIELDS: usize = 32;

/// The most custom fields of a friend.
pub(crate) const MAX_CUSTOM_FIELDS: usize = 20;

/// The owner of a record, and the user that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) owner: UserId,
    pub(crate) peer: UserId,
}

impl Pair {
    pub(crate) const fn new(owner: UserId, peer: UserId) -> Self {
        Self { owner, peer }
    }

    /// Returns the pair with owner and peer exchanged.
    pub(crate) const fn flip(self) -> Self {
        Self::new(self.peer, self.owner)
    }
}

/// The record of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The fields of the profile, except those that the rules read.
    #[serde(with = "tag_values")]
    pub(crate) profile: BTreeMap<Box<str>, TagValue>,
    /// The names of the groups of friends, in the order of their creation. Friends share them.
    #[serde(with = "names")]
    pub(crate) groups: Vec<Arc<str>>,
    /// The number of changes of the blocklist.
    pub(crate) blocklist_sequence: u64,
    /// The number of changes of the friend list and of standard fields of friends.
    pub(crate) standard_sequence: u64,
    /// The number of changes of custom fields of friends.
    pub(crate) custom_sequence: u64,
    /// The number of changes of the groups of friends.
    pub(crate) group_sequence: u64,
    /// The bytes of all fields that the account keeps: its own, its friends' and its requests'.
    #[serde(skip)]
    pub(super) field_bytes: u64,
}

impl Account {
    /// Creates the groups that do not exist yet, as long as they fit.
    ///
    /// Returns whether it created any.
    pub(crate) fn create_groups(&mut self, names: &[Arc<str>]) -> bool {
        let count = self.groups.len();
        for name in names {
            if self.groups.len() < MAX_GROUPS && !self.has_group(name) {
                self.groups.push(name.clone());
            }
        }
        self.groups.len() > count
    }

    /// Adds the fields and groups of a merged account that this one lacks, as long as they fit.
    pub(super) fn complete(&mut self, merged: Self) {
        self.create_groups(&merged.groups);
        complete_map(&mut self.profile, merged.profile, MAX_PROFILE_FIELDS);
    }

    pub(crate) fn has_group(&self, name: &str) -> bool {
        self.group(name).is_some()
    }

    /// Returns the account's own copy of the name of a group.
    pub(crate) fn group(&self, name: &str) -> Option<&Arc<str>> {
        self.groups.iter().find(|group| ***group == *name)
    }

    /// Returns the bytes of the profile and of the names of groups.
    pub(super) fn own_bytes(&self) -> u64 {
        let names = self.groups.iter().map(|name| field_bytes(name.len()));
        names.sum::<u64>() + map_bytes(&self.profile)
    }
}

/// The fields of a friend, or of the target of a pending friend request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Friend {
    pub(crate) remark: Option<Box<str>>,
    /// The names of groups: those of the owner's list, which has them once.
    #[serde(with = "names")]
    pub(crate) groups: Vec<Arc<str>>,
    pub(crate) source: Option<Box<str>>,
    pub(crate) wording: Option<Box<str>>,
    /// In seconds since 1970.
    pub(crate) added_at: Option<u64>,
    #[serde(with = "tag_values")]
    pub(crate) custom: BTreeMap<Box<str>, TagValue>,
}

impl Friend {
    /// Returns the standard fields that are set, in the order of the vendor's samples.
    pub(crate) fn standard_items(&self) -> Vec<TagItem> {
        let mut items = Vec::new();
        if let Some(source) = &self.source {
            items.push(TagItem::new(tag::ADD_SOURCE, &**source));
        }
        if let Some(remark) = &self.remark {
            items.push(TagItem::new(tag::REMARK, &**remark));
        }

        if !self.groups.is_empty() {
            let names = self.groups.iter().map(ToString::to_string).collect();
            items.push(TagItem::new(tag::GROUP, TagValue::Texts(names)));
        }

        if let Some(time) = self.added_at {
            let seconds = i64::try_from(time).unwrap_or(i64::MAX);
            items.push(TagItem::new(tag::ADD_TIME, TagValue::Number(seconds)));
        }
        if let Some(wording) = &self.wording {
            items.push(TagItem::new(tag::ADD_WORDING, &**wording));
        }
        items
    }

    /// Returns the custom fields, in the order of their tags.
    pub(crate) fn custom_items(&self) -> impl Iterator<Item = TagItem> {
        self.custom
            .iter()
            .map(|(tag, value)| TagItem::new(tag, value.clone()))
    }

    /// Returns whether the standard fields equal those of another friend.
    pub(crate) fn has_standard_fields_of(&self, other: &Self) -> bool {
        self.standard_items() == other.standard_items()
    }

    /// Returns whether the friend is in the groups of another, in any order.
    pub(crate) fn has_groups_of(&self, other: &Self) -> bool {
        // Groups are distinct, so equal length and inclusion imply equality.
        let is_shared = |group| other.groups.contains(group);
        self.groups.len() == other.groups.len() && self.groups.iter().all(is_shared)
    }

    /// Replaces the fields that are set in a newer version, except custom fields, and joins its
    /// groups.
    pub(crate) fn merge(&mut self, newer: Self) {
        self.remark = newer.remark.or(self.remark.take());
        self.source = newer.source.or(self.source.take());
        self.wording = newer.wording.or(self.wording.take());
        self.join(&newer.groups);
    }

    /// Adds what this record lacks of another of the same friend. The earlier time counts.
    pub(super) fn complete(&mut self, other: Self) {
        self.remark = self.remark.take().or(other.remark);
        self.source = self.source.take().or(other.source);
        self.wording = self.wording.take().or(other.wording);
        self.added_at = match (self.added_at, other.added_at) {
            (Some(this), Some(other)) => Some(this.min(other)),
            (this, other) => this.or(other),
        };
        self.join(&other.groups);
        complete_map(&mut self.custom, other.custom, MAX_CUSTOM_FIELDS);
    }

    /// Returns the bytes of the fields.
    pub(crate) fn bytes(&self) -> u64 {
        let texts = [&self.remark, &self.source, &self.wording];
        let texts = texts
            .into_iter()
            .flatten()
            .map(|text| field_bytes(text.len()));
        let groups = GROUP_BYTES.saturating_mul(self.groups.len() as u64);
        texts.sum::<u64>() + groups + map_bytes(&self.custom)
    }

    /// Returns the bytes of the fields of a request, whose groups may not exist yet.
    pub(crate) fn request_bytes(&self) -> u64 {
        let names = self.groups.iter().map(|name| field_bytes(name.len()));
        self.bytes() + names.sum::<u64>()
    }

    /// Adds the friend to groups. Returns whether one of them was new.
    pub(crate) fn join(&mut self, groups: &[Arc<str>]) -> bool {
        let count = self.groups.len();
        for group in groups {
            if !self.groups.contains(group) {
                self.groups.push(group.clone());
            }
        }
        self.groups.len() > count
    }
}

/// Adds the values of absent tags, in the order of tags, as long as they fit.
fn complete_map(
    values: &mut BTreeMap<Box<str>, TagValue>,
    other: BTreeMap<Box<str>, TagValue>,
    limit: usize,
) {
    for (tag, value) in other {
        if values.len() < limit {
            values.entry(tag).or_insert(value);
        }
    }
}

/// The bytes of a field besides its texts: pointers, lengths, and what an allocation costs.
const FIELD_BYTES: u64 = 32;

/// The bytes of a friend's group. The name is counted once, with the account.
const GROUP_BYTES: u64 = 16;

/// Returns the bytes of a field with texts of this length.
pub(crate) const fn field_bytes(texts: usize) -> u64 {
    FIELD_BYTES + texts as u64
}

/// Returns the bytes of a tag with its value.
pub(crate) fn tagged_bytes(tag: &str, value: &TagValue) -> u64 {
    let value = match value {
        TagValue::Text(text) => text.len(),
        TagValue::Number(_) => 0,
        TagValue::Texts(texts) => texts.iter().map(String::len).sum(),
    };
    field_bytes(tag.len() + value)
}

fn map_bytes(fields: &BTreeMap<Box<str>, TagValue>) -> u64 {
    fields
        .iter()
        .map(|(tag, value)| tagged_bytes(tag, value))
        .sum()
}

/// The records of every account and pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Records {
    pub(super) accounts: OrdMap<UserId, Arc<Account>>,
    pub(super) friends: OrdMap<Pair, Arc<Friend>>,
    /// Keyed by requester and target.
    pub(super) requests: OrdMap<Pair, Arc<Friend>>,
    /// In seconds since 1970.
    pub(super) blocked_at: OrdMap<Pair, u64>,
    /// The accounts that are another app's.
    pub(super) foreign: OrdSet<Arc<str>>,
    /// The highest sequence of any account that was deleted, renamed or merged.
    pub(super) last_sequence: u64,
    /// The sum of `field_bytes` of all accounts.
    pub(super) field_bytes: u64,
}

impl Records {
    pub(crate) fn account(&self, user: UserId) -> Option<&Account> {
        self.accounts.get(&user).map(AsRef::as_ref)
    }

    /// Returns an account to change its sequences. [`edit_account`](Self::edit_account) changes
    /// fields, which are counted.
    pub(crate) fn account_mut(&mut self, user: UserId) -> &mut Account {
        Arc::make_mut(self.accounts.entry(user).or_default())
    }

    /// Changes an account's profile or groups.
    pub(crate) fn edit_account<T>(
        &mut self,
        user: UserId,
        edit: impl FnOnce(&mut Account) -> T,
    ) -> T {
        let account = self.account_mut(user);
        let before = account.own_bytes();
        let result = edit(account);
        let after = account.own_bytes();
        self.count(user, before, after);
        result
    }

    /// Counts a change of the bytes that an account keeps.
    fn count(&mut self, owner: UserId, before: u64, after: u64) {
        if before == after {
            return;
        }
        let account = self.account_mut(owner);
        account.field_bytes = (account.field_bytes + after).saturating_sub(before);
        self.field_bytes = (self.field_bytes + after).saturating_sub(before);
    }

    /// Counts the fields that each account keeps, from scratch.
    pub(super) fn recount(&self) -> BTreeMap<UserId, u64> {
        let mut counts = BTreeMap::new();
        for (user, account) in &self.accounts {
            *counts.entry(*user).or_default() += account.own_bytes();
        }
        for (pair, friend) in &self.friends {
            *counts.entry(pair.owner).or_default() += friend.bytes();
        }
        for (pair, request) in &self.requests {
            *counts.entry(pair.owner).or_default() += request.request_bytes();
        }
        counts.retain(|_, bytes| *bytes > 0);
        counts
    }

    /// Returns whether all of these groups exist or can be created.
    ///
    /// An owner who is not imported yet has no groups.
    pub(crate) fn has_room_for(&self, owner: Option<UserId>, names: &[Arc<str>]) -> bool {
        let mut groups: BTreeSet<&str> = names.iter().map(AsRef::as_ref).collect();
        if let Some(account) = owner.and_then(|owner| self.account(owner)) {
            groups.extend(account.groups.iter().map(AsRef::as_ref));
        }
        groups.len() <= MAX_GROUPS
    }

    /// Returns the bytes of the names that an owner's list of groups lacks.
    pub(crate) fn bytes_of_new_groups(&self, owner: Option<UserId>, names: &[Arc<str>]) -> u64 {
        let account = owner.and_then(|owner| self.account(owner));
        let is_new = |name: &&Arc<str>| !account.is_some_and(|account| account.has_group(name));
        let new = names.iter().filter(is_new);
        new.map(|name| field_bytes(name.len())).sum()
    }

    /// Begins the record of an account that has just been imported.
    ///
    /// Clients may still hold sequences of a deleted account with this name. Start above them,
    /// so that no old sequence looks current.
    pub(super) fn begin_account(&mut self, user: UserId) {
        if self.last_sequence == 0 {
            return;
        }

        let next = self.last_sequence + 1;
        let account = self.account_mut(user);
        account.blocklist_sequence = next;
        account.standard_sequence = next;
        account.custom_sequence = next;
        account.group_sequence = next;
    }

    pub(crate) fn remove_account(&mut self, user: UserId) {
        self.retire_sequences(user);
        if let Some(account) = self.accounts.remove(&user) {
            self.field_bytes = self.field_bytes.saturating_sub(account.field_bytes);
        }
    }

    /// Gives an account sequences that no client has seen: neither of it nor of a deleted one.
    pub(super) fn renew_sequences(&mut self, user: UserId) {
        self.retire_sequences(user);
        self.begin_account(user);
    }

    /// Keeps new accounts from starting below the sequences of this one.
    fn retire_sequences(&mut self, user: UserId) {
        let Some(account) = self.accounts.get(&user) else {
            return;
        };

        for sequence in [
            account.blocklist_sequence,
            account.standard_sequence,
            account.custom_sequence,
            account.group_sequence,
        ] {
            self.last_sequence = self.last_sequence.max(sequence);
        }
    }

    pub(crate) fn friend(&self, pair: Pair) -> Option<&Friend> {
        self.friends.get(&pair).map(AsRef::as_ref)
    }

    /// Changes the fields of a friend.
    pub(crate) fn edit_friend<T>(&mut self, pair: Pair, edit: impl FnOnce(&mut Friend) -> T) -> T {
        let friend = Arc::make_mut(self.friends.entry(pair).or_default());
        let before = friend.bytes();
        let result = edit(friend);
        let after = friend.bytes();
        self.count(pair.owner, before, after);
        result
    }

    /// Returns the friends of a user that have a record, in the order of handles.
    pub(crate) fn friends_of(&self, owner: UserId) -> impl Iterator<Item = (UserId, &Friend)> {
        let first = Pair::new(owner, UserId::from_u32(0));
        let last = Pair::new(owner, UserId::from_u32(u32::MAX));
        self.friends
            .range(first..=last)
            .map(|(pair, friend)| (pair.peer, friend.as_ref()))
    }

    pub(super) fn remove_friend(&mut self, pair: Pair) -> Option<Friend> {
        let friend = self.friends.remove(&pair)?;
        self.count(pair.owner, friend.bytes(), 0);
        Some(Arc::unwrap_or_clone(friend))
    }

    pub(super) fn request(&self, pair: Pair) -> Option<&Friend> {
        self.requests.get(&pair).map(AsRef::as_ref)
    }

    pub(super) fn insert_request(&mut self, pair: Pair, friend: Friend) {
        let after = friend.request_bytes();
        let before = self.requests.insert(pair, Arc::new(friend));
        let before = before.map_or(0, |friend| friend.request_bytes());
        self.count(pair.owner, before, after);
    }

    pub(super) fn remove_request(&mut self, pair: Pair) {
        if let Some(request) = self.requests.remove(&pair) {
            self.count(pair.owner, request.request_bytes(), 0);
        }
    }

    pub(crate) fn blocked_at(&self, pair: Pair) -> Option<u64> {
        self.blocked_at.get(&pair).copied()
    }

    pub(super) fn insert_block(&mut self, pair: Pair, now: u64) {
        self.blocked_at.insert(pair, now);
    }

    pub(super) fn remove_block(&mut self, pair: Pair) {
        self.blocked_at.remove(&pair);
    }

    pub(crate) fn is_foreign(&self, name: &str) -> bool {
        self.foreign.contains(name)
    }

    pub(super) fn insert_foreign(&mut self, name: &str) {
        self.foreign.insert(name.into());
    }

    pub(super) fn remove_foreign(&mut self, name: &str) {
        self.foreign.remove(name);
    }

    /// Returns the key of every record.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        let accounts = self.accounts.keys().map(|user| Key::Account(*user));
        let friends = self.friends.keys().map(|pair| Key::Friend(*pair));
        let requests = self.requests.keys().map(|pair| Key::Request(*pair));
        let blocks = self.blocked_at.keys().map(|pair| Key::Block(*pair));
        accounts.chain(friends).chain(requests).chain(blocks)
    }
}

/// The key of a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    Account(UserId),
    Friend(Pair),
    Request(Pair),
    Block(Pair),
}
