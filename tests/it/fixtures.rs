//! Graphs that several files test on.

use socialgraph::{Limits, Policy, SocialGraph, UserId};

/// A graph of so many users, without limits.
pub(crate) fn crowd(users: u32) -> (SocialGraph, Vec<UserId>) {
    let mut policy = Policy::tencent_rest();
    policy.limits = Limits::NONE;
    let mut graph = SocialGraph::new(policy);
    let users = (0..users).map(|n| graph.add_user(&format!("user {n}")).unwrap()).collect();
    (graph, users)
}
