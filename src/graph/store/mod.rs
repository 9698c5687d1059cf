//! The container: where users and relations are kept.
//!
//! It knows no rule. A relation is kept at both ends, each seen from its own, so that checks,
//! listings and removal all read one record. A record is one allocation of plain bytes, found
//! by number in a persistent array; a user with very many relations has theirs apart, in
//! ordered maps. `clone` shares everything, and a write copies the records that it touches
//! where they are shared.

mod directory;
mod entries;
mod large;
mod packed;
mod record;
mod spine;
#[cfg(test)]
mod tests;

use directory::Directory;
use entries::Spread;
use im::OrdMap;
use large::LargeRecord;
use packed::Packed;
pub(super) use record::Record;
use spine::Spine;

use super::{List, UserId};
use crate::facts::{Facts, Relation, UserFacts};
use crate::rules::{Reason, Reasons};

/// A user with more relations than this has them apart.
const MOST_TOGETHER: usize = 1024;

/// A user with fewer relations than this has them together again.
const FEWEST_APART: usize = MOST_TOGETHER / 2;

/// Users by handle and by name.
#[derive(Clone, Default)]
pub(super) struct Store {
    users: Spine<Packed>,
    large: OrdMap<UserId, LargeRecord>,
    directory: Directory,
    /// The number of the next user; numbers are never used twice.
    next: u32,
    /// How far apart numbers are.
    spread: Spread,
}

/// A user who was removed.
pub(super) struct Removed {
    pub(super) name: String,
    pub(super) facts: UserFacts,
    pub(super) relations: Vec<(UserId, Relation)>,
}

impl Store {
    /// Returns how many users there are.
    pub(super) fn len(&self) -> usize {
        self.directory.len()
    }

