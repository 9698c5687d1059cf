//! Policies: the profiles, and any other.

use proptest::prelude::*;
use proptest::sample::select;
use socialgraph::{
    BlockRules, Crossed, Gate, Granted, Limits, Notice, Notices, Policy, RequestMode, RequestRules,
    Sides,
};

use super::Tuning;

/// Makes one of the named policies, with limits of the tuning.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning};
/// use socialgraph::Policy;
///
/// proptest!(|((name, policy) in strategies::profiles(&Tuning::default()))| {
///     let named = Policy::named(name).unwrap();
///     prop_assert_eq!(Policy { limits: policy.limits, ..named }, policy);
/// });
/// ```
pub fn profiles(tuning: &Tuning) -> impl Strategy<Value = (&'static str, Policy)> + Clone + use<> {
    (select(Policy::PROFILES), limits(tuning)).prop_map(with_limits)
}

type NamedPolicy = (&'static str, Policy);

fn with_limits(((name, mut policy), limits): (NamedPolicy, Limits)) -> NamedPolicy {
    policy.limits = limits;
    (name, policy)
}

/// Makes any policy: half of them named, half with every part drawn by itself.
///
/// A limit is drawn by itself, too: each from those of the tuning. A policy shrinks to the first
/// named one.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning};
/// use socialgraph::{Relation, SocialGraph};
///
/// proptest!(|(policy in strategies::policies(&Tuning::default()))| {
///     prop_assert!(policy.reachable_relations().contains(Relation::STRANGERS));
/// });
/// ```
pub fn policies(tuning: &Tuning) -> impl Strategy<Value = Policy> + Clone + use<> {
    prop_oneof![
        profiles(tuning).prop_map(|(_, policy)| policy),
        any_parts(tuning)
    ]
}

/// Makes a policy with every part drawn by itself.
fn any_parts(tuning: &Tuning) -> impl Strategy<Value = Policy> + Clone + use<> {
    let gates = [(); 4].map(|()| gate());
    let each_limit = [(); 4].map(|()| limits(tuning));
    (gates, request_rules(), block_rules(), each_limit).prop_map(
        |([message, call, group_invitation, presence], request, block, limits)| Policy {
            message,
            call,
            group_invitation,
            presence,
            request,
            block,
            limits: one_of_each(limits),
        },
    )
}

fn gate() -> impl Strategy<Value = Gate> + Clone {
    (sides(), sides(), notices()).prop_map(|(stopped_by, needs_listing_by, notice)| Gate {
        stopped_by,
        needs_listing_by,
        notice,
    })
}

fn request_rules() -> impl Strategy<Value = RequestRules> + Clone {
    let stopped_by = [sides(), sides(), sides()];
    let crossed = select(&Crossed::ALL[..]);
    let makes = select(&Granted::ALL[..]);
    let mode = select(&RequestMode::ALL[..]);

    (stopped_by, crossed, makes, mode, notices()).prop_map(
        |([request, accept, add], crossed, makes, initial_mode, notice)| RequestRules {
            stopped_by: request,
            accept_stopped_by: accept,
            add_stopped_by: add,
            crossed,
            makes,
            initial_mode,
            notice,
        },
    )
}

fn block_rules() -> impl Strategy<Value = BlockRules> + Clone {
    (sides(), sides()).prop_map(|(clears_friends_of, cancels_requests_of)| BlockRules {
        clears_friends_of,
        cancels_requests_of,
    })
}

fn notices() -> impl Strategy<Value = Notices> + Clone {
    let notice = select(&Notice::ALL[..]);
    (notice.clone(), notice).prop_map(|(own, other)| Notices { own, other })
}

fn sides() -> impl Strategy<Value = Sides> + Clone {
    select(&Sides::ALL[..])
}

/// Returns the first limit of the first limits, the second of the second and so on.
fn one_of_each([blocked, friends, requests_in, batch]: [Limits; 4]) -> Limits {
    Limits {
        blocked: blocked.blocked,
        friends: friends.friends,
        requests_in: requests_in.requests_in,
        batch: batch.batch,
    }
}

fn limits(tuning: &Tuning) -> impl Strategy<Value = Limits> + Clone + use<> {
    if tuning.limits.is_empty() {
        select(vec![Limits::NONE])
    } else {
        select(tuning.limits.clone())
    }
}
