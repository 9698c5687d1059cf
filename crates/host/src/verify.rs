//! Checks that log, snapshots and note agree.

use std::io;
use std::path::Path;

use crate::directory::{Directory, log_path, note_path};
use crate::host::OpenError;
use crate::log::{Log, LogError, SqliteLog, read_next};
use crate::machine::Machine;
use crate::note;
use crate::position::Position;
use crate::snapshot;
use crate::state::{PlayError, State};

/// What [`verify`] found.
#[derive(Debug, Default)]
pub struct Verification {
    /// The last position of the log, if it can be read.
    pub position: Option<Position>,
    /// The entries that were played.
    pub played: u64,
    /// The numbers of the snapshots that equal what the log leads to, and that of the oldest.
    pub snapshots: Vec<u64>,
    /// What is wrong, if anything is.
    pub faults: Vec<Fault>,
}

/// What is wrong with a directory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The log cannot be read or played.
    #[error(transparent)]
    Log(#[from] PlayError),
    /// SQLite finds its file damaged.
    #[error("SQLite finds: {0}")]
    File(String),
    /// A snapshot cannot be read.
    #[error("the snapshot at number {number} cannot be read: {error}")]
    Snapshot {
        /// The snapshot's number.
        number: u64,
        /// What is wrong with it.
        error: io::Error,
    },
    /// A snapshot and the log lead to different states.
    #[error("the snapshot at number {number} differs from the state that the log leads to")]
    Differs {
        /// The snapshot's number.
        number: u64,
    },
    /// A snapshot keeps another id or outcome than the log leads to.
    #[error(
        "the snapshot at number {number} keeps another answer to number {entry} than the log leads to"
    )]
    OtherAnswer {
        /// The snapshot's number.
        number: u64,
        /// The number of the first such entry.
        entry: u64,
    },
    /// The note cannot be read.
    #[error("the note beside the log cannot be read: {0}")]
    Note(io::Error),
    /// The log ends before the place that was noted.
    #[error("{missing} entries are missing: the log ends at number {last}")]
    TooShort {
        /// The last number in the log.
        last: u64,
        /// The entries that are missing at least.
        missing: u64,
    },
}

/// Checks a directory that no host has open, or a backup.
///
/// It reads every record, plays all that is behind the oldest sound snapshot, and compares the
/// state, and the ids and outcomes that are kept, with each later snapshot, and with the note. It
/// writes nothing, so that a damaged directory stays as it is, and one that can only be read is
/// checked, too. It takes as long as opening does without a snapshot, and memory for all snapshots
/// at once.
///
/// ```
/// use std::fs;
///
/// use socialgraph::{Operation, Policy, SocialGraph};
/// use socialgraph_host::{Host, Options, verify};
///
/// # let home = tempfile::tempdir()?;
/// # let path = home.path();
/// let empty = || SocialGraph::new(Policy::tencent_rest());
/// let host = Host::open_or_create(path, empty, Options::default())?;
/// host.propose(Operation::add_user("ann")).wait()?;
/// drop(host);
///
/// let found = verify::<SocialGraph>(path)?;
/// assert!(found.faults.is_empty());
/// assert_eq!((found.played, found.snapshots), (1, vec![0]));
///
/// fs::write(path.join("note"), "scribbled over")?;
/// let found = verify::<SocialGraph>(path)?;
/// let fault = found.faults[0].to_string();
/// assert_eq!(fault, "the note beside the log cannot be read: the note is damaged");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Fails if the directory or its log cannot be opened at all.
pub fn verify<M: Machine>(path: &Path) -> Result<Verification, OpenError> {
    let _lock = Directory::lock_to_read(path)?;
    let log = SqliteLog::open_to_read(&log_path(path))?;
    let mut found = Verification::default();
    found.check_file(&log);

    let (states, faults) = read_snapshots::<M>(path, &log)?;
    found.faults.extend(faults);
    let newest = states.iter().map(|state| state.mark().number).max();
    if let Err(fault) = found.play(&log, states) {
        found.faults.push(fault.into());
    }
    found.check_end(path, &log, newest.unwrap_or(0));
    Ok(found)
}

impl Verification {
    fn check_file(&mut self, log: &SqliteLog) {
        match log.quick_check() {
            Ok(findings) => self.faults.extend(findings.into_iter().map(Fault::File)),
            Err(error) => self.faults.push(Fault::File(error.to_string())),
        }
    }

    /// Plays the log from the oldest snapshot, and compares the state with the others.
    fn play<M: Machine>(
        &mut self,
        log: &SqliteLog,
        mut states: Vec<State<M>>,
    ) -> Result<(), PlayError> {
        states.reverse();
        read_before(log, states.last().map_or(u64::MAX, |it| it.mark().number))?;
        let Some(mut state) = states.pop() else {
            return Ok(());
        };

        self.snapshots.push(state.mark().number);
        loop {
            while let Some(other) = states.pop_if(|it| it.mark().number <= state.mark().number) {
                self.compare(&state, &other);
            }
            self.position = Some(state.position());
            let Some(record) = read_next(log, state.mark().number)? else {
                break;
            };
            // A snapshot may be taken between any two batches, and after a cut within one.
            let next = states.last().map_or(u64::MAX, |it| it.mark().number);
            let played = state.play(&record, next)?;
            self.played += played.len() as u64;
        }
        Ok(())
    }

