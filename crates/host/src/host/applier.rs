//! Applies what the log gives back.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use super::keeper::ToKeeper;
use super::{Answer, Common, Halt, ProposeError, Waiting};
use crate::log::{LogError, read_next};
use crate::machine::Machine;
use crate::position::{Position, ProposalId};
use crate::recent::Known;
use crate::record::{Proposal, Record};
use crate::state::{Decoded, Frozen, PlayError, Played, State};

/// What the applier is asked to do.
pub(super) enum ToApply<M: Machine> {
    /// To apply a batch that is durable.
    Batch {
        /// The batch at its place in the log.
        record: Record,
        /// Its proposals, as they are read from its text.
        proposals: Vec<Proposal<M::Entry>>,
        /// Who waits for its outcomes, in order.
        waiting: Vec<Waiting<M::Outcome>>,
    },
    /// To answer proposals that are not in the log, or that may be.
    Refuse {
        /// Who waits.
        waiting: Vec<Waiting<M::Outcome>>,
        /// Why no proposals are taken.
        halt: Halt,
        /// Whether an append of them was begun and its end is not known.
        may_be_in_log: bool,
    },
    /// To hand out the state as it is.
    Freeze(Sender<Frozen<M>>),
    /// To end.
    End,
}

/// Applies batches until it is told to end.
///
/// `unsure` has the ids of proposals that were answered with [`ProposeError::Unknown`].
pub(super) fn run<M: Machine>(
    common: &Arc<Common<M>>,
    mut state: State<M>,
    work: &Receiver<ToApply<M>>,
    to_keeper: &Sender<ToKeeper>,
) {
    // The keeper ends after the applier, even if a machine panics.
    let _end = End { common, to_keeper };
    let mut unsure = HashSet::new();
    while let Ok(work) = work.recv() {
        match work {
            ToApply::Batch {
                record,
                proposals,
                waiting,
            } => {
                let first = record.first;
                let played = apply(common, &mut state, &record, proposals);
                match played {
                    Ok(played) => answer(played, first, waiting),
                    Err(halt) => {
                        unsure.extend(waiting.iter().map(|it| it.id.nonce));
                        refuse(&state, &unsure, waiting, &halt);
                    }
                }
            }
            ToApply::Refuse {
                waiting,
                halt,
                may_be_in_log,
            } => {
                if may_be_in_log {
                    unsure.extend(waiting.iter().map(|it| it.id.nonce));
                }
                refuse(&state, &unsure, waiting, &halt);
            }
            ToApply::Freeze(reply) => {
                let _ = reply.send(state.freeze());
            }
            ToApply::End => break,
        }
    }
}

/// Ends the keeper when it is dropped, and stops writes if a machine has panicked.
struct End<'a, M: Machine> {
    common: &'a Common<M>,
    to_keeper: &'a Sender<ToKeeper>,
}

impl<M: Machine> Drop for End<'_, M> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.common
                .applied
                .halt(Halt::Play("the machine has panicked".to_owned()));
        }
        let _ = self.to_keeper.send(ToKeeper::End);
    }
}

/// Plays the log up to the end of a record, and lets readers see the state.
fn apply<M: Machine>(
    common: &Common<M>,
    state: &mut State<M>,
    record: &Record,
    proposals: Vec<Proposal<M::Entry>>,
) -> Result<Vec<Played<M>>, Halt> {
    // After a halt, the state may lack what an earlier batch did.
    let played = match common.applied.halted() {
        Some(halt @ Halt::Play(_)) => Err(halt),
        _ => read_back(common, state, record, proposals)
            .map_err(|error| Halt::Play(error.to_string())),
    };
    // Of several records, the first may have been played before one failed.
    publish(common, state);
    played.inspect_err(|halt| common.applied.halt(halt.clone()))
}

/// Answers proposals that were not applied.
///
/// The same id may have been sent before: it is not said to be missing from the log if that
/// proposal was applied, or if it is not known what became of it.
fn refuse<M: Machine>(
    state: &State<M>,
    unsure: &HashSet<u128>,
    waiting: Vec<Waiting<M::Outcome>>,
    halt: &Halt,
) {
    let here = state.position();
    let next = here.number.saturating_add(1);
    for waiting in waiting {
        let (id, halt) = (waiting.id, halt.clone());
        let known = state.recent().known(id.into(), next);
        waiting.answer(match known {
            Known::New if unsure.contains(&id.nonce) => Err(ProposeError::Unknown { id, halt }),
            Known::New => Err(ProposeError::NotInLog(halt)),
            known => answer_to(id, here, known),
        });
    }
}

/// Plays the log up to the end of a record that was appended.
fn read_back<M: Machine>(
    common: &Common<M>,
    state: &mut State<M>,
    appended: &Record,
    proposals: Vec<Proposal<M::Entry>>,
) -> Result<Vec<Played<M>>, PlayError> {
    let mut before = Vec::new();
    while state.mark().number < appended.last() {
        let after = state.mark().number;
        let record = read_next(&*common.log, after)?.ok_or(LogError::Hole {
            expected: after.saturating_add(1),
            found: appended.last(),
        })?;
        if record == *appended {
            // The text is the same, and so is what is read from it.
            let decoded = Decoded::with(&record, proposals);
            let played = state.play_decoded(decoded, u64::MAX, |_, _| {})?;
            before.extend(played);
            return Ok(before);
        }
        if record.last() >= appended.first {
            // Nobody may be answered with what somebody else's proposal led to.
            let what = "it is not the record that was appended there".to_owned();
            return Err(LogError::Damaged { after, what }.into());
        }
        before.extend(state.play(&record, u64::MAX)?);
    }
    Ok(before)
}

/// Lets readers and feeds see the state.
fn publish<M: Machine>(common: &Common<M>, state: &State<M>) {
    let publish = |shared: &mut M| {
        *shared = state.machine.clone();
        Ok::<(), Infallible>(())
    };
    // The number is above the latest, unless nothing was played.
    let _ = common.shared.write_at(state.mark().number, publish);

    common.applied.set(state.mark());
}

/// Answers the proposals of a record.
///
/// The last comes first: who waits for several in their order is woken once.
fn answer<M: Machine>(played: Vec<Played<M>>, first: u64, waiting: Vec<Waiting<M::Outcome>>) {
    let own = played
        .into_iter()
        .rev()
        .take_while(|played| played.position.number >= first);
    for (played, waiting) in own.zip(waiting.into_iter().rev()) {
        let here = played.position;
        waiting.answer(answer_to(played.id, here, played.result));
    }
}

/// Returns the answer to a proposal by what is known of its id.
pub(super) fn answer_to<O>(
    id: ProposalId,
    here: Position,
    result: Known<O>,
) -> Result<Answer<O>, ProposeError> {
    match result {
        Known::Applied(number, outcome) => {
            let position = Position { number, ..here };
            Ok(Answer { position, outcome })
        }
        Known::Dropped(number) => {
            let position = Position { number, ..here };
            Err(ProposeError::Applied { id, position })
        }
        // The state says "new" of nothing that it has played.
        Known::TooOld | Known::New => Err(ProposeError::TooOld { id }),
    }
}
