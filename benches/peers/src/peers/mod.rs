//! The implementations: each behind the same trait, so that all get the same work.

mod engine;
mod imbl_naive;
mod pairs;
mod petgraph;
mod sqlite;
mod strings;

use std::any::Any;

pub(crate) use engine::Engine;
pub(crate) use imbl_naive::ImblNaive;
pub(crate) use pairs::Pairs;
pub(crate) use petgraph::PetGraph;
pub(crate) use sqlite::Sqlite;
pub(crate) use strings::Strings;

use crate::world::World;

/// What is asked of every implementation. Users are the world's numbers.
pub(crate) trait Peer {
    /// Builds it from the world.
    fn build(world: &World) -> Self
    where
        Self: Sized;

    /// Returns the heap that it takes, where the allocator's count does not say so.
    fn heap_bytes(&self) -> Option<u64> {
        None
    }

    /// Counts the pairs of which the first may message the second.
    ///
    /// The loop is inside, so that nothing but the look-ups is counted.
    fn can_message(&self, pairs: &[(u32, u32)]) -> usize;

    /// The same, by name.
    fn can_message_by_name(&self, pairs: &[(String, String)]) -> usize;

    /// Counts the pairs of which the first may ask the second for friendship.
    fn can_request(&self, pairs: &[(u32, u32)]) -> usize;

    /// Filters recipients down to those whom the sender may message; returns how many.
    fn audience(&self, sender: u32, recipients: &[u32], into: &mut Vec<u32>) -> usize {
        into.extend(recipients.iter().filter(|to| self.can_message(&[(sender, **to)]) == 1));
        into.len()
    }

    /// Adds a user who is friends with every other one of these, and returns their number.
    fn add_owner(&mut self, name: &str, friends: &[u32]) -> u32;

    /// Blocks all of these in one call; returns how many were not blocked before.
    fn block_many(&mut self, owner: u32, targets: &[u32]) -> usize;

    /// Takes a snapshot in constant time, where the implementation has any.
    fn snapshot(&self) -> Option<Box<dyn Any>> {
        None
    }
}
