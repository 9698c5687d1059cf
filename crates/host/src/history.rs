//! Going back to a position.

use std::io;
use std::path::Path;

use crate::host::{Common, Host, first};
use crate::locks::read;
use crate::log::{LogError, read_next};
use crate::machine::Machine;
use crate::position::Position;
use crate::snapshot;
use crate::state::{PlayError, State};

/// The error of a position that cannot be returned to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The position is of another epoch.
    #[error("position {wanted} is of another history: this one is at {here}")]
    OtherEpoch {
        /// The position asked for.
        wanted: Position,
        /// Where this history is.
        here: Position,
    },
    /// The position is not reached yet.
    #[error("position {wanted} is of the future: the state is at {here}")]
    Future {
        /// The position asked for.
        wanted: Position,
        /// Where this history is.
        here: Position,
    },
    /// What is needed was dropped behind a snapshot.
    #[error("position {wanted} was dropped: the oldest that can be returned to is {oldest}")]
    Dropped {
        /// The position asked for.
        wanted: Position,
        /// The oldest position that can be returned to.
        oldest: Position,
    },
    /// The snapshots cannot be read.
    #[error("the snapshots cannot be read: {0}")]
    Snapshots(io::Error),
    /// The log cannot be played.
    #[error(transparent)]
    Play(#[from] PlayError),
}

impl HistoryError {
    /// Returns the error of a log that cannot be read from a position on.
    fn of_log(error: LogError, wanted: Position) -> Self {
        match error {
            LogError::Forgotten { before } => Self::Dropped {
                wanted,
                oldest: Position {
                    number: before,
                    ..wanted
                },
            },
            error => error.into(),
        }
    }
}

impl From<LogError> for HistoryError {
    fn from(error: LogError) -> Self {
        Self::Play(error.into())
    }
}

impl<M: Machine> Host<M> {
    /// Returns the state as it was at a position.
    ///
    /// It loads the snapshot before the position, and plays the log from there: O(size of the
    /// state) and some microseconds for each entry.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
    /// let joined = host.propose(Operation::add_user("ann")).wait()?;
    /// host.propose(Operation::remove_user("ann")).wait()?;
    ///
    /// let then = host.at(joined.position)?;
    /// assert!(then.contains_user("ann") && !host.reader().contains_user("ann"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn at(&self, position: Position) -> Result<M, HistoryError> {
        state_at(self.common(), position).map(|state| state.machine)
    }
}

/// Checks that a position is of this history, and reached.
pub(crate) fn check_reached<M: Machine>(
    common: &Common<M>,
    wanted: Position,
) -> Result<(), HistoryError> {
    let here = common.applied.position();
    if wanted.epoch != here.epoch {
        return Err(HistoryError::OtherEpoch { wanted, here });
    }
    if wanted.number > here.number {
        return Err(HistoryError::Future { wanted, here });
    }
    Ok(())
}

/// Returns the state at a position, with the outcomes before it.
pub(crate) fn state_at<M: Machine>(
    common: &Common<M>,
    wanted: Position,
) -> Result<State<M>, HistoryError> {
    check_reached(common, wanted)?;
    let _reading = read(&common.reading);
    let mut state = before(common, wanted)?;
    while state.mark().number < wanted.number {
        let after = state.mark().number;
        let record = read_next(&*common.log, after);
        let record = record.map_err(|error| HistoryError::of_log(error, wanted))?;
        let record = record.ok_or(LogError::Hole {
            expected: after.saturating_add(1),
            found: wanted.number,
        })?;
        state.play(&record, wanted.number)?;
    }
    Ok(state)
}

/// Returns a state at or before a position, to play the log from.
fn before<M: Machine>(common: &Common<M>, wanted: Position) -> Result<State<M>, HistoryError> {
    match (&common.first, &common.path) {
        (Some(machine), _) => Ok(State::of_frozen(first(machine.clone(), wanted.epoch))),
        (None, Some(path)) => snapshot_before(path, wanted),
        (None, None) => Err(HistoryError::Dropped {
            wanted,
            oldest: common.applied.position(),
        }),
    }
}

/// Loads the last sound snapshot at or before a position.
fn snapshot_before<M: Machine>(path: &Path, wanted: Position) -> Result<State<M>, HistoryError> {
    let numbers = snapshot::list(path).map_err(HistoryError::Snapshots)?;
    let oldest = numbers.first().copied().unwrap_or(wanted.number);
    let before = numbers
        .into_iter()
        .rev()
        .filter(|number| *number <= wanted.number);
    for number in before {
        if let Ok(frozen) = snapshot::read::<M>(path, number)
            && frozen.position.epoch == wanted.epoch
        {
            return Ok(State::of_frozen(frozen));
        }
    }
    let oldest = Position {
        number: oldest,
        ..wanted
    };
    Err(HistoryError::Dropped { wanted, oldest })
}
