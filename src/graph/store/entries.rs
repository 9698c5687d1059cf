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
    bytes / ENTRY_BYTES * size_of::<Number>()
}

/// How many numbers a look-up compares at once.
const WINDOW: usize = 16;

/// One user's relations, in the order of handles, and vacant room behind them.
///
/// The numbers lie together, and the relations' bits behind them.
#[derive(Clone, Copy)]
pub(super) struct Entries<'a> {
    numbers: &'a [Number],
    bits: &'a [u8],
}

/// How far apart numbers are, to guess where in an ordered list one is.
#[derive(Clone, Copy, Default)]
pub(super) struct Spread {
    /// 2³² over how many numbers have been given out.
    inverse: u64,
}

impl Spread {
    pub(super) fn of(numbers: u32) -> Self {
        Self { inverse: (1 << 32) / u64::from(numbers.max(1)) }
    }

    /// Returns where a number would be in a list of this length, if they were spread evenly.
    #[inline]
    fn guess(self, number: u32, len: usize) -> usize {
        let share = (u64::from(number) * self.inverse).min(u64::from(u32::MAX));
        usize::try_from((share * len as u64) >> 32).unwrap_or(len)
    }
}

impl<'a> Entries<'a> {
    #[inline]
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let (numbers, bits) = bytes.split_at(number_bytes(bytes.len()));
        Self { numbers: numbers.as_chunks().0, bits }
    }

    /// Returns how many relations there are.
    pub(super) fn len(self) -> usize {
        let vacant = self.numbers.iter().rev().take_while(|number| **number == VACANT);
        self.numbers.len() - vacant.count()
    }

    /// Returns how many relations there is room for.
    pub(super) const fn capacity(self) -> usize {
        self.numbers.len()
    }

    /// Returns the relation to another user, strangers where there is none.
    ///
    /// Compares the numbers about where an even spread would put the one looked for, all of
    /// them whatever is found: a processor that need not guess what comes next asks memory for
    /// the next look-up meanwhile.
    #[inline]
    pub(super) fn find(self, peer: UserId, spread: Spread) -> Relation {
        let number = peer.to_u32();
        let guess = spread.guess(number, self.numbers.len()).saturating_sub(WINDOW / 2);
        let first = guess.min(self.numbers.len().saturating_sub(WINDOW));
        let Some(window) = self.numbers.get(first..).and_then(<[Number]>::first_chunk::<WINDOW>)
        else {
            return self.find_among_few(number);
        };
        let mut place = 0;
        for (at, candidate) in (1_u32..).zip(window) {
            place |= if u32::from_le_bytes(*candidate) == number { at } else { 0 };
        }
        let [lowest, .., highest] = window.map(u32::from_le_bytes);
        if place == 0 && (number < lowest && first > 0 || number > highest) {
            return self.find_far(number);
        }
        let bits = self.bits.get(first + place.saturating_sub(1) as usize).copied().unwrap_or(0);
        relation_of(if place == 0 { 0 } else { bits })
    }

    /// Returns a relation where there are fewer than a window has.
    #[inline]
    fn find_among_few(self, number: u32) -> Relation {
        let mut pairs = self.numbers.iter().zip(self.bits);
        let found = pairs.find(|(candidate, _)| u32::from_le_bytes(**candidate) == number);
        found.map_or(Relation::STRANGERS, |(_, bits)| relation_of(*bits))
    }

    /// Returns a relation that is not where an even spread would put it.
    #[cold]
    fn find_far(self, number: u32) -> Relation {
        let found = self.search(UserId::from_u32(number)).ok().and_then(|at| self.bits.get(at));
        found.map_or(Relation::STRANGERS, |bits| relation_of(*bits))
    }

    /// Returns the relations, in the order of handles.
    pub(super) fn iter(self) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let taken = self.numbers.iter().zip(self.bits).take_while(|(number, _)| **number != VACANT);
        taken.map(|(number, bits)| (user_of(number), relation_of(*bits)))
    }

    /// Returns the relations from a handle on.
    pub(super) fn starting_at(
        self,
        from: UserId,
    ) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let before = self.numbers.partition_point(|number| user_of(number) < from);
        self.iter().skip(before)
    }

    /// Returns where a user's entry is, or where it would be.
    pub(super) fn search(self, peer: UserId) -> Result<usize, usize> {
        self.numbers.binary_search_by_key(&peer, user_of)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is read where it lies")]
const fn user_of(number: &Number) -> UserId {
    UserId::from_u32(u32::from_le_bytes(*number))
}

#[inline]
fn relation_of(bits: u8) -> Relation {
    // A vacant entry has no relation's bits: whoever has the number above all has no relation.
    debug_assert!(bits == u8::MAX || Relation::from_bits(bits).is_some());
    Relation::from_bits(bits).unwrap_or(Relation::STRANGERS)
}
