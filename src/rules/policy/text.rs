//! A policy on one line: a named one, and the parts that differ from it.

use std::fmt;
use std::str::FromStr;

use super::{PartValue, Policy, UnknownPolicy};
use crate::text::{Quoted, write_joined};

/// What stands between the name and the parts.
const WITH: &str = " with ";

impl Policy {
    /// Returns the parts that differ from another policy, with their values in this one.
    ///
    /// ```
    /// use socialgraph::Policy;
    ///
    /// let keeps = Policy::tencent_keep_friends();
    /// let (path, value) = keeps.parts_unlike(&Policy::tencent_rest()).next().unwrap();
    /// assert_eq!((path, value.to_string().as_str()), ("block.clears_friends_of", "neither"));
    /// ```
    pub fn parts_unlike(&self, other: &Self) -> impl Iterator<Item = (&'static str, PartValue)> {
        let pairs = self.parts().zip(other.parts());
        pairs.filter_map(|(part, other)| (part != other).then_some(part))
    }

    /// Returns the name of the policy with the fewest parts that differ, the first of several.
    ///
    /// ```
    /// use socialgraph::{Limits, Policy};
    ///
    /// let policy = Policy { limits: Limits::NONE, ..Policy::tencent_mutual() };
    /// assert_eq!(policy.nearest_name(), "tencent_mutual");
    /// ```
    #[must_use]
    pub fn nearest_name(&self) -> &'static str {
        self.nearest().0
    }

    fn nearest(&self) -> (&'static str, Self) {
        let profiles = Self::PROFILES.iter();
        let nearest = profiles.min_by_key(|(_, named)| self.parts_unlike(named).count());
        nearest.map_or(("tencent_rest", Self::tencent_rest()), |profile| *profile)
    }
}

/// Prints the policy as its nearest named one, and the parts that differ.
///
/// ```
/// use socialgraph::{Limits, Policy};
///
/// let mut policy = Policy::tencent_rest();
/// assert_eq!(policy.to_string(), "tencent_rest");
/// policy.limits.blocked = None;
/// policy.limits.batch = Some(50);
/// let text = "tencent_rest with limits.blocked = none, limits.batch = 50";
/// assert_eq!(policy.to_string(), text);
/// assert_eq!(text.parse(), Ok(policy));
/// ```
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, named) = self.nearest();
        f.write_str(name)?;

        for (index, (path, value)) in self.parts_unlike(&named).enumerate() {
            let separator = if index == 0 { WITH } else { ", " };
            write!(f, "{separator}{path} = {value}")?;
        }
        Ok(())
    }
}

/// The error of a text that is no policy.
///
/// ```
/// use socialgraph::Policy;
///
/// let error = "tencent_rest with limits.bach = 5".parse::<Policy>().unwrap_err();
/// assert_eq!(error.to_string(), "no part is `limits.bach`; the nearest is `limits.batch`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ParsePolicyError {
    /// No policy has the name.
    #[error(transparent)]
    Name(#[from] UnknownPolicy),
    /// What stands behind `with` is not `PATH = VALUE`.
    #[error("{} is not of the form `PATH = VALUE`", Quoted(.0))]
    Assignment(String),
    /// A part is set twice.
    #[error("{0} is set twice")]
    Twice(&'static str),
    /// No part has the path.
    #[error("no part is {}; the nearest is `{nearest}`", Quoted(.path))]
    Path {
        /// The path that no part has.
        path: String,
        /// The path that is most like it.
        nearest: &'static str,
    },
    /// The part cannot have the value.
    #[error("{path} cannot be {}; it may be {}", Quoted(.value), Choices(*.kind))]
    Value {
        /// The path of the part.
        path: &'static str,
        /// The value that it cannot have.
        value: String,
        /// A value of the kind that it has: [`PartValue::choices`] are the others.
        kind: PartValue,
    },
}

/// What a part may be.
struct Choices(PartValue);

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self.0, PartValue::Limit(_)) {
            return write!(f, "`none`, or a number up to {}", u32::MAX);
        }
        write_joined(f, self.0.choices(), ", ", |f, it| write!(f, "`{it}`"))
    }
}

/// Reads the name of a policy, and what is different behind ` with `.
///
/// ```
/// use socialgraph::{Notice, Policy};
///
/// let policy: Policy = "mastodon with message.notice.other = told".parse()?;
/// assert_eq!(policy.message.notice.other, Notice::Told);
/// # Ok::<(), socialgraph::ParsePolicyError>(())
/// ```
impl FromStr for Policy {
    type Err = ParsePolicyError;

