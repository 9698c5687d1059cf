//! Commits what waits.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{SendError, SyncSender};
use std::time::{Duration, Instant};

use super::applier::ToApply;
use super::queue::PendingBatch;
use super::{Common, Halt, ProposeError, Timing};
use crate::locks::lock;
use crate::log::AppendError;
use crate::machine::Machine;
use crate::record::{Batch, Record};

/// Commits what waits, until the queue is closed and empty.
pub(super) fn run<M: Machine>(
    common: &Common<M>,
    to_applier: &SyncSender<ToApply<M>>,
    mut time: u64,
) {
    // The applier ends after the appender, even if the log or the clock panics.
    let _end = End { common, to_applier };
    while let Some(pending) = common.queue.pop() {
        let work = match common.applied.halted() {
            Some(halt) => refuse(pending, halt),
            None => append(common, pending, &mut time),
        };
        send(common, to_applier, work);
    }
}

/// Ends the applier when it is dropped. If something has panicked, it stops writes, and refuses
/// what waits.
struct End<'a, M: Machine> {
    common: &'a Common<M>,
    to_applier: &'a SyncSender<ToApply<M>>,
}

impl<M: Machine> Drop for End<'_, M> {
    fn drop(&mut self) {
        let Self { common, to_applier } = self;
        if std::thread::panicking() {
            let halt = Halt::Append("the log or the clock has panicked".to_owned());
            common.applied.halt(halt.clone());
            common.queue.close();
            while let Some(pending) = common.queue.pop() {
                send(common, to_applier, refuse(pending, halt.clone()));
            }
        }
        let _ = to_applier.send(ToApply::End);
    }
}

fn refuse<M: Machine>(pending: PendingBatch<M>, halt: Halt) -> ToApply<M> {
    ToApply::Refuse {
        waiting: pending.waiting,
        halt,
        may_be_in_log: false,
    }
}

/// Appends a batch, and returns what is to be done with it.
fn append<M: Machine>(
    common: &Common<M>,
    mut pending: PendingBatch<M>,
    time: &mut u64,
) -> ToApply<M> {
    let now = (common.options.clock)();
    let clock_behind = Duration::from_millis(time.saturating_sub(now));
    *time = now.max(*time);
    let batch = Batch {
        count: u32::try_from(pending.waiting.len()).unwrap_or(u32::MAX),
        time: *time,
        applied: common.applied.mark(),
        proposals: pending.take_text(),
    };

    let PendingBatch {
        proposals, waiting, ..
    } = pending;
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
    common.applied.halt(halt.clone());
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
    common.applied.halt(halt.clone());
    if let ToApply::Batch { waiting, .. } | ToApply::Refuse { waiting, .. } = work {
        for waiting in waiting {
            let id = waiting.id;
            let halt = halt.clone();
            waiting.answer(Err(ProposeError::Unknown { id, halt }));
        }
    }
}
