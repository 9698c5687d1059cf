//! A policy on one line: a named one, and what is different.

use std::fmt;
use std::str::FromStr;

use socialgraph::{ParsePolicyError, Policy};

/// A policy as one line of text: a named policy, and the parts that differ from it.
///
/// It prints the named policy that was read. A [`Policy`] prints the one with the fewest parts
/// that differ.
///
/// ```
/// use socialgraph::{Notice, Policy};
/// use socialgraph_analysis::story::PolicyText;
///
/// let text: PolicyText = "mastodon with message.notice.other = told".parse()?;
/// assert_eq!(text.policy().message.notice.other, Notice::Told);
/// assert_eq!(PolicyText::from(Policy::tencent_mutual()).to_string(), "tencent_mutual");
/// # Ok::<(), socialgraph::ParsePolicyError>(())
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

impl From<Policy> for PolicyText {
    fn from(policy: Policy) -> Self {
        let base = policy.nearest_name();
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
        for (index, (path, value)) in self.policy.parts_unlike(&base).enumerate() {
            let separator = if index == 0 { WITH } else { ", " };
            write!(f, "{separator}{path} = {value}")?;
        }
        Ok(())
    }
}

/// Reads a named policy, and what is different.
///
/// # Errors
/// Fails as the reading of a [`Policy`] does.
impl FromStr for PolicyText {
    type Err = ParsePolicyError;

    fn from_str(text: &str) -> Result<Self, ParsePolicyError> {
        let policy: Policy = text.parse()?;
        let name = text.split_once(WITH).map_or(text, |(name, _)| name).trim();
        let base = Policy::names().find(|known| *known == name);
        Ok(Self {
            base: base.unwrap_or_else(|| policy.nearest_name()),
            policy,
        })
    }
}
