//! One step of a log as a value: what was done, to whom, by name.

mod outcome;
mod text;

pub use outcome::Outcome;
pub use text::Name;

use crate::facts::{RequestMode, RequestSending};
use crate::graph::SocialGraph;
use crate::rules::Action;

/// One operation on a graph, with users by name.
///
/// A log of them, played on an empty graph, gives the same graph every time. It prints as a
/// sentence, so that a log that fails a test can be read.
///
/// Exhaustive on purpose: a system that is driven by a log has to handle each.
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
    /// Adds a user of that name.
    AddUser {
        /// The name, which need not be a valid one.
        name: String,
    },
    /// Removes the user of that name.
    RemoveUser {
        /// The name.
        name: String,
    },
    /// Does this to a pair.
    Act {
        /// What is done.
        action: Action,
        /// Who does it.
        actor: String,
        /// To whom.
        target: String,
    },
    /// Does this to every target in turn, as one batch (R14).
    ActOnMany {
        /// What is done.
        action: Action,
        /// Who does it.
        actor: String,
        /// To whom, in order.
        targets: Vec<String>,
    },
    /// Sets whose friend requests a user takes (R11).
    SetRequestMode {
        /// The user.
        user: String,
        /// The mode.
        mode: RequestMode,
    },
    /// Lets a user send friend requests, or bars them (R11).
    SetRequestSending {
        /// The user.
        user: String,
        /// The setting.
        sending: RequestSending,
    },
}

impl Operation {
    /// Returns the operation that does this to a pair.
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

    /// Returns the operation that does this to every target in turn (R14).
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

    /// Carries the operation out on a graph.
    ///
    /// It is the call of the same name and nothing else.
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

    /// Returns every name that the operation gives, the actor's first.
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

    /// Returns the same operation on users of other names.
    ///
    /// For laws that relate two logs: swap two names throughout a log, and every answer about
    /// the two is swapped.
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
