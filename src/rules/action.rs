//! Actions on a pair of users.

use std::fmt;

/// Whether an action changes one friend list or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Ways {
    /// Only the actor's friend list.
    OneWay,
    /// Both friend lists.
    TwoWay,
}

/// An action of an actor on a target.
///
/// Exhaustive on purpose: the compiler then finds each match that a new action needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Action {
    /// Puts the target on the actor's blocklist (R1, R2, R3).
    Block,
    /// Takes the target off the actor's blocklist (R7).
    Unblock,
    /// Sends the target a friend request, or accepts the target's (R4, R10, R11).
    SendRequest,
    /// Accepts the target's friend request (R4, R18).
    AcceptRequest,
    /// Declines the target's friend request.
    DeclineRequest,
    /// Withdraws the actor's own friend request.
    CancelRequest,
    /// Adds the target to the actor's friend list, or each to the other's, without a
    /// request: an import or an admin's act (R4).
    AddFriend(Ways),
    /// Removes the target from the actor's friend list, or each from the other's.
    RemoveFriend(Ways),
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 10] = [
        Self::Block,
        Self::Unblock,
        Self::SendRequest,
        Self::AcceptRequest,
        Self::DeclineRequest,
        Self::CancelRequest,
        Self::AddFriend(Ways::OneWay),
        Self::AddFriend(Ways::TwoWay),
        Self::RemoveFriend(Ways::OneWay),
        Self::RemoveFriend(Ways::TwoWay),
    ];

    /// Returns the verb, and the words before and after the target.
    const fn phrase(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Block => ("block", "", ""),
            Self::Unblock => ("unblock", "", ""),
            Self::SendRequest => ("send", "", " a friend request"),
            Self::AcceptRequest => ("accept", "a friend request from ", ""),
            Self::DeclineRequest => ("decline", "a friend request from ", ""),
            Self::CancelRequest => ("cancel", "a friend request to ", ""),
            Self::AddFriend(Ways::OneWay) => ("add", "", " as a one-way friend"),
            Self::AddFriend(Ways::TwoWay) => ("add", "", " as a two-way friend"),
            Self::RemoveFriend(Ways::OneWay) => ("remove", "", " as a one-way friend"),
            Self::RemoveFriend(Ways::TwoWay) => ("remove", "", " as a two-way friend"),
        }
    }

    /// Writes "send bob a friend request", or "sends bob a friend request" in the third person.
    pub(crate) fn write(
        self,
        f: &mut fmt::Formatter<'_>,
        person: Person,
        target: impl fmt::Display,
    ) -> fmt::Result {
        let (verb, before, after) = self.phrase();
        let ending = match person {
            Person::Second => "",
            Person::Third => "s",
        };
        write!(f, "{verb}{ending} {before}{target}{after}")
    }
}

/// The grammatical person of an action's verb.
#[derive(Clone, Copy)]
pub(crate) enum Person {
    /// May you "send"?
    Second,
    /// She "sends".
    Third,
}
