//! One user's facts and relations in one allocation of plain bytes.
//!
//! ```text
//! | blocked | friends | requests in | requests out | hash of the name | settings | numbers | bits   |
//! | 4 bytes | 4       | 4           | 4            | 4                | 4        | 4 each  | 1 each |
//! ```
//!
//! An entry is the number of a peer and the bits of the relation with that peer. A copy is one
//! `memcpy`. Numbers begin at a fixed offset and ascend, and vacant slots sort last, so that a
//! lookup reads about one cache line of numbers, and one line of bits if it finds an entry.
//! Clones share the bytes until one of them writes.

use std::sync::Arc;

use super::entries::{Density, ENTRY_BYTES, Entries, Number, VACANT, number_bytes};
use super::{List, MAX_INLINE, UserId, settings};
use crate::facts::{Relation, UserFacts};

/// The bytes before the entries.
const HEADER: usize = 24;

/// The indices of the words after the counts, which are in the order of [`List`].
const HASH: usize = 4;
const SETTINGS: usize = 5;

/// The bit in the word of the settings that marks a spilled record.
const SPILLED: u32 = 1 << settings::BITS;

/// One user's facts and relations.
#[derive(Clone)]
pub(super) struct Packed {
    bytes: Arc<[u8]>,
}

impl Packed {
    /// Returns a user without relations.
    pub(super) fn new(name_hash: u32, facts: &UserFacts) -> Self {
        let mut packed = Self {
            bytes: Arc::new([0; HEADER]),
        };
        packed.set_word(HASH, name_hash);
        packed.set_settings(facts);
        packed
    }

    /// Returns the hash of the user's name.
    pub(super) fn name_hash(&self) -> u32 {
        self.word(HASH)
    }

    /// Returns the user's settings and counts.
    pub(super) fn facts(&self) -> UserFacts {
        UserFacts {
            blocked: self.count(List::Blocklist),
            friends: self.count(List::Friends),
            requests_in: self.count(List::RequestsIn),
            ..settings::decode(self.settings())
        }
    }

    /// Returns the bits of the user's settings.
    pub(super) fn settings(&self) -> u16 {
        let [low, high, ..] = self.word(SETTINGS).to_le_bytes();
        u16::from_le_bytes([low, high]) & settings::MASK
    }

    /// Writes the user's settings. Counts follow from [`write`](Self::write) alone.
    pub(super) fn set_settings(&mut self, facts: &UserFacts) {
        let spilled = self.word(SETTINGS) & SPILLED;
        self.set_word(SETTINGS, spilled | u32::from(settings::encode(facts)));
    }

    /// Returns the number of users on one of the user's lists.
    pub(super) fn count(&self, list: List) -> u32 {
        self.word(list as usize)
    }

    /// Returns whether the relations are in a spilled record.
    #[inline]
    pub(super) fn is_spilled(&self) -> bool {
        // A record with entries is not spilled, which saves reading its header.
        self.bytes.len() <= HEADER && self.is_marked_spilled()
    }

    #[cold]
    fn is_marked_spilled(&self) -> bool {
        self.word(SETTINGS) & SPILLED != 0
    }

