//! What became of an operation.

use std::slice;

use crate::facts::{RequestMode, RequestSending};
use crate::graph::{
    AddUserError, BatchOutcome, BatchTooLarge, RemovedUser, Severed, UnknownUser, UserId,
};
use crate::rules::{Change, Effects, Reasons, Refusal};

/// What an [`Operation`](super::Operation) returned: the result of the call that it stands for.
#[must_use = "the operation may have been refused"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What adding a user returned.
    AddUser(Result<UserId, AddUserError>),
    /// What removing a user returned.
    RemoveUser(Result<RemovedUser, UnknownUser>),
    /// What the action on a pair returned.
    Act(Result<Change, Refusal>),
    /// What the batch returned.
    ActOnMany(Result<BatchOutcome, BatchTooLarge>),
    /// What setting the request mode returned: the mode before.
    SetRequestMode(Result<RequestMode, UnknownUser>),
    /// What setting or lifting a bar returned: the setting before.
    SetRequestSending(Result<RequestSending, UnknownUser>),
}

impl Outcome {
    /// Returns whether the operation was carried out.
    ///
    /// A batch was, unless it was refused whole: [`items`](Self::items) says what became of
    /// each target.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let join = Operation::AddUser { name: "ann".to_owned() };
    /// assert!(join.apply_to(&mut graph).is_done());
    /// assert!(!join.apply_to(&mut graph).is_done());
    /// ```
    #[must_use]
    pub const fn is_done(&self) -> bool {
        match self {
            Self::AddUser(result) => result.is_ok(),
            Self::RemoveUser(result) => result.is_ok(),
            Self::Act(result) => result.is_ok(),
            Self::ActOnMany(result) => result.is_ok(),
            Self::SetRequestMode(result) => result.is_ok(),
            Self::SetRequestSending(result) => result.is_ok(),
        }
    }

    /// Returns what became of each pair that was acted on, in order.
    ///
    /// ```
    /// use socialgraph::{Action, Operation, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// assert_eq!(block.apply_to(&mut graph).items().len(), 1);
    /// ```
    pub fn items(&self) -> &[Result<Change, Refusal>] {
        match self {
            Self::Act(result) => slice::from_ref(result),
            Self::ActOnMany(Ok(batch)) => batch.outcomes(),
            _ => &[],
        }
    }

    /// Returns every reason for which a pair was refused.
    ///
    /// ```
    /// use socialgraph::{Action, Operation, Policy, Reason, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("ann")?;
    /// let outcome = Operation::act(Action::Block, "ann", "ann").apply_to(&mut graph);
    /// assert_eq!(outcome.reasons(), Reason::SameUser.into());
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    #[must_use]
    pub fn reasons(&self) -> Reasons {
        let refusals = self.items().iter().filter_map(|item| item.err());
        refusals.fold(Reasons::EMPTY, |all, refusal| all.union(refusal.reasons()))
    }

    /// Returns everything that followed, on whichever pair.
    ///
    /// For a user who was removed, that is what ended, with them as the actor.
    ///
    /// ```
    /// use socialgraph::{Action, Effect, Operation, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("ann")?;
    /// graph.add_user("ben")?;
    /// let outcome = Operation::act(Action::Block, "ann", "ben").apply_to(&mut graph);
    /// assert_eq!(outcome.effects(), Effect::ActorBlockAdded.into());
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    #[must_use]
    pub fn effects(&self) -> Effects {
        if let Self::RemoveUser(Ok(removed)) = self {
            let ended = removed.severed.iter().copied().map(Severed::effects);
            return ended.fold(Effects::EMPTY, Effects::union);
        }
        let changes = self.items().iter().filter_map(|item| item.ok());
        changes.fold(Effects::EMPTY, |all, change| all.union(change.effects()))
    }
}
