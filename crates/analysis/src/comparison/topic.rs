//! What stories are about.

use std::fmt;

use socialgraph::operation::Act;
use socialgraph::{Action, Interaction, Operation, Question};

/// Declares the topics, a row each: documentation, variant and name.
macro_rules! topics {
    ($($(#[$doc:meta])+ $name:ident: $text:literal;)+) => {
        /// What a story is about.
        ///
        /// ```
        /// use socialgraph_analysis::comparison::Topic;
        ///
        /// assert_eq!(Topic::GroupInvitations.to_string(), "group invitations");
        /// assert_eq!(Topic::ALL.len(), 9);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        // Exhaustive on purpose: the reader of a comparison shows each topic.
        pub enum Topic {
            $($(#[$doc])+ $name,)+
        }

        impl Topic {
            /// Every topic, in the order in which a comparison has them.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$name),+];
        }

        impl fmt::Display for Topic {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$name => $text,)+
                })
            }
        }
    };
}

topics! {
    /// Whether a user may message the other.
    Messages: "messages";
    /// Whether a user may call the other.
    Calls: "calls";
    /// Whether a user may invite the other to a group.
    GroupInvitations: "group invitations";
    /// Whether a user may appear online to the other.
    Presence: "presence";
    /// What a friend request comes to.
    Requests: "friend requests";
    /// What accepting, declining or cancelling a friend request comes to.
    Answers: "answers to friend requests";
    /// What adding a friend or removing one comes to.
    FriendLists: "friend lists";
    /// What a block ends.
    Blocks: "blocks";
    /// What there is after a block is lifted, for any question.
    Unblocks: "unblocks";
}

impl Topic {
    /// Returns the topic of a story that has these steps and this question at its end.
    pub(super) fn of(steps: &[Operation], question: Question) -> Self {
        let unblocks = |step: &Operation| {
            let Operation::Act(Act { action, .. }) = step else {
                return false;
            };
            *action == Action::Unblock
        };
        if steps.iter().any(unblocks) {
            Self::Unblocks
        } else {
            Self::of_question(question)
        }
    }

    const fn of_question(question: Question) -> Self {
        match question {
            Question::Reach(Interaction::Message) => Self::Messages,
            Question::Reach(Interaction::Call) => Self::Calls,
            Question::Reach(Interaction::GroupInvitation) => Self::GroupInvitations,
            Question::Reach(Interaction::Presence) => Self::Presence,
            Question::Act(Action::SendRequest) => Self::Requests,
            Question::Act(
                Action::AcceptRequest | Action::DeclineRequest | Action::CancelRequest,
            ) => Self::Answers,
            Question::Act(Action::AddFriend(_) | Action::RemoveFriend(_)) => Self::FriendLists,
            Question::Act(Action::Block) => Self::Blocks,
            Question::Act(Action::Unblock) => Self::Unblocks,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use socialgraph::{Action, Interaction, Operation, Question};

    use super::Topic;

    #[test]
    fn every_topic_has_a_question_and_a_name_of_its_own() {
        let topics: BTreeSet<Topic> = Question::all()
            .map(|question| Topic::of(&[], question))
            .collect();
        assert!(topics.into_iter().eq(Topic::ALL));

        let names: BTreeSet<String> = Topic::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), Topic::ALL.len());
    }

    #[test]
    fn an_unblock_decides_the_topic_wherever_it_stands() {
        let block = Operation::act(Action::Block, "ann", "ben");
        let unblock = Operation::act(Action::Unblock, "ann", "ben");
        let call = Interaction::Call.into();
        assert_eq!(Topic::of(&[unblock, block.clone()], call), Topic::Unblocks);
        assert_eq!(Topic::of(&[block], call), Topic::Calls);
    }
}
