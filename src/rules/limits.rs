//! How much a user, or a batch, may hold.

use super::Action;
use crate::facts::UserFacts;

#[cfg(feature = "serde")]
mod in_text {
    //! Limits as a text has them: a number, or `none`.
    pub(super) use crate::rules::policy::{read_limit as deserialize, write_limit as serialize};
}

/// How many entries a list, or a batch, may have (R14, R15); `None` is no limit.
///
/// An operation is refused if a list would have more entries than its limit afterwards. A file
/// without a profile has to name each limit: a missing one is an error.
///
/// ```
/// use socialgraph::Limits;
///
/// assert_eq!(Limits::TENCENT.friends, Some(3000));
/// assert_eq!(Limits { friends: None, ..Limits::TENCENT }.blocked, Some(1000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Limits {
    /// Users on one blocklist.
    #[cfg_attr(feature = "serde", serde(with = "in_text"))]
    pub blocked: Option<u32>,
    /// Users on one friend list.
    #[cfg_attr(feature = "serde", serde(with = "in_text"))]
    pub friends: Option<u32>,
    /// Friend requests that wait for one user's answer.
    #[cfg_attr(feature = "serde", serde(with = "in_text"))]
    pub requests_in: Option<u32>,
    /// Users named in one batch (R14).
    #[cfg_attr(feature = "serde", serde(with = "in_text"))]
    pub batch: Option<u32>,
}

impl Limits {
    /// The vendor's: 1000 blocked, 3000 friends, 100 requests, 1000 a batch.
    pub const TENCENT: Self = Self {
        blocked: Some(1000),
        friends: Some(3000),
        requests_in: Some(100),
        batch: Some(1000),
    };

    /// No limit at all.
    pub const NONE: Self = Self {
        blocked: None,
        friends: None,
        requests_in: None,
        batch: None,
    };

    /// Returns whether an actor's lists have room for what an action on `more` targets adds.
    pub(crate) fn have_room_of_actor(
        &self,
        actor: &UserFacts,
        action: Action,
        more: usize,
    ) -> bool {
        match action {
            Action::Block => fits(self.blocked, actor.blocked, more),
            Action::SendRequest | Action::AcceptRequest | Action::AddFriend(_) => {
                fits(self.friends, actor.friends, more)
            }
            _ => true,
        }
    }

    /// Returns whether a target's lists have room for what an action of `more` actors adds.
    pub(crate) fn have_room_of_target(
        &self,
        target: &UserFacts,
        action: Action,
        more: usize,
    ) -> bool {
        let has_friends = || fits(self.friends, target.friends, more);
        match action {
            Action::SendRequest => {
                has_friends() && fits(self.requests_in, target.requests_in, more)
            }
            Action::AcceptRequest | Action::AddFriend(_) => has_friends(),
            _ => true,
        }
    }
}

/// Returns whether `more` entries fit on a list of this length.
fn fits(limit: Option<u32>, length: u32, more: usize) -> bool {
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    allows(limit, length.saturating_add(more))
}

/// Returns whether a list of this length is within the limit (R15).
#[inline]
pub(super) fn allows(limit: Option<u32>, length: u32) -> bool {
    limit.is_none_or(|limit| length <= limit)
}
