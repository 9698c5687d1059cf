//! Adding, looking up, configuring and removing users.

use std::mem;

use super::store::Record;
use super::{MAX_NAME_BYTES, SocialGraph, UserId, UserKey};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};
use crate::rules::{Effects, effects_of_removal};
use crate::text::Quoted;

/// The error of adding a user; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddUserError {
    /// The name has no bytes.
    #[error("the name is empty")]
    EmptyName,
    /// The name is longer than [`MAX_NAME_BYTES`].
    #[error("the name is {len} bytes long, and at most {MAX_NAME_BYTES} fit")]
    NameTooLong {
        /// The name's length in bytes.
        len: usize,
    },
    /// Another user has the name.
    #[error("the name {} is taken by user {id}", Quoted(name))]
    NameTaken {
        /// The name.
        name: String,
        /// The user who has it.
        id: UserId,
    },
    /// All 2³² − 1 handles have been given out.
    #[error("no handle is left for another user")]
    NoHandleLeft,
}

/// The error of a call for an unknown user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("no such user")]
pub struct UnknownUser;

/// A user who was removed, with the relations that ended.
///
/// ```
/// use socialgraph::{Effect, Effects, Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
/// graph.add_to_blocklist(alice, bob)?;
///
/// let removed = graph.remove_user(bob)?;
/// assert_eq!(removed.name, "bob");
/// assert_eq!(removed.severed[0].peer, alice);
/// assert_eq!(removed.severed[0].effects(), Effects::from(Effect::TargetBlockLifted));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedUser {
    /// The handle, which is never reused.
    pub id: UserId,
    /// The name, which is free again.
    pub name: String,
    /// The user's settings and counts before the removal.
    pub facts: UserFacts,
    /// The relations that ended, in the order of the peers' handles.
    pub severed: Vec<Severed>,
}

/// A relation that ended because a user was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Severed {
    /// The other user.
    pub peer: UserId,
    /// The relation before, seen from the removed user.
    pub before: Relation,
}

impl Severed {
    /// Returns the effects of the removal, with the removed user as the actor.
    #[must_use]
    pub fn effects(self) -> Effects {
        effects_of_removal(self.before)
    }
}

impl SocialGraph {
    /// Adds a user with the policy's initial request mode. O(log n).
    ///
    /// Names are compared byte by byte: the host normalizes case and Unicode forms.
    ///
    /// ```
    /// use socialgraph::{AddUserError, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let alice = graph.add_user("alice")?;
    /// assert_eq!(graph.user("alice"), Some(alice));
    /// assert_eq!(
    ///     graph.add_user("alice").unwrap_err().to_string(),
    ///     "the name `alice` is taken by user #0",
    /// );
    /// assert_eq!(graph.add_user(""), Err(AddUserError::EmptyName));
    /// # Ok::<(), AddUserError>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the name is empty, longer than [`MAX_NAME_BYTES`] or taken, and after 2³² − 1
    /// users.
    pub fn add_user(&mut self, name: &str) -> Result<UserId, AddUserError> {
        self.check_free(name)?;
        let facts = UserFacts::new(self.policy.request.initial_mode);
        self.store
            .insert(name, facts)
            .ok_or(AddUserError::NoHandleLeft)
    }

    /// Returns the user of that name, added if there is none. O(log n).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// assert_eq!(graph.find_or_add_user("alice")?, graph.find_or_add_user("alice")?);
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    ///
    /// # Errors
    /// Fails as [`add_user`](Self::add_user) does, except for a taken name.
    pub fn find_or_add_user(&mut self, name: &str) -> Result<UserId, AddUserError> {
        match self.user(name) {
            Some(id) => Ok(id),
            None => self.add_user(name),
        }
    }

    /// Removes a user, and ends all of the user's relations.
    ///
    /// The user's lists, entries on other users' lists and requests end. The name is free
    /// again; the handle is never reused. O(k · log k).
    ///
    /// See [`RemovedUser`] for an example.
    ///
    /// # Errors
    /// Fails, and changes nothing, if the user is unknown.
    pub fn remove_user(&mut self, user: impl UserKey) -> Result<RemovedUser, UnknownUser> {
        let id = self.record(user)?.id();
        let removed = self.store.remove(id).ok_or(UnknownUser)?;
        let relations = removed.relations.into_iter();

        Ok(RemovedUser {
            id,
            name: removed.name,
            facts: removed.facts,
            severed: relations
                .map(|(peer, before)| Severed { peer, before })
                .collect(),
        })
    }

    /// Returns the handle of the user of that name. O(log n).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let graph = SocialGraph::new(Policy::tencent_rest());
    /// assert_eq!(graph.user("nobody"), None);
    /// ```
    #[must_use]
    pub fn user(&self, name: &str) -> Option<UserId> {
        self.store.lookup(name)
    }

