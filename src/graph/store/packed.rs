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

use super::entries::{ENTRY_BYTES, Entries, Number, VACANT, number_bytes};
use super::{List, UserId};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};

/// The bytes before the entries.
const HEADER: usize = 24;

/// Where the words of the header are.
const HASH: usize = 4;
const SETTINGS: usize = 5;

/// The bits of the settings: the request mode, then these.
const MODE: u32 = 0b11;
const BARRED: u32 = 0b100;
const APART: u32 = 0b1000;

/// One user's facts and relations.
#[derive(Clone)]
pub(super) struct Packed {
    bytes: Arc<[u8]>,
}

impl Packed {
    /// Returns a user without relations.
    pub(super) fn new(name_hash: u32, facts: &UserFacts) -> Self {
        let mut packed = Self { bytes: Arc::new([0; HEADER]) };
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
            request_sending: if barred { RequestSending::Barred } else { RequestSending::Open },
            blocked: self.count(List::Blocklist),
            friends: self.count(List::Friends),
            requests_in: self.count(List::RequestsIn),
        }
    }

    /// Sets a user's modes; counts are kept by `put`.
    pub(super) fn set_settings(&mut self, facts: &UserFacts) {
        let barred = if facts.request_sending == RequestSending::Barred { BARRED } else { 0 };
        let kept = self.word(SETTINGS) & APART;
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
        if entries.is_empty() && self.is_apart() { None } else { Some(Entries::of(entries)) }
    }

    #[cold]
    fn is_apart(&self) -> bool {
        self.word(SETTINGS) & APART != 0
    }

    /// Writes a relation over another, and counts what that puts on lists or takes off them.
    ///
    /// Strangers have no entry.
    pub(super) fn put(&mut self, peer: UserId, before: Relation, after: Relation) {
        let Some(entries) = self.entries() else { return };
        let (capacity, len) = (entries.capacity(), entries.len());
        match (entries.search(peer), after == Relation::STRANGERS) {
            (Ok(at), false) => self.write(at, peer, after.bits()),
            (Ok(at), true) => self.take_out(at, len),
            (Err(at), false) => {
                if len == capacity {
                    self.lay_out(roomy(len + 1));
                }
                self.put_in(at, len, peer, after.bits());
            }
            (Err(_), true) => {}
        }
        self.recount(before, after);
    }

    /// Counts what a relation's change puts on lists, or takes off them.
    pub(super) fn recount(&mut self, before: Relation, after: Relation) {
        for list in List::ALL {
            let (held, holds) = (before.holds(list.fact()), after.holds(list.fact()));
            let count = self.count(list);
            debug_assert!(!held || holds || count > 0, "nothing is taken off an empty list");
            // A count is at most the number of users, which is below `u32::MAX`.
            match (held, holds) {
                (false, true) => self.set_word(list as usize, count.wrapping_add(1)),
                (true, false) => self.set_word(list as usize, count.wrapping_sub(1)),
                _ => {}
            }
        }
    }

    /// Forgets the entries, which are now kept apart.
    pub(super) fn set_apart(&mut self) {
        self.set_word(SETTINGS, self.word(SETTINGS) | APART);
        self.bytes = self.bytes.get(..HEADER).unwrap_or(&[]).into();
    }

    /// Takes relations, in the order of handles, in from where they were kept apart.
    pub(super) fn set_together(&mut self, relations: &[(UserId, Relation)]) {
        self.set_word(SETTINGS, self.word(SETTINGS) & !APART);
        self.lay_out(roomy(relations.len()));
        for (at, (peer, relation)) in relations.iter().enumerate() {
            self.write(at, *peer, relation.bits());
        }
    }

    /// Returns how many bytes it takes.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    fn word(&self, place: usize) -> u32 {
        let words = self.bytes.as_chunks().0;
        words.get(place).map_or(0, |word| u32::from_le_bytes(*word))
    }

    fn set_word(&mut self, place: usize, value: u32) {
        if let Some(word) = self.bytes_mut().as_chunks_mut().0.get_mut(place) {
            *word = value.to_le_bytes();
        }
    }

    /// Returns the bytes, copied first where another clone shares them.
    fn bytes_mut(&mut self) -> &mut [u8] {
        Arc::make_mut(&mut self.bytes)
    }

    /// Returns the numbers and the bits of the entries.
    fn entries_mut(&mut self) -> (&mut [Number], &mut [u8]) {
        let bytes = self.bytes_mut().get_mut(HEADER..).unwrap_or(&mut []);
        let (numbers, bits) = bytes.split_at_mut(number_bytes(bytes.len()));
        (numbers.as_chunks_mut().0, bits)
    }

    fn write(&mut self, at: usize, peer: UserId, relation: u8) {
        let (numbers, bits) = self.entries_mut();
        if let (Some(number), Some(bits)) = (numbers.get_mut(at), bits.get_mut(at)) {
            (*number, *bits) = (peer.to_u32().to_le_bytes(), relation);
        }
    }

    fn put_in(&mut self, at: usize, len: usize, peer: UserId, relation: u8) {
        let (numbers, bits) = self.entries_mut();
        if let (Some(numbers), Some(bits)) = (numbers.get_mut(at..=len), bits.get_mut(at..=len)) {
            numbers.copy_within(..len - at, 1);
            bits.copy_within(..len - at, 1);
        }
        self.write(at, peer, relation);
    }

    fn take_out(&mut self, at: usize, len: usize) {
        let last = len - 1;
        let (numbers, bits) = self.entries_mut();
        if let (Some(numbers), Some(bits)) = (numbers.get_mut(at..len), bits.get_mut(at..len)) {
            numbers.copy_within(1.., 0);
            bits.copy_within(1.., 0);
        }
        self.write(last, UserId::from_u32(u32::from_le_bytes(VACANT)), u8::MAX);
        // Half of it vacant: given back, and far enough from full that it is not soon wanted.
        if self.entries().is_some_and(|entries| entries.capacity() > 2 * last + 16) {
            self.lay_out(roomy(last));
        }
    }

    /// Lays the bytes out anew, with room for so many entries, which those that are there have.
    fn lay_out(&mut self, capacity: usize) {
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

/// Returns the room for so many entries and some more: little, as bytes are copied whole.
const fn roomy(len: usize) -> usize {
    len + len / 16 + 3
}
