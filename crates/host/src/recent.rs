//! The ids and outcomes of the last positions, so that a proposal has one effect.

use std::collections::{HashMap, VecDeque};
use std::marker::PhantomData;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::position::{Epoch, ProposalId};
use crate::record::LoggedId;

/// The positions whose ids and outcomes are kept.
pub const KEPT_POSITIONS: u64 = 1 << 20;

/// The positions in a chunk.
const CHUNK: usize = 1_024;

/// The ids and outcomes of some positions.
///
/// Outcomes are kept encoded, because a million of them as values take hundreds of megabytes, and
/// hardly any is asked for again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chunk {
    /// For each position its id, or nothing if it repeated another's id, or if its id was too old.
    ids: Vec<Option<LoggedId>>,
    /// Where each position's outcome ends in `outcomes`.
    ends: Vec<u32>,
    outcomes: Vec<u8>,
}

impl Chunk {
    fn push(&mut self, slot: Option<(LoggedId, &impl Serialize)>) {
        let mut id = None;
        if let Some((known, outcome)) = slot {
            let length = self.outcomes.len();
            // Writing to memory fails for no outcome whose lengths serde knows.
            if postcard::to_io(outcome, &mut self.outcomes).is_err() {
                self.outcomes.truncate(length);
            }
            id = Some(known);
        }
        self.ids.push(id);
        self.ends
            .push(u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX));
    }

    /// Returns the id and the encoded outcome at an index.
    fn get(&self, index: usize) -> Option<(LoggedId, &[u8])> {
        let id = (*self.ids.get(index)?)?;
        let begin = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let range = begin as usize..*self.ends.get(index)? as usize;
        Some((id, self.outcomes.get(range)?))
    }
}

/// The chunks of the last positions. A clone copies one chunk and shares the others.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    /// The number of the first slot.
    first: u64,
    full: VecDeque<Arc<Chunk>>,
    last: Chunk,
}

impl Slots {
    pub(crate) fn new(first: u64) -> Self {
        Self {
            first,
            full: VecDeque::new(),
            last: Chunk::default(),
        }
    }

    /// Returns the slots that chunks had, the oldest first.
    pub(crate) fn of_chunks(first: u64, mut chunks: VecDeque<Chunk>) -> Option<Self> {
        let last = chunks.pop_back()?;
        let are_full = chunks.iter().all(|chunk| chunk.ids.len() == CHUNK);
        (are_full && last.ids.len() < CHUNK).then(|| Self {
            first,
            full: chunks.into_iter().map(Arc::new).collect(),
            last,
        })
    }

    pub(crate) const fn first(&self) -> u64 {
        self.first
    }

    fn get(&self, number: u64) -> Option<(LoggedId, &[u8])> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.last.get(index - self.full.len() * CHUNK),
        }
    }

    /// Adds the slot of the next position, and returns a chunk that is not kept any more.
    fn push(&mut self, slot: Option<(LoggedId, &impl Serialize)>) -> Option<Arc<Chunk>> {
        self.last.push(slot);
        if self.last.ids.len() < CHUNK {
            return None;
        }

        self.full
            .push_back(Arc::new(std::mem::take(&mut self.last)));
        let kept = (self.full.len() * CHUNK) as u64;
        if kept < KEPT_POSITIONS + CHUNK as u64 {
            return None;
        }
        self.first += CHUNK as u64;
        self.full.pop_front()
    }

    fn len(&self) -> usize {
        self.full.len() * CHUNK + self.last.ids.len()
    }

    /// Returns the chunks, the oldest first.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        let full = self.full.iter().map(|chunk| &**chunk);
        full.chain([&self.last])
    }
}

/// The slots of the last positions, with an index of their ids.
#[derive(Debug)]
pub(crate) struct Recent<O> {
    slots: Slots,
    numbers: HashMap<u128, u64, RandomState>,
    outcome: PhantomData<fn() -> O>,
}

