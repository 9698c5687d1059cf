//! The relations of a user who has very many.

use im::OrdMap;

use super::{List, UserId};
use crate::facts::Relation;

/// Relations in ordered maps, of which a write copies a few nodes and no more.
///
/// A user whom many others block or list has them in `admirers`, apart from `contacts`, so
/// that paging through their own lists stays cheap.
#[derive(Clone, Default)]
pub(super) struct SpilledRecord {
    /// Relations of which a listing of this user speaks.
    contacts: OrdMap<UserId, Relation>,
    /// Relations that the other side alone has made.
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

    /// Returns every relation, in the order of handles.
    pub(super) fn relations(&self) -> Vec<(UserId, Relation)> {
        let both = self.contacts.iter().chain(&self.admirers);
        let mut all: Vec<_> = both.map(|(peer, relation)| (*peer, *relation)).collect();
        all.sort_unstable();
        all
    }

    /// Returns the relations of which a listing speaks, from a handle on.
    pub(super) fn contacts_from(
        &self,
        from: UserId,
    ) -> impl Iterator<Item = (UserId, Relation)> + use<'_> {
        self.contacts
            .range(from..)
            .map(|(peer, relation)| (*peer, *relation))
    }

    pub(super) fn write(&mut self, peer: UserId, relation: Relation) {
        let listed = List::ALL
            .into_iter()
            .any(|list| relation.holds(list.fact()));
        let admired = !listed && relation != Relation::STRANGERS;
        for (map, present) in [(&mut self.contacts, listed), (&mut self.admirers, admired)] {
            if present {
                map.insert(peer, relation);
            } else {
                map.remove(&peer);
            }
        }
    }
}

impl FromIterator<(UserId, Relation)> for SpilledRecord {
    fn from_iter<I: IntoIterator<Item = (UserId, Relation)>>(relations: I) -> Self {
        relations
            .into_iter()
            .fold(Self::default(), |mut record, (peer, relation)| {
                record.write(peer, relation);
                record
            })
    }
}
