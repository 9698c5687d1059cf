//! Filters of many users by whether an interaction between them and one user is allowed.

use std::slice;

use super::bloom_filter::BloomFilter;
use super::decision_table::Decisions;
use super::store::Record;
use super::{SocialGraph, UserId, UserKey};
use crate::facts::Relation;
use crate::rules::Interaction;

/// The minimum number of questions for which a Bloom filter pays.
const MIN_QUESTIONS: usize = 16;

/// The maximum number of the user's relations for each question; with more, building the Bloom
/// filter takes longer than it saves.
const MAX_RELATIONS_PER_QUESTION: usize = 12;

/// The users of a slice with whom an interaction is allowed, in the order of the slice.
///
/// Made by [`SocialGraph::audience`] and [`SocialGraph::visible_senders`].
#[must_use = "an iterator does nothing until it is asked for its items"]
#[derive(Clone, Debug)]
pub struct Permitted<'a, K> {
    graph: &'a SocialGraph,
    decisions: &'a Decisions,
    /// The user in every question, if known, with the user's role in it.
    user: Option<(UserId, Role)>,
    strangers: Option<Strangers>,
    others: slice::Iter<'a, K>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Actor,
    Target,
}

impl Role {
    /// Returns a relation of the user as seen from the actor.
    const fn seen_by_actor(self, relation: Relation) -> Relation {
        match self {
            Self::Actor => relation,
            Self::Target => relation.flip(),
        }
    }
}

impl SocialGraph {
    /// Returns the targets whom the actor may reach, in the order given.
    ///
    /// For messages they are the recipients of a message to a room. Each target is judged by
    /// [`can`](Self::can), and a repeated target again. An unknown actor has no audience. It
    /// reads the actor's relations once, in O(k); after that, a target costs a few nanoseconds by
    /// handle. It allocates nothing.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob, carol] =
    ///     [graph.add_user("alice")?, graph.add_user("bob")?, graph.add_user("carol")?];
    /// graph.add_to_blocklist(bob, alice)?;
    ///
    /// let members = [bob, carol, alice];
    /// let reached: Vec<_> = graph.audience(Interaction::Message, alice, &members).collect();
    /// assert_eq!(reached, [&carol]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn audience<'a, K: UserKey>(
        &'a self,
        interaction: Interaction,
        actor: impl UserKey,
        targets: &'a [K],
    ) -> Permitted<'a, K> {
        let user = (actor.resolve(self), Role::Actor);
        Permitted::new(self, interaction, user, targets)
    }

    /// Returns the senders who may reach the recipient, in the order given.
    ///
    /// For messages they are the users whose messages to show to a recipient who opens a room;
    /// for presence, the users whom the recipient sees online. Costs are those of
    /// [`audience`](Self::audience).
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.add_to_blocklist("alice", "bob")?;
    ///
    /// let senders = ["bob", "carol"];
    /// let shown: Vec<_> =
    ///     graph.visible_senders(Interaction::Message, "alice", &senders).collect();
    /// assert_eq!(shown, [&"carol"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn visible_senders<'a, K: UserKey>(
        &'a self,
        interaction: Interaction,
        recipient: impl UserKey,
        senders: &'a [K],
    ) -> Permitted<'a, K> {
        let user = (recipient.resolve(self), Role::Target);
        Permitted::new(self, interaction, user, senders)
    }
}

/// What the user's record says about strangers, who are most of the others.
#[derive(Clone, Debug)]
struct Strangers {
    are_permitted: bool,
    /// The users who may be judged differently from strangers.
    exceptions: BloomFilter,
}

impl Strangers {
    /// Returns `None` if looking up each of the others is faster.
    fn of(record: Record<'_>, role: Role, decisions: &Decisions, questions: usize) -> Option<Self> {
        let relations = record.inline()?;
        let is_worth_it =
            questions >= MIN_QUESTIONS && relations.len() <= questions * MAX_RELATIONS_PER_QUESTION;
        if !is_worth_it {
            return None;
        }

        let are_permitted = decisions.allow(Relation::STRANGERS);
        let mut exceptions = BloomFilter::default();
        exceptions.insert(record.id());
        for (peer, relation) in relations.iter() {
            if decisions.allow(role.seen_by_actor(relation)) != are_permitted {
                exceptions.insert(peer);
            }
        }
        Some(Self {
            are_permitted,
            exceptions,
        })
    }
}

impl<'a, K: UserKey> Permitted<'a, K> {
    fn new(
        graph: &'a SocialGraph,
        interaction: Interaction,
        (user, role): (UserId, Role),
        others: &'a [K],
    ) -> Self {
        let record = graph.store.record(user);
        let decisions = graph.decisions.about(interaction);
        let strangers =
            record.and_then(|record| Strangers::of(record, role, decisions, others.len()));

        Self {
            graph,
            decisions,
            user: record.map(|record| (record.id(), role)),
            strangers,
            others: others.iter(),
        }
    }

    #[inline]
    fn is_permitted(&self, other: &K) -> bool {
        let Some((user, role)) = self.user else {
            return false;
        };
        let other = other.resolve(self.graph);
        match &self.strangers {
            Some(strangers) if !strangers.exceptions.may_contain(other) => {
                strangers.are_permitted && self.graph.store.contains(other)
            }
            _ => self.graph.is_permitted(self.decisions, user, role, other),
        }
    }
}

impl<'a, K: UserKey> Iterator for Permitted<'a, K> {
    type Item = &'a K;

    #[inline]
    fn next(&mut self) -> Option<&'a K> {
        loop {
            let other = self.others.next()?;
            if self.is_permitted(other) {
                return Some(other);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.others.len()))
    }
}

impl SocialGraph {
    /// Returns whether an interaction is allowed, by the record of the user in every question.
    fn is_permitted(&self, decisions: &Decisions, user: UserId, role: Role, other: UserId) -> bool {
        match self.store.relation(user, other) {
            Ok(relation) => decisions.allow(role.seen_by_actor(relation)),
            Err(_) => false,
        }
    }
}
