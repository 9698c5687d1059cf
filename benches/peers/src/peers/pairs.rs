//! The yardstick: interned names, and two flat sets of packed pairs.
//!
//! It marks the lower bound of a check's time. It has no snapshots, listings, limits, requests or
//! reasons.

use std::io;
use std::path::Path;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use super::plain_file::{self, Line};
use super::{Peer, count_by_name};
use crate::population::{Population, name};

pub(crate) struct Pairs {
    numbers: HashMap<String, u32, RandomState>,
    /// Blocks, with the blocker in the upper half.
    blocks: HashSet<u64, RandomState>,
    /// Friendships, with the lower number in the upper half.
    friends: HashSet<u64, RandomState>,
}

fn packed(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

fn friendship(a: u32, b: u32) -> u64 {
    packed(a.min(b), a.max(b))
}

impl Pairs {
    /// Rebuilds the sets from a plain file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut peer = Self {
            numbers: HashMap::default(),
            blocks: HashSet::default(),
            friends: HashSet::default(),
        };

        plain_file::read(path, |line| match line {
            Line::User(name) => {
                peer.add_user(name, &[]);
            }
            Line::Block(blocker, target) => {
                let pair = packed(peer.numbers[blocker], peer.numbers[target]);
                peer.blocks.insert(pair);
            }
            Line::Friendship(a, b) => {
                let pair = friendship(peer.numbers[a], peer.numbers[b]);
                peer.friends.insert(pair);
            }
        })?;
        Ok(peer)
    }

    fn exists(&self, user: u32) -> bool {
        (user as usize) < self.numbers.len()
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

impl Peer for Pairs {
    fn build(population: &Population) -> Self {
        // Collecting from iterators of known length reserves the capacity of each table at once.
        let blocks = population.blocks.iter().map(|(a, b)| packed(*a, *b));
        let friends = population.friends.iter().map(|(a, b)| friendship(*a, *b));
        let numbers = (0..population.users).map(|user| (name(user), user));

        Self {
            numbers: numbers.collect(),
            blocks: blocks.collect(),
            friends: friends.collect(),
        }
    }

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
        Some(count_by_name(self, pairs, Self::number))
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.to_owned(), user);
        let friendships = friends.iter().map(|friend| friendship(user, *friend));
        self.friends.extend(friendships);
        Some(user)
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        for target in targets {
            added += usize::from(self.block(blocker, *target));
        }
        added
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
