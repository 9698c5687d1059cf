//! Why something is refused.

use std::fmt;

use crate::clauses::clauses;
use crate::set::SmallSet;
use crate::text::{Explanation, Phrase, write_joined};

clauses! {
    /// One reason for a refusal.
    ///
    /// The order of the variants is the order in which reasons are reported (R16): the
    /// actor's own block, the target's block, then the rest.
    ///
    /// ```
    /// use socialgraph::Reason;
    ///
    /// let reason = Reason::TargetBlocks;
    /// assert_eq!(reason.explain("alice", "bob").to_string(), "bob blocks alice");
    /// assert_eq!(reason.to_string(), "the target blocks the actor");
    /// ```
    // May grow: a new part of a policy can bring a reason of its own. A caller who handles
    // `Verdict` is right without knowing that reason.
    #[non_exhaustive]
    pub enum Reason(actor, target) {
        /// The actor blocks the target (R4, R5).
        ActorBlocks => "{actor} blocks {target}",
        /// The target blocks the actor (R4, R5).
        TargetBlocks => "{target} blocks {actor}",
        /// The actor and the target are one user (R9).
        SameUser => "{actor} and {target} are the same user",
        /// The actor is not a user of this graph (R9).
        UnknownActor => "{actor} is not a known user",
        /// The target is not a user of this graph (R9).
        UnknownTarget => "{target} is not a known user",
        /// An admin bars the actor from sending friend requests (R11).
        ActorBarred => "{actor} is barred from sending friend requests",
        /// The target's request mode is `Nobody` (R11).
        TargetTakesNoRequests => "{target} takes no friend requests",
        /// The target is already on the actor's blocklist (R8).
        AlreadyBlocked => "{actor} already blocks {target}",
        /// The target is not on the actor's blocklist (R8).
        NotBlocked => "{actor} does not block {target}",
        /// A friend request from the actor to the target is already pending.
        AlreadyRequested => "a friend request from {actor} to {target} is already pending",
        /// No friend request from the actor to the target is pending.
        NoRequestFromActor => "no friend request from {actor} to {target} is pending",
        /// No friend request from the target to the actor is pending.
        NoRequestFromTarget => "no friend request from {target} to {actor} is pending",
        /// Each user is already on the other's friend list.
        AlreadyFriends => "{actor} and {target} are already friends",
        /// The target is already on the actor's friend list.
        AlreadyListed => "{target} is already on {actor}'s friend list",
        /// The target is not on the actor's friend list (R12).
        NotListedByActor => "{target} is not on {actor}'s friend list",
        /// The actor is not on the target's friend list (R12).
        NotListedByTarget => "{actor} is not on {target}'s friend list",
        /// The actor's blocklist is at its limit (R15).
        ActorBlocklistFull => "{actor}'s blocklist is full",
        /// The actor's friend list is at its limit (R15).
        ActorFriendsFull => "{actor}'s friend list is full",
        /// The target's friend list is at its limit (R15).
        TargetFriendsFull => "{target}'s friend list is full",
        /// The target's pending friend requests are at their limit (R15).
        TargetRequestsFull => "no more friend requests may wait for {target}'s answer",
        /// A block stands, and the policy says no more (R13). Only
        /// [`Decision::visible`](crate::Decision::visible) has this reason.
        Unavailable => "{target} is not available to {actor}",
    }
}

impl Reason {
    /// Returns whether the reason is a block of either user.
    #[must_use]
    pub const fn is_block(self) -> bool {
        matches!(self, Self::ActorBlocks | Self::TargetBlocks)
    }
}

/// A set of reasons, in the order in which they are reported.
pub type Reasons = SmallSet<Reason>;

impl Reasons {
    /// Returns the reasons as text with the names of the actor and the target in it.
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

#[cfg(test)]
mod tests {
    use super::Reason;

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
}
