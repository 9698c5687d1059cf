//! Many questions about messages of one user at once.

use std::slice;

use super::store::Record;
use super::{SocialGraph, UserId, UserKey};
use crate::facts::Relation;

/// Fewer questions than this are asked one by one.
const MIN_FILTERED: usize = 16;

/// So are questions about a user who has more relations than this for each.
const MAX_RELATIONS_PER_QUESTION: usize = 12;

/// Those of a slice of users with whom a message is allowed, in the order of the slice.
///
/// Made by [`SocialGraph::audience`] and [`SocialGraph::visible_senders`].
#[must_use = "an iterator does nothing until it is asked for its items"]
#[derive(Clone, Debug)]
pub struct Permitted<'a, K> {
    graph: &'a SocialGraph,
    /// The one user in every question, and which role they have in it.
    user: Option<(UserId, Role)>,
    /// Whether strangers may message, and who is not to be answered as a stranger is.
    strangers: Option<(bool, BloomFilter)>,
    others: slice::Iter<'a, K>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Sender,
    Recipient,
}

impl Role {
    /// Returns a relation as the sender sees it.
    const fn seen(self, relation: Relation) -> Relation {
        match self {
            Self::Sender => relation,
            Self::Recipient => relation.flip(),
        }
    }
}

impl SocialGraph {
    /// Returns the recipients whom the sender may message, in the order given.
    ///
    /// Each is judged as by [`can_message`](Self::can_message); a recipient who is named twice
    /// is judged twice, and an unknown sender has no audience. Of the sender's relations it
    /// takes note once, in O(k); after that a recipient costs a few nanoseconds by handle. It
    /// allocates nothing.
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
    /// For a recipient who opens a room: whose messages to show. Otherwise as
    /// [`audience`](Self::audience).
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

impl<'a, K: UserKey> Permitted<'a, K> {
    fn new(graph: &'a SocialGraph, user: Option<UserId>, role: Role, others: &'a [K]) -> Self {
        let record = user.and_then(|user| graph.store.record(user));
        let user = record.map(|record| (record.id(), role));
        let record = record.filter(|_| others.len() >= MIN_FILTERED);
        let strangers = record.and_then(|record| graph.filter(record, role, others.len()));
        Self {
            graph,
            user,
            strangers,
            others: others.iter(),
        }
    }

    #[inline]
    fn is_permitted(&self, other: &K) -> bool {
        let (Some((user, role)), Some(other)) = (self.user, other.resolve(self.graph)) else {
            return false;
        };
        match &self.strangers {
            Some((may, filter)) if !filter.may_contain(other) => {
                *may && self.graph.store.contains(other)
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
    /// Returns whether a message is allowed, by the record of the one user in every question.
    fn is_permitted(&self, user: UserId, role: Role, other: UserId) -> bool {
        let relation = self.store.relation(Some(user), Some(other));
        relation.is_ok_and(|relation| self.decisions.message(role.seen(relation)).is_allowed())
    }

    /// Returns what is said of strangers, and who is not to be answered as they are.
    ///
    /// Returns `None` where that is too many to go through for so many questions.
    fn filter(
        &self,
        record: Record<'_>,
        role: Role,
        questions: usize,
    ) -> Option<(bool, BloomFilter)> {
        let relations = record.inline()?;
        if relations.len() > questions * MAX_RELATIONS_PER_QUESTION {
            return None;
        }
        let may = |relation: Relation| self.decisions.message(role.seen(relation)).is_allowed();
        let strangers_may = may(Relation::STRANGERS);
        let mut filter = BloomFilter::default();
        filter.insert(record.id());
        for (peer, relation) in relations.iter() {
            if may(relation) != strangers_may {
                filter.insert(peer);
            }
        }
        Some((strangers_may, filter))
    }
}

/// Users who are held back for a closer look; now and then somebody else is too.
#[derive(Clone, Debug)]
struct BloomFilter {
    bits: [u64; WORDS],
}

const WORDS: usize = 64;

impl BloomFilter {
    fn insert(&mut self, user: UserId) {
        let (word, bit) = Self::bit_of(user);
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= bit;
        }
    }

    #[inline]
    fn may_contain(&self, user: UserId) -> bool {
        let (word, bit) = Self::bit_of(user);
        self.bits.get(word).is_none_or(|bits| bits & bit != 0)
    }

    /// Spreads handles over the bits.
    #[inline]
    fn bit_of(user: UserId) -> (usize, u64) {
        // An odd number with its bits well mixed: 2³² over the golden ratio.
        let mixed = user.to_u32().wrapping_mul(0x9e37_79b9);
        ((mixed >> 26) as usize, 1 << (mixed >> 20 & 63))
    }
}

impl Default for BloomFilter {
    fn default() -> Self {
        Self { bits: [0; WORDS] }
    }
}
