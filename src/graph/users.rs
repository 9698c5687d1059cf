//! Adding, finding, setting and removing users.

use super::store::{Record, Removed};
use super::{MAX_NAME_BYTES, SocialGraph, UserId, UserKey};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};
use crate::rules::{Effects, effects_of_removal};
use crate::text::Quoted;

/// The error of a user who could not be added; nothing has changed.
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
    /// A user has the name already.
    #[error("the name {} is taken by user {id}", Quoted(name))]
    NameTaken {
        /// The name.
        name: String,
        /// The user who has it.
        id: UserId,
    },
    /// Every one of the 2³² − 1 handles has been given out.
    #[error("no handle is left for another user")]
    NoHandleLeft,
}

/// The error of a call for a user whom the graph does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("no such user")]
pub struct UnknownUser;

/// What went with a user who was removed.
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
    /// The handle, which never names anyone again.
    pub id: UserId,
    /// The name, which is free again.
    pub name: String,
    /// What the rules knew of the user.
    pub facts: UserFacts,
    /// Every relation that ended, in the order of the others' handles.
    pub severed: Vec<Severed>,
}

/// One relation that ended because a user was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Severed {
    /// The other user.
    pub peer: UserId,
    /// The relation as it was, seen from the user who was removed.
    pub before: Relation,
}

impl Severed {
    /// Returns what ended, with the removed user as the actor.
    #[must_use]
    pub fn effects(self) -> Effects {
        effects_of_removal(self.before)
    }
}

impl SocialGraph {
    /// Adds a user with the policy's initial request mode. O(log n).
    ///
    /// Names are compared byte by byte: case and Unicode forms are the host's to settle.
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
    /// Fails where the name is empty, longer than [`MAX_NAME_BYTES`] or taken, and after
    /// 2³² − 1 users.
    pub fn add_user(&mut self, name: &str) -> Result<UserId, AddUserError> {
        self.check_free(name)?;
        let facts = UserFacts::new(self.policy.initial_request_mode);
        self.store
            .insert(name, facts)
            .ok_or(AddUserError::NoHandleLeft)
    }

    /// Returns the user of that name, added where there is none. O(log n).
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
    /// Fails as [`add_user`](Self::add_user) does, but for a name that is taken.
    pub fn find_or_add_user(&mut self, name: &str) -> Result<UserId, AddUserError> {
        match self.user(name) {
            Some(id) => Ok(id),
            None => self.add_user(name),
        }
    }

    /// Removes a user with everything that touches them.
    ///
    /// Their lists, their entries on others' lists and their requests end; the name is free
    /// again, the handle never names anyone again. O(k · log k).
    ///
    /// See [`RemovedUser`] for an example.
    ///
    /// # Errors
    /// Fails, and changes nothing, where the user is unknown.
    pub fn remove_user(&mut self, user: impl UserKey) -> Result<RemovedUser, UnknownUser> {
        let (id, _) = self.known(user)?;
        let Removed {
            name,
            facts,
            relations,
        } = self.store.remove(id).ok_or(UnknownUser)?;
        let severed = relations
            .into_iter()
            .map(|(peer, before)| Severed { peer, before })
            .collect();
        Ok(RemovedUser {
            id,
            name,
            facts,
            severed,
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

    /// Returns the name of a user. O(log n).
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

    /// Returns how many users there are. Constant time.
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

    /// Returns what the rules know of a user: settings and counts. Constant time.
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
    /// Fails where the user is unknown.
    pub fn user_facts(&self, user: impl UserKey) -> Result<UserFacts, UnknownUser> {
        self.known(user).map(|(_, record)| record.facts())
    }

    /// Sets whose friend requests a user takes; returns the mode before (R11).
    ///
    /// A request that is pending already stays so. Constant time.
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
    /// Fails, and changes nothing, where the user is unknown.
    pub fn set_request_mode(
        &mut self,
        user: impl UserKey,
        mode: RequestMode,
    ) -> Result<RequestMode, UnknownUser> {
        let (id, record) = self.known(user)?;
        let before = record.facts().request_mode;
        self.store
            .update_facts(id, |facts| facts.request_mode = mode);
        Ok(before)
    }

    /// Lets a user send friend requests, or bars them (R11).
    ///
    /// Returns the setting before. A request that is pending already stays so. Constant time.
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
    /// Fails, and changes nothing, where the user is unknown.
    pub fn set_request_sending(
        &mut self,
        user: impl UserKey,
        sending: RequestSending,
    ) -> Result<RequestSending, UnknownUser> {
        let (id, record) = self.known(user)?;
        let before = record.facts().request_sending;
        self.store
            .update_facts(id, |facts| facts.request_sending = sending);
        Ok(before)
    }

    /// Checks that a name may be one and is nobody's.
    pub(crate) fn check_free(&self, name: &str) -> Result<(), AddUserError> {
        check_name(name)?;
        match self.user(name) {
            Some(id) => Err(AddUserError::NameTaken {
                name: name.to_owned(),
                id,
            }),
            None => Ok(()),
        }
    }

    pub(super) fn known(&self, user: impl UserKey) -> Result<(UserId, Record<'_>), UnknownUser> {
        let id = user.resolve(self).ok_or(UnknownUser)?;
        self.store
            .record(id)
            .map(|record| (id, record))
            .ok_or(UnknownUser)
    }
}

/// Checks that a name has 1 to [`MAX_NAME_BYTES`] bytes.
fn check_name(name: &str) -> Result<(), AddUserError> {
    match name.len() {
        0 => Err(AddUserError::EmptyName),
        1..=MAX_NAME_BYTES => Ok(()),
        len => Err(AddUserError::NameTooLong { len }),
    }
}
