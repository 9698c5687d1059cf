//! The pinned counts of the named policies, and the properties that each lacks.
//!
//! A count that changes means that a rule has changed or that the search misses states. Tests
//! count again what takes seconds, and compare every row with the table in
//! `docs/verification.md`. The command `socialgraph check` compares every search with its row.

use socialgraph::{Interaction, Limits, Reason, Verdict};

use crate::checker::{Property, Sometimes, Users};

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
    /// The name of the policy, as in `Policy::PROFILES`.
    pub profile: &'static str,
    /// Whether the policy has [`LIMITS_OF_ONE`] instead of its own limits.
    pub limits_of_one: bool,
    /// The number of users.
    pub users: Users,
    /// The number of reachable states.
    pub states: u64,
    /// The number of transitions between them.
    pub transitions: u64,
    /// The number of operations to the state furthest from the start.
    pub depth: usize,
    /// The properties that the policy lacks: those of its duties that fail.
    pub lacks: &'static [Property],
}

impl ProfileCounts {
    /// Returns every pinned row.
    ///
    /// Every policy has rows for two and three users, and one for three users within
    /// [`LIMITS_OF_ONE`]. Two users cannot exceed these limits. Tencent's policies have rows for
    /// four users.
    pub fn all() -> impl Iterator<Item = Self> {
        GROUPS.iter().flat_map(Group::rows)
    }

    /// Returns the row of a search, or `None` if no counts of the search are pinned.
    #[must_use]
    pub fn find(profile: &str, limits_of_one: bool, users: Users) -> Option<Self> {
        Self::all().find(|row| {
            row.profile == profile && row.limits_of_one == limits_of_one && row.users == users
        })
    }

    /// Returns the properties of some state that have no witness in the search.
    ///
    /// A list is full only if its limit is one and a user has two peers.
    ///
    /// ```
    /// use socialgraph::{Interaction, Verdict};
    /// use socialgraph_analysis::checker::{Sometimes, Users};
    /// use socialgraph_analysis::profile_counts::ProfileCounts;
    ///
    /// // Matrix ignores, so a blocked user is never told.
    /// let matrix = ProfileCounts::find("matrix", false, Users::Two).unwrap();
    /// let told = Sometimes::Interaction(Interaction::Message, Verdict::Refused);
    /// assert!(matrix.unwitnessed().contains(&told));
    /// ```
    #[must_use]
    pub fn unwitnessed(&self) -> Vec<Sometimes> {
        let never = NEVER
            .iter()
            .find(|(names, _)| names.contains(&self.profile));
        let never = never.map_or(&[][..], |(_, never)| *never);

        let mut expected: Vec<Sometimes> = Sometimes::all()
            .filter(|property| never.iter().any(|never| never.covers(*property)))
            .collect();
        if !self.limits_of_one || self.users == Users::Two {
            expected.extend(FULL.map(Sometimes::Reason));
        }
        expected
    }
}

/// The reasons of full lists.
const FULL: [Reason; 4] = [
    Reason::ActorBlocklistFull,
    Reason::ActorFriendsFull,
    Reason::TargetFriendsFull,
    Reason::TargetRequestsFull,
];

/// The states, transitions and depth of a search.
type Counts = (u64, u64, usize);

/// Policies with equal counts, which lack the same properties.
///
/// Gates and notices change no count.
struct Group {
    names: &'static [&'static str],
    lacks: &'static [Property],
    two: Counts,
    three: Counts,
    /// Three users within [`LIMITS_OF_ONE`].
    three_within_one: Counts,
    /// The names that have rows for four users.
    names_of_four: &'static [&'static str],
    four: Counts,
    four_within_one: Counts,
}

impl Group {
    fn rows(&'static self) -> impl Iterator<Item = ProfileCounts> {
        let searches = [
            (self.names, Users::Two, false, self.two),
            (self.names, Users::Three, false, self.three),
            (self.names, Users::Three, true, self.three_within_one),
            (self.names_of_four, Users::Four, false, self.four),
            (self.names_of_four, Users::Four, true, self.four_within_one),
        ];

        searches
            .into_iter()
            .flat_map(move |(names, users, limits_of_one, counts)| {
                let (states, transitions, depth) = counts;
                names.iter().map(move |profile| ProfileCounts {
                    profile,
                    limits_of_one,
                    users,
                    states,
                    transitions,
                    depth,
                    lacks: self.lacks,
                })
            })
    }
}

/// A group without rows for four users.
const fn group(
    names: &'static [&'static str],
    lacks: &'static [Property],
    two: Counts,
    three: Counts,
    three_within_one: Counts,
) -> Group {
    Group {
        names,
        lacks,
        two,
        three,
        three_within_one,
        names_of_four: &[],
        four: (0, 0, 0),
        four_within_one: (0, 0, 0),
    }
}

const R19: Property = Property::NoEntryAcrossBlock;
const R20: Property = Property::NoClearedEntryAcrossBlock;
const R21: Property = Property::NoRequestAcrossBlock;
const R22: Property = Property::BlockedCannotReachBlocker;
const R23: Property = Property::NoOppositeRequests;
const R24: Property = Property::GrantsMakeFriends;

