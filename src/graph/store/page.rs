//! A few users' data in one allocation of plain bytes, and where each part begins.
//!
//! ```text
//! | name            | its length   | count of each list | keys         | bits        |
//! | 1 to 3071 bytes | 1 or 3 bytes | 4 bytes each       | 4 bytes each | 1 byte each |
//! ```
//!
//! This is the part of one user. An entry is the sort key of a peer and the bits of the relation
//! with that peer; some slots behind the entries are vacant. A [`Place`] says where the keys
//! begin and how many there are. So a lookup reads a few cache lines that do not wait for each
//! other. A copy is one `memcpy`. Clones share the bytes until one of them writes.
//!
//! A name is read from its end, so the byte before the counts says how long it is. If that byte is
//! 255, the length is in the two bytes before it.

use std::array;
use std::iter::repeat_n;
use std::ops::Range;
use std::sync::Arc;

use super::entries::{ENTRY_BYTES, Entries, KeyBytes, VACANT_BITS, capacity_for, key_bytes};
use super::settings::Settings;
use super::sort_key::SortKey;
use super::{List, MAX_INLINE, UserId};
use crate::facts::{Relation, UserFacts};
use crate::graph::MAX_NAME_BYTES;

/// The number of users in a page.
///
/// More users need fewer bytes each for the pointer, but a write after a snapshot copies more.
pub(super) const USERS: usize = 4;

/// The counts of the lists, in the order of [`List`].
type Counts = [[u8; 4]; List::ALL.len()];

const COUNT_BYTES: usize = size_of::<Counts>();

/// The last byte of the length of a long name, whose length is in the two bytes before it.
const LONG_NAME: u8 = u8::MAX;

/// Returns how many bytes the length of a name takes.
const fn name_len_bytes(len: usize) -> usize {
    if len < LONG_NAME as usize { 1 } else { 3 }
}

/// Each byte of the key in a vacant slot.
const VACANT_KEY_BYTE: u8 = {
    let [byte, ..] = SortKey::VACANT.to_le_bytes();
    byte
};

/// The data of [`USERS`] users.
#[derive(Clone, Default)]
pub(super) struct Page {
    bytes: Arc<[u8]>,
    places: [Place; USERS],
}

/// Where a user's keys are, and the user's settings.
///
/// ```text
/// | settings | capacity | start   |
/// | 4 bits   | 12 bits  | 16 bits |
/// ```
#[derive(Clone, Copy, Default)]
struct Place(u32);

const START_BITS: u32 = 16;
const CAPACITY_BITS: u32 = 12;

// The longest names and records fit.
const _: () = {
    let capacity = capacity_for(MAX_INLINE);
    let name = MAX_NAME_BYTES + name_len_bytes(MAX_NAME_BYTES);
    let part = name + COUNT_BYTES + capacity * ENTRY_BYTES;
    assert!(capacity < 1 << CAPACITY_BITS && USERS * part < 1 << START_BITS);
    assert!(MAX_NAME_BYTES <= u16::MAX as usize);
};

impl Place {
    fn new(start: usize, capacity: usize, settings: Settings) -> Self {
        let [start, capacity] = [start, capacity].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        Self(start | capacity << START_BITS).with_settings(settings)
    }

    #[inline]
    const fn start(self) -> usize {
        (self.0 & ((1 << START_BITS) - 1)) as usize
    }

    /// Returns the number of slots for entries, vacant ones included.
    #[inline]
    const fn capacity(self) -> usize {
        (self.0 >> START_BITS & ((1 << CAPACITY_BITS) - 1)) as usize
    }

    #[inline]
    fn settings(self) -> Settings {
        let [.., bits] = self.0.to_le_bytes();
        Settings::from_bits(bits >> 4)
    }

    fn with_settings(self, settings: Settings) -> Self {
        let place = self.0 & ((1 << (START_BITS + CAPACITY_BITS)) - 1);
        Self(place | u32::from(settings.bits()) << (START_BITS + CAPACITY_BITS))
    }

    /// Returns the range of the keys and bits.
    #[inline]
    const fn entries(self) -> Range<usize> {
        self.start()..self.start() + self.capacity() * ENTRY_BYTES
    }

    /// Returns the range of the counts, or `None` if there is no such user.
    #[inline]
    fn counts(self) -> Option<Range<usize>> {
        let start = self.start().checked_sub(COUNT_BYTES)?;
        Some(start..start + COUNT_BYTES)
    }
}

/// Reads.
impl Page {
    #[inline]
    fn place(&self, slot: usize) -> Place {
        self.places.get(slot).copied().unwrap_or_default()
    }

