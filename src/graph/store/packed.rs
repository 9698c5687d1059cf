//! One user's facts and relations in one allocation of plain bytes.
//!
//! ```text
//! | blocked | friends | requests in | requests out | hash of the name | settings | numbers | bits   |
//! | 4 bytes | 4       | 4           | 4            | 4                | 4        | 4 each  | 1 each |
//! ```
//!
//! An entry is the number of another user and the bits of the relation with them. A copy is one
//! `memcpy`. Numbers begin at a fixed place, in their order, and vacant ones sort last, so that
//! a look-up reads about one line of them, and one more where it finds something. The bytes are
//! shared between clones until one of them writes.

use std::sync::Arc;

use super::entries::{Density, ENTRY_BYTES, Entries, Number, VACANT, number_bytes};
use super::{List, MAX_INLINE, UserId};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};

/// The bytes before the entries.
const HEADER: usize = 24;

/// Where the words of the header are.
const HASH: usize = 4;
const SETTINGS: usize = 5;

/// The bits of the settings: the request mode, then these.
const MODE: u32 = 0b11;
const BARRED: u32 = 0b100;
const SPILLED: u32 = 0b1000;

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

    /// Returns what is known of a user by themselves.
    pub(super) fn facts(&self) -> UserFacts {
        let settings = self.word(SETTINGS);
        let mode = RequestMode::ALL.get((settings & MODE) as usize);
        let barred = settings & BARRED != 0;
        UserFacts {
            request_mode: mode.copied().unwrap_or(RequestMode::Nobody),
            request_sending: if barred {
                RequestSending::Barred
            } else {
                RequestSending::Open
            },
            blocked: self.count(List::Blocklist),
            friends: self.count(List::Friends),
            requests_in: self.count(List::RequestsIn),
        }
    }

    /// Sets a user's modes; counts are kept by `write`.
    pub(super) fn set_settings(&mut self, facts: &UserFacts) {
        let barred = if facts.request_sending == RequestSending::Barred {
            BARRED
        } else {
            0
        };
        let kept = self.word(SETTINGS) & SPILLED;
        self.set_word(SETTINGS, kept | facts.request_mode as u32 | barred);
    }

    /// Returns how many users are on one of a user's lists.
    pub(super) fn count(&self, list: List) -> u32 {
        self.word(list as usize)
    }

    /// Returns the relations, or `None` where they are kept apart.
    #[inline]
    pub(super) fn entries(&self) -> Option<Entries<'_>> {
        // Whoever has some here has none apart, and their header need not be read.
        let entries = self.bytes.get(HEADER..).unwrap_or(&[]);
        if entries.is_empty() && self.is_spilled() {
            None
        } else {
            Some(Entries::of(entries))
        }
    }

    /// Returns the relation to another user, or `None` where a `lookup_near` does not tell.
    #[inline]
    pub(super) fn lookup_near(&self, peer: UserId, density: Density) -> Option<Relation> {
        Entries::of(self.bytes.get(HEADER..)?).lookup_near(peer, density)
    }

    /// Reads what will be read of it to answer about another user.
    #[inline]
    pub(super) fn prefetch(&self, peer: UserId, density: Density) -> u8 {
        let Some((header, entries)) = self.bytes.split_at_checked(HEADER) else {
            return 0;
        };
        let [first, ..] = header else { return 0 };
        first ^ Entries::of(entries).prefetch(peer, density)
    }

    #[cold]
    fn is_spilled(&self) -> bool {
        self.word(SETTINGS) & SPILLED != 0
    }

    /// Writes a relation over what was there, and counts what that puts on lists or takes off.
    ///
    /// Returns whether it did: a record that is apart, or would be too long, is left as it is.
    pub(super) fn write(&mut self, peer: UserId, relation: Relation, density: Density) -> bool {
        let Some(entries) = self.entries() else {
            return false;
        };
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
                // One place stays vacant, so that a lookup_near sees where the numbers end.
                if len + 1 >= capacity {
                    self.reallocate(capacity_for(len + 1));
                }
                self.parts_mut().insert(at, len, peer, relation.bits());
            }
        }
        self.count_change(before, relation);
        true
    }

    /// Writes relations with many users, in the order of handles, over what was there.
    ///
    /// Returns whether it did, as [`write`](Self::write) does.
    pub(super) fn write_many(&mut self, changes: &[(UserId, Relation)]) -> bool {
        let Some(entries) = self.entries() else {
            return false;
        };
        let merged = merged(entries.iter(), changes);
        if merged.len() > MAX_INLINE {
            return false;
        }
        let mut counts = List::ALL.map(|_| 0);
        for (count, list) in counts.iter_mut().zip(List::ALL) {
            let listed = merged
                .iter()
                .filter(|(_, relation)| relation.holds(list.fact()));
            *count = u32::try_from(listed.count()).unwrap_or(u32::MAX);
        }
        self.rebuild(&merged);
        let parts = self.parts_mut();
        for (word, count) in parts.header.iter_mut().zip(counts) {
            *word = count.to_le_bytes();
        }
        true
    }

    /// Counts what a relation's change puts on lists, or takes off them.
    pub(super) fn count_change(&mut self, before: Relation, after: Relation) {
        for (word, list) in self.parts_mut().header.iter_mut().zip(List::ALL) {
            let (held, holds) = (before.holds(list.fact()), after.holds(list.fact()));
            let count = u32::from_le_bytes(*word);
            debug_assert!(
                !held || holds || count > 0,
                "nothing is taken off an empty list"
            );
            // A count is at most the number of users, which is below `u32::MAX`.
            let count = count
                .wrapping_add(u32::from(holds))
                .wrapping_sub(u32::from(held));
            *word = count.to_le_bytes();
        }
    }

    /// Forgets the entries, which are now kept apart.
    pub(super) fn spill(&mut self) {
        self.set_word(SETTINGS, self.word(SETTINGS) | SPILLED);
        self.bytes = self.bytes.get(..HEADER).unwrap_or(&[]).into();
    }

    /// Takes relations, in the order of handles, in from where they were kept apart.
    pub(super) fn set_inline(&mut self, relations: &[(UserId, Relation)]) {
        self.set_word(SETTINGS, self.word(SETTINGS) & !SPILLED);
        self.rebuild(relations);
    }

    /// Returns how many bytes it takes.
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

    /// Returns the bytes, copied first where another clone shares them.
    fn bytes_mut(&mut self) -> &mut [u8] {
        Arc::make_mut(&mut self.bytes)
    }

    /// Returns the bytes in their parts, to be written to.
    fn parts_mut(&mut self) -> PartsMut<'_> {
        let (header, entries) = self
            .bytes_mut()
            .split_at_mut_checked(HEADER)
            .unwrap_or_default();
        let (numbers, bits) = entries.split_at_mut(number_bytes(entries.len()));
        let (header, numbers) = (header.as_chunks_mut().0, numbers.as_chunks_mut().0);
        PartsMut {
            header,
            numbers,
            bits,
        }
    }

    fn remove(&mut self, at: usize) {
        let Some(entries) = self.entries() else {
            return;
        };
        let (left, capacity) = (entries.len() - 1, entries.capacity());
        self.parts_mut().remove(at, left);
        // Half of it vacant: given back, and far enough from full that it is not soon wanted.
        if capacity > left + left / 8 + 16 {
            self.reallocate(capacity_for(left));
        }
    }

    /// Lays the bytes out anew with these entries, in the order of handles.
    fn rebuild(&mut self, relations: &[(UserId, Relation)]) {
        let room = capacity_for(relations.len()) * ENTRY_BYTES;
        let mut bytes = self.bytes.get(..HEADER).unwrap_or(&[]).to_vec();
        bytes.reserve_exact(room);
        bytes.extend(
            relations
                .iter()
                .flat_map(|(peer, _)| peer.to_u32().to_le_bytes()),
        );
        bytes.resize(HEADER + number_bytes(room), u8::MAX);
        bytes.extend(relations.iter().map(|(_, relation)| relation.bits()));
        bytes.resize(HEADER + room, u8::MAX);
        self.bytes = bytes.into();
    }

    /// Lays the bytes out anew, with room for so many entries, which those that are there have.
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

