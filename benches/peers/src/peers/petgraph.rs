//! A directed graph of the petgraph crate, with flags on its edges.

use std::collections::HashMap;

use petgraph::graphmap::DiGraphMap;

use super::{Peer, count_by_name};
use crate::population::{Population, name};

/// The flag of an edge from blocker to blocked.
const BLOCKS: u8 = 1;

/// The flag of both edges of a friendship.
const FRIENDS: u8 = 2;

pub(crate) struct PetGraph {
    numbers: HashMap<String, u32>,
    graph: DiGraphMap<u32, u8>,
}

impl PetGraph {
    fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    fn has(&self, from: u32, to: u32, flag: u8) -> bool {
        self.graph
            .edge_weight(from, to)
            .is_some_and(|flags| flags & flag != 0)
    }

    fn set(&mut self, from: u32, to: u32, flag: u8) {
        match self.graph.edge_weight_mut(from, to) {
            Some(flags) => *flags |= flag,
            None => drop(self.graph.add_edge(from, to, flag)),
        }
    }

    fn unset(&mut self, from: u32, to: u32, flag: u8) {
        if let Some(flags) = self.graph.edge_weight_mut(from, to) {
            *flags &= !flag;
            if *flags == 0 {
                self.graph.remove_edge(from, to);
            }
        }
    }
}

impl Peer for PetGraph {
    fn build(population: &Population) -> Self {
        let numbers = (0..population.users).map(|user| (name(user), user));
        let mut peer = Self {
            numbers: numbers.collect(),
            graph: DiGraphMap::new(),
        };
        for user in 0..population.users {
            peer.graph.add_node(user);
        }

        for &(a, b) in &population.friends {
            peer.set(a, b, FRIENDS);
            peer.set(b, a, FRIENDS);
        }

        for &(blocker, blocked) in &population.blocks {
            peer.set(blocker, blocked, BLOCKS);
        }
        peer
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.graph.contains_node(sender)
            && self.graph.contains_node(recipient)
            && !self.has(recipient, sender, BLOCKS)
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        !self.has(sender, recipient, BLOCKS)
            && !self.has(recipient, sender, BLOCKS)
            && !self.has(sender, recipient, FRIENDS)
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        Some(count_by_name(self, pairs, Self::number))
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.to_owned(), user);
        self.graph.add_node(user);
        for friend in friends {
            self.set(user, *friend, FRIENDS);
            self.set(*friend, user, FRIENDS);
        }
        Some(user)
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        for &target in targets {
            if self.graph.contains_node(target) && !self.has(blocker, target, BLOCKS) {
                added += 1;

                // A block ends the friendship, whose flag is on both edges.
                self.set(blocker, target, BLOCKS);
                self.unset(blocker, target, FRIENDS);
                self.unset(target, blocker, FRIENDS);
            }
        }
        added
    }
}
