//! What a log holds: batches of proposals.

use std::hash::Hasher as _;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use twox_hash::xxhash3_64::Hasher;

use crate::log::LogError;
use crate::position::{Epoch, Position, ProposalId};

/// A state, by the number of entries that led to it and the digest of their outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The number of entries.
    pub number: u64,
    /// The running digest of their outcomes.
    pub digest: u64,
}

/// Proposals that are committed together: one row of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The number of proposals, at least 1.
    pub count: u32,
    /// Milliseconds since the Unix epoch. A batch is applied at this time or at that of the batch
    /// before, if that is later.
    pub time: u64,
    /// What the proposer had applied. Everybody who plays the log compares.
    pub applied: Mark,
    /// The proposals as a JSON array of `{"id": …, "entry": …}`. An id is the number it was made
    /// at and the two halves of its nonce.
    pub proposals: String,
}

/// A batch at its place in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the first proposal.
    pub first: u64,
    /// The batch.
    pub batch: Batch,
}

impl Record {
    /// Returns the number of the last proposal.
    #[must_use]
    pub fn last(&self) -> u64 {
        let others = u64::from(self.batch.count).saturating_sub(1);
        self.first.saturating_add(others)
    }

    /// Cuts the proposals behind a number off.
    pub(crate) fn cut(&mut self, through: u64) -> Result<(), LogError> {
        if self.last() <= through {
            return Ok(());
        }
        let damaged = |what: serde_json::Error| LogError::Damaged {
            after: self.first.saturating_sub(1),
            what: what.to_string(),
        };
        let mut proposals: Vec<Box<RawValue>> =
            serde_json::from_str(&self.batch.proposals).map_err(damaged)?;
        let kept = through.saturating_add(1).saturating_sub(self.first);
        proposals.truncate(usize::try_from(kept).unwrap_or(usize::MAX));
        self.batch.proposals = serde_json::to_string(&proposals).map_err(damaged)?;
        self.batch.count = u32::try_from(proposals.len()).unwrap_or(u32::MAX);
        Ok(())
    }

    /// Returns the checksum of the whole record in a log of an epoch.
    #[must_use]
    pub fn checksum(&self, epoch: Epoch) -> u64 {
        self.batch.checksum(self.first, epoch)
    }
}

impl Batch {
    /// Returns the checksum of the record that begins at a number of a log.
    pub(crate) fn checksum(&self, first: u64, epoch: Epoch) -> u64 {
        let numbers = [
            first,
            u64::from(self.count),
            self.time,
            self.applied.number,
            self.applied.digest,
        ];

        let mut hasher = Hasher::with_seed(epoch.0);
        for number in numbers {
            hasher.write(&number.to_le_bytes());
        }
        hasher.write(self.proposals.as_bytes());
        hasher.finish()
    }
}

/// A proposal as the log has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proposal<E> {
    pub(crate) id: LoggedId,
    pub(crate) entry: E,
}

/// A [`ProposalId`] without its epoch, which is the log's: the number it was made at, and the two
/// halves of the nonce. Numbers are read faster than text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LoggedId(u64, u64, u64);

/// The bits of half a nonce.
const HALF: u32 = 64;

impl From<ProposalId> for LoggedId {
    fn from(id: ProposalId) -> Self {
        let low = u64::try_from(id.nonce & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        let high = u64::try_from(id.nonce >> HALF).unwrap_or(u64::MAX);
        Self(id.made_at.number, high, low)
    }
}

impl LoggedId {
    pub(crate) const fn made_at(self) -> u64 {
        self.0
    }

    pub(crate) fn nonce(self) -> u128 {
        let Self(_, high, low) = self;
        u128::from(high) << HALF | u128::from(low)
    }

    pub(crate) fn in_epoch(self, epoch: Epoch) -> ProposalId {
        let number = self.made_at();
        ProposalId {
            made_at: Position { epoch, number },
            nonce: self.nonce(),
        }
    }
}
