//! One user's relations as bytes, and lookups among them.

use super::UserId;
use super::sort_key::SortKey;
use crate::facts::Relation;

/// A sort key as it is stored.
pub(super) type KeyBytes = [u8; 4];

/// The bytes of one entry: a key and a relation's bits.
pub(super) const ENTRY_BYTES: usize = size_of::<KeyBytes>() + 1;

/// The bits in a vacant slot: those of no relation.
pub(super) const VACANT_BITS: u8 = Relation::STRANGERS.to_bits();

/// How many keys a lookup compares at once.
const WINDOW: usize = 24;

/// How many slots are vacant after a growth. They are few, because a copy-on-write copies them
/// too, and because they make an interpolated position less exact.
const SPARE_CAPACITY: usize = 7;

/// Returns the number of slots, vacant ones included, for `len` entries.
///
/// It is at least that of a window, so that a lookup in a short record takes no other way.
pub(super) const fn capacity_for(len: usize) -> usize {
    let capacity = len + SPARE_CAPACITY;
    if capacity < WINDOW { WINDOW } else { capacity }
}

/// Returns how many bytes the keys of this many slots take. The bits follow them.
#[inline]
pub(super) const fn key_bytes(capacity: usize) -> usize {
    capacity * KEY_BYTES
}

const KEY_BYTES: usize = size_of::<KeyBytes>();

/// One user's relations in the order of sort keys, with a vacant slot or more behind them.
///
/// All keys come first, then the bits of all relations. Lookups near a position need
/// [`KEY_BYTES`] other bytes before the keys.
#[derive(Clone, Copy, Default)]
pub(in crate::graph) struct Entries<'a> {
    /// All bytes of the page.
    bytes: &'a [u8],
    /// Where the keys begin.
    start: usize,
    capacity: usize,
}

impl<'a> Entries<'a> {
    #[inline]
    pub(super) const fn of(bytes: &'a [u8], start: usize, capacity: usize) -> Self {
        Self {
            bytes,
            start,
            capacity,
        }
    }

    #[inline]
    pub(super) fn keys(self) -> &'a [KeyBytes] {
        let keys = self.bytes.get(self.start..self.key_at(self.capacity));
        keys.unwrap_or_default().as_chunks().0
    }

    #[inline]
    pub(super) fn bits(self) -> &'a [u8] {
        let bits = self.bytes.get(self.bits_at(0)..self.bits_at(self.capacity));
        bits.unwrap_or_default()
    }

    /// Returns where a slot's key is.
    #[inline]
    const fn key_at(self, slot: usize) -> usize {
        self.start + key_bytes(slot)
    }

    /// Returns where a slot's bits are.
    #[inline]
    const fn bits_at(self, slot: usize) -> usize {
        self.key_at(self.capacity) + slot
    }

    /// Returns the number of relations.
    pub(in crate::graph) fn len(self) -> usize {
        let mut len = self.capacity;
        for key in self.keys().iter().rev() {
            if SortKey::from_le_bytes(*key) != SortKey::VACANT {
                break;
            }
            len -= 1;
        }
        len
    }

    /// Returns whether there are `len` relations or more, for a `len` above 0.
    pub(super) fn has_at_least(self, len: usize) -> bool {
        let last = self.keys().get(len.wrapping_sub(1));
        last.is_some_and(|key| *key != SortKey::VACANT.to_le_bytes())
    }

    /// Returns whether there is no room for another relation and a vacant slot behind it.
    pub(super) fn is_full(self) -> bool {
        self.capacity <= 1 || self.has_at_least(self.capacity - 1)
    }

    /// Returns whether a copy with less spare capacity is worth it.
    pub(super) fn has_too_many_vacant(self) -> bool {
        // A margin lets the next few insertions find a vacant slot.
        let margin = SPARE_CAPACITY * 3;
        self.capacity > WINDOW && !self.has_at_least(self.capacity.saturating_sub(margin))
    }

    /// Returns the relations, in the order of sort keys.
    pub(in crate::graph) fn iter(self) -> impl Iterator<Item = (UserId, Relation)> + use<'a> {
        let slots = self.keys().iter().zip(self.bits());
        slots
            .map(|(key, bits)| (SortKey::from_le_bytes(*key), *bits))
            .take_while(|(key, _)| *key != SortKey::VACANT)
            .map(|(key, bits)| (key.user(), Relation::from_low_bits(bits)))
    }

    /// Returns the relation to a peer, or `None` if that takes a search.
    ///
    /// It compares all keys of the interpolated window, without a branch on the result: the
    /// processor then predicts every branch, and overlaps the cache misses of successive lookups.
    #[inline]
    pub(super) fn lookup_near(self, peer: UserId) -> Option<Relation> {
        let key = SortKey::of(peer);
        let (start, keys) = self.window(key)?;
        let bits = self
            .bytes
            .get(self.bits_at(start)..self.bits_at(start + WINDOW))?;

        // A fold compiles to vector instructions, but a loop to a branch for each key.
        let found = keys.iter().zip(bits).map(|(candidate, bits)| {
            if SortKey::from_le_bytes(*candidate) == key {
                *bits
            } else {
                VACANT_BITS
            }
        });
        // At most one candidate is equal.
        let found = found.fold(VACANT_BITS, |all, bits| all | bits);
        Some(Relation::from_low_bits(found))
    }

    /// Reads both ends of the window, of keys and of bits.
    #[inline]
    pub(super) fn prefetch(self, peer: UserId) -> u8 {
        let start = self.window_start(SortKey::of(peer));
        let end = start + WINDOW;
        let keys = self.bytes.get(self.key_at(start)..self.key_at(end));
        let bits = self.bytes.get(self.bits_at(start)..self.bits_at(end));
        match (keys, bits) {
            (Some([key, .., last_key]), Some([bits, .., last_bits])) => {
                key ^ last_key ^ bits ^ last_bits
            }
            _ => 0,
        }
    }

    /// Returns the relation to a peer, by a search of all entries.
    pub(super) fn lookup(self, peer: UserId) -> Relation {
        self.relation_at(self.binary_search(SortKey::of(peer)))
    }

    /// Returns the position of a peer, or where it would be inserted.
    pub(super) fn position(self, peer: UserId) -> Result<usize, usize> {
        let key = SortKey::of(peer);
        let Some((start, keys)) = self.window(key) else {
            return self.binary_search(key);
        };

        let below = keys
            .iter()
            .filter(|candidate| SortKey::from_le_bytes(**candidate) < key);
        let at = start + below.count();
        if self.keys().get(at) == Some(&key.to_le_bytes()) {
            Ok(at)
        } else {
            Err(at)
        }
    }

    /// Returns the relation at a position.
    pub(super) fn relation_at(self, position: Result<usize, usize>) -> Relation {
        let bits = position.ok().and_then(|at| self.bits().get(at));
        Relation::from_low_bits(bits.copied().unwrap_or(VACANT_BITS))
    }

    fn binary_search(self, key: SortKey) -> Result<usize, usize> {
        self.keys()
            .binary_search_by_key(&key, |bytes| SortKey::from_le_bytes(*bytes))
    }

    /// Returns the window of keys around the interpolated position, and where it begins.
    ///
    /// Returns `None` if the key's position may be outside of the window, or there are too few
    /// keys.
    #[inline]
    fn window(self, key: SortKey) -> Option<(usize, &'a [KeyBytes; WINDOW])> {
        if self.capacity < WINDOW {
            return None;
        }
        let start = self.window_start(key);
        let before = self.key_at(start).wrapping_sub(KEY_BYTES);
        let bytes = self.bytes.get(before..self.key_at(start + WINDOW))?;
        let (before, keys) = bytes.split_first_chunk()?;
        let keys: &[KeyBytes; WINDOW] = keys.as_chunks().0.first_chunk()?;

        // Before the first key is a number that says nothing, but most keys are above it. The
        // last window ends with a vacant slot, whose key is above all.
        let [.., last] = keys;
        let is_inside =
            SortKey::from_le_bytes(*before) < key && key <= SortKey::from_le_bytes(*last);
        is_inside.then_some((start, keys))
    }

    /// Returns where the window begins.
    #[inline]
    fn window_start(self, key: SortKey) -> usize {
        // Half of the spare capacity is vacant on average.
        let guess = key.interpolate(self.capacity.saturating_sub(SPARE_CAPACITY / 2));
        let last_start = self.capacity.saturating_sub(WINDOW);
        guess.saturating_sub(WINDOW / 2).min(last_start)
    }
}

