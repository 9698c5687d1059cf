//! Commits what waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use super::applier::ToApply;
use super::{Common, Halt, ProposeError, Timing, Waiting, lock};
use crate::log::AppendError;
use crate::machine::Machine;
use crate::position::ProposalId;
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
            Some(halt) => refuse(waiting, |_| ProposeError::NotInLog(halt.clone())),
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

    match appended {
        Ok(first) => {
            if let Err(refused) = to_applier.send(ToApply::Batch { first, waiting })
                && let ToApply::Batch { waiting, .. } = refused.0
            {
                unknown(waiting, &Halt::Closed);
            }
        }
        Err(AppendError::NotAppended(error)) => {
            let halt = Halt::Append(error.to_string());
            common.halt(halt.clone());
            refuse(waiting, |_| ProposeError::NotInLog(halt.clone()));
        }
        Err(AppendError::Unknown(error)) => {
            let halt = Halt::Append(error.to_string());
            common.halt(halt.clone());
            unknown(waiting, &halt);
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

fn refuse<O>(waiting: Vec<Waiting<O>>, error: impl Fn(ProposalId) -> ProposeError) {
    for waiting in waiting {
        let error = error(waiting.id);
        waiting.answer(Err(error));
    }
}

/// Answers that it is not known whether the proposals are in the log.
pub(super) fn unknown<O>(waiting: Vec<Waiting<O>>, halt: &Halt) {
    refuse(waiting, |id| ProposeError::Unknown {
        id,
        halt: halt.clone(),
    });
}
