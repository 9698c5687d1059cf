//! The values of a policy's parts: each is a plain enum.

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

/// What an actor learns of a block that refuses them (R13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Notice {
    /// The actor sees success, and nothing happens.
    Silent,
    /// The actor sees a refusal that names no block: [`Reason::Unavailable`](crate::Reason).
    Neutral,
    /// The actor sees the block.
    Told,
}

impl Notice {
    /// All three, the most discreet first.
    pub const ALL: [Self; 3] = [Self::Silent, Self::Neutral, Self::Told];
}

/// What a granted friend request makes (R18).
///
/// A request is granted by the target's acceptance, or at once if the target takes requests from
/// anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Granted {
    /// A friendship: each user lists the other.
    Friendship,
    /// A follow: the requester lists the target.
    Follow,
}

impl Granted {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Friendship, Self::Follow];
}

/// What a friend request does if the target's own request to the actor is pending (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Crossed {
    /// It accepts the target's request, and is not sent.
    Accepts,
    /// It is sent like any other request. If it has to wait, it waits beside the target's.
    Waits,
}

impl Crossed {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Accepts, Self::Waits];
}