    /// Returns the users in the order of their handles.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UserId, Record<'_>)> {
        self.users.iter().map(|(number, packed)| {
            let id = UserId::from_u32(number);
            (id, Record { store: self, id, packed })
        })
    }

    /// Returns the number that the next user will have.
    pub(super) const fn next(&self) -> u32 {
        self.next
    }

    pub(super) fn find(&self, name: &str) -> Option<UserId> {
        self.directory.find(name)
    }

    #[inline]
    pub(super) fn record(&self, id: UserId) -> Option<Record<'_>> {
        self.users.get(id.to_u32()).map(|packed| Record { store: self, id, packed })
    }

    /// Adds a user under the next number, or returns `None` when numbers have run out.
    pub(super) fn insert(&mut self, name: &str, facts: UserFacts) -> Option<UserId> {
        let id = UserId::from_u32(self.next);
        self.insert_at(id, name, facts).then_some(id)
    }

    /// Adds a user under a number that no earlier user has had; says whether it could.
    pub(super) fn insert_at(&mut self, id: UserId, name: &str, facts: UserFacts) -> bool {
        debug_assert!(id.to_u32() >= self.next, "numbers are never used twice");
        let Some(next) = id.to_u32().checked_add(1) else { return false };
        self.next = next;
        self.spread = Spread::of(next);
        let name_hash = self.directory.insert(name, id);
        self.users.insert(id.to_u32(), Packed::new(name_hash, &facts));
        true
    }

    /// Leaves numbers below this one unused.
    #[cfg(feature = "serde")]
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next = self.next.max(next);
        self.spread = Spread::of(self.next);
    }

    /// Removes a user and their half of every relation from the other ends.
    pub(super) fn remove(&mut self, id: UserId) -> Option<Removed> {
        let record = self.record(id)?;
        let name = record.name().to_owned();
        let removed = Removed { name, facts: record.facts(), relations: record.relations() };
        for (peer, _) in &removed.relations {
            self.put_half(*peer, id, Relation::STRANGERS);
        }
        self.directory.remove(&removed.name);
        self.large.remove(&id);
        self.users.remove(id.to_u32());
        Some(removed)
    }

    /// Changes what is known of one user by themselves, counts aside.
    pub(super) fn update_facts(&mut self, id: UserId, change: impl FnOnce(&mut UserFacts)) {
        if let Some(packed) = self.users.get_mut(id.to_u32()) {
            let mut facts = packed.facts();
            change(&mut facts);
            packed.set_settings(&facts);
        }
    }

    /// Returns the relation of two different users, or why there can be none.
    #[inline]
    pub(super) fn relation(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Relation, Reasons> {
        if let (Some(actor), Some(target)) = (actor, target)
            && let Some(record) = self.record(actor)
            && self.users.has(target.to_u32())
            && actor != target
        {
            return Ok(record.relation(target));
        }
        Err(self.why_no_pair(actor, target))
    }

    /// Returns all that the rules may know of two different users, or why that is nothing.
    pub(super) fn facts(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Facts, Reasons> {
        if let (Some(actor), Some(target)) = (actor, target)
            && actor != target
            && let (Some(first), Some(second)) = (self.record(actor), self.record(target))
        {
            let relation = first.relation(target);
            return Ok(Facts { relation, actor: first.facts(), target: second.facts() });
        }
        Err(self.why_no_pair(actor, target))
    }

    #[cold]
    fn why_no_pair(&self, actor: Option<UserId>, target: Option<UserId>) -> Reasons {
        let unknown = |id: Option<UserId>| id.and_then(|id| self.record(id)).is_none();
        let mut reasons = Reasons::EMPTY;
        reasons.insert_if(actor == target && !unknown(actor), Reason::SameUser);
        reasons.insert_if(unknown(actor), Reason::UnknownActor);
        reasons.insert_if(unknown(target), Reason::UnknownTarget);
        reasons
    }

    /// Writes the relation of two users who are both there, at both ends.
    pub(super) fn put(&mut self, actor: UserId, target: UserId, relation: Relation) {
        debug_assert!(
            actor != target && self.users.has(actor.to_u32()) && self.users.has(target.to_u32())
        );
        self.put_half(actor, target, relation);
        self.put_half(target, actor, relation.flip());
    }

    /// Returns whether names, numbers and the records apart are of the same users.
    ///
    /// Whether each user's name leads to them is the caller's to check.
    pub(super) fn is_whole(&self) -> bool {
        let is_apart = |id: &UserId| {
            self.users.get(id.to_u32()).is_some_and(|packed| packed.entries().is_none())
        };
        self.directory.len() == self.users.len() && self.large.keys().all(is_apart)
    }

    /// Returns what an owner's record apart says of another.
    #[cold]
    fn relation_apart(&self, owner: UserId, peer: UserId) -> Relation {
        self.large.get(&owner).map_or(Relation::STRANGERS, |record| record.relation(peer))
    }

    /// Writes one end of a relation, and keeps its owner's counts in step with it.
    pub(super) fn put_half(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Some(before) = self.record(owner).map(|record| record.relation(peer)) else { return };
        if before == relation {
            return;
        }
        let Some(packed) = self.users.get_mut(owner.to_u32()) else { return };
        match packed.entries() {
            None => {
                packed.recount(before, relation);
                self.put_apart(owner, peer, relation);
            }
            Some(entries) if before == Relation::STRANGERS && entries.len() >= MOST_TOGETHER => {
                self.large.insert(owner, entries.iter().chain([(peer, relation)]).collect());
                packed.set_apart();
                packed.recount(before, relation);
            }
            Some(_) => packed.put(peer, before, relation),
        }
    }

    /// Writes one end of a relation of a user whose relations are apart.
    fn put_apart(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Some(record) = self.large.get_mut(&owner) else { return };
        record.put(peer, relation);
        if record.len() < FEWEST_APART {
            let relations = record.relations();
            self.large.remove(&owner);
            if let Some(packed) = self.users.get_mut(owner.to_u32()) {
                packed.set_together(&relations);
            }
        }
    }
}

/// Ways to break a store, for the tests of what finds it.
#[cfg(test)]
impl Store {
    pub(super) fn miscount(&mut self, id: UserId, list: List) {
        let packed = self.users.get_mut(id.to_u32()).unwrap();
        packed.recount(Relation::STRANGERS, Relation::STRANGERS.with(list.fact()));
    }

    pub(super) fn forget_name(&mut self, name: &str) {
        self.directory.remove(name);
    }

    pub(super) fn forget_user(&mut self, id: UserId) {
        self.users.remove(id.to_u32());
    }

    pub(super) fn add_name(&mut self, name: &str, id: UserId) {
        self.directory.insert(name, id);
    }

    pub(super) fn add_apart(&mut self, id: UserId) {
        self.large.insert(id, LargeRecord::default());
    }
}

/// Two stores are equal where they hold the same, in whatever form.
impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        self.next == other.next
            && self.len() == other.len()
            && self
                .iter()
                .zip(other.iter())
                .all(|((id, ours), (other_id, theirs))| id == other_id && ours.same_as(theirs))
    }
}

impl Eq for Store {}
