//! The kinds of operations: each has the arguments of one method of [`SocialGraph`].

use std::slice;

use super::Operation;
use crate::facts::{RequestMode, RequestSending};
use crate::graph::{
    AddUserError, BatchOutcome, BatchTooLarge, Cleared, MergeUsersError, MergedUsers, Migration,
    OwnList, PairChange, PairError, RemovedUser, RenameUserError, SocialGraph, UnknownUser, UserId,
};
use crate::rules::{Action, Policy};

/// A field with names: one, or a list of them.
trait Names {
    fn names(&self) -> &[String];
    fn names_mut(&mut self) -> &mut [String];
}

impl Names for String {
    fn names(&self) -> &[String] {
        slice::from_ref(self)
    }

    fn names_mut(&mut self) -> &mut [String] {
        slice::from_mut(self)
    }
}

impl Names for Vec<String> {
    fn names(&self) -> &[String] {
        self
    }

    fn names_mut(&mut self) -> &mut [String] {
        self
    }
}

/// Declares a struct for each kind of operation, with its result and the call that it stands for.
macro_rules! kinds {
    ($(
        $(#[$doc:meta])*
        $kind:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty, )+ }
        names($($named:ident),*)
        -> $result:ty { |$this:ident, $graph:ident| $call:expr }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
        pub struct $kind {
            $( $(#[$field_doc])* pub $field: $type, )+
        }

        impl $kind {
            /// Applies the operation to a graph, and returns what the method returns.
            ///
            /// # Errors
            /// Fails as the method does.
            pub fn apply_to(&self, $graph: &mut SocialGraph) -> $result {
                let $this = self;
                $call
            }
        }

        impl $kind {
            pub(super) fn names(&self) -> Vec<&str> {
                let fields: &[&dyn Names] = &[$(&self.$named),*];
                let names = fields.iter().flat_map(|field| field.names());
                names.map(String::as_str).collect()
            }

            pub(super) fn names_mut(&mut self) -> Vec<&mut String> {
                let fields: Vec<&mut dyn Names> = vec![$(&mut self.$named),*];
                fields.into_iter().flat_map(Names::names_mut).collect()
            }
        }

        impl From<$kind> for Operation {
            fn from(operation: $kind) -> Self {
                Self::$kind(operation)
            }
        }
    )+};
}

kinds! {
    /// Adds a user: [`SocialGraph::add_user`].
    AddUser {
        /// The user's name. It need not be valid.
        name: String,
    }
    names(name)
    -> Result<UserId, AddUserError> { |it, graph| graph.add_user(&it.name) }

    /// Removes a user: [`SocialGraph::remove_user`].
    RemoveUser {
        /// The user's name.
        name: String,
    }
    names(name)
    -> Result<RemovedUser, UnknownUser> { |it, graph| graph.remove_user(&it.name) }

    /// Renames a user: [`SocialGraph::rename_user`].
    RenameUser {
        /// The user's name before.
        user: String,
        /// The new name. It need not be valid.
        name: String,
    }
    names(user, name)
    -> Result<String, RenameUserError> { |it, graph| graph.rename_user(&it.user, &it.name) }

    /// Merges a user into another: [`SocialGraph::merge_users`].
    MergeUsers {
        /// The name of the user who is removed.
        from: String,
        /// The name of the user who gets the relations.
        into: String,
    }
    names(from, into)
    -> Result<MergedUsers, MergeUsersError> { |it, graph| graph.merge_users(&it.from, &it.into) }

    /// Applies an action to a pair of users: [`SocialGraph::apply`].
    Act {
        /// The action.
        action: Action,
        /// The actor's name.
        actor: String,
        /// The target's name.
        target: String,
    }
    names(actor, target)
    -> Result<PairChange, PairError> { |it, graph| graph.apply(it.action, &it.actor, &it.target) }

    /// Applies an action of one actor to each target: [`SocialGraph::apply_many`].
    ActOnMany {
        /// The action.
        action: Action,
        /// The actor's name.
        actor: String,
        /// The targets' names, in order.
        targets: Vec<String>,
    }
    names(actor, targets)
    -> Result<BatchOutcome, BatchTooLarge> {
        |it, graph| graph.apply_many(it.action, &it.actor, &it.targets)
    }

    /// Applies an action of each actor to one target: [`SocialGraph::apply_by_many`].
    ManyAct {
        /// The action.
        action: Action,
        /// The actors' names, in order.
        actors: Vec<String>,
        /// The target's name.
        target: String,
    }
    names(actors, target)
    -> Result<BatchOutcome, BatchTooLarge> {
        |it, graph| graph.apply_by_many(it.action, &it.actors, &it.target)
    }

    /// Sets a user's request mode: [`SocialGraph::set_request_mode`].
    SetRequestMode {
        /// The user's name.
        user: String,
        /// The mode.
        mode: RequestMode,
    }
    names(user)
    -> Result<RequestMode, UnknownUser> { |it, graph| graph.set_request_mode(&it.user, it.mode) }

    /// Bars a user from sending friend requests, or lifts the bar:
    /// [`SocialGraph::set_request_sending`].
    SetRequestSending {
        /// The user's name.
        user: String,
        /// The setting.
        sending: RequestSending,
    }
    names(user)
    -> Result<RequestSending, UnknownUser> {
        |it, graph| graph.set_request_sending(&it.user, it.sending)
    }

    /// Clears one of a user's lists: [`SocialGraph::clear_list`].
    ClearList {
        /// The user's name.
        user: String,
        /// The list.
        list: OwnList,
    }
    names(user)
    -> Result<Cleared, UnknownUser> { |it, graph| graph.clear_list(&it.user, it.list) }

    /// Puts the graph under another policy: [`SocialGraph::adopt_policy`].
    AdoptPolicy {
        /// The policy.
        #[cfg_attr(
            feature = "serde",
            serde(deserialize_with = "crate::rules::PolicyField::read")
        )]
        policy: Policy,
    }
    names()
    -> Migration { |it, graph| graph.adopt_policy(it.policy) }
}