    /// Returns the name of a user. O(1).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let alice = graph.add_user("alice")?;
    /// assert_eq!(graph.name(alice), Some("alice"));
    /// graph.remove_user(alice)?;
    /// assert_eq!(graph.name(alice), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn name(&self, id: UserId) -> Option<&str> {
        self.store.record(id).map(Record::name)
    }

    /// Returns the number of users. Constant time.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.store.len()
    }

    /// Returns every user's handle and name, in the order of handles.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let alice = graph.add_user("alice")?;
    /// assert_eq!(graph.users().collect::<Vec<_>>(), [(alice, "alice")]);
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    pub fn users(&self) -> impl Iterator<Item = (UserId, &str)> {
        self.store.iter().map(|(id, record)| (id, record.name()))
    }

    /// Returns the handle that the next user will have. Constant time.
    ///
    /// A host that keeps users elsewhere keeps this handle too, for
    /// [`skip_to_user`](Self::skip_to_user). The handle 2³² − 1 is given to no user.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let next = graph.next_user();
    /// assert_eq!(graph.add_user("alice")?, next);
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    #[must_use]
    pub fn next_user(&self) -> UserId {
        UserId::from_u32(self.store.next_number())
    }

    /// Leaves handles below this one unused, as if their users had been removed.
    ///
    /// If a user with this handle or a higher one was added before, nothing changes. Constant
    /// time.
    ///
    /// See [`from_parts`](Self::from_parts) for an example.
    pub fn skip_to_user(&mut self, next: UserId) {
        self.store.skip_to(next.to_u32());
    }

    /// Returns a user's settings and counts. Constant time.
    ///
    /// ```
    /// use socialgraph::{Policy, RequestMode, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// assert_eq!(graph.user_facts("alice")?.request_mode, RequestMode::Confirm);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn user_facts(&self, user: impl UserKey) -> Result<UserFacts, UnknownUser> {
        self.record(user).map(Record::facts)
    }

    /// Sets whose friend requests a user takes, and returns the mode before (R11).
    ///
    /// Pending requests stay pending. Constant time.
    ///
    /// ```
    /// use socialgraph::{Policy, RequestMode, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.set_request_mode("bob", RequestMode::Anyone)?;
    /// assert!(graph.send_friend_request("alice", "bob")?.after.are_friends());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the user is unknown.
    pub fn set_request_mode(
        &mut self,
        user: impl UserKey,
        mode: RequestMode,
    ) -> Result<RequestMode, UnknownUser> {
        let id = self.record(user)?.id();
        self.store
            .update_settings(id, |facts| mem::replace(&mut facts.request_mode, mode))
            .ok_or(UnknownUser)
    }

    /// Allows a user to send friend requests, or bars the user from it (R11).
    ///
    /// Returns the setting before. Pending requests stay pending. Constant time.
    ///
    /// ```
    /// use socialgraph::{Policy, Reason, RequestSending, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.set_request_sending("alice", RequestSending::Barred)?;
    /// let decision = graph.can_send_friend_request("alice", "bob");
    /// assert_eq!(decision.reasons().first(), Some(Reason::ActorBarred));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the user is unknown.
    pub fn set_request_sending(
        &mut self,
        user: impl UserKey,
        sending: RequestSending,
    ) -> Result<RequestSending, UnknownUser> {
        let id = self.record(user)?.id();
        self.store
            .update_settings(id, |facts| {
                mem::replace(&mut facts.request_sending, sending)
            })
            .ok_or(UnknownUser)
    }

    /// Returns whether the user exists.
    #[cfg(feature = "serde")]
    pub(crate) fn has_user(&self, id: UserId) -> bool {
        self.store.contains(id)
    }

    /// Checks that a name is valid and not taken.
    pub(super) fn check_free(&self, name: &str) -> Result<(), AddUserError> {
        check_name(name)?;
        match self.user(name) {
            Some(id) => Err(AddUserError::NameTaken {
                name: name.to_owned(),
                id,
            }),
            None => Ok(()),
        }
    }

    pub(super) fn record(&self, user: impl UserKey) -> Result<Record<'_>, UnknownUser> {
        self.store.record(user.resolve(self)).ok_or(UnknownUser)
    }
}

/// Checks that a name has 1 to [`MAX_NAME_BYTES`] bytes.
pub(super) fn check_name(name: &str) -> Result<(), AddUserError> {
    match name.len() {
        0 => Err(AddUserError::EmptyName),
        1..=MAX_NAME_BYTES => Ok(()),
        len => Err(AddUserError::NameTooLong { len }),
    }
}
