//! What can be wrong with a snapshot.

use crate::graph::{AddUserError, InvariantViolation, List, UserId};
use crate::text::Quoted;

/// The error of a snapshot that is no graph, with the user or pair at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The snapshot is of a version that this build does not read.
    #[error("snapshot version {found} is unknown: this build reads version 1")]
    UnknownVersion {
        /// The version that the snapshot says it has.
        found: u64,
    },
    /// A user's name cannot be a name, or is another user's too.
    #[error("user {id}: {error}")]
    Name {
        /// The user's handle.
        id: UserId,
        /// What is wrong with the name.
        error: AddUserError,
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
    /// A list names someone twice, or not in the order of handles.
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
    /// Something holds that must not hold of any graph.
    #[error(transparent)]
    Invariant(#[from] InvariantViolation),
}
