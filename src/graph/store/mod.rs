//! The container: users and their relations in memory.
//!
//! It knows no rule: of the crate's other layers it imports the facts alone. It reports a pair
//! that can have no relation as a [`NoPair`], and leaves the reasons to its callers.
//!
//! A relation is stored at both ends, each as seen from that end, so that a check, a listing and
//! a removal each read one record. A record is one allocation of plain bytes, found by the
//! user's number in a persistent radix array. A user with more than [`MAX_INLINE`] relations has
//! them *spilled* into ordered maps. `clone` shares everything; a write copies the shared nodes
//! and records on its path.

mod batch;
mod directory;
mod entries;
mod packed;
mod radix_array;
mod record;
mod settings;
mod spilled_record;
mod summary;
#[cfg(test)]
mod tests;

use directory::Directory;
use entries::Density;
use im::OrdMap;
use packed::Packed;
use radix_array::{Item, RadixArray};
pub(super) use record::Record;
use spilled_record::SpilledRecord;
use summary::Summary;

use super::list::List;
use super::user_id::UserId;
use crate::facts::{Facts, Relation, UserFacts};

/// The maximum number of relations in a packed record; longer ones are spilled.
const MAX_INLINE: usize = 1024;

/// The minimum number of relations in a spilled record; shorter ones move back inline.
const MIN_SPILLED: usize = MAX_INLINE / 2;

/// Users by handle and by name.
#[derive(Clone, Default)]
pub(super) struct Store {
    users: RadixArray<Packed>,
    spilled: OrdMap<UserId, SpilledRecord>,
    directory: Directory,
    /// The number of the next user. Numbers are never reused.
    next_number: u32,
    density: Density,
}

impl Item for Packed {
    type Summary = Summary;

    fn summary(&self) -> Summary {
        Summary::of(self)
    }
}

/// Why two handles can have no relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPair {
    SameUser,
    UnknownActor,
    UnknownTarget,
    UnknownBoth,
}

impl NoPair {
    /// Returns the cause as seen from the other side.
    const fn flip(self) -> Self {
        match self {
            Self::UnknownActor => Self::UnknownTarget,
            Self::UnknownTarget => Self::UnknownActor,
            Self::SameUser | Self::UnknownBoth => self,
        }
    }
}

/// A user who was removed.
pub(super) struct Removed {
    pub(super) name: String,
    pub(super) facts: UserFacts,
    pub(super) relations: Vec<(UserId, Relation)>,
}

/// Users.
impl Store {
    /// Returns the number of users.
    pub(super) fn len(&self) -> usize {
        self.directory.len()
    }

