//! Users by name: a persistent hash table with linear hashing, which grows a bucket at a time.
//!
//! A bucket has the hashes and handles of its names in two cache lines. The names themselves are
//! in the users' records, and a lookup compares one of them. Names come from outside, and an
//! attacker who knows the hash can choose many names for one bucket: names that do not fit
//! *overflow* into an ordered map, where nothing can collide.

use std::hash::BuildHasher as _;
use std::mem;
use std::sync::Arc;

use foldhash::quality::FixedState;
use im::OrdMap;

use super::UserId;

/// The capacity of a bucket in names.
const MAX_IN_BUCKET: usize = 16;

/// The average number of names in a bucket beyond which another bucket is made. At this load, a
/// bucket is full for one in three hundred names that are not chosen to collide.
const LOAD: usize = 7;

/// Buckets in a chunk, which is copied as a whole if a clone shares it.
const BUCKETS: usize = 64;

/// Users by name.
#[derive(Clone, Default)]
pub(super) struct Directory {
    chunks: Arc<Vec<Arc<Chunk>>>,
    bucket_count: u32,
    len: usize,
    /// Users whose bucket was full.
    overflow: OrdMap<Arc<str>, UserId>,
}

type Chunk = [Bucket; BUCKETS];

/// The names in one bucket. Vacant slots are behind the others.
#[derive(Clone, Copy, Default)]
#[repr(align(128))]
struct Bucket {
    hashes: [u32; MAX_IN_BUCKET],
    /// The number of each user plus one: 0 in a vacant slot.
    users: [u32; MAX_IN_BUCKET],
}

/// Returns the hash of a name, which is the same in every process.
#[inline]
fn hash(name: &str) -> u32 {
    let [a, b, c, d, ..] = FixedState::with_seed(0).hash_one(name).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl Directory {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the user with a name. `is_named` compares it with the name of a user.
    #[inline]
    pub(super) fn lookup(&self, name: &str, is_named: impl Fn(UserId) -> bool) -> Option<UserId> {
        let hash = hash(name);
        let guess = self.guess_by_hash(hash);
        if is_named(guess) {
            Some(guess)
        } else {
            self.search(name, hash, is_named)
        }
    }

    /// Returns the user whose name has the hash of this name, if there is one such user.
    ///
    /// If there are several or none, it returns any handle.
    #[inline]
    pub(super) fn guess(&self, name: &str) -> UserId {
        self.guess_by_hash(hash(name))
    }

    #[inline]
    fn guess_by_hash(&self, hash: u32) -> UserId {
        let bucket = self.bucket(hash);
        bucket.map_or(UserId::NOBODY, |bucket| bucket.lookup(hash))
    }

    /// Searches for a name whose hash several names have, or none in the bucket.
    #[cold]
    fn search(&self, name: &str, hash: u32, is_named: impl Fn(UserId) -> bool) -> Option<UserId> {
        let mut entries = self.bucket(hash)?.entries();
        let in_bucket = entries.find(|(other, user)| *other == hash && is_named(*user));
        let overflow = || self.overflow.get(name).copied();
        in_bucket.map(|(_, user)| user).or_else(overflow)
    }

    /// Adds a name that no user has.
    pub(super) fn insert(&mut self, name: &str, user: UserId) {
        self.len += 1;
        let wanted = u32::try_from(self.len.div_ceil(LOAD)).unwrap_or(u32::MAX);
        while self.bucket_count < wanted {
            self.split();
        }

        let hash = hash(name);
        if !self.insert_into_bucket(hash, user) {
            self.overflow.insert(name.into(), user);
        }
    }

    /// Removes a user's name. `name_of` returns the names of the other users.
    pub(super) fn remove<'a>(
        &mut self,
        name: &str,
        user: UserId,
        name_of: impl Fn(UserId) -> &'a str,
    ) {
        let bucket = self.bucket_mut(self.bucket_number(hash(name)));
        let was_in_bucket = bucket.is_some_and(|bucket| bucket.remove(user));
        if !was_in_bucket && self.overflow.remove(name).is_none() {
            return;
        }

        self.len -= 1;
        while self.bucket_count as usize > self.len.div_ceil(LOAD) * 2 {
            self.merge(&name_of);
        }
    }

    /// Returns the number of names that are in no bucket.
    #[cfg(test)]
    pub(super) fn overflow_len(&self) -> usize {
        self.overflow.len()
    }

    #[inline]
    fn bucket(&self, hash: u32) -> Option<&Bucket> {
        let number = self.bucket_number(hash) as usize;
        self.chunks.get(number / BUCKETS)?.get(number % BUCKETS)
    }

    /// Returns the number of the bucket for a hash: as many low bits as the highest number
    /// has, or one bit fewer if the bucket with that number does not exist yet.
    #[inline]
    fn bucket_number(&self, hash: u32) -> u32 {
        let last = self.bucket_count.saturating_sub(1);
        let mask = u32::MAX.checked_shr(last.leading_zeros()).unwrap_or(0);
        let number = hash & mask;
        // A mask instead of a branch, which would often be mispredicted.
        let exists = u32::from(number <= last);
        number & (mask >> (1 - exists))
    }

    /// Adds a bucket, and moves the names that belong there.
    fn split(&mut self) {
        let new = self.bucket_count;
        if new as usize / BUCKETS == self.chunks.len() {
            Arc::make_mut(&mut self.chunks).push(Arc::new([Bucket::default(); BUCKETS]));
        }
        // Until now, its names were in the bucket whose number lacks the highest bit.
        let before = new.checked_ilog2().map(|highest| new ^ (1 << highest));
        let moving = before.and_then(|number| self.take_bucket(number));

        self.bucket_count += 1;
        for (hash, user) in moving.iter().flat_map(Bucket::entries) {
            // Both buckets together have room for the names of one.
            self.insert_into_bucket(hash, user);
        }
    }

    /// Removes the last bucket, and moves its names.
    fn merge<'a>(&mut self, name_of: &impl Fn(UserId) -> &'a str) {
        self.bucket_count -= 1;
        let moving = self.take_bucket(self.bucket_count);
        if (self.bucket_count as usize).is_multiple_of(BUCKETS) {
            Arc::make_mut(&mut self.chunks).pop();
        }

        for (hash, user) in moving.iter().flat_map(Bucket::entries) {
            if !self.insert_into_bucket(hash, user) {
                self.overflow.insert(name_of(user).into(), user);
            }
        }
    }

    /// Returns `false`, and changes nothing, if the bucket is full.
    fn insert_into_bucket(&mut self, hash: u32, user: UserId) -> bool {
        let number = self.bucket_number(hash);
        let bucket = self.bucket_mut(number);
        bucket.is_some_and(|bucket| bucket.insert(hash, user))
    }

    fn take_bucket(&mut self, number: u32) -> Option<Bucket> {
        self.bucket_mut(number).map(mem::take)
    }

    /// Returns a bucket for writing, copied with its chunk first if a clone shares that.
    fn bucket_mut(&mut self, number: u32) -> Option<&mut Bucket> {
        let number = number as usize;
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(number / BUCKETS)?;
        Arc::make_mut(chunk).get_mut(number % BUCKETS)
    }
}

