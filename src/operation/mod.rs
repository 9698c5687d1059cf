//! Operations on a graph as values: the entries of a log.

mod outcome;
mod text;

pub use outcome::Outcome;
pub use text::Name;

use crate::facts::{RequestMode, RequestSending};
use crate::graph::SocialGraph;
use crate::rules::Action;

/// One operation on a graph, with users by name.
///
/// A log of operations, played on an empty graph, gives the same graph every time. An operation
/// prints as a sentence, so a log that fails a test is readable.
///
/// Exhaustive on purpose: a system that plays a log has to handle each operation.
///
/// ```
/// use socialgraph::{Action, Operation, Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// for name in ["ann", "ben"] {
///     Operation::AddUser { name: name.to_owned() }.apply_to(&mut graph);
/// }
/// let block = Operation::act(Action::Block, "ann", "ben");
/// assert_eq!(block.to_string(), "ann blocks ben");
/// assert!(block.apply_to(&mut graph).is_done());
/// assert!(!graph.can_message("ben", "ann").is_allowed());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Operation {
    /// Adds a user.
    AddUser {
        /// The user's name. It need not be valid.
        name: String,
    },
    /// Removes a user.
    RemoveUser {
        /// The user's name.
        name: String,
    },
    /// Applies an action to a pair of users.
    Act {
        /// The action.
        action: Action,
        /// The actor's name.
        actor: String,
        /// The target's name.
        target: String,
    },
    /// Applies an action to each target in order, as one batch (R14).
    ActOnMany {
        /// The action.
        action: Action,
        /// The actor's name.
        actor: String,
        /// The targets' names, in order.
        targets: Vec<String>,
    },
    /// Sets a user's request mode (R11).
    SetRequestMode {
        /// The user's name.
        user: String,
        /// The mode.
        mode: RequestMode,
    },
    /// Bars a user from sending friend requests, or lifts the bar (R11).
    SetRequestSending {
        /// The user's name.
        user: String,
        /// The setting.
        sending: RequestSending,
    },
}

impl Operation {
    /// Returns the operation that applies an action to a pair of users.
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    ///
    /// let request = Operation::act(Action::SendRequest, "ann", "ben");
    /// assert_eq!(request.to_string(), "ann sends ben a friend request");
    /// ```
    #[must_use]
    pub fn act(action: Action, actor: impl Into<String>, target: impl Into<String>) -> Self {
        Self::Act {
            action,
            actor: actor.into(),
            target: target.into(),
        }
    }

    /// Returns the operation that applies an action to each target in order (R14).
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    ///
    /// let blocks = Operation::act_on_many(Action::Block, "ann", ["ben", "cyd"]);
    /// assert_eq!(blocks.to_string(), "ann blocks ben, cyd, in one batch");
    /// ```
    #[must_use]
    pub fn act_on_many(
        action: Action,
        actor: impl Into<String>,
        targets: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let targets = targets.into_iter().map(Into::into).collect();
        Self::ActOnMany {
            action,
            actor: actor.into(),
            targets,
        }
    }

    /// Applies the operation to a graph.
    ///
    /// It calls the method of [`SocialGraph`] that the operation stands for.
    ///
    /// ```
    /// use socialgraph::{Action, Operation, Policy, Reason, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let outcome = Operation::act(Action::Block, "ann", "ben").apply_to(&mut graph);
    /// assert_eq!(outcome.reasons().first(), Some(Reason::UnknownActor));
    /// ```
    pub fn apply_to(&self, graph: &mut SocialGraph) -> Outcome {
        match self {
            Self::AddUser { name } => Outcome::AddUser(graph.add_user(name)),
            Self::RemoveUser { name } => Outcome::RemoveUser(graph.remove_user(name)),
            Self::Act {
                action,
                actor,
                target,
            } => Outcome::Act(graph.apply(*action, actor, target)),
            Self::ActOnMany {
                action,
                actor,
                targets,
            } => Outcome::ActOnMany(graph.apply_many(*action, actor, targets)),
            Self::SetRequestMode { user, mode } => {
                Outcome::SetRequestMode(graph.set_request_mode(user, *mode))
            }
            Self::SetRequestSending { user, sending } => {
                Outcome::SetRequestSending(graph.set_request_sending(user, *sending))
            }
        }
    }

    /// Returns the names of the operation's users, the actor's first.
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    ///
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// assert_eq!(block.names(), ["ann", "ben"]);
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::AddUser { name } | Self::RemoveUser { name } => vec![name],
            Self::Act { actor, target, .. } => vec![actor, target],
            Self::ActOnMany { actor, targets, .. } => std::iter::once(actor)
                .chain(targets)
                .map(String::as_str)
                .collect(),
            Self::SetRequestMode { user, .. } | Self::SetRequestSending { user, .. } => vec![user],
        }
    }

    /// Returns the operation with every name replaced.
    ///
    /// For laws that relate two logs: if two names are swapped throughout a log, every decision
    /// about the two users is swapped.
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    ///
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// assert_eq!(block.renamed(str::to_uppercase).to_string(), "ANN blocks BEN");
    /// ```
    #[must_use]
    pub fn renamed(&self, rename: impl Fn(&str) -> String) -> Self {
        let mut renamed = self.clone();
        for name in renamed.names_mut() {
            *name = rename(name);
        }
        renamed
    }

    fn names_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::AddUser { name } | Self::RemoveUser { name } => vec![name],
            Self::Act { actor, target, .. } => vec![actor, target],
            Self::ActOnMany { actor, targets, .. } => {
                std::iter::once(actor).chain(targets).collect()
            }
            Self::SetRequestMode { user, .. } | Self::SetRequestSending { user, .. } => vec![user],
        }
    }
}
