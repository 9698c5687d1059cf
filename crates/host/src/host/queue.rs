//! What waits to be committed.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Options, Waiting};
use crate::locks::lock;
use crate::machine::Machine;
use crate::record::Proposal;

/// The bytes after which a batch takes no more proposals.
const BATCH_BYTES: usize = 4 << 20;

/// The bytes from which on a text begins a batch. It is moved there, because others wait while it
/// is copied.
const LARGE_BYTES: usize = 1 << 20;

/// The bytes of the texts that wait, from which on proposals wait for room.
const MOST_BYTES: usize = 256 << 20;

/// The proposals that may wait at most, even if the options say more.
const MOST_WAITING: usize = 1 << 20;

/// Proposals that wait, in the batches that they will be committed in.
///
/// The thread that proposes writes the text into its batch, so that the appender has nothing to do
/// between two appends.
pub(super) struct Queue<M: Machine> {
    inner: Mutex<Inner<M>>,
    most_in_batch: usize,
    most_waiting: usize,
    most_bytes: usize,
    /// Wakes the appender.
    news: Condvar,
    /// Wakes those who wait for room.
    room: Condvar,
}

struct Inner<M: Machine> {
    batches: VecDeque<PendingBatch<M>>,
    waiting: usize,
    /// The bytes of their texts.
    bytes: usize,
    is_closed: bool,
}

/// Proposals that will be committed as one batch.
pub(super) struct PendingBatch<M: Machine> {
    /// A JSON array of the proposals, without its end.
    text: String,
    pub(super) proposals: Vec<Proposal<M::Entry>>,
    pub(super) waiting: Vec<Waiting<M::Outcome>>,
}

impl<M: Machine> PendingBatch<M> {
    const fn new() -> Self {
        Self {
            text: String::new(),
            proposals: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Returns whether a text has room in a batch of at most this many proposals.
    fn has_room(&self, batch: usize, text: &str) -> bool {
        self.waiting.len() < batch && self.text.len() < BATCH_BYTES && text.len() < LARGE_BYTES
    }

    /// Takes a proposal, whose text is that of an array with it alone. Returns by how many bytes
    /// the batch grows.
    fn push(
        &mut self,
        mut text: String,
        proposal: Proposal<M::Entry>,
        waiting: Waiting<M::Outcome>,
    ) -> usize {
        let before = self.text.len();
        // The end of the array comes with the last proposal.
        text.pop();
        if self.waiting.is_empty() {
            self.text = text;
        } else {
            self.text.push_str(",\n");
            self.text.push_str(text.strip_prefix('[').unwrap_or(&text));
        }
        self.proposals.push(proposal);
        self.waiting.push(waiting);
        self.text.len() - before
    }

    /// Returns the JSON array of the proposals.
    pub(super) fn take_text(&mut self) -> String {
        let mut text = std::mem::take(&mut self.text);
        text.push(']');
        text
    }
}

impl<M: Machine> Queue<M> {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            inner: Mutex::new(Inner {
                batches: VecDeque::new(),
                waiting: 0,
                bytes: 0,
                is_closed: false,
            }),
            most_in_batch: options.batch,
            most_waiting: options.queue.clamp(1, MOST_WAITING),
            most_bytes: MOST_BYTES,
            news: Condvar::new(),
            room: Condvar::new(),
        }
    }

    /// Returns how many proposals wait.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.inner).waiting
    }

    /// Waits for room, and adds a proposal. Gives it back if the queue is closed.
    pub(super) fn push(
        &self,
        text: String,
        proposal: Proposal<M::Entry>,
        waiting: Waiting<M::Outcome>,
    ) -> Result<(), Waiting<M::Outcome>> {
        let is_to_wait = |inner: &mut Inner<M>| self.is_full(inner) && !inner.is_closed;
        let inner = self.room.wait_while(lock(&self.inner), is_to_wait);
        let mut inner = inner.unwrap_or_else(PoisonError::into_inner);
        if inner.is_closed {
            return Err(waiting);
        }

        inner.waiting += 1;
        inner.bytes += match inner.batches.back_mut() {
            Some(last) if last.has_room(self.most_in_batch, &text) => {
                last.push(text, proposal, waiting)
            }
            _ => {
                let mut pending = PendingBatch::new();
                let bytes = pending.push(text, proposal, waiting);
                inner.batches.push_back(pending);
                bytes
            }
        };
        if inner.waiting == 1 {
            self.news.notify_one();
        }
        Ok(())
    }

    const fn is_full(&self, inner: &Inner<M>) -> bool {
        inner.waiting >= self.most_waiting || inner.bytes >= self.most_bytes
    }

    /// Returns the next batch, when there is one, or `None` if the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<PendingBatch<M>> {
        let is_empty = |inner: &mut Inner<M>| inner.batches.is_empty() && !inner.is_closed;
        let inner = self.news.wait_while(lock(&self.inner), is_empty);
        let mut inner: MutexGuard<'_, Inner<M>> = inner.unwrap_or_else(PoisonError::into_inner);
        let is_full = self.is_full(&inner);
        let pending = inner.batches.pop_front()?;

        inner.waiting = inner.waiting.saturating_sub(pending.waiting.len());
        inner.bytes = inner.bytes.saturating_sub(pending.text.len());
        if is_full {
            self.room.notify_all();
        }
        Some(pending)
    }

    /// Takes no more proposals. Those that wait are still handed out.
    pub(super) fn close(&self) {
        lock(&self.inner).is_closed = true;
        self.news.notify_all();
        self.room.notify_all();
    }
}

#[cfg(test)]
mod tests;
