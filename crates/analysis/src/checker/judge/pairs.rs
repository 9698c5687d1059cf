//! What must hold of two users in every state, seen from either.

use super::{BLOCKS, LISTS, REQUESTS, both, either, of_sides};
use socialgraph::{Fact, Facts, Policy};

/// The actor's block is looked at here, the target's when the pair is seen from there.
pub(super) fn no_cleared_entry_across_block(policy: &Policy, facts: &Facts) -> bool {
    let cleared = policy.block_clears_friends_of;
    !facts.relation.holds(Fact::ActorBlocks)
        || !of_sides(cleared, Fact::ActorLists, Fact::TargetLists)
            .any(|fact| facts.relation.holds(fact))
}

pub(super) fn no_request_across_block(_: &Policy, facts: &Facts) -> bool {
    !(either(facts.relation, BLOCKS) && either(facts.relation, REQUESTS))
}

pub(super) fn no_opposite_requests(_: &Policy, facts: &Facts) -> bool {
    !both(facts.relation, REQUESTS)
}

pub(super) fn no_request_between_friends(_: &Policy, facts: &Facts) -> bool {
    !(both(facts.relation, LISTS) && either(facts.relation, REQUESTS))
}

pub(super) fn lists_are_within_limits(policy: &Policy, facts: &Facts) -> bool {
    let fits = |limit: Option<u32>, count: u32| limit.is_none_or(|limit| count <= limit);
    [facts.actor, facts.target].into_iter().all(|user| {
        fits(policy.limits.blocked, user.blocked)
            && fits(policy.limits.friends, user.friends)
            && fits(policy.limits.requests_in, user.requests_in)
    })
}
