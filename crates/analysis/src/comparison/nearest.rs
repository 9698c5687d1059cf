//! The named policies, by their distance from a policy.

use socialgraph::{PartValue, Policy};

use super::part::{DifferentPart, different_parts};

/// A named policy, and how far it is from a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
// May grow: there are more ways to measure a distance.
#[non_exhaustive]
pub struct Near {
    /// The name, as in [`Policy::PROFILES`].
    pub name: &'static str,
    /// The named policy.
    pub policy: Policy,
    /// The parts that count for the distance, with the value of the policy in question first.
    pub parts: Vec<DifferentPart>,
    /// The limits that differ. They do not count for the distance.
    pub limits: Vec<DifferentPart>,
}

impl Near {
    /// Returns the number of parts that count.
    #[must_use]
    pub fn distance(&self) -> usize {
        self.parts.len()
    }
}

/// Returns all named policies, the nearest first.
///
/// The distance is the number of parts that differ, limits apart. A part of the gate of calls,
/// group invitations or presence does not count if in both policies it has the value of the
/// message's gate: the difference is counted there. Policies at the same distance come in the
/// order of the number of limits that differ, then in the order of [`Policy::PROFILES`].
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::nearest;
///
/// let near = nearest(&Policy::tencent_mutual());
/// assert_eq!((near[0].name, near[0].distance()), ("tencent_mutual", 0));
/// assert_eq!((near[1].name, near[1].distance()), ("tencent_rest", 1));
/// assert_eq!(near[1].parts[0].to_string(), "message.stopped_by: both, target");
/// ```
#[must_use]
pub fn nearest(policy: &Policy) -> Vec<Near> {
    let mut nearest = Vec::new();
    for &(name, named) in Policy::PROFILES {
        nearest.push(near(policy, name, named));
    }
    nearest.sort_by_key(|near| (near.distance(), near.limits.len()));
    nearest
}

/// Returns the distance of two policies, as [`nearest`] measures it.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::distance;
///
/// assert_eq!(distance(&Policy::tencent_rest(), &Policy::tencent_mutual()), 1);
/// ```
#[must_use]
pub fn distance(one: &Policy, other: &Policy) -> usize {
    let (counted, _) = counted_parts(one, other);
    counted.len()
}

fn near(policy: &Policy, name: &'static str, named: Policy) -> Near {
    let (parts, limits) = counted_parts(policy, &named);
    Near {
        name,
        policy: named,
        parts,
        limits,
    }
}

/// Returns the parts that differ and count for the distance, and the limits that differ.
fn counted_parts(one: &Policy, other: &Policy) -> (Vec<DifferentPart>, Vec<DifferentPart>) {
    let different = different_parts(one, other);
    let (limits, mut parts): (Vec<_>, Vec<_>) =
        different.into_iter().partition(DifferentPart::is_limit);
    parts.retain(|part| {
        let follows = |policy| follows_message(policy, part.path);
        !(follows(one) && follows(other))
    });
    (parts, limits)
}

/// Returns whether a part of the gate of calls, group invitations or presence has the value of the
/// message's.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::follows_message;
///
/// let xmpp = Policy::named("xep_0191")?;
/// assert!(follows_message(&xmpp, "call.notice.other"));
/// assert!(!follows_message(&xmpp, "presence.notice.other"));
/// assert!(!follows_message(&xmpp, "message.notice.other"));
/// # Ok::<(), socialgraph::UnknownPolicy>(())
/// ```
#[must_use]
pub fn follows_message(policy: &Policy, path: &str) -> bool {
    let Some((gate, rest)) = path.split_once('.') else {
        return false;
    };
    let is_other_gate = ["call", "group_invitation", "presence"].contains(&gate);
    is_other_gate && value_of(policy, path) == value_of(policy, &format!("message.{rest}"))
}

fn value_of(policy: &Policy, path: &str) -> Option<PartValue> {
    let part = policy.parts().find(|(known, _)| *known == path);
    part.map(|(_, value)| value)
}
