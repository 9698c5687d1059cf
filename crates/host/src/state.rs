//! The fold of a log.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::digest::Digest;
use crate::feed::{FeedItem, ItemOf};
use crate::locks::lock;
use crate::log::LogError;
use crate::machine::{Machine, Stamp};
use crate::position::{Epoch, Position, ProposalId};
use crate::recent::{Known, Recent, Slots};
use crate::record::{Mark, Proposal, Record};

/// The marks at the ends of the last batches that are kept to compare with what a batch says.
const KEPT_MARKS: usize = 256;

/// A machine at a position, with all that the log decides.
pub(crate) struct State<M: Machine> {
    pub(crate) machine: M,
    pub(crate) epoch: Epoch,
    number: u64,
    digest: Digest,
    /// The time of the last batch.
    pub(crate) time: u64,
    /// Shared with those who look for an id or an outcome.
    pub(crate) recent: Arc<Mutex<Recent<M::Outcome>>>,
    marks: VecDeque<Mark>,
}

/// A state that does not change any more: what a snapshot holds.
pub(crate) struct Frozen<M: Machine> {
    pub(crate) machine: M,
    pub(crate) position: Position,
    pub(crate) digest: u64,
    pub(crate) time: u64,
    pub(crate) slots: Slots,
}

/// What became of a proposal.
pub(crate) struct Played<M: Machine> {
    pub(crate) id: ProposalId,
    pub(crate) position: Position,
    /// Milliseconds since the Unix epoch.
    pub(crate) time: u64,
    pub(crate) entry: M::Entry,
    pub(crate) result: Known<M::Outcome>,
}

/// The error of a record that cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The record's proposals are none of this machine.
    #[error("the record of number {number} cannot be read: {what}")]
    Proposals {
        /// The number of the record's first entry.
        number: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The machine has panicked.
    #[error("the machine has panicked at an entry after number {after}")]
    Panicked {
        /// The number before the record with the entry.
        after: u64,
    },
    /// This release decides differently from the one that wrote the log.
    #[error(
        "the outcomes up to number {number} have the digest {ours:016x} here, and \
         {theirs:016x} in the log: this release decides differently, or the state was damaged"
    )]
    Diverged {
        /// The first number at which that is known.
        number: u64,
        /// The digest of this replay.
        ours: u64,
        /// The digest in the log.
        theirs: u64,
    },
}

impl<M: Machine> State<M> {
    pub(crate) fn of_frozen(frozen: Frozen<M>) -> Self {
        let mark = Mark {
            number: frozen.position.number,
            digest: frozen.digest,
        };
        Self {
            machine: frozen.machine,
            epoch: frozen.position.epoch,
            number: mark.number,
            digest: Digest::new(mark.digest),
            time: frozen.time,
            recent: Arc::new(Mutex::new(Recent::of_slots(frozen.slots))),
            marks: VecDeque::from([mark]),
        }
    }

    /// Returns the state as it is now.
    pub(crate) fn freeze(&self) -> Frozen<M> {
        Frozen {
            machine: self.machine.clone(),
            position: self.position(),
            digest: self.digest.value(),
            time: self.time,
            slots: self.recent().slots().clone(),
        }
    }

    pub(crate) const fn position(&self) -> Position {
        Position {
            epoch: self.epoch,
            number: self.number,
        }
    }

    pub(crate) const fn mark(&self) -> Mark {
        Mark {
            number: self.number,
            digest: self.digest.value(),
        }
    }

