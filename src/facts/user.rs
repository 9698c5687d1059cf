//! The settings and counts of one user.

use super::{Fact, Relation};
use crate::names::names;

names! {
    /// What a friend request to a user leads to (R11).
    ///
    /// The vendor's `Tag_Profile_IM_AllowType`. The most open mode comes first.
    pub enum RequestMode: "request mode" {
        /// A request is granted at once: it makes a friendship or a follow (R18).
        Anyone = "anyone",
        /// A request waits until it is accepted or declined.
        Confirm = "confirm",
        /// A request is refused.
        Nobody = "nobody",
    }
}

names! {
    /// Whether a user may send friend requests, as an admin has set it (R11).
    ///
    /// The vendor's `Tag_Profile_IM_AdminForbidType`.
    pub enum RequestSending: "permission to send requests" {
        /// The user may send requests.
        Open = "open",
        /// The user may send no request.
        Barred = "barred",
    }
}

/// A user's settings and counts.
///
/// Only [`Limits`](crate::Limits) read the three counts. If a policy has no limits, a host may
/// leave them at 0.
///
/// ```
/// use socialgraph::{RequestMode, UserFacts};
///
/// let facts = UserFacts { friends: 3000, ..UserFacts::new(RequestMode::Confirm) };
/// assert_eq!(facts.blocked, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UserFacts {
    /// What a friend request to the user leads to.
    pub request_mode: RequestMode,
    /// Whether the user may send friend requests.
    pub request_sending: RequestSending,
    /// The number of users on the user's blocklist.
    pub blocked: u32,
    /// The number of users on the user's friend list.
    pub friends: u32,
    /// The number of pending friend requests to the user.
    pub requests_in: u32,
}

impl UserFacts {
    /// Returns the facts of a user who has empty lists and may send requests.
    #[must_use]
    pub const fn new(request_mode: RequestMode) -> Self {
        Self {
            request_mode,
            request_sending: RequestSending::Open,
            blocked: 0,
            friends: 0,
            requests_in: 0,
        }
    }

    /// Returns the facts after one of the user's relations has changed.
    pub(super) fn recounted(self, before: Relation, after: Relation) -> Self {
        let count_after = |count: u32, fact| match (before.holds(fact), after.holds(fact)) {
            (false, true) => count.saturating_add(1),
            (true, false) => count.saturating_sub(1),
            _ => count,
        };
        Self {
            blocked: count_after(self.blocked, Fact::ActorBlocks),
            friends: count_after(self.friends, Fact::ActorLists),
            requests_in: count_after(self.requests_in, Fact::TargetRequested),
            ..self
        }
    }
}
