//! What a search will take, before it runs.

use socialgraph::Policy;

use super::property::Property;
use super::run;
use super::space;
use super::users::Users;

/// The bits of a search for each state: visited, at this depth, and at the next.
const BITS_OF_SEARCH: u64 = 3;

/// The further bit for each state of a second search, which keeps a frontier for each depth.
const BITS_OF_FIRST_FRONTIER: u64 = 1;

/// An upper bound of the states and of the memory of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// May grow: a search may take more than memory.
#[non_exhaustive]
pub struct Estimate {
    /// The number of relations that a pair can reach.
    pub relations: u64,
    /// The number of states that can be written down: one relation for each pair.
    pub states: u64,
    /// The bytes of the bit sets over these states.
    pub bytes: u64,
}

/// Returns an upper bound of what [`check`](super::check) takes.
///
/// It searches two users, which takes milliseconds. If a pair reaches r relations, n pairs have
/// at most rⁿ states. Limits make them fewer. The search takes three bits for each. If a property
/// fails for two users, the trace takes a bit for each depth up to the deepest first failure,
/// and one. Tables of the rules' answers take a few MiB more.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::checker::{Users, estimate};
///
/// let estimate = estimate(&Policy::tencent_keep_friends(), Users::Four);
/// assert_eq!(estimate.states, 22_u64.pow(6));
/// assert_eq!(estimate.bytes >> 20, 40);
/// ```
#[must_use]
pub fn estimate(policy: &Policy, users: Users) -> Estimate {
    let relations = space::relation_count(policy);
    let mut states: u64 = 1;
    for _ in users.pairs() {
        states = states.saturating_mul(relations);
    }

    let words = states.div_ceil(u64::from(u64::BITS));
    let bytes_of_bit = words.saturating_mul(u64::from(u64::BITS / u8::BITS));
    Estimate {
        relations,
        states,
        bytes: bytes_of_bit.saturating_mul(bits_per_state(policy)),
    }
}

/// Returns the bits of a search for each state, and of the search for a trace.
///
/// A failure of two users is one of more users at the same depth, with the others strangers.
fn bits_per_state(policy: &Policy) -> u64 {
    let report = run::run(policy, Users::Two, &Property::ALL, |_| ());
    let traces = report.violations().iter();
    let longest = traces.map(|violation| violation.trace().len()).max();
    match longest {
        Some(depth) => {
            let frontiers = u64::try_from(depth).unwrap_or(u64::MAX);
            frontiers.saturating_add(BITS_OF_SEARCH + BITS_OF_FIRST_FRONTIER)
        }
        None => BITS_OF_SEARCH,
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::Policy;

    use super::{Estimate, estimate};
    use crate::checker::{Users, check};

    #[test]
    fn a_search_has_at_most_the_states_of_its_estimate() {
        for &(name, policy) in Policy::PROFILES {
            let states = check(&policy, Users::Two).states();
            assert_eq!(estimate(&policy, Users::Two).states, states, "{name}");
        }

        for name in ["tencent_rest", "mastodon"] {
            let mut policy = Policy::named(name).unwrap();
            let states = check(&policy, Users::Three).states();
            assert_eq!(estimate(&policy, Users::Three).states, states, "{name}");

            policy.limits.requests_in = Some(1);
            let states = check(&policy, Users::Three).states();
            assert!(states < estimate(&policy, Users::Three).states, "{name}");
        }
    }

    /// The maximum of relations is 52, so four users have at most 52⁶ states.
    #[test]
    fn the_memory_of_four_users_is_three_bits_a_state_and_more_for_traces() {
        let holds = estimate(&Policy::tencent_rest(), Users::Four);
        let states = 13_u64.pow(6);
        let bytes_of_bit = states.div_ceil(64) * 8;
        assert_eq!(
            holds,
            Estimate {
                relations: 13,
                states,
                bytes: 3 * bytes_of_bit
            }
        );

        let openim = Policy::named("openim").unwrap();
        let fails = estimate(&openim, Users::Four);
        let states = 52_u64.pow(6);
        let traces = check(&openim, Users::Two);
        let longest = traces.violations().iter().map(|v| v.trace().len()).max();
        assert_eq!((fails.states, longest), (states, Some(2)));
        assert_eq!(fails.bytes, (2 + 4) * states.div_ceil(64) * 8);
    }
}
