//! One action on many targets in one call.
//!
//! A batch is the fold of its single operations. Its fast path is in `store/batch.rs`, with the
//! figures of what it saves.

use std::{slice, vec};

use super::role::Role;
use super::{PairChange, SocialGraph, UserId, UserRef};
use crate::rules::{Action, Refusal, Ways};

/// The outcome of each user of a batch, in the order given.
///
/// ```
/// use socialgraph::{Policy, Reason, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// for name in ["alice", "bob", "carol"] {
///     graph.add_user(name)?;
/// }
/// let batch = graph.add_many_to_blocklist("alice", ["bob", "nobody", "carol", "bob"])?;
///
/// assert_eq!(batch.len(), 4);
/// let failed: Vec<_> = batch.failed().map(|(i, why)| (i, why.reasons().first())).collect();
/// assert_eq!(
///     failed,
///     [(1, Some(Reason::UnknownTarget)), (3, Some(Reason::AlreadyBlocked))],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "some of the items may have been refused"]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct BatchOutcome {
    outcomes: Vec<Result<PairChange, Refusal>>,
}

impl BatchOutcome {
    /// Returns the outcome of each user, in the order given.
    pub fn outcomes(&self) -> &[Result<PairChange, Refusal>] {
        &self.outcomes
    }

    /// Returns the outcome of each user, by value.
    #[must_use]
    pub fn into_outcomes(self) -> Vec<Result<PairChange, Refusal>> {
        self.outcomes
    }

    /// Returns the outcomes, in the order given.
    pub fn iter(&self) -> slice::Iter<'_, Result<PairChange, Refusal>> {
        self.outcomes.iter()
    }

    /// Returns the number of users in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Returns whether the batch names no user.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// Returns the refusals, each with the index of its user.
    pub fn failed(&self) -> impl Iterator<Item = (usize, Refusal)> {
        let indexed = self.iter().enumerate();
        indexed.filter_map(|(index, outcome)| outcome.err().map(|refusal| (index, refusal)))
    }

    /// Returns the changes, each with the index of its user.
    pub fn succeeded(&self) -> impl Iterator<Item = (usize, PairChange)> {
        let indexed = self.iter().enumerate();
        indexed.filter_map(|(index, outcome)| outcome.ok().map(|change| (index, change)))
    }
}

impl IntoIterator for BatchOutcome {
    type Item = Result<PairChange, Refusal>;
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.outcomes.into_iter()
    }
}