    /// Returns the name of a user: empty if there is no such user.
    #[inline]
    pub(super) fn name(&self, slot: usize) -> &[u8] {
        let end = self.place(slot).start().checked_sub(COUNT_BYTES);
        let before = end.and_then(|end| self.bytes.get(..end));
        let name = before.and_then(|before| {
            let (len, before) = before.split_last()?;
            if *len == LONG_NAME {
                return long_name(before);
            }
            before.get(before.len().checked_sub(usize::from(*len))?..)
        });
        name.unwrap_or_default()
    }

    /// Returns whether a user has this name.
    #[inline]
    pub(super) fn is_named(&self, slot: usize, name: &str) -> bool {
        // A slot without a user has an empty name, which no user has.
        !name.is_empty() && self.name(slot) == name.as_bytes()
    }

    /// Returns a user's relations: none if they are spilled.
    #[inline]
    pub(super) fn entries(&self, slot: usize) -> Entries<'_> {
        let place = self.place(slot);
        Entries::of(&self.bytes, place.start(), place.capacity())
    }

    #[inline]
    pub(super) fn settings(&self, slot: usize) -> Settings {
        self.place(slot).settings()
    }

    /// Returns the number of users on one of a user's lists.
    pub(super) fn count(&self, slot: usize, list: List) -> u32 {
        let count = self
            .counts(slot)
            .and_then(|counts| counts.get(list as usize));
        count.map_or(0, |count| u32::from_le_bytes(*count))
    }

    #[inline]
    fn counts(&self, slot: usize) -> Option<&Counts> {
        let bytes = self.bytes.get(self.place(slot).counts()?)?;
        bytes.as_chunks().0.first_chunk()
    }

    /// Returns a user's settings and counts, or `None` if there is no such user.
    #[inline]
    pub(super) fn facts(&self, slot: usize) -> Option<UserFacts> {
        let [blocked, friends, requests_in, ..] = *self.counts(slot)?;
        Some(UserFacts {
            blocked: u32::from_le_bytes(blocked),
            friends: u32::from_le_bytes(friends),
            requests_in: u32::from_le_bytes(requests_in),
            ..self.settings(slot).facts()
        })
    }

    /// Returns the size of a user's part in bytes.
    #[cfg(test)]
    pub(super) fn part_len(&self, slot: usize) -> usize {
        let (name_len, entries) = (self.name(slot).len(), self.place(slot).entries());
        name_len + name_len_bytes(name_len) + COUNT_BYTES + entries.len()
    }
}

/// Returns the name before a length of two bytes.
#[cold]
fn long_name(before: &[u8]) -> Option<&[u8]> {
    let (before, len) = before.split_last_chunk()?;
    let len = usize::from(u16::from_le_bytes(*len));
    before.get(before.len().checked_sub(len)?..)
}

/// One user's relations in the order of sort keys.
#[derive(Default)]
pub(super) struct SortedRelations {
    bytes: Vec<u8>,
}

impl SortedRelations {
    fn entries(&self) -> Entries<'_> {
        Entries::of(&self.bytes, 0, self.bytes.len() / ENTRY_BYTES)
    }

    /// Returns the number of relations on each of the user's lists.
    fn counts(&self) -> Counts {
        let mut counts = [0_u32; List::ALL.len()];
        for (_, relation) in self.entries().iter() {
            for (count, list) in counts.iter_mut().zip(List::ALL) {
                *count += u32::from(relation.holds(list.fact()));
            }
        }
        counts.map(u32::to_le_bytes)
    }
}

impl FromIterator<(UserId, Relation)> for SortedRelations {
    fn from_iter<I: IntoIterator<Item = (UserId, Relation)>>(relations: I) -> Self {
        let relations = relations.into_iter();
        let mut sorted: Vec<_> = relations
            .map(|(peer, relation)| (SortKey::of(peer), relation))
            .collect();
        sorted.sort_unstable();

        let mut bytes = Vec::with_capacity(sorted.len() * ENTRY_BYTES);
        for (key, _) in &sorted {
            bytes.extend(key.to_le_bytes());
        }
        for (_, relation) in &sorted {
            bytes.push(relation.to_bits());
        }
        Self { bytes }
    }
}

/// What a page is assembled from: one user's name, counts and relations.
#[derive(Clone, Copy)]
struct Part<'a> {
    counts: Counts,
    name: &'a [u8],
    entries: Entries<'a>,
    /// The number of slots for entries, vacant ones included.
    capacity: usize,
    settings: Settings,
}

/// Writes.
impl Page {
    /// Adds a user without relations, with this many slots for them.
    pub(super) fn add(&mut self, slot: usize, name: &str, settings: Settings, capacity: usize) {
        let part = Part {
            counts: Counts::default(),
            name: name.as_bytes(),
            entries: Entries::default(),
            capacity,
            settings,
        };
        *self = self.with_part(slot, Some(part));
    }

