//! A directed graph of petgraph's, with flags on its edges.

use std::collections::HashMap;

use petgraph::graphmap::DiGraphMap;

use super::Peer;
use crate::world::{World, name};

const BLOCKS: u8 = 1;
const LISTS: u8 = 2;

pub(crate) struct PetGraph {
    numbers: HashMap<String, u32>,
    graph: DiGraphMap<u32, u8>,
}

impl PetGraph {
    fn holds(&self, from: u32, to: u32, flag: u8) -> bool {
        self.graph.edge_weight(from, to).is_some_and(|flags| flags & flag != 0)
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

    fn may_message(&self, sender: u32, recipient: u32) -> bool {
        self.graph.contains_node(sender)
            && self.graph.contains_node(recipient)
            && !self.holds(recipient, sender, BLOCKS)
    }
}

impl Peer for PetGraph {
    fn build(world: &World) -> Self {
        let numbers = (0..world.users).map(|user| (name(user), user)).collect();
        let mut peer = Self { numbers, graph: DiGraphMap::new() };
        for user in 0..world.users {
            peer.graph.add_node(user);
        }
        for &(a, b) in &world.friends {
            peer.set(a, b, LISTS);
            peer.set(b, a, LISTS);
        }
        for &(a, b) in &world.blocks {
            peer.set(a, b, BLOCKS);
        }
        peer
    }

    fn can_message(&self, pairs: &[(u32, u32)]) -> usize {
        pairs.iter().filter(|(a, b)| self.may_message(*a, *b)).count()
    }

    fn can_message_by_name(&self, pairs: &[(String, String)]) -> usize {
        let number = |name: &String| self.numbers.get(name).copied();
        let may = |a: &String, b: &String| match (number(a), number(b)) {
            (Some(a), Some(b)) => self.may_message(a, b),
            _ => false,
        };
        pairs.iter().filter(|(a, b)| may(a, b)).count()
    }

    fn can_request(&self, pairs: &[(u32, u32)]) -> usize {
        let may = |&&(a, b): &&(u32, u32)| {
            !self.holds(a, b, BLOCKS) && !self.holds(b, a, BLOCKS) && !self.holds(a, b, LISTS)
        };
        pairs.iter().filter(may).count()
    }

    fn add_owner(&mut self, name: &str, friends: &[u32]) -> u32 {
        let owner = u32::try_from(self.numbers.len()).expect("few users");
        self.numbers.insert(name.to_owned(), owner);
        self.graph.add_node(owner);
        for friend in friends {
            self.set(owner, *friend, LISTS);
            self.set(*friend, owner, LISTS);
        }
        owner
    }

    fn block_many(&mut self, owner: u32, targets: &[u32]) -> usize {
        let mut added = 0;
        for &target in targets {
            if self.graph.contains_node(target) && !self.holds(owner, target, BLOCKS) {
                self.set(owner, target, BLOCKS);
                self.unset(owner, target, LISTS);
                self.unset(target, owner, LISTS);
                added += 1;
            }
        }
        added
    }
}
