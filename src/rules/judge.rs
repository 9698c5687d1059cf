//! The rules on one page.
//!
//! [`judge`] has one arm for each action: the reasons against it, and the relation after it.
//! [`against_message`] does the same for messages, and [`Limits::exceeded`] for limits. Rule
//! numbers are those of `docs/semantics.md`. The graph decides R9, for users who are unknown or the
//! same, and R14, for whole batches. `decision` has R13, the notice of a block.

use Reason::{
    ActorBarred, ActorBlocklistFull, ActorBlocks, ActorFriendsFull, AlreadyBlocked, AlreadyFriends,
    AlreadyListed, AlreadyRequested, NoRequestFromActor, NoRequestFromTarget, NotBlocked,
    NotListedByActor, NotListedByTarget, TargetBlocks, TargetFriendsFull, TargetRequestsFull,
    TargetTakesNoRequests,
};

use super::limits::allows;
use super::{Action, Limits, Policy, Reason, Reasons, Sides, Ways};
use crate::facts::{Fact, Facts, Relation, RequestMode, RequestSending};

/// Returns the reasons against a message (R5, R6, R12).
#[inline]
pub(crate) fn against_message(policy: &Policy, pair: Relation) -> Reasons {
    let needs_listing_by = policy.message_needs_listing_by;
    let actor_lists = pair.holds(Fact::ActorLists) || !needs_listing_by.has_actor();
    let target_lists = pair.holds(Fact::TargetLists) || !needs_listing_by.has_target();

    blocks(policy.message_stopped_by, pair)
        .union(when(!actor_lists, NotListedByActor))
        .union(when(!target_lists, NotListedByTarget))
}

/// Returns the reasons against an action, except for limits, and the relation after it.
pub(crate) fn judge(policy: &Policy, action: Action, facts: &Facts) -> (Reasons, Relation) {
    let pair = facts.relation;
    let across_block = || blocks(policy.befriending_stopped_by, pair);

    match action {
        // R1, R2, R3, R8
        Action::Block => {
            let against = when(pair.holds(Fact::ActorBlocks), AlreadyBlocked);
            (against, blocked(policy, pair))
        }

        // R7, R8
        Action::Unblock => {
            let against = when(!pair.holds(Fact::ActorBlocks), NotBlocked);
            (against, pair.without(Fact::ActorBlocks))
        }

        // R4, R10, R11
        Action::SendRequest => {
            let against = across_block().union(against_request(facts));
            (against, requested(facts))
        }

        // R4
        Action::AcceptRequest => {
            let is_pending = pair.holds(Fact::TargetRequested);
            let against = across_block().union(when(!is_pending, NoRequestFromTarget));
            (against, if is_pending { befriended(pair) } else { pair })
        }

        // Friend requests
        Action::DeclineRequest => {
            let against = when(!pair.holds(Fact::TargetRequested), NoRequestFromTarget);
            (against, pair.without(Fact::TargetRequested))
        }

        Action::CancelRequest => {
            let against = when(!pair.holds(Fact::ActorRequested), NoRequestFromActor);
            (against, pair.without(Fact::ActorRequested))
        }

        // R4
        Action::AddFriend(Ways::OneWay) => {
            let against = across_block().union(when(pair.holds(Fact::ActorLists), AlreadyListed));
            (against, settled(pair.with(Fact::ActorLists)))
        }

        // R4
        Action::AddFriend(Ways::TwoWay) => {
            let against = across_block().union(when(pair.are_friends(), AlreadyFriends));
            (against, befriended(pair))
        }

        // Friend lists
        Action::RemoveFriend(Ways::OneWay) => {
            let against = when(!pair.holds(Fact::ActorLists), NotListedByActor);
            (against, pair.without(Fact::ActorLists))
        }

        // One entry is enough to remove.
        Action::RemoveFriend(Ways::TwoWay) => {
            let is_listed = pair.holds(Fact::ActorLists) || pair.holds(Fact::TargetLists);
            let against =
                when(!is_listed, NotListedByActor).union(when(!is_listed, NotListedByTarget));
            (against, unlisted(pair, Sides::Both))
        }
    }
}

