//! Reading what is applied.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use super::applied::Applied;
use super::{Common, Waited, deadline};
use crate::machine::Machine;
use crate::position::Position;

/// A reader of a host's state: the state as of the reader's last refresh.
///
/// It dereferences to that state. Each thread has one of its own; a clone is cheap. It goes on
/// after the host halts.
pub struct Reader<M: Machine> {
    shared: socialgraph::Reader<M>,
    applied: Arc<Applied>,
}

impl<M: Machine> Reader<M> {
    pub(super) fn new(common: &Common<M>) -> Self {
        Self {
            shared: common.shared.reader(),
            applied: Arc::clone(&common.applied),
        }
    }

    /// Moves to the latest position, and returns its state. It waits for nobody.
    #[inline]
    pub fn refresh(&mut self) -> &M {
        self.shared.refresh()
    }

    /// Returns the position as of the last refresh.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            epoch: self.applied.epoch(),
            number: self.shared.version(),
        }
    }

    /// Waits until the state is at a position or beyond, and returns it: to read what was written.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options, Position};
    ///
    /// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
    /// let joined = host.propose(Operation::add_user("ann")).wait()?.position;
    ///
    /// // In another thread, which was given the position:
    /// let mut reader = host.reader();
    /// assert!(reader.at_least(joined, Duration::from_secs(1))?.contains_user("ann"));
    ///
    /// let next = Position { number: joined.number + 1, ..joined };
    /// let behind = reader.at_least(next, Duration::from_millis(1)).unwrap_err();
    /// assert_eq!(behind.to_string(), format!("position {next} is not reached: the state is at {joined}"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`Behind`]. It waits neither for a position of another epoch nor for a host that was
    /// dropped.
    pub fn at_least(&mut self, position: Position, time: Duration) -> Result<&M, Behind> {
        let wanted = position;
        if wanted.epoch != self.position().epoch {
            let here = self.position();
            return Err(Behind::OtherEpoch { wanted, here });
        }

        let until = deadline(time);
        self.shared.refresh();
        while self.shared.version() < wanted.number {
            let before = wanted.number.saturating_sub(1);
            let end = self.applied.wait_beyond(before, until);
            self.shared.refresh();
            let here = self.position();
            match end {
                Waited::Beyond => {}
                Waited::Late => return Err(Behind::Late { wanted, here }),
                Waited::Closed => return Err(Behind::Closed { wanted, here }),
            }
        }
        Ok(&self.shared)
    }
}

impl<M: Machine> Clone for Reader<M> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            applied: Arc::clone(&self.applied),
        }
    }
}

impl<M: Machine> Deref for Reader<M> {
    type Target = M;

    #[inline]
    fn deref(&self) -> &M {
        &self.shared
    }
}

impl<M: Machine> std::fmt::Debug for Reader<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

/// The error of a position that a reader did not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Behind {
    /// The position was not reached in time.
    #[error("position {wanted} is not reached: the state is at {here}")]
    Late {
        /// The position asked for.
        wanted: Position,
        /// The position of the state.
        here: Position,
    },
    /// The position is of another epoch.
    #[error("position {wanted} is of another history: this one is at {here}")]
    OtherEpoch {
        /// The position asked for.
        wanted: Position,
        /// The position of the state.
        here: Position,
    },
    /// The host was dropped before the position was reached.
    #[error("position {wanted} is not reached, and the host is closed: the state is at {here}")]
    Closed {
        /// The position asked for.
        wanted: Position,
        /// The position of the state.
        here: Position,
    },
}
