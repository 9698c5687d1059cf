//! The properties that a policy lacks, computed from its parts alone.

use socialgraph::{Crossed, Granted, Interaction, Policy, Sides};
use socialgraph_analysis::checker::Property;

/// One of two users, if one of them blocks the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum User {
    Blocker,
    Blocked,
}

const USERS: [User; 2] = [User::Blocker, User::Blocked];

/// Returns the properties that a policy without small limits lacks, in their order.
pub(crate) fn lacks(policy: &Policy) -> Vec<Property> {
    let clears = policy.block.clears_friends_of;
    let adds = policy.request.add_stopped_by != Sides::Both;
    let grants = USERS.into_iter().any(|user| grants_across(policy, user));
    let refills = USERS
        .into_iter()
        .any(|user| !keeps_list(policy, user) && refills_list(policy, user));
    let keeps_requests_out =
        policy.request.stopped_by == Sides::Both && policy.block.cancels_requests_of == Sides::Both;

    let is_lacked = [
        (Property::NoEntryAcrossBlock, adds || grants),
        (
            Property::NoClearedEntryAcrossBlock,
            clears != Sides::Neither && refills,
        ),
        (Property::NoRequestAcrossBlock, !keeps_requests_out),
        (Property::BlockedCannotReachBlocker, is_reached(policy)),
        (
            Property::NoOppositeRequests,
            policy.request.crossed == Crossed::Waits,
        ),
        (
            Property::GrantsMakeFriends,
            policy.request.makes == Granted::Follow,
        ),
    ];
    let lacked = is_lacked.into_iter().filter(|(_, is_lacked)| *is_lacked);
    lacked.map(|(property, _)| property).collect()
}

/// Returns whether the blocked user can reach the blocker in some way.
fn is_reached(policy: &Policy) -> bool {
    Interaction::ALL.into_iter().any(|interaction| {
        let gate = policy.gate(interaction);
        // The blocked user is the actor here.
        let needs = gate.needs_listing_by;
        let passes =
            |needed: bool, user| !needed || keeps_list(policy, user) || refills_list(policy, user);
        !gate.stopped_by.has_target()
            && passes(needs.has_actor(), User::Blocked)
            && passes(needs.has_target(), User::Blocker)
            && !(needs == Sides::Both && refills_one_list_at_a_time(policy))
    })
}

/// Returns whether a user's list keeps the other user when the block is made.
fn keeps_list(policy: &Policy, user: User) -> bool {
    !names(policy.block.clears_friends_of, user)
}

/// Returns whether the other user can come onto a user's list while the block stands.
fn refills_list(policy: &Policy, user: User) -> bool {
    let grants = match policy.request.makes {
        Granted::Friendship => USERS.into_iter().any(|user| grants_across(policy, user)),
        Granted::Follow => grants_across(policy, user),
    };
    // Adding two-way adds to both lists.
    grants || policy.request.add_stopped_by != Sides::Both
}

/// Returns whether only surviving requests refill the two lists, but no two can be pending.
fn refills_one_list_at_a_time(policy: &Policy) -> bool {
    let by_surviving_requests = USERS
        .into_iter()
        .all(|user| !keeps_list(policy, user) && !requests_across(policy, user));
    by_surviving_requests
        && policy.request.add_stopped_by == Sides::Both
        && policy.request.makes == Granted::Follow
        && policy.request.crossed == Crossed::Accepts
}

/// Returns whether a user's request can be granted while the block stands.
fn grants_across(policy: &Policy, requester: User) -> bool {
    let survives = !names(policy.block.cancels_requests_of, requester);
    let acceptor = match requester {
        User::Blocker => User::Blocked,
        User::Blocked => User::Blocker,
    };
    let is_accepted = !names(policy.request.accept_stopped_by, acceptor);
    // If the target takes requests from anyone, a request is granted as soon as it is sent.
    requests_across(policy, requester) || survives && is_accepted
}

fn requests_across(policy: &Policy, requester: User) -> bool {
    !names(policy.request.stopped_by, requester)
}

/// Returns whether a part names the user: as the actor, whose block it is, or as the target.
///
/// For a gate, the block is the actor's own if the blocker acts, and the target's if the blocked
/// user acts. For what a block does, the blocker is the actor.
fn names(sides: Sides, user: User) -> bool {
    match user {
        User::Blocker => sides.has_actor(),
        User::Blocked => sides.has_target(),
    }
}
