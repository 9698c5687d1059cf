//! The ids and outcomes of the last positions, so that a proposal has one effect.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::position::ProposalId;

/// The positions whose ids and outcomes are kept.
pub const KEPT_POSITIONS: u64 = 1 << 20;

/// The positions in a chunk.
const CHUNK: usize = 1_024;

/// What one position had: nothing if it repeated another's id, or if its id was too old.
type Slot<O> = Option<(ProposalId, O)>;

/// The slots of the last positions. A clone copies one chunk and shares the others.
#[derive(Clone, Debug)]
pub(crate) struct Slots<O> {
    /// The number of the first slot.
    first: u64,
    full: VecDeque<Arc<Vec<Slot<O>>>>,
    last: Vec<Slot<O>>,
}

impl<O: Clone> Slots<O> {
    pub(crate) const fn new(first: u64) -> Self {
        Self {
            first,
            full: VecDeque::new(),
            last: Vec::new(),
        }
    }

    pub(crate) const fn first(&self) -> u64 {
        self.first
    }

    fn get(&self, number: u64) -> Option<&(ProposalId, O)> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let slot = match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK)?,
            None => self.last.get(index - self.full.len() * CHUNK)?,
        };
        slot.as_ref()
    }

    /// Adds the slot of the next position, and returns a chunk that is not kept any more.
    pub(crate) fn push(&mut self, slot: Slot<O>) -> Option<Arc<Vec<Slot<O>>>> {
        self.last.push(slot);
        if self.last.len() < CHUNK {
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

    /// Returns the chunks, the oldest first.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &[Slot<O>]> {
        let full = self.full.iter().map(|chunk| chunk.as_slice());
        full.chain([self.last.as_slice()])
    }
}

/// The slots of the last positions, with an index of their ids.
#[derive(Debug)]
pub(crate) struct Recent<O> {
    slots: Slots<O>,
    numbers: HashMap<u128, u64, RandomState>,
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

impl<O: Clone> Recent<O> {
    /// Returns one with an index of these slots.
    pub(crate) fn of_slots(slots: Slots<O>) -> Self {
        let mut numbers = HashMap::default();
        let all = (slots.first()..).zip(slots.chunks().flatten());
        for (number, slot) in all {
            if let Some((id, _)) = slot {
                numbers.insert(id.nonce, number);
            }
        }
        Self { slots, numbers }
    }

    pub(crate) const fn slots(&self) -> &Slots<O> {
        &self.slots
    }

    /// Returns what is known of an id that is about to be applied at a number.
    ///
    /// It depends on the log alone, so that everybody who plays the log decides alike.
    pub(crate) fn known(&self, id: ProposalId, number: u64) -> Known<O> {
        if id.made_at.number.saturating_add(KEPT_POSITIONS) < number {
            return Known::TooOld;
        }
        let applied = self.numbers.get(&id.nonce);
        match applied.and_then(|number| Some((*number, self.slots.get(*number)?))) {
            Some((number, (_, outcome))) => Known::Applied(number, outcome.clone()),
            None => Known::New,
        }
    }

    /// Returns the outcome of a position, if it is kept and had an effect of its own.
    pub(crate) fn outcome(&self, number: u64) -> Option<&(ProposalId, O)> {
        self.slots.get(number)
    }

    /// Adds what the next position had.
    pub(crate) fn push(&mut self, number: u64, slot: Slot<O>) {
        if let Some((id, _)) = &slot {
            self.numbers.insert(id.nonce, number);
        }
        let dropped = self.slots.push(slot);
        for (id, _) in dropped.iter().flat_map(|chunk| chunk.iter().flatten()) {
            self.numbers.remove(&id.nonce);
        }
    }
}