    /// Removes a user.
    pub(super) fn remove(&mut self, slot: usize) {
        *self = self.with_part(slot, None);
    }

    /// Gives a user another name.
    pub(super) fn rename(&mut self, slot: usize, name: &str) {
        if let Some(part) = self.parts().get(slot).copied().flatten() {
            let part = Part {
                name: name.as_bytes(),
                ..part
            };
            *self = self.with_part(slot, Some(part));
        }
    }

    pub(super) fn set_settings(&mut self, slot: usize, settings: Settings) {
        if let Some(place) = self.places.get_mut(slot) {
            *place = place.with_settings(settings);
        }
    }

    /// Writes a relation, and updates the counts.
    ///
    /// Returns `false`, and changes nothing, if the record is spilled or would be too long.
    pub(super) fn write(&mut self, slot: usize, peer: UserId, relation: Relation) -> bool {
        if self.settings(slot).is_spilled() {
            return false;
        }
        let entries = self.entries(slot);
        let position = entries.position(peer);
        let before = entries.relation_at(position);
        if before == relation {
            return true;
        }

        if position.is_err() {
            if entries.has_at_least(MAX_INLINE) {
                return false;
            }
            if entries.is_full() {
                self.reassemble(slot);
            }
        }
        if let Some((counts, mut entries)) = self.part_mut(slot) {
            recount(counts, before, relation);
            match position {
                Ok(at) if relation == Relation::STRANGERS => entries.remove(at),
                Ok(at) => entries.set(at, peer, relation),
                Err(at) => entries.insert(at, peer, relation),
            }
        }

        if relation == Relation::STRANGERS && self.entries(slot).has_too_many_vacant() {
            self.reassemble(slot);
        }
        true
    }

    /// Updates the counts for a change of a relation that is in a spilled record.
    pub(super) fn recount(&mut self, slot: usize, before: Relation, after: Relation) {
        if let Some((counts, _)) = self.part_mut(slot) {
            recount(counts, before, after);
        }
    }

    /// Removes the entries, which are in a spilled record from now on. The counts stay.
    pub(super) fn spill(&mut self, slot: usize) {
        if let Some(part) = self.parts().get(slot).copied().flatten() {
            let part = Part {
                entries: Entries::default(),
                capacity: 0,
                settings: part.settings.with_spilled(true),
                ..part
            };
            *self = self.with_part(slot, Some(part));
        }
    }

    /// Replaces the entries of users, who are not spilled from now on, and counts them.
    pub(super) fn set_relations(&mut self, relations: &[Option<SortedRelations>; USERS]) {
        let mut parts = self.parts();
        for (part, relations) in parts.iter_mut().zip(relations) {
            if let (Some(part), Some(relations)) = (part, relations) {
                part.counts = relations.counts();
                part.entries = relations.entries();
                part.capacity = capacity_for(part.entries.len());
                part.settings = part.settings.with_spilled(false);
            }
        }
        *self = Self::assemble(&parts);
    }

    /// Returns the users' parts, each with as many slots as after a growth.
    ///
    /// If a user has no slots, the relations are spilled or not loaded yet, and that stays so.
    fn parts(&self) -> [Option<Part<'_>>; USERS] {
        array::from_fn(|slot| {
            let entries = self.entries(slot);
            let has_slots = self.place(slot).capacity() > 0;
            Some(Part {
                counts: *self.counts(slot)?,
                name: self.name(slot),
                entries,
                capacity: if has_slots {
                    capacity_for(entries.len())
                } else {
                    0
                },
                settings: self.settings(slot),
            })
        })
    }

    /// Returns the page with another part for one user.
    fn with_part<'a>(&'a self, slot: usize, part: Option<Part<'a>>) -> Self {
        let mut parts = self.parts();
        if let Some(of_slot) = parts.get_mut(slot) {
            *of_slot = part;
        }
        Self::assemble(&parts)
    }

    /// Gives a user, and each other with slots, as much spare capacity as after a growth.
    fn reassemble(&mut self, slot: usize) {
        let mut parts = self.parts();
        if let Some(Some(part)) = parts.get_mut(slot) {
            part.capacity = capacity_for(part.entries.len());
        }
        *self = Self::assemble(&parts);
    }

    /// Writes all parts to a new allocation.
    fn assemble(parts: &[Option<Part<'_>>; USERS]) -> Self {
        let mut page = Self::default();
        let mut len = 0;
        for (place, part) in page.places.iter_mut().zip(parts) {
            if let Some(part) = part {
                let name_len = part.name.len();
                let start = len + name_len + name_len_bytes(name_len) + COUNT_BYTES;
                *place = Place::new(start, part.capacity, part.settings);
                len = place.entries().end;
            }
        }

        page.bytes = repeat_n(VACANT_KEY_BYTE, len).collect();
        let mut rest = Arc::make_mut(&mut page.bytes);
        for part in parts.iter().flatten() {
            rest = part.write_to(rest);
        }
        page
    }

    /// Returns a user's counts and relations for writing, copied with the page first if a clone
    /// shares it.
    fn part_mut(&mut self, slot: usize) -> Option<(&mut Counts, EntriesMut<'_>)> {
        let place = self.place(slot);
        let start = place.counts()?.start;
        let bytes = Arc::make_mut(&mut self.bytes).get_mut(start..place.entries().end)?;
        let (counts, bytes) = bytes.split_at_mut(COUNT_BYTES);
        let (keys, bits) = bytes.split_at_mut(key_bytes(place.capacity()));
        let keys = keys.as_chunks_mut().0;
        let counts = counts.as_chunks_mut().0.first_chunk_mut()?;
        Some((counts, EntriesMut { keys, bits }))
    }
}