impl Limits {
    /// Returns the limits that the relation after an action would exceed (R15).
    ///
    /// Only an added entry needs room: a user at a limit can still do anything that adds none.
    #[inline]
    pub(crate) fn exceeded(&self, facts: &Facts, after: Relation) -> Reasons {
        let (actor, target) = (&facts.actor, &facts.target);
        let lists = [
            (
                Fact::ActorBlocks,
                self.blocked,
                actor.blocked,
                ActorBlocklistFull,
            ),
            (
                Fact::ActorLists,
                self.friends,
                actor.friends,
                ActorFriendsFull,
            ),
            (
                Fact::TargetLists,
                self.friends,
                target.friends,
                TargetFriendsFull,
            ),
            (
                Fact::ActorRequested,
                self.requests_in,
                target.requests_in,
                TargetRequestsFull,
            ),
        ];

        let mut reasons = Reasons::EMPTY;
        for (fact, limit, count, reason) in lists {
            // Without a branch: random pairs would mispredict it.
            let is_added = after.holds(fact) & !facts.relation.holds(fact);
            reasons.insert_if(is_added & !allows(limit, count.saturating_add(1)), reason);
        }
        reasons
    }
}

/// Returns the blocks that stand, if they are of a side that matters (R4, R5, R6, R16).
#[inline]
fn blocks(of: Sides, pair: Relation) -> Reasons {
    let by_actor = of.has_actor() && pair.holds(Fact::ActorBlocks);
    let by_target = of.has_target() && pair.holds(Fact::TargetBlocks);
    when(by_actor, ActorBlocks).union(when(by_target, TargetBlocks))
}

/// Returns the reasons against a friend request, except for blocks (R10, R11).
fn against_request(facts: &Facts) -> Reasons {
    let pair = facts.relation;
    let is_barred = facts.actor.request_sending == RequestSending::Barred;
    // R10: a request that accepts the target's asks nothing of the target's mode.
    let is_unwanted =
        facts.target.request_mode == RequestMode::Nobody && !pair.holds(Fact::TargetRequested);

    when(is_barred, ActorBarred)
        .union(when(is_unwanted, TargetTakesNoRequests))
        .union(when(pair.holds(Fact::ActorRequested), AlreadyRequested))
        .union(when(pair.are_friends(), AlreadyFriends))
}

/// Returns the pair after the actor blocks the target (R1, R2, R3).
fn blocked(policy: &Policy, pair: Relation) -> Relation {
    let pair = unlisted(pair, policy.block_clears_friends_of);
    let cancels = policy.block_cancels_requests_of;
    let pair = without_if(pair, cancels.has_actor(), Fact::ActorRequested);
    let pair = without_if(pair, cancels.has_target(), Fact::TargetRequested);
    pair.with(Fact::ActorBlocks)
}

/// Returns the pair after the actor sends a friend request (R10, R11).
fn requested(facts: &Facts) -> Relation {
    let pair = facts.relation;
    if pair.are_friends() || pair.holds(Fact::ActorRequested) {
        return pair;
    }
    if pair.holds(Fact::TargetRequested) {
        return befriended(pair);
    }

    match facts.target.request_mode {
        RequestMode::Anyone => befriended(pair),
        RequestMode::Confirm => pair.with(Fact::ActorRequested),
        RequestMode::Nobody => pair,
    }
}

/// Returns the pair with each user on the other's friend list.
fn befriended(pair: Relation) -> Relation {
    settled(pair.with(Fact::ActorLists).with(Fact::TargetLists))
}

/// Returns the pair without requests if it is a two-way friendship.
fn settled(pair: Relation) -> Relation {
    let are_friends = pair.are_friends();
    let pair = without_if(pair, are_friends, Fact::ActorRequested);
    without_if(pair, are_friends, Fact::TargetRequested)
}

/// Returns the pair without the friend-list entries of these sides.
fn unlisted(pair: Relation, of: Sides) -> Relation {
    let pair = without_if(pair, of.has_actor(), Fact::ActorLists);
    without_if(pair, of.has_target(), Fact::TargetLists)
}

fn without_if(pair: Relation, condition: bool, fact: Fact) -> Relation {
    if condition { pair.without(fact) } else { pair }
}

#[inline]
fn when(condition: bool, reason: Reason) -> Reasons {
    if condition {
        reason.into()
    } else {
        Reasons::EMPTY
    }
}
