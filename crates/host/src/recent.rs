//! The ids and outcomes of the last positions, so that a proposal has one effect.

use std::collections::{HashMap, VecDeque};
use std::marker::PhantomData;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::position::{Epoch, ProposalId};
use crate::record::LoggedId;

/// The positions whose ids are kept.
pub const KEPT_POSITIONS: u64 = 1 << 20;

/// The bytes of outcomes that are kept at most, encoded. Above, the oldest ones are dropped.
pub const KEPT_OUTCOME_BYTES: usize = 256 << 20;

/// The positions in a chunk.
const CHUNK: usize = 1_024;

/// The bytes that the outcomes of a chunk have at most: an end is a `u32`.
const MOST_CHUNK_BYTES: usize = u32::MAX as usize;

/// The ids and outcomes of some positions.
///
/// Outcomes are kept encoded, because a million of them as values take hundreds of megabytes, and
/// hardly any is asked for again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chunk {
    /// For each position its id, or nothing if it repeated another's id, or if its id was too old.
    ids: Vec<Option<LoggedId>>,
    /// Where the outcomes of the last positions end in `outcomes`. Those of the positions before
    /// were dropped.
    ends: Vec<u32>,
    outcomes: Vec<u8>,
}

/// What is kept of a position that had an effect of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot<'a> {
    id: LoggedId,
    /// The encoded outcome, or `None` if it was dropped.
    outcome: Option<&'a [u8]>,
}

impl Chunk {
    fn push(&mut self, slot: Option<(LoggedId, &impl Serialize)>) {
        let mut id = None;
        if let Some((known, outcome)) = slot {
            let length = self.outcomes.len();
            // Writing to memory fails for no outcome whose lengths serde knows.
            let written = postcard::to_io(outcome, &mut self.outcomes);
            if written.is_err() || self.outcomes.len() > MOST_CHUNK_BYTES {
                // Nothing is no outcome: it cannot be read, and is as good as dropped.
                self.outcomes.truncate(length);
            }
            id = Some(known);
        }
        self.ids.push(id);
        let end = u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX);
        self.ends.push(end);
    }

    fn get(&self, index: usize) -> Option<Slot<'_>> {
        let id = (*self.ids.get(index)?)?;
        let outcome = self.outcome(index);
        Some(Slot { id, outcome })
    }

    /// Returns the encoded outcome at an index, if it was not dropped.
    fn outcome(&self, index: usize) -> Option<&[u8]> {
        let index = index.checked_sub(self.dropped())?;
        let begin = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.outcomes
            .get(begin as usize..*self.ends.get(index)? as usize)
    }

    /// Returns how many positions have lost their outcomes.
    const fn dropped(&self) -> usize {
        self.ids.len().saturating_sub(self.ends.len())
    }

    /// Drops the oldest outcomes until the others have at most this many bytes.
    fn drop_outcomes(&mut self, most_bytes: usize) {
        let excess = self.outcomes.len().saturating_sub(most_bytes);
        if excess == 0 {
            return;
        }
        let before = self.ends.partition_point(|end| (*end as usize) < excess);
        let Some(end) = self.ends.get(before).copied() else {
            return;
        };

        self.outcomes.drain(..end as usize);
        self.ends.drain(..=before);
        for other in &mut self.ends {
            *other -= end;
        }
    }

    /// Returns the chunk without outcomes.
    fn without_outcomes(&self) -> Self {
        Self {
            ids: self.ids.clone(),
            ..Self::default()
        }
    }
}

/// The chunks of the last positions. A clone copies one chunk and shares the others.
///
/// What is kept depends on the log alone.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    /// The number of the first slot.
    first: u64,
    full: VecDeque<Arc<Chunk>>,
    last: Chunk,
    /// How many of the full chunks have no outcomes any more.
    dropped: usize,
    /// The bytes of the outcomes, and how many are kept at most.
    bytes: usize,
    most_bytes: usize,
}

impl Slots {
    pub(crate) fn new(first: u64) -> Self {
        Self {
            first,
            full: VecDeque::new(),
            last: Chunk::default(),
            dropped: 0,
            bytes: 0,
            most_bytes: KEPT_OUTCOME_BYTES,
        }
    }

    /// Returns the slots that chunks had, the oldest first.
    pub(crate) fn of_chunks(first: u64, mut chunks: VecDeque<Chunk>) -> Option<Self> {
        let last = chunks.pop_back()?;
        let are_full = chunks.iter().all(|chunk| chunk.ids.len() == CHUNK);
        let without = |chunk: &&Chunk| chunk.ends.is_empty();
        let bytes = chunks.iter().map(|chunk| chunk.outcomes.len());
        let mut slots = Self {
            bytes: bytes.sum::<usize>() + last.outcomes.len(),
            dropped: chunks.iter().take_while(without).count(),
            full: chunks.into_iter().map(Arc::new).collect(),
            last,
            ..Self::new(first)
        };
        // An earlier release has kept all.
        slots.drop_outcomes();
        (are_full && slots.last.ids.len() < CHUNK).then_some(slots)
    }

