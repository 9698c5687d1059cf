//! A machine over a log: proposals go in, answers come out.
//!
//! A proposal is encoded by the thread that proposes it, and waits in a batch of the *queue*. The
//! *appender* commits batches. The *applier* reads a batch back from the log, applies it, publishes
//! the state for readers, answers, and wakes feeds. The *keeper* writes notes and snapshots. So
//! nothing is applied that the log has not given back, and nothing is answered that is not durable.

mod appender;
mod applied;
mod applier;
mod health;
mod keeper;
mod open;
mod options;
mod queue;
mod reader;
mod ticket;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use socialgraph::Shared;

use self::applied::Applied;
pub(crate) use self::applied::{Waited, deadline};
use self::applier::answer_to;
pub use self::keeper::SnapshotError;
use self::keeper::ToKeeper;
use self::queue::Queue;
pub use health::{Health, Warning};
pub use open::OpenError;
pub(crate) use open::first;
pub use options::{Clock, Options, Progress, Retention};
pub use reader::{Behind, Reader};
pub use ticket::{Answer, Halt, Pending, ProposeError, Ticket};

use crate::directory::Directory;
use crate::locks::lock;
use crate::log::Log;
use crate::machine::Machine;
use crate::position::{Position, ProposalId};
use crate::recent::{KEPT_POSITIONS, Known, Recent};
use crate::record::Proposal;

/// A machine whose entries survive the process.
///
/// Many threads propose; what waits is committed together. An answer has the position and the
/// outcome, and comes after its batch is on the disk. Readers wait for nobody.
///
/// ```
/// use socialgraph::{Action, Operation, Policy, SocialGraph};
/// use socialgraph_host::{Host, Options};
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path();
/// let empty = || SocialGraph::new(Policy::tencent_rest());
/// let host = Host::open_or_create(path, empty, Options::default())?;
/// for name in ["ann", "ben"] {
///     host.propose(Operation::add_user(name)).wait()?;
/// }
/// let answer = host.propose(Operation::act(Action::Block, "ann", "ben")).wait()?;
/// assert!(answer.outcome.is_done());
///
/// let mut reader = host.reader();
/// let graph = reader.at_least(answer.position, std::time::Duration::from_secs(1))?;
/// assert!(!graph.can_message("ben", "ann").is_allowed());
///
/// // After a restart, or a crash, everything is there.
/// drop(host);
/// let host: Host<SocialGraph> = Host::open(path, Options::default())?;
/// assert_eq!(host.position(), answer.position);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Dropping a host waits until what was proposed is answered. Feeds keep the directory: no host
/// opens it again before they are dropped. Readers do not.
pub struct Host<M: Machine> {
    common: Arc<Common<M>>,
    to_keeper: Sender<ToKeeper>,
    threads: Vec<JoinHandle<()>>,
    nonce: u64,
    next_nonce: AtomicU64,
}

/// Somebody who waits for the outcome of a proposal.
struct Waiting<O> {
    id: ProposalId,
    answer: oneshot::Sender<Result<Answer<O>, ProposeError>>,
}

impl<O> Waiting<O> {
    fn answer(self, answer: Result<Answer<O>, ProposeError>) {
        // A caller may have dropped the ticket.
        let _ = self.answer.send(answer);
    }
}

/// What the threads of a host share.
pub(crate) struct Common<M: Machine> {
    pub(crate) log: Arc<dyn Log>,
    /// The directory, or `None` if the host keeps nothing.
    pub(crate) path: Option<PathBuf>,
    /// The state at position 0, if no snapshot has it.
    pub(crate) first: Option<M>,
    /// Held by those who read snapshots and the log behind them: nothing is dropped meanwhile.
    pub(crate) reading: RwLock<()>,
    pub(crate) shared: Shared<M>,
    pub(crate) recent: Arc<Mutex<Recent<M::Outcome>>>,
    options: Options,
    pub(crate) applied: Arc<Applied>,
    /// The cursors that feeds have.
    pub(crate) cursors: Arc<Mutex<BTreeSet<PathBuf>>>,
    queue: Queue<M>,
    /// The bytes of proposals since opening.
    bytes: AtomicU64,
    /// The number of the newest snapshot.
    snapshot: AtomicU64,
    timing: Mutex<Timing>,
    warnings: Mutex<Vec<Warning>>,
    /// Locked as long as the log is open, and so the last to be dropped.
    _directory: Option<Directory>,
}

/// What the appender last saw.
#[derive(Clone, Copy, Default)]
struct Timing {
    last_append: Duration,
    clock_behind: Duration,
}

impl<M: Machine> Common<M> {
    /// Keeps a warning in place of an older one of its kind.
    fn warn(&self, warning: Warning) {
        let kind = std::mem::discriminant(&warning);
        let mut warnings = lock(&self.warnings);
        warnings.retain(|other| std::mem::discriminant(other) != kind);
        warnings.push(warning);
    }
}

impl<M: Machine> Host<M> {
    /// Returns an id for a proposal, for [`propose_as`](Self::propose_as).
    #[must_use]
    pub fn new_id(&self) -> ProposalId {
        let count = self.next_nonce.fetch_add(1, Ordering::Relaxed);
        ProposalId {
            made_at: self.position(),
            nonce: u128::from(self.nonce) << 64 | u128::from(count),
        }
    }

    /// Proposes an entry. If the queue is full, it waits for room.
    ///
    /// See [`Host`] for an example.
    pub fn propose(&self, entry: impl Into<M::Entry>) -> Ticket<M::Outcome> {
        self.enqueue(self.new_id(), entry.into())
    }

