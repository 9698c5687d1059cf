//! The errors of building a graph from parts.

use crate::graph::{InvariantViolation, NameError, UserId};
use crate::text::Quoted;

/// The error of parts that make no legal graph, with the user or pair at fault.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PartsError {
    /// A user's name is invalid, or another user has it.
    #[error("user {id}: {error}")]
    Name {
        /// The user's handle.
        id: UserId,
        /// What is wrong with the name.
        error: NameError,
    },
    /// A user's handle is not above that of the user before, or is 2³² − 1.
    #[error(
        "the handle {id} of user {} is out of order or out of range",
        Quoted(user)
    )]
    Handle {
        /// The user's name.
        user: String,
        /// The user's handle.
        id: UserId,
    },
    /// A relation is of a user with themselves.
    #[error("user {id} has a relation with themselves")]
    SameUser {
        /// The user's handle.
        id: UserId,
    },
    /// A pair does not name the lower handle first.
    #[error("the pair {first} and {second} does not name the lower handle first")]
    Reversed {
        /// The first user of the pair.
        first: UserId,
        /// The second user of the pair.
        second: UserId,
    },
    /// A pair is not above the pair before.
    #[error("the pair {first} and {second} comes twice or out of order")]
    PairOrder {
        /// The first user of the pair.
        first: UserId,
        /// The second user of the pair.
        second: UserId,
    },
    /// A pair names an unknown user.
    #[error("the pair {first} and {second} names user {unknown}, who does not exist")]
    UnknownUser {
        /// The first user of the pair.
        first: UserId,
        /// The second user of the pair.
        second: UserId,
        /// The handle without a user.
        unknown: UserId,
    },
    /// A user has more or fewer relations at the second reading than at the first.
    #[error("the relations changed between two readings")]
    Changed,
    /// A relation is not reachable under the policy.
    #[error(transparent)]
    Invariant(#[from] InvariantViolation),
}
