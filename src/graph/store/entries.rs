//! One user's relations as words, and the search among them.

use super::UserId;
use crate::facts::Relation;

/// The width of a relation in an entry.
const RELATION_BITS: u32 = 8;

/// One user's relations in a page, in the order of handles.
#[derive(Clone, Copy)]
pub(super) struct Entries<'a> {
    words: &'a [u64],
}

impl<'a> Entries<'a> {
    #[inline]
    pub(super) const fn of(words: &'a [u64]) -> Self {
        Self { words }
    }

    pub(super) const fn words(self) -> &'a [u64] {
        self.words
    }

    pub(super) const fn len(self) -> usize {
        self.words.len()
    }

    /// Returns the relation to another user, strangers where there is none.
    ///
    /// `numbers` is how many numbers have been given out.
    #[inline]
    pub(super) fn find(self, peer: UserId, numbers: u32) -> Relation {
        let found = self.search(peer, numbers).ok().and_then(|at| self.words.get(at));
        found.map_or(Relation::STRANGERS, |entry| relation_of(*entry))
    }

    /// Returns the relations, in the order of handles.
    pub(super) fn iter(self) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        self.words.iter().map(|entry| (peer_of(*entry), relation_of(*entry)))
    }

    /// Returns the relations from a handle on.
    pub(super) fn starting_at(
        self,
        from: UserId,
    ) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let before = self.words.partition_point(|entry| peer_of(*entry) < from);
        self.iter().skip(before)
    }

    /// Returns where a user's entry is, or where it would be.
    ///
    /// Guesses the place as if numbers were spread evenly, which mostly hits the line that
    /// the entry is in, and widens the guess by doubling where they are not.
    #[inline]
    pub(super) fn search(self, peer: UserId, numbers: u32) -> Result<usize, usize> {
        let len = self.words.len();
        let even = u64::from(peer.to_u32()) * len as u64 / u64::from(numbers.max(1));
        let guess = usize::try_from(even).map_or(len, |guess| guess.min(len));
        let below = |at: usize| self.words.get(at).is_some_and(|entry| peer_of(*entry) < peer);
        let (mut low, mut high, mut step) = (guess, guess, 1);
        if below(guess) {
            while below(high) {
                (low, high, step) = (high, high + step, step * 2);
            }
        } else {
            while low > 0 && !below(low) {
                (high, low, step) = (low, low.saturating_sub(step), step * 2);
            }
        }
        let high = (high + 1).min(len);
        let range = self.words.get(low..high).unwrap_or(&[]);
        let found = range.binary_search_by_key(&peer, |entry| peer_of(*entry));
        found.map(|at| low + at).map_err(|at| low + at)
    }
}

/// Returns a relation with another user as one word.
pub(super) fn entry(peer: UserId, relation: Relation) -> u64 {
    u64::from(peer.to_u32()) << RELATION_BITS | u64::from(relation.bits())
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "an entry has 32 bits above the relation's")]
const fn peer_of(entry: u64) -> UserId {
    UserId::from_u32((entry >> RELATION_BITS) as u32)
}

#[inline]
fn relation_of(entry: u64) -> Relation {
    let [bits, ..] = entry.to_le_bytes();
    debug_assert!(Relation::from_bits(bits).is_some(), "an entry's low byte is a relation");
    Relation::from_bits(bits).unwrap_or(Relation::STRANGERS)
}
