//! How much fits.

use super::{Reason, Reasons};
use crate::facts::{Fact, Facts, Relation, UserFacts};

/// How much one user, or one batch, may hold (R15); `None` is no limit.
///
/// Read from a file, each limit has to be named: a missing one is an error, not no limit.
///
/// An operation that would take a list past its limit is refused: the limit is the number
/// that still fits.
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
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub blocked: Option<u32>,
    /// Users on one friend list.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub friends: Option<u32>,
    /// Friend requests that wait for one user's answer.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub requests_in: Option<u32>,
    /// Users named in one batch (R14).
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
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

    /// Returns whether an actor could add so many to each of their lists.
    pub(crate) fn have_room(&self, actor: &UserFacts, more: usize) -> bool {
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        allows(self.blocked, actor.blocked.saturating_add(more))
            && allows(self.friends, actor.friends.saturating_add(more))
    }

    /// Returns the limits that stand between the facts and the relation after.
    ///
    /// Only what is added needs room: someone at a limit can still do what takes none, and
    /// a friendship of which one half is there needs room for the other half alone.
    #[inline]
    pub(super) fn passed(&self, facts: &Facts, after: Relation) -> Reasons {
        let Facts {
            relation: before,
            actor,
            target,
        } = facts;
        let mut reasons = Reasons::EMPTY;
        let mut need_room = |fact, limit, count: u32, reason| {
            let added = after.holds(fact) & !before.holds(fact);
            reasons.insert_if(added & !allows(limit, count.saturating_add(1)), reason);
        };
        need_room(
            Fact::ActorBlocks,
            self.blocked,
            actor.blocked,
            Reason::ActorBlocklistFull,
        );
        need_room(
            Fact::ActorLists,
            self.friends,
            actor.friends,
            Reason::ActorFriendsFull,
        );
        need_room(
            Fact::TargetLists,
            self.friends,
            target.friends,
            Reason::TargetFriendsFull,
        );
        let waiting = (self.requests_in, target.requests_in);
        need_room(
            Fact::ActorRequested,
            waiting.0,
            waiting.1,
            Reason::TargetRequestsFull,
        );
        reasons
    }
}

/// Returns whether a list of this length is within the limit.
#[inline]
pub(crate) fn allows(limit: Option<u32>, length: u32) -> bool {
    limit.is_none_or(|limit| length <= limit)
}
