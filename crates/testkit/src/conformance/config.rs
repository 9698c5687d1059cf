//! What is compared, and how thoroughly.

use crate::strategies::Tuning;
use socialgraph::Policy;

/// How a comparison is made.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_testkit::conformance::Config;
/// use socialgraph_testkit::strategies::Tuning;
///
/// let mut policy = Policy::tencent_rest();
/// policy.limits = Tuning::TIGHT; // and the system is set up with the same
/// let mut config = Config::new(policy);
/// config.logs = 20;
/// config.tuning.users = 3;
/// ```
///
/// # Limits
///
/// Four users and 100 operations never reach the vendor's limits of 1000 blocked, 3000
/// friends, 100 requests and 1000 a batch. The size of a batch (R14) and full lists (R15) are
/// compared only where both sides have limits as small as [`Tuning::TIGHT`].
///
/// # Cost
///
/// Everything is asked anew after every operation: with four users that is two questions on
/// each of 25 pairs and up to four lists of each user, whole and by the page, some 75 calls
/// where lists and pages are offered. For a system over a network lower `logs` and
/// `tuning.operations` first; then `tuning.users`, as the pairs grow with its square. Where
/// the two differ, `findings` and `attempts` bound how many more logs are played.
// May grow by a field, so it is made by `new` and not by literal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The rules that the system is to follow.
    pub policy: Policy,
    /// How many logs are played. 1024.
    pub logs: u32,
    /// What the logs are drawn from: the same seed gives the same logs. 0.
    pub seed: u64,
    /// What is in the logs. Four users and no invalid names, which are the host's own to
    /// judge; 100 operations a log at most, and blocks lifted as often as set. Its limits play
    /// no part: the policy has its own.
    pub tuning: Tuning,
    /// In how many of 100 places two actions on one pair arrive at once, of which either could
    /// be done; more counts as 100. 10.
    pub concurrent_percent: u8,
    /// How many entries a page of a list has. 1.
    pub page: usize,
    /// How many logs that differ are made short, for the shortest to be reported. 8.
    pub findings: u32,
    /// The most logs that are played to make one short. 20,000.
    pub attempts: u32,
}

impl Config {
    /// Creates settings for systems that follow these rules.
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
            concurrent_percent: 10,
            page: 1,
            findings: 8,
            attempts: 20_000,
        }
    }
}
