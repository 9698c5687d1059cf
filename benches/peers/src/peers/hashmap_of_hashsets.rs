//! The data structure of a first draft: a map from names to sets of names.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use super::Peer;
use super::plain_file::{self, Line};
use crate::population::{Population, name};

#[derive(Default)]
pub(crate) struct HashMapOfHashSets {
    /// Names by number, for the queries by number.
    names: Vec<String>,
    blocks: HashMap<String, HashSet<String>>,
    friends: HashMap<String, HashSet<String>>,
}

impl HashMapOfHashSets {
    /// Rebuilds the maps from a plain file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut peer = Self::default();
        plain_file::read(path, |line| match line {
            Line::User(name) => peer.insert_user(name),
            Line::Block(blocker, target) => {
                let blocks = peer.blocks.get_mut(blocker).expect("a user");
                blocks.insert(target.to_owned());
            }
            Line::Friendship(a, b) => peer.befriend(a, b),
        })?;
        Ok(peer)
    }

    fn can_message_by_name(&self, sender: &str, recipient: &str) -> bool {
        let blocks = self.blocks.get(recipient);
        blocks.is_some_and(|blocks| !blocks.contains(sender)) && self.blocks.contains_key(sender)
    }

    fn can_request_by_name(&self, sender: &str, recipient: &str) -> bool {
        let sender_blocks = self.blocks.get(sender);
        if sender_blocks.is_none_or(|blocks| blocks.contains(recipient)) {
            return false;
        }

        let recipient_blocks = self.blocks.get(recipient);
        if recipient_blocks.is_none_or(|blocks| blocks.contains(sender)) {
            return false;
        }

        let friends = self.friends.get(sender);
        friends.is_some_and(|friends| !friends.contains(recipient))
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
    fn build(population: &Population) -> Self {
        let mut peer = Self::default();
        for user in 0..population.users {
            peer.insert_user(&name(user));
        }

        for &(a, b) in &population.friends {
            peer.befriend(&name(a), &name(b));
        }

        for &(blocker, blocked) in &population.blocks {
            let blocks = peer.blocks.get_mut(&name(blocker)).expect("a user");
            blocks.insert(name(blocked));
        }
        peer
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.can_message_by_name(self.name(sender), self.name(recipient))
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        self.can_request_by_name(self.name(sender), self.name(recipient))
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        let mut count = 0;
        for (sender, recipient) in pairs {
            count += usize::from(self.can_message_by_name(sender, recipient));
        }
        Some(count)
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

            // A block ends the friendship, which both friends list.
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