    /// Returns the inline relations: none if the record is spilled.
    #[inline]
    pub(super) fn entries(&self) -> Entries<'_> {
        Entries::of(self.bytes.get(HEADER..).unwrap_or(&[]))
    }

    /// Returns the relation to a peer, or `None` if that takes a full search.
    #[inline]
    pub(super) fn lookup_near(&self, peer: UserId, density: Density) -> Option<Relation> {
        Entries::of(self.bytes.get(HEADER..)?).lookup_near(peer, density)
    }

    /// Reads a byte of each cache line that a lookup and a write will need.
    #[inline]
    pub(super) fn prefetch(&self, peer: UserId, density: Density) -> u8 {
        let header = self.bytes.first().copied().unwrap_or(0);
        header ^ self.entries().prefetch(peer, density)
    }

    /// Writes a relation, and updates the counts.
    ///
    /// Returns `false`, and changes nothing, if the record is spilled or would be too long.
    pub(super) fn write(&mut self, peer: UserId, relation: Relation, density: Density) -> bool {
        if self.is_spilled() {
            return false;
        }
        let entries = self.entries();
        let position = entries.position(peer, density);
        let before = entries.relation_at(position);
        if before == relation {
            return true;
        }

        match position {
            Ok(at) if relation == Relation::STRANGERS => self.remove(at),
            Ok(at) => self.parts_mut().set(at, peer, relation.bits()),
            Err(at) => {
                let (len, capacity) = (entries.len(), entries.capacity());
                if len >= MAX_INLINE {
                    return false;
                }
                // One slot stays vacant, so that `lookup_near` sees where the numbers end.
                if len + 1 >= capacity {
                    self.reallocate(capacity_for(len + 1));
                }
                self.parts_mut().insert(at, len, peer, relation.bits());
            }
        }
        self.count_change(before, relation);
        true
    }

    /// Updates the counts of the lists that a change of a relation adds to or removes from.
    ///
    /// [`UserFacts`] has the same rule for three lists. This one counts all four in the words
    /// of the record, so that a write neither decodes nor encodes the facts.
    pub(super) fn count_change(&mut self, before: Relation, after: Relation) {
        for (word, list) in self.parts_mut().header.iter_mut().zip(List::ALL) {
            let was_listed = before.holds(list.fact());
            let is_listed = after.holds(list.fact());
            let count = u32::from_le_bytes(*word);
            debug_assert!(
                !was_listed || is_listed || count > 0,
                "nothing is taken off an empty list"
            );

            // A count is at most the number of users, which is below `u32::MAX`.
            let count = count
                .wrapping_add(u32::from(is_listed))
                .wrapping_sub(u32::from(was_listed));
            *word = count.to_le_bytes();
        }
    }

    /// Removes the entries, which are in a spilled record from now on.
    pub(super) fn spill(&mut self) {
        self.set_word(SETTINGS, self.word(SETTINGS) | SPILLED);
        self.bytes = self.bytes.get(..HEADER).unwrap_or(&[]).into();
    }

    /// Moves the relations of a spilled record, in the order of handles, back inline.
    pub(super) fn set_inline(&mut self, relations: &[(UserId, Relation)]) {
        self.set_word(SETTINGS, self.word(SETTINGS) & !SPILLED);
        self.rebuild(relations);
    }

    /// Replaces the entries by these relations, in the order of handles, and counts them.
    pub(super) fn rebuild(&mut self, relations: &[(UserId, Relation)]) {
        let room = capacity_for(relations.len()) * ENTRY_BYTES;
        let mut bytes = Vec::with_capacity(HEADER + room);
        for list in List::ALL {
            let fact = list.fact();
            let listed = relations.iter().map(|(_, relation)| relation.holds(fact));
            let count: u32 = listed.map(u32::from).sum();
            bytes.extend(count.to_le_bytes());
        }
        let rest_of_header = self.bytes.get(bytes.len()..HEADER).unwrap_or(&[]);
        bytes.extend_from_slice(rest_of_header);

        for (peer, _) in relations {
            bytes.extend(peer.to_u32().to_le_bytes());
        }
        bytes.resize(HEADER + number_bytes(room), u8::MAX);
        for (_, relation) in relations {
            bytes.push(relation.bits());
        }
        bytes.resize(HEADER + room, u8::MAX);
        self.bytes = bytes.into();
    }

    /// Returns the size in bytes.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    fn word(&self, index: usize) -> u32 {
        let words = self.bytes.as_chunks().0;
        words.get(index).map_or(0, |word| u32::from_le_bytes(*word))
    }

    fn set_word(&mut self, index: usize, value: u32) {
        if let Some(word) = self.bytes_mut().as_chunks_mut().0.get_mut(index) {
            *word = value.to_le_bytes();
        }
    }

    /// Returns the bytes for writing, copied first if a clone shares them.
    fn bytes_mut(&mut self) -> &mut [u8] {
        Arc::make_mut(&mut self.bytes)
    }

    fn parts_mut(&mut self) -> PartsMut<'_> {
        let (header, entries) = self
            .bytes_mut()
            .split_at_mut_checked(HEADER)
            .unwrap_or_default();
        let (numbers, bits) = entries.split_at_mut(number_bytes(entries.len()));

        PartsMut {
            header: header.as_chunks_mut().0,
            numbers: numbers.as_chunks_mut().0,
            bits,
        }
    }

    fn remove(&mut self, at: usize) {
        let entries = self.entries();
        let (len, capacity) = (entries.len() - 1, entries.capacity());
        self.parts_mut().remove(at, len);

        // Shrink with a margin, so that the next few insertions do not grow it again.
        if capacity > len + len / 8 + 16 {
            self.reallocate(capacity_for(len));
        }
    }

    /// Copies the bytes to an allocation with this capacity, which has to hold all entries.
    fn reallocate(&mut self, capacity: usize) {
        let (header, entries) = self.bytes.split_at(HEADER.min(self.bytes.len()));
        let (numbers, bits) = entries.split_at(number_bytes(entries.len()));
        let room = capacity * ENTRY_BYTES;

        let mut bytes = Vec::with_capacity(HEADER + room);
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(numbers);
        bytes.resize(HEADER + number_bytes(room), u8::MAX);
        bytes.extend_from_slice(bits);
        bytes.resize(HEADER + room, u8::MAX);
        self.bytes = bytes.into();
    }
}

/// One user's bytes in their parts, for writing.
struct PartsMut<'a> {
    header: &'a mut [[u8; 4]],
    numbers: &'a mut [Number],
    bits: &'a mut [u8],
}

impl PartsMut<'_> {
    fn set(&mut self, at: usize, peer: UserId, relation: u8) {
        if let (Some(number), Some(bits)) = (self.numbers.get_mut(at), self.bits.get_mut(at)) {
            (*number, *bits) = (peer.to_u32().to_le_bytes(), relation);
        }
    }

    /// Inserts an entry among `len` entries; the slot behind them has to be vacant.
    fn insert(&mut self, at: usize, len: usize, peer: UserId, relation: u8) {
        let (numbers, bits) = (self.numbers.get_mut(at..=len), self.bits.get_mut(at..=len));
        if let (Some(numbers), Some(bits)) = (numbers, bits) {
            numbers.copy_within(..len - at, 1);
            bits.copy_within(..len - at, 1);
        }
        self.set(at, peer, relation);
    }

    /// Removes an entry, so that `len` entries are left.
    fn remove(&mut self, at: usize, len: usize) {
        let (numbers, bits) = (self.numbers.get_mut(at..=len), self.bits.get_mut(at..=len));
        if let (Some(numbers), Some(bits)) = (numbers, bits) {
            numbers.copy_within(1.., 0);
            bits.copy_within(1.., 0);
        }
        self.set(len, UserId::from_u32(u32::from_le_bytes(VACANT)), u8::MAX);
    }
}

/// Returns the capacity for `len` entries. The slack is small, because a copy-on-write copies
/// it too.
const fn capacity_for(len: usize) -> usize {
    len + len / 64 + 3
}
