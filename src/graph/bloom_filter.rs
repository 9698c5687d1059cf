//! A set of users that answers "maybe" or "no".

use super::UserId;

const WORDS: usize = 64;

/// A Bloom filter of handles: 4096 bits, and one hash function.
#[derive(Clone, Debug)]
pub(super) struct BloomFilter {
    words: [u64; WORDS],
}

impl BloomFilter {
    pub(super) fn insert(&mut self, user: UserId) {
        let (word, bit) = Self::bit_of(user);
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= bit;
        }
    }

    /// Returns `false` only if the user was not inserted.
    #[inline]
    pub(super) fn may_contain(&self, user: UserId) -> bool {
        let (word, bit) = Self::bit_of(user);
        self.words.get(word).is_none_or(|bits| bits & bit != 0)
    }

    #[inline]
    fn bit_of(user: UserId) -> (usize, u64) {
        // Fibonacci hashing: the factor is 2³² divided by the golden ratio.
        let hash = user.to_u32().wrapping_mul(0x9e37_79b9);
        ((hash >> 26) as usize, 1 << (hash >> 20 & 63))
    }
}

impl Default for BloomFilter {
    fn default() -> Self {
        Self { words: [0; WORDS] }
    }
}
