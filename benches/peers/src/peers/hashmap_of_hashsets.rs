//! What is written first: a map from names to sets of names.

use std::collections::{HashMap, HashSet};

use super::Peer;
use crate::population::{Population, name};

#[derive(Default)]
pub(crate) struct HashMapOfHashSets {
    /// By number, so that queries by number can be asked at all.
    names: Vec<String>,
    blocks: HashMap<String, HashSet<String>>,
    friends: HashMap<String, HashSet<String>>,
}

impl HashMapOfHashSets {
    pub(crate) fn build(population: &Population) -> Self {
        let mut peer = Self::default();
        for user in 0..population.users {
            peer.insert_user(&name(user));
        }
        for &(a, b) in &population.friends {
            peer.befriend(&name(a), &name(b));
        }
        for &(a, b) in &population.blocks {
            peer.blocks
                .get_mut(&name(a))
                .expect("a user")
                .insert(name(b));
        }
        peer
    }

    fn can_message_by_name(&self, sender: &str, recipient: &str) -> bool {
        let blocks = self.blocks.get(recipient);
        blocks.is_some_and(|blocks| !blocks.contains(sender)) && self.blocks.contains_key(sender)
    }

    fn can_request_by_name(&self, sender: &str, recipient: &str) -> bool {
        let blocks = |a: &str, b: &str| self.blocks.get(a).is_none_or(|set| set.contains(b));
        !blocks(sender, recipient)
            && !blocks(recipient, sender)
            && self
                .friends
                .get(sender)
                .is_some_and(|friends| !friends.contains(recipient))
    }

    fn name(&self, user: u32) -> &str {
        &self.names[user as usize]
    }

    fn insert_user(&mut self, name: &str) {
        self.names.push(name.to_owned());
        self.blocks.insert(name.to_owned(), HashSet::new());
        self.friends.insert(name.to_owned(), HashSet::new());
    }

    fn befriend(&mut self, a: &str, b: &str) {
        for (a, b) in [(a, b), (b, a)] {
            self.friends
                .get_mut(a)
                .expect("a user")
                .insert(b.to_owned());
        }
    }
}

impl Peer for HashMapOfHashSets {
    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.can_message_by_name(self.name(sender), self.name(recipient))
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        self.can_request_by_name(self.name(sender), self.name(recipient))
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        Some(
            pairs
                .iter()
                .filter(|(a, b)| self.can_message_by_name(a, b))
                .count(),
        )
    }

    fn add_user(&mut self, user: &str, friends: &[u32]) -> Option<u32> {
        self.insert_user(user);
        for friend in friends {
            let friend = self.name(*friend).to_owned();
            self.befriend(user, &friend);
        }
        Some(u32::try_from(self.names.len() - 1).expect("few users"))
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let blocker = self.name(blocker).to_owned();
        let mut added = 0;
        for target in targets {
            let target = self.name(*target).to_owned();
            let blocks = self.blocks.get_mut(&blocker).expect("a user");
            if blocks.insert(target.clone()) {
                added += 1;
                for (a, b) in [(&blocker, &target), (&target, &blocker)] {
                    self.friends.get_mut(a).expect("a user").remove(b);
                }
            }
        }
        added
    }
}
