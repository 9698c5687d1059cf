//! One user's relations as bytes, and lookups among them.

use super::UserId;
use crate::facts::Relation;

/// A user's number as it is stored.
pub(super) type Number = [u8; 4];

/// The number in a vacant slot: higher than the number of any user.
pub(super) const VACANT: Number = u32::MAX.to_le_bytes();

/// The bytes of one entry: a number and a relation's bits.
pub(super) const ENTRY_BYTES: usize = size_of::<Number>() + 1;

/// Returns how many of an entry list's bytes are numbers. The bits follow them.
#[inline]
pub(super) const fn number_bytes(bytes: usize) -> usize {
    // A fifth, without a division. It is exact up to the maximum length of a packed record.
    ((bytes * 13_108) >> 16) * size_of::<Number>()
}

/// How many numbers a lookup compares at once.
const WINDOW: usize = 24;

/// One user's relations in the order of handles, with vacant slots behind them.
///
/// All numbers come first, then the bits of all relations.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Entries<'a> {
    numbers: &'a [Number],
    bits: &'a [u8],
}

/// How densely numbers cover the range of numbers given out, to interpolate positions.
#[derive(Clone, Copy, Default)]
pub(super) struct Density {
    /// 2³² divided by how many numbers have been given out.
    inverse: u64,
}

impl Density {
    pub(super) fn of(numbers: u32) -> Self {
        Self {
            inverse: (1 << 32) / u64::from(numbers.max(1)),
        }
    }

    /// Returns the index of a number in a list of evenly spaced numbers.
    #[inline]
    fn guess(self, number: u32, len: usize) -> usize {
        // For a number that was not given out, the result may be anything.
        let share = u64::from(number).wrapping_mul(self.inverse);
        usize::try_from(share.wrapping_mul(len as u64) >> 32).unwrap_or(len)
    }
}

impl<'a> Entries<'a> {
    #[inline]
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let (numbers, bits) = bytes.split_at(number_bytes(bytes.len()));
        Self {
            numbers: numbers.as_chunks().0,
            bits,
        }
    }

    /// Returns the number of relations.
    pub(in crate::graph) fn len(self) -> usize {
        let slots = self.numbers.iter().rev();
        let vacant = slots.take_while(|number| **number == VACANT).count();
        self.numbers.len() - vacant
    }

    /// Returns the number of slots, vacant or not.
    pub(super) const fn capacity(self) -> usize {
        self.numbers.len()
    }

    /// Returns the relation to a peer, or `None` if it is not in the interpolated window.
    ///
    /// It compares all numbers of the window, without a branch on the result: the processor
    /// then predicts every branch, and overlaps the cache misses of successive lookups.
    #[inline]
    pub(super) fn lookup_near(self, peer: UserId, density: Density) -> Option<Relation> {
        let number = peer.to_u32();
        let (start, numbers) = self.window(number, density)?;
        let bits = self.bits.get(start..)?.first_chunk::<WINDOW>()?;

        // A fold compiles to vector instructions, but a loop to a branch for each number.
        let found = numbers.iter().zip(bits).map(|(candidate, bits)| {
            if u32::from_le_bytes(*candidate) == number {
                *bits
            } else {
                0
            }
        });
        // At most one candidate is equal.
        Some(relation_of(found.fold(0, u8::wrapping_add)))
    }

    /// Reads both ends of the window that `lookup_near` will compare.
    #[inline]
    pub(super) fn prefetch(self, peer: UserId, density: Density) -> u8 {
        let start = self.window_start(peer.to_u32(), density).unwrap_or(0);
        let mut read = 0;
        for at in [start, start + WINDOW] {
            read ^= self.numbers.get(at).map_or(0, |[byte, ..]| *byte);
            read ^= self.bits.get(at).copied().unwrap_or(0);
        }
        read
    }

    /// Returns the relation to a peer, by a search of all entries.
    pub(super) fn lookup(self, peer: UserId) -> Relation {
        self.relation_at(self.binary_search(peer))
    }

    /// Returns the relations, in the order of handles.
    pub(in crate::graph) fn iter(self) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let slots = self.numbers.iter().zip(self.bits);
        slots
            .take_while(|(number, _)| **number != VACANT)
            .map(|(number, bits)| (user_of(number), relation_of(*bits)))
    }

    /// Returns the relations from a handle on.
    pub(super) fn starting_at(
        self,
        from: UserId,
    ) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let before = self
            .numbers
            .partition_point(|number| user_of(number) < from);
        self.iter().skip(before)
    }

    fn binary_search(self, peer: UserId) -> Result<usize, usize> {
        self.numbers.binary_search_by_key(&peer, user_of)
    }

    /// Returns the result of a binary search, found faster if it is in the window.
    pub(super) fn position(self, peer: UserId, density: Density) -> Result<usize, usize> {
        let number = peer.to_u32();
        let Some((start, numbers)) = self.window(number, density) else {
            return self.binary_search(peer);
        };

        let below = numbers
            .iter()
            .filter(|candidate| u32::from_le_bytes(**candidate) < number)
            .count();
        let at = start + below;
        if self.numbers.get(at) == Some(&number.to_le_bytes()) {
            Ok(at)
        } else {
            Err(at)
        }
    }

    /// Returns the window of numbers around the interpolated position, and where it begins.
    ///
    /// Returns `None` if the number's position is outside of the window.
    #[inline]
    fn window(self, number: u32, density: Density) -> Option<(usize, &'a [Number; WINDOW])> {
        let start = self.window_start(number, density)?;
        let [below, numbers @ .., above] =
            self.numbers.get(start..)?.first_chunk::<{ WINDOW + 2 }>()?;
        let is_within = number > u32::from_le_bytes(*below) && number < u32::from_le_bytes(*above);
        is_within.then_some((start + 1, numbers))
    }

    /// Returns the index of the number before the window, or `None` if there are too few.
    #[inline]
    fn window_start(self, number: u32, density: Density) -> Option<usize> {
        let last = self.numbers.len().checked_sub(WINDOW + 2)?;
        let guess = density.guess(number, self.numbers.len());
        Some(guess.saturating_sub(WINDOW / 2 + 1).min(last))
    }

    /// Returns the relation at the result of a search.
    pub(super) fn relation_at(self, position: Result<usize, usize>) -> Relation {
        let bits = position.ok().and_then(|at| self.bits.get(at));
        bits.map_or(Relation::STRANGERS, |bits| relation_of(*bits))
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a binary search passes a reference"
)]
const fn user_of(number: &Number) -> UserId {
    UserId::from_u32(u32::from_le_bytes(*number))
}

