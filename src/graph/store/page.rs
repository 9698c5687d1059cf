//! Eight users' facts and relations in one allocation of plain words.
//!
//! ```text
//! | 8 headers of 4 words | entries of user 0, slack | entries of user 1, slack | …
//! header: start and length of the entries; blocked, friends; requests in, out; settings
//! entry:  the other user's number above the relation's bits; in the order of numbers
//! ```
//!
//! A copy is one `memcpy`, and a look-up reads the header's first word and about one line of
//! entries. The words are shared between clones until one of them writes.

use std::sync::Arc;

use super::entries::{Entries, entry};
use super::{List, UserId};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};

/// Users in one page.
pub(super) const USERS: usize = 8;

const HEADER_WORDS: usize = 4;
const EXTENT: usize = 0;
const BLOCKED_FRIENDS: usize = 1;
const REQUESTS: usize = 2;
const SETTINGS: usize = 3;

/// In place of a length: the user's relations are kept apart from the page.
const APART: u32 = u32::MAX;

/// The headers of a page.
const HEADERS: usize = USERS * HEADER_WORDS;

/// Eight users' facts and relations.
#[derive(Clone)]
pub(super) struct Page {
    words: Arc<[u64]>,
}

impl Page {
    /// Returns what is known of a user by themselves.
    pub(super) fn facts(&self, slot: usize) -> UserFacts {
        let (blocked, friends) = unpack(self.header(slot, BLOCKED_FRIENDS));
        let (requests_in, _) = unpack(self.header(slot, REQUESTS));
        let (mode, sending) = unpack(self.header(slot, SETTINGS));
        UserFacts {
            request_mode: nth(&RequestMode::ALL, mode).unwrap_or(RequestMode::Nobody),
            request_sending: nth(&RequestSending::ALL, sending).unwrap_or(RequestSending::Barred),
            blocked,
            friends,
            requests_in,
        }
    }

    /// Sets a user's modes; counts are kept by `recount`.
    pub(super) fn set_settings(&mut self, slot: usize, facts: &UserFacts) {
        let settings = pack(facts.request_mode as u32, facts.request_sending as u32);
        self.set_header(slot, SETTINGS, settings);
    }

    /// Returns how many users are on one of a user's lists.
    pub(super) fn count(&self, slot: usize, list: List) -> u32 {
        let (word, half) = counter(list);
        let (low, high) = unpack(self.header(slot, word));
        match half {
            Half::Low => low,
            Half::High => high,
        }
    }

    /// Counts what a relation's change puts on a list, or takes off it.
    pub(super) fn recount(&mut self, slot: usize, list: List, before: bool, after: bool) {
        if before == after {
            return;
        }
        let (word, half) = counter(list);
        debug_assert!(after || self.count(slot, list) > 0, "nothing is taken off an empty list");
        // A count is at most the number of users, which is below `u32::MAX`.
        let moved = |count: u32| if after { count.wrapping_add(1) } else { count.wrapping_sub(1) };
        let (low, high) = unpack(self.header(slot, word));
        let counts = match half {
            Half::Low => pack(moved(low), high),
            Half::High => pack(low, moved(high)),
        };
        self.set_header(slot, word, counts);
    }

