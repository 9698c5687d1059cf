//! What a proposal will come to.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use oneshot::{AsyncReceiver, Receiver, RecvTimeoutError};

use crate::log::LogError;
use crate::position::{Position, ProposalId};

/// An answer: where the proposal is in the log, and what it led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<O> {
    /// The position at which it had its effect: that of the first time, if it was sent again.
    pub position: Position,
    /// The outcome.
    pub outcome: O,
}

/// The error of a proposal.
///
/// Two kinds are to be told apart: with [`NotInLog`](Self::NotInLog) the proposal has no effect and
/// never will, with [`Unknown`](Self::Unknown) it may have one. With [`Applied`](Self::Applied) it
/// has had its effect before. With [`TooOld`](Self::TooOld) and
/// [`OtherHistory`](Self::OtherHistory) it has none now, and may have had one before.
///
/// ```
/// use socialgraph::SocialGraph;
/// use socialgraph_host::{Host, Operations, Position, ProposalId, ProposeError};
///
/// /// Returns where a proposal had its effect, or `None` if it has to be sent again later under
/// /// its id.
/// fn send(
///     host: &Host<SocialGraph>,
///     id: ProposalId,
///     entry: Operations,
/// ) -> Result<Option<Position>, ProposeError> {
///     match host.propose_as(id, entry).wait() {
///         Ok(answer) => Ok(Some(answer.position)),
///         Err(ProposeError::Applied { position, .. }) => Ok(Some(position)),
///         Err(ProposeError::NotInLog(_) | ProposeError::Unknown { .. }) => Ok(None),
///         Err(error) => Err(error), // sent again, it fails again
///     }
/// }
/// # use socialgraph::{Operation, Policy};
/// # let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Default::default())?;
/// # let id = host.new_id();
/// # let entry: Operations = Operation::add_user("ann").into();
/// # let sent = [(); 2].map(|()| send(&host, id, entry.clone()));
/// # assert_eq!(sent, [(); 2].map(|()| Ok(Some(host.position()))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProposeError {
    /// The proposal is not in the log: it may be dropped, or sent again later.
    #[error("not in the log: {0}")]
    NotInLog(Halt),
    /// The proposal may be in the log: to know, send it again with the same id.
    #[error("it is unknown whether {id} is in the log: {halt}")]
    Unknown {
        /// The id.
        id: ProposalId,
        /// What went wrong.
        halt: Halt,
    },
    /// The proposal was sent before and had its effect then. It has no other one now. A feed
    /// after the position before makes the outcome anew.
    #[error("{id} was applied at {position}; its outcome is not kept any more")]
    Applied {
        /// The id.
        id: ProposalId,
        /// The position at which it had its effect.
        position: Position,
    },
    /// The id was made so long ago that it may have been applied and forgotten.
    #[error("{id} is older than the positions whose ids are kept")]
    TooOld {
        /// The id.
        id: ProposalId,
    },
    /// The id is of another history, or of a position that this one has not reached.
    #[error("{id} was made in another history: this one is at {here}")]
    OtherHistory {
        /// The id.
        id: ProposalId,
        /// Where this history is.
        here: Position,
    },
    /// The entry has no form in JSON, cannot be read back from it, or has more than 64 MiB there.
    /// It is not in the log.
    #[error("the entry cannot be kept: {0}")]
    Entry(String),
}

/// Why a host takes no proposals any more.
///
/// Reads go on. Only opening the directory anew ends it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Halt {
    /// An append failed: a full disk, a failed sync, a directory that cannot be written.
    #[error("an append failed: {0}")]
    Append(String),
    /// What was appended cannot be read back or played.
    #[error("the log cannot be played: {0}")]
    Play(String),
    /// The log ends before the place that was noted: entries are missing.
    #[error(
        "{missing} entries are missing: the log ends at number {last}, and number {noted} was \
         noted. Restore a backup, or copy the log of a replica"
    )]
    LogTooShort {
        /// The last number in the log.
        last: u64,
        /// The number that was noted.
        noted: u64,
        /// The entries that are missing at least.
        missing: u64,
    },
    /// The directory can be read, but not written: a read-only file system, no permission, or a full
    /// disk at opening.
    #[error("the directory cannot be written: {0}")]
    ReadOnly(String),
    /// The host was closed.
    #[error("the host is closed")]
    Closed,
}

impl From<LogError> for Halt {
    fn from(error: LogError) -> Self {
        Self::Play(error.to_string())
    }
}

/// A proposal that waits for its answer: [`wait`](Self::wait) for it, or await it.
///
/// A dropped ticket does not take the proposal back.
#[derive(Debug)]
#[must_use = "the answer says whether the proposal is durable"]
pub struct Ticket<O> {
    pub(super) id: ProposalId,
    pub(super) receiver: Receiver<Result<Answer<O>, ProposeError>>,
}

impl<O> Ticket<O> {
    /// Returns a ticket whose answer is known.
    pub(super) fn answered(id: ProposalId, answer: Result<Answer<O>, ProposeError>) -> Self {
        let (sender, receiver) = oneshot::channel();
        let _ = sender.send(answer);
        Self { id, receiver }
    }

    /// Returns the id, to ask again with.
    #[must_use]
    pub const fn id(&self) -> ProposalId {
        self.id
    }

    /// Waits for the answer. It comes after the proposal is durable, never before.
    ///
    /// # Errors
    /// See [`ProposeError`].
    pub fn wait(self) -> Result<Answer<O>, ProposeError> {
        let id = self.id;
        self.receiver.recv().unwrap_or_else(|_| Err(closed(id)))
    }

    /// Waits for the answer for a while, or gives the ticket back.
    ///
    /// # Errors
    /// The inner result is that of [`wait`](Self::wait).
    pub fn wait_for(self, time: Duration) -> Result<Result<Answer<O>, ProposeError>, Self> {
        let id = self.id;
        match self.receiver.recv_timeout(time) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Disconnected) => Ok(Err(closed(id))),
            Err(RecvTimeoutError::Timeout) => Err(self),
        }
    }
}

/// A host that ends answers all it has appended: the rest may be in the log.
const fn closed(id: ProposalId) -> ProposeError {
    ProposeError::Unknown {
        id,
        halt: Halt::Closed,
    }
}

/// Waits as [`wait`](Ticket::wait) does, without a thread.
impl<O> IntoFuture for Ticket<O> {
    type Output = Result<Answer<O>, ProposeError>;
    type IntoFuture = Pending<O>;

    fn into_future(self) -> Pending<O> {
        Pending {
            id: self.id,
            receiver: self.receiver.into_future(),
        }
    }
}

/// A ticket that is awaited.
#[derive(Debug)]
pub struct Pending<O> {
    id: ProposalId,
    receiver: AsyncReceiver<Result<Answer<O>, ProposeError>>,
}

impl<O> Future for Pending<O> {
    type Output = Result<Answer<O>, ProposeError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let id = self.id;
        let answer = Pin::new(&mut self.receiver).poll(context);
        answer.map(|answer| answer.unwrap_or_else(|_| Err(closed(id))))
    }
}