#[inline]
fn relation_of(bits: u8) -> Relation {
    // The bits of a vacant slot are those of no relation; a search for its number finds them.
    debug_assert!(bits == u8::MAX || Relation::from_bits(bits).is_some());
    Relation::from_bits(bits).unwrap_or(Relation::STRANGERS)
}

#[cfg(test)]
mod tests {
    use super::{Density, ENTRY_BYTES, Entries, number_bytes};
    use crate::facts::Relation;
    use crate::graph::UserId;

    /// Pseudo-random numbers, each with a relation.
    fn record(numbers: u32, len: u32, seed: u32) -> Vec<u8> {
        let mixed = |n: u32| (n + seed * len).wrapping_mul(0x9e37_79b9) >> 7;
        let mut all: Vec<_> = (0..len).map(|n| mixed(n * 7919) % numbers).collect();
        all.sort_unstable();
        all.dedup();
        let bits = all.iter().map(|_| Relation::FRIENDS.bits());
        all.iter()
            .flat_map(|number| number.to_le_bytes())
            .chain(bits)
            .collect()
    }

    #[test]
    fn a_near_lookup_finds_most_evenly_spaced_numbers_and_is_never_wrong() {
        let (numbers, density) = (100_000, Density::of(100_000));
        let (mut seen, mut asked) = (0, 0);
        for seed in 0..200 {
            let bytes = record(numbers, 90, seed);
            assert_eq!(number_bytes(bytes.len()), bytes.len() / ENTRY_BYTES * 4);
            let entries = Entries::of(&bytes);
            let known: Vec<_> = entries.iter().map(|(peer, _)| peer).collect();
            for peer in known
                .into_iter()
                .chain((0..100).map(|n| UserId::from_u32(n * 997)))
            {
                asked += 1;
                if let Some(relation) = entries.lookup_near(peer, density) {
                    seen += 1;
                    assert_eq!(relation, entries.lookup(peer));
                }
            }
        }
        assert!(seen * 10 > asked * 9, "{seen} of {asked}");
    }
}
