//! What the search counts under the built-in profiles.
//!
//! A count that changes is a rule that has changed, or a search that misses something. The
//! tests compare the table in `docs/verification.md` with these, and count all but the
//! slowest again.

/// What is counted under a profile, with so many users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) profile: &'static str,
    /// Whether each list holds one entry at most.
    pub(crate) limits_of_one: bool,
    pub(crate) users: usize,
    pub(crate) states: u64,
    pub(crate) transitions: u64,
    pub(crate) depth: usize,
}

/// Every count, those of a profile together.
pub(crate) fn all() -> impl Iterator<Item = Counts> {
    let same = |profile| REST.map(|counts| Counts { profile, ..counts });
    let keep_friends = KEEP_FRIENDS.into_iter();
    same("tencent_rest")
        .into_iter()
        .chain(same("tencent_mutual"))
        .chain(keep_friends)
}

/// Two profiles differ in messages alone, and so have the same counts.
const REST: [Counts; 6] = profile(
    "tencent_rest",
    [
        (13, 114, 2),
        (2_197, 57_798, 6),
        (4_826_809, 253_964_412, 12),
    ],
    [(13, 114, 2), (1_232, 24_168, 6), (512_109, 15_656_628, 12)],
);

const KEEP_FRIENDS: [Counts; 6] = profile(
    "tencent_keep_friends",
    [
        (22, 162, 3),
        (10_648, 235_224, 9),
        (113_379_904, 5_009_330_304, 18),
    ],
    [
        (22, 162, 3),
        (3_249, 54_444, 7),
        (1_858_028, 49_572_696, 12),
    ],
);

/// States, transitions and depth.
type Three = (u64, u64, usize);

/// Returns the counts of two, three and four users, with the vendor's limits and with limits of 1.
const fn profile(name: &'static str, wide: [Three; 3], tight: [Three; 3]) -> [Counts; 6] {
    [
        counts(name, false, 2, wide[0]),
        counts(name, false, 3, wide[1]),
        counts(name, false, 4, wide[2]),
        counts(name, true, 2, tight[0]),
        counts(name, true, 3, tight[1]),
        counts(name, true, 4, tight[2]),
    ]
}

const fn counts(profile: &'static str, tight: bool, users: usize, counted: Three) -> Counts {
    let (states, transitions, depth) = counted;
    Counts {
        profile,
        limits_of_one: tight,
        users,
        states,
        transitions,
        depth,
    }
}
