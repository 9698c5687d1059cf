//! The role of one user in many questions, or in a batch.

use super::UserId;
use super::store::NoPair;
use crate::facts::{Facts, Relation};

/// The role of the one user among many others.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Actor,
    Target,
}

impl Role {
    /// Returns the actor and the target.
    pub(super) const fn pair(self, user: UserId, other: UserId) -> (UserId, UserId) {
        match self {
            Self::Actor => (user, other),
            Self::Target => (other, user),
        }
    }

    /// Turns a relation of the user into the actor's, or back.
    pub(super) const fn relation(self, relation: Relation) -> Relation {
        match self {
            Self::Actor => relation,
            Self::Target => relation.flip(),
        }
    }

    /// Turns the facts of the user and another into the actor's.
    pub(super) fn facts(self, facts: Result<Facts, NoPair>) -> Result<Facts, NoPair> {
        match self {
            Self::Actor => facts,
            Self::Target => facts.map(Facts::flip).map_err(NoPair::flip),
        }
    }
}
