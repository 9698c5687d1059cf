//! How far a comparison has come.

use super::Agreement;

/// How far a comparison has come.
///
/// See [`compare_with`](super::compare_with).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of logs to play: kept ones and random ones.
    pub logs: u64,
    /// What was compared so far without a difference.
    pub agreement: Agreement,
    /// The number of logs that differed so far.
    pub findings: u64,
    /// The log that is being shrunk.
    pub shrinking: Option<Shrinking>,
}

/// How far the shrinking of a log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shrinking {
    /// The number of attempts so far.
    pub attempts: u32,
    /// The number of steps of the shortest log so far.
    pub steps: usize,
}
