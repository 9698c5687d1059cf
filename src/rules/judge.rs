//! The rules on one page.
//!
//! [`judge`] has one arm for each action: the reasons against it, and the relation after it.
//! [`against_interaction`] has the gate of messages, calls, group invitations and presence, and
//! [`Limits::exceeded`] the limits. Rule numbers are those of `docs/semantics.md`. The graph
//! decides R9, for users who are unknown or the same, and R14, for whole batches. `decision` has
//! R13, the notice of a block.

use Reason::{
    ActorBarred, ActorBlocklistFull, ActorBlocks, ActorFriendsFull, AlreadyBlocked, AlreadyFriends,
    AlreadyListed, AlreadyRequested, NoRequestFromActor, NoRequestFromTarget, NotBlocked,
    NotListedByActor, NotListedByTarget, TargetBlocks, TargetFriendsFull, TargetRequestsFull,
    TargetTakesNoRequests,
};

use super::limits::allows;
use super::{Action, Crossed, Gate, Granted, Limits, Policy, Reason, Reasons, Sides, Ways};
use crate::facts::{Fact, Facts, Relation, RequestMode, RequestSending};

/// Returns the reasons against an interaction: what its gate stops (R5, R6, R12, R17).
#[inline]
pub(crate) fn against_interaction(gate: Gate, pair: Relation) -> Reasons {
    let needs_listing_by = gate.needs_listing_by;
    let actor_lists = pair.holds(Fact::ActorLists) || !needs_listing_by.has_actor();
    let target_lists = pair.holds(Fact::TargetLists) || !needs_listing_by.has_target();

    blocks(gate.stopped_by, pair)
        .union(when(!actor_lists, NotListedByActor))
        .union(when(!target_lists, NotListedByTarget))
}

/// Returns the reasons against an action, except for limits, and the relation after it.
pub(crate) fn judge(policy: &Policy, action: Action, facts: &Facts) -> (Reasons, Relation) {
    let pair = facts.relation;
    let rules = &policy.request;

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
            let across_block = blocks(rules.stopped_by, pair);
            let against = across_block.union(against_request(policy, facts));
            (against, requested(policy, facts))
        }

        // R4
        Action::AcceptRequest => {
            let across_block = blocks(rules.accept_stopped_by, pair);
            let is_pending = pair.holds(Fact::TargetRequested);
            let against = across_block.union(when(!is_pending, NoRequestFromTarget));
            let after = if is_pending {
                accepted(rules.makes, pair)
            } else {
                pair
            };
            (against, after)
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
        Action::AddFriend(ways) => {
            let across_block = blocks(rules.add_stopped_by, pair);
            let against = across_block.union(against_adding(ways, pair));
            (against, settled(rules.makes, listed(ways, pair)))
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

/// Returns the reasons against a friend request, except for blocks that stop it (R4, R10, R11).
fn against_request(policy: &Policy, facts: &Facts) -> Reasons {
    let pair = facts.relation;
    let is_barred = facts.actor.request_sending == RequestSending::Barred;
    let accepts = accepts_targets(policy, pair);
    // A request that accepts the target's asks nothing of the target's mode.
    let is_unwanted = facts.target.request_mode == RequestMode::Nobody && !accepts;

    // A request that accepts the target's passes the gate of accepting, too.
    let across_block = if accepts {
        blocks(policy.request.accept_stopped_by, pair)
    } else {
        Reasons::EMPTY
    };

    across_block
        .union(when(is_barred, ActorBarred))
        .union(when(is_unwanted, TargetTakesNoRequests))
        .union(when(pair.holds(Fact::ActorRequested), AlreadyRequested))
        .union(against_adding(ways(policy.request.makes), pair))
}

/// Returns whether a friend request accepts the target's instead of being sent (R10).
fn accepts_targets(policy: &Policy, pair: Relation) -> bool {
    policy.request.crossed == Crossed::Accepts && pair.holds(Fact::TargetRequested)
}

/// Returns the friend lists that a granted request adds to, seen from the requester (R18).
const fn ways(makes: Granted) -> Ways {
    match makes {
        Granted::Friendship => Ways::TwoWay,
        Granted::Follow => Ways::OneWay,
    }
}

/// Returns the reason against adding friend-list entries that are there already.
fn against_adding(ways: Ways, pair: Relation) -> Reasons {
    match ways {
        Ways::OneWay => when(pair.holds(Fact::ActorLists), AlreadyListed),
        Ways::TwoWay => when(pair.are_friends(), AlreadyFriends),
    }
}

/// Returns the pair after the actor blocks the target (R1, R2, R3).
pub(super) fn blocked(policy: &Policy, pair: Relation) -> Relation {
    let pair = unlisted(pair, policy.block.clears_friends_of);
    let cancels = policy.block.cancels_requests_of;
    let pair = without_if(pair, cancels.has_actor(), Fact::ActorRequested);
    let pair = without_if(pair, cancels.has_target(), Fact::TargetRequested);
    pair.with(Fact::ActorBlocks)
}

/// Returns the pair after the actor sends a friend request (R10, R11).
fn requested(policy: &Policy, facts: &Facts) -> Relation {
    let pair = facts.relation;
    let makes = policy.request.makes;
    if is_there(makes, pair) || pair.holds(Fact::ActorRequested) {
        return pair;
    }
    if accepts_targets(policy, pair) {
        return accepted(makes, pair);
    }

    match facts.target.request_mode {
        RequestMode::Anyone => granted(makes, pair),
        RequestMode::Confirm => pair.with(Fact::ActorRequested),
        RequestMode::Nobody => pair,
    }
}

/// Returns the pair after the actor's request is granted (R18).
fn granted(makes: Granted, pair: Relation) -> Relation {
    settled(makes, listed(ways(makes), pair))
}

/// Returns the pair after the target's request is granted.
fn accepted(makes: Granted, pair: Relation) -> Relation {
    granted(makes, pair.flip()).flip()
}

/// Returns the pair with the target on the actor's friend list, or each on the other's.
fn listed(ways: Ways, pair: Relation) -> Relation {
    let pair = pair.with(Fact::ActorLists);
    match ways {
        Ways::OneWay => pair,
        Ways::TwoWay => pair.with(Fact::TargetLists),
    }
}

/// Returns the pair without the requests for what is there already.
pub(super) fn settled(makes: Granted, pair: Relation) -> Relation {
    let actors_is_moot = is_there(makes, pair);
    let targets_is_moot = is_there(makes, pair.flip());
    let pair = without_if(pair, actors_is_moot, Fact::ActorRequested);
    without_if(pair, targets_is_moot, Fact::TargetRequested)
}

/// Returns whether what the actor's request would make is there already.
fn is_there(makes: Granted, pair: Relation) -> bool {
    !against_adding(ways(makes), pair).is_empty()
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
