//! What the strategies are aimed at.

use std::ops::RangeInclusive;

use socialgraph::Limits;
use socialgraph::RequestMode;

/// The names of the first users; later ones are numbered.
const NAMES: [&str; 8] = ["ann", "ben", "cyd", "dot", "eve", "fay", "gus", "hal"];

/// Limits that a few users reach.
///
/// A user may block two users, list two friends and have one request waiting. A batch may
/// name six users.
pub const TIGHT_LIMITS: Limits = Limits {
    blocked: Some(2),
    friends: Some(2),
    requests_in: Some(1),
    batch: Some(6),
};

/// A name that no log ever adds.
pub const UNKNOWN_NAME: &str = "nobody";

/// What the strategies aim at: how many users, how long a log, what is in it.
///
/// The default is what this crate tests itself with. Start from it and change its fields:
///
/// ```
/// use socialgraph_testkit::strategies::Tuning;
///
/// let mut tuning = Tuning::default();
/// tuning.users = 3;
/// tuning.weights.batch = 0;
/// assert_eq!(tuning.users(), ["ann", "ben", "cyd"]);
/// ```
// May grow by a field, so it is changed from the default and not built by literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tuning {
    /// How many users a log speaks of; 0 counts as 1. Few, so that they meet: 5.
    pub users: u8,
    /// In how many of 100 places a name is one that nobody has; more counts as 100. 3.
    pub unknown_percent: u8,
    /// In how many of 100 places in a log an action is on the pair of the action before it,
    /// one way or the other; more counts as 100. 40: what goes wrong takes several actions.
    pub same_pair_percent: u8,
    /// The most operations in a log, after its users have joined; more than
    /// [`MOST_OPERATIONS`](Self::MOST_OPERATIONS) counts as that. 60.
    pub operations: usize,
    /// The most targets of a batch; more than [`MOST_TARGETS`](Self::MOST_TARGETS) counts as
    /// that. 7, one more than the tight limits let pass.
    pub targets: usize,
    /// The limits that a policy is drawn with; none at all counts as [`Limits::NONE`]. The
    /// vendor's, [`TIGHT_LIMITS`] and no limits.
    pub limits: Vec<Limits>,
    /// The modes that users are given; none at all counts as all three. All three.
    pub request_modes: Vec<RequestMode>,
    /// How often each operation comes.
    pub weights: Weights,
}

/// How often each operation comes, in proportion to the others.
///
/// One that is 0 never comes, in a batch neither: without any action there is no batch. Where
/// nothing is left that could come, each counts as 1. The users join a log by themselves.
// May grow by an operation, so it is changed from a value and not built by literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Weights {
    /// Blocking. 14.
    pub block: u16,
    /// Lifting a block. 7.
    pub unblock: u16,
    /// Sending a friend request. 18: blocks end what requests begin.
    pub send_request: u16,
    /// Accepting one. 12.
    pub accept_request: u16,
    /// Declining one. 6.
    pub decline_request: u16,
    /// Taking one back. 6.
    pub cancel_request: u16,
    /// Adding a friend unasked, on one list or both. 15.
    pub add_friend: u16,
    /// Removing a friend from one list or both. 9.
    pub remove_friend: u16,
    /// In how many of 100 places where a friend is added or removed it is one way; more counts
    /// as 100. 60. A host without one-way friends takes 0.
    pub one_way_percent: u8,
    /// Any of these on many targets at once. 9.
    pub batch: u16,
    /// Setting a request mode. 6.
    pub request_mode: u16,
    /// Barring a user from sending requests, and lifting the bar. 3.
    pub request_sending: u16,
    /// Adding a user, who mostly is there already. 3.
    pub add_user: u16,
    /// Adding a user by a name that is no valid one. 1.
    pub add_invalid: u16,
    /// Removing a user. 2.
    pub remove_user: u16,
}

impl Weights {
    /// Nothing at all; ways are shared as by default. For a host that does a few things only.
    ///
    /// ```
    /// use socialgraph_testkit::strategies::{Tuning, Weights};
    ///
    /// let mut tuning = Tuning::default();
    /// tuning.weights = Weights::NONE;
    /// (tuning.weights.block, tuning.weights.unblock) = (2, 1);
    /// ```
    pub const NONE: Self = Self {
        block: 0,
        unblock: 0,
        send_request: 0,
        accept_request: 0,
        decline_request: 0,
        cancel_request: 0,
        add_friend: 0,
        remove_friend: 0,
        one_way_percent: 60,
        batch: 0,
        request_mode: 0,
        request_sending: 0,
        add_user: 0,
        add_invalid: 0,
        remove_user: 0,
    };
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            block: 14,
            unblock: 7,
            send_request: 18,
            accept_request: 12,
            decline_request: 6,
            cancel_request: 6,
            add_friend: 15,
            remove_friend: 9,
            one_way_percent: Self::NONE.one_way_percent,
            batch: 9,
            request_mode: 6,
            request_sending: 3,
            add_user: 3,
            add_invalid: 1,
            remove_user: 2,
        }
    }
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            users: 5,
            unknown_percent: 3,
            same_pair_percent: 40,
            operations: 60,
            targets: 7,
            limits: vec![Limits::TENCENT, TIGHT_LIMITS, Limits::NONE],
            request_modes: RequestMode::ALL.to_vec(),
            weights: Weights::default(),
        }
    }
}

impl Tuning {
    /// The most operations that a log has, whatever the tuning.
    pub const MOST_OPERATIONS: usize = 4096;

    /// The most targets that a batch has: some more than the vendor's limit lets pass.
    pub const MOST_TARGETS: usize = 1024;

    /// Returns the names of the users, in the order in which a log adds them.
    ///
    /// ```
    /// use socialgraph_testkit::strategies::Tuning;
    ///
    /// assert_eq!(Tuning::default().users(), ["ann", "ben", "cyd", "dot", "eve"]);
    /// ```
    #[must_use]
    pub fn users(&self) -> Vec<String> {
        let name = |number: usize| {
            NAMES
                .get(number)
                .map_or_else(|| format!("user{number}"), ToString::to_string)
        };
        (0..usize::from(self.users.max(1))).map(name).collect()
    }

    /// Returns every ordered pair of names that a log may give, the unknown one included.
    ///
    /// ```
    /// use socialgraph_testkit::strategies::Tuning;
    ///
    /// let pairs = Tuning::default().pairs();
    /// assert_eq!(pairs.len(), 36);
    /// assert!(pairs.contains(&("ann".to_owned(), "nobody".to_owned())));
    /// ```
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut names = self.users();
        names.push(UNKNOWN_NAME.to_owned());
        let all = names
            .iter()
            .flat_map(|a| names.iter().map(move |b| (a.clone(), b.clone())));
        all.collect()
    }

    /// Returns how many operations a log may have.
    pub(crate) fn log_lengths(&self) -> RangeInclusive<usize> {
        0..=self.operations.min(Self::MOST_OPERATIONS)
    }

    /// Returns how many targets a batch may have.
    pub(super) fn batch_lengths(&self) -> RangeInclusive<usize> {
        0..=self.targets.min(Self::MOST_TARGETS)
    }

    /// Returns the modes that users are given.
    pub(super) fn modes(&self) -> Vec<RequestMode> {
        match &self.request_modes[..] {
            [] => RequestMode::ALL.to_vec(),
            modes => modes.to_vec(),
        }
    }
}
