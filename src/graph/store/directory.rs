//! Users by name: a persistent hash table with linear hashing, which grows a bucket at a time.
//!
//! A bucket is plain bytes with the names in them. A lookup compares all tags of a bucket at
//! once, and then a single name. Names come from outside, and an attacker who knows the hash
//! can choose many names for one bucket: names that do not fit *overflow* into ordered maps,
//! where nothing can collide.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::quality::FixedState;
use im::OrdMap;

use super::UserId;
use super::radix_array::{Item, RadixArray};

/// The capacity of a bucket in names.
const MAX_IN_BUCKET: usize = 16;

/// The average number of names in a bucket beyond which another bucket is made. At this load, a
/// bucket is full for one in ten thousand names that are not chosen to collide.
const LOAD: usize = 6;

/// Users by name.
#[derive(Clone, Default)]
pub(super) struct Directory {
    buckets: RadixArray<Bucket>,
    /// Numbers below this one are buckets. An empty bucket is not stored.
    bucket_count: u32,
    len: usize,
    /// Users whose bucket was full.
    overflow: OrdMap<Arc<str>, UserId>,
    overflow_names: OrdMap<UserId, Arc<str>>,
}

/// Returns the hash of a name, which is the same in every process.
fn hash(name: &str) -> u32 {
    let [a, b, c, d, ..] = FixedState::with_seed(0).hash_one(name).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl Directory {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn lookup(&self, name: &str) -> Option<UserId> {
        let hash = hash(name);
        let in_bucket = self
            .bucket(hash)
            .and_then(|bucket| bucket.lookup(hash, name));
        in_bucket.or_else(|| self.overflow.get(name).copied())
    }

    /// Returns the name of a user, given the hash of the name.
    pub(super) fn name(&self, user: UserId, hash: u32) -> Option<&str> {
        let in_bucket = self.bucket(hash).and_then(|bucket| bucket.name(user));
        in_bucket.or_else(|| self.overflow_names.get(&user).map(AsRef::as_ref))
    }

    /// Adds a name that no user has, and returns its hash.
    pub(super) fn insert(&mut self, name: &str, user: UserId) -> u32 {
        self.len += 1;
        let wanted = u32::try_from(self.len.div_ceil(LOAD)).unwrap_or(u32::MAX);
        while self.bucket_count < wanted {
            self.split();
        }

        let hash = hash(name);
        self.insert_entry(Entry { user, name }, hash);
        hash
    }

    /// Removes a name.
    pub(super) fn remove(&mut self, name: &str) {
        let number = self.bucket_number(hash(name));
        let bucket = self.buckets.get(number);
        match bucket.and_then(|bucket| bucket.without(name)) {
            Some(left) if left.is_empty() => drop(self.buckets.remove(number)),
            Some(left) => self.buckets.insert(number, left),
            None => match self.overflow.remove(name) {
                Some(user) => drop(self.overflow_names.remove(&user)),
                None => return,
            },
        }

        self.len -= 1;
        while self.bucket_count as usize > self.len.div_ceil(LOAD) * 2 {
            self.merge();
        }
    }

    fn bucket(&self, hash: u32) -> Option<&Bucket> {
        self.buckets.get(self.bucket_number(hash))
    }

    /// Returns the number of the bucket for a hash: as many low bits as the highest number
    /// has, or one bit fewer if the bucket with that number does not exist yet.
    #[inline]
    fn bucket_number(&self, hash: u32) -> u32 {
        let last = self.bucket_count.saturating_sub(1);
        let mask = u32::MAX.checked_shr(last.leading_zeros()).unwrap_or(0);
        let number = hash & mask;
        if number <= last {
            number
        } else {
            number & (mask >> 1)
        }
    }

    fn insert_entry(&mut self, entry: Entry<'_>, hash: u32) {
        let number = self.bucket_number(hash);
        let bucket = self.buckets.get(number);

        if bucket.is_some_and(Bucket::is_full) {
            let name: Arc<str> = entry.name.into();
            self.overflow_names.insert(entry.user, Arc::clone(&name));
            self.overflow.insert(name, entry.user);
        } else {
            let entries = bucket.into_iter().flat_map(Bucket::entries);
            let bucket = Bucket::of(entries.chain([entry]));
            self.buckets.insert(number, bucket);
        }
    }

    /// Adds a bucket, and moves the names that belong there.
    fn split(&mut self) {
        let new = self.bucket_count;
        self.bucket_count += 1;
        // Until now, its names were in the bucket whose number lacks the highest bit.
        if let Some(highest) = new.checked_ilog2() {
            self.rehash_bucket(new ^ (1 << highest));
        }
    }

    /// Removes the last bucket, and moves its names.
    fn merge(&mut self) {
        self.bucket_count -= 1;
        self.rehash_bucket(self.bucket_count);
    }

    /// Moves the names of a bucket to the buckets where they belong.
    fn rehash_bucket(&mut self, number: u32) {
        if let Some(bucket) = self.buckets.remove(number) {
            for entry in bucket.entries() {
                self.insert_entry(entry, hash(entry.name));
            }
        }
    }
}

/// The names in one bucket, each with its user.
///
/// ```text
/// | tags        | offsets | names, each after the number of its user |
/// | 2 bytes     | 2 bytes |                                          |
/// | in 16 slots | in 17   |                                          |
/// ```
#[derive(Clone)]
struct Bucket {
    bytes: Arc<[u8]>,
}

/// A tag or an offset as it is stored.
type Word = [u8; 2];

const TAG_BYTES: usize = MAX_IN_BUCKET * size_of::<Word>();
const HEAD_BYTES: usize = TAG_BYTES + (MAX_IN_BUCKET + 1) * size_of::<Word>();

/// The tag of a vacant slot.
const NO_TAG: Word = [0; 2];

/// Returns the tag of a hash: bits that do not select the bucket.
#[inline]
fn tag(hash: u32) -> Word {
    let [.., low, high] = hash.to_le_bytes();
    [low | 1, high]
}

/// Returns whether two names are equal, comparing names of 8 to 16 bytes as two words.
#[inline]
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    const WORD: usize = size_of::<u64>();
    let ends = |name: &[u8]| Some((*name.first_chunk()?, *name.last_chunk()?));
    let words = |(first, last)| [first, last].map(u64::from_le_bytes);
    match (ends(one).map(words), ends(other).map(words)) {
        (Some([first, last]), Some([other_first, other_last])) if one.len() <= 2 * WORD => {
            // Both words at once: a branch between them would often be mispredicted.
            one.len() == other.len() && (first ^ other_first) | (last ^ other_last) == 0
        }
        _ => one == other,
    }
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    user: UserId,
    name: &'a str,
}

