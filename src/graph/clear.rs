//! Clearing a list.

use super::role::Role;
use super::{List, PairChange, SocialGraph, UnknownUser, UserId, UserRef};
use crate::names::{by_name, named};
use crate::rules::{Action, Ways};

/// A list that its user may clear.
///
/// A user cannot clear [`List::BlockedBy`] or [`List::ListedBy`]: these are others' entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum OwnList {
    /// The users whom the user blocks: each is unblocked.
    Blocklist,
    /// The users whom the user lists as friends: each is removed, one-way or two-way.
    Friends(Ways),
    /// The friend requests to the user: each is declined.
    RequestsIn,
    /// The user's own friend requests: each is cancelled.
    RequestsOut,
}

named! {
    OwnList: "own list" {
        Blocklist = "blocklist",
        Friends(Ways::OneWay) = "friends_one_way",
        Friends(Ways::TwoWay) = "friends_two_way",
        RequestsIn = "requests_in",
        RequestsOut = "requests_out",
    }
}

by_name!(OwnList: "own list");

impl OwnList {
    /// Returns the list in words, as in "ann clears their friend list, both ways".
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::Blocklist => "blocklist",
            Self::Friends(Ways::OneWay) => "friend list, one way",
            Self::Friends(Ways::TwoWay) => "friend list, both ways",
            Self::RequestsIn => "incoming requests",
            Self::RequestsOut => "outgoing requests",
        }
    }

    /// Returns the list.
    #[must_use]
    pub const fn list(self) -> List {
        match self {
            Self::Blocklist => List::Blocklist,
            Self::Friends(_) => List::Friends,
            Self::RequestsIn => List::RequestsIn,
            Self::RequestsOut => List::RequestsOut,
        }
    }

    /// Returns the action that takes a user off the list.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Blocklist => Action::Unblock,
            Self::Friends(ways) => Action::RemoveFriend(ways),
            Self::RequestsIn => Action::DeclineRequest,
            Self::RequestsOut => Action::CancelRequest,
        }
    }
}

/// What clearing a list changed.
#[must_use = "it says what ended"]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cleared {
    /// The user whose list is empty now.
    pub user: UserId,
    /// What happened between the user and each user on the list, in the order of handles.
    pub changes: Vec<PairChange>,
}

impl SocialGraph {
    /// Takes every user off one of a user's own lists (R28).
    ///
    /// It equals [`apply`](Self::apply) of [`OwnList::action`] to each user on the list, in the
    /// order of handles. [`Limits::batch`](crate::Limits::batch) does not bound it. O(m · log k)
    /// for m users on the list.
    ///
    /// ```
    /// use socialgraph::{OwnList, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let _ = graph.add_many_to_blocklist("alice", ["bob", "carol"])?;
    /// let cleared = graph.clear_list("alice", OwnList::Blocklist)?;
    /// assert_eq!(cleared.changes.len(), 2);
    /// assert!(graph.blocklist("alice")?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the user is unknown.
    pub fn clear_list<'u>(
        &mut self,
        user: impl Into<UserRef<'u>>,
        list: OwnList,
    ) -> Result<Cleared, UnknownUser> {
        let record = self.record(user)?;
        let user = record.id();
        let listed: Vec<_> = record.listed(list.list(), UserId::from_u32(0)).collect();

        let outcomes = self.apply_to_all(list.action(), user, Role::Actor, &listed);
        // The rules let a user take everybody off an own list, so no outcome is a refusal.
        let changes = outcomes.into_iter().filter_map(Result::ok).collect();
        Ok(Cleared { user, changes })
    }
}
