//! The yardstick: names interned, and two flat sets of packed pairs.
//!
//! About as fast as a check can be. It has no snapshots, listings, limits, requests, reasons.

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use super::{Peer, count_by_name};
use crate::population::{Population, name};

pub(crate) struct Pairs {
    numbers: HashMap<String, u32, RandomState>,
    /// Blocker above blocked.
    blocks: HashSet<u64, RandomState>,
    /// The lower number above the higher.
    friends: HashSet<u64, RandomState>,
}

fn packed(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

fn friendship(a: u32, b: u32) -> u64 {
    packed(a.min(b), a.max(b))
}

impl Pairs {
    pub(crate) fn build(population: &Population) -> Self {
        Self {
            numbers: (0..population.users)
                .map(|user| (name(user), user))
                .collect(),
            blocks: population
                .blocks
                .iter()
                .map(|(a, b)| packed(*a, *b))
                .collect(),
            friends: population
                .friends
                .iter()
                .map(|(a, b)| friendship(*a, *b))
                .collect(),
        }
    }

    fn exists(&self, user: u32) -> bool {
        (user as usize) < self.numbers.len()
    }
}

impl Peer for Pairs {
    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.exists(sender)
            && self.exists(recipient)
            && !self.blocks.contains(&packed(recipient, sender))
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        self.exists(sender)
            && self.exists(recipient)
            && !self.blocks.contains(&packed(sender, recipient))
            && !self.blocks.contains(&packed(recipient, sender))
            && !self.friends.contains(&friendship(sender, recipient))
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        let number = |name: &str| self.numbers.get(name).copied();
        Some(count_by_name(pairs, number, |a, b| self.can_message(a, b)))
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.to_owned(), user);
        self.friends
            .extend(friends.iter().map(|friend| friendship(user, *friend)));
        Some(user)
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        targets
            .iter()
            .filter(|target| self.block(blocker, **target))
            .count()
    }

    fn block(&mut self, blocker: u32, target: u32) -> bool {
        let added =
            self.exists(target) && target != blocker && self.blocks.insert(packed(blocker, target));
        if added {
            self.friends.remove(&friendship(blocker, target));
        }
        added
    }
}
