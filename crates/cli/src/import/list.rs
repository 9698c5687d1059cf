//! The lists of a user that a file can have.

use socialgraph::{Action, List, Ways};

/// A list of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum NameList {
    /// The users whom the owner blocks
    Blocklist,
    /// The users on the owner's friend list
    Friends,
    /// The users whose friend requests wait for the owner's answer
    RequestsIn,
    /// The users to whom the owner's own friend requests are pending
    RequestsOut,
}

/// Which of two users acts, so that one of them is on a list of the other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    Owner,
    Listed,
}

impl NameList {
    /// Returns the list of the graph.
    pub(crate) const fn list(self) -> List {
        match self {
            Self::Blocklist => List::Blocklist,
            Self::Friends => List::Friends,
            Self::RequestsIn => List::RequestsIn,
            Self::RequestsOut => List::RequestsOut,
        }
    }

    /// Returns the action that puts a user on the list, and who acts.
    pub(crate) const fn action(self) -> (Actor, Action) {
        match self {
            Self::Blocklist => (Actor::Owner, Action::Block),
            Self::Friends => (Actor::Owner, Action::AddFriend(Ways::OneWay)),
            Self::RequestsIn => (Actor::Listed, Action::SendRequest),
            Self::RequestsOut => (Actor::Owner, Action::SendRequest),
        }
    }
}
