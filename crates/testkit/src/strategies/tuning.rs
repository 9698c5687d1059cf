//! The tuning of the strategies.

use std::ops::RangeInclusive;

use socialgraph::{Limits, RequestMode};

use super::Weights;

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

/// The users and their names, the length of a log and the weight of each operation.
///
/// The default is the tuning of this crate's own tests. Start from it and change its fields:
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
    /// The number of users; 0 counts as 1. Default: 5, so that they meet often.
    pub users: u8,
    /// The percentage of names that no user has; more than 100 counts as 100. Default: 3.
    pub unknown_percent: u8,
    /// The percentage of logs with two names that are easily taken for one. Default: 20.
    ///
    /// The two differ in case alone (`ann`, `Ann`), in a mark that is a character of its own or
    /// not, in a space at an end, or after a long common beginning, which may be as long as a
    /// name can be. Most are of two users who join. Others are given to a user by a rename.
    ///
    /// More than 100 counts as 100. With 0, a log has the plain names of
    /// [`valid_names`](Self::valid_names) and no others. Only [`logs`](super::logs()) have odd
    /// names: other strategies keep to the plain ones.
    pub odd_names_percent: u8,
    /// The percentage of actions on the pair of the action before, in either direction.
    ///
    /// More than 100 counts as 100. Default: 40, because most faults take several actions on
    /// one pair.
    pub same_pair_percent: u8,
    /// The maximum number of operations in a log, after its users have joined. Default: 60.
    ///
    /// At most [`MOST_OPERATIONS`](Self::MOST_OPERATIONS); more counts as that number.
    pub operations: usize,
    /// The maximum number of targets of a batch, or of its actors. Default: 7, one more than the
    /// tight limits allow.
    ///
    /// At most [`MOST_TARGETS`](Self::MOST_TARGETS); more counts as that number.
    pub targets: usize,
    /// Limits to draw for a policy, an adopted one included. Empty means [`Limits::NONE`].
    ///
    /// A policy that is not a named one has each limit from any of them.
    ///
    /// Default: the vendor's limits, [`TIGHT_LIMITS`] and no limits.
    pub limits: Vec<Limits>,
    /// Request modes to draw. Empty means all three, the default.
    pub request_modes: Vec<RequestMode>,
    /// How often each operation comes.
    pub weights: Weights,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            users: 5,
            unknown_percent: 3,
            odd_names_percent: 20,
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
    /// The upper bound of [`operations`](Self::operations).
    pub const MOST_OPERATIONS: usize = 4096;

    /// The upper bound of [`targets`](Self::targets), a little over the vendor's limit.
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
        let mut users = Vec::new();
        for number in 0..usize::from(self.users.max(1)) {
            match NAMES.get(number) {
                Some(name) => users.push((*name).to_owned()),
                None => users.push(format!("user{number}")),
            }
        }
        users
    }

    /// Returns the names that users are given when they are renamed: one for each user.
    ///
    /// They are none if no operation renames users.
    ///
    /// ```
    /// use socialgraph_testkit::strategies::Tuning;
    ///
    /// let mut tuning = Tuning::default();
    /// assert_eq!(tuning.new_names(), ["ann2", "ben2", "cyd2", "dot2", "eve2"]);
    /// tuning.weights.rename_user = 0;
    /// assert!(tuning.new_names().is_empty());
    /// ```
    #[must_use]
    pub fn new_names(&self) -> Vec<String> {
        if self.weights.rename_user == 0 {
            return Vec::new();
        }
        self.users().iter().map(|user| format!("{user}2")).collect()
    }

    /// Returns every plain name in a log: those of the users, and then those that renames give.
    ///
    /// Two of them may be replaced by odd names: see
    /// [`odd_names_percent`](Self::odd_names_percent).
    ///
    /// ```
    /// use socialgraph_testkit::strategies::Tuning;
    ///
    /// assert_eq!(Tuning::default().valid_names().len(), 10);
    /// ```
    #[must_use]
    pub fn valid_names(&self) -> Vec<String> {
        [self.users(), self.new_names()].concat()
    }

    /// Returns every ordered pair of [`valid_names`](Self::valid_names), with [`UNKNOWN_NAME`]
    /// among them.
    ///
    /// ```
    /// use socialgraph_testkit::strategies::Tuning;
    ///
    /// let pairs = Tuning::default().pairs();
    /// assert_eq!(pairs.len(), 11 * 11);
    /// assert!(pairs.contains(&("ann".to_owned(), "nobody".to_owned())));
    /// assert!(pairs.contains(&("ann2".to_owned(), "ben".to_owned())));
    /// ```
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut names = self.valid_names();
        names.push(UNKNOWN_NAME.to_owned());

        let mut pairs = Vec::new();
        for actor in &names {
            for target in &names {
                pairs.push((actor.clone(), target.clone()));
            }
        }
        pairs
    }

    /// Returns the range of the number of operations in a log.
    pub(crate) fn log_lengths(&self) -> RangeInclusive<usize> {
        0..=self.operations.min(Self::MOST_OPERATIONS)
    }

    /// Returns the range of the number of targets of a batch.
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
