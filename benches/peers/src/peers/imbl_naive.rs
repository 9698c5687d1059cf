//! Persistent maps of persistent sets, without any tuning.

use std::any::Any;
use std::sync::Arc;

use im::{HashMap, HashSet};

use super::{Peer, count_by_name};
use crate::population::{Population, name};

#[derive(Clone, Default)]
pub(crate) struct ImblNaive {
    numbers: HashMap<Arc<str>, u32>,
    blocks: HashMap<u32, HashSet<u32>>,
    friends: HashMap<u32, HashSet<u32>>,
}

fn has(sets: &HashMap<u32, HashSet<u32>>, user: u32, member: u32) -> bool {
    sets.get(&user).is_some_and(|set| set.contains(&member))
}

impl ImblNaive {
    fn exists(&self, user: u32) -> bool {
        (user as usize) < self.numbers.len()
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    fn befriend(&mut self, a: u32, b: u32) {
        self.friends.entry(a).or_default().insert(b);
        self.friends.entry(b).or_default().insert(a);
    }
}

impl Peer for ImblNaive {
    fn build(population: &Population) -> Self {
        let mut peer = Self::default();
        for user in 0..population.users {
            peer.numbers.insert(name(user).into(), user);
        }

        for &(a, b) in &population.friends {
            peer.befriend(a, b);
        }

        for &(blocker, blocked) in &population.blocks {
            peer.blocks.entry(blocker).or_default().insert(blocked);
        }
        peer
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.exists(sender) && self.exists(recipient) && !has(&self.blocks, recipient, sender)
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        !has(&self.blocks, sender, recipient)
            && !has(&self.blocks, recipient, sender)
            && !has(&self.friends, sender, recipient)
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        Some(count_by_name(self, pairs, Self::number))
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.into(), user);
        for friend in friends {
            self.befriend(user, *friend);
        }
        Some(user)
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        for &target in targets {
            if !self.exists(target) {
                continue;
            }

            let blocks = self.blocks.entry(blocker).or_default();
            let already_blocked = blocks.insert(target).is_some();
            if already_blocked {
                continue;
            }
            added += 1;

            // A block ends the friendship, which both friends list.
            for (a, b) in [(blocker, target), (target, blocker)] {
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
