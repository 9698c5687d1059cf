//! The result of an operation.

use std::slice;

use crate::facts::{RequestMode, RequestSending};
use crate::graph::{AddUserError, BatchOutcome, BatchTooLarge, RemovedUser, UnknownUser, UserId};
use crate::rules::{Change, Effects, Reasons, Refusal};

/// The result of an [`Operation`](super::Operation): that of the method that it stands for.
#[must_use = "the operation may have been refused"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The result of adding a user.
    AddUser(Result<UserId, AddUserError>),
    /// The result of removing a user.
    RemoveUser(Result<RemovedUser, UnknownUser>),
    /// The result of an action on a pair.
    Act(Result<Change, Refusal>),
    /// The result of a batch.
    ActOnMany(Result<BatchOutcome, BatchTooLarge>),
    /// The result of setting the request mode: the mode before.
    SetRequestMode(Result<RequestMode, UnknownUser>),
    /// The result of setting or lifting a bar: the setting before.
    SetRequestSending(Result<RequestSending, UnknownUser>),
}

impl Outcome {
    /// Returns whether the operation was done.
    ///
    /// A batch was done unless it was refused whole: [`items`](Self::items) has the result for
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

    /// Returns the result for each pair of users, in order.
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

    /// Returns the reasons of all refusals.
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
        let mut reasons = Reasons::EMPTY;
        for item in self.items() {
            if let Err(refusal) = item {
                reasons = reasons.union(refusal.reasons());
            }
        }
        reasons
    }

    /// Returns the effects on all pairs.
    ///
    /// If a user was removed, the effects name that user as the actor.
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
        let mut effects = Effects::EMPTY;

        if let Self::RemoveUser(Ok(removed)) = self {
            for severed in &removed.severed {
                effects = effects.union(severed.effects());
            }
        }

        for change in self.items().iter().flatten() {
            effects = effects.union(change.effects());
        }
        effects
    }
}
