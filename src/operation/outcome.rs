//! The result of an operation.

use crate::facts::{RequestMode, RequestSending};
use crate::graph::{
    AddUserError, BatchOutcome, BatchTooLarge, Cleared, MergeUsersError, MergedUsers, Migration,
    PairChange, PairError, RemovedUser, RenameUserError, UnknownUser, UserId,
};
use crate::rules::{Effects, Reasons, Refusal};

/// Declares [`Outcome`]. A row has a kind of operation and the type of its result.
macro_rules! outcomes {
    ($( $(#[$doc:meta])* $kind:ident: $result:ty, )+) => {
        /// The result of an [`Operation`](super::Operation): that of the method that it stands for.
        #[must_use = "the operation may have been refused"]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum Outcome {
            $( $(#[$doc])* $kind($result), )+
        }
    };
}

outcomes! {
    /// The result of adding a user.
    AddUser: Result<UserId, AddUserError>,
    /// The result of removing a user.
    RemoveUser: Result<RemovedUser, UnknownUser>,
    /// The result of an action on a pair.
    Act: Result<PairChange, PairError>,
    /// The result of a batch of one actor.
    ActOnMany: Result<BatchOutcome, BatchTooLarge>,
    /// The result of setting the request mode: the mode before.
    SetRequestMode: Result<RequestMode, UnknownUser>,
    /// The result of setting or lifting a bar: the setting before.
    SetRequestSending: Result<RequestSending, UnknownUser>,
    /// The result of a batch of many actors.
    ManyAct: Result<BatchOutcome, BatchTooLarge>,
    /// The result of adopting a policy.
    AdoptPolicy: Migration,
    /// The result of renaming a user: the name before.
    RenameUser: Result<String, RenameUserError>,
    /// The result of clearing a list.
    ClearList: Result<Cleared, UnknownUser>,
    /// The result of merging users.
    MergeUsers: Result<MergedUsers, MergeUsersError>,
}

impl Outcome {
    /// Returns whether the operation was done.
    ///
    /// A batch was done unless it was refused whole: [`items`](Self::items) has the result for
    /// each user.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let join = Operation::add_user("ann");
    /// assert!(join.apply_to(&mut graph).is_done());
    /// assert!(!join.apply_to(&mut graph).is_done());
    /// ```
    #[must_use]
    pub const fn is_done(&self) -> bool {
        match self {
            Self::AddUser(result) => result.is_ok(),
            Self::RemoveUser(result) => result.is_ok(),
            Self::Act(result) => result.is_ok(),
            Self::ActOnMany(result) | Self::ManyAct(result) => result.is_ok(),
            Self::SetRequestMode(result) => result.is_ok(),
            Self::SetRequestSending(result) => result.is_ok(),
            Self::AdoptPolicy(_) => true,
            Self::RenameUser(result) => result.is_ok(),
            Self::ClearList(result) => result.is_ok(),
            Self::MergeUsers(result) => result.is_ok(),
        }
    }

    /// Returns the result for each pair of users that an action was applied to, in order.
    ///
    /// ```
    /// use socialgraph::{Action, Operation, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let block = Operation::act(Action::Block, "ann", "ben");
    /// assert_eq!(block.apply_to(&mut graph).items().len(), 1);
    /// ```
    #[must_use]
    pub fn items(&self) -> Vec<Result<PairChange, Refusal>> {
        match self {
            Self::Act(Ok(change)) => vec![Ok(*change)],
            Self::Act(Err(error)) => vec![Err(error.refusal)],
            Self::ActOnMany(Ok(batch)) | Self::ManyAct(Ok(batch)) => batch.outcomes().to_vec(),
            _ => Vec::new(),
        }
    }

    /// Returns what happened to each pair, in the order in which it happened.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [ann, ben] = [graph.add_user("ann")?, graph.add_user("ben")?];
    /// graph.add_friend(ann, ben, Ways::TwoWay)?;
    ///
    /// let outcome = Operation::remove_user("ben").apply_to(&mut graph);
    /// let changes = outcome.changes();
    /// assert_eq!((changes[0].actor, changes[0].target), (ben, ann));
    /// assert!(changes[0].before.are_friends());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn changes(&self) -> Vec<PairChange> {
        match self {
            Self::RemoveUser(Ok(removed)) => removed.ended.clone(),
            Self::MergeUsers(Ok(merged)) => [&*merged.removed.ended, &merged.changes].concat(),
            Self::ClearList(Ok(cleared)) => cleared.changes.clone(),
            Self::AdoptPolicy(migration) => migration.ended.clone(),
            _ => self.items().into_iter().flatten().collect(),
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
        let changes = self.changes().into_iter();
        changes
            .map(PairChange::effects)
            .fold(Effects::EMPTY, Effects::union)
    }
}