/// What is known of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known<O> {
    /// It was not applied.
    New,
    /// It was applied at this number.
    Applied(u64, O),
    /// It was made so long ago that it may have been applied and forgotten.
    TooOld,
}

impl<O: Serialize + DeserializeOwned> Recent<O> {
    /// Returns one with an index of these slots.
    pub(crate) fn of_slots(slots: Slots) -> Self {
        let mut numbers = HashMap::default();
        let ids = slots.chunks().flat_map(|chunk| &chunk.ids);
        for (number, id) in (slots.first()..).zip(ids) {
            if let Some(id) = id {
                numbers.insert(id.nonce(), number);
            }
        }
        Self {
            slots,
            numbers,
            outcome: PhantomData,
        }
    }

    pub(crate) const fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Returns what is known of an id that is about to be applied at a number.
    ///
    /// It depends on the log alone, so that everybody who plays the log decides alike.
    pub(crate) fn known(&self, id: LoggedId, number: u64) -> Known<O> {
        if id.made_at().saturating_add(KEPT_POSITIONS) < number {
            return Known::TooOld;
        }
        let Some(number) = self.numbers.get(&id.nonce()) else {
            return Known::New;
        };
        // An outcome of an earlier release that cannot be read is as good as forgotten.
        let outcome = self
            .slots
            .get(*number)
            .map(|(_, bytes)| postcard::from_bytes(bytes));
        match outcome {
            Some(Ok(outcome)) => Known::Applied(*number, outcome),
            _ => Known::TooOld,
        }
    }

    /// Returns the id and outcome of a position, if it is kept and had an effect of its own.
    pub(crate) fn outcome(
        &self,
        number: u64,
        epoch: Epoch,
    ) -> Option<postcard::Result<(ProposalId, O)>> {
        let (id, bytes) = self.slots.get(number)?;
        let outcome = postcard::from_bytes(bytes);
        Some(outcome.map(|outcome| (id.in_epoch(epoch), outcome)))
    }

    /// Returns the first number of which other slots keep another id, or another outcome, than
    /// these; or none if both keep the same.
    ///
    /// An outcome of an earlier release that cannot be read is as good as forgotten.
    pub(crate) fn first_difference(&self, other: &Slots) -> Option<u64> {
        let first = self.slots.first();
        if first != other.first() || self.slots.len() != other.len() {
            return Some(first.min(other.first()));
        }

        let pairs = self.slots.chunks().zip(other.chunks());
        let starts = (first..).step_by(CHUNK);
        let differing = starts
            .zip(pairs)
            .filter(|(_, (ours, theirs))| ours != theirs);
        for (start, (ours, theirs)) in differing {
            let index = (0..ours.ids.len()).find(|index| !is_alike::<O>(ours, theirs, *index));
            if let Some(index) = index {
                return Some(start.saturating_add(index as u64));
            }
        }
        None
    }

    /// Adds what the next position had.
    pub(crate) fn push(&mut self, number: u64, slot: Option<(LoggedId, &O)>) {
        if let Some((id, _)) = slot {
            self.numbers.insert(id.nonce(), number);
        }
        let dropped = self.slots.push(slot);
        for id in dropped.iter().flat_map(|chunk| chunk.ids.iter().flatten()) {
            self.numbers.remove(&id.nonce());
        }
    }
}

/// Returns whether two chunks keep the same at an index, as far as the second can be read.
fn is_alike<O: Serialize + DeserializeOwned>(ours: &Chunk, theirs: &Chunk, index: usize) -> bool {
    let (ours, theirs) = match (ours.get(index), theirs.get(index)) {
        (Some((our_id, ours)), Some((their_id, theirs))) if our_id == their_id => (ours, theirs),
        (None, None) => return true,
        _ => return false,
    };
    let read = || postcard::from_bytes::<O>(theirs).ok();
    ours == theirs || read().is_none_or(|it| postcard::to_stdvec(&it).is_ok_and(|it| it == ours))
}