impl<'a> IntoIterator for &'a BatchOutcome {
    type Item = &'a Result<PairChange, Refusal>;
    type IntoIter = slice::Iter<'a, Result<PairChange, Refusal>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The error of a batch that names too many users; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[error("the batch names {len} users, and at most {limit} fit")]
pub struct BatchTooLarge {
    /// The number of users in the batch.
    pub len: usize,
    /// The maximum under the policy: [`Limits::batch`](crate::Limits::batch).
    pub limit: u32,
}

impl SocialGraph {
    /// Puts every target on the actor's blocklist (R14).
    ///
    /// It equals [`add_to_blocklist`](Self::add_to_blocklist) of each target in turn: a refused
    /// target changes nothing and does not stop the others, and a repeated target is judged
    /// again. O(m · log k) for m targets.
    ///
    /// See [`BatchOutcome`] for an example.
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn add_many_to_blocklist<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::Block, actor, targets)
    }

    /// Takes every target off the actor's blocklist (R14).
    ///
    /// It equals [`remove_from_blocklist`](Self::remove_from_blocklist) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.add_to_blocklist("alice", "bob")?;
    /// let batch = graph.remove_many_from_blocklist("alice", ["bob", "bob"])?;
    /// assert_eq!((batch.succeeded().count(), batch.failed().count()), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn remove_many_from_blocklist<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::Unblock, actor, targets)
    }

    /// Sends every target a friend request (R14).
    ///
    /// It equals [`send_friend_request`](Self::send_friend_request) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let _ = graph.send_many_friend_requests("alice", ["bob", "carol"])?;
    /// assert_eq!(graph.requests_out("alice")?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn send_many_friend_requests<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::SendRequest, actor, targets)
    }

    /// Accepts the friend request of every target (R14).
    ///
    /// It equals [`accept_friend_request`](Self::accept_friend_request) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.send_friend_request("bob", "alice")?;
    /// let batch = graph.accept_many_friend_requests("alice", ["bob", "carol"])?;
    /// assert_eq!(batch.succeeded().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn accept_many_friend_requests<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::AcceptRequest, actor, targets)
    }

    /// Declines the friend request of every target (R14).
    ///
    /// It equals [`decline_friend_request`](Self::decline_friend_request) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.send_friend_request("bob", "alice")?;
    /// let batch = graph.decline_many_friend_requests("alice", ["bob", "carol"])?;
    /// assert_eq!(batch.succeeded().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn decline_many_friend_requests<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::DeclineRequest, actor, targets)
    }

    /// Withdraws the actor's friend request to every target (R14).
    ///
    /// It equals [`cancel_friend_request`](Self::cancel_friend_request) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.send_friend_request("alice", "bob")?;
    /// let batch = graph.cancel_many_friend_requests("alice", ["bob", "carol"])?;
    /// assert_eq!(batch.succeeded().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn cancel_many_friend_requests<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::CancelRequest, actor, targets)
    }

    /// Adds every target as a friend without a request (R14).
    ///
    /// It equals [`add_friend`](Self::add_friend) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let _ = graph.add_many_friends("alice", ["bob", "carol"], Ways::TwoWay)?;
    /// assert_eq!(graph.friends("alice")?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn add_many_friends<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
        ways: Ways,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::AddFriend(ways), actor, targets)
    }

    /// Removes every target from the friend list (R14).
    ///
    /// It equals [`remove_friend`](Self::remove_friend) of each target in turn.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let _ = graph.add_many_friends("alice", ["bob", "carol"], Ways::TwoWay)?;
    /// let _ = graph.remove_many_friends("alice", ["bob", "carol"], Ways::TwoWay)?;
    /// assert!(graph.friends("bob")?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn remove_many_friends<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
        ways: Ways,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::RemoveFriend(ways), actor, targets)
    }

    /// Applies an action of one actor to every target in turn (R14).
    ///
    /// It equals [`apply`](Self::apply) of each target, in state, outcomes and effects.
    ///
    /// ```
    /// use socialgraph::{Action, Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let import = Action::AddFriend(Ways::OneWay);
    /// let batch = graph.apply_many(import, "alice", ["bob", "carol"])?;
    /// assert_eq!(batch.failed().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn apply_many<'u>(
        &mut self,
        action: Action,
        actor: impl Into<UserRef<'u>>,
        targets: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        let targets = self.resolve_batch(targets)?;
        let actor = actor.into().resolve(self);
        Ok(self.apply_to_all(action, actor, Role::Actor, &targets))
    }

    /// Applies an action of every actor in turn to one target (R25).
    ///
    /// It equals [`apply`](Self::apply) of each actor, in state, outcomes and effects. O(m · log k)
    /// for m actors. For a raid: a thousand users block one.
    ///
    /// ```
    /// use socialgraph::{Action, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol"] {
    ///     graph.add_user(name)?;
    /// }
    /// let batch = graph.apply_by_many(Action::Block, ["bob", "carol"], "alice")?;
    /// assert_eq!(batch.succeeded().count(), 2);
    /// assert!(!graph.can_message("alice", "carol").is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more actors than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn apply_by_many<'u>(
        &mut self,
        action: Action,
        actors: impl IntoIterator<Item: Into<UserRef<'u>>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<BatchOutcome, BatchTooLarge> {
        let actors = self.resolve_batch(actors)?;
        let target = target.into().resolve(self);
        Ok(self.apply_to_all(action, target, Role::Target, &actors))
    }

    /// Returns the handles of a batch's users, if the batch is not too large.
    ///
    /// The users that are too many are counted, but not looked up.
    fn resolve_batch<'u>(
        &self,
        users: impl IntoIterator<Item: Into<UserRef<'u>>>,
    ) -> Result<Vec<UserId>, BatchTooLarge> {
        let mut users = users.into_iter();
        let Some(limit) = self.policy.limits.batch else {
            return Ok(users.map(|user| user.into().resolve(self)).collect());
        };

        let most = users.by_ref().take(limit as usize);
        let resolved: Vec<_> = most.map(|user| user.into().resolve(self)).collect();
        match users.count() {
            0 => Ok(resolved),
            more => Err(BatchTooLarge {
                len: resolved.len() + more,
                limit,
            }),
        }
    }

    /// Applies an action between one user and each other in turn.
    pub(super) fn apply_to_all(
        &mut self,
        action: Action,
        user: UserId,
        role: Role,
        others: &[UserId],
    ) -> BatchOutcome {
        if let Some(outcomes) = self.apply_batch_fast(action, user, role, others) {
            return BatchOutcome { outcomes };
        }

        let mut outcomes = Vec::with_capacity(others.len());
        for other in others {
            let (actor, target) = role.pair(user, *other);
            outcomes.push(self.apply_resolved(action, actor, target));
        }
        BatchOutcome { outcomes }
    }

    /// Applies an action between one user and all others at once.
    ///
    /// Returns `None`, and changes nothing, if that would not be faster, or if the outcome of one
    /// could depend on another.
    fn apply_batch_fast(
        &mut self,
        action: Action,
        user: UserId,
        role: Role,
        others: &[UserId],
    ) -> Option<Vec<Result<PairChange, Refusal>>> {
        let policy = self.policy;
        let facts = self.store.record(user)?.facts();
        // Otherwise the first of the others may leave no room for the last.
        let has_room = match role {
            Role::Actor => policy
                .limits
                .have_room_of_actor(&facts, action, others.len()),
            Role::Target => policy
                .limits
                .have_room_of_target(&facts, action, others.len()),
        };
        if !has_room {
            return None;
        }

        let mut outcomes = Vec::with_capacity(others.len());
        let mut rest = others.iter();
        let is_done = self.store.write_many(user, others, |facts| {
            let (actor, target) = role.pair(user, *rest.next()?);
            let outcome = match role.facts(facts) {
                Ok(facts) => policy.apply(action, &facts),
                Err(no_pair) => Err(no_pair.into()),
            };
            outcomes.push(outcome.map(|change| PairChange::of_action(actor, target, change)));
            Some(role.relation(outcome.ok()?.after))
        });
        is_done.then_some(outcomes)
    }
}
