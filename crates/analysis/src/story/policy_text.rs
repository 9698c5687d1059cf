//! A policy on one line: a named one, and what is different.

use std::fmt;
use std::str::FromStr;

use socialgraph::{PartValue, Policy, Quoted, UnknownPolicy};

/// A policy as one line of text: a named policy, and the parts that differ from it.
///
/// It prints the named policy that was read, or else the one with the fewest parts that differ.
///
/// ```
/// use socialgraph::{Notice, Policy};
/// use socialgraph_analysis::story::PolicyText;
///
/// let text: PolicyText = "mastodon with message.notice.other = told".parse()?;
/// assert_eq!(text.policy().message.notice.other, Notice::Told);
/// assert_eq!(PolicyText::from(Policy::tencent_mutual()).to_string(), "tencent_mutual");
/// # Ok::<(), socialgraph_analysis::story::PolicyTextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyText {
    /// The named policy.
    base: &'static str,
    policy: Policy,
}

impl PolicyText {
    /// Returns the policy.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Returns the name of the policy, if no part differs from the named one.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        (Policy::named(self.base) == Ok(self.policy)).then_some(self.base)
    }
}

/// Finds the named policy with the fewest parts that differ, the first of several.
impl From<Policy> for PolicyText {
    fn from(policy: Policy) -> Self {
        let nearest = Policy::PROFILES
            .iter()
            .min_by_key(|(_, named)| differing(&policy, named).count());
        let base = nearest.map_or("tencent_rest", |(name, _)| *name);
        Self { base, policy }
    }
}

/// What stands between the name and the parts.
const WITH: &str = " with ";

impl fmt::Display for PolicyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base)?;
        let Ok(base) = Policy::named(self.base) else {
            return Ok(());
        };
        let parts = differing(&self.policy, &base);
        for (index, (path, value)) in parts.enumerate() {
            let separator = if index == 0 { WITH } else { ", " };
            write!(f, "{separator}{path} = {value}")?;
        }
        Ok(())
    }
}

/// Returns the parts of a policy that differ from another.
fn differing(policy: &Policy, other: &Policy) -> impl Iterator<Item = (&'static str, PartValue)> {
    let pairs = policy.parts().zip(other.parts());
    pairs.filter_map(|(part, other)| (part != other).then_some(part))
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyTextError {
    /// No policy has the name.
    Name(UnknownPolicy),
    /// What stands behind `with` is not `PATH = VALUE`.
    Assignment(String),
    /// No part has the path; the nearest one.
    Path(String, &'static str),
    /// The part does not have the value; what it may be.
    Value {
        /// The path of the part.
        path: &'static str,
        /// The value that it cannot have.
        value: String,
        /// What it may be.
        choices: String,
    },
}

impl fmt::Display for PolicyTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => write!(f, "{error}"),
            Self::Assignment(text) => {
                write!(f, "{} is not of the form `PATH = VALUE`", Quoted(text))
            }
            Self::Path(path, nearest) => {
                write!(f, "no part is {}; the nearest is `{nearest}`", Quoted(path))
            }
            Self::Value {
                path,
                value,
                choices,
            } => write!(f, "{path} cannot be {}; it may be {choices}", Quoted(value)),
        }
    }
}

impl std::error::Error for PolicyTextError {}

/// Reads a named policy, and what is different.
///
/// # Errors
/// Fails if no policy has the name, no part the path, or the part cannot have the value.
impl FromStr for PolicyText {
    type Err = PolicyTextError;

    fn from_str(text: &str) -> Result<Self, PolicyTextError> {
        let (name, changes) = match text.split_once(WITH) {
            Some((name, changes)) => (name.trim(), Some(changes)),
            None => (text.trim(), None),
        };

        let mut policy = Policy::named(name).map_err(PolicyTextError::Name)?;
        let base = Policy::names()
            .find(|known| *known == name)
            .unwrap_or_default();
        for change in changes.into_iter().flat_map(|changes| changes.split(',')) {
            policy = with_change(policy, change.trim())?;
        }
        Ok(Self { base, policy })
    }
}

fn with_change(policy: Policy, change: &str) -> Result<Policy, PolicyTextError> {
    let (path, value) = change
        .split_once('=')
        .ok_or_else(|| PolicyTextError::Assignment(change.to_owned()))?;
    let (path, value) = (path.trim(), value.trim());

    let (path, before) = policy
        .parts()
        .find(|(known, _)| *known == path)
        .ok_or_else(|| PolicyTextError::Path(path.to_owned(), nearest_path(&policy, path)))?;
    let read = read_value(before, value);
    read.and_then(|value| policy.with_part(path, value))
        .ok_or_else(|| PolicyTextError::Value {
            path,
            value: value.to_owned(),
            choices: choices(before),
        })
}

/// Reads a value of the same kind as another.
fn read_value(kind: PartValue, text: &str) -> Option<PartValue> {
    if matches!(kind, PartValue::Limit(_)) {
        if text == PartValue::Limit(None).to_string() {
            return Some(PartValue::Limit(None));
        }
        return text.parse().ok().map(|limit| PartValue::Limit(Some(limit)));
    }
    let mut choices = kind.choices().into_iter();
    choices.find(|choice| choice.to_string() == text)
}

fn choices(kind: PartValue) -> String {
    if matches!(kind, PartValue::Limit(_)) {
        return format!("`none`, or a number up to {}", u32::MAX);
    }
    let choices: Vec<_> = kind.choices().iter().map(|it| format!("`{it}`")).collect();
    choices.join(", ")
}

fn nearest_path(policy: &Policy, path: &str) -> &'static str {
    let mut paths: Vec<_> = policy.parts().map(|(known, _)| known).collect();
    paths.sort_by(|one, other| {
        let similarity = |known: &str| strsim::jaro_winkler(known, path);
        similarity(other).total_cmp(&similarity(one))
    });
    paths.first().copied().unwrap_or_default()
}
