//! What is written first: a map from names to sets of names.

use std::collections::{HashMap, HashSet};

use super::Peer;
use crate::world::{World, name};

#[derive(Default)]
pub(crate) struct Strings {
    /// By number, so that questions by number can be asked at all.
    names: Vec<String>,
    blocks: HashMap<String, HashSet<String>>,
    friends: HashMap<String, HashSet<String>>,
}

impl Strings {
    pub(crate) fn build(world: &World) -> Self {
        let mut strings = Self::default();
        for user in 0..world.users {
            strings.add_user(&name(user));
        }
        for &(a, b) in &world.friends {
            strings.befriend(&name(a), &name(b));
        }
        for &(a, b) in &world.blocks {
            strings
                .blocks
                .get_mut(&name(a))
                .expect("a user")
                .insert(name(b));
        }
        strings
    }

    fn may_message_by_name(&self, sender: &str, recipient: &str) -> bool {
        let blocks = self.blocks.get(recipient);
        blocks.is_some_and(|blocks| !blocks.contains(sender)) && self.blocks.contains_key(sender)
    }

    fn may_request_by_name(&self, sender: &str, recipient: &str) -> bool {
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

    fn add_user(&mut self, name: &str) {
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

impl Peer for Strings {
    fn may_message(&self, sender: u32, recipient: u32) -> bool {
        self.may_message_by_name(self.name(sender), self.name(recipient))
    }

    fn may_request(&self, sender: u32, recipient: u32) -> bool {
        self.may_request_by_name(self.name(sender), self.name(recipient))
    }

    fn can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        Some(
            pairs
                .iter()
                .filter(|(a, b)| self.may_message_by_name(a, b))
                .count(),
        )
    }

    fn add_owner(&mut self, owner: &str, friends: &[u32]) -> Option<u32> {
        self.add_user(owner);
        for friend in friends {
            let friend = self.name(*friend).to_owned();
            self.befriend(owner, &friend);
        }
        Some(u32::try_from(self.names.len() - 1).expect("few users"))
    }

    fn block_many(&mut self, owner: u32, targets: &[u32]) -> usize {
        let owner = self.name(owner).to_owned();
        let mut added = 0;
        for target in targets {
            let target = self.name(*target).to_owned();
            let blocks = self.blocks.get_mut(&owner).expect("a user");
            if blocks.insert(target.clone()) {
                added += 1;
                for (a, b) in [(&owner, &target), (&target, &owner)] {
                    self.friends.get_mut(a).expect("a user").remove(b);
                }
            }
        }
        added
    }
}
