//! The relations of a user who has too many for a page.

use im::OrdMap;

use super::{List, UserId};
use crate::facts::Relation;

/// Relations in ordered maps. A write copies a few of their nodes.
///
/// Paging through the user's own lists walks `contacts` alone. It stays cheap even if very many
/// others block or list the user.
#[derive(Clone, Default)]
pub(super) struct SpilledRecord {
    /// Relations that put the peer on one of the user's lists.
    contacts: OrdMap<UserId, Relation>,
    /// All other relations: those that only the peer's lists show.
    admirers: OrdMap<UserId, Relation>,
}

impl SpilledRecord {
    pub(super) fn len(&self) -> usize {
        self.contacts.len() + self.admirers.len()
    }

    pub(super) fn relation(&self, peer: UserId) -> Relation {
        let found = self
            .contacts
            .get(&peer)
            .or_else(|| self.admirers.get(&peer));
        found.copied().unwrap_or(Relation::STRANGERS)
    }

    /// Returns every relation: contacts, then admirers.
    pub(super) fn relations(&self) -> Vec<(UserId, Relation)> {
        let both = self.contacts.iter().chain(&self.admirers);
        both.map(|(peer, relation)| (*peer, *relation)).collect()
    }

    /// Returns the contacts from a handle on.
    pub(super) fn contacts_from(
        &self,
        from: UserId,
    ) -> impl Iterator<Item = (UserId, Relation)> + use<'_> {
        self.contacts
            .range(from..)
            .map(|(peer, relation)| (*peer, *relation))
    }

    pub(super) fn write(&mut self, peer: UserId, relation: Relation) {
        let is_contact = List::ALL
            .into_iter()
            .any(|list| relation.holds(list.fact()));
        let is_admirer = !is_contact && relation != Relation::STRANGERS;

        for (map, belongs) in [
            (&mut self.contacts, is_contact),
            (&mut self.admirers, is_admirer),
        ] {
            if belongs {
                map.insert(peer, relation);
            } else {
                map.remove(&peer);
            }
        }
    }
}

impl FromIterator<(UserId, Relation)> for SpilledRecord {
    fn from_iter<I: IntoIterator<Item = (UserId, Relation)>>(relations: I) -> Self {
        let mut record = Self::default();
        for (peer, relation) in relations {
            record.write(peer, relation);
        }
        record
    }
}
