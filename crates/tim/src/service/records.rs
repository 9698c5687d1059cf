//! What only this interface knows of accounts and pairs: kept beside the graph.
//!
//! Everything is in persistent ordered maps, so that a clone takes constant time. A record of
//! a pair is there only while the graph has what it is about, which one function sees to:
//! `Session::follow`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use im::{OrdMap, OrdSet};

use crate::wire::{TagItem, TagValue, tag};
use socialgraph::UserId;

/// How many friend lists by name a user may have.
pub(super) const MAX_GROUPS: usize = 32;

/// One user and another: whose record it is, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub(super) owner: UserId,
    pub(super) peer: UserId,
}

impl Pair {
    pub(super) const fn new(owner: UserId, peer: UserId) -> Self {
        Self { owner, peer }
    }
}

/// What is known of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// The fields of the profile, except those that the rules read.
    pub(super) profile: BTreeMap<Box<str>, TagValue>,
    /// The names of the friend lists, in the order in which they were made.
    pub(super) groups: Vec<Box<str>>,
    /// How often the blocklist has changed.
    pub(super) blocklist_sequence: u64,
    /// How often the friend list or a standard field of a friend has changed.
    pub(super) standard_sequence: u64,
    /// How often a custom field of a friend has changed.
    pub(super) custom_sequence: u64,
    /// How often the friend lists by name have changed.
    pub(super) group_sequence: u64,
}

impl Account {
    /// Makes the friend lists that are not there, while they fit; returns whether any was made.
    pub(super) fn make_groups(&mut self, names: &[Box<str>]) -> bool {
        let before = self.groups.len();
        for name in names {
            if self.groups.len() < MAX_GROUPS && !self.has_group(name) {
                self.groups.push(name.clone());
            }
        }
        self.groups.len() > before
    }

    pub(super) fn has_group(&self, name: &str) -> bool {
        self.groups.iter().any(|group| **group == *name)
    }
}

/// What is known of a friend, or of a friend-to-be while the request waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Friend {
    pub(super) remark: Option<Box<str>>,
    pub(super) groups: Vec<Box<str>>,
    pub(super) source: Option<Box<str>>,
    pub(super) wording: Option<Box<str>>,
    /// In seconds since 1970.
    pub(super) added_at: Option<u64>,
    pub(super) custom: BTreeMap<Box<str>, TagValue>,
}

impl Friend {
    /// Returns the standard fields that are set, in the order of the vendor's samples.
    pub(super) fn standard_items(&self) -> impl Iterator<Item = TagItem> {
        let text =
            |tag, text: &Option<Box<str>>| text.as_deref().map(|text| TagItem::new(tag, text));
        let groups = || self.groups.iter().map(ToString::to_string).collect();
        [
            text(tag::ADD_SOURCE, &self.source),
            text(tag::REMARK, &self.remark),
            (!self.groups.is_empty()).then(|| TagItem::new(tag::GROUP, TagValue::Texts(groups()))),
            self.added_at
                .map(|time| TagItem::new(tag::ADD_TIME, seconds(time))),
            text(tag::ADD_WORDING, &self.wording),
        ]
        .into_iter()
        .flatten()
    }

    /// Returns whether the standard fields are those of another.
    pub(super) fn is_standardly(&self, other: &Self) -> bool {
        self.standard_items().eq(other.standard_items())
    }

    /// Returns whether the friend is in the groups of another, in whatever order.
    pub(super) fn is_grouped_as(&self, other: &Self) -> bool {
        // No group is there twice.
        let has = |group| other.groups.contains(group);
        self.groups.len() == other.groups.len() && self.groups.iter().all(has)
    }

    /// Takes over what is said anew, and keeps the rest.
    pub(super) fn note(&mut self, said: Self) {
        let Self {
            remark,
            groups,
            source,
            wording,
            ..
        } = said;
        let keep = |kept: &mut Option<Box<str>>, said: Option<_>| *kept = said.or(kept.take());
        keep(&mut self.remark, remark);
        keep(&mut self.source, source);
        keep(&mut self.wording, wording);
        for group in groups {
            if !self.groups.contains(&group) {
                self.groups.push(group);
            }
        }
    }

    /// Returns the custom fields, in the order of their tags.
    pub(super) fn custom_items(&self) -> impl Iterator<Item = TagItem> {
        self.custom
            .iter()
            .map(|(tag, value)| TagItem::new(tag, value.clone()))
    }
}

fn seconds(time: u64) -> TagValue {
    TagValue::Number(i64::try_from(time).unwrap_or(i64::MAX))
}