/// One user's bytes in their parts, to be written to.
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

    /// Puts an entry in among so many; the place behind them is vacant.
    fn insert(&mut self, at: usize, len: usize, peer: UserId, relation: u8) {
        let (numbers, bits) = (self.numbers.get_mut(at..=len), self.bits.get_mut(at..=len));
        if let (Some(numbers), Some(bits)) = (numbers, bits) {
            numbers.copy_within(..len - at, 1);
            bits.copy_within(..len - at, 1);
        }
        self.set(at, peer, relation);
    }

    /// Takes an entry out, so that so many are left.
    fn remove(&mut self, at: usize, left: usize) {
        let (numbers, bits) = (
            self.numbers.get_mut(at..=left),
            self.bits.get_mut(at..=left),
        );
        if let (Some(numbers), Some(bits)) = (numbers, bits) {
            numbers.copy_within(1.., 0);
            bits.copy_within(1.., 0);
        }
        self.set(left, UserId::from_u32(u32::from_le_bytes(VACANT)), u8::MAX);
    }
}

/// Returns relations with those that changed in the place of what was there, in their order.
fn merged(
    entries: impl Iterator<Item = (UserId, Relation)>,
    changes: &[(UserId, Relation)],
) -> Vec<(UserId, Relation)> {
    let mut merged = Vec::with_capacity(changes.len() + entries.size_hint().0);
    let mut changes = changes.iter().copied().peekable();
    for entry in entries {
        while let Some(change) = changes.next_if(|(peer, _)| *peer < entry.0) {
            merged.push(change);
        }
        merged.push(
            changes
                .next_if(|(peer, _)| *peer == entry.0)
                .unwrap_or(entry),
        );
    }
    merged.extend(changes);
    merged.retain(|(_, relation)| *relation != Relation::STRANGERS);
    merged
}

/// Returns the room for so many entries and some more: little, as bytes are copied whole.
const fn capacity_for(len: usize) -> usize {
    len + len / 64 + 3
}
