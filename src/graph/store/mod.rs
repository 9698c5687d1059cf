//! The container: where users and relations are kept.
//!
//! It knows no rule. A relation is kept at both ends, each seen from its own, so that checks,
//! listings and removal all read one record. Records lie in pages of plain words; a user with
//! very many relations has theirs apart, in ordered maps. `clone` shares everything, and a
//! write copies the pages that it touches where they are shared. Names are compared and never
//! hashed, so nobody can choose names that collide.

mod entries;
mod large;
mod page;
mod record;
mod spine;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use im::OrdMap;
use large::LargeRecord;
pub(super) use record::Record;
use spine::Spine;

use super::{List, UserId};
use crate::facts::{Facts, Relation, UserFacts};
use crate::rules::{Reason, Reasons};

/// A user with more relations than this has them apart from the page.
const MOST_IN_PAGE: usize = 512;

/// A user with fewer relations than this has them in the page again.
const FEWEST_APART: usize = MOST_IN_PAGE / 2;

/// Users by handle and by name.
#[derive(Clone, Default)]
pub(super) struct Store {
    pages: Spine,
    large: OrdMap<UserId, LargeRecord>,
    names: OrdMap<UserId, Arc<str>>,
    directory: OrdMap<Arc<str>, UserId>,
    /// The number of the next user; numbers are never used twice.
    next: u32,
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
        self.names.len()
    }

    /// Returns the users in the order of their handles.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UserId, Record<'_>)> {
        self.names.keys().filter_map(|id| self.record(*id).map(|record| (*id, record)))
    }

    /// Returns the number that the next user will have.
    pub(super) const fn next(&self) -> u32 {
        self.next
    }

    pub(super) fn find(&self, name: &str) -> Option<UserId> {
        self.directory.get(name).copied()
    }

    #[inline]
    pub(super) fn record(&self, id: UserId) -> Option<Record<'_>> {
        self.pages.user(id).map(|(page, slot)| Record { store: self, id, page, slot })
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
        let name: Arc<str> = name.into();
        self.next = next;
        self.directory.insert(Arc::clone(&name), id);
        self.names.insert(id, name);
        self.pages.add(id);
        if let Some((page, slot)) = self.pages.user_mut(id) {
            page.set_settings(slot, &facts);
        }
        true
    }

    /// Leaves numbers below this one unused.
    #[cfg(feature = "serde")]
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    /// Removes a user and their half of every relation from the other ends.
    pub(super) fn remove(&mut self, id: UserId) -> Option<Removed> {
        let record = self.record(id)?;
        let name = record.name().to_owned();
        let removed = Removed { name, facts: record.facts(), relations: record.relations() };
        for (peer, _) in &removed.relations {
            self.put_half(*peer, id, Relation::STRANGERS);
        }
        self.directory.remove(&*removed.name);
        self.names.remove(&id);
        self.large.remove(&id);
        self.pages.remove(id);
        // Gone where the user was the page's last.
        if let Some((page, slot)) = self.pages.user_mut(id) {
            page.clear(slot);
        }
        Some(removed)
    }

    /// Changes what is known of one user by themselves, counts aside.
    pub(super) fn update_facts(&mut self, id: UserId, change: impl FnOnce(&mut UserFacts)) {
        if let Some(record) = self.record(id) {
            let mut facts = record.facts();
            change(&mut facts);
            if let Some((page, slot)) = self.pages.user_mut(id) {
                page.set_settings(slot, &facts);
            }
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
            && let Some(relation) = self.half(actor, target)
        {
            // Whoever has a relation is known, and nobody has one with themselves.
            if relation != Relation::STRANGERS || (actor != target && self.pages.is_live(target)) {
                return Ok(relation);
            }
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
        debug_assert!(actor != target && self.pages.is_live(actor) && self.pages.is_live(target));
        self.put_half(actor, target, relation);
        self.put_half(target, actor, relation.flip());
    }

    /// Returns whether names, directory, pages and the records apart are of the same users.
    pub(super) fn is_whole(&self) -> bool {
        let is_apart = |id: &UserId| {
            self.pages.user(*id).is_some_and(|(page, slot)| page.entries(slot).is_none())
        };
        self.directory.len() == self.names.len()
            && self.pages.live() == self.names.len()
            && self.names.keys().all(|id| self.pages.is_live(*id))
            && self.large.keys().all(is_apart)
    }

    /// Returns what an owner's record says of another, `None` where there is no owner.
    #[inline]
    fn half(&self, owner: UserId, peer: UserId) -> Option<Relation> {
        let (page, slot) = self.pages.user(owner)?;
        Some(match page.entries(slot) {
            Some(entries) => entries.find(peer, self.next),
            None => self.large.get(&owner)?.relation(peer),
        })
    }

    /// Writes one end of a relation, and keeps its owner's counts in step with it.
    pub(super) fn put_half(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Some(before) = self.half(owner, peer) else { return };
        if before == relation {
            return;
        }
        let Some((page, slot)) = self.pages.user_mut(owner) else { return };
        match page.entries(slot) {
            None => self.put_apart(owner, peer, relation),
            Some(entries) if entries.len() < MOST_IN_PAGE || before != Relation::STRANGERS => {
                page.put(slot, peer, relation, self.next);
            }
            Some(entries) => {
                self.large.insert(owner, entries.iter().chain([(peer, relation)]).collect());
                page.set_apart(slot);
            }
        }
        let Some((page, slot)) = self.pages.user_mut(owner) else { return };
        for list in List::ALL {
            page.recount(slot, list, before.holds(list.fact()), relation.holds(list.fact()));
        }
    }

    /// Writes one end of a relation of a user whose relations are apart from the page.
    fn put_apart(&mut self, owner: UserId, peer: UserId, relation: Relation) {
        let Some(record) = self.large.get_mut(&owner) else { return };
        record.put(peer, relation);
        if record.len() < FEWEST_APART {
            let relations = record.relations();
            self.large.remove(&owner);
            if let Some((page, slot)) = self.pages.user_mut(owner) {
                page.set_together(slot, &relations);
            }
        }
    }
}

/// Ways to break a store, for the tests of what finds it.
#[cfg(test)]
impl Store {
    pub(super) fn miscount(&mut self, id: UserId, list: List) {
        let (page, slot) = self.pages.user_mut(id).unwrap();
        page.recount(slot, list, false, true);
    }

    pub(super) fn forget_name(&mut self, name: &str) {
        self.directory.remove(name);
    }

    pub(super) fn forget_user(&mut self, id: UserId) {
        self.pages.remove(id);
    }

    pub(super) fn add_name(&mut self, name: &str, id: UserId) {
        self.directory.insert(name.into(), id);
    }

    pub(super) fn add_apart(&mut self, id: UserId) {
        self.large.insert(id, LargeRecord::default());
    }
}

/// Two stores are equal where they hold the same, in whatever form.
impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        self.next == other.next
            && self.names == other.names
            && self.iter().zip(other.iter()).all(|((_, ours), (_, theirs))| ours.same_as(theirs))
    }
}

impl Eq for Store {}
