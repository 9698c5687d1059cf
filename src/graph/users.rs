//! Adding, looking up, configuring and removing users.

use std::mem;

use super::store::Record;
use super::{MAX_NAME_BYTES, PairChange, SocialGraph, UserId, UserRef, UserRefBuf};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};
use crate::text::Quoted;

/// Why a name cannot be a user's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum NameError {
    /// The name has no bytes.
    #[error("the name is empty")]
    Empty,
    /// The name is longer than [`MAX_NAME_BYTES`].
    #[error("the name is {len} bytes long, and at most {MAX_NAME_BYTES} fit")]
    TooLong {
        /// The name's length in bytes.
        len: usize,
    },
    /// A user has the name.
    #[error("the name {} is taken by user {id}", Quoted(name))]
    Taken {
        /// The name.
        name: String,
        /// The user who has it.
        id: UserId,
    },
}

/// The error of adding a user; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AddUserError {
    /// The name is invalid or taken.
    #[error(transparent)]
    Name(#[from] NameError),
    /// All 2³² − 1 handles have been given out.
    #[error("no handle is left for another user")]
    NoHandleLeft,
}

/// The error of renaming a user; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RenameUserError {
    /// The user is unknown.
    #[error(transparent)]
    UnknownUser(#[from] UnknownUser),
    /// The new name is invalid or taken, by the user themselves too.
    #[error(transparent)]
    Name(#[from] NameError),
}

/// The error of a call for an unknown user, who is named as the caller did.
///
/// ```
/// use socialgraph::{Policy, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// assert_eq!(graph.remove_user("bob").unwrap_err().to_string(), "there is no user `bob`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[error("there is no user {user}")]
pub struct UnknownUser {
    /// The user, as the caller named them.
    pub user: UserRefBuf,
}

impl UnknownUser {
    #[cold]
    fn new(user: UserRef<'_>) -> Self {
        Self { user: user.into() }
    }
}

/// A user who was there, or who was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum GotOrAdded {
    /// The user was there.
    Got(UserId),
    /// The user was added.
    Added(UserId),
}

impl GotOrAdded {
    /// Returns the user's handle.
    #[must_use]
    pub const fn id(self) -> UserId {
        match self {
            Self::Got(id) | Self::Added(id) => id,
        }
    }

    /// Returns whether the user was added.
    #[must_use]
    pub const fn is_added(self) -> bool {
        matches!(self, Self::Added(_))
    }
}

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
/// assert_eq!(removed.ended[0].target, alice);
/// assert_eq!(removed.ended[0].effects(), Effects::from(Effect::TargetBlockLifted));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RemovedUser {
    /// The handle, which is never reused.
    pub id: UserId,
    /// The name, which is free again.
    pub name: String,
    /// The user's settings and counts before the removal.
    pub facts: UserFacts,
    /// The relations that ended, in the order of the others' handles; the removed user is the
    /// actor.
    pub ended: Vec<PairChange>,
}

impl SocialGraph {
    /// Adds a user with the policy's initial request mode. O(log n).
    ///
    /// Names are compared byte by byte: the host normalizes case and Unicode forms.
    ///
    /// ```
    /// use socialgraph::{AddUserError, NameError, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let alice = graph.add_user("alice")?;
    /// assert_eq!(graph.user_id("alice"), Some(alice));
    /// assert_eq!(
    ///     graph.add_user("alice").unwrap_err().to_string(),
    ///     "the name `alice` is taken by user #0",
    /// );
    /// assert_eq!(graph.add_user(""), Err(NameError::Empty.into()));
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

    /// Returns the user of that name, added if there is none, and says which. O(log n).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let first = graph.get_or_add_user("alice")?;
    /// let second = graph.get_or_add_user("alice")?;
    /// assert_eq!(first.id(), second.id());
    /// assert!(first.is_added() && !second.is_added());
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    ///
    /// # Errors
    /// Fails as [`add_user`](Self::add_user) does, except for a taken name.
    pub fn get_or_add_user(&mut self, name: &str) -> Result<GotOrAdded, AddUserError> {
        match self.user_id(name) {
            Some(id) => Ok(GotOrAdded::Got(id)),
            None => self.add_user(name).map(GotOrAdded::Added),
        }
    }

