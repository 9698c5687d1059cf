//! What a system answered after a step.

use super::Answer;
use socialgraph::{Interaction, List};

/// The answers of a system to every query after a step.
#[derive(Debug, Default)]
pub(super) struct Observation {
    pub(super) pairs: Vec<ObservedPair>,
    pub(super) lists: Vec<ObservedList>,
    pub(super) pages: Vec<ObservedPage>,
}

/// The answers to the questions about an ordered pair of names.
#[derive(Debug)]
pub(super) struct ObservedPair {
    pub(super) actor: String,
    pub(super) target: String,
    /// The answer about each interaction that is compared, the message first.
    pub(super) reached: Vec<(Interaction, Answer)>,
    /// The answer about a friend request, if it is offered.
    pub(super) request: Option<Answer>,
}

/// A whole list.
#[derive(Debug)]
pub(super) struct ObservedList {
    pub(super) user: String,
    pub(super) list: List,
    pub(super) names: Vec<String>,
}

/// One page of a list.
#[derive(Debug)]
pub(super) struct ObservedPage {
    pub(super) user: String,
    pub(super) list: List,
    /// Whether the page begins a scan.
    pub(super) first: bool,
    /// Whether the page ends the scan.
    pub(super) last: bool,
    /// The number of users that were asked for.
    pub(super) limit: usize,
    pub(super) names: Vec<String>,
}