impl Item for Bucket {
    type Summary = ();

    fn summary(&self) {}
}

impl Bucket {
    /// Returns a bucket of at most [`MAX_IN_BUCKET`] names.
    fn of<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Self {
        let mut bytes = vec![0; HEAD_BYTES];
        let (mut tags, mut offsets) = ([NO_TAG; MAX_IN_BUCKET], [NO_TAG; MAX_IN_BUCKET + 1]);
        let mut slots = tags.iter_mut().zip(offsets.iter_mut().skip(1));
        for (Entry { user, name }, (slot, offset)) in entries.zip(&mut slots) {
            bytes.extend(user.to_u32().to_le_bytes());
            bytes.extend(name.bytes());
            *slot = tag(hash(name));
            // At most 16 names, of at most 255 bytes each.
            *offset = u16::try_from(bytes.len() - HEAD_BYTES)
                .unwrap_or(u16::MAX)
                .to_le_bytes();
        }

        let head = tags.iter().chain(&offsets).flatten();
        for (byte, of_head) in bytes.iter_mut().zip(head) {
            *byte = *of_head;
        }
        Self {
            bytes: bytes.into(),
        }
    }

    /// Returns the tags, the offsets and the bytes between offsets.
    #[inline]
    fn parts(&self) -> Option<(&[Word; MAX_IN_BUCKET], &[Word], &[u8])> {
        let (head, names) = self.bytes.split_at_checked(HEAD_BYTES)?;
        let (tags, offsets) = head.as_chunks().0.split_first_chunk()?;
        Some((tags, offsets, names))
    }

    fn is_empty(&self) -> bool {
        self.parts()
            .is_none_or(|(tags, ..)| tags.iter().all(|tag| *tag == NO_TAG))
    }

