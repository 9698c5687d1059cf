//! Operations on a graph as values: the entries of a log.
//!
//! [`Operation`] is any of them. Each kind is a struct of its own, whose `apply_to` returns what
//! the method of [`SocialGraph`] returns: for a caller that logs an operation and needs its
//! typed result.
//!
//! ```
//! use socialgraph::operation::{AddUser, Operation};
//! use socialgraph::{Policy, SocialGraph};
//!
//! let mut graph = SocialGraph::new(Policy::tencent_rest());
//! let mut log: Vec<Operation> = Vec::new();
//!
//! let join = AddUser { name: "ann".to_owned() };
//! log.push(join.clone().into());
//! let ann = join.apply_to(&mut graph)?;
//! assert_eq!(graph.name(ann), Some("ann"));
//! # Ok::<(), socialgraph::AddUserError>(())
//! ```

mod kinds;
mod outcome;
mod read;
mod text;

use std::fmt;

pub use kinds::{
    Act, ActOnMany, AddUser, AdoptPolicy, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
    SetRequestMode, SetRequestSending,
};
pub use outcome::Outcome;
pub use read::ParseOperationError;
pub use text::Name;

use crate::facts::{RequestMode, RequestSending};
use crate::graph::{OwnList, SocialGraph};
use crate::rules::{Action, Policy};

/// Declares [`Operation`] with a variant for each kind, and what is the same for all kinds.
macro_rules! operations {
    ($(#[$attribute:meta])* pub enum Operation { $( #[doc = $doc:literal] $kind:ident, )+ }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum Operation {
            $( #[doc = $doc] $kind($kind), )+
        }

        impl Operation {
            /// Applies the operation to a graph.
            ///
            /// It calls the method of [`SocialGraph`] that the operation stands for. If the kind
            /// of an operation is known, its struct returns the typed result (see the
            /// [module](self)).
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
                    $( Self::$kind(operation) => Outcome::$kind(operation.apply_to(graph)), )+
                }
            }

            /// Returns the names in the operation, the actor's first.
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
                    $( Self::$kind(operation) => operation.names(), )+
                }
            }

            fn names_mut(&mut self) -> Vec<&mut String> {
                match self {
                    $( Self::$kind(operation) => operation.names_mut(), )+
                }
            }
        }

        /// Prints a sentence, as its kind does.
        impl fmt::Display for Operation {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$kind(operation) => operation.fmt(f), )+
                }
            }
        }
    };
}

operations! {
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
    ///     let _ = Operation::add_user(name).apply_to(&mut graph);
    /// }
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// assert_eq!(block.to_string(), "ann blocks ben");
    /// assert!(block.apply_to(&mut graph).is_done());
    /// assert!(!graph.can_message("ben", "ann").is_allowed());
    /// ```
    pub enum Operation {
        /// Adds a user.
        AddUser,
        /// Removes a user.
        RemoveUser,
        /// Applies an action to a pair of users.
        Act,
        /// Applies an action of one actor to each target in order, as one batch (R14).
        ActOnMany,
        /// Sets a user's request mode (R11).
        SetRequestMode,
        /// Bars a user from sending friend requests, or lifts the bar (R11).
        SetRequestSending,
        /// Applies an action of each actor in order to one target, as one batch (R25).
        ManyAct,
        /// Puts the graph under another policy (R26).
        AdoptPolicy,
        /// Gives a user another name (R27).
        RenameUser,
        /// Takes every user off a list (R28).
        ClearList,
        /// Merges a user into another (R29).
        MergeUsers,
    }
}

/// Constructors.
impl Operation {
    /// Returns the operation that adds a user.
    ///
    /// ```
    /// use socialgraph::Operation;
    ///
    /// assert_eq!(Operation::add_user("ann").to_string(), "ann joins");
    /// ```
    #[must_use]
    pub fn add_user(name: impl Into<String>) -> Self {
        AddUser { name: name.into() }.into()
    }

    /// Returns the operation that removes a user.
    ///
    /// ```
    /// use socialgraph::Operation;
    ///
    /// assert_eq!(Operation::remove_user("ann").to_string(), "ann is removed");
    /// ```
    #[must_use]
    pub fn remove_user(name: impl Into<String>) -> Self {
        RemoveUser { name: name.into() }.into()
    }

