//! Why something is refused.

use std::fmt;

use crate::set::{SmallSet, element};
use crate::text::{Explanation, Phrase, write_joined};

/// One reason for a refusal.
///
/// The order of the variants is the order in which reasons are reported (R16): the
/// actor's own block, the target's block, then the rest.
// May grow: a policy part that is added later can bring a reason of its own, and a caller
// who handles `Verdict` is right without knowing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// The actor blocks the target (R4, R5).
    ActorBlocks,
    /// The target blocks the actor (R4, R5).
    TargetBlocks,
    /// The actor and the target are one user (R9).
    SameUser,
    /// The actor is not a user of this graph (R9).
    UnknownActor,
    /// The target is not a user of this graph (R9).
    UnknownTarget,
    /// An admin bars the actor from sending friend requests (R11).
    ActorBarred,
    /// The target takes friend requests from nobody (R11).
    TargetTakesNoRequests,
    /// The target is on the actor's blocklist already (R8).
    AlreadyBlocked,
    /// The target is not on the actor's blocklist (R8).
    NotBlocked,
    /// A friend request from the actor to the target is pending already.
    AlreadyRequested,
    /// No friend request from the actor to the target is pending.
    NoRequestFromActor,
    /// No friend request from the target to the actor is pending.
    NoRequestFromTarget,
    /// Each is on the other's friend list already.
    AlreadyFriends,
    /// The target is on the actor's friend list already.
    AlreadyListed,
    /// The target is not on the actor's friend list (R12).
    NotListedByActor,
    /// The actor is not on the target's friend list (R12).
    NotListedByTarget,
    /// The actor's blocklist is at its limit (R15).
    ActorBlocklistFull,
    /// The actor's friend list is at its limit (R15).
    ActorFriendsFull,
    /// The target's friend list is at its limit (R15).
    TargetFriendsFull,
    /// As many friend requests as may wait at the target are waiting (R15).
    TargetRequestsFull,
}

/// A set of reasons, in the order in which they are reported.
pub type Reasons = SmallSet<Reason>;

element!(Reason);

impl Reason {
    /// Every reason, in the order in which they are reported.
    pub const ALL: [Self; 20] = [
        Self::ActorBlocks,
        Self::TargetBlocks,
        Self::SameUser,
        Self::UnknownActor,
        Self::UnknownTarget,
        Self::ActorBarred,
        Self::TargetTakesNoRequests,
        Self::AlreadyBlocked,
        Self::NotBlocked,
        Self::AlreadyRequested,
        Self::NoRequestFromActor,
        Self::NoRequestFromTarget,
        Self::AlreadyFriends,
        Self::AlreadyListed,
        Self::NotListedByActor,
        Self::NotListedByTarget,
        Self::ActorBlocklistFull,
        Self::ActorFriendsFull,
        Self::TargetFriendsFull,
        Self::TargetRequestsFull,
    ];

    /// Returns whether the reason is somebody's block.
    #[must_use]
    pub const fn is_block(self) -> bool {
        matches!(self, Self::ActorBlocks | Self::TargetBlocks)
    }

    /// Returns the reason as a clause with the two people's names in it.
    ///
    /// ```
    /// use socialgraph::Reason;
    ///
    /// assert_eq!(Reason::TargetBlocks.explain("alice", "bob").to_string(), "bob blocks alice");
    /// assert_eq!(Reason::TargetBlocks.to_string(), "the target blocks the actor");
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl Phrase for Reason {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        match self {
            Self::ActorBlocks => write!(f, "{actor} blocks {target}"),
            Self::TargetBlocks => write!(f, "{target} blocks {actor}"),
            Self::SameUser => write!(f, "{actor} and {target} are the same user"),
            Self::UnknownActor => write!(f, "{actor} is not a known user"),
            Self::UnknownTarget => write!(f, "{target} is not a known user"),
            Self::ActorBarred => write!(f, "{actor} is barred from sending friend requests"),
            Self::TargetTakesNoRequests => write!(f, "{target} takes no friend requests"),
            Self::AlreadyBlocked => write!(f, "{actor} already blocks {target}"),
            Self::NotBlocked => write!(f, "{actor} does not block {target}"),
            Self::AlreadyRequested => {
                write!(
                    f,
                    "a friend request from {actor} to {target} is already pending"
                )
            }
            Self::NoRequestFromActor => {
                write!(f, "no friend request from {actor} to {target} is pending")
            }
            Self::NoRequestFromTarget => {
                write!(f, "no friend request from {target} to {actor} is pending")
            }
            Self::AlreadyFriends => write!(f, "{actor} and {target} are already friends"),
            Self::AlreadyListed => write!(f, "{target} is already on {actor}'s friend list"),
            Self::NotListedByActor => write!(f, "{target} is not on {actor}'s friend list"),
            Self::NotListedByTarget => write!(f, "{actor} is not on {target}'s friend list"),
            Self::ActorBlocklistFull => write!(f, "{actor}'s blocklist is full"),
            Self::ActorFriendsFull => write!(f, "{actor}'s friend list is full"),
            Self::TargetFriendsFull => write!(f, "{target}'s friend list is full"),
            Self::TargetRequestsFull => {
                write!(f, "no more friend requests may wait for {target}'s answer")
            }
        }
    }
}

impl Reasons {
    /// Returns the reasons as text with the two people's names in it.
    ///
    /// ```
    /// use socialgraph::{Reason, Reasons};
    ///
    /// let reasons: Reasons = [Reason::NotBlocked, Reason::ActorBarred].into_iter().collect();
    /// assert_eq!(
    ///     reasons.explain("alice", "bob").to_string(),
    ///     "alice is barred from sending friend requests; alice does not block bob",
    /// );
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl Phrase for Reasons {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        write_joined(f, self, "; ", |f, reason| reason.write(f, actor, target))
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reason, Reasons};

    #[test]
    fn reasons_print_as_sentences_on_a_and_b() {
        let text = Reason::TargetTakesNoRequests.to_string();
        assert_eq!(text, "the target takes no friend requests");
        assert!(
            Reason::ALL
                .into_iter()
                .all(|reason| !reason.to_string().is_empty())
        );
    }

    #[test]
    fn r16_all_lists_every_reason_in_its_declared_order() {
        assert!(Reason::ALL.is_sorted());
        assert_eq!(
            Reason::ALL.into_iter().collect::<Reasons>().len(),
            Reason::ALL.len()
        );
        assert_eq!(
            Reason::ALL[..2],
            [Reason::ActorBlocks, Reason::TargetBlocks]
        );
    }

    #[test]
    fn no_two_reasons_read_alike() {
        let texts: std::collections::BTreeSet<_> = Reason::ALL
            .iter()
            .map(|reason| reason.explain("alice", "bob").to_string())
            .collect();
        assert_eq!(texts.len(), Reason::ALL.len());
    }
}
