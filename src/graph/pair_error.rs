//! The error of a call about two users.

use std::fmt;

use super::store::NoPair;
use super::{UserRef, UserRefBuf};
use crate::rules::{Reason, Reasons, Refusal};

/// The error of a call about two users, who are named as the caller did; nothing has changed.
///
/// The rules refuse the action, a user is unknown, or both are the same user (R9).
///
/// ```
/// use socialgraph::{Policy, Reason, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let alice = graph.add_user("alice")?;
/// let error = graph.remove_from_blocklist("alice", "bob").unwrap_err();
/// assert_eq!(error.to_string(), "there is no user `bob`");
///
/// graph.add_user("bob")?;
/// let error = graph.remove_from_blocklist(alice, "bob").unwrap_err();
/// assert_eq!(error.to_string(), "user #0 does not block `bob`");
/// assert!(error.reasons().contains(Reason::NotBlocked));
/// # Ok::<(), socialgraph::AddUserError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PairError {
    /// The actor, as the caller named them.
    pub actor: UserRefBuf,
    /// The target, as the caller named them.
    pub target: UserRefBuf,
    /// The reasons.
    pub refusal: Refusal,
}

impl PairError {
    #[cold]
    pub(super) fn new(
        actor: UserRef<'_>,
        target: UserRef<'_>,
        refusal: impl Into<Refusal>,
    ) -> Self {
        Self {
            actor: actor.into(),
            target: target.into(),
            refusal: refusal.into(),
        }
    }

    /// Returns every reason, at least one, in a fixed order (R16).
    #[must_use]
    pub const fn reasons(&self) -> Reasons {
        self.refusal.reasons()
    }
}

impl fmt::Display for PairError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actor, target, .. } = self;
        let is_unknown = |reason| self.reasons().contains(reason);

        match (
            is_unknown(Reason::UnknownActor),
            is_unknown(Reason::UnknownTarget),
        ) {
            (true, true) if actor != target => {
                write!(f, "there is no user {actor}, and no user {target}")
            }
            (true, _) => write!(f, "there is no user {actor}"),
            (false, true) => write!(f, "there is no user {target}"),
            (false, false) => {
                let (actor, target) = (subject(actor), subject(target));
                self.refusal.explain(&actor, &target).fmt(f)
            }
        }
    }
}

/// Returns a user as the subject of a clause.
fn subject(user: &UserRefBuf) -> String {
    match user {
        UserRefBuf::Id(id) => format!("user {id}"),
        UserRefBuf::Name(_) => user.to_string(),
    }
}

impl std::error::Error for PairError {}

impl From<PairError> for Refusal {
    fn from(error: PairError) -> Self {
        error.refusal
    }
}

/// The rules' refusal of a pair that can have no relation (R9).
impl From<NoPair> for Reasons {
    fn from(no_pair: NoPair) -> Self {
        match no_pair {
            NoPair::SameUser => Reason::SameUser.into(),
            NoPair::UnknownActor => Reason::UnknownActor.into(),
            NoPair::UnknownTarget => Reason::UnknownTarget.into(),
            NoPair::UnknownBoth => [Reason::UnknownActor, Reason::UnknownTarget]
                .into_iter()
                .collect(),
        }
    }
}

impl From<NoPair> for Refusal {
    fn from(no_pair: NoPair) -> Self {
        Self::of(no_pair.into())
    }
}
