//! How many users the checker searches, and the pairs that they form.

use std::fmt;

/// The number of users in a state.
///
/// ```
/// use socialgraph_analysis::checker::Users;
///
/// assert_eq!(Users::Three.count(), 3);
/// assert_eq!(Users::Three.names(), ["alice", "bob", "carol"]);
/// assert_eq!(Users::from_count(5), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// May grow: five users are a matter of memory and time.
#[non_exhaustive]
pub enum Users {
    /// One pair.
    Two,
    /// Three pairs: two entries of a user compete for room under a limit of one.
    Three,
    /// Six pairs: up to 22⁶ states (113 million) under Tencent's policies, and 52⁶ (20 thousand
    /// million) under any.
    Four,
}

const NAMES: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// The pairs of users by number. The pairs of the first `n` users are a prefix of this list.
const PAIRS: [(usize, usize); 6] = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)];

impl Users {
    /// Every number of users, lowest first.
    pub const ALL: [Self; 3] = [Self::Two, Self::Three, Self::Four];

    /// Returns the number of users.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
        }
    }

    /// Returns the value for `count` users, or `None` if the checker cannot search that many.
    #[must_use]
    pub fn from_count(count: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|users| users.count() == count)
    }

    /// Returns the users' names in traces.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        NAMES.get(..self.count()).unwrap_or(&NAMES)
    }

    /// Returns the pairs by the numbers of their users, the lower number first.
    pub(super) fn pairs(self) -> &'static [(usize, usize)] {
        let pair_count = self.count() * (self.count() - 1) / 2;
        PAIRS.get(..pair_count).unwrap_or(&PAIRS)
    }

    /// Returns the names of a pair's first and second user.
    pub(super) fn names_of_pair(self, pair: usize) -> (&'static str, &'static str) {
        let (first, second) = self.pairs().get(pair).copied().unwrap_or_default();
        let name = |user: usize| self.names().get(user).copied().unwrap_or_default();
        (name(first), name(second))
    }
}

impl fmt::Display for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.count().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Users;

    #[test]
    fn every_two_users_form_one_pair() {
        for users in Users::ALL {
            let mut expected = 0;
            for second in 0..users.count() {
                for first in 0..second {
                    assert!(users.pairs().contains(&(first, second)), "{users}");
                    expected += 1;
                }
            }

            assert_eq!(users.pairs().len(), expected);
            assert_eq!(users.names().len(), users.count());
            assert_eq!(users.to_string(), users.count().to_string());
        }
    }
}
