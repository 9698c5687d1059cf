//! Actions on a pair of users, and questions about a pair.

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
    /// Accepts the target's friend request: each then lists the other (R4).
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

/// A question about a pair: may the actor message the target, or do an action?
///
/// ```
/// use socialgraph::{Action, Question};
///
/// assert_eq!(Question::from(Action::Block), Question::Act(Action::Block));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Question {
    /// May the actor message the target?
    Message,
    /// May the actor do this to the target?
    Act(Action),
}

impl Question {
    /// Writes "message bob" or "send bob a friend request".
    pub(super) fn write(self, f: &mut fmt::Formatter<'_>, target: &str) -> fmt::Result {
        match self {
            Self::Message => write!(f, "message {target}"),
            Self::Act(action) => action.write(f, Person::Second, target),
        }
    }
}

impl From<Action> for Question {
    fn from(action: Action) -> Self {
        Self::Act(action)
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Question};
    use crate::rules::{Decision, Reasons};

    #[test]
    fn each_question_has_a_sentence_of_its_own() {
        let acts = Action::ALL.into_iter().map(Question::from);
        let sentences: Vec<_> = std::iter::once(Question::Message)
            .chain(acts)
            .map(|question| {
                Decision::told(question, Reasons::EMPTY)
                    .explain("A", "B")
                    .to_string()
            })
            .collect();
        assert_eq!(
            sentences,
            [
                "A may message B",
                "A may block B",
                "A may unblock B",
                "A may send B a friend request",
                "A may accept a friend request from B",
                "A may decline a friend request from B",
                "A may cancel a friend request to B",
                "A may add B as a one-way friend",
                "A may add B as a two-way friend",
                "A may remove B as a one-way friend",
                "A may remove B as a two-way friend",
            ]
        );
    }
}