/// Updates the counts of the lists that a change of a relation adds to or removes from.
///
/// [`UserFacts`] has the same rule for three lists. This one counts every list in the words
/// of the part, so that a write neither decodes nor encodes the facts.
fn recount(counts: &mut Counts, before: Relation, after: Relation) {
    for (count, list) in counts.iter_mut().zip(List::ALL) {
        let was_listed = before.holds(list.fact());
        let is_listed = after.holds(list.fact());
        let old = u32::from_le_bytes(*count);
        debug_assert!(
            !was_listed || is_listed || old > 0,
            "nothing is taken off an empty list"
        );

        // A count is at most the number of users, which is below `u32::MAX`.
        let new = old
            .wrapping_add(u32::from(is_listed))
            .wrapping_sub(u32::from(was_listed));
        *count = new.to_le_bytes();
    }
}

impl Part<'_> {
    /// Writes the part to the first bytes, which are those of vacant keys, and returns the others.
    fn write_to<'b>(&self, bytes: &'b mut [u8]) -> &'b mut [u8] {
        let (name, bytes) = bytes.split_at_mut(self.name.len());
        name.copy_from_slice(self.name);
        let (name_len, bytes) = bytes.split_at_mut(name_len_bytes(self.name.len()));
        write_name_len(name_len, self.name.len());
        let (counts, bytes) = bytes.split_at_mut(COUNT_BYTES);
        counts.copy_from_slice(self.counts.as_flattened());

        let (keys, bytes) = bytes.split_at_mut(key_bytes(self.capacity));
        for (to, from) in keys.as_chunks_mut().0.iter_mut().zip(self.entries.keys()) {
            *to = *from;
        }
        let (bits, others) = bytes.split_at_mut(self.capacity);
        bits.fill(VACANT_BITS);
        for (to, from) in bits.iter_mut().zip(self.entries.bits()) {
            *to = *from;
        }
        others
    }
}

/// Writes the length of a name to as many bytes as it takes.
fn write_name_len(bytes: &mut [u8], len: usize) {
    // A name is shorter than 2¹⁶ bytes.
    let [low, high] = u16::try_from(len).unwrap_or(u16::MAX).to_le_bytes();
    match bytes {
        [of_short] => *of_short = low,
        [of_low, of_high, last] => (*of_low, *of_high, *last) = (low, high, LONG_NAME),
        _ => {}
    }
}

/// One user's relations, for writing.
struct EntriesMut<'a> {
    keys: &'a mut [KeyBytes],
    bits: &'a mut [u8],
}

impl EntriesMut<'_> {
    fn set(&mut self, at: usize, peer: UserId, relation: Relation) {
        self.set_slot(at, SortKey::of(peer), relation.to_bits());
    }

    fn set_slot(&mut self, at: usize, key: SortKey, bits: u8) {
        if let (Some(of_key), Some(of_bits)) = (self.keys.get_mut(at), self.bits.get_mut(at)) {
            (*of_key, *of_bits) = (key.to_le_bytes(), bits);
        }
    }

    /// Inserts an entry; the last slot has to be vacant.
    fn insert(&mut self, at: usize, peer: UserId, relation: Relation) {
        if let (Some(keys), Some(bits)) = (self.keys.get_mut(at..), self.bits.get_mut(at..)) {
            keys.copy_within(..keys.len() - 1, 1);
            bits.copy_within(..bits.len() - 1, 1);
        }
        self.set(at, peer, relation);
    }

    /// Removes an entry.
    fn remove(&mut self, at: usize) {
        if let (Some(keys), Some(bits)) = (self.keys.get_mut(at..), self.bits.get_mut(at..)) {
            keys.copy_within(1.., 0);
            bits.copy_within(1.., 0);
        }
        self.set_slot(self.keys.len() - 1, SortKey::VACANT, VACANT_BITS);
    }
}
