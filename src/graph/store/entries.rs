//! One user's relations as bytes, and the search among them.

use super::UserId;
use crate::facts::Relation;

/// A user's number as it is kept.
pub(super) type Number = [u8; 4];

/// Where there is no entry: above every number that a user can have.
pub(super) const VACANT: Number = u32::MAX.to_le_bytes();

/// The bytes of one entry: a number, and a relation's bits.
pub(super) const ENTRY_BYTES: usize = size_of::<Number>() + 1;

/// Returns how many bytes of so many are numbers; the bits are behind them.
#[inline]
pub(super) const fn number_bytes(bytes: usize) -> usize {
    // A fifth: exact for as many as are ever together, and quicker than a division.
    ((bytes * 13_108) >> 16) * size_of::<Number>()
}

/// How many numbers a look-up compares at once.
const WINDOW: usize = 24;

/// One user's relations, in the order of handles, and vacant room behind them.
///
/// The numbers lie together, and the relations' bits behind them.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Entries<'a> {
    numbers: &'a [Number],
    bits: &'a [u8],
}

/// How far apart numbers are, to guess where in an ordered list one is.
#[derive(Clone, Copy, Default)]
pub(super) struct Density {
    /// 2³² over how many numbers have been given out.
    inverse: u64,
}

impl Density {
    pub(super) fn of(numbers: u32) -> Self {
        Self {
            inverse: (1 << 32) / u64::from(numbers.max(1)),
        }
    }

    /// Returns where a number would be in a list of this length, if they were spread evenly.
    #[inline]
    fn guess(self, number: u32, len: usize) -> usize {
        // Of a number that was not given out it may be anything.
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

    /// Returns how many relations there are.
    pub(in crate::graph) fn len(self) -> usize {
        let vacant = self
            .numbers
            .iter()
            .rev()
            .take_while(|number| **number == VACANT);
        self.numbers.len() - vacant.count()
    }

    /// Returns how many relations there is room for.
    pub(super) const fn capacity(self) -> usize {
        self.numbers.len()
    }

    /// Returns the relation to another user, or `None` where a `lookup_near` does not tell.
    ///
    /// Compares the numbers about where an even spread would put the one looked for, all of
    /// them whatever is found: a processor that need not guess what comes next asks memory for
    /// the next look-up meanwhile.
    #[inline]
    pub(super) fn lookup_near(self, peer: UserId, density: Density) -> Option<Relation> {
        let number = peer.to_u32();
        let (first, numbers) = self.window(number, density)?;
        let bits = self.bits.get(first..)?.first_chunk::<WINDOW>()?;
        // At most one is equal.
        let found = numbers.iter().zip(bits).map(|(candidate, bits)| {
            if u32::from_le_bytes(*candidate) == number {
                *bits
            } else {
                0
            }
        });
        Some(relation_of(found.fold(0, u8::wrapping_add)))
    }

    /// Reads where a `lookup_near` will, as a promise to look there soon.
    #[inline]
    pub(super) fn prefetch(self, peer: UserId, density: Density) -> u8 {
        let first = self.window_start(peer.to_u32(), density).unwrap_or(0);
        let ends = [first, first + WINDOW];
        let numbers = ends.map(|at| self.numbers.get(at).map_or(0, |[byte, ..]| *byte));
        let bits = ends.map(|at| self.bits.get(at).copied().unwrap_or(0));
        numbers
            .into_iter()
            .chain(bits)
            .fold(0, |all, byte| all ^ byte)
    }

    /// Returns the relation to another user, strangers where there is none.
    pub(super) fn lookup(self, peer: UserId) -> Relation {
        let found = self
            .binary_search(peer)
            .ok()
            .and_then(|at| self.bits.get(at));
        found.map_or(Relation::STRANGERS, |bits| relation_of(*bits))
    }

    /// Returns the relations, in the order of handles.
    pub(in crate::graph) fn iter(self) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let taken = self
            .numbers
            .iter()
            .zip(self.bits)
            .take_while(|(number, _)| **number != VACANT);
        taken.map(|(number, bits)| (user_of(number), relation_of(*bits)))
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

    /// Returns where a user's entry is, or where it would be.
    fn binary_search(self, peer: UserId) -> Result<usize, usize> {
        self.numbers.binary_search_by_key(&peer, user_of)
    }

    /// Returns the same as a search, with a `lookup_near` first.
    pub(super) fn position(self, peer: UserId, density: Density) -> Result<usize, usize> {
        let number = peer.to_u32();
        let Some((first, numbers)) = self.window(number, density) else {
            return self.binary_search(peer);
        };
        let at = first
            + numbers
                .iter()
                .filter(|of| u32::from_le_bytes(**of) < number)
                .count();
        if self.numbers.get(at) == Some(&number.to_le_bytes()) {
            Ok(at)
        } else {
            Err(at)
        }
    }

    /// Returns where a window begins, and one number before it, or `None` where there are few.
    #[inline]
    fn window_start(self, number: u32, density: Density) -> Option<usize> {
        let last = self.numbers.len().checked_sub(WINDOW + 2)?;
        let guess = density.guess(number, self.numbers.len());
        Some(guess.saturating_sub(WINDOW / 2 + 1).min(last))
    }

    /// Returns the numbers about where an even spread would put one, and where they begin.
    ///
    /// Returns `None` where the one looked for is not among them and would not be.
    #[inline]
    fn window(self, number: u32, density: Density) -> Option<(usize, &'a [Number; WINDOW])> {
        let first = self.window_start(number, density)?;
        let [below, numbers @ .., above] =
            self.numbers.get(first..)?.first_chunk::<{ WINDOW + 2 }>()?;
        let is_within = number > u32::from_le_bytes(*below) && number < u32::from_le_bytes(*above);
        is_within.then_some((first + 1, numbers))
    }

    /// Returns the relation in a place, strangers where there is none.
    pub(super) fn relation_at(self, position: Result<usize, usize>) -> Relation {
        let bits = position.ok().and_then(|at| self.bits.get(at));
        bits.map_or(Relation::STRANGERS, |bits| relation_of(*bits))
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "it is read where it lies"
)]
const fn user_of(number: &Number) -> UserId {
    UserId::from_u32(u32::from_le_bytes(*number))
}

#[inline]
fn relation_of(bits: u8) -> Relation {
    // A vacant entry has no relation's bits: whoever has the number above all has no relation.
    debug_assert!(bits == u8::MAX || Relation::from_bits(bits).is_some());
    Relation::from_bits(bits).unwrap_or(Relation::STRANGERS)
}

#[cfg(test)]
mod tests {
    use super::{Density, ENTRY_BYTES, Entries, number_bytes};
    use crate::facts::Relation;
    use crate::graph::UserId;

    /// Numbers spread evenly, but for chance, each with a relation.
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
    fn a_glance_finds_most_of_what_is_spread_evenly_and_is_never_wrong() {
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
