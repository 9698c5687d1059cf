//! The container: where users and relations are kept.
//!
//! It knows no rule. A relation is kept at both ends, each seen from its own, so that checks,
//! listings and removal all read one record. A record is one allocation of plain bytes, found
//! by number in a persistent array; a user with very many relations has theirs apart, in
//! ordered maps. `clone` shares everything, and a write copies the records that it touches
//! where they are shared.

mod directory;
mod entries;
mod packed;
mod radix_array;
mod record;
mod spilled;
mod summary;
#[cfg(test)]
mod tests;

use directory::Directory;
use entries::Density;
use im::OrdMap;
use packed::Packed;
use radix_array::{Item, RadixArray};
pub(super) use record::Record;
use spilled::SpilledRecord;
use summary::Summary;

use super::{List, UserId};
use crate::facts::{Facts, Relation, UserFacts};
use crate::rules::{Reason, Reasons};

/// A user with more relations than this has them apart.
const MAX_INLINE: usize = 1024;

/// A user with fewer relations than this has them together again.
const MIN_SPILLED: usize = MAX_INLINE / 2;

/// Users by handle and by name.
#[derive(Clone, Default)]
pub(super) struct Store {
    users: RadixArray<Packed>,
    spilled: OrdMap<UserId, SpilledRecord>,
    directory: Directory,
    /// The number of the next user; numbers are never used twice.
    next: u32,
    /// How far apart numbers are.
    density: Density,
}

impl Item for Packed {
    type Summary = Summary;

