//! The container: users and their relations in memory.
//!
//! It knows no rule: of the crate's other layers it imports the facts alone. It reports a pair
//! that can have no relation as a [`NoPair`], and leaves the reasons to its callers.
//!
//! A relation is stored at both ends, each as seen from that end, so that a check, a listing and
//! a removal each read one record. The records of a few users are a [`Page`]: one allocation of
//! plain bytes, in a persistent radix tree by handle. A user with more than [`MAX_INLINE`]
//! relations has them *spilled* into ordered maps. `clone` shares everything; a write copies the
//! shared nodes and pages on its path.

mod batch;
mod build;
mod directory;
mod entries;
mod page;
mod record;
mod settings;
mod sort_key;
mod spilled_record;
#[cfg(test)]
mod tests;
mod user_array;

use std::hint::black_box;
use std::iter::FusedIterator;

pub(super) use build::{End, Miscounted, NewUser, Pair, TakenName};
use directory::Directory;
use entries::capacity_for;
use im::OrdMap;
use page::{Page, SortedRelations};
pub(super) use record::{Listed, Record};
use settings::Settings;
use spilled_record::SpilledRecord;
use user_array::{UserArray, Users};

use super::list::List;
use super::user_id::UserId;
use crate::facts::{Facts, Relation, UserFacts};

/// The maximum number of relations in a page for each user; longer records are spilled.
const MAX_INLINE: usize = 1024;

/// The minimum number of relations in a spilled record; shorter ones move back inline.
const MIN_SPILLED: usize = MAX_INLINE / 2;

/// Users by handle and by name.
#[derive(Clone, Default)]
pub(super) struct Store {
    users: UserArray,
    spilled: OrdMap<UserId, SpilledRecord>,
    directory: Directory,
    /// The number of the next user. Numbers are never reused.
    next_number: u32,
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
    pub(super) const fn flip(self) -> Self {
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

/// Users in the order of their handles, each with the record.
#[derive(Clone)]
pub(super) struct Records<'a> {
    store: &'a Store,
    users: Users<'a>,
    /// The number of users that are left.
    len: usize,
}

impl<'a> Records<'a> {
    /// Returns the record of a user whom `users` has returned.
    fn after(&mut self, (id, page, slot): (UserId, &'a Page, usize)) -> (UserId, Record<'a>) {
        self.len = self.len.saturating_sub(1);
        (id, self.store.record_at(id, page, slot))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (UserId, Record<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let user = self.users.next()?;
        Some(self.after(user))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl DoubleEndedIterator for Records<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let user = self.users.next_back()?;
        Some(self.after(user))
    }
}

impl ExactSizeIterator for Records<'_> {}

impl FusedIterator for Records<'_> {}

/// Users.
impl Store {
    /// Returns the number of users.
    pub(super) fn len(&self) -> usize {
        self.directory.len()
    }

    /// Returns the users in the order of their handles.
    pub(super) fn iter(&self) -> Records<'_> {
        Records {
            store: self,
            users: self.users.iter(),
            len: self.len(),
        }
    }

    /// Returns the number that the next user will have.
    pub(super) const fn next_number(&self) -> u32 {
        self.next_number
    }

    /// Returns the user with this name.
    pub(super) fn lookup(&self, name: &str) -> Option<UserId> {
        self.directory
            .lookup(name, |user| self.is_named(user, name))
    }

    /// Returns the only user whose name may have the hash of this name.
    ///
    /// If there are several or none, it returns any handle.
    #[inline]
    pub(super) fn guess(&self, name: &str) -> UserId {
        self.directory.guess(name)
    }

    /// Returns whether a user has this name.
    #[inline]
    pub(super) fn is_named(&self, user: UserId, name: &str) -> bool {
        let slot = self.users.slot(user);
        slot.is_some_and(|(page, slot)| page.is_named(slot, name))
    }

    pub(super) fn record(&self, id: UserId) -> Option<Record<'_>> {
        let (page, slot) = self.users.get(id)?;
        Some(self.record_at(id, page, slot))
    }

    /// Returns whether the user exists.
    #[inline]
    pub(super) fn contains(&self, id: UserId) -> bool {
        self.users.contains(id)
    }

