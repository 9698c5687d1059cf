//! The configuration of a comparison.

use std::io;
use std::path::PathBuf;

use super::kept_logs;
use crate::strategies::Tuning;
use socialgraph::{Interaction, Policy};

/// The configuration of a comparison.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_testkit::conformance::Config;
/// use socialgraph_testkit::strategies::TIGHT_LIMITS;
///
/// let mut policy = Policy::tencent_rest();
/// policy.limits = TIGHT_LIMITS; // Set up your system with the same limits.
/// let mut config = Config::new(policy);
/// config.logs = 20;
/// config.tuning.users = 3;
/// ```
///
/// # Limits
///
/// Four users and 100 operations never reach the vendor's limits of 1000 blocked users, 3000
/// friends, 100 requests and 1000 targets of a batch. To compare the size of a batch (R14) and
/// full lists (R15), give both sides limits as small as [`TIGHT_LIMITS`](crate::strategies::TIGHT_LIMITS).
///
/// # Cost
///
/// After every operation everything is asked again. With four users that is two questions on
/// each of 25 pairs, one more for each of up to three other interactions, and up to six lists
/// of each user, whole and by pages: about 170 calls if the system offers everything. Each user
/// who is renamed adds a name to ask about, and so does each odd name of a log.
///
/// For a system over a network, lower `logs` and `tuning.operations` first, then
/// `tuning.users`: the number of pairs grows with its square. `interactions` can leave out some.
/// If the two differ, `findings` and `attempts` bound the number of further logs.
// May grow by a field, so it is made by `new` and not by a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The rules that the system should follow.
    pub policy: Policy,
    /// The number of logs. 1024.
    pub logs: u32,
    /// The seed of the logs: the same seed gives the same logs. 0.
    pub seed: u64,
    /// What the logs contain.
    ///
    /// By default: four users, at most 100 operations, no invalid names, and as many blocks
    /// lifted as set. The policy has limits of its own: those of the tuning are for the policies
    /// that it becomes. If the system allows fewer names than the engine, such as shorter ones
    /// or none with spaces, set [`odd_names_percent`](Tuning::odd_names_percent) to 0.
    pub tuning: Tuning,
    /// The interactions to compare if the system offers them. All.
    ///
    /// If messages are not among them, the system is not asked about messages.
    pub interactions: Vec<Interaction>,
    /// The percentage of operations that are replaced by two concurrent actions on one pair.
    ///
    /// Only an action on a pair is replaced, by actions that are possible then. More than 100
    /// counts as 100. 10.
    pub concurrent_percent: u8,
    /// The number of entries on a page of a list. 1.
    pub page: usize,
    /// The number of differing logs to shrink; the shortest is reported. 8.
    pub findings: u32,
    /// The maximum number of attempts to shrink a log. 20,000.
    pub attempts: u32,
    /// The directory of logs that were found before. None.
    ///
    /// They are played first, in the order of their names, and the first that differs is
    /// reported. The log of a new finding is written there: as JSON, which is played again, and
    /// as a story. The directory belongs into version control, as the regressions of `proptest`
    /// do. If a fault is mended, its log stays.
    pub kept_logs: Option<PathBuf>,
}

impl Config {
    /// Creates the default configuration for systems that follow these rules.
    ///
    /// See [`Config`] for an example.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        let mut tuning = Tuning {
            users: 4,
            operations: 100,
            ..Tuning::default()
        };
        tuning.weights.add_invalid = 0;
        tuning.weights.unblock = tuning.weights.block;

        Self {
            policy,
            logs: 1024,
            seed: 0,
            tuning,
            interactions: Interaction::ALL.to_vec(),
            concurrent_percent: 10,
            page: 1,
            findings: 8,
            attempts: 20_000,
            kept_logs: None,
        }
    }

    /// Returns the files of the logs that were found before, in the order in which they are played.
    ///
    /// They are none without [`kept_logs`](Self::kept_logs), or if the directory is not there.
    ///
    /// # Errors
    /// Fails if the directory cannot be read.
    pub fn kept_log_files(&self) -> io::Result<Vec<PathBuf>> {
        match &self.kept_logs {
            Some(directory) => kept_logs::paths(directory),
            None => Ok(Vec::new()),
        }
    }
}
