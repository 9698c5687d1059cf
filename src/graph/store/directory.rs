//! Users by name: a persistent hash table that grows a bucket at a time.
//!
//! A bucket is plain bytes with the names in them, so that a look-up reads a line or two and
//! compares there. Names come from outside, and whoever knows the hash can choose many for
//! one bucket: those that do not fit go into ordered maps, where nothing can collide.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::quality::FixedState;
use im::OrdMap;

use super::UserId;
use super::spine::Spine;

/// The names in one bucket that are looked at in turn; more go into ordered maps.
const MOST_IN_BUCKET: usize = 32;

/// Names for each bucket, on average, before another bucket is made.
const LOAD: usize = 4;

/// Users by name.
#[derive(Clone, Default)]
pub(super) struct Directory {
    buckets: Spine<Bucket>,
    /// The numbers from 0 to below this one are buckets, with or without names.
    bucket_count: u32,
    len: usize,
    /// Users whose bucket was full.
    crowded: OrdMap<Arc<str>, UserId>,
    crowded_names: OrdMap<UserId, Arc<str>>,
}

/// Returns the hash of a name, the same in every process.
fn hash(name: &str) -> u32 {
    let [a, b, c, d, ..] = FixedState::with_seed(0).hash_one(name).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl Directory {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn find(&self, name: &str) -> Option<UserId> {
        let hash = hash(name);
        let in_bucket = self.bucket(hash).and_then(|bucket| bucket.find(hash, name));
        in_bucket.or_else(|| self.crowded.get(name).copied())
    }

    /// Returns the name of a user, which has this hash.
    pub(super) fn name(&self, user: UserId, hash: u32) -> Option<&str> {
        let in_bucket = self.bucket(hash).and_then(|bucket| bucket.name(user));
        in_bucket.or_else(|| self.crowded_names.get(&user).map(AsRef::as_ref))
    }

    /// Adds a name that nobody has; returns its hash.
    pub(super) fn insert(&mut self, name: &str, user: UserId) -> u32 {
        let hash = hash(name);
        self.len += 1;
        let wanted = u32::try_from(self.len.div_ceil(LOAD)).unwrap_or(u32::MAX);
        while self.bucket_count < wanted {
            self.split();
        }
        self.put(Entry { hash, user, name });
        hash
    }

    /// Takes out a name.
    pub(super) fn remove(&mut self, name: &str) {
        let hash = hash(name);
        let place = self.place(hash);
        let left = self.buckets.get(place).and_then(|bucket| bucket.without(hash, name));
        match left {
            Some(left) if left.is_empty() => drop(self.buckets.remove(place)),
            Some(left) => self.buckets.insert(place, left),
            None => match self.crowded.remove(name) {
                Some(user) => drop(self.crowded_names.remove(&user)),
                None => return,
            },
        }
        self.len -= 1;
        while self.bucket_count as usize > self.len.div_ceil(LOAD) * 2 {
            self.merge();
        }
    }

    fn bucket(&self, hash: u32) -> Option<&Bucket> {
        self.buckets.get(self.place(hash))
    }

    /// Returns the number of the bucket that a hash belongs in.
    ///
    /// As many low bits as number the buckets, or one fewer where that bucket is yet to be made.
    #[inline]
    fn place(&self, hash: u32) -> u32 {
        let last = self.bucket_count.saturating_sub(1);
        let mask = u32::MAX.checked_shr(last.leading_zeros()).unwrap_or(0);
        let place = hash & mask;
        if place <= last { place } else { place & (mask >> 1) }
    }

    fn put(&mut self, entry: Entry<'_>) {
        let place = self.place(entry.hash);
        let bucket = self.buckets.get(place);
        if bucket.is_some_and(|bucket| bucket.entries().count() >= MOST_IN_BUCKET) {
            let name: Arc<str> = entry.name.into();
            self.crowded_names.insert(entry.user, Arc::clone(&name));
            self.crowded.insert(name, entry.user);
        } else {
            let entries = bucket.into_iter().flat_map(Bucket::entries);
            let bucket = Bucket::of(entries.chain([entry]));
            self.buckets.insert(place, bucket);
        }
    }

    /// Makes one more bucket, and moves to it what belongs there.
    fn split(&mut self) {
        let new = self.bucket_count;
        self.bucket_count += 1;
        // What belongs in it has been where its number leads to without the highest bit.
        if let Some(bits) = new.checked_ilog2() {
            self.spread(new ^ (1 << bits));
        }
    }

    /// Ends the last bucket, and moves what is in it to where it belongs then.
    fn merge(&mut self) {
        self.bucket_count -= 1;
        self.spread(self.bucket_count);
    }

    /// Puts what is in a bucket where it belongs.
    fn spread(&mut self, place: u32) {
        if let Some(bucket) = self.buckets.remove(place) {
            bucket.entries().for_each(|entry| self.put(entry));
        }
    }
}

/// Names that share a number, each with its hash and its user.
#[derive(Clone)]
struct Bucket {
    /// One after the other: hash, number of the user, length of the name, name.
    bytes: Arc<[u8]>,
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    hash: u32,
    user: UserId,
    name: &'a str,
}

impl Bucket {
    fn of<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Self {
        let mut bytes = Vec::new();
        for Entry { hash, user, name } in entries {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(user.to_u32().to_le_bytes());
            // A name has at most 255 bytes.
            bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
            bytes.extend(name.bytes());
        }
        Self { bytes: bytes.into() }
    }

    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.raw().map(|(hash, user, name)| Entry {
            hash,
            user,
            name: str::from_utf8(name).unwrap_or_default(),
        })
    }

    /// Returns the hash, the user and the name's bytes of each entry.
    fn raw(&self) -> impl Iterator<Item = (u32, UserId, &[u8])> {
        let mut rest = &*self.bytes;
        std::iter::from_fn(move || {
            let ([head @ .., len], behind) = rest.split_first_chunk::<9>()?;
            let (name, behind) = behind.split_at_checked(usize::from(*len))?;
            rest = behind;
            let (words, _) = head.as_chunks();
            let [hash, user] =
                [words.first()?, words.last()?].map(|word| u32::from_le_bytes(*word));
            Some((hash, UserId::from_u32(user), name))
        })
    }

    fn find(&self, hash: u32, name: &str) -> Option<UserId> {
        let mut raw = self.raw();
        let found = raw.find(|(of, _, bytes)| *of == hash && *bytes == name.as_bytes());
        found.map(|(_, user, _)| user)
    }

    fn name(&self, user: UserId) -> Option<&str> {
        let (.., name) = self.raw().find(|(_, of, _)| *of == user)?;
        str::from_utf8(name).ok()
    }

    /// Returns the bucket without a name, or `None` where the name is not in it.
    fn without(&self, hash: u32, name: &str) -> Option<Self> {
        self.find(hash, name)?;
        Some(Self::of(self.entries().filter(|entry| entry.name != name)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Directory, MOST_IN_BUCKET, hash};
    use crate::graph::UserId;

    fn check(directory: &Directory, expected: &BTreeMap<String, u32>) {
        assert_eq!(directory.len(), expected.len());
        for (name, number) in expected {
            let user = UserId::from_u32(*number);
            assert_eq!(directory.find(name), Some(user));
            assert_eq!(directory.name(user, hash(name)), Some(name.as_str()));
        }
        assert_eq!(directory.find("nobody"), None);
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

    /// Names whose hashes agree in so many low bits, as an attacker would choose them.
    fn alike(bits: u32, len: usize) -> impl Iterator<Item = String> {
        let names = (0_u32..).map(|number| number.to_string());
        names.filter(move |name| hash(name) & ((1 << bits) - 1) == 0).take(len)
    }

    #[test]
    fn names_that_collide_are_found_in_order() {
        let (mut directory, mut expected) = (Directory::default(), BTreeMap::new());
        for (number, name) in (0..).zip(alike(10, 200)) {
            directory.insert(&name, UserId::from_u32(number));
            expected.insert(name, number);
        }
        let in_buckets = directory.buckets.iter().map(|(_, bucket)| bucket.entries().count());
        assert!(in_buckets.max() <= Some(MOST_IN_BUCKET));
        assert_eq!(directory.crowded.len(), 200 - MOST_IN_BUCKET);
        check(&directory, &expected);
        let names: Vec<_> = expected.keys().cloned().collect();
        for name in names {
            directory.remove(&name);
            expected.remove(&name);
            check(&directory, &expected);
        }
        assert!(directory.crowded.is_empty() && directory.crowded_names.is_empty());
    }
}
