//! The container: where users and relations are kept.
//!
//! It knows no rule. Every map is ordered and persistent: `clone` shares all of it, a write
//! copies the few nodes on its path that are shared, and iteration is in the order of ids.
//! Names are compared and never hashed, so nobody can choose names that collide.

use std::sync::Arc;

use im::OrdMap;

use super::UserId;
use crate::facts::{Fact, Facts, Relation, UserFacts};
use crate::rules::{Reason, Reasons};

/// Users by handle and by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Store {
    records: OrdMap<UserId, Arc<Record>>,
    directory: OrdMap<Arc<str>, UserId>,
    /// The number of the next user; numbers are never used twice.
    next: u32,
}

/// One user, with their half of every relation.
///
/// A relation is kept at both ends, each seen from its own, so that checks, listings and
/// removal all read one record. A user whom many others block or list has them in
/// `admirers`, apart from `contacts`, so that paging through their own lists stays cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    name: Arc<str>,
    facts: UserFacts,
    requests_out: u32,
    /// Relations of which a listing of this user speaks.
    contacts: OrdMap<UserId, Relation>,
    /// Relations that the other side alone has made.
    admirers: OrdMap<UserId, Relation>,
}

/// The facts that put the target on one of the actor's lists.
pub(super) const LISTED: [Fact; 4] =
    [Fact::ActorBlocks, Fact::ActorLists, Fact::TargetRequested, Fact::ActorRequested];

impl Store {
    /// Returns how many users there are.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns the users in the order of their handles.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UserId, &Record)> {
        self.records.iter().map(|(id, record)| (*id, &**record))
    }

    /// Returns the number that the next user will have.
    pub(super) const fn next(&self) -> u32 {
        self.next
    }

    pub(super) fn find(&self, name: &str) -> Option<UserId> {
        self.directory.get(name).copied()
    }

    #[inline]
    pub(super) fn record(&self, id: UserId) -> Option<&Record> {
        self.records.get(&id).map(|record| &**record)
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
        self.records.insert(id, Arc::new(Record::new(name, facts)));
        true
    }

    /// Leaves numbers below this one unused.
    #[cfg(feature = "serde")]
    pub(super) fn skip_to(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    /// Removes a user and their half of every relation from the other ends.
    pub(super) fn remove(&mut self, id: UserId) -> Option<Arc<Record>> {
        let record = self.records.remove(&id)?;
        self.directory.remove(&*record.name);
        for (peer, _) in record.relations() {
            self.update(peer, |other| other.put(id, Relation::STRANGERS));
        }
        Some(record)
    }

    /// Changes what is known of one user by themselves.
    pub(super) fn update_facts(&mut self, id: UserId, change: impl FnOnce(&mut UserFacts)) {
        self.update(id, |record| change(&mut record.facts));
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
        {
            let relation = record.relation(target);
            // Whoever has a relation is known, and nobody has one with themselves.
            if relation != Relation::STRANGERS
                || (actor != target && self.records.contains_key(&target))
            {
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
            return Ok(Facts { relation, actor: first.facts, target: second.facts });
        }
        Err(self.why_no_pair(actor, target))
    }

    #[cold]
    fn why_no_pair(&self, actor: Option<UserId>, target: Option<UserId>) -> Reasons {
        let unknown = |id: Option<UserId>| id.and_then(|id| self.record(id)).is_none();
        let mut reasons = Reasons::EMPTY;
        reasons.insert_if(actor.is_some() && actor == target, Reason::SameUser);
        reasons.insert_if(unknown(actor), Reason::UnknownActor);
        reasons.insert_if(unknown(target), Reason::UnknownTarget);
        reasons
    }

    /// Writes the relation of two users who are both there, at both ends.
    pub(super) fn put(&mut self, actor: UserId, target: UserId, relation: Relation) {
        debug_assert!(actor != target && self.record(actor).is_some());
        debug_assert!(self.record(target).is_some());
        self.update(actor, |record| record.put(target, relation));
        self.update(target, |record| record.put(actor, relation.flip()));
    }

    fn update(&mut self, id: UserId, change: impl FnOnce(&mut Record)) {
        if let Some(record) = self.records.get_mut(&id) {
            change(Arc::make_mut(record));
        }
    }
}

impl Record {
    fn new(name: Arc<str>, facts: UserFacts) -> Self {
        Self { name, facts, requests_out: 0, contacts: OrdMap::new(), admirers: OrdMap::new() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) const fn facts(&self) -> &UserFacts {
        &self.facts
    }

    /// Returns the relation to another user, strangers where there is none.
    #[inline]
    pub(super) fn relation(&self, peer: UserId) -> Relation {
        let found = self.contacts.get(&peer).or_else(|| self.admirers.get(&peer));
        found.copied().unwrap_or(Relation::STRANGERS)
    }

    /// Returns every relation that is not strangers, in the order of handles.
    pub(super) fn relations(&self) -> impl Iterator<Item = (UserId, Relation)> {
        let mut all: Vec<_> = self.contacts.iter().chain(&self.admirers).collect();
        all.sort_unstable();
        all.into_iter().map(|(peer, relation)| (*peer, *relation))
    }

    /// Returns the users on one of this user's lists from a handle on, in their order.
    pub(super) fn listed(&self, fact: Fact, from: UserId) -> impl Iterator<Item = UserId> {
        let relations = self.contacts.range(from..);
        relations.filter(move |(_, relation)| relation.holds(fact)).map(|(peer, _)| *peer)
    }

    /// Returns how many users are on the list that a fact puts them on.
    pub(super) const fn count(&self, fact: Fact) -> u32 {
        match fact {
            Fact::ActorBlocks => self.facts.blocked,
            Fact::ActorLists => self.facts.friends,
            Fact::TargetRequested => self.facts.requests_in,
            Fact::ActorRequested => self.requests_out,
            // Nobody's list: what others do is on theirs.
            Fact::TargetBlocks | Fact::TargetLists => 0,
        }
    }

    /// Writes this end of a relation and keeps the counts in step with it.
    fn put(&mut self, peer: UserId, relation: Relation) {
        let before = self.relation(peer);
        for fact in LISTED {
            self.recount(fact, before.holds(fact), relation.holds(fact));
        }
        let listed = LISTED.into_iter().any(|fact| relation.holds(fact));
        put_or_remove(&mut self.contacts, peer, relation, listed);
        put_or_remove(
            &mut self.admirers,
            peer,
            relation,
            !listed && relation != Relation::STRANGERS,
        );
    }

    fn recount(&mut self, fact: Fact, before: bool, after: bool) {
        let count = match fact {
            Fact::ActorBlocks => &mut self.facts.blocked,
            Fact::ActorLists => &mut self.facts.friends,
            Fact::TargetRequested => &mut self.facts.requests_in,
            Fact::ActorRequested => &mut self.requests_out,
            Fact::TargetBlocks | Fact::TargetLists => return,
        };
        // A count is at most the number of users, which is below `u32::MAX`.
        *count = count.wrapping_sub(u32::from(before)).wrapping_add(u32::from(after));
    }
}

fn put_or_remove(
    map: &mut OrdMap<UserId, Relation>,
    peer: UserId,
    relation: Relation,
    present: bool,
) {
    if present {
        map.insert(peer, relation);
    } else {
        map.remove(&peer);
    }
}
