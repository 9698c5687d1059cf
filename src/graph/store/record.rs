//! A view of one user: settings, name and relations, inline or spilled.

use super::directory::Directory;
use super::entries::Entries;
use super::packed::Packed;
use super::spilled_record::SpilledRecord;
use super::{List, UserId};
use crate::facts::{Relation, UserFacts};

/// A view of one user.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Record<'a> {
    pub(super) id: UserId,
    pub(super) packed: &'a Packed,
    /// The relations, if they are not in `packed`.
    pub(super) spilled: Option<&'a SpilledRecord>,
    pub(super) directory: &'a Directory,
}

impl<'a> Record<'a> {
    pub(in crate::graph) fn id(self) -> UserId {
        self.id
    }

    pub(in crate::graph) fn name(self) -> &'a str {
        self.directory
            .name(self.id, self.packed.name_hash())
            .unwrap_or_default()
    }

    pub(in crate::graph) fn facts(self) -> UserFacts {
        self.packed.facts()
    }

    /// Returns the relation to another user.
    #[inline]
    pub(in crate::graph) fn relation(self, peer: UserId) -> Relation {
        match self.spilled {
            Some(spilled) => spilled.relation(peer),
            None => self.packed.entries().lookup(peer),
        }
    }

    /// Returns every relation that is not strangers, in the order of handles.
    pub(in crate::graph) fn relations(self) -> Vec<(UserId, Relation)> {
        match self.spilled {
            Some(spilled) => spilled.relations(),
            None => self.packed.entries().iter().collect(),
        }
    }

    /// Returns the relations if they are inline.
    pub(in crate::graph) fn inline(self) -> Option<Entries<'a>> {
        match self.spilled {
            Some(_) => None,
            None => Some(self.packed.entries()),
        }
    }

    /// Returns the users on one of this user's lists from a handle on, in their order.
    pub(in crate::graph) fn listed(
        self,
        list: List,
        from: UserId,
    ) -> impl Iterator<Item = UserId> + use<'a> {
        // A packed record whose relations are spilled has no entries.
        let inline = self.packed.entries().starting_at(from);
        let spilled = self.spilled.into_iter();
        inline
            .chain(spilled.flat_map(move |spilled| spilled.contacts_from(from)))
            .filter(move |(_, relation)| relation.holds(list.fact()))
            .map(|(peer, _)| peer)
    }

    /// Returns the number of users on one of this user's lists.
    pub(in crate::graph) fn count(self, list: List) -> u32 {
        self.packed.count(list)
    }

    /// Returns whether two records of one handle hold the same data.
    pub(super) fn equals(self, other: Record<'_>) -> bool {
        self.name() == other.name()
            && self.facts() == other.facts()
            && self.relations() == other.relations()
    }
}

impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("name", &self.name())
            .finish()
    }
}
