//! The implementations: each behind the same trait, so that all get the same work.

mod cedar;
mod engine;
mod hashmap_of_hashsets;
mod imbl_naive;
mod pairs;
mod petgraph;
mod sqlite;
#[cfg(test)]
mod tests;

use std::any::Any;

use crate::population::Population;

/// What an implementation is called, up to how many users it is built, and how.
pub(crate) struct Implementation {
    pub(crate) name: &'static str,
    pub(crate) max_users: u32,
    pub(crate) build: fn(&Population) -> Box<dyn Peer>,
}

/// The implementations, the yardstick first.
pub(crate) const IMPLEMENTATIONS: [Implementation; 8] = [
    Implementation::at_any_size("pairs", |population| {
        Box::new(pairs::Pairs::build(population))
    }),
    Implementation::at_any_size("socialgraph", |population| {
        Box::new(engine::Engine::build(population))
    }),
    Implementation::at_any_size("hashmap_of_hashsets", |population| {
        Box::new(hashmap_of_hashsets::HashMapOfHashSets::build(population))
    }),
    Implementation::at_any_size("petgraph", |population| {
        Box::new(petgraph::PetGraph::build(population))
    }),
    Implementation {
        name: "imbl_naive",
        max_users: 100_000, // A million would not fit in 24 GiB.
        build: |population| Box::new(imbl_naive::ImblNaive::build(population)),
    },
    Implementation::at_any_size("sqlite", |population| {
        Box::new(sqlite::Sqlite::build(population))
    }),
    Implementation::at_any_size("cedar_two_users", |_| Box::new(cedar::TwoUsers::new())),
    Implementation {
        name: "cedar_whole_store",
        max_users: 1000, // Each write looks at every entity again.
        build: |population| Box::new(cedar::WholeStore::build(population)),
    },
];

impl Implementation {
    const fn at_any_size(name: &'static str, build: fn(&Population) -> Box<dyn Peer>) -> Self {
        Self {
            name,
            max_users: u32::MAX,
            build,
        }
    }
}

/// What is asked of every implementation. Users are the population's numbers.
///
/// Loops over many queries are in here, so that nothing but the look-ups is counted: each
/// implementation has its own copy of them, in which its single query is inlined.
pub(crate) trait Peer {
    /// Returns the heap that its relations take, where the allocator's count does not say so.
    fn heap_bytes(&self) -> Option<u64> {
        None
    }

    /// Says whether it holds the relations itself, so that their size can be told.
    fn holds_relations(&self) -> bool {
        true
    }

    /// Returns how many queries it is asked at most at a time, so that a run ends.
    fn max_queries(&self) -> usize {
        usize::MAX
    }

    /// Gets ready for these queries, before the time is taken.
    fn prepare(&mut self, _population: &Population, _pairs: &[(u32, u32)]) {}

    /// Says whether the sender may message the recipient.
    fn can_message(&self, sender: u32, recipient: u32) -> bool;

    /// Says whether the sender may ask the recipient for friendship.
    fn can_request(&self, sender: u32, recipient: u32) -> bool;

    /// Counts the pairs of which the first may message the second.
    fn count_can_message(&self, pairs: &[(u32, u32)]) -> usize {
        pairs
            .iter()
            .filter(|(a, b)| self.can_message(*a, *b))
            .count()
    }

    /// The same by name, where the implementation finds users by name.
    fn count_can_message_by_name(&self, _pairs: &[(String, String)]) -> Option<usize> {
        None
    }

    /// Counts the pairs of which the first may ask the second for friendship.
    fn count_can_request(&self, pairs: &[(u32, u32)]) -> usize {
        pairs
            .iter()
            .filter(|(a, b)| self.can_request(*a, *b))
            .count()
    }

    /// Filters recipients down to those whom the sender may message; returns how many.
    fn audience(&self, sender: u32, recipients: &[u32], into: &mut Vec<u32>) -> usize {
        into.extend(
            recipients
                .iter()
                .filter(|to| self.can_message(sender, **to)),
        );
        into.len()
    }

    /// Filters senders down to those who may message the recipient; returns how many.
    fn visible_senders(&self, recipient: u32, senders: &[u32], into: &mut Vec<u32>) -> usize {
        into.extend(
            senders
                .iter()
                .filter(|from| self.can_message(**from, recipient)),
        );
        into.len()
    }

    /// Adds a user who is friends with these and returns their number, where it is a store.
    fn add_user(&mut self, _name: &str, _friends: &[u32]) -> Option<u32> {
        None
    }

    /// Blocks all of these in one call; returns how many were not blocked before.
    ///
    /// Only a store is asked.
    fn block_many(&mut self, _blocker: u32, _targets: &[u32]) -> usize {
        0
    }

    /// Blocks one; says whether they were not blocked before.
    fn block(&mut self, blocker: u32, target: u32) -> bool {
        self.block_many(blocker, &[target]) == 1
    }

    /// Takes a snapshot in constant time, where the implementation has any.
    fn snapshot(&self) -> Option<Box<dyn Any>> {
        None
    }
}

/// Counts the pairs that may, over an implementation that gives each name a number.
fn count_by_name(
    pairs: &[(String, String)],
    number: impl Fn(&str) -> Option<u32>,
    can_message: impl Fn(u32, u32) -> bool,
) -> usize {
    let can_message = |(a, b): &&(String, String)| match (number(a), number(b)) {
        (Some(a), Some(b)) => can_message(a, b),
        _ => false,
    };
    pairs.iter().filter(can_message).count()
}
