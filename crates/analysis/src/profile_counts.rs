//! The pinned counts of the built-in profiles.
//!
//! A count that changes means that a rule has changed or that the search misses states. Tests
//! count again what takes seconds, and compare every row with the table in
//! `docs/verification.md`. The command `socialgraph check` compares every search with its row.

use socialgraph::Limits;

use crate::checker::Users;

/// Limits that three users reach: one entry on each list.
pub const LIMITS_OF_ONE: Limits = Limits {
    blocked: Some(1),
    friends: Some(1),
    requests_in: Some(1),
    batch: None,
};

/// The pinned counts of one search.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::checker::{Users, check};
/// use socialgraph_analysis::profile_counts::ProfileCounts;
///
/// let report = check(&Policy::tencent_rest(), Users::Two);
/// let pinned = ProfileCounts::find("tencent_rest", false, Users::Two);
/// assert_eq!(pinned.map(|counts| counts.states), Some(report.states()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Exhaustive on purpose: each row is complete.
pub struct ProfileCounts {
    /// The name of the profile, as in `Policy::PROFILES`.
    pub profile: &'static str,
    /// Whether the profile has [`LIMITS_OF_ONE`] instead of its own limits.
    pub limits_of_one: bool,
    /// The number of users.
    pub users: Users,
    /// The number of reachable states.
    pub states: u64,
    /// The number of transitions between them.
    pub transitions: u64,
    /// The number of operations to the state furthest from the start.
    pub depth: usize,
}

impl ProfileCounts {
    /// Every pinned row, profile by profile.
    ///
    /// `tencent_rest` and `tencent_mutual` differ in messages alone, so their counts are equal.
    pub const ALL: [Self; 18] = [
        own_limits("tencent_rest", Users::Two, 13, 114, 2),
        own_limits("tencent_rest", Users::Three, 2_197, 57_798, 6),
        own_limits("tencent_rest", Users::Four, 4_826_809, 253_964_412, 12),
        limits_of_one("tencent_rest", Users::Two, 13, 114, 2),
        limits_of_one("tencent_rest", Users::Three, 1_232, 24_168, 6),
        limits_of_one("tencent_rest", Users::Four, 512_109, 15_656_628, 12),
        own_limits("tencent_mutual", Users::Two, 13, 114, 2),
        own_limits("tencent_mutual", Users::Three, 2_197, 57_798, 6),
        own_limits("tencent_mutual", Users::Four, 4_826_809, 253_964_412, 12),
        limits_of_one("tencent_mutual", Users::Two, 13, 114, 2),
        limits_of_one("tencent_mutual", Users::Three, 1_232, 24_168, 6),
        limits_of_one("tencent_mutual", Users::Four, 512_109, 15_656_628, 12),
        own_limits("tencent_keep_friends", Users::Two, 22, 162, 3),
        own_limits("tencent_keep_friends", Users::Three, 10_648, 235_224, 9),
        own_limits(
            "tencent_keep_friends",
            Users::Four,
            113_379_904,
            5_009_330_304,
            18,
        ),
        limits_of_one("tencent_keep_friends", Users::Two, 22, 162, 3),
        limits_of_one("tencent_keep_friends", Users::Three, 3_249, 54_444, 7),
        limits_of_one(
            "tencent_keep_friends",
            Users::Four,
            1_858_028,
            49_572_696,
            12,
        ),
    ];

    /// Returns the row of a search, or `None` if no counts of the profile are pinned.
    #[must_use]
    pub fn find(profile: &str, limits_of_one: bool, users: Users) -> Option<Self> {
        Self::ALL.into_iter().find(|row| {
            row.profile == profile && row.limits_of_one == limits_of_one && row.users == users
        })
    }
}

const fn own_limits(
    profile: &'static str,
    users: Users,
    states: u64,
    transitions: u64,
    depth: usize,
) -> ProfileCounts {
    ProfileCounts {
        profile,
        limits_of_one: false,
        users,
        states,
        transitions,
        depth,
    }
}

const fn limits_of_one(
    profile: &'static str,
    users: Users,
    states: u64,
    transitions: u64,
    depth: usize,
) -> ProfileCounts {
    ProfileCounts {
        limits_of_one: true,
        ..own_limits(profile, users, states, transitions, depth)
    }
}
