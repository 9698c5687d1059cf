//! Who did what when.

use std::collections::VecDeque;

use socialgraph::{Operation, SocialGraph, UserId};

use crate::feed::{FeedError, ItemOf};
use crate::graph::{Operations, Outcomes};
use crate::history::{HistoryError, state_at};
use crate::host::Host;
use crate::log::{LogError, read_next};
use crate::position::Position;
use crate::state::State;

/// The entries about a user, or about a pair of users, in order.
///
/// It follows handles, so a user who was renamed is found under both names. An entry is about a
/// user if it names them, or if it changed one of their relations.
///
/// ```
/// use socialgraph::{Operation, Policy, SocialGraph};
/// use socialgraph_host::{Host, Options};
///
/// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
/// let start = host.position();
/// for name in ["ann", "ben"] {
///     host.propose(Operation::add_user(name)).wait()?;
/// }
/// host.propose(Operation::rename_user("ann", "anna")).wait()?;
///
/// let anna = host.reader().user_id("anna").unwrap();
/// let audit = host.audit(&[anna], start)?.collect::<Result<Vec<_>, _>>()?;
/// let lines: Vec<_> = audit.iter().map(|item| item.entry.to_string()).collect();
/// assert_eq!(lines, ["ann joins", "ann is renamed to anna"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Audit<'h> {
    host: &'h Host<SocialGraph>,
    state: State<SocialGraph>,
    through: u64,
    users: Vec<UserId>,
    found: VecDeque<ItemOf<SocialGraph>>,
}

impl Host<SocialGraph> {
    /// Returns the entries after a position that are about all of these users: one, or a pair.
    ///
    /// It replays the log from there: some microseconds for each entry.
    ///
    /// # Errors
    /// Fails if the position is of another epoch, of the future, or dropped.
    pub fn audit(&self, users: &[UserId], after: Position) -> Result<Audit<'_>, FeedError> {
        Ok(Audit {
            host: self,
            state: state_at(self.common(), after)?,
            through: self.position().number,
            users: users.to_vec(),
            found: VecDeque::new(),
        })
    }
}

impl Audit<'_> {
    /// Plays the next record, and keeps what is about the users.
    fn read_record(&mut self) -> Result<(), FeedError> {
        let after = self.state.mark().number;
        let record = read_next(&*self.host.common().log, after)?.ok_or(LogError::Hole {
            expected: after.saturating_add(1),
            found: self.through,
        })?;

        // Who is meant by a name is known before the entry alone: it may remove or rename.
        let mut meant = Vec::new();
        let before = |graph: &SocialGraph, entry: &Operations| meant.push(named(graph, entry));
        let played = self.state.play_with(&record, u64::MAX, before);
        let played = played.map_err(HistoryError::from)?;

        for (played, meant) in played.into_iter().zip(meant) {
            let Some(item) = played.into_item() else {
                continue;
            };
            let touched = touched(&item.outcome);
            let is_about = |user: &UserId| meant.contains(user) || touched.contains(user);
            if self.users.iter().all(is_about) {
                self.found.push_back(item);
            }
        }
        Ok(())
    }
}

/// Returns the users whom an entry names.
fn named(graph: &SocialGraph, entry: &Operations) -> Vec<UserId> {
    let names = entry.as_slice().iter().flat_map(Operation::names);
    names.filter_map(|name| graph.user_id(name)).collect()
}

/// Returns the users whom an outcome added, or whose relations it changed.
fn touched(outcomes: &Outcomes) -> Vec<UserId> {
    let mut users = Vec::new();
    for outcome in outcomes.as_slice() {
        if let socialgraph::Outcome::AddUser(Ok(user)) = outcome {
            users.push(*user);
        }
        for change in outcome.changes() {
            users.extend([change.actor, change.target]);
        }
    }
    users
}

impl Iterator for Audit<'_> {
    type Item = Result<ItemOf<SocialGraph>, FeedError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() {
            if self.state.mark().number >= self.through {
                return None;
            }
            if let Err(error) = self.read_record() {
                self.through = 0;
                return Some(Err(error));
            }
        }
        self.found.pop_front().map(Ok)
    }
}

impl std::fmt::Debug for Audit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Audit")
            .field("users", &self.users)
            .field("position", &self.state.position())
            .finish_non_exhaustive()
    }
}
