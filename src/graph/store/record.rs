//! One user's half of every relation, wherever it lies.

use super::entries::Entries;
use super::packed::Packed;
use super::spilled::SpilledRecord;
use super::{List, Store, UserId};
use crate::facts::{Relation, UserFacts};

/// A view of one user.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Record<'a> {
    pub(super) store: &'a Store,
    pub(super) id: UserId,
    pub(super) packed: &'a Packed,
}

impl<'a> Record<'a> {
    pub(in crate::graph) fn id(self) -> UserId {
        self.id
    }

    pub(in crate::graph) fn name(self) -> &'a str {
        self.store
            .directory
            .name(self.id, self.packed.name_hash())
            .unwrap_or_default()
    }

    pub(in crate::graph) fn facts(self) -> UserFacts {
        self.packed.facts()
    }

    /// Returns the relation to another user, strangers where there is none.
    pub(in crate::graph) fn relation(self, peer: UserId) -> Relation {
        match self.packed.entries() {
            Some(entries) => entries.lookup(peer),
            None => self.store.relation_apart(self.id, peer),
        }
    }

    /// Returns every relation that is not strangers, in the order of handles.
    pub(in crate::graph) fn relations(self) -> Vec<(UserId, Relation)> {
        match self.packed.entries() {
            Some(entries) => entries.iter().collect(),
            None => self
                .store
                .spilled
                .get(&self.id)
                .map_or(Vec::new(), SpilledRecord::relations),
        }
    }

    /// Returns the relations as they lie together, or `None` where they are very many.
    pub(in crate::graph) fn inline(self) -> Option<Entries<'a>> {
        self.packed.entries()
    }

    /// Returns the users on one of this user's lists from a handle on, in their order.
    pub(in crate::graph) fn listed(
        self,
        list: List,
        from: UserId,
    ) -> impl Iterator<Item = UserId> + use<'a> {
        let packed = self
            .packed
            .entries()
            .map(|entries| entries.starting_at(from));
        let spilled = if packed.is_none() {
            self.store.spilled.get(&self.id)
        } else {
            None
        };
        let spilled = spilled.map(|spilled| spilled.contacts_from(from));
        let relations = packed
            .into_iter()
            .flatten()
            .chain(spilled.into_iter().flatten());
        relations
            .filter(move |(_, relation)| relation.holds(list.fact()))
            .map(|(peer, _)| peer)
    }

    /// Returns how many users are on one of this user's lists.
    pub(in crate::graph) fn count(self, list: List) -> u32 {
        self.packed.count(list)
    }

    /// Returns whether two records of one handle hold the same.
    pub(super) fn same_as(self, other: Record<'_>) -> bool {
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
