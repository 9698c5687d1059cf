//! The relations of a user who has too many for a page.

use im::OrdMap;
use im::ordmap::RangedIter;
use im::shared_ptr::DefaultSharedPtr;

use super::{List, UserId};
use crate::facts::Relation;

/// Relations as an ordered set of peers for each list. A write copies a few nodes of the sets
/// that it changes.
///
/// Each fact of a relation puts the peer on one list, so the lists hold the whole relation.
/// Paging through a list walks that list alone. It stays cheap even if very many users are on
/// another one.
#[derive(Clone, Default)]
pub(super) struct SpilledRecord {
    /// The peers on each list, in the order of [`List`].
    lists: [Peers; List::ALL.len()],
    /// The number of peers, each counted once.
    len: usize,
}

/// A set of peers: a map, because the ranges of a map can be cloned.
type Peers = OrdMap<UserId, ()>;

/// The peers on a list from a handle on, in their order.
pub(super) type PeersFrom<'a> = RangedIter<'a, UserId, (), DefaultSharedPtr>;

impl SpilledRecord {
    /// Returns the number of relations.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn relation(&self, peer: UserId) -> Relation {
        let mut relation = Relation::STRANGERS;
        for (list, peers) in List::ALL.into_iter().zip(&self.lists) {
            if peers.contains_key(&peer) {
                relation = relation.with(list.fact());
            }
        }
        relation
    }

    /// Returns every relation, in the order of handles.
    pub(super) fn relations(&self) -> Vec<(UserId, Relation)> {
        let mut relations = Vec::new();
        for (list, peers) in List::ALL.into_iter().zip(&self.lists) {
            let listed = Relation::STRANGERS.with(list.fact());
            relations.extend(peers.keys().map(|peer| (*peer, listed)));
        }

        // A stable sort merges the lists, which are sorted already.
        relations.sort_by_key(|(peer, _)| *peer);
        relations.dedup_by(|next, kept| {
            let is_same_peer = next.0 == kept.0;
            if is_same_peer {
                kept.1 = kept.1.union(next.1);
            }
            is_same_peer
        });
        relations
    }

    /// Returns whether a peer is on a list.
    pub(super) fn is_listed(&self, list: List, peer: UserId) -> bool {
        let peers = self.lists.get(list as usize);
        peers.is_some_and(|peers| peers.contains_key(&peer))
    }

    /// Returns the peers on a list from a handle on.
    pub(super) fn listed(&self, list: List, from: UserId) -> Option<PeersFrom<'_>> {
        let peers = self.lists.get(list as usize)?;
        Some(peers.range(from..))
    }

    /// Writes a relation, which was `before`.
    pub(super) fn write(&mut self, peer: UserId, before: Relation, after: Relation) {
        for (list, peers) in List::ALL.into_iter().zip(&mut self.lists) {
            match (before.holds(list.fact()), after.holds(list.fact())) {
                (false, true) => _ = peers.insert(peer, ()),
                (true, false) => _ = peers.remove(&peer),
                _ => {}
            }
        }

        self.len += usize::from(after != Relation::STRANGERS);
        self.len -= usize::from(before != Relation::STRANGERS);
    }
}

impl FromIterator<(UserId, Relation)> for SpilledRecord {
    fn from_iter<I: IntoIterator<Item = (UserId, Relation)>>(relations: I) -> Self {
        let mut record = Self::default();
        for (peer, relation) in relations {
            record.write(peer, Relation::STRANGERS, relation);
        }
        record
    }
}