    /// Returns the users in the order of their handles.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UserId, Record<'_>)> {
        self.users.iter().map(|(number, packed)| {
            let id = UserId::from_u32(number);
            (id, self.record_of(id, packed))
        })
    }

    /// Returns the number that the next user will have.
    pub(super) const fn next_number(&self) -> u32 {
        self.next_number
    }

    /// Returns the user with this name.
    pub(super) fn lookup(&self, name: &str) -> Option<UserId> {
        self.directory.lookup(name)
    }

    pub(super) fn record(&self, id: UserId) -> Option<Record<'_>> {
        let packed = self.users.get(id.to_u32())?;
        Some(self.record_of(id, packed))
    }

    /// Returns whether the user exists.
    #[inline]
    pub(super) fn contains(&self, id: UserId) -> bool {
        self.users.contains(id.to_u32())
    }

    /// Adds a user under the next number, or returns `None` if no number is left.
    pub(super) fn insert(&mut self, name: &str, facts: UserFacts) -> Option<UserId> {
        let id = UserId::from_u32(self.next_number);
        self.insert_at(id, name, facts).then_some(id)
    }

    /// Adds a user under an unused number, and returns whether there is a number after it.
    pub(super) fn insert_at(&mut self, id: UserId, name: &str, facts: UserFacts) -> bool {
        debug_assert!(
            id.to_u32() >= self.next_number,
            "numbers are never used twice"
        );
        let Some(next) = id.to_u32().checked_add(1) else {
            return false;
        };

        self.next_number = next;
        self.density = Density::of(next);
        let name_hash = self.directory.insert(name, id);
        let packed = Packed::new(name_hash, &facts);
        self.users.insert(id.to_u32(), packed);
        true
    }

    /// Leaves numbers below this one unused.
    #[cfg(feature = "serde")]
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next_number = self.next_number.max(next);
        self.density = Density::of(self.next_number);
    }

    /// Removes a user, and the relations with that user from the records of the others.
    pub(super) fn remove(&mut self, id: UserId) -> Option<Removed> {
        let record = self.record(id)?;
        let removed = Removed {
            name: record.name().to_owned(),
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

    /// Changes a user's settings; a change of the counts is ignored.
    ///
    /// Returns what `change` returns, or `None` if the user does not exist.
    pub(super) fn update_settings<R>(
        &mut self,
        id: UserId,
        change: impl FnOnce(&mut UserFacts) -> R,
    ) -> Option<R> {
        self.users.update(id.to_u32(), |packed| {
            let mut facts = packed.facts();
            let returned = change(&mut facts);
            packed.set_settings(&facts);
            returned
        })
    }

    /// Returns whether the indices hold the same users: directory, array, summaries and
    /// spilled records.
    ///
    /// The caller checks that each user's name leads to the user.
    pub(super) fn indices_agree(&self) -> bool {
        if self.directory.len() != self.users.len() {
            return false;
        }

        for id in self.spilled.keys() {
            if !self.users.get(id.to_u32()).is_some_and(Packed::is_spilled) {
                return false;
            }
        }

        for (number, packed) in self.users.iter() {
            if self.users.summary(number) != Some(Summary::of(packed)) {
                return false;
            }
        }
        true
    }

    fn record_of<'a>(&'a self, id: UserId, packed: &'a Packed) -> Record<'a> {
        let spilled = if packed.is_spilled() {
            self.spilled.get(&id)
        } else {
            None
        };
        Record {
            id,
            packed,
            spilled,
            directory: &self.directory,
        }
    }
}

/// Pairs.
impl Store {
    /// Returns the relation of two different users.
    #[inline]
    pub(super) fn relation(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Relation, NoPair> {
        if let (Some(owner), Some(peer)) = (actor, target)
            && let Some(packed) = self.users.get(owner.to_u32())
            && self.users.contains(peer.to_u32())
            && owner != peer
        {
            return Ok(packed
                .lookup_near(peer, self.density)
                .unwrap_or_else(|| self.search(owner, packed, peer)));
        }
        Err(self.why_no_pair(actor, target))
    }

    /// Searches a whole record for a relation.
    #[inline(never)]
    fn search(&self, owner: UserId, packed: &Packed, peer: UserId) -> Relation {
        self.record_of(owner, packed).relation(peer)
    }

    /// Returns the facts of two different users.
    pub(super) fn facts(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Facts, NoPair> {
        self.facts_by(actor, target, |id| {
            self.users.get(id.to_u32()).map(Packed::facts)
        })
    }

    /// Returns the facts of two different users with upper bounds of the counts.
    ///
    /// It reads no header of a record.
    #[inline]
    pub(super) fn upper_bounds(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Facts, NoPair> {
        self.facts_by(actor, target, |id| {
            self.users.summary(id.to_u32()).map(Summary::upper_bounds)
        })
    }

    #[inline]
    fn facts_by(
        &self,
        actor: Option<UserId>,
        target: Option<UserId>,
        facts_of: impl Fn(UserId) -> Option<UserFacts>,
    ) -> Result<Facts, NoPair> {
        let relation = self.relation(actor, target)?;
        match (actor.and_then(&facts_of), target.and_then(&facts_of)) {
            (Some(actor), Some(target)) => Ok(Facts {
                relation,
                actor,
                target,
            }),
            _ => Err(self.why_no_pair(actor, target)),
        }
    }

    #[cold]
    fn why_no_pair(&self, actor: Option<UserId>, target: Option<UserId>) -> NoPair {
        let exists = |id: Option<UserId>| id.is_some_and(|id| self.contains(id));
        match (exists(actor), exists(target)) {
            (true, true) => NoPair::SameUser,
            (false, true) => NoPair::UnknownActor,
            (true, false) => NoPair::UnknownTarget,
            (false, false) => NoPair::UnknownBoth,
        }
    }

    /// Writes the relation of two existing users at both ends.
    pub(super) fn write(&mut self, actor: UserId, target: UserId, relation: Relation) {
        debug_assert!(actor != target && self.contains(actor) && self.contains(target));
        self.write_end(actor, target, relation);
        self.write_end(target, actor, relation.flip());
    }

    /// Writes one end of a relation, and updates the owner's counts.
    pub(super) fn write_end(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let density = self.density;
        let fits = self.users.update(owner.to_u32(), |packed| {
            packed.write(peer, relation, density)
        });
        if fits == Some(false) {
            self.write_spilled(owner, peer, relation);
        }
    }

    /// Writes one end of a relation to a spilled record, and spills the record first if it is
    /// still inline.
    fn write_spilled(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Self { users, spilled, .. } = self;
        users.update(owner.to_u32(), |packed| {
            if !packed.is_spilled() {
                spilled.insert(owner, packed.entries().iter().collect());
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

/// Ways to corrupt a store, for the tests of the checks.
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
        self.next_number = id.to_u32();
    }
}

/// Two stores are equal if they hold the same users and relations, inline or spilled.
impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        if self.next_number != other.next_number || self.len() != other.len() {
            return false;
        }

        for ((id, ours), (other_id, theirs)) in self.iter().zip(other.iter()) {
            if id != other_id || !ours.equals(theirs) {
                return false;
            }
        }
        true
    }
}

impl Eq for Store {}
