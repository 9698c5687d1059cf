//! The yardstick: names interned, and two flat sets of packed pairs.
//!
//! About as fast as a check can be. It has no snapshots, listings, limits, requests, reasons.

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use super::Peer;
use crate::world::{World, name};

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
    fn exists(&self, user: u32) -> bool {
        (user as usize) < self.numbers.len()
    }

    fn may_message(&self, sender: u32, recipient: u32) -> bool {
        self.exists(sender)
            && self.exists(recipient)
            && !self.blocks.contains(&packed(recipient, sender))
    }
}

impl Peer for Pairs {
    fn build(world: &World) -> Self {
        Self {
            numbers: (0..world.users).map(|user| (name(user), user)).collect(),
            blocks: world.blocks.iter().map(|(a, b)| packed(*a, *b)).collect(),
            friends: world.friends.iter().map(|(a, b)| friendship(*a, *b)).collect(),
        }
    }

    fn can_message(&self, pairs: &[(u32, u32)]) -> usize {
        pairs.iter().filter(|(a, b)| self.may_message(*a, *b)).count()
    }

    fn can_message_by_name(&self, pairs: &[(String, String)]) -> usize {
        let number = |name: &String| self.numbers.get(name).copied();
        pairs
            .iter()
            .filter(|(a, b)| match (number(a), number(b)) {
                (Some(a), Some(b)) => self.may_message(a, b),
                _ => false,
            })
            .count()
    }

    fn can_request(&self, pairs: &[(u32, u32)]) -> usize {
        let may = |&&(a, b): &&(u32, u32)| {
            self.exists(a)
                && self.exists(b)
                && !self.blocks.contains(&packed(a, b))
                && !self.blocks.contains(&packed(b, a))
                && !self.friends.contains(&friendship(a, b))
        };
        pairs.iter().filter(may).count()
    }

    fn add_owner(&mut self, name: &str, friends: &[u32]) -> u32 {
        let owner = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.to_owned(), owner);
        self.friends.extend(friends.iter().map(|friend| friendship(owner, *friend)));
        owner
    }

    fn block_many(&mut self, owner: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        for &target in targets {
            if self.exists(target) && target != owner && self.blocks.insert(packed(owner, target)) {
                self.friends.remove(&friendship(owner, target));
                added += 1;
            }
        }
        added
    }
}