impl Bucket {
    /// Returns the user whose name has a hash: any handle if there are several or none.
    ///
    /// It compares all hashes, without a branch on the result, as `Entries::lookup_near` does.
    #[inline]
    fn lookup(&self, hash: u32) -> UserId {
        let slots = self.hashes.iter().zip(&self.users);
        let found = slots.map(|(other, user)| if *other == hash { *user } else { 0 });
        let found = found.fold(0, |all, user| all | user);
        UserId::from_u32(found.wrapping_sub(1))
    }

    fn entries(&self) -> impl Iterator<Item = (u32, UserId)> + use<'_> {
        let slots = self.hashes.iter().zip(&self.users);
        slots.map_while(|(hash, user)| Some((*hash, UserId::from_u32(user.checked_sub(1)?))))
    }

    /// Returns `false`, and changes nothing, if the bucket is full.
    fn insert(&mut self, hash: u32, user: UserId) -> bool {
        let mut slots = self.hashes.iter_mut().zip(&mut self.users);
        let Some((of_hash, of_user)) = slots.find(|(_, user)| **user == 0) else {
            return false;
        };
        // No user has the number `u32::MAX`.
        (*of_hash, *of_user) = (hash, user.to_u32() + 1);
        true
    }

    /// Returns `false`, and changes nothing, if the user is not in the bucket.
    fn remove(&mut self, user: UserId) -> bool {
        let Some(at) = self.entries().position(|(_, other)| other == user) else {
            return false;
        };
        for numbers in [&mut self.hashes, &mut self.users] {
            let from = numbers.get_mut(at..).unwrap_or_default();
            from.copy_within(1.., 0);
            if let Some(last) = from.last_mut() {
                *last = 0;
            }
        }
        true
    }
}

