//! Writes that bypass the rules, for the loader of snapshots.
//!
//! The loader checks the invariants before it hands out the graph.

use super::{SocialGraph, UserId};
use crate::facts::{Fact, Relation, UserFacts};

impl SocialGraph {
    /// Returns the number that the next user will have.
    pub(crate) fn next_user(&self) -> u32 {
        self.store.next_number()
    }

    /// Leaves handles below this number unused.
    pub(crate) fn skip_to_user(&mut self, next: u32) {
        self.store.skip_to(next);
    }

    /// Returns whether the user exists.
    pub(crate) fn has_user(&self, id: UserId) -> bool {
        self.store.contains(id)
    }

    /// Adds a user with an unused name, under a handle from `next_user` on.
    pub(crate) fn restore_user(&mut self, id: UserId, name: &str, facts: UserFacts) {
        self.store.insert_at(id, name, facts);
    }

    /// Writes a fact about two existing users.
    pub(crate) fn restore_fact(&mut self, actor: UserId, target: UserId, fact: Fact) {
        let before = self
            .store
            .relation(Some(actor), Some(target))
            .unwrap_or(Relation::STRANGERS);
        self.store.write(actor, target, before.with(fact));
    }
}