    /// Gives a user another name, and returns the name before (R27). O(log n).
    ///
    /// The handle, the relations and the settings stay. The name before is free.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let ann = graph.add_user("ann")?;
    /// assert_eq!(graph.rename_user("ann", "anna")?, "ann");
    /// assert_eq!((graph.user_id("anna"), graph.user_id("ann")), (Some(ann), None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the user is unknown, or if the new name is empty, longer
    /// than [`MAX_NAME_BYTES`] or taken, by the user themselves too.
    pub fn rename_user<'u>(
        &mut self,
        user: impl Into<UserRef<'u>>,
        name: &str,
    ) -> Result<String, RenameUserError> {
        let user = user.into();
        let id = self.record(user)?.id();
        self.check_free(name)?;
        let before = self.store.rename(id, name);
        Ok(before.ok_or_else(|| UnknownUser::new(user))?)
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
    pub fn remove_user<'u>(
        &mut self,
        user: impl Into<UserRef<'u>>,
    ) -> Result<RemovedUser, UnknownUser> {
        let user = user.into();
        let id = self.record(user)?.id();
        let removed = self.store.remove(id);
        let removed = removed.ok_or_else(|| UnknownUser::new(user))?;

        let ended = removed.relations.into_iter().map(|(peer, before)| {
            PairChange::without_action(id, peer, before, Relation::STRANGERS)
        });
        Ok(RemovedUser {
            id,
            name: removed.name,
            facts: removed.facts,
            ended: ended.collect(),
        })
    }

    /// Returns the handle of a user, or `None` if there is no such user. O(log n).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let alice = graph.add_user("alice")?;
    /// assert_eq!(graph.user_id("alice"), Some(alice));
    /// assert_eq!(graph.user_id("nobody"), None);
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    #[must_use]
    pub fn user_id<'u>(&self, user: impl Into<UserRef<'u>>) -> Option<UserId> {
        let id = user.into().resolve(self);
        self.store.contains(id).then_some(id)
    }

    /// Returns whether there is such a user. O(log n).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// assert!(graph.contains_user("alice") && !graph.contains_user("bob"));
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    #[must_use]
    pub fn contains_user<'u>(&self, user: impl Into<UserRef<'u>>) -> bool {
        self.user_id(user).is_some()
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

    /// Returns whether there are no users. Constant time.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.user_count() == 0
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
    #[must_use]
    pub fn users(
        &self,
    ) -> impl ExactSizeIterator<Item = (UserId, &str)> + DoubleEndedIterator + Clone {
        self.store.iter().map(|(id, record)| (id, record.name()))
    }

    /// Returns the handle that the next user will have. Constant time.
    ///
    /// A host that keeps users elsewhere keeps this handle too, for
    /// [`with_next_user`](Self::with_next_user). [`UserId::NOBODY`] is given to no user.
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

    /// Returns the graph with the handles below this one left unused, as if their users had been
    /// removed.
    ///
    /// If a user with this handle or a higher one was added before, nothing changes. Constant
    /// time.
    ///
    /// See [`from_parts`](Self::from_parts) for an example.
    #[must_use]
    pub fn with_next_user(mut self, next: UserId) -> Self {
        self.store.skip_to(next.to_u32());
        self
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
    pub fn user_facts<'u>(&self, user: impl Into<UserRef<'u>>) -> Result<UserFacts, UnknownUser> {
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
    pub fn set_request_mode<'u>(
        &mut self,
        user: impl Into<UserRef<'u>>,
        mode: RequestMode,
    ) -> Result<RequestMode, UnknownUser> {
        let user = user.into();
        let id = self.record(user)?.id();
        self.store
            .update_settings(id, |facts| mem::replace(&mut facts.request_mode, mode))
            .ok_or_else(|| UnknownUser::new(user))
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
    pub fn set_request_sending<'u>(
        &mut self,
        user: impl Into<UserRef<'u>>,
        sending: RequestSending,
    ) -> Result<RequestSending, UnknownUser> {
        let user = user.into();
        let id = self.record(user)?.id();
        self.store
            .update_settings(id, |facts| {
                mem::replace(&mut facts.request_sending, sending)
            })
            .ok_or_else(|| UnknownUser::new(user))
    }

    /// Checks that a name is valid and not taken.
    pub(super) fn check_free(&self, name: &str) -> Result<(), NameError> {
        check_name(name)?;
        match self.user_id(name) {
            Some(id) => Err(NameError::Taken {
                name: name.to_owned(),
                id,
            }),
            None => Ok(()),
        }
    }

    pub(super) fn record<'u>(
        &self,
        user: impl Into<UserRef<'u>>,
    ) -> Result<Record<'_>, UnknownUser> {
        let user = user.into();
        let record = self.store.record(user.resolve(self));
        record.ok_or_else(|| UnknownUser::new(user))
    }
}

/// Checks that a name has 1 to [`MAX_NAME_BYTES`] bytes.
pub(super) fn check_name(name: &str) -> Result<(), NameError> {
    match name.len() {
        0 => Err(NameError::Empty),
        1..=MAX_NAME_BYTES => Ok(()),
        len => Err(NameError::TooLong { len }),
    }
}
