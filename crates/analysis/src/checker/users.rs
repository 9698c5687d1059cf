//! How many users are searched, and which pairs they make.

use std::fmt;

/// How many users the states are of.
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
    /// Three pairs: limits make them compete for room.
    Three,
    /// Six pairs: up to 22⁶ states for the profiles here, 113 million.
    Four,
}

const NAMES: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// The pairs by the numbers of their users. Those of fewer users come first, so that as many
/// users as one likes have the first pairs of this list.
const PAIRS: [(usize, usize); 6] = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)];

impl Users {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Two, Self::Three, Self::Four];

    /// Returns how many there are.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
        }
    }

    /// Returns as many users as that, where they can be searched.
    #[must_use]
    pub fn from_count(count: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|users| users.count() == count)
    }

    /// Returns the names that traces call them by.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        NAMES.get(..self.count()).unwrap_or(&NAMES)
    }

    /// Returns the pairs of users by their numbers, the lower number first.
    pub(super) fn pairs(self) -> &'static [(usize, usize)] {
        PAIRS
            .get(..self.count() * (self.count() - 1) / 2)
            .unwrap_or(&PAIRS)
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
    fn each_two_users_are_one_pair() {
        for users in Users::ALL {
            let all = (0..users.count()).flat_map(|b| (0..b).map(move |a| (a, b)));
            let pairs = users.pairs();
            assert_eq!(all.clone().count(), pairs.len());
            assert!(all.into_iter().all(|pair| pairs.contains(&pair)), "{users}");
            assert_eq!(users.names().len(), users.count());
            assert_eq!(users.to_string(), users.count().to_string());
        }
    }
}
