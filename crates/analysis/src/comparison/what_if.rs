//! What each part of a policy is good for: the stories that another value would change.

use socialgraph::{PartValue, Policy};

use super::distinction::Distinction;
use super::stories::stories;

/// A policy with another value of one part, and what that changes for two users.
#[derive(Clone, Debug, PartialEq, Eq)]
// May grow: more of the comparison may turn out to be worth keeping.
#[non_exhaustive]
pub struct WhatIf {
    /// The path of the part in a file.
    pub path: &'static str,
    /// The other value.
    pub value: PartValue,
    /// The policy with the other value.
    pub policy: Policy,
    /// The number of stories that tell it from the policy.
    pub story_count: usize,
    /// The shortest of the stories; `None` if nothing that two users can do shows the change.
    pub shortest: Option<Distinction>,
}

/// Tries every other value of every part of a policy, except for limits.
///
/// The order is that of [`Policy::parts`] and [`PartValue::choices`]. It takes about a second.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::what_if;
///
/// let changes = what_if(&Policy::tencent_rest());
/// let told = changes.iter().find(|change| change.path == "message.notice.other").unwrap();
/// let story = told.shortest.as_ref().unwrap();
/// assert_eq!(story.steps().len(), 1);
///
/// // The target's block alone stops messages, so nobody can be told of their own.
/// let own = changes.iter().find(|change| change.path == "message.notice.own").unwrap();
/// assert_eq!(own.shortest, None);
/// ```
#[must_use]
pub fn what_if(policy: &Policy) -> Vec<WhatIf> {
    let parts = policy.parts();
    parts.flat_map(|part| changed(policy, part)).collect()
}

/// Tries every other value of one part of a policy. There is none of a limit or an unknown path.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::what_if_part;
///
/// let changes = what_if_part(&Policy::tencent_rest(), "request.crossed");
/// assert_eq!(changes.len(), 1);
/// assert_eq!(changes[0].value.to_string(), "waits");
/// ```
#[must_use]
pub fn what_if_part(policy: &Policy, path: &str) -> Vec<WhatIf> {
    let parts = policy.parts().filter(|(known, _)| *known == path);
    parts.flat_map(|part| changed(policy, part)).collect()
}

fn changed(policy: &Policy, (path, current): (&'static str, PartValue)) -> Vec<WhatIf> {
    let mut changes = Vec::new();
    for value in current.choices() {
        if value == current {
            continue;
        }
        if let Some(changed) = policy.with_part(path, value) {
            changes.push(compared(policy, path, value, changed));
        }
    }
    changes
}

fn compared(policy: &Policy, path: &'static str, value: PartValue, changed: Policy) -> WhatIf {
    let (stories, _) = stories(policy, &changed);
    WhatIf {
        path,
        value,
        policy: changed,
        story_count: stories.len(),
        shortest: stories.into_iter().next(),
    }
}
