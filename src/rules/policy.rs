//! The rules as a value: the parts of a policy.

use super::Limits;
use crate::facts::RequestMode;

/// Which of the two users a part of a policy refers to.
///
/// The actor messages, requests, accepts, adds or blocks. The target is the other user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Sides {
    /// Neither user.
    Neither,
    /// Only the actor.
    Actor,
    /// Only the target.
    Target,
    /// The actor and the target.
    Both,
}

impl Sides {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Neither, Self::Actor, Self::Target, Self::Both];

    /// Returns whether the actor is meant.
    #[must_use]
    #[inline]
    pub const fn has_actor(self) -> bool {
        matches!(self, Self::Actor | Self::Both)
    }

    /// Returns whether the target is meant.
    #[must_use]
    #[inline]
    pub const fn has_target(self) -> bool {
        matches!(self, Self::Target | Self::Both)
    }
}

/// Whether a sender learns that a block stopped their message (R13).
///
/// A refused friend request always tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Notice {
    /// The sender sees success, and nothing is delivered.
    Silent,
    /// The sender sees the refusal.
    Told,
}

/// The rules as a value.
///
/// Each part says *whose* blocks, lists or requests matter. Start from the nearest named policy
/// and change its parts. There is no `Default`: a default would choose what a block means.
///
/// ```
/// use socialgraph::{Fact, Limits, Notice, Policy, Relation, Sides, Verdict};
///
/// // Friends only, blocked senders get an error, and no limits.
/// let mut policy = Policy::tencent_rest();
/// policy.message_needs_listing_by = Sides::Both;
/// policy.notice_of_blocked_message = Notice::Told;
/// policy.limits = Limits::NONE;
///
/// assert!(policy.decide_message(Relation::FRIENDS).is_allowed());
/// assert_eq!(policy.decide_message(Relation::STRANGERS).verdict(), Verdict::Refused);
/// ```
// May grow by a part. It is therefore built from a named policy instead of from a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Policy {
    /// Whose blocks stop the actor's message to the target (R5, R6).
    pub message_stopped_by: Sides,
    /// Whose friend lists must have the other user for a message (R12).
    pub message_needs_listing_by: Sides,
    /// Whether a sender learns that a block stopped the message (R13).
    pub notice_of_blocked_message: Notice,
    /// Whose blocks stop requesting, accepting and adding (R4).
    #[cfg_attr(feature = "serde", serde(rename = "request_stopped_by"))]
    pub befriending_stopped_by: Sides,
    /// Whose friend lists lose the other user if the actor blocks the target (R2).
    pub block_clears_friends_of: Sides,
    /// Whose requests to the other user are cancelled if the actor blocks the target (R3).
    pub block_cancels_requests_of: Sides,
    /// The request mode of a new user (R11).
    pub initial_request_mode: RequestMode,
    /// How many entries lists and batches may have (R14, R15).
    pub limits: Limits,
}
