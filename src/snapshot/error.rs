//! The errors of loading a snapshot.

use crate::graph::{InvariantViolation, List, NameError, UserId};
use crate::text::Quoted;

/// The error of a snapshot that describes no legal graph, with the user or pair at fault.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SnapshotError {
    /// This build does not read the snapshot's version.
    #[error("snapshot version {found} is unknown: this build reads versions 1 and 2")]
    UnknownVersion {
        /// The snapshot's version.
        found: u64,
    },
    /// A user's name is invalid, or another user has it.
    #[error("user {id}: {error}")]
    Name {
        /// The user's handle.
        id: UserId,
        /// What is wrong with the name.
        error: NameError,
    },
    /// A user's handle is not above that of the user before, or not below `next_user`.
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
    /// A list names a user twice, or out of the order of handles.
    #[error(
        "the {list} of {} names user {peer} twice or out of order",
        Quoted(user)
    )]
    ListOrder {
        /// The list's owner.
        user: String,
        /// The list.
        list: List,
        /// The entry that is not above the one before it.
        peer: UserId,
    },
    /// An invariant of every graph does not hold.
    #[error(transparent)]
    Invariant(#[from] InvariantViolation),
}