#[rustfmt::skip]
const GROUPS: [Group; 11] = [
    Group {
        names_of_four: &["tencent_rest", "tencent_mutual"],
        four: (4_826_809, 253_964_412, 12),
        four_within_one: (512_109, 15_656_628, 12),
        ..group(
            &[
                "tencent_rest", "tencent_mutual", "lemmy", "nakama", "stoat", "rocket_chat",
                "fluxer", "discord", "whatsapp", "signal", "telegram",
            ],
            &[],
            (13, 114, 2), (2_197, 57_798, 6), (1_232, 24_168, 6),
        )
    },
    Group {
        names_of_four: &["tencent_keep_friends"],
        four: (113_379_904, 5_009_330_304, 18),
        four_within_one: (1_858_028, 49_572_696, 12),
        ..group(
            &["tencent_keep_friends", "rongcloud", "zim"],
            &[],
            (22, 162, 3), (10_648, 235_224, 9), (3_249, 54_444, 7),
        )
    },
    group(
        &["openim", "tangsengdaodao"],
        &[R19, R21, R23],
        (52, 616, 5), (140_608, 4_996_992, 15), (16_038, 356_238, 9),
    ),
    group(
        &["wildfire"],
        &[R19, R21, R22, R23],
        (52, 488, 5), (140_608, 3_958_656, 15), (16_038, 311_688, 9),
    ),
    group(
        &["mastodon"],
        &[R19, R20, R21, R23, R24],
        (16, 118, 3), (4_096, 90_624, 9), (2_119, 37_956, 9),
    ),
    group(
        &["gotosocial", "misskey"],
        &[R23, R24],
        (12, 98, 2), (1_728, 42_336, 6), (1_035, 20_064, 6),
    ),
    group(
        &["bluesky"],
        &[R19, R21, R23, R24],
        (36, 368, 4), (46_656, 1_430_784, 12), (8_694, 186_894, 9),
    ),
    group(
        &["xep_0191", "mongooseim"],
        &[R21, R23, R24],
        (36, 230, 4), (46_656, 894_240, 12), (8_694, 140_274, 9),
    ),
    group(
        &["prosody"],
        &[R21, R23, R24],
        (25, 168, 3), (15_625, 315_000, 9), (4_709, 77_706, 9),
    ),
    group(
        &["matrix"],
        &[R19, R21],
        (40, 324, 4), (64_000, 1_555_200, 12), (10_692, 194_940, 9),
    ),
    group(
        &["wire"],
        &[R19, R21],
        (40, 276, 4), (64_000, 1_324_800, 12), (10_692, 175_644, 9),
    ),
];

/// What no state shows under a policy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Never {
    /// One of these interactions that is refused silently.
    Silent(&'static [Interaction]),
    /// One of these interactions that is refused neutrally.
    Neutral(&'static [Interaction]),
    /// One of these interactions that is refused with a reason or neutrally.
    Refused(&'static [Interaction]),
    /// The actor's own block as a reason.
    ActorBlocks,
}

impl Never {
    fn covers(self, property: Sometimes) -> bool {
        let is_one_of = |never: &[Interaction], verdict| {
            never
                .iter()
                .any(|&found| property == Sometimes::Interaction(found, verdict))
        };
        match self {
            Self::Silent(never) => is_one_of(never, Verdict::RefusedSilently),
            Self::Refused(never) => is_one_of(never, Verdict::Refused),
            Self::Neutral(never) => {
                matches!(property, Sometimes::Neutral(found) if never.contains(&found))
            }
            Self::ActorBlocks => property == Sometimes::Reason(Reason::ActorBlocks),
        }
    }
}

const ANY: &[Interaction] = &Interaction::ALL;
const CALL: &[Interaction] = &[Interaction::Call];
const PRESENCE: &[Interaction] = &[Interaction::Presence];
const ANY_BUT_PRESENCE: &[Interaction] = &[
    Interaction::Message,
    Interaction::Call,
    Interaction::GroupInvitation,
];

/// What no state shows. Under `stoat`, a block clears the friend lists that a message needs, so
/// its neutral refusal is never seen.
#[rustfmt::skip]
const NEVER: [(&[&str], &[Never]); 8] = [
    (
        &["tencent_rest", "tencent_mutual", "tencent_keep_friends", "mastodon", "gotosocial"],
        &[Never::Refused(ANY), Never::Neutral(ANY)],
    ),
    (&["matrix"], &[Never::Refused(ANY), Never::Neutral(ANY), Never::ActorBlocks]),
    (&["openim", "tangsengdaodao"], &[Never::Silent(ANY), Never::Neutral(ANY), Never::ActorBlocks]),
    (
        &["wildfire"],
        &[Never::Silent(ANY), Never::Neutral(ANY), Never::ActorBlocks, Never::Refused(CALL)],
    ),
    (
        &[
            "misskey", "bluesky", "lemmy", "stoat", "rocket_chat", "telegram", "rongcloud", "zim",
        ],
        &[Never::Silent(ANY), Never::Neutral(ANY)],
    ),
    (&["xep_0191", "mongooseim"], &[Never::Silent(ANY_BUT_PRESENCE), Never::Neutral(PRESENCE)]),
    (&["nakama", "fluxer", "discord"], &[Never::Silent(ANY)]),
    (&["prosody", "whatsapp", "signal"], &[Never::Neutral(ANY)]),
];
