//! The values of a policy's parts: each is a plain enum.

use crate::names::names;

names! {
    /// Which of the two users a part of a policy refers to.
    ///
    /// The actor messages, requests, accepts, adds or blocks. The target is the other user.
    pub enum Sides: "choice of sides" {
        /// Neither user.
        Neither = "neither",
        /// Only the actor.
        Actor = "actor",
        /// Only the target.
        Target = "target",
        /// The actor and the target.
        Both = "both",
    }
}

impl Sides {
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

names! {
    /// What an actor learns of a block that refuses them (R13). The most discreet notice comes first.
    pub enum Notice: "notice" {
        /// The actor sees success, and nothing happens.
        Silent = "silent",
        /// The actor sees a refusal that names no block: [`Reason::Unavailable`](crate::Reason).
        Neutral = "neutral",
        /// The actor sees the block.
        Told = "told",
    }
}

names! {
    /// What a granted friend request makes (R18).
    ///
    /// A request is granted by the target's acceptance, or at once if the target takes requests
    /// from anyone.
    pub enum Granted: "result of a granted request" {
        /// A friendship: each user lists the other.
        Friendship = "friendship",
        /// A follow: the requester lists the target.
        Follow = "follow",
    }
}

names! {
    /// What a friend request does if the target's own request to the actor is pending (R10).
    pub enum Crossed: "effect of a crossed request" {
        /// It accepts the target's request, and is not sent.
        Accepts = "accepts",
        /// It is sent like any other request. If it has to wait, it waits beside the target's.
        Waits = "waits",
    }
}