/// Returns names whose hashes end in `bits` zeros, as an attacker would choose them.
#[cfg(test)]
pub(super) fn colliding_names(bits: u32) -> impl Iterator<Item = String> {
    let names = (0_u32..).map(|number| number.to_string());
    names.filter(move |name| hash(name) & ((1 << bits) - 1) == 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{BUCKETS, Directory, LOAD, MAX_IN_BUCKET, colliding_names, hash};
    use crate::graph::UserId;

    /// A directory with its names, which a store keeps in records.
    #[derive(Clone, Default)]
    struct Named {
        directory: Directory,
        names: Vec<String>,
        expected: BTreeMap<String, u32>,
    }

    impl Named {
        fn add(&mut self, name: String) {
            let number = u32::try_from(self.names.len()).unwrap();
            self.directory.insert(&name, UserId::from_u32(number));
            self.names.push(name.clone());
            self.expected.insert(name, number);
        }

        fn remove(&mut self, name: &str) {
            let user = UserId::from_u32(self.expected.remove(name).unwrap());
            let name_of = |user: UserId| self.names[user.to_u32() as usize].as_str();
            self.directory.remove(name, user, name_of);
        }

        fn lookup(&self, name: &str) -> Option<u32> {
            let name_of = |user: UserId| self.names.get(user.to_u32() as usize);
            let is_named = |user| name_of(user).is_some_and(|found| found == name);
            self.directory.lookup(name, is_named).map(UserId::to_u32)
        }

        fn check(&self) {
            assert_eq!(self.directory.len(), self.expected.len());
            for (name, number) in &self.expected {
                assert_eq!(self.lookup(name), Some(*number));
            }
            assert_eq!(self.lookup("nobody"), None);

            let buckets = self.directory.bucket_count as usize;
            assert!(buckets <= 2 * self.expected.len() + 2);
            assert_eq!(self.directory.chunks.len(), buckets.div_ceil(BUCKETS));
        }
    }

    #[test]
    fn names_are_found_while_it_grows_and_shrinks() {
        let mut named = Named::default();
        named.check();
        for number in 0..3000 {
            named.add(format!("user {number}"));
            if number % 100 < 2 {
                named.check();
            }
        }

        let snapshot = named.clone();
        for number in (0..3000).rev() {
            named.remove(&format!("user {number}"));
            if number % 100 < 2 {
                named.check();
            }
        }
        assert_eq!(named.directory.bucket_count, 0);
        snapshot.check();
    }

    fn alike(bits: u32, len: usize) -> impl Iterator<Item = String> {
        colliding_names(bits).take(len)
    }

    #[test]
    fn names_with_equal_hashes_are_distinguished() {
        let mut by_hash = BTreeMap::<_, Vec<_>>::new();
        for number in 0..300_000 {
            let name = number.to_string();
            by_hash.entry(hash(&name)).or_default().push(name);
        }
        let colliding = by_hash.into_values().filter(|names| names.len() > 1);
        let mut named = Named::default();
        for name in colliding.flatten() {
            assert_eq!(named.lookup(&name), None);
            named.add(name);
        }

        assert!(named.expected.len() > LOAD);
        named.check();
        while let Some(name) = named.expected.keys().next().cloned() {
            named.remove(&name);
            assert_eq!(named.lookup(&name), None);
            named.check();
        }
    }

    #[test]
    fn names_that_collide_are_found_in_order() {
        let mut named = Named::default();
        for name in alike(10, 200) {
            named.add(name);
        }
        assert_eq!(named.directory.overflow.len(), 200 - MAX_IN_BUCKET);
        named.check();

        while let Some(name) = named.expected.keys().next().cloned() {
            named.remove(&name);
            named.check();
        }
        assert!(named.directory.overflow.is_empty());
    }

    #[test]
    fn names_of_two_buckets_that_do_not_fit_into_one_overflow() {
        let mut named = Named::default();
        // Two full buckets, which one bit of the hash distinguishes.
        let (even, odd): (Vec<_>, Vec<_>) = alike(4, 60).partition(|name| hash(name) >> 4 & 1 == 0);
        let full = even
            .into_iter()
            .take(MAX_IN_BUCKET)
            .chain(odd.into_iter().take(MAX_IN_BUCKET));
        let others: Vec<_> = (0..200).map(|number| format!("other {number}")).collect();
        for name in others.iter().cloned().chain(full) {
            named.add(name);
        }
        for name in &others {
            named.remove(name);
        }
        named.check();
        assert!(!named.directory.overflow.is_empty());
    }
}
