//! A log that fails as it is told.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use socialgraph_host::{AppendError, Batch, Epoch, Extent, Log, LogError, MemoryLog, Record};

/// How an append or a read fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The batch is not in the log, and the log says so.
    DiskFull,
    /// The sync fails, and the batch is in the log.
    SyncFailedAndKept,
    /// The sync fails, and the batch is not in the log.
    SyncFailedAndLost,
    /// A part of the batch is written, and the log knows that it failed.
    ShortWrite,
    /// A part of the batch is written, and nobody has seen it yet.
    UnseenShortWrite,
    /// A record ends in the middle.
    Torn,
    /// A record has another checksum.
    Damaged,
    /// A read fails.
    ReadFailed,
    /// The record before comes again.
    Repeated,
    /// The record behind comes first.
    Early,
}

pub(crate) const APPEND_FAULTS: [Fault; 5] = [
    Fault::DiskFull,
    Fault::SyncFailedAndKept,
    Fault::SyncFailedAndLost,
    Fault::ShortWrite,
    Fault::UnseenShortWrite,
];

pub(crate) const READ_FAULTS: [Fault; 5] = [
    Fault::Torn,
    Fault::Damaged,
    Fault::ReadFailed,
    Fault::Repeated,
    Fault::Early,
];

/// What the next calls come to: nothing, or a fault.
pub(crate) type Plan = VecDeque<Option<Fault>>;

/// A log in memory that fails.
#[derive(Debug)]
pub(crate) struct FaultyLog {
    sound: MemoryLog,
    /// What stands behind the sound records: the torn one, and what was written behind it.
    torn: Mutex<Vec<Record>>,
    appends: Mutex<Plan>,
    reads: Mutex<Plan>,
    /// The faults that took place.
    struck: Mutex<BTreeSet<Fault>>,
    /// Held to let proposals wait.
    gate: Mutex<()>,
}

impl FaultyLog {
    pub(crate) fn new() -> Self {
        Self {
            sound: MemoryLog::new(Epoch(7)),
            torn: Mutex::default(),
            appends: Mutex::default(),
            reads: Mutex::default(),
            struck: Mutex::default(),
            gate: Mutex::default(),
        }
    }

    /// Sets what goes wrong from now on.
    pub(crate) fn fail(&self, appends: Plan, reads: Plan) {
        *self.appends.lock().unwrap() = appends;
        *self.reads.lock().unwrap() = reads;
    }

    /// Returns the faults that took place since this was last asked.
    pub(crate) fn take_struck(&self) -> BTreeSet<Fault> {
        std::mem::take(&mut self.struck.lock().unwrap())
    }

    /// Stops appends while the guard lives.
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap()
    }

    /// Does what a log does when it is opened: it drops a torn end, and works again.
    pub(crate) fn reopen(&self) {
        self.torn.lock().unwrap().clear();
        self.fail(Plan::new(), Plan::new());
    }

    /// Returns the records that are whole.
    pub(crate) fn records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        let last = |records: &[Record]| records.last().map_or(0, Record::last);
        while let Some(record) = self.sound.read(last(&records)).unwrap() {
            records.push(record);
        }
        records
    }

    fn strike(&self, fault: Fault) {
        self.struck.lock().unwrap().insert(fault);
    }

    /// Writes behind the sound records, where nothing will last.
    fn append_behind(&self, batch: &Batch, torn: &mut Vec<Record>) -> u64 {
        let sound = self.sound.extent().unwrap().last;
        let first = torn.last().map_or(sound, Record::last) + 1;
        let batch = batch.clone();
        torn.push(Record { first, batch });
        first
    }

    fn read_right(&self, after: u64) -> Result<Option<Record>, LogError> {
        if let Some(record) = self.sound.read(after)? {
            return Ok(Some(record));
        }
        let torn = self.torn.lock().unwrap();
        Ok(torn.iter().find(|record| record.last() > after).cloned())
    }

    /// Returns the record behind the one given, if there is one soon.
    fn read_early(&self, right: &Record) -> Option<Record> {
        for _ in 0..20 {
            if let Some(record) = self.read_right(right.last()).unwrap() {
                return Some(record);
            }
            thread::sleep(Duration::from_micros(50));
        }
        None
    }
}

/// Cuts the text of the proposals off.
fn tear(batch: &Batch) -> Batch {
    let mut batch = batch.clone();
    let mut length = batch.proposals.len() / 2;
    while !batch.proposals.is_char_boundary(length) {
        length -= 1;
    }
    batch.proposals.truncate(length);
    batch
}

fn failed(fault: Fault) -> LogError {
    LogError::Failed(format!("{fault:?}"))
}

impl Log for FaultyLog {
    fn epoch(&self) -> Epoch {
        self.sound.epoch()
    }

    fn extent(&self) -> Result<Extent, LogError> {
        self.sound.extent()
    }

    fn append(&self, batch: &Batch) -> Result<u64, AppendError> {
        let _gate = self.gate.lock().unwrap();
        let mut torn = self.torn.lock().unwrap();
        if !torn.is_empty() {
            return Ok(self.append_behind(batch, &mut torn));
        }
        let Some(fault) = self.appends.lock().unwrap().pop_front().flatten() else {
            return self.sound.append(batch);
        };

        self.strike(fault);
        match fault {
            Fault::DiskFull => return Err(AppendError::NotAppended(failed(fault))),
            Fault::SyncFailedAndKept => {
                self.sound.append(batch)?;
            }
            Fault::ShortWrite => {
                self.append_behind(&tear(batch), &mut torn);
            }
            Fault::UnseenShortWrite => return Ok(self.append_behind(&tear(batch), &mut torn)),
            _ => {}
        }
        Err(AppendError::Unknown(failed(fault)))
    }

    fn read(&self, after: u64) -> Result<Option<Record>, LogError> {
        let Some(mut right) = self.read_right(after)? else {
            return Ok(None);
        };
        let Some(fault) = self.reads.lock().unwrap().pop_front().flatten() else {
            return Ok(Some(right));
        };

        let other = match fault {
            Fault::Repeated if after == 0 => None,
            Fault::Repeated => self.read_right(after - 1)?,
            Fault::Early => self.read_early(&right),
            _ => None,
        };
        match (fault, other) {
            (Fault::Repeated | Fault::Early, None) => return Ok(Some(right)),
            (_, Some(other)) => right = other,
            (Fault::Torn, None) => right.batch = tear(&right.batch),
            (Fault::Damaged, None) => {
                self.strike(fault);
                let what = format!("{fault:?}");
                return Err(LogError::Damaged { after, what });
            }
            _ => {
                self.strike(fault);
                return Err(failed(fault));
            }
        }
        self.strike(fault);
        Ok(Some(right))
    }

    fn forget(&self, through: u64) -> Result<bool, LogError> {
        self.sound.forget(through)
    }
}