    /// Adds a user under the next number, or returns `None` if no number is left.
    pub(super) fn insert(&mut self, name: &str, facts: UserFacts) -> Option<UserId> {
        let id = UserId::from_u32(self.next_number);
        self.insert_at(id, name, facts).then_some(id)
    }

    /// Adds a user under an unused number, and returns whether there is a number after it.
    pub(super) fn insert_at(&mut self, id: UserId, name: &str, facts: UserFacts) -> bool {
        self.insert_with_capacity(id, name, facts, capacity_for(0))
    }

    fn insert_with_capacity(
        &mut self,
        id: UserId,
        name: &str,
        facts: UserFacts,
        capacity: usize,
    ) -> bool {
        debug_assert!(
            id.to_u32() >= self.next_number,
            "numbers are never used twice"
        );
        let Some(next) = id.to_u32().checked_add(1) else {
            return false;
        };

        self.next_number = next;
        self.directory.insert(name, id);
        if let Some((page, slot)) = self.users.insert(id) {
            page.add(slot, name, Settings::of(&facts), capacity);
        }
        true
    }

    /// Leaves numbers below this one unused.
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next_number = self.next_number.max(next);
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
        self.remove_name(&removed.name, id);
        self.spilled.remove(&id);
        self.users.remove(id);
        Some(removed)
    }

    /// Gives a user another name, which no user has, and returns the name before.
    ///
    /// Returns `None`, and changes nothing, if the user does not exist.
    pub(super) fn rename(&mut self, id: UserId, name: &str) -> Option<String> {
        let before = self.record(id)?.name().to_owned();

        self.remove_name(&before, id);
        if let Some((page, slot)) = self.users.get_mut(id) {
            page.rename(slot, name);
        }
        self.directory.insert(name, id);
        Some(before)
    }

    /// Changes a user's settings; a change of the counts is ignored.
    ///
    /// Returns what `change` returns, or `None` if the user does not exist.
    pub(super) fn update_settings<R>(
        &mut self,
        id: UserId,
        change: impl FnOnce(&mut UserFacts) -> R,
    ) -> Option<R> {
        let (page, slot) = self.users.get_mut(id)?;
        let mut facts = page.facts(slot)?;
        let returned = change(&mut facts);

        let is_spilled = page.settings(slot).is_spilled();
        page.set_settings(slot, Settings::of(&facts).with_spilled(is_spilled));
        Some(returned)
    }

    fn remove_name(&mut self, name: &str, id: UserId) {
        let Self {
            users, directory, ..
        } = self;
        directory.remove(name, id, |user| {
            let name = users.slot(user).map(|(page, slot)| page.name(slot));
            str::from_utf8(name.unwrap_or_default()).unwrap_or_default()
        });
    }

    /// Returns whether the indices hold the same users: directory, array and spilled records.
    ///
    /// The caller checks that each user's name leads to the user.
    pub(super) fn indices_agree(&self) -> bool {
        let spilled = self
            .users
            .iter()
            .filter(|(_, page, slot)| page.settings(*slot).is_spilled());
        self.directory.len() == self.users.len()
            && spilled.map(|(id, ..)| id).eq(self.spilled.keys().copied())
    }

    fn record_at<'a>(&'a self, id: UserId, page: &'a Page, slot: usize) -> Record<'a> {
        let is_spilled = page.settings(slot).is_spilled();
        Record {
            id,
            page,
            slot,
            spilled: if is_spilled {
                self.spilled.get(&id)
            } else {
                None
            },
        }
    }
}

/// Pairs.
impl Store {
    /// Returns the relation of two different users.
    #[inline]
    pub(super) fn relation(&self, actor: UserId, target: UserId) -> Result<Relation, NoPair> {
        match self.relation_near(actor, target) {
            Some(relation) => Ok(relation),
            None => self.search(actor, target),
        }
    }

    /// Returns the relation of two different users, or `None` if that takes a search.
    #[inline]
    pub(super) fn relation_near(&self, actor: UserId, target: UserId) -> Option<Relation> {
        let (page, slot) = self.users.slot(actor)?;
        if actor == target || !self.users.contains(target) {
            return None;
        }
        page.entries(slot).lookup_near(target)
    }

