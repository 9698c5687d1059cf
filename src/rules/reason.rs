//! Why something is refused.

use crate::clauses::clauses;
use crate::set::SmallSet;

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
    pub enum Reason(actor, target): "reason" {
        /// The actor blocks the target (R4, R5).
        ActorBlocks = "actor_blocks" => "{actor} blocks {target}",
        /// The target blocks the actor (R4, R5).
        TargetBlocks = "target_blocks" => "{target} blocks {actor}",
        /// The actor and the target are one user (R9).
        SameUser = "same_user" => "{actor} and {target} are the same user",
        /// The actor is not a user of this graph (R9).
        UnknownActor = "unknown_actor" => "{actor} is not a known user",
        /// The target is not a user of this graph (R9).
        UnknownTarget = "unknown_target" => "{target} is not a known user",
        /// An admin bars the actor from sending friend requests (R11).
        ActorBarred = "actor_barred" => "{actor} is barred from sending friend requests",
        /// The target's request mode is `Nobody` (R11).
        TargetTakesNoRequests = "target_takes_no_requests" => "{target} takes no friend requests",
        /// The target is already on the actor's blocklist (R8).
        AlreadyBlocked = "already_blocked" => "{actor} already blocks {target}",
        /// The target is not on the actor's blocklist (R8).
        NotBlocked = "not_blocked" => "{actor} does not block {target}",
        /// A friend request from the actor to the target is already pending.
        AlreadyRequested = "already_requested" => "a friend request from {actor} to {target} is already pending",
        /// No friend request from the actor to the target is pending.
        NoRequestFromActor = "no_request_from_actor" => "no friend request from {actor} to {target} is pending",
        /// No friend request from the target to the actor is pending.
        NoRequestFromTarget = "no_request_from_target" => "no friend request from {target} to {actor} is pending",
        /// Each user is already on the other's friend list.
        AlreadyFriends = "already_friends" => "{actor} and {target} are already friends",
        /// The target is already on the actor's friend list.
        AlreadyListed = "already_listed" => "{target} is already on {actor}'s friend list",
        /// The target is not on the actor's friend list (R12).
        NotListedByActor = "not_listed_by_actor" => "{target} is not on {actor}'s friend list",
        /// The actor is not on the target's friend list (R12).
        NotListedByTarget = "not_listed_by_target" => "{actor} is not on {target}'s friend list",
        /// The actor's blocklist is at its limit (R15).
        ActorBlocklistFull = "actor_blocklist_full" => "{actor}'s blocklist is full",
        /// The actor's friend list is at its limit (R15).
        ActorFriendsFull = "actor_friends_full" => "{actor}'s friend list is full",
        /// The target's friend list is at its limit (R15).
        TargetFriendsFull = "target_friends_full" => "{target}'s friend list is full",
        /// The target's pending friend requests are at their limit (R15).
        TargetRequestsFull = "target_requests_full" => "no more friend requests may wait for {target}'s answer",
        /// A block stands, and the policy says no more (R13). Only
        /// [`Decision::visible`](crate::Decision::visible) has this reason.
        Unavailable = "unavailable" => "{target} is not available to {actor}",
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
///
/// Its bits ([`to_bits`](SmallSet::to_bits)) are stable: reasons are only ever appended. There are
/// at most 32.
pub type Reasons = SmallSet<Reason>;

// A decision keeps two sets of reasons in one word.
const _: () = assert!(Reason::ALL.len() <= 32);

#[cfg(test)]
mod tests {
    use super::{Reason, Reasons};

    /// Typed by hand, so that no reason moves: hosts store the bits. Append here, too.
    #[test]
    fn the_bit_of_each_reason_is_stable() {
        let places = [
            (0, "actor_blocks"),
            (1, "target_blocks"),
            (2, "same_user"),
            (3, "unknown_actor"),
            (4, "unknown_target"),
            (5, "actor_barred"),
            (6, "target_takes_no_requests"),
            (7, "already_blocked"),
            (8, "not_blocked"),
            (9, "already_requested"),
            (10, "no_request_from_actor"),
            (11, "no_request_from_target"),
            (12, "already_friends"),
            (13, "already_listed"),
            (14, "not_listed_by_actor"),
            (15, "not_listed_by_target"),
            (16, "actor_blocklist_full"),
            (17, "actor_friends_full"),
            (18, "target_friends_full"),
            (19, "target_requests_full"),
            (20, "unavailable"),
        ];
        let of = |reason| Reasons::from(reason).to_bits().trailing_zeros();
        assert_eq!(Reason::ALL.map(|it| (of(it), it.name())), places);
    }

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