    /// Proposes an entry under an id. Sent again under the same id, it has one effect, and the
    /// same answer.
    ///
    /// Ids of the last [`KEPT_POSITIONS`] are kept, and at most
    /// [`KEPT_OUTCOME_BYTES`](crate::KEPT_OUTCOME_BYTES) of their outcomes. If the outcome is not
    /// kept any more, the answer is [`ProposeError::Applied`] with the position.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
    /// let id = host.new_id();
    /// let first = host.propose_as(id, Operation::add_user("ann")).wait()?;
    /// let again = host.propose_as(id, Operation::add_user("ann")).wait()?;
    /// assert_eq!(first, again);
    /// assert!(first.outcome.is_done());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn propose_as(&self, id: ProposalId, entry: impl Into<M::Entry>) -> Ticket<M::Outcome> {
        match self.answer_now(id) {
            Some(answer) => Ticket::answered(id, answer),
            None => self.enqueue(id, entry.into()),
        }
    }

    /// Puts a proposal into the queue.
    fn enqueue(&self, id: ProposalId, entry: M::Entry) -> Ticket<M::Outcome> {
        let (text, proposal) = match encode(id, entry) {
            Ok(encoded) => encoded,
            Err(error) => return Ticket::answered(id, Err(error)),
        };
        let (answer, receiver) = oneshot::channel();
        let pushed = self
            .common
            .queue
            .push(text, proposal, Waiting { id, answer });
        if let Err(refused) = pushed {
            let halt = self.common.applied.halted().unwrap_or(Halt::Closed);
            refused.answer(Err(ProposeError::NotInLog(halt)));
        }
        Ticket { id, receiver }
    }

    /// Returns the answer to a proposal that need not go into the log.
    fn answer_now(&self, id: ProposalId) -> Option<Result<Answer<M::Outcome>, ProposeError>> {
        let here = self.position();
        let next = here.number.saturating_add(1);
        let is_of_here = id.made_at.epoch == here.epoch;
        if is_of_here {
            let known = lock(&self.common.recent).known(id.into(), next);
            // What is applied and not published yet waits for its turn.
            if let Known::Applied(number, _) | Known::Dropped(number) = known
                && number <= here.number
            {
                return Some(answer_to(id, here, known));
            }
        }

        // The missing end of a log may have had the proposal.
        if let Some(halt @ Halt::LogTooShort { .. }) = self.common.applied.halted()
            && id.nonce >> 64 != u128::from(self.nonce)
        {
            return Some(Err(ProposeError::Unknown { id, halt }));
        }
        if !is_of_here || id.made_at.number > here.number {
            return Some(Err(ProposeError::OtherHistory { id, here }));
        }
        let is_too_old = id.made_at.number.saturating_add(KEPT_POSITIONS) < next;
        is_too_old.then_some(Err(ProposeError::TooOld { id }))
    }

    /// Returns a reader, one for each thread.
    #[must_use]
    pub fn reader(&self) -> Reader<M> {
        Reader::new(&self.common)
    }

    /// Returns the last position that readers see.
    #[must_use]
    pub fn position(&self) -> Position {
        self.common.applied.position()
    }

    pub(crate) const fn common(&self) -> &Arc<Common<M>> {
        &self.common
    }

    /// Returns how the host is. It waits for no append, and reads the sizes of the log's files.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    /// use socialgraph_host::{Host, Options};
    ///
    /// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
    /// let health = host.health();
    /// if let Some(halt) = &health.halt {
    ///     eprintln!("no proposals are taken: {halt}"); // an alarm
    /// }
    /// for warning in &health.warnings {
    ///     eprintln!("{warning}");
    /// }
    /// assert_eq!((health.halt, health.waiting), (None, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn health(&self) -> Health {
        let common = &self.common;
        let timing = *lock(&common.timing);
        Health {
            position: self.position(),
            halt: common.applied.halted(),
            waiting: common.queue.waiting(),
            last_append: timing.last_append,
            snapshot: common.snapshot.load(Ordering::Relaxed),
            clock_behind: timing.clock_behind,
            log: common.log.sizes(),
            warnings: lock(&common.warnings).clone(),
        }
    }
}

/// Returns an array of one proposal as the log has it, and what is read from that.
///
/// It is read here, by many threads, so that the applier need not, and so that nothing is in the
/// log that cannot be read back.
fn encode<E: Serialize + DeserializeOwned>(
    id: ProposalId,
    entry: E,
) -> Result<(String, Proposal<E>), ProposeError> {
    let id = id.into();
    let failed = |error: serde_json::Error| ProposeError::Entry(error.to_string());
    // In an array, as in a batch: entries may be nested so deep and no deeper.
    let text = serde_json::to_string(&[Proposal { id, entry }]).map_err(failed)?;
    let bytes = text.len();
    if bytes > MOST_ENTRY_BYTES {
        let what = format!("it has {bytes} bytes in JSON, and {MOST_ENTRY_BYTES} are the most");
        return Err(ProposeError::Entry(what));
    }
    let [proposal] = serde_json::from_str(&text).map_err(failed)?;
    Ok((text, proposal))
}

/// The bytes of the largest entry in JSON.
const MOST_ENTRY_BYTES: usize = 64 << 20;

impl<M: Machine> Drop for Host<M> {
    fn drop(&mut self) {
        // The appender ends with the queue, the applier after the appender, and the keeper last.
        self.common.queue.close();
        for thread in self.threads.drain(..) {
            // One that panicked has ended, too.
            let _ = thread.join();
        }
        self.common.applied.close();
    }
}

impl<M: Machine> std::fmt::Debug for Host<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}