    /// Returns the operation that renames a user.
    ///
    /// ```
    /// use socialgraph::Operation;
    ///
    /// assert_eq!(Operation::rename_user("ann", "anna").to_string(), "ann is renamed to anna");
    /// ```
    #[must_use]
    pub fn rename_user(user: impl Into<String>, name: impl Into<String>) -> Self {
        let (user, name) = (user.into(), name.into());
        RenameUser { user, name }.into()
    }

    /// Returns the operation that merges a user into another.
    ///
    /// ```
    /// use socialgraph::Operation;
    ///
    /// assert_eq!(Operation::merge_users("ann2", "ann").to_string(), "ann2 is merged into ann");
    /// ```
    #[must_use]
    pub fn merge_users(from: impl Into<String>, into: impl Into<String>) -> Self {
        let (from, into) = (from.into(), into.into());
        MergeUsers { from, into }.into()
    }

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
        let (actor, target) = (actor.into(), target.into());
        let operation = Act {
            action,
            actor,
            target,
        };
        operation.into()
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
        let operation = ActOnMany {
            action,
            actor: actor.into(),
            targets: targets.into_iter().map(Into::into).collect(),
        };
        operation.into()
    }

    /// Returns the operation that applies an action of each actor in order (R25).
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    ///
    /// let raid = Operation::many_act(Action::Block, ["ben", "cyd"], "ann");
    /// assert_eq!(raid.to_string(), "each of ben, cyd blocks ann, in one batch");
    /// ```
    #[must_use]
    pub fn many_act(
        action: Action,
        actors: impl IntoIterator<Item = impl Into<String>>,
        target: impl Into<String>,
    ) -> Self {
        let operation = ManyAct {
            action,
            actors: actors.into_iter().map(Into::into).collect(),
            target: target.into(),
        };
        operation.into()
    }

    /// Returns the operation that sets a user's request mode (R11).
    ///
    /// ```
    /// use socialgraph::{Operation, RequestMode};
    ///
    /// let confirm = Operation::set_request_mode("ann", RequestMode::Confirm);
    /// assert_eq!(confirm.to_string().parse(), Ok(confirm));
    /// ```
    #[must_use]
    pub fn set_request_mode(user: impl Into<String>, mode: RequestMode) -> Self {
        let user = user.into();
        SetRequestMode { user, mode }.into()
    }

    /// Returns the operation that bars a user from sending requests, or lifts the bar (R11).
    ///
    /// ```
    /// use socialgraph::{Operation, RequestSending};
    ///
    /// let bar = Operation::set_request_sending("ann", RequestSending::Barred);
    /// assert_eq!(bar.to_string().parse(), Ok(bar));
    /// ```
    #[must_use]
    pub fn set_request_sending(user: impl Into<String>, sending: RequestSending) -> Self {
        let user = user.into();
        SetRequestSending { user, sending }.into()
    }

    /// Returns the operation that clears a list (R28).
    ///
    /// ```
    /// use socialgraph::{Operation, OwnList};
    ///
    /// let clear = Operation::clear_list("ann", OwnList::Blocklist);
    /// assert_eq!(clear.to_string(), "ann clears their blocklist");
    /// ```
    #[must_use]
    pub fn clear_list(user: impl Into<String>, list: OwnList) -> Self {
        let user = user.into();
        ClearList { user, list }.into()
    }

    /// Returns the operation that puts a graph under another policy (R26).
    ///
    /// ```
    /// use socialgraph::{Operation, Policy};
    ///
    /// let adopt = Operation::adopt_policy(Policy::tencent_mutual());
    /// assert_eq!(adopt.to_string(), "the policy becomes tencent_mutual");
    /// ```
    #[must_use]
    pub fn adopt_policy(policy: Policy) -> Self {
        AdoptPolicy { policy }.into()
    }
}

impl Operation {
    /// Returns the operation with every name replaced.
    ///
    /// For laws that relate two logs: if two names are swapped throughout a log, every decision
    /// about the two users is swapped.
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    ///
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// assert_eq!(block.map_names(str::to_uppercase).to_string(), "ANN blocks BEN");
    /// ```
    #[must_use]
    pub fn map_names(&self, map: impl Fn(&str) -> String) -> Self {
        let mut mapped = self.clone();
        for name in mapped.names_mut() {
            *name = map(name);
        }
        mapped
    }
}
