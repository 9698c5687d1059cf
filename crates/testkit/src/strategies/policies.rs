//! Policies: the profiles, and any at all.

use proptest::prelude::*;
use proptest::sample::select;

use super::Tuning;
use socialgraph::RequestMode;
use socialgraph::{Limits, Notice, Policy, Sides};

/// Makes one of the named profiles, with limits of the tuning's.
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
    (select(&Policy::PROFILES[..]), limits(tuning)).prop_map(|((name, mut policy), limits)| {
        policy.limits = limits;
        (name, policy)
    })
}

/// Makes any policy: as often a profile as one put together freely.
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
        free(tuning)
    ]
}

/// Makes a policy of which every part is drawn by itself.
fn free(tuning: &Tuning) -> impl Strategy<Value = Policy> + Clone + use<> {
    let sides = [(); 5].map(|()| select(&Sides::ALL[..]));
    let notice = select(&[Notice::Silent, Notice::Told][..]);
    let mode = select(&RequestMode::ALL[..]);
    (sides, notice, mode, limits(tuning)).prop_map(|(sides, notice, mode, limits)| {
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
    })
}

fn limits(tuning: &Tuning) -> impl Strategy<Value = Limits> + Clone + use<> {
    let none = if tuning.limits.is_empty() {
        vec![Limits::NONE]
    } else {
        Vec::new()
    };
    select([tuning.limits.clone(), none].concat())
}
