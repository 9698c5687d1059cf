//! Filters of many users by whether a message between them and one user is allowed.

use std::slice;

use super::bloom_filter::BloomFilter;
use super::decision_table::DecisionTable;
use super::store::Record;
use super::{SocialGraph, UserId, UserKey};
use crate::facts::Relation;

/// The minimum number of questions for which a Bloom filter pays.
const MIN_QUESTIONS: usize = 16;

/// The maximum number of the user's relations for each question; with more, building the Bloom
/// filter takes longer than it saves.
const MAX_RELATIONS_PER_QUESTION: usize = 12;

/// The users of a slice with whom a message is allowed, in the order of the slice.
///
/// Made by [`SocialGraph::audience`] and [`SocialGraph::visible_senders`].
#[must_use = "an iterator does nothing until it is asked for its items"]
#[derive(Clone, Debug)]
pub struct Permitted<'a, K> {
    graph: &'a SocialGraph,
    /// The user in every question, if known, with the user's role in it.
    user: Option<(UserId, Role)>,
    strangers: Option<Strangers>,
    others: slice::Iter<'a, K>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Sender,
    Recipient,
}

impl Role {
    /// Returns a relation of the user as seen from the sender.
    const fn seen_by_sender(self, relation: Relation) -> Relation {
        match self {
            Self::Sender => relation,
            Self::Recipient => relation.flip(),
        }
    }
}

impl SocialGraph {
    /// Returns the recipients whom the sender may message, in the order given.
    ///
    /// Each recipient is judged by [`can_message`](Self::can_message), and a repeated recipient
    /// again. An unknown sender has no audience. It reads the sender's relations once, in O(k);
    /// after that, a recipient costs a few nanoseconds by handle. It allocates nothing.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob, carol] =
    ///     [graph.add_user("alice")?, graph.add_user("bob")?, graph.add_user("carol")?];
    /// graph.add_to_blocklist(bob, alice)?;
    ///
    /// let reached: Vec<_> = graph.audience(alice, &[bob, carol, alice]).copied().collect();
    /// assert_eq!(reached, [carol]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn audience<'a, K: UserKey>(
        &'a self,
        sender: impl UserKey,
        recipients: &'a [K],
    ) -> Permitted<'a, K> {
        Permitted::new(self, sender.resolve(self), Role::Sender, recipients)
    }

    /// Returns the senders who may message the recipient, in the order given.
    ///
    /// They are the users whose messages to show to a recipient who opens a room. Costs are
    /// those of [`audience`](Self::audience).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.add_to_blocklist("alice", "bob")?;
    ///
    /// let shown: Vec<_> = graph.visible_senders("alice", &["bob", "carol"]).collect();
    /// assert_eq!(shown, [&"carol"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn visible_senders<'a, K: UserKey>(
        &'a self,
        recipient: impl UserKey,
        senders: &'a [K],
    ) -> Permitted<'a, K> {
        Permitted::new(self, recipient.resolve(self), Role::Recipient, senders)
    }
}

/// What the user's record says about strangers, who are most of the others.
#[derive(Clone, Debug)]
struct Strangers {
    may_message: bool,
    /// The users who may be judged differently from strangers.
    exceptions: BloomFilter,
}

impl Strangers {
    /// Returns `None` if looking up each of the others is faster.
    fn of(
        record: Record<'_>,
        role: Role,
        decisions: &DecisionTable,
        questions: usize,
    ) -> Option<Self> {
        let relations = record.inline()?;
        let is_worth_it =
            questions >= MIN_QUESTIONS && relations.len() <= questions * MAX_RELATIONS_PER_QUESTION;
        if !is_worth_it {
            return None;
        }

        let may_message = decisions.may_message(Relation::STRANGERS);
        let mut exceptions = BloomFilter::default();
        exceptions.insert(record.id());
        for (peer, relation) in relations.iter() {
            if decisions.may_message(role.seen_by_sender(relation)) != may_message {
                exceptions.insert(peer);
            }
        }
        Some(Self {
            may_message,
            exceptions,
        })
    }
}

impl<'a, K: UserKey> Permitted<'a, K> {
    fn new(graph: &'a SocialGraph, user: UserId, role: Role, others: &'a [K]) -> Self {
        let record = graph.store.record(user);
        let strangers =
            record.and_then(|record| Strangers::of(record, role, &graph.decisions, others.len()));

        Self {
            graph,
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
                strangers.may_message && self.graph.store.contains(other)
            }
            _ => self.graph.is_permitted(user, role, other),
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
    /// Returns whether a message is allowed, by the record of the user in every question.
    fn is_permitted(&self, user: UserId, role: Role, other: UserId) -> bool {
        match self.store.relation(user, other) {
            Ok(relation) => self.decisions.may_message(role.seen_by_sender(relation)),
            Err(_) => false,
        }
    }
}
