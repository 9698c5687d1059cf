//! Graphs and policies for the tests of several files.

use proptest::strategy::Strategy;
use socialgraph::{Limits, Notice, Operation, Policy, Sides, SocialGraph, UserId};
use socialgraph_testkit::strategies::{self, Tuning};

/// The default tuning, with logs of at most this many operations.
pub(crate) fn tuning(operations: usize) -> Tuning {
    let mut tuning = Tuning::default();
    tuning.operations = operations;
    tuning
}

/// Logs of at most this many operations, after all users have joined.
pub(crate) fn logs(operations: usize) -> impl Strategy<Value = Vec<Operation>> {
    strategies::logs(&tuning(operations))
}

/// Any policy, with limits that logs reach and without.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    strategies::policies(&Tuning::default())
}

/// A graph with this many users and no limits.
pub(crate) fn crowd(users: u32) -> (SocialGraph, Vec<UserId>) {
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits::NONE;
    let mut graph = SocialGraph::new(policy);
    let users = (0..users)
        .map(|n| graph.add_user(&format!("user {n}")).unwrap())
        .collect();
    (graph, users)
}

/// A policy with the parts that choose sides in the order of their fields.
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