#[cfg(test)]
mod tests {
    use super::{ENTRY_BYTES, Entries, KEY_BYTES, VACANT_BITS, capacity_for};
    use crate::facts::Relation;
    use crate::graph::UserId;
    use crate::graph::store::sort_key::SortKey;

    /// The bytes of friends among users, for every user whom `is_friend` selects.
    fn record(users: u32, is_friend: impl Fn(u32) -> bool) -> Vec<u8> {
        let friends = (0..users).filter(|user| is_friend(*user));
        let mut keys: Vec<_> = friends
            .map(|user| SortKey::of(UserId::from_u32(user)))
            .collect();
        keys.sort_unstable();
        let mut bits = vec![Relation::FRIENDS.to_bits(); keys.len()];
        let capacity = capacity_for(keys.len());
        keys.resize(capacity, SortKey::VACANT);
        bits.resize(capacity, VACANT_BITS);

        // In a page, the number of requests is before the keys.
        let mut bytes = users.to_le_bytes().to_vec();
        bytes.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
        bytes.extend(bits);
        bytes
    }

    /// Asserts that lookups are right, and returns the share of those in the window.
    fn share_in_window(users: u32, is_friend: impl Fn(u32) -> bool) -> f64 {
        let bytes = record(users, &is_friend);
        let entries = Entries::of(&bytes, KEY_BYTES, (bytes.len() - KEY_BYTES) / ENTRY_BYTES);
        let mut in_window = 0;
        for user in 0..users {
            let peer = UserId::from_u32(user);
            let position = entries.binary_search(SortKey::of(peer));
            assert_eq!(position.is_ok(), is_friend(user));
            assert_eq!(entries.position(peer), position);
            assert_eq!(entries.lookup(peer) == Relation::FRIENDS, is_friend(user));
            if let Some(relation) = entries.lookup_near(peer) {
                assert_eq!(relation, entries.lookup(peer));
                in_window += 1;
            }
        }
        f64::from(in_window) / f64::from(users)
    }

    #[test]
    fn nearly_all_lookups_are_in_the_window_for_any_set_of_friends() {
        let mixed = |user: u32| user.wrapping_mul(0x2c1b_3c6d) >> 8;
        // Users anywhere, users who joined one after the other, and some of these.
        assert!(share_in_window(100_000, |user| mixed(user) % 1000 == 0) > 0.97);
        assert!(share_in_window(100_000, |user| (70_000..70_090).contains(&user)) > 0.97);
        assert!(
            share_in_window(100_000, |user| (500..1000).contains(&user)
                && mixed(user) % 5 == 0)
                > 0.97
        );
    }

    #[test]
    fn records_of_every_length_are_searched() {
        for len in 0..60 {
            let share = share_in_window(200, |user| user < len);
            assert!(len > 17 || share > 0.99, "a short record is compared whole");
            share_in_window(255, |user| user < len);
        }
    }
}