    fn compare<M: Machine>(&mut self, state: &State<M>, snapshot: &State<M>) {
        let number = snapshot.mark().number;
        let is_same = state.mark() == snapshot.mark()
            && state.time == snapshot.time
            && saved(&state.machine) == saved(&snapshot.machine);
        let entry = state.recent().first_difference(snapshot.recent().slots());

        if !is_same {
            self.faults.push(Fault::Differs { number });
        } else if let Some(entry) = entry {
            self.faults.push(Fault::OtherAnswer { number, entry });
        } else {
            self.snapshots.push(number);
        }
    }

    /// Checks that the log goes as far as the note and the newest snapshot.
    fn check_end(&mut self, path: &Path, log: &SqliteLog, newest: u64) {
        let note = match note::read(&note_path(path)) {
            Ok(note) => note,
            Err(error) => {
                self.faults.push(Fault::Note(error));
                None
            }
        };
        let last = log.extent().map_or(0, |extent| extent.last);
        let missing = note::known(note, log.epoch(), newest).saturating_sub(last);
        if missing > 0 {
            self.faults.push(Fault::TooShort { last, missing });
        }
    }
}

/// Reads the records before the oldest snapshot, which are not played, and checks that none is
/// there that was forgotten.
fn read_before(log: &SqliteLog, through: u64) -> Result<(), LogError> {
    let before = log.extent()?.before;
    if let Some(after) = before.checked_sub(1)
        && let Ok(Some(_)) = log.read(after)
    {
        let what = format!("it is there, and the log says that it begins after number {before}");
        return Err(LogError::Damaged { after, what });
    }

    let mut after = before;
    while after < through {
        let Some(record) = read_next(log, after)? else {
            break;
        };
        after = record.last();
    }
    Ok(())
}

/// Returns the saved form of a machine, to compare.
fn saved<M: Machine>(machine: &M) -> Option<u64> {
    let mut bytes = Vec::new();
    machine.save(&mut bytes).ok()?;
    Some(crate::digest::checksum(&bytes))
}

/// Reads all snapshots, the oldest first, and says which cannot be read.
fn read_snapshots<M: Machine>(
    path: &Path,
    log: &SqliteLog,
) -> Result<(Vec<State<M>>, Vec<Fault>), OpenError> {
    let numbers = snapshot::list(path).map_err(|error| OpenError::Directory {
        path: path.to_owned(),
        error,
    })?;

    let mut states = Vec::new();
    let mut faults = Vec::new();
    for number in numbers {
        match snapshot::read::<M>(path, number) {
            Ok(frozen) if frozen.position.epoch == log.epoch() => {
                states.push(State::of_frozen(frozen));
            }
            Ok(_) => faults.push(Fault::Snapshot {
                number,
                error: io::Error::other("it is of another epoch"),
            }),
            Err(error) => faults.push(Fault::Snapshot { number, error }),
        }
    }
    Ok((states, faults))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics"
)]
mod tests {
    use socialgraph::{Operation, Policy, SocialGraph};

    use super::*;
    use crate::host::{Host, Options};
    use crate::position::ProposalId;
    use crate::recent::{Recent, Slots};
    use crate::record::LoggedId;

    type Change = fn(u64, &mut Option<(ProposalId, crate::Outcomes)>);

    /// Verifies a directory whose snapshot at number 3 keeps other ids and outcomes.
    fn faults_with(change: Change) -> Vec<String> {
        let home = tempfile::tempdir().unwrap();
        let graph = SocialGraph::new(Policy::tencent_rest());
        let host = Host::create(home.path(), graph, Options::default()).unwrap();
        for name in ["ann", "ben", "ann"] {
            host.propose(Operation::add_user(name)).wait().unwrap();
        }
        host.snapshot().unwrap();
        drop(host);

        let mut frozen = snapshot::read::<SocialGraph>(home.path(), 3).unwrap();
        let epoch = frozen.position.epoch;
        let kept: Recent<crate::Outcomes> = Recent::of_slots(frozen.slots);
        let mut changed = Recent::of_slots(Slots::new(1));
        for number in 1..=3 {
            let slot = kept.outcome(number, epoch);
            let mut slot = slot.map(|(id, bytes)| (id, postcard::from_bytes(bytes).unwrap()));
            change(number, &mut slot);
            let slot = slot.as_ref().map(|(id, it)| (LoggedId::from(*id), it));
            changed.push(number, slot);
        }
        frozen.slots = changed.slots().clone();
        snapshot::write(home.path(), &frozen).unwrap();

        let found = verify::<SocialGraph>(home.path()).unwrap();
        let is_whole = found.faults.is_empty();
        assert_eq!(found.snapshots.contains(&3), is_whole, "{found:?}");
        found.faults.iter().map(Fault::to_string).collect()
    }

    fn differs_at(entry: u64) -> Vec<String> {
        vec![format!(
            "the snapshot at number 3 keeps another answer to number {entry} than the log leads to"
        )]
    }

    #[test]
    fn other_outcomes_and_ids_in_a_snapshot_are_found() {
        assert!(faults_with(|_, _| {}).is_empty());
        let outcome: Change = |number, slot| {
            if let (3, Some((_, outcome))) = (number, slot) {
                *outcome = crate::Outcomes::Each(Vec::new());
            }
        };
        assert_eq!(faults_with(outcome), differs_at(3));
        let id: Change = |number, slot| {
            if let (2, Some((id, _))) = (number, slot) {
                id.nonce ^= 1;
            }
        };
        assert_eq!(faults_with(id), differs_at(2));
        let nothing: Change = |number, slot| {
            slot.take_if(|_| number == 1);
        };
        assert_eq!(faults_with(nothing), differs_at(1));
    }
}
