//! Two chat servers to compare with the engine: one with planted bugs, one over `SQLite`.

mod bug;
mod faulty;
mod sqlite;
#[cfg(test)]
mod tests;

pub use bug::Bug;
pub use faulty::Server;
pub use sqlite::Database;

use socialgraph::Policy;
use socialgraph_testkit::conformance::{self, Agreement, Config, Finding};
use socialgraph_testkit::strategies::TIGHT_LIMITS;

/// The number of logs for a server in memory.
pub const IN_MEMORY: u32 = 1024;

/// The number of logs for a database, where each question is a transaction.
pub const STORED: u32 = 96;

/// Looks for a bug, in the server with it.
///
/// # Errors
/// Returns what was found.
pub fn find(bug: Bug) -> Result<Agreement, Box<Finding>> {
    let (_, policy) = bug.policy();
    let mut server = Server::new(policy, Some(bug));
    conformance::compare(&mut server, &config(policy, IN_MEMORY))
}

/// Returns a configuration with this number of logs.
#[must_use]
pub fn config(policy: Policy, logs: u32) -> Config {
    let mut config = Config::new(policy);
    config.logs = logs;
    config
}

/// Returns the rules of the vendor's REST API, with limits that a few users reach.
#[must_use]
pub fn policy() -> Policy {
    let mut policy = Policy::tencent_rest();
    policy.limits = TIGHT_LIMITS;
    policy
}
