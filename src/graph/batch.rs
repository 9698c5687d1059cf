//! One action on many targets in one call.

use super::{SocialGraph, UserId, UserKey};
use crate::facts::Facts;
use crate::rules::{Action, Change, Refusal};

/// Fewer targets than this are done one after the other.
const MIN_BATCH: usize = 8;

/// So are targets of an actor who has more relations than this for each: the actor's record is
/// written anew as a whole.
const MAX_RELATIONS_PER_TARGET: usize = 8;

/// What became of each target of a batch, in the order named.
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
    /// Returns what became of each target, in the order named.
    pub fn outcomes(&self) -> &[Result<Change, Refusal>] {
        &self.outcomes
    }

    /// Returns what became of each target, by value.
    #[must_use]
    pub fn into_outcomes(self) -> Vec<Result<Change, Refusal>> {
        self.outcomes
    }

    /// Returns the refused targets: each one's place in the batch, and why.
    pub fn failed(&self) -> impl Iterator<Item = (usize, Refusal)> {
        let indexed = self.outcomes.iter().enumerate();
        indexed.filter_map(|(index, outcome)| outcome.err().map(|refusal| (index, refusal)))
    }

    /// Returns the changes made: each one's place in the batch, and what it did.
    pub fn succeeded(&self) -> impl Iterator<Item = (usize, Change)> {
        let indexed = self.outcomes.iter().enumerate();
        indexed.filter_map(|(index, outcome)| outcome.ok().map(|change| (index, change)))
    }
}

/// The error of a batch that names too many users; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the batch names {len} users, and at most {limit} fit")]
pub struct BatchTooLarge {
    /// How many users the batch names.
    pub len: usize,
    /// How many the policy allows: [`Limits::batch`](crate::Limits::batch).
    pub limit: u32,
}

impl SocialGraph {
    /// Puts every target on the actor's blocklist (R14).
    ///
    /// Equal to [`add_to_blocklist`](Self::add_to_blocklist) of each in turn: a refused
    /// target changes nothing and stops nobody else, and a name that comes again is judged
    /// again. O(m · log k) for m targets.
    ///
    /// See [`BatchOutcome`] for an example.
    ///
    /// # Errors
    /// Fails, and changes nothing, where there are more targets than the policy's
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
    /// Equal to [`remove_from_blocklist`](Self::remove_from_blocklist) of each in turn.
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
    /// Fails, and changes nothing, where there are more targets than the policy's
    /// [`Limits::batch`](crate::Limits::batch).
    pub fn remove_many_from_blocklist<K: UserKey>(
        &mut self,
        actor: impl UserKey,
        targets: &[K],
    ) -> Result<BatchOutcome, BatchTooLarge> {
        self.apply_many(Action::Unblock, actor, targets)
    }

    /// Does this to every target in turn (R14).
    ///
    /// Equal to [`apply`](Self::apply) of each, in state, outcomes and effects.
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
    /// Fails, and changes nothing, where there are more targets than the policy's
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
        let at_once = self.apply_batch_fast(action, actor, &targets);
        let outcomes = at_once.unwrap_or_else(|| {
            targets
                .iter()
                .map(|target| self.apply_resolved(action, actor, *target))
                .collect()
        });
        Ok(BatchOutcome { outcomes })
    }

    /// Does this to many targets at once, where what becomes of one hangs on no other.
    ///
    /// That is so where nobody is named twice and the actor has room for all. Everything is
    /// read first, so that the processor waits for many records at a time, and the actor's own
    /// record is written once.
    fn apply_batch_fast(
        &mut self,
        action: Action,
        actor: Option<UserId>,
        targets: &[Option<UserId>],
    ) -> Option<Vec<Result<Change, Refusal>>> {
        let actor = actor?;
        let record = self.store.record(actor)?;
        let are_many = targets.len() >= MIN_BATCH
            && targets.len() * MAX_RELATIONS_PER_TARGET >= record.inline()?.len();
        if !are_many || !self.policy.limits.have_room(&record.facts(), targets.len()) {
            return None;
        }
        let named = targets.iter().zip(0_usize..);
        let mut named: Vec<_> = named
            .filter_map(|(target, at)| Some(((*target)?, at)))
            .collect();
        named.sort_unstable();
        if named
            .windows(2)
            .any(|pair| matches!(pair, [(a, _), (b, _)] if a == b))
        {
            return None;
        }
        self.store.prefetch_all(targets, actor);
        let facts: Vec<_> = targets
            .iter()
            .map(|target| self.facts_of(actor, *target))
            .collect();
        let judge = |facts: Result<Facts, Refusal>| self.policy.apply(action, &facts?);
        let outcomes: Vec<_> = facts.into_iter().map(judge).collect();
        let after = |at: usize| outcomes.get(at)?.ok().map(|change| change.after);
        let relations = named
            .into_iter()
            .filter_map(|(target, at)| Some((target, after(at)?)));
        let relations: Vec<_> = relations.collect();
        if !relations.is_empty() {
            self.store.write_many(actor, &relations);
        }
        Some(outcomes)
    }

    /// Returns the facts of a pair, read from the target's record as far as it has them.
    fn facts_of(&self, actor: UserId, target: Option<UserId>) -> Result<Facts, Refusal> {
        let from_target = self.store.facts(target, Some(actor)).map(Facts::flip);
        from_target
            .or_else(|_| self.store.facts(Some(actor), target))
            .map_err(Refusal::of)
    }
}