    /// Reads the cache lines that lookups of the first users' relations will need.
    ///
    /// It does little else, so that the processor waits for many lines at a time. The lines with
    /// the places of records come first, as those of the records themselves wait for them.
    fn prefetch(&self, pairs: impl Iterator<Item = (UserId, UserId)> + Clone) {
        let mut read = 0;
        for (owner, _) in pairs.clone() {
            if let Some((page, slot)) = self.users.slot(owner) {
                read ^= page.settings(slot).bits();
            }
        }
        for (owner, peer) in pairs {
            if let Some((page, slot)) = self.users.slot(owner) {
                read ^= page.entries(slot).prefetch(peer);
            }
        }
        // Keeps the compiler from dropping reads whose result is unused.
        black_box(read);
    }

    /// Finds a relation that is not near its interpolated position in the actor's record.
    #[inline(never)]
    pub(super) fn search(&self, actor: UserId, target: UserId) -> Result<Relation, NoPair> {
        // The target's record has the relation too, and is often the shorter one.
        if let Some(relation) = self.relation_near(target, actor) {
            return Ok(relation.flip());
        }
        match self.record(actor) {
            Some(record) if actor != target && self.contains(target) => Ok(record.relation(target)),
            _ => Err(self.why_no_pair(actor, target)),
        }
    }

    /// Returns the facts of two different users.
    #[inline]
    pub(super) fn facts(&self, actor: UserId, target: UserId) -> Result<Facts, NoPair> {
        match self.facts_of_pair(actor, target) {
            Some(facts) => Ok(facts),
            None => Err(self.why_no_pair(actor, target)),
        }
    }

    #[inline]
    fn facts_of_pair(&self, actor: UserId, target: UserId) -> Option<Facts> {
        let (page, slot) = self.users.slot(actor)?;
        let (target_page, target_slot) = self.users.slot(target)?;
        let (actor_facts, target_facts) = (page.facts(slot)?, target_page.facts(target_slot)?);
        if actor == target {
            return None;
        }

        let near = page.entries(slot).lookup_near(target);
        Some(Facts {
            relation: near.or_else(|| self.search(actor, target).ok())?,
            actor: actor_facts,
            target: target_facts,
        })
    }

    #[cold]
    fn why_no_pair(&self, actor: UserId, target: UserId) -> NoPair {
        match (self.contains(actor), self.contains(target)) {
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
        let user = self.users.get_mut(owner);
        if user.is_some_and(|(page, slot)| !page.write(slot, peer, relation)) {
            self.write_spilled(owner, peer, relation);
        }
    }

    /// Writes one end of a relation to a spilled record, and spills the record first if it is
    /// still inline.
    fn write_spilled(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Some((page, slot)) = self.users.get_mut(owner) else {
            return;
        };
        if !page.settings(slot).is_spilled() {
            let relations = page.entries(slot).iter().collect();
            self.spilled.insert(owner, relations);
            page.spill(slot);
        }
        let Some(record) = self.spilled.get_mut(&owner) else {
            return;
        };

        let before = record.relation(peer);
        page.recount(slot, before, relation);
        record.write(peer, before, relation);

        if record.len() < MIN_SPILLED {
            page.set_relations(&only(slot, record.relations()));
            self.spilled.remove(&owner);
        }
    }
}

/// Returns the relations of one of a page's users.
fn only(slot: usize, relations: Vec<(UserId, Relation)>) -> [Option<SortedRelations>; page::USERS] {
    let mut all = [const { None }; page::USERS];
    if let Some(of_slot) = all.get_mut(slot) {
        *of_slot = Some(relations.into_iter().collect());
    }
    all
}

/// Ways to corrupt a store, for the tests of the checks.
#[cfg(test)]
impl Store {
    pub(super) fn miscount(&mut self, id: UserId, list: List) {
        let listed = Relation::STRANGERS.with(list.fact());
        if let Some((page, slot)) = self.users.get_mut(id) {
            page.recount(slot, Relation::STRANGERS, listed);
        }
    }

    pub(super) fn forget_name(&mut self, name: &str) {
        if let Some(id) = self.lookup(name) {
            self.remove_name(name, id);
        }
    }

    pub(super) fn forget_user(&mut self, id: UserId) {
        self.users.remove(id);
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