    fn is_full(&self) -> bool {
        self.parts()
            .is_some_and(|(tags, ..)| tags.iter().all(|tag| *tag != NO_TAG))
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..MAX_IN_BUCKET)
            .map_while(|slot| self.entry(slot))
            .map(|(user, name)| Entry {
                user,
                name: str::from_utf8(name).unwrap_or_default(),
            })
    }

    /// Returns the user in a slot, and the bytes of the name.
    #[inline]
    fn entry(&self, slot: usize) -> Option<(UserId, &[u8])> {
        let (_, offsets, names) = self.parts()?;
        let [from, to] = *offsets.get(slot..)?.first_chunk()?;
        let range = usize::from(u16::from_le_bytes(from))..usize::from(u16::from_le_bytes(to));
        let (user, name) = names.get(range)?.split_first_chunk()?;
        Some((UserId::from_u32(u32::from_le_bytes(*user)), name))
    }

    /// Returns the user with a name, given the hash of the name.
    #[inline]
    fn lookup(&self, hash: u32, name: &str) -> Option<UserId> {
        let wanted = u16::from_le_bytes(tag(hash));
        let tags = self.parts()?.0.map(u16::from_le_bytes);

        // Compares all tags, without a branch on the result, as `Entries::lookup_near` does.
        let mut found = 0_u16;
        for (slot, tag) in (1_u16..).zip(tags) {
            found = found.wrapping_add(if tag == wanted { slot } else { 0 });
        }

        // This is the slot if the tag is there once, which is the rule.
        let slot = found.checked_sub(1)?;
        match self.entry(usize::from(slot)) {
            Some((user, found)) if are_equal(found, name.as_bytes()) => Some(user),
            _ => self.lookup_among_equal_tags(name),
        }
    }

    #[cold]
    fn lookup_among_equal_tags(&self, name: &str) -> Option<UserId> {
        self.entries()
            .find(|entry| entry.name == name)
            .map(|entry| entry.user)
    }

    fn name(&self, user: UserId) -> Option<&str> {
        self.entries()
            .find(|entry| entry.user == user)
            .map(|entry| entry.name)
    }

    /// Returns the bucket without a name, or `None` if it does not have the name.
    fn without(&self, name: &str) -> Option<Self> {
        self.lookup(hash(name), name)?;
        Some(Self::of(self.entries().filter(|entry| entry.name != name)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Directory, LOAD, MAX_IN_BUCKET, NO_TAG, are_equal, hash, tag};
    use crate::graph::UserId;

    #[test]
    fn no_name_has_the_tag_of_a_vacant_slot() {
        assert!((0..=u32::from(u16::MAX)).all(|high| tag(high << 16) != NO_TAG));
    }

    fn check(directory: &Directory, expected: &BTreeMap<String, u32>) {
        assert_eq!(directory.len(), expected.len());
        for (name, number) in expected {
            let user = UserId::from_u32(*number);
            assert_eq!(directory.lookup(name), Some(user));
            assert_eq!(directory.name(user, hash(name)), Some(name.as_str()));
        }
        assert_eq!(directory.lookup("nobody"), None);
        assert!(directory.bucket_count as usize <= 2 * expected.len() + 2);
    }

    #[test]
    fn names_are_found_while_it_grows_and_shrinks() {
        let (mut directory, mut expected) = (Directory::default(), BTreeMap::new());
        check(&directory, &expected);
        for number in 0..3000 {
            let name = format!("user {number}");
            directory.insert(&name, UserId::from_u32(number));
            expected.insert(name, number);
            if number % 100 < 2 {
                check(&directory, &expected);
            }
        }
        let (snapshot, of_snapshot) = (directory.clone(), expected.clone());
        for number in (0..3000).rev() {
            let name = format!("user {number}");
            directory.remove(&name);
            expected.remove(&name);
            if number % 100 < 2 {
                check(&directory, &expected);
            }
        }
        assert_eq!((directory.bucket_count, directory.buckets.len()), (0, 0));
        check(&snapshot, &of_snapshot);
    }

    /// Names whose hashes end in `bits` zeros, as an attacker would choose them.
    fn alike(bits: u32, len: usize) -> impl Iterator<Item = String> {
        let names = (0_u32..).map(|number| number.to_string());
        names
            .filter(move |name| hash(name) & ((1 << bits) - 1) == 0)
            .take(len)
    }

    #[test]
    fn names_are_equal_if_every_byte_is() {
        let name: Vec<u8> = (0..20).collect();
        for (len, other_len) in (0..=20).flat_map(|len| (0..=20).map(move |other| (len, other))) {
            let (one, mut other) = (&name[..len], name[..other_len].to_vec());
            assert_eq!(are_equal(one, &other), len == other_len);
            for at in 0..other_len {
                other[at] ^= 1;
                assert!(!are_equal(one, &other), "{len} bytes, and another at {at}");
                other[at] ^= 1;
            }
        }
    }

    #[test]
    fn names_with_equal_tags_are_distinguished() {
        let mut by_tag = BTreeMap::<_, Vec<_>>::new();
        for number in 0..100_000 {
            let name = number.to_string();
            by_tag.entry(tag(hash(&name))).or_default().push(name);
        }
        for names in by_tag
            .into_values()
            .filter(|names| names.len() > 2)
            .take(200)
        {
            let (mut directory, mut expected) = (Directory::default(), BTreeMap::new());
            for (number, name) in (0..).zip(names.into_iter().take(LOAD)) {
                assert_eq!(directory.lookup(&name), None);
                directory.insert(&name, UserId::from_u32(number));
                expected.insert(name, number);
                check(&directory, &expected);
            }
            assert_eq!(directory.bucket_count, 1);
            while let Some((name, _)) = expected.pop_first() {
                directory.remove(&name);
                check(&directory, &expected);
            }
        }
    }

    #[test]
    fn names_that_collide_are_found_in_order() {
        let (mut directory, mut expected) = (Directory::default(), BTreeMap::new());
        for (number, name) in (0..).zip(alike(10, 200)) {
            directory.insert(&name, UserId::from_u32(number));
            expected.insert(name, number);
        }
        let in_buckets = directory
            .buckets
            .iter()
            .map(|(_, bucket)| bucket.entries().count());
        assert!(in_buckets.max() <= Some(MAX_IN_BUCKET));
        assert_eq!(directory.overflow.len(), 200 - MAX_IN_BUCKET);
        check(&directory, &expected);
        let names: Vec<_> = expected.keys().cloned().collect();
        for name in names {
            directory.remove(&name);
            expected.remove(&name);
            check(&directory, &expected);
        }
        assert!(directory.overflow.is_empty() && directory.overflow_names.is_empty());
    }
}
