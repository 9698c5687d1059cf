//! Policies by name.

use std::fmt;

use super::Policy;
use crate::text::{Quoted, write_joined};

/// The least similarity of a name that an error suggests, as `strsim::jaro_winkler` measures it.
const NEAR: f64 = 0.8;

impl Policy {
    /// Returns the policy of this name: a profile, which follows a real system
    /// as far as the parts of a policy can say.
    ///
    /// `docs/semantics.md` says what each profile has. If a system documents no rule for an
    /// interaction, that interaction follows the message's gate.
    ///
    /// ```
    /// use socialgraph::Policy;
    ///
    /// assert_eq!(Policy::named("tencent_rest")?, Policy::tencent_rest());
    /// let error = Policy::named("mastadon").unwrap_err();
    /// assert_eq!(error.to_string(), "there is no policy `mastadon`; did you mean `mastodon`?");
    /// # Ok::<(), socialgraph::UnknownPolicy>(())
    /// ```
    ///
    /// # Errors
    /// Fails if no policy has the name. The error has the names that are near it.
    pub fn named(name: &str) -> Result<Self, UnknownPolicy> {
        let mut profiles = Self::PROFILES.iter();
        let profile = profiles.find(|(known, _)| *known == name);
        profile
            .map(|(_, policy)| *policy)
            .ok_or_else(|| UnknownPolicy::new(name))
    }

    /// Returns the names of all policies that have one, Tencent's first.
    ///
    /// ```
    /// use socialgraph::Policy;
    ///
    /// assert!(Policy::names().all(|name| Policy::named(name).is_ok()));
    /// assert_eq!(Policy::names().next(), Some("tencent_rest"));
    /// ```
    #[must_use]
    pub fn names() -> impl ExactSizeIterator<Item = &'static str> + Clone {
        Self::PROFILES.iter().map(|(name, _)| *name)
    }
}

/// The error of a name that no policy has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct UnknownPolicy {
    name: String,
    near: Vec<&'static str>,
}

impl UnknownPolicy {
    fn new(name: &str) -> Self {
        let mut near: Vec<(f64, &'static str)> = Policy::names()
            .map(|known| (strsim::jaro_winkler(name, known), known))
            .filter(|(similarity, _)| *similarity >= NEAR)
            .collect();
        near.sort_by(|(one, _), (other, _)| other.total_cmp(one));

        Self {
            name: name.to_owned(),
            near: near.into_iter().map(|(_, known)| known).collect(),
        }
    }

    /// Returns the name that no policy has.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the names of policies that are near it, the nearest first.
    #[must_use]
    pub fn near(&self) -> &[&'static str] {
        &self.near
    }
}

impl fmt::Display for UnknownPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no policy {}; ", Quoted(&self.name))?;
        let quoted = |f: &mut fmt::Formatter<'_>, name: &str| write!(f, "`{name}`");
        if self.near.is_empty() {
            f.write_str("the names are ")?;
            write_joined(f, Policy::names(), ", ", quoted)
        } else {
            f.write_str("did you mean ")?;
            write_joined(f, self.near.iter().copied(), " or ", quoted)?;
            f.write_str("?")
        }
    }
}

impl std::error::Error for UnknownPolicy {}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn an_unknown_name_lists_the_near_ones_or_all() {
        let near = |name| Policy::named(name).unwrap_err().near().to_vec();
        assert_eq!(near("tencent")[0], "tencent_rest");
        assert_eq!(near("tencent-mutual")[0], "tencent_mutual");
        assert_eq!(near("Mastodon"), ["mastodon"]);
        assert_eq!(near("xmpp"), Vec::<&str>::new());

        let error = Policy::named("").unwrap_err();
        assert_eq!(error.name(), "");
        for name in Policy::names() {
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        }
    }
}
