//! Persistent maps of persistent sets, as one would write them down.

use std::any::Any;
use std::sync::Arc;

use im::{HashMap, HashSet};

use super::Peer;
use crate::world::{World, name};

#[derive(Clone, Default)]
pub(crate) struct ImblNaive {
    numbers: HashMap<Arc<str>, u32>,
    blocks: HashMap<u32, HashSet<u32>>,
    friends: HashMap<u32, HashSet<u32>>,
}

fn has(sets: &HashMap<u32, HashSet<u32>>, owner: u32, peer: u32) -> bool {
    sets.get(&owner).is_some_and(|set| set.contains(&peer))
}

impl ImblNaive {
    fn exists(&self, user: u32) -> bool {
        (user as usize) < self.numbers.len()
    }

    fn may_message(&self, sender: u32, recipient: u32) -> bool {
        self.exists(sender) && self.exists(recipient) && !has(&self.blocks, recipient, sender)
    }

    fn befriend(&mut self, a: u32, b: u32) {
        self.friends.entry(a).or_default().insert(b);
        self.friends.entry(b).or_default().insert(a);
    }
}

impl Peer for ImblNaive {
    fn build(world: &World) -> Self {
        let numbers = (0..world.users).map(|user| (name(user).into(), user)).collect();
        let mut peer = Self { numbers, ..Self::default() };
        for &(a, b) in &world.friends {
            peer.befriend(a, b);
        }
        for &(a, b) in &world.blocks {
            peer.blocks.entry(a).or_default().insert(b);
        }
        peer
    }

    fn can_message(&self, pairs: &[(u32, u32)]) -> usize {
        pairs.iter().filter(|(a, b)| self.may_message(*a, *b)).count()
    }

    fn can_message_by_name(&self, pairs: &[(String, String)]) -> usize {
        let number = |name: &String| self.numbers.get(name.as_str()).copied();
        let may = |a: &String, b: &String| match (number(a), number(b)) {
            (Some(a), Some(b)) => self.may_message(a, b),
            _ => false,
        };
        pairs.iter().filter(|(a, b)| may(a, b)).count()
    }

    fn can_request(&self, pairs: &[(u32, u32)]) -> usize {
        let may = |&&(a, b): &&(u32, u32)| {
            !has(&self.blocks, a, b) && !has(&self.blocks, b, a) && !has(&self.friends, a, b)
        };
        pairs.iter().filter(may).count()
    }

    fn add_owner(&mut self, name: &str, friends: &[u32]) -> u32 {
        let owner = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.into(), owner);
        for friend in friends {
            self.befriend(owner, *friend);
        }
        owner
    }

    fn block_many(&mut self, owner: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        for &target in targets {
            if !self.exists(target)
                || self.blocks.entry(owner).or_default().insert(target).is_some()
            {
                continue;
            }
            added += 1;
            for (a, b) in [(owner, target), (target, owner)] {
                if let Some(set) = self.friends.get_mut(&a) {
                    set.remove(&b);
                }
            }
        }
        added
    }

    fn snapshot(&self) -> Option<Box<dyn Any>> {
        Some(Box::new(self.clone()))
    }
}
