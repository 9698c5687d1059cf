//! A view of one user: settings, name and relations, inline or spilled.

use std::iter::FusedIterator;
use std::vec;

use super::entries::Entries;
use super::page::Page;
use super::spilled_record::{PeersFrom, SpilledRecord};
use super::{List, UserId};
use crate::facts::{Relation, RequestMode, UserFacts};

/// A view of one user.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Record<'a> {
    pub(super) id: UserId,
    pub(super) page: &'a Page,
    pub(super) slot: usize,
    /// The relations, if they are not in the page.
    pub(super) spilled: Option<&'a SpilledRecord>,
}

impl<'a> Record<'a> {
    pub(in crate::graph) fn id(self) -> UserId {
        self.id
    }

    pub(in crate::graph) fn name(self) -> &'a str {
        str::from_utf8(self.page.name(self.slot)).unwrap_or_default()
    }

    pub(in crate::graph) fn facts(self) -> UserFacts {
        let facts = self.page.facts(self.slot);
        facts.unwrap_or(UserFacts::new(RequestMode::Nobody))
    }

    /// Returns the relation to another user.
    pub(in crate::graph) fn relation(self, peer: UserId) -> Relation {
        match self.spilled {
            Some(spilled) => spilled.relation(peer),
            None => self.page.entries(self.slot).lookup(peer),
        }
    }

    /// Returns every relation that is not strangers, in the order of handles.
    pub(in crate::graph) fn relations(self) -> Vec<(UserId, Relation)> {
        let mut relations = match self.spilled {
            Some(spilled) => spilled.relations(),
            None => self.page.entries(self.slot).iter().collect(),
        };
        relations.sort_unstable();
        relations
    }

    /// Returns the relations if they are inline, in no particular order.
    pub(in crate::graph) fn inline(self) -> Option<Entries<'a>> {
        match self.spilled {
            Some(_) => None,
            None => Some(self.page.entries(self.slot)),
        }
    }

    /// Returns the users on one of this user's lists from a handle on, in their order.
    pub(in crate::graph) fn listed(self, list: List, from: UserId) -> Listed<'a> {
        if let Some(peers) = self.spilled.and_then(|spilled| spilled.listed(list, from)) {
            return Listed::Spilled(peers);
        }

        let mut listed = Vec::new();
        for (peer, relation) in self.page.entries(self.slot).iter() {
            if relation.holds(list.fact()) && peer >= from {
                listed.push(peer);
            }
        }
        listed.sort_unstable();
        Listed::Inline(listed.into_iter())
    }

    /// Returns whether another user is on one of this user's lists.
    pub(in crate::graph) fn is_listed(self, list: List, peer: UserId) -> bool {
        match self.spilled {
            Some(spilled) => spilled.is_listed(list, peer),
            None => self.relation(peer).holds(list.fact()),
        }
    }

    /// Returns the number of users on one of this user's lists.
    pub(in crate::graph) fn count(self, list: List) -> u32 {
        self.page.count(self.slot, list)
    }

    /// Returns whether two records of one handle hold the same data.
    pub(super) fn equals(self, other: Record<'_>) -> bool {
        self.name() == other.name()
            && self.facts() == other.facts()
            && self.relations() == other.relations()
    }
}

/// The users on a list from a handle on, in their order.
#[derive(Clone)]
pub(in crate::graph) enum Listed<'a> {
    Inline(vec::IntoIter<UserId>),
    Spilled(PeersFrom<'a>),
}

impl Iterator for Listed<'_> {
    type Item = UserId;

    fn next(&mut self) -> Option<UserId> {
        match self {
            Self::Inline(peers) => peers.next(),
            Self::Spilled(peers) => peers.next().map(|(peer, ())| *peer),
        }
    }
}

impl DoubleEndedIterator for Listed<'_> {
    fn next_back(&mut self) -> Option<UserId> {
        match self {
            Self::Inline(peers) => peers.next_back(),
            Self::Spilled(peers) => peers.next_back().map(|(peer, ())| *peer),
        }
    }
}

// Both forms are fused.
impl FusedIterator for Listed<'_> {}

impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("name", &self.name())
            .finish()
    }
}
