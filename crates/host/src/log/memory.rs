//! A log that ends with the process.

use std::sync::RwLock;

use super::{AppendError, Extent, Log, LogError};
use crate::locks::{read, write};
use crate::position::Epoch;
use crate::record::{Batch, Record};

/// A log in memory: for tests, and for a host that keeps nothing.
#[derive(Debug)]
pub struct MemoryLog {
    epoch: Epoch,
    records: RwLock<Vec<Record>>,
}

impl MemoryLog {
    /// Returns an empty log.
    #[must_use]
    pub const fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            records: RwLock::new(Vec::new()),
        }
    }
}

impl Log for MemoryLog {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn extent(&self) -> Result<Extent, LogError> {
        let records = read(&self.records);
        Ok(Extent {
            before: records.first().map_or(0, |record| record.first - 1),
            last: records.last().map_or(0, Record::last),
        })
    }

    fn append(&self, batch: &Batch) -> Result<u64, AppendError> {
        let mut records = write(&self.records);
        let first = records.last().map_or(0, Record::last).saturating_add(1);
        let batch = batch.clone();
        records.push(Record { first, batch });
        Ok(first)
    }

    fn read(&self, after: u64) -> Result<Option<Record>, LogError> {
        let records = read(&self.records);
        let index = records.partition_point(|record| record.last() <= after);
        let Some(record) = records.get(index) else {
            return Ok(None);
        };
        if record.first > after.saturating_add(1) {
            let before = record.first - 1;
            return Err(LogError::Forgotten { before });
        }
        Ok(Some(record.clone()))
    }

    // The last record stays, so that numbers go on from it.
    fn forget(&self, through: u64) -> Result<bool, LogError> {
        let mut records = write(&self.records);
        let end = records.partition_point(|record| record.last() <= through);
        let end = end.min(records.len().saturating_sub(1));
        records.drain(..end);
        Ok(false)
    }
}