    fn from_str(text: &str) -> Result<Self, ParsePolicyError> {
        let (name, changes) = match text.split_once(WITH) {
            Some((name, changes)) => (name, Some(changes)),
            None => (text, None),
        };

        let mut policy = Self::named(name.trim())?;
        let mut set = Vec::new();
        for change in changes.into_iter().flat_map(|changes| changes.split(',')) {
            let path;
            (path, policy) = changed(policy, change.trim())?;
            if set.contains(&path) {
                return Err(ParsePolicyError::Twice(path));
            }
            set.push(path);
        }
        Ok(policy)
    }
}

/// Returns the path in a change of the form `PATH = VALUE`, and the policy with the change.
fn changed(policy: Policy, change: &str) -> Result<(&'static str, Policy), ParsePolicyError> {
    let (path, value) = change
        .split_once('=')
        .ok_or_else(|| ParsePolicyError::Assignment(change.to_owned()))?;
    let (path, value) = (path.trim(), value.trim());

    let mut parts = policy.parts();
    let (path, kind) = parts.find(|(known, _)| *known == path).ok_or_else(|| {
        let nearest = nearest_path(&policy, path);
        ParsePolicyError::Path {
            path: path.to_owned(),
            nearest,
        }
    })?;

    let changed = read_value(kind, value).and_then(|value| policy.with_part(path, value));
    let changed = changed.ok_or_else(|| ParsePolicyError::Value {
        path,
        value: value.to_owned(),
        kind,
    })?;
    Ok((path, changed))
}

/// Reads a value of the same kind as another.
fn read_value(kind: PartValue, text: &str) -> Option<PartValue> {
    if matches!(kind, PartValue::Limit(_)) {
        let none = PartValue::Limit(None);
        if text == none.to_string() {
            return Some(none);
        }
        return text.parse().ok().map(|limit| PartValue::Limit(Some(limit)));
    }
    let mut choices = kind.choices().into_iter();
    choices.find(|choice| choice.to_string() == text)
}

/// Returns the path of a part that is most like a text.
fn nearest_path(policy: &Policy, path: &str) -> &'static str {
    let similarity = |known: &str| strsim::jaro_winkler(known, path);
    let paths = policy.parts().map(|(known, _)| known);
    let nearest = paths.max_by(|one, other| similarity(one).total_cmp(&similarity(other)));
    nearest.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Policy;
    use crate::PartValue;

    /// A named policy with values of any parts changed.
    fn policies() -> impl Strategy<Value = Policy> {
        let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u32>()), 0..9);
        let named = prop::sample::select(Policy::PROFILES);
        (named, changes).prop_map(|((_, mut policy), changes)| {
            for (index, number) in changes {
                let parts: Vec<_> = policy.parts().collect();
                let (path, value) = parts[index.index(parts.len())];
                let choices = match value {
                    PartValue::Limit(_) => [None, Some(number)].map(PartValue::Limit).to_vec(),
                    value => value.choices(),
                };
                let choice = choices[number as usize % choices.len()];
                policy = policy.with_part(path, choice).unwrap();
            }
            policy
        })
    }

    proptest! {
        #[test]
        fn policies_are_read_as_they_print(policy in policies()) {
            prop_assert_eq!(policy.to_string().parse(), Ok(policy));
        }
    }

    #[test]
    fn named_policies_print_as_a_name() {
        for (name, policy) in Policy::PROFILES {
            assert_eq!(Policy::named(policy.nearest_name()), Ok(*policy), "{name}");
            assert_eq!(policy.to_string(), policy.nearest_name());
        }
    }

    #[test]
    fn errors_say_what_is_wrong_and_what_may_stand_there() {
        let error = |text: &str| text.parse::<Policy>().unwrap_err().to_string();
        assert_eq!(
            error("mastadon"),
            Policy::named("mastadon").unwrap_err().to_string()
        );
        assert_eq!(
            error("wire with x"),
            "`x` is not of the form `PATH = VALUE`"
        );
        assert_eq!(
            error("wire with limits.batch = 1, limits.batch = 2"),
            "limits.batch is set twice"
        );
        assert_eq!(
            error("wire with call.stoped_by = actor"),
            "no part is `call.stoped_by`; the nearest is `call.stopped_by`"
        );
        assert_eq!(
            error("wire with call.stopped_by = bob"),
            "call.stopped_by cannot be `bob`; it may be `neither`, `actor`, `target`, `both`"
        );
        assert_eq!(
            error("wire with limits.batch = -1"),
            "limits.batch cannot be `-1`; it may be `none`, or a number up to 4294967295"
        );
    }
}
