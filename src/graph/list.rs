//! The lists that a user has.

use std::fmt;

use crate::facts::Fact;
use crate::rules::Limits;

/// One of the four lists that a user has.
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
}

impl List {
    /// Every list.
    pub const ALL: [Self; 4] = [
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
        }
    }

    /// Returns the maximum length of this list, or `None` if there is no limit.
    #[must_use]
    pub const fn limit(self, limits: &Limits) -> Option<u32> {
        match self {
            Self::Blocklist => limits.blocked,
            Self::Friends => limits.friends,
            Self::RequestsIn => limits.requests_in,
            Self::RequestsOut => None,
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Blocklist => "blocklist",
            Self::Friends => "friend list",
            Self::RequestsIn => "incoming requests",
            Self::RequestsOut => "outgoing requests",
        })
    }
}