    fn summary(&self) -> Summary {
        Summary::of(self)
    }
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
            (
                id,
                Record {
                    store: self,
                    id,
                    packed,
                },
            )
        })
    }

    /// Returns the number that the next user will have.
    pub(super) const fn next_number(&self) -> u32 {
        self.next
    }

    pub(super) fn lookup(&self, name: &str) -> Option<UserId> {
        self.directory.lookup(name)
    }

    #[inline]
    pub(super) fn record(&self, id: UserId) -> Option<Record<'_>> {
        self.users.get(id.to_u32()).map(|packed| Record {
            store: self,
            id,
            packed,
        })
    }

    /// Returns whether there is such a user.
    #[inline]
    pub(super) fn contains(&self, id: UserId) -> bool {
        self.users.contains(id.to_u32())
    }

    /// Adds a user under the next number, or returns `None` when numbers have run out.
    pub(super) fn insert(&mut self, name: &str, facts: UserFacts) -> Option<UserId> {
        let id = UserId::from_u32(self.next);
        self.insert_at(id, name, facts).then_some(id)
    }

    /// Adds a user under a number that no earlier user has had; says whether it could.
    pub(super) fn insert_at(&mut self, id: UserId, name: &str, facts: UserFacts) -> bool {
        debug_assert!(id.to_u32() >= self.next, "numbers are never used twice");
        let Some(next) = id.to_u32().checked_add(1) else {
            return false;
        };
        self.next = next;
        self.density = Density::of(next);
        let name_hash = self.directory.insert(name, id);
        self.users
            .insert(id.to_u32(), Packed::new(name_hash, &facts));
        true
    }

    /// Leaves numbers below this one unused.
    #[cfg(feature = "serde")]
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next = self.next.max(next);
        self.density = Density::of(self.next);
    }

    /// Removes a user and their half of every relation from the other ends.
    pub(super) fn remove(&mut self, id: UserId) -> Option<Removed> {
        let record = self.record(id)?;
        let name = record.name().to_owned();
        let removed = Removed {
            name,
            facts: record.facts(),
            relations: record.relations(),
        };
        for (peer, _) in &removed.relations {
            self.write_end(*peer, id, Relation::STRANGERS);
        }
        self.directory.remove(&removed.name);
        self.spilled.remove(&id);
        self.users.remove(id.to_u32());
        Some(removed)
    }

    /// Changes what is known of one user by themselves, counts aside.
    pub(super) fn update_facts(&mut self, id: UserId, change: impl FnOnce(&mut UserFacts)) {
        self.users.update(id.to_u32(), |packed| {
            let mut facts = packed.facts();
            change(&mut facts);
            packed.set_settings(&facts);
        });
    }

    /// Returns the relation of two different users, or why there can be none.
    #[inline]
    pub(super) fn relation(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Relation, Reasons> {
        self.relation_near(actor, target)
            .map_or_else(|| self.relation_by_search(actor, target), Ok)
    }

    /// Returns the relation of two different users, or `None` where a `lookup_near` does not tell.
    #[inline]
    fn relation_near(&self, actor: Option<UserId>, target: Option<UserId>) -> Option<Relation> {
        let (actor, target) = (actor?, target?);
        let packed = self.users.get(actor.to_u32())?;
        let is_pair = self.users.contains(target.to_u32()) && actor != target;
        if is_pair {
            packed.lookup_near(target, self.density)
        } else {
            None
        }
    }

    /// Returns what [`relation`](Self::relation) returns, by going through the actor's record.
    #[inline(never)]
    fn relation_by_search(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Relation, Reasons> {
        if let (Some(actor), Some(target)) = (actor, target)
            && let Some(record) = self.record(actor)
            && self.users.contains(target.to_u32())
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
        let relation = self.relation(actor, target)?;
        let facts = |id: Option<UserId>| id.and_then(|id| self.record(id)).map(Record::facts);
        match (facts(actor), facts(target)) {
            (Some(actor), Some(target)) => Ok(Facts {
                relation,
                actor,
                target,
            }),
            _ => Err(self.why_no_pair(actor, target)),
        }
    }

    /// Returns the same as [`facts`](Self::facts), but for counts that may be higher than theirs.
    #[inline]
    pub(super) fn upper_bounds(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Facts, Reasons> {
        let relation = self.relation(actor, target)?;
        let upper_bounds =
            |id: Option<UserId>| self.users.summary(id?.to_u32()).map(Summary::upper_bounds);
        match (upper_bounds(actor), upper_bounds(target)) {
            (Some(actor), Some(target)) => Ok(Facts {
                relation,
                actor,
                target,
            }),
            _ => Err(self.why_no_pair(actor, target)),
        }
    }

    /// Reads what will be read of many users to answer about each of them and another, and to
    /// write it.
    ///
    /// It does little else, so that the processor asks memory for many records at a time.
    pub(super) fn prefetch_all(&self, users: &[Option<UserId>], peer: UserId) {
        let numbers = users.iter().flatten().map(|user| user.to_u32());
        let read = numbers.fold(0, |all, number| {
            let record = self
                .users
                .get(number)
                .map_or(0, |packed| packed.prefetch(peer, self.density));
            all ^ self.users.prefetch(number) ^ usize::from(record)
        });
        // What is read is of no interest, and would not be read at all otherwise.
        std::hint::black_box(read);
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
    pub(super) fn write(&mut self, actor: UserId, target: UserId, relation: Relation) {
        debug_assert!(
            actor != target
                && self.users.contains(actor.to_u32())
                && self.users.contains(target.to_u32())
        );
        self.write_end(actor, target, relation);
        self.write_end(target, actor, relation.flip());
    }

    /// Returns whether names, numbers, notes and the records apart are of the same users.
    ///
    /// Whether each user's name leads to them is the caller's to check.
    pub(super) fn indices_agree(&self) -> bool {
        let is_spilled = |id: &UserId| {
            self.users
                .get(id.to_u32())
                .is_some_and(|packed| packed.entries().is_none())
        };
        let is_summarized = |(number, packed): (u32, &Packed)| {
            self.users.summary(number) == Some(Summary::of(packed))
        };
        self.directory.len() == self.users.len()
            && self.spilled.keys().all(is_spilled)
            && self.users.iter().all(is_summarized)
    }

    /// Returns what an owner's record apart says of another.
    #[cold]
    fn relation_apart(&self, owner: UserId, peer: UserId) -> Relation {
        self.spilled
            .get(&owner)
            .map_or(Relation::STRANGERS, |record| record.relation(peer))
    }

    /// Writes one user's relations with many who are all there, at both ends.
    ///
    /// They are different users, in the order of their handles.
    pub(super) fn write_many(&mut self, actor: UserId, relations: &[(UserId, Relation)]) {
        for (target, relation) in relations {
            self.write_end(*target, actor, relation.flip());
        }
        let put = self
            .users
            .update(actor.to_u32(), |packed| packed.write_many(relations));
        if put == Some(false) {
            for (target, relation) in relations {
                self.write_end(actor, *target, *relation);
            }
        }
    }

    /// Writes one end of a relation, and keeps its owner's counts in step with it.
    pub(super) fn write_end(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let density = self.density;
        let put = self.users.update(owner.to_u32(), |packed| {
            packed.write(peer, relation, density)
        });
        if put == Some(false) {
            self.write_spilled(owner, peer, relation);
        }
    }

    /// Writes one end of a relation of a user whose relations are apart, or are to be from now on.
    fn write_spilled(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Self { users, spilled, .. } = self;
        users.update(owner.to_u32(), |packed| {
            if let Some(entries) = packed.entries() {
                spilled.insert(owner, entries.iter().collect());
                packed.spill();
            }
            let Some(record) = spilled.get_mut(&owner) else {
                return;
            };
            packed.count_change(record.relation(peer), relation);
            record.write(peer, relation);
            if record.len() < MIN_SPILLED {
                packed.set_inline(&record.relations());
                spilled.remove(&owner);
            }
        });
    }
}

/// Ways to break a store, for the tests of what finds it.
#[cfg(test)]
impl Store {
    pub(super) fn miscount(&mut self, id: UserId, list: List) {
        let listed = Relation::STRANGERS.with(list.fact());
        self.users.update(id.to_u32(), |packed| {
            packed.count_change(Relation::STRANGERS, listed);
        });
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

    pub(super) fn add_spilled(&mut self, id: UserId) {
        self.spilled.insert(id, SpilledRecord::default());
    }

    pub(super) fn set_next_number(&mut self, id: UserId) {
        self.next = id.to_u32();
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
