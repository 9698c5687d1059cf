//! Commits what waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SendError, SyncSender};
use std::time::{Duration, Instant};

use super::applier::ToApply;
use super::{Common, Halt, ProposeError, Timing, Waiting};
use crate::locks::lock;
use crate::log::AppendError;
use crate::machine::Machine;
use crate::record::Batch;

/// The bytes after which a batch takes no more proposals.
const BATCH_BYTES: usize = 4 << 20;

/// The bytes of the comma, or of the brackets, that a proposal needs beside its own.
const SEPARATOR: usize = 2;

/// Commits what waits, until the queue ends.
pub(super) fn run<M: Machine>(
    common: &Arc<Common<M>>,
    queue: &Receiver<Waiting<M::Outcome>>,
    to_applier: &SyncSender<ToApply<M>>,
    mut time: u64,
) {
    while let Ok(first) = queue.recv() {
        let waiting = gather(first, queue, common.options.batch);
        common.waiting.fetch_sub(waiting.len(), Ordering::Relaxed);
        match common.halted() {
            Some(halt) => send(
                common,
                to_applier,
                ToApply::Refuse {
                    waiting,
                    halt,
                    may_be_in_log: false,
                },
            ),
            None => append(common, waiting, to_applier, &mut time),
        }
    }
    let _ = to_applier.send(ToApply::End);
}

/// Returns what waits, as far as it fits into a batch.
fn gather<O>(first: Waiting<O>, queue: &Receiver<Waiting<O>>, most: usize) -> Vec<Waiting<O>> {
    let mut bytes = first.text.len();
    let mut waiting = vec![first];
    while waiting.len() < most
        && bytes < BATCH_BYTES
        && let Ok(next) = queue.try_recv()
    {
        bytes += next.text.len() + SEPARATOR;
        waiting.push(next);
    }
    waiting
}

fn append<M: Machine>(
    common: &Arc<Common<M>>,
    waiting: Vec<Waiting<M::Outcome>>,
    to_applier: &SyncSender<ToApply<M>>,
    time: &mut u64,
) {
    let now = (common.options.clock)();
    let clock_behind = Duration::from_millis(time.saturating_sub(now));
    *time = now.max(*time);
    let batch = Batch {
        count: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
        time: *time,
        applied: common.applied(),
        proposals: as_array(&waiting),
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
            send(common, to_applier, ToApply::Batch { first, waiting });
            return;
        }
        Err(AppendError::NotAppended(error)) => (error, false),
        Err(AppendError::Unknown(error)) => (error, true),
    };
    let halt = Halt::Append(error.to_string());
    common.halt(halt.clone());
    send(
        common,
        to_applier,
        ToApply::Refuse {
            waiting,
            halt,
            may_be_in_log,
        },
    );
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

/// Returns the proposals as a JSON array.
fn as_array<O>(waiting: &[Waiting<O>]) -> String {
    let bytes = waiting.iter().map(|it| it.text.len() + SEPARATOR).sum();
    let mut array = String::with_capacity(bytes);
    for (index, waiting) in waiting.iter().enumerate() {
        array.push_str(if index == 0 { "[" } else { ",\n" });
        array.push_str(&waiting.text);
    }
    array.push(']');
    array
}
