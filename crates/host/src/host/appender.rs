//! Commits what waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SendError, SyncSender};
use std::time::{Duration, Instant};

use super::applier::ToApply;
use super::{Common, Halt, ProposeError, Proposed, Timing, Waiting};
use crate::locks::lock;
use crate::log::AppendError;
use crate::machine::Machine;
use crate::record::{Batch, Proposal, Record};

/// The bytes after which a batch takes no more proposals.
const BATCH_BYTES: usize = 4 << 20;

/// Commits what waits, until the queue ends.
pub(super) fn run<M: Machine>(
    common: &Arc<Common<M>>,
    queue: &Receiver<Proposed<M>>,
    to_applier: &SyncSender<ToApply<M>>,
    mut time: u64,
) {
    while let Ok(first) = queue.recv() {
        let together = gather(first, queue, common.options.batch);
        common
            .waiting
            .fetch_sub(together.waiting.len(), Ordering::Relaxed);
        let work = match common.halted() {
            Some(halt) => ToApply::Refuse {
                waiting: together.waiting,
                halt,
                may_be_in_log: false,
            },
            None => append(common, together, &mut time),
        };
        send(common, to_applier, work);
    }
    let _ = to_applier.send(ToApply::End);
}

/// Proposals that are committed together.
struct Together<M: Machine> {
    /// A JSON array of the proposals, without its end.
    text: String,
    proposals: Vec<Proposal<M::Entry>>,
    waiting: Vec<Waiting<M::Outcome>>,
}

impl<M: Machine> Together<M> {
    fn push(&mut self, proposed: Proposed<M>) {
        let separator = if self.text.is_empty() { "[" } else { ",\n" };
        self.text.push_str(separator);
        self.text.push_str(&proposed.text);
        self.proposals.push(proposed.proposal);
        self.waiting.push(proposed.waiting);
    }
}

/// Returns what waits, as far as it fits into a batch.
fn gather<M: Machine>(
    first: Proposed<M>,
    queue: &Receiver<Proposed<M>>,
    most: usize,
) -> Together<M> {
    let mut together = Together {
        text: String::new(),
        proposals: Vec::new(),
        waiting: Vec::new(),
    };
    together.push(first);
    while together.waiting.len() < most
        && together.text.len() < BATCH_BYTES
        && let Ok(next) = queue.try_recv()
    {
        together.push(next);
    }
    together.text.push(']');
    together
}

/// Appends a batch, and returns what is to be done with it.
fn append<M: Machine>(common: &Common<M>, together: Together<M>, time: &mut u64) -> ToApply<M> {
    let Together {
        text,
        proposals,
        waiting,
    } = together;
    let now = (common.options.clock)();
    let clock_behind = Duration::from_millis(time.saturating_sub(now));
    *time = now.max(*time);
    let batch = Batch {
        count: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
        time: *time,
        applied: common.applied(),
        proposals: text,
    };

    let started = Instant::now();
    let appended = common.log.append(&batch);
    *lock(&common.timing) = Timing {
        last_append: started.elapsed(),
        clock_behind,
    };
    common
        .bytes
        .fetch_add(batch.proposals.len() as u64, Ordering::Relaxed);

    let (error, may_be_in_log) = match appended {
        Ok(first) => {
            return ToApply::Batch {
                record: Record { first, batch },
                proposals,
                waiting,
            };
        }
        Err(AppendError::NotAppended(error)) => (error, false),
        Err(AppendError::Unknown(error)) => (error, true),
    };
    let halt = Halt::Append(error.to_string());
    common.halt(halt.clone());
    ToApply::Refuse {
        waiting,
        halt,
        may_be_in_log,
    }
}

/// Hands work to the applier. It also refuses, as it alone knows what became of an id.
fn send<M: Machine>(common: &Common<M>, to_applier: &SyncSender<ToApply<M>>, work: ToApply<M>) {
    let Err(SendError(work)) = to_applier.send(work) else {
        return;
    };
    // What became of an earlier copy of a proposal is not known.
    let halt = Halt::Play("the machine has panicked".to_owned());
    common.halt(halt.clone());
    if let ToApply::Batch { waiting, .. } | ToApply::Refuse { waiting, .. } = work {
        for waiting in waiting {
            let id = waiting.id;
            let halt = halt.clone();
            waiting.answer(Err(ProposeError::Unknown { id, halt }));
        }
    }
}
