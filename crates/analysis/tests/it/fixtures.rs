//! Policies for the tests.

use socialgraph::{Limits, Notice, Policy, Sides};

/// Returns the policy with these five parts, in the order of their fields.
pub(crate) fn policy_of(sides: [Sides; 5], notice: Notice, limits: Limits) -> Policy {
    let mut policy = Policy::tencent_rest();
    [
        policy.message_stopped_by,
        policy.message_needs_listing_by,
        policy.befriending_stopped_by,
        policy.block_clears_friends_of,
        policy.block_cancels_requests_of,
    ] = sides;
    policy.notice_of_blocked_message = notice;
    policy.limits = limits;
    policy
}
