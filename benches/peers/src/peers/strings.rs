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
    fn may_message(&self, sender: &str, recipient: &str) -> bool {
        let blocks = self.blocks.get(recipient);
        blocks.is_some_and(|blocks| !blocks.contains(sender)) && self.blocks.contains_key(sender)
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
            self.friends.get_mut(a).expect("a user").insert(b.to_owned());
        }
    }
}

impl Peer for Strings {
    fn build(world: &World) -> Self {
        let mut strings = Self::default();
        for user in 0..world.users {
            strings.add_user(&name(user));
        }
        for &(a, b) in &world.friends {
            strings.befriend(&name(a), &name(b));
        }
        for &(a, b) in &world.blocks {
            strings.blocks.get_mut(&name(a)).expect("a user").insert(name(b));
        }
        strings
    }

    fn can_message(&self, pairs: &[(u32, u32)]) -> usize {
        pairs.iter().filter(|(a, b)| self.may_message(self.name(*a), self.name(*b))).count()
    }

    fn can_message_by_name(&self, pairs: &[(String, String)]) -> usize {
        pairs.iter().filter(|(a, b)| self.may_message(a, b)).count()
    }

    fn can_request(&self, pairs: &[(u32, u32)]) -> usize {
        let may = |a: &str, b: &str| {
            let blocks = |a: &str, b: &str| self.blocks.get(a).is_none_or(|set| set.contains(b));
            !blocks(a, b) && !blocks(b, a) && self.friends.get(a).is_some_and(|f| !f.contains(b))
        };
        pairs.iter().filter(|(a, b)| may(self.name(*a), self.name(*b))).count()
    }

    fn add_owner(&mut self, owner: &str, friends: &[u32]) -> u32 {
        self.add_user(owner);
        for friend in friends {
            let friend = self.name(*friend).to_owned();
            self.befriend(owner, &friend);
        }
        u32::try_from(self.names.len() - 1).expect("few users")
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
