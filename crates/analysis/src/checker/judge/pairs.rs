//! Judges of two users in a state, seen from either of them.

use socialgraph::{Facts, Policy, UserFacts};

use super::requests::without_moot_requests;
use super::{BLOCKS, LISTS, REQUESTS, both, either, of_sides};

/// Checks the actor's block. The target's block is checked when the target is the actor.
pub(super) fn no_cleared_entry_across_block(policy: &Policy, facts: &Facts) -> bool {
    let [actor_blocks, _] = BLOCKS;
    let [actor_lists, target_lists] = LISTS;
    let mut cleared = of_sides(policy.block.clears_friends_of, actor_lists, target_lists);

    !facts.relation.holds(actor_blocks) || !cleared.any(|fact| facts.relation.holds(fact))
}

pub(super) fn no_request_across_block(_: &Policy, facts: &Facts) -> bool {
    !(either(facts.relation, BLOCKS) && either(facts.relation, REQUESTS))
}

pub(super) fn no_opposite_requests(_: &Policy, facts: &Facts) -> bool {
    !both(facts.relation, REQUESTS)
}

pub(super) fn no_request_for_what_is_there(policy: &Policy, facts: &Facts) -> bool {
    facts.relation == without_moot_requests(policy.request.makes, facts.relation)
}

pub(super) fn lists_are_within_limits(policy: &Policy, facts: &Facts) -> bool {
    is_within_limits(policy, &facts.actor) && is_within_limits(policy, &facts.target)
}

fn is_within_limits(policy: &Policy, user: &UserFacts) -> bool {
    let limits = policy.limits;
    fits(user.blocked, limits.blocked)
        && fits(user.friends, limits.friends)
        && fits(user.requests_in, limits.requests_in)
}

fn fits(count: u32, limit: Option<u32>) -> bool {
    limit.is_none_or(|limit| count <= limit)
}