    pub(crate) fn recent(&self) -> MutexGuard<'_, Recent<M::Outcome>> {
        lock(&self.recent)
    }

    /// Plays the entries of a record that the state has not, up to a number.
    ///
    /// A record whose entries the state has is passed over: it was delivered twice.
    pub(crate) fn play(
        &mut self,
        record: &Record,
        through: u64,
    ) -> Result<Vec<Played<M>>, PlayError> {
        self.play_with(record, through, |_, _| {})
    }

    /// Plays entries as [`play`](Self::play) does, and shows each together with the state before.
    pub(crate) fn play_with(
        &mut self,
        record: &Record,
        through: u64,
        before: impl FnMut(&M, &M::Entry),
    ) -> Result<Vec<Played<M>>, PlayError> {
        self.play_decoded(Decoded::of(record), through, before)
    }

    /// Plays entries as [`play_with`](Self::play_with) does.
    pub(crate) fn play_decoded(
        &mut self,
        record: Decoded<M>,
        through: u64,
        mut before: impl FnMut(&M, &M::Entry),
    ) -> Result<Vec<Played<M>>, PlayError> {
        let next = self.number.saturating_add(1);
        if record.first > next {
            return Err(PlayError::Log(LogError::Hole {
                expected: next,
                found: record.first,
            }));
        }
        self.check_digest(record.applied)?;

        let proposals = record.proposals?;
        self.time = self.time.max(record.time);
        let recent = Arc::clone(&self.recent);
        let mut recent = lock(&recent);
        let mut played = Vec::with_capacity(proposals.len());
        for (number, proposal) in (record.first..).zip(proposals) {
            if (next..=through).contains(&number) {
                before(&self.machine, &proposal.entry);
                played.push(self.play_one(number, proposal, &mut recent));
            }
        }

        if self.marks.len() == KEPT_MARKS {
            self.marks.pop_front();
        }
        self.marks.push_back(self.mark());
        Ok(played)
    }

    fn play_one(
        &mut self,
        number: u64,
        proposal: Proposal<M::Entry>,
        recent: &mut Recent<M::Outcome>,
    ) -> Played<M> {
        let Proposal { id, entry } = proposal;
        let (epoch, time) = (self.epoch, self.time);
        let result = match recent.known(id, number) {
            Known::New => {
                let outcome = self.machine.apply(&entry, Stamp { number, time });
                M::digest(&outcome, &mut self.digest);
                self.digest.fold();
                recent.push(number, Some((id, &outcome)));
                Known::Applied(number, outcome)
            }
            known => {
                recent.push(number, None);
                known
            }
        };

        self.number = number;
        Played {
            id: id.in_epoch(epoch),
            position: Position { epoch, number },
            time,
            entry,
            result,
        }
    }

    /// Compares a mark of somebody who played the log with ours at the same number.
    pub(crate) fn check_digest(&self, theirs: Mark) -> Result<(), PlayError> {
        let ours = self
            .marks
            .iter()
            .rev()
            .find(|mark| mark.number == theirs.number);
        match ours {
            Some(ours) if ours.digest != theirs.digest => Err(PlayError::Diverged {
                number: theirs.number,
                ours: ours.digest,
                theirs: theirs.digest,
            }),
            _ => Ok(()),
        }
    }
}

/// A record whose proposals are read.
pub(crate) struct Decoded<M: Machine> {
    first: u64,
    time: u64,
    applied: Mark,
    proposals: Result<Vec<Proposal<M::Entry>>, PlayError>,
}

impl<M: Machine> Decoded<M> {
    pub(crate) fn of(record: &Record) -> Self {
        Self::new(record, read_proposals::<M>(record))
    }

    /// Returns a record with what is read from its text.
    pub(crate) const fn with(record: &Record, proposals: Vec<Proposal<M::Entry>>) -> Self {
        Self::new(record, Ok(proposals))
    }

    const fn new(record: &Record, proposals: Result<Vec<Proposal<M::Entry>>, PlayError>) -> Self {
        Self {
            first: record.first,
            time: record.batch.time,
            applied: record.batch.applied,
            proposals,
        }
    }
}

impl<M: Machine> Played<M> {
    /// Returns the item of a feed, or `None` if the proposal had no effect here: it was sent
    /// twice, or was too old.
    pub(crate) fn into_item(self) -> Option<ItemOf<M>> {
        match self.result {
            Known::Applied(number, outcome) if number == self.position.number => Some(FeedItem {
                position: self.position,
                time: self.time,
                id: self.id,
                entry: self.entry,
                outcome,
            }),
            _ => None,
        }
    }
}

/// Reads the proposals of a record.
pub(crate) fn read_proposals<M: Machine>(
    record: &Record,
) -> Result<Vec<Proposal<M::Entry>>, PlayError> {
    let error = |what: String| PlayError::Proposals {
        number: record.first,
        what,
    };
    let proposals: Vec<_> = serde_json::from_str(&record.batch.proposals)
        .map_err(|read_error| error(read_error.to_string()))?;
    if proposals.is_empty() || proposals.len() as u64 != u64::from(record.batch.count) {
        return Err(error("it has another number of proposals".to_owned()));
    }
    Ok(proposals)
}