    /// Returns a user's relations, or `None` where they are kept apart.
    #[inline]
    pub(super) fn entries(&self, slot: usize) -> Option<Entries<'_>> {
        let (start, len) = unpack(self.header(slot, EXTENT));
        if len == APART {
            return None;
        }
        let (start, len) = (start as usize, len as usize);
        debug_assert!(start + len <= self.words.len(), "entries lie within their page");
        Some(Entries::of(self.words.get(start..start + len).unwrap_or(&[])))
    }

    /// Writes a relation into a user's entries, or takes it out for strangers.
    pub(super) fn put(&mut self, slot: usize, peer: UserId, relation: Relation, numbers: u32) {
        let Some(entries) = self.entries(slot) else { return };
        match (entries.search(peer, numbers), relation == Relation::STRANGERS) {
            (Ok(at), false) => self.write(slot, at, entry(peer, relation)),
            (Ok(at), true) => self.take_out(slot, at),
            (Err(at), false) => self.put_in(slot, at, entry(peer, relation)),
            (Err(_), true) => {}
        }
    }

    /// Forgets a user's entries, which are now kept apart.
    pub(super) fn set_apart(&mut self, slot: usize) {
        let (start, _) = unpack(self.header(slot, EXTENT));
        self.set_header(slot, EXTENT, pack(start, APART));
        self.lay_out(slot, 0);
    }

    /// Takes a user's relations, in the order of handles, in from where they were kept apart.
    pub(super) fn set_together(&mut self, slot: usize, relations: &[(UserId, Relation)]) {
        let (start, _) = unpack(self.header(slot, EXTENT));
        self.set_header(slot, EXTENT, pack(start, 0));
        self.lay_out(slot, relations.len());
        for (at, (peer, relation)) in relations.iter().enumerate() {
            self.put_in(slot, at, entry(*peer, *relation));
        }
    }

    /// Gives back the room of a user who is gone; the slot is never used again.
    pub(super) fn clear(&mut self, slot: usize) {
        let (start, _) = unpack(self.header(slot, EXTENT));
        self.set_header(slot, EXTENT, pack(start, 0));
        self.lay_out(slot, 0);
    }

    /// Returns how many words the page takes.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    #[inline]
    fn header(&self, slot: usize, word: usize) -> u64 {
        self.words.get(slot * HEADER_WORDS + word).copied().unwrap_or(0)
    }

    fn set_header(&mut self, slot: usize, word: usize, value: u64) {
        if let Some(header) = self.words_mut().get_mut(slot * HEADER_WORDS + word) {
            *header = value;
        }
    }

    /// Returns the words, copied first where another clone shares them.
    fn words_mut(&mut self) -> &mut [u64] {
        Arc::make_mut(&mut self.words)
    }

    fn write(&mut self, slot: usize, at: usize, entry: u64) {
        let (start, _) = unpack(self.header(slot, EXTENT));
        if let Some(word) = self.words_mut().get_mut(start as usize + at) {
            *word = entry;
        }
    }

    fn take_out(&mut self, slot: usize, at: usize) {
        let (start, len) = unpack(self.header(slot, EXTENT));
        let (from, end) = (start as usize + at, start as usize + len as usize);
        if let Some(behind) = self.words_mut().get_mut(from..end) {
            behind.rotate_left(1);
        }
        let left = len.saturating_sub(1);
        self.set_header(slot, EXTENT, pack(start, left));
        // Half of it slack: given back, and far enough from full that it is not soon wanted.
        if self.capacity(slot) > 2 * left as usize + 16 {
            self.lay_out(slot, roomy(left as usize));
        }
    }

    fn put_in(&mut self, slot: usize, at: usize, entry: u64) {
        let (_, len) = unpack(self.header(slot, EXTENT));
        if len as usize == self.capacity(slot) {
            self.lay_out(slot, roomy(len as usize));
        }
        let (start, _) = unpack(self.header(slot, EXTENT));
        let (from, end) = (start as usize + at, start as usize + len as usize + 1);
        if let Some(behind) = self.words_mut().get_mut(from..end) {
            behind.rotate_right(1);
            if let Some(first) = behind.first_mut() {
                *first = entry;
            }
        }
        self.set_header(slot, EXTENT, pack(start, len + 1));
    }

    /// Returns how many entries fit where a user's are.
    fn capacity(&self, slot: usize) -> usize {
        let start_of = |slot| unpack(self.header(slot, EXTENT)).0 as usize;
        let end = if slot + 1 < USERS { start_of(slot + 1) } else { self.words.len() };
        end.saturating_sub(start_of(slot))
    }

    /// Lays the page out anew, with room for so many entries of one user.
    ///
    /// The others keep their slack, but for what their entries have long shrunk away from.
    fn lay_out(&mut self, wanting: usize, room: usize) {
        let capacities: [usize; USERS] = std::array::from_fn(|slot| {
            let len = self.entries(slot).map_or(0, Entries::len);
            if slot == wanting { room } else { self.capacity(slot).min(len + len / 4 + 4) }
        });
        let total = HEADERS + capacities.iter().sum::<usize>();
        let mut words: Arc<[u64]> = std::iter::repeat_n(0, total).collect();
        let Some(new) = Arc::get_mut(&mut words) else { return };
        let (headers, mut free) = new.split_at_mut(HEADERS);
        headers.copy_from_slice(self.words.get(..HEADERS).unwrap_or(&[0; HEADERS]));
        let mut start = HEADERS;
        for (slot, (header, capacity)) in
            headers.chunks_exact_mut(HEADER_WORDS).zip(capacities).enumerate()
        {
            let (room, rest) = free.split_at_mut(capacity);
            let entries = self.entries(slot).map_or(&[][..], Entries::words);
            room.iter_mut().zip(entries).for_each(|(new, old)| *new = *old);
            if let Some(extent) = header.first_mut() {
                *extent = pack(offset(start), unpack(*extent).1);
            }
            (start, free) = (start + capacity, rest);
        }
        self.words = words;
    }
}

impl Default for Page {
    fn default() -> Self {
        let nobody = [pack(offset(HEADERS), 0), 0, 0, 0];
        Self { words: nobody.into_iter().cycle().take(HEADERS).collect() }
    }
}

/// Returns the room for so many entries and some more: little, as pages are copied whole.
const fn roomy(len: usize) -> usize {
    len + len / 8 + 4
}

/// Returns the value that a number stands for.
fn nth<T: Copy>(values: &[T], number: u32) -> Option<T> {
    values.get(number as usize).copied()
}

/// Which half of a word a count is in.
enum Half {
    Low,
    High,
}

/// Returns where the length of a list is kept.
const fn counter(list: List) -> (usize, Half) {
    match list {
        List::Blocklist => (BLOCKED_FRIENDS, Half::Low),
        List::Friends => (BLOCKED_FRIENDS, Half::High),
        List::RequestsIn => (REQUESTS, Half::Low),
        List::RequestsOut => (REQUESTS, Half::High),
    }
}

/// Two numbers in one word.
const fn pack(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "each half of a word is 32 bits")]
const fn unpack(word: u64) -> (u32, u32) {
    (word as u32, (word >> 32) as u32)
}

#[expect(clippy::cast_possible_truncation, reason = "eight users have some thousand entries")]
const fn offset(words: usize) -> u32 {
    words as u32
}
