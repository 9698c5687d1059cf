//! Actions on a pair of users.

use std::fmt;

use crate::names::{by_name, named, names};

names! {
    /// Whether an action changes one friend list or both.
    pub enum Ways: "choice of friend lists" {
        /// Only the actor's friend list.
        OneWay = "one_way",
        /// Both friend lists.
        TwoWay = "two_way",
    }
}

/// An action of an actor on a target.
///
/// Exhaustive on purpose: the compiler then finds each match that a new action needs.
///
/// ```
/// use socialgraph::{Action, Ways};
///
/// let action = Action::AddFriend(Ways::OneWay);
/// assert_eq!(action.to_string(), "add_friend_one_way");
/// assert_eq!("send_request".parse(), Ok(Action::SendRequest));
/// ```
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

named! {
    Action: "action" {
        Block = "block",
        Unblock = "unblock",
        SendRequest = "send_request",
        AcceptRequest = "accept_request",
        DeclineRequest = "decline_request",
        CancelRequest = "cancel_request",
        AddFriend(Ways::OneWay) = "add_friend_one_way",
        AddFriend(Ways::TwoWay) = "add_friend_two_way",
        RemoveFriend(Ways::OneWay) = "remove_friend_one_way",
        RemoveFriend(Ways::TwoWay) = "remove_friend_two_way",
    }
}

by_name!(Action: "action");

impl Action {
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
