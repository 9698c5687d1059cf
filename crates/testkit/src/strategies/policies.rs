//! Policies: the profiles, and any other.

use proptest::prelude::*;
use proptest::sample::select;
use socialgraph::{Limits, Notice, Policy, RequestMode, Sides};

use super::Tuning;

/// Makes one of the named profiles, with limits of the tuning.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning};
/// use socialgraph::{Limits, Policy};
///
/// proptest!(|((name, policy) in strategies::profiles(&Tuning::default()))| {
///     let named = Policy::PROFILES.into_iter().find(|(profile, _)| *profile == name);
///     let same_limits = named.map(|(_, profile)| {
///         let mut profile = profile;
///         profile.limits = policy.limits;
///         profile
///     });
///     prop_assert_eq!(same_limits, Some(policy));
/// });
/// ```
pub fn profiles(tuning: &Tuning) -> impl Strategy<Value = (&'static str, Policy)> + Clone + use<> {
    (select(&Policy::PROFILES[..]), limits(tuning)).prop_map(with_limits)
}

type NamedPolicy = (&'static str, Policy);

fn with_limits(((name, mut policy), limits): (NamedPolicy, Limits)) -> NamedPolicy {
    policy.limits = limits;
    (name, policy)
}

/// Makes any policy: half of them profiles, half with every part drawn by itself.
///
/// It shrinks to the first profile.
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
    let sides = [(); 5].map(|()| select(&Sides::ALL[..]));
    let notice = select(&[Notice::Silent, Notice::Told][..]);
    let mode = select(&RequestMode::ALL[..]);
    (sides, notice, mode, limits(tuning)).prop_map(from_parts)
}

fn from_parts((sides, notice, mode, limits): ([Sides; 5], Notice, RequestMode, Limits)) -> Policy {
    let mut policy = Policy::tencent_rest();
    [
        policy.message_stopped_by,
        policy.message_needs_listing_by,
        policy.befriending_stopped_by,
        policy.block_clears_friends_of,
        policy.block_cancels_requests_of,
    ] = sides;

    policy.notice_of_blocked_message = notice;
    policy.initial_request_mode = mode;
    policy.limits = limits;
    policy
}

fn limits(tuning: &Tuning) -> impl Strategy<Value = Limits> + Clone + use<> {
    if tuning.limits.is_empty() {
        select(vec![Limits::NONE])
    } else {
        select(tuning.limits.clone())
    }
}