/// What is known of every account and pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Records {
    accounts: OrdMap<UserId, Arc<Account>>,
    friends: OrdMap<Pair, Arc<Friend>>,
    /// Of whoever asked, of the one asked.
    requests: OrdMap<Pair, Arc<Friend>>,
    /// When, in seconds since 1970.
    blocked_at: OrdMap<Pair, u64>,
    /// The names of accounts that are another app's.
    foreign: OrdSet<Arc<str>>,
    /// The highest sequence of an account that was deleted.
    last_sequence: u64,
}

impl Records {
    pub(super) fn account(&self, user: UserId) -> Option<&Account> {
        self.accounts.get(&user).map(AsRef::as_ref)
    }

    /// Returns whether every one of these friend lists is there, or would fit.
    ///
    /// Whoever is not there yet has none.
    pub(super) fn has_room_for(&self, owner: Option<UserId>, names: &[Box<str>]) -> bool {
        let account = owner.and_then(|owner| self.account(owner));
        let kept = account.map_or(&[][..], |account| &account.groups);
        kept.iter().chain(names).collect::<BTreeSet<_>>().len() <= MAX_GROUPS
    }

    pub(super) fn account_mut(&mut self, user: UserId) -> &mut Account {
        Arc::make_mut(self.accounts.entry(user).or_default())
    }

    /// Begins what is known of an account.
    ///
    /// Whoever had the name before may have left sequences with somebody: these go on from
    /// there, so that they are never taken for the same.
    pub(super) fn begin_account(&mut self, user: UserId) {
        if self.last_sequence > 0 {
            let next = self.last_sequence + 1;
            let account = self.account_mut(user);
            account.blocklist_sequence = next;
            account.standard_sequence = next;
            account.custom_sequence = next;
            account.group_sequence = next;
        }
    }

    pub(super) fn remove_account(&mut self, user: UserId) {
        if let Some(account) = self.accounts.remove(&user) {
            self.last_sequence = [
                self.last_sequence,
                account.blocklist_sequence,
                account.standard_sequence,
                account.custom_sequence,
                account.group_sequence,
            ]
            .into_iter()
            .fold(0, u64::max);
        }
    }

    pub(super) fn friend(&self, pair: Pair) -> Option<&Friend> {
        self.friends.get(&pair).map(AsRef::as_ref)
    }

    pub(super) fn friend_mut(&mut self, pair: Pair) -> &mut Friend {
        Arc::make_mut(self.friends.entry(pair).or_default())
    }

    /// Returns the friends of a user of whom something is known, in the order of handles.
    pub(super) fn friends_of(&self, owner: UserId) -> impl Iterator<Item = (UserId, &Friend)> {
        let first = Pair::new(owner, UserId::from_u32(0));
        let last = Pair::new(owner, UserId::from_u32(u32::MAX));
        self.friends
            .range(first..=last)
            .map(|(pair, friend)| (pair.peer, friend.as_ref()))
    }

    pub(super) fn remove_friend(&mut self, pair: Pair) -> Option<Friend> {
        self.friends.remove(&pair).map(Arc::unwrap_or_clone)
    }

    pub(super) fn request(&self, pair: Pair) -> Option<&Friend> {
        self.requests.get(&pair).map(AsRef::as_ref)
    }

    pub(super) fn insert_request(&mut self, pair: Pair, friend: Friend) {
        self.requests.insert(pair, Arc::new(friend));
    }

    pub(super) fn remove_request(&mut self, pair: Pair) {
        self.requests.remove(&pair);
    }

    pub(super) fn blocked_at(&self, pair: Pair) -> Option<u64> {
        self.blocked_at.get(&pair).copied()
    }

    pub(super) fn insert_block(&mut self, pair: Pair, now: u64) {
        self.blocked_at.insert(pair, now);
    }

    pub(super) fn remove_block(&mut self, pair: Pair) {
        self.blocked_at.remove(&pair);
    }

    pub(super) fn is_foreign(&self, name: &str) -> bool {
        self.foreign.contains(name)
    }

    pub(super) fn insert_foreign(&mut self, name: &str) {
        self.foreign.insert(name.into());
    }

    pub(super) fn remove_foreign(&mut self, name: &str) {
        self.foreign.remove(name);
    }

    /// Returns every account, friend, request and block of which something is known.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        let accounts = self.accounts.iter().map(|(user, _)| Key::Account(*user));
        let friends = self.friends.iter().map(|(pair, _)| Key::Friend(*pair));
        let requests = self.requests.iter().map(|(pair, _)| Key::Request(*pair));
        let blocks = self.blocked_at.iter().map(|(pair, _)| Key::Block(*pair));
        accounts.chain(friends).chain(requests).chain(blocks)
    }
}

/// What a record is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    Account(UserId),
    Friend(Pair),
    Request(Pair),
    Block(Pair),
}
