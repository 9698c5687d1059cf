//! One action on many targets in one call.
//!
//! A batch is the fold of its single operations. Its fast path is in `store/batch.rs`, with the
//! figures of what it saves.

use super::{SocialGraph, UserId, UserKey};
use crate::rules::{Action, Change, Refusal};

/// The outcome of each target of a batch, in the order given.
///
/// ```
/// use socialgraph::{Policy, Reason, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// for name in ["alice", "bob", "carol"] {
///     graph.add_user(name)?;
/// }
/// let batch = graph.add_many_to_blocklist("alice", &["bob", "nobody", "carol", "bob"])?;
///
/// assert_eq!(batch.outcomes().len(), 4);
/// let failed: Vec<_> = batch.failed().map(|(i, why)| (i, why.reasons().first())).collect();
/// assert_eq!(
///     failed,
///     [(1, Some(Reason::UnknownTarget)), (3, Some(Reason::AlreadyBlocked))],
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "some of the items may have been refused"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchOutcome {
    outcomes: Vec<Result<Change, Refusal>>,
}

impl BatchOutcome {
    /// Returns the outcome of each target, in the order given.
    pub fn outcomes(&self) -> &[Result<Change, Refusal>] {
        &self.outcomes
    }

    /// Returns the outcome of each target, by value.
    #[must_use]
    pub fn into_outcomes(self) -> Vec<Result<Change, Refusal>> {
        self.outcomes
    }

    /// Returns the refusals, each with the index of its target.
    pub fn failed(&self) -> impl Iterator<Item = (usize, Refusal)> {
        let indexed = self.outcomes.iter().enumerate();
        indexed.filter_map(|(index, outcome)| outcome.err().map(|refusal| (index, refusal)))
    }

    /// Returns the changes, each with the index of its target.
    pub fn succeeded(&self) -> impl Iterator<Item = (usize, Change)> {
        let indexed = self.outcomes.iter().enumerate();
        indexed.filter_map(|(index, outcome)| outcome.ok().map(|change| (index, change)))
    }
}

/// The error of a batch with too many targets; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the batch names {len} users, and at most {limit} fit")]
pub struct BatchTooLarge {
    /// The number of targets in the batch.
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
    pub fn add_many_to_blocklist<K: UserKey>(
        &mut self,
        actor: impl UserKey,
        targets: &[K],
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
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_to_blocklist("alice", "bob")?;
    /// let batch = graph.remove_many_from_blocklist("alice", &["bob", "bob"])?;
    /// assert_eq!((batch.succeeded().count(), batch.failed().count()), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn remove_many_from_blocklist<K: UserKey>(
        &mut self,
        actor: impl UserKey,
        targets: &[K],
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::Unblock, actor, targets)
    }

    /// Applies an action to every target in turn (R14).
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
    /// let batch = graph.apply_many(import, "alice", &["bob", "carol"])?;
    /// assert_eq!(batch.failed().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn apply_many<K: UserKey>(
        &mut self,
        action: Action,
        actor: impl UserKey,
        targets: &[K],
    ) -> Result<BatchOutcome, BatchTooLarge> {
        if let Some(limit) = self.policy.limits.batch
            && targets.len() > limit as usize
        {
            return Err(BatchTooLarge {
                len: targets.len(),
                limit,
            });
        }

        let actor = actor.resolve(self);
        let targets: Vec<_> = targets.iter().map(|target| target.resolve(self)).collect();
        if let Some(outcomes) = self.apply_batch_fast(action, actor, &targets) {
            return Ok(BatchOutcome { outcomes });
        }

        let mut outcomes = Vec::with_capacity(targets.len());
        for target in targets {
            outcomes.push(self.apply_resolved(action, actor, target));
        }
        Ok(BatchOutcome { outcomes })
    }

    /// Applies an action to all targets at once.
    ///
    /// Returns `None`, and changes nothing, if that would not be faster, or if the outcome of one
    /// target could depend on another.
    fn apply_batch_fast(
        &mut self,
        action: Action,
        actor: UserId,
        targets: &[UserId],
    ) -> Option<Vec<Result<Change, Refusal>>> {
        let policy = self.policy;
        let facts = self.store.record(actor)?.facts();
        // Otherwise the first targets may leave no room for the last.
        if !policy.limits.have_room(&facts, targets.len()) {
            return None;
        }

        let mut outcomes = Vec::with_capacity(targets.len());
        let is_done = self.store.write_many(actor, targets, |facts| {
            let outcome = match facts {
                Ok(facts) => policy.apply(action, &facts),
                Err(no_pair) => Err(no_pair.into()),
            };
            outcomes.push(outcome);
            Some(outcome.ok()?.after)
        });
        is_done.then_some(outcomes)
    }
}
