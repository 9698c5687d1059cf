//! The parts in which two policies differ.

use std::fmt;

use socialgraph::{PartValue, Policy};

/// A part of a policy that has another value in another policy.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::diff;
///
/// let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_keep_friends());
/// assert_eq!(comparison.parts()[0].to_string(), "block.clears_friends_of: both, neither");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// Exhaustive on purpose: a path and two values are all there is.
pub struct DifferentPart {
    /// The path of the part in a file.
    pub path: &'static str,
    /// Its value in each of the two policies.
    pub values: [PartValue; 2],
}

impl DifferentPart {
    /// Returns whether the part is a limit.
    pub(super) const fn is_limit(&self) -> bool {
        matches!(self.values, [PartValue::Limit(_), _])
    }
}

/// The path, then both values.
impl fmt::Display for DifferentPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = self.values;
        write!(f, "{}: {one}, {other}", self.path)
    }
}

/// Returns the parts that differ, in the order of [`Policy::parts`].
pub(super) fn different_parts(one: &Policy, other: &Policy) -> Vec<DifferentPart> {
    let mut parts = Vec::new();
    for ((path, one), (_, other)) in one.parts().zip(other.parts()) {
        if one != other {
            let values = [one, other];
            parts.push(DifferentPart { path, values });
        }
    }
    parts
}
