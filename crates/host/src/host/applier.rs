//! Applies what the log gives back.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender};

use super::appender::unknown;
use super::keeper::ToKeeper;
use super::{Answer, Common, Halt, ProposeError, Waiting, lock};
use crate::log::LogError;
use crate::machine::Machine;
use crate::position::{Position, ProposalId};
use crate::recent::Known;
use crate::state::{Frozen, PlayError, Played, State};

/// What the applier is asked to do.
pub(super) enum ToApply<M: Machine> {
    /// To apply a batch that is durable.
    Batch {
        /// The number of its first proposal.
        first: u64,
        /// Who waits for its outcomes, in order.
        waiting: Vec<Waiting<M::Outcome>>,
    },
    /// To hand out the state as it is.
    Freeze(Sender<Frozen<M>>),
    /// To end.
    End,
}

/// Applies batches until it is told to end.
pub(super) fn run<M: Machine>(
    common: &Arc<Common<M>>,
    mut state: State<M>,
    work: &Receiver<ToApply<M>>,
    to_keeper: &Sender<ToKeeper>,
) {
    while let Ok(work) = work.recv() {
        match work {
            ToApply::Batch { first, waiting } => apply(common, &mut state, first, waiting),
            ToApply::Freeze(reply) => {
                let _ = reply.send(state.freeze());
            }
            ToApply::End => break,
        }
    }
    let _ = to_keeper.send(ToKeeper::End);
}

fn apply<M: Machine>(
    common: &Arc<Common<M>>,
    state: &mut State<M>,
    first: u64,
    waiting: Vec<Waiting<M::Outcome>>,
) {
    let last = first.saturating_add(waiting.len() as u64).saturating_sub(1);
    // After a halt, the state may lack what an earlier batch did.
    let played = match common.halted() {
        Some(Halt::Play(what)) => Err(Halt::Play(what)),
        _ => read_back(common, state, last).map_err(|error| Halt::Play(error.to_string())),
    };

    match played {
        Ok(played) => {
            publish(common, state);
            answer(played, first, waiting);
        }
        Err(halt) => {
            common.halt(halt.clone());
            unknown(waiting, &halt);
        }
    }
}

/// Plays the log up to a number.
fn read_back<M: Machine>(
    common: &Common<M>,
    state: &mut State<M>,
    last: u64,
) -> Result<Vec<Played<M>>, PlayError> {
    let mut all = Vec::new();
    while state.mark().number < last {
        let after = state.mark().number;
        let record = common.log.read(after)?.ok_or(LogError::Hole {
            expected: after.saturating_add(1),
            found: last,
        })?;
        let played = state.play(&record, u64::MAX)?;
        if all.is_empty() {
            all = played;
        } else {
            all.extend(played);
        }
    }
    Ok(all)
}

/// Lets readers and feeds see the state.
fn publish<M: Machine>(common: &Common<M>, state: &State<M>) {
    let publish = |shared: &mut M| {
        *shared = state.machine.clone();
        Ok::<(), Infallible>(())
    };
    // The number is above the latest, unless nothing was played.
    let _ = common.shared.write_at(state.mark().number, publish);

    *lock(&common.applied) = state.mark();
    common.number.store(state.mark().number, Ordering::Release);
    common.news.notify_all();
}

fn answer<M: Machine>(played: Vec<Played<M>>, first: u64, waiting: Vec<Waiting<M::Outcome>>) {
    let own = played
        .into_iter()
        .skip_while(|played| played.stamp.position.number < first);
    for (played, waiting) in own.zip(waiting) {
        let here = played.stamp.position;
        waiting.answer(answer_to(played.id, here, played.result));
    }
}

fn answer_to<O>(
    id: ProposalId,
    here: Position,
    result: Known<O>,
) -> Result<Answer<O>, ProposeError> {
    match result {
        Known::Applied(number, outcome) => {
            let position = Position { number, ..here };
            Ok(Answer { position, outcome })
        }
        // The state says "new" of nothing that it has played.
        Known::TooOld | Known::New => Err(ProposeError::TooOld { id }),
    }
}
