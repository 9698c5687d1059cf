//! Ways into a graph that go past the rules, for a snapshot's loader alone.
//!
//! Whoever uses them checks the invariants before the graph is handed out.

use super::{AddUserError, SocialGraph, UserId};
use crate::facts::{Relation, UserFacts};

impl SocialGraph {
    /// Returns the number that the next user will have.
    pub(crate) fn next_user(&self) -> u32 {
        self.store.next()
    }

    /// Leaves handles below this number unused.
    pub(crate) fn skip_to_user(&mut self, next: u32) {
        self.store.skip_to(next);
    }

    /// Adds a user under a handle that is not below `next_user`.
    pub(crate) fn restore_user(
        &mut self,
        id: UserId,
        name: &str,
        facts: UserFacts,
    ) -> Result<(), AddUserError> {
        self.check_free(name)?;
        self.store.insert_at(id, name, facts).then_some(()).ok_or(AddUserError::NoHandleLeft)
    }

    /// Writes the relation of two users who are both there.
    pub(crate) fn restore_relation(&mut self, actor: UserId, target: UserId, relation: Relation) {
        self.store.put(actor, target, relation);
    }
}
