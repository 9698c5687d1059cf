//! What the rules may know of one user by themselves.

use super::{Fact, Relation};

/// Whose friend requests a user takes, and how (R11).
///
/// The vendor's `Tag_Profile_IM_AllowType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum RequestMode {
    /// A request makes the two friends at once.
    Anyone,
    /// A request waits until it is accepted or declined.
    Confirm,
    /// A request is refused.
    Nobody,
}

impl RequestMode {
    /// Every mode, the most open first.
    pub const ALL: [Self; 3] = [Self::Anyone, Self::Confirm, Self::Nobody];
}

/// Whether an admin lets a user send friend requests (R11).
///
/// The vendor's `Tag_Profile_IM_AdminForbidType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum RequestSending {
    /// The user sends requests as the rules allow.
    Open,
    /// The user sends no request at all.
    Barred,
}

impl RequestSending {
    /// Both settings.
    pub const ALL: [Self; 2] = [Self::Open, Self::Barred];
}

/// What the rules may know of one user apart from any pair.
///
/// The three counts matter only to a policy with [`Limits`](crate::Limits); a host whose
/// policy has none may leave them at 0.
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
    /// Whose friend requests the user takes.
    pub request_mode: RequestMode,
    /// Whether the user may send friend requests.
    pub request_sending: RequestSending,
    /// How many users are on the user's blocklist.
    pub blocked: u32,
    /// How many users are on the user's friend list.
    pub friends: u32,
    /// How many friend requests wait for the user's answer.
    pub requests_in: u32,
}

impl UserFacts {
    /// Returns the facts of a user with empty lists who may send requests.
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

    /// Returns the facts with the counts that a change of one of the user's relations leaves.
    pub(super) fn recounted(self, before: Relation, after: Relation) -> Self {
        let moved = |count: u32, fact| match (before.holds(fact), after.holds(fact)) {
            (false, true) => count.saturating_add(1),
            (true, false) => count.saturating_sub(1),
            _ => count,
        };
        Self {
            blocked: moved(self.blocked, Fact::ActorBlocks),
            friends: moved(self.friends, Fact::ActorLists),
            requests_in: moved(self.requests_in, Fact::TargetRequested),
            ..self
        }
    }
}