    pub(crate) const fn first(&self) -> u64 {
        self.first
    }

    /// Returns the first number from which on all outcomes are kept.
    pub(crate) fn first_outcome(&self) -> u64 {
        let partly = self.full.get(self.dropped).map_or(&self.last, |it| it);
        let dropped = self.dropped * CHUNK + partly.dropped();
        self.first.saturating_add(dropped as u64)
    }

    fn get(&self, number: u64) -> Option<Slot<'_>> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.last.get(index - self.full.len() * CHUNK),
        }
    }

    /// Adds the slot of the next position, and returns a chunk that is not kept any more.
    fn push(&mut self, slot: Option<(LoggedId, &impl Serialize)>) -> Option<Arc<Chunk>> {
        let before = self.last.outcomes.len();
        self.last.push(slot);
        self.bytes += self.last.outcomes.len() - before;
        self.drop_outcomes();
        if self.last.ids.len() < CHUNK {
            return None;
        }

        self.full
            .push_back(Arc::new(std::mem::take(&mut self.last)));
        let kept = (self.full.len() * CHUNK) as u64;
        if kept < KEPT_POSITIONS + CHUNK as u64 {
            return None;
        }
        let oldest = self.full.pop_front()?;
        self.first += CHUNK as u64;
        self.dropped = self.dropped.saturating_sub(1);
        self.bytes -= oldest.outcomes.len();
        Some(oldest)
    }

    /// Drops the outcomes of the oldest chunks until those that are kept have few enough bytes.
    fn drop_outcomes(&mut self) {
        while self.bytes > self.most_bytes
            && let Some(chunk) = self.full.get_mut(self.dropped)
        {
            self.bytes -= chunk.outcomes.len();
            // A snapshot that is being written shares the chunk.
            *chunk = Arc::new(chunk.without_outcomes());
            self.dropped += 1;
        }
        if self.bytes > self.most_bytes {
            // By half at once, because what stays is moved.
            self.last.drop_outcomes(self.most_bytes / 2);
            self.bytes = self.last.outcomes.len();
        }
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
    /// It was applied at this number, and its outcome is not kept any more.
    Dropped(u64),
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
        let Some(number) = self.numbers.get(&id.nonce()).copied() else {
            return Known::New;
        };
        // An outcome of an earlier release that cannot be read is as good as dropped.
        let outcome = self.slots.get(number).and_then(|slot| slot.outcome);
        match outcome.map(postcard::from_bytes) {
            Some(Ok(outcome)) => Known::Applied(number, outcome),
            _ => Known::Dropped(number),
        }
    }

    /// Returns the id and the encoded outcome of a position, if they are kept and it had an effect
    /// of its own.
    pub(crate) fn outcome(&self, number: u64, epoch: Epoch) -> Option<(ProposalId, &[u8])> {
        let Slot { id, outcome } = self.slots.get(number)?;
        Some((id.in_epoch(epoch), outcome?))
    }

    /// Returns the first number of which other slots keep another id, or another outcome, than
    /// these, or nothing; or `None` if both keep the same.
    ///
    /// An outcome that one of them has dropped, or that an earlier release has kept so that it
    /// cannot be read, is passed over: how many are kept depends on their encoding.
    pub(crate) fn first_difference(&self, other: &Slots) -> Option<u64> {
        let first = self.slots.first();
        if first != other.first() {
            return Some(first.min(other.first()));
        }

        let pairs = self.slots.chunks().zip(other.chunks());
        let starts = (first..).step_by(CHUNK);
        let differing = starts
            .zip(pairs)
            .filter(|(_, (ours, theirs))| ours != theirs);
        for (start, (ours, theirs)) in differing {
            let both = ours.ids.len().min(theirs.ids.len());
            let index = (0..both).find(|index| !is_alike::<O>(ours, theirs, *index));
            if let Some(index) = index {
                return Some(start.saturating_add(index as u64));
            }
        }

        let both = self.slots.len().min(other.len()) as u64;
        (self.slots.len() != other.len()).then(|| first.saturating_add(both))
    }

    /// Sets how many bytes of outcomes are kept at most.
    #[cfg(test)]
    pub(crate) fn set_most_bytes(&mut self, most_bytes: usize) {
        self.slots.most_bytes = most_bytes;
        self.slots.drop_outcomes();
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

/// Returns whether two chunks keep the same at an index, as far as both can be read.
fn is_alike<O: Serialize + DeserializeOwned>(ours: &Chunk, theirs: &Chunk, index: usize) -> bool {
    let (ours, theirs) = match (ours.get(index), theirs.get(index)) {
        (Some(ours), Some(theirs)) if ours.id == theirs.id => (ours.outcome, theirs.outcome),
        (None, None) => return true,
        _ => return false,
    };
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return true;
    };
    let read = || postcard::from_bytes::<O>(theirs).ok();
    ours == theirs || read().is_none_or(|it| postcard::to_stdvec(&it).is_ok_and(|it| it == ours))
}

#[cfg(test)]
mod tests;
