//! The lists that a user has, and the lists that a user is on.

use std::fmt;

use crate::facts::Fact;
use crate::names::{named, reads};
use crate::rules::Limits;

/// A list of users that belongs to a user.
///
/// Each list has its own fact: the users of whom it holds are on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum List {
    /// The users whom the user blocks.
    Blocklist,
    /// The users whom the user lists as friends.
    Friends,
    /// The users whose friend requests to the user are pending.
    RequestsIn,
    /// The users to whom the user's own friend requests are pending.
    RequestsOut,
    /// The users who block the user.
    ///
    /// The user must not learn of it (R1), so a host does not show the user this list.
    BlockedBy,
    /// The users who list the user as a friend.
    ListedBy,
}

impl List {
    /// The lists that are the user's own: all but [`BlockedBy`](Self::BlockedBy) and
    /// [`ListedBy`](Self::ListedBy).
    ///
    /// The other two hold what is on the own lists of others.
    pub const OWN: [Self; 4] = [
        Self::Blocklist,
        Self::Friends,
        Self::RequestsIn,
        Self::RequestsOut,
    ];

    /// Returns the fact that means that the target is on this list of the actor.
    #[must_use]
    pub const fn fact(self) -> Fact {
        match self {
            Self::Blocklist => Fact::ActorBlocks,
            Self::Friends => Fact::ActorLists,
            Self::RequestsIn => Fact::TargetRequested,
            Self::RequestsOut => Fact::ActorRequested,
            Self::BlockedBy => Fact::TargetBlocks,
            Self::ListedBy => Fact::TargetLists,
        }
    }

    /// Returns the maximum length of this list, or `None` if there is no limit.
    #[must_use]
    pub const fn limit(self, limits: &Limits) -> Option<u32> {
        match self {
            Self::Blocklist => limits.blocked,
            Self::Friends => limits.friends,
            Self::RequestsIn => limits.requests_in,
            Self::RequestsOut | Self::BlockedBy | Self::ListedBy => None,
        }
    }
}

named! {
    List: "list" {
        Blocklist = "blocklist",
        Friends = "friends",
        RequestsIn = "requests_in",
        RequestsOut = "requests_out",
        BlockedBy = "blocked_by",
        ListedBy = "listed_by",
    }
}

// A list is read by its name, and by what `Display` prints.
reads!(List: "list", |list, text| list.name() == text || list.to_string() == text);

/// Prints the list in words: "friend list".
impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Blocklist => "blocklist",
            Self::Friends => "friend list",
            Self::RequestsIn => "incoming requests",
            Self::RequestsOut => "outgoing requests",
            Self::BlockedBy => "blocker list",
            Self::ListedBy => "follower list",
        })
    }
}
