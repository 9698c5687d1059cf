//! The kinds of operations and questions that an adapter may offer, by name.

use std::fmt;

use socialgraph::operation::{Act, ActOnMany, ClearList, ManyAct};
use socialgraph::{Action, Interaction, Operation, Question};

/// A kind of operation that an adapter may offer.
///
/// Each action on a pair is a kind of its own. A batch needs two kinds: the batch, and the
/// action that it applies.
///
/// ```
/// use socialgraph::{Action, Operation};
/// use socialgraph_testkit::protocol::OperationKind;
///
/// let batch = Operation::act_on_many(Action::Block, "ann", ["ben", "cyd"]);
/// let kinds = OperationKind::needed_for(&batch);
/// assert_eq!(kinds.map(OperationKind::name), ["act_on_many", "block"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Adds a user.
    AddUser,
    /// Removes a user.
    RemoveUser,
    /// Gives a user another name.
    RenameUser,
    /// Merges a user into another.
    MergeUsers,
    /// Takes every user off a list.
    ClearList,
    /// Sets a user's request mode.
    SetRequestMode,
    /// Bars a user from sending friend requests, or lifts the bar.
    SetRequestSending,
    /// Puts the server under another policy.
    AdoptPolicy,
    /// Applies an action of one actor to many targets.
    ActOnMany,
    /// Applies an action of many actors to one target.
    ManyAct,
    /// Applies this action to a pair.
    Act(Action),
}

impl OperationKind {
    /// The kinds that are no action on a pair.
    const OTHERS: [Self; 10] = [
        Self::AddUser,
        Self::RemoveUser,
        Self::RenameUser,
        Self::MergeUsers,
        Self::ClearList,
        Self::SetRequestMode,
        Self::SetRequestSending,
        Self::AdoptPolicy,
        Self::ActOnMany,
        Self::ManyAct,
    ];

    /// Returns every kind, the actions on a pair last.
    ///
    /// ```
    /// use socialgraph_testkit::protocol::OperationKind;
    ///
    /// assert_eq!(OperationKind::all().count(), 20);
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OTHERS.into_iter().chain(Action::ALL.map(Self::Act))
    }

    /// Returns the name of the kind in the protocol.
    ///
    /// ```
    /// use socialgraph::Action;
    /// use socialgraph_testkit::protocol::OperationKind;
    ///
    /// assert_eq!(OperationKind::Act(Action::Block).name(), "block");
    /// assert_eq!(OperationKind::ManyAct.name(), "many_act");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddUser => "add_user",
            Self::RemoveUser => "remove_user",
            Self::RenameUser => "rename_user",
            Self::MergeUsers => "merge_users",
            Self::ClearList => "clear_list",
            Self::SetRequestMode => "set_request_mode",
            Self::SetRequestSending => "set_request_sending",
            Self::AdoptPolicy => "adopt_policy",
            Self::ActOnMany => "act_on_many",
            Self::ManyAct => "many_act",
            Self::Act(action) => action.name(),
        }
    }

    /// Returns the two kinds that an operation needs, which are one kind for most operations.
    ///
    /// A list is cleared of entries that an action removes one by one: the operation needs
    /// that action as well.
    #[must_use]
    pub const fn needed_for(operation: &Operation) -> [Self; 2] {
        match operation {
            Operation::AddUser(_) => [Self::AddUser; 2],
            Operation::RemoveUser(_) => [Self::RemoveUser; 2],
            Operation::RenameUser(_) => [Self::RenameUser; 2],
            Operation::MergeUsers(_) => [Self::MergeUsers; 2],
            Operation::SetRequestMode(_) => [Self::SetRequestMode; 2],
            Operation::SetRequestSending(_) => [Self::SetRequestSending; 2],
            Operation::AdoptPolicy(_) => [Self::AdoptPolicy; 2],
            Operation::ClearList(ClearList { list, .. }) => {
                [Self::ClearList, Self::Act(list.action())]
            }
            Operation::Act(Act { action, .. }) => [Self::Act(*action); 2],
            Operation::ActOnMany(ActOnMany { action, .. }) => [Self::ActOnMany, Self::Act(*action)],
            Operation::ManyAct(ManyAct { action, .. }) => [Self::ManyAct, Self::Act(*action)],
        }
    }
}

/// Prints the name.
impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The questions that an adapter may be asked: the interactions, and the friend request.
pub(super) const QUESTIONS: [Question; 5] = [
    MESSAGE,
    Question::Reach(Interaction::Call),
    Question::Reach(Interaction::GroupInvitation),
    Question::Reach(Interaction::Presence),
    REQUEST,
];

/// The question that every adapter answers.
pub(super) const MESSAGE: Question = Question::Reach(Interaction::Message);

/// The question about a friend request.
pub(super) const REQUEST: Question = Question::Act(Action::SendRequest);
