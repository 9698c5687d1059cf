//! Questions about a pair: may the actor reach the target, or do an action?

use std::fmt;

use super::action::Person;
use super::{Action, Ways};
use crate::names::{by_name, named, names};

names! {
    /// A way to reach somebody. Each has a gate of its own (R17).
    ///
    /// Exhaustive on purpose: a host that can reach users in another way needs a part of its policy
    /// for it.
    pub enum Interaction: "interaction" {
        /// A message from the actor to the target.
        Message = "message",
        /// A voice or video call from the actor to the target.
        Call = "call",
        /// An invitation of the target to a group, by the actor.
        GroupInvitation = "group_invitation",
        /// The actor's presence: the target sees that the actor is online.
        Presence = "presence",
    }
}

impl Interaction {
    /// Writes "message bob" or "invite bob to a group".
    fn write(self, f: &mut fmt::Formatter<'_>, target: &str) -> fmt::Result {
        match self {
            Self::Message => write!(f, "message {target}"),
            Self::Call => write!(f, "call {target}"),
            Self::GroupInvitation => write!(f, "invite {target} to a group"),
            Self::Presence => write!(f, "appear online to {target}"),
        }
    }
}

/// A question about a pair: may the actor reach the target, or do an action?
///
/// ```
/// use socialgraph::{Action, Interaction, Question};
///
/// assert_eq!(Question::from(Interaction::Call), Question::Reach(Interaction::Call));
/// assert_eq!(Question::from(Action::Block), Question::Act(Action::Block));
/// assert_eq!("group_invitation".parse(), Ok(Question::Reach(Interaction::GroupInvitation)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Question {
    /// May the actor reach the target in this way?
    Reach(Interaction),
    /// May the actor do this to the target?
    Act(Action),
}

// The name of a question is that of its interaction or action.
named! {
    Question: "question" {
        Reach(Interaction::Message) = "message",
        Reach(Interaction::Call) = "call",
        Reach(Interaction::GroupInvitation) = "group_invitation",
        Reach(Interaction::Presence) = "presence",
        Act(Action::Block) = "block",
        Act(Action::Unblock) = "unblock",
        Act(Action::SendRequest) = "send_request",
        Act(Action::AcceptRequest) = "accept_request",
        Act(Action::DeclineRequest) = "decline_request",
        Act(Action::CancelRequest) = "cancel_request",
        Act(Action::AddFriend(Ways::OneWay)) = "add_friend_one_way",
        Act(Action::AddFriend(Ways::TwoWay)) = "add_friend_two_way",
        Act(Action::RemoveFriend(Ways::OneWay)) = "remove_friend_one_way",
        Act(Action::RemoveFriend(Ways::TwoWay)) = "remove_friend_two_way",
    }
}

by_name!(Question: "question");

impl Question {
    /// Returns every question: an iterator over [`ALL`](Self::ALL).
    ///
    /// ```
    /// use socialgraph::Question;
    ///
    /// assert_eq!(Question::all().count(), 4 + 10);
    /// ```
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        Self::ALL.into_iter()
    }

    /// Writes "message bob" or "send bob a friend request".
    pub(super) fn write(self, f: &mut fmt::Formatter<'_>, target: &str) -> fmt::Result {
        match self {
            Self::Reach(interaction) => interaction.write(f, target),
            Self::Act(action) => action.write(f, Person::Second, target),
        }
    }
}

impl From<Interaction> for Question {
    fn from(interaction: Interaction) -> Self {
        Self::Reach(interaction)
    }
}

impl From<Action> for Question {
    fn from(action: Action) -> Self {
        Self::Act(action)
    }
}

#[cfg(test)]
mod tests {
    use super::{Interaction, Question};
    use crate::rules::{Action, Decision, Reasons};

    #[test]
    fn questions_are_the_interactions_and_then_the_actions_by_name() {
        let interactions = Interaction::ALL.map(|it| (Question::from(it), it.name()));
        let actions = Action::ALL.map(|it| (Question::from(it), it.name()));
        let all = Question::ALL.map(|it| (it, it.name()));
        assert_eq!(all.to_vec(), [&interactions[..], &actions].concat());
    }

    #[test]
    fn each_question_has_a_sentence_of_its_own() {
        let sentences: Vec<_> = Question::all()
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
                "A may call B",
                "A may invite B to a group",
                "A may appear online to B",
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
