//! Opening a host: the newest sound snapshot, and the log behind it.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::{self, JoinHandle};

use socialgraph::Shared;

use super::applied::Applied;
use super::keeper::ToKeeper;
use super::queue::Queue;
use super::{Common, Halt, Host, Options, Timing, Warning, appender, applier, keeper};
use crate::directory::{Directory, is_unwritable, log_path, name_log, new_log_path, note_path};
use crate::files;
use crate::log::{Extent, Log, LogError, MemoryLog, SqliteLog, read_next};
use crate::machine::Machine;
use crate::note::{self, Note};
use crate::position::{Epoch, Position};
use crate::recent::Slots;
use crate::snapshot;
use crate::state::{Decoded, Frozen, PlayError, State};

/// The error of a directory that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The directory or a file in it cannot be used.
    #[error("{}: {error}", path.display())]
    Directory {
        /// The path.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
    /// Another process has the directory.
    #[error("{} is in use by {holder}", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
        /// Who has it, as that process wrote.
        holder: String,
    },
    /// The directory has no log.
    #[error("{} has no log: create one", path.display())]
    NoLog {
        /// The directory.
        path: PathBuf,
    },
    /// The directory has a log already.
    #[error("{} has a log already: open it", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// The log cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// No snapshot can be read.
    #[error("{} has no sound snapshot: {}", path.display(), join(warnings))]
    NoSnapshot {
        /// The directory.
        path: PathBuf,
        /// What is wrong with each, the newest first.
        warnings: Vec<Warning>,
    },
    /// The log cannot be played.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// The system gives no random numbers or no threads.
    #[error("the system failed: {0}")]
    System(io::Error),
}

fn join(warnings: &[Warning]) -> String {
    let texts: Vec<_> = warnings.iter().map(Warning::to_string).collect();
    texts.join("; ")
}

impl<M: Machine> Host<M> {
    /// Makes a host in a directory without a log. The machine is its state at position 0: an empty
    /// graph, or users and relations loaded from elsewhere ([`SocialGraph::from_parts`]).
    ///
    /// [`SocialGraph::from_parts`]: socialgraph::SocialGraph::from_parts
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn create(path: &Path, machine: M, options: Options) -> Result<Self, OpenError> {
        let directory = Directory::lock(path)?;
        let log = log_path(path);
        let failed = |error| OpenError::Directory {
            path: path.to_owned(),
            error,
        };
        if log.exists() {
            let path = path.to_owned();
            return Err(OpenError::Exists { path });
        }

        remove_unfinished(path)?;
        let epoch = Epoch::random().map_err(OpenError::System)?;
        let frozen = first(machine, epoch);
        snapshot::write(path, &frozen).map_err(failed)?;
        // The log comes last and whole, so that a directory with a log is complete.
        drop(SqliteLog::create(&new_log_path(path), epoch, 0)?);
        name_log(path).map_err(failed)?;

        let log: Arc<dyn Log> = Arc::new(SqliteLog::open(&log)?);
        let state = State::of_frozen(frozen);
        Self::start(
            state,
            log,
            Home::Directory(directory),
            options,
            Found::default(),
        )
    }

    /// Opens a host in a directory: loads the newest sound snapshot, and plays the log behind it.
    ///
    /// If the log ends before the place that was noted ([`Halt::LogTooShort`]), or if the directory
    /// cannot be written ([`Halt::ReadOnly`]), the host is opened for reading alone, and writes
    /// nothing into the log and beside it. Neither does an opening that fails. A full disk is found
    /// only by a write: what is in the write-ahead log may have been moved to the file by then.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        if !log_path(path).exists() {
            let path = path.to_owned();
            return Err(OpenError::NoLog { path });
        }
        let (directory, read_only) = lock_or_read(path)?;
        Self::open_locked(directory, read_only, options)
    }

    /// Opens a host, or makes one if the directory has no log.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_or_create(
        path: &Path,
        machine: impl FnOnce() -> M,
        options: Options,
    ) -> Result<Self, OpenError> {
        if log_path(path).exists() {
            Self::open(path, options)
        } else {
            Self::create(path, machine(), options)
        }
    }

    /// Makes a host that keeps nothing: the same interface without files.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn in_memory(machine: M, options: Options) -> Result<Self, OpenError> {
        let epoch = Epoch::random().map_err(OpenError::System)?;
        Self::over(Arc::new(MemoryLog::new(epoch)), machine, options)
    }

    /// Makes a host without files over a log, whose entries are played on the machine.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn over(log: Arc<dyn Log>, machine: M, options: Options) -> Result<Self, OpenError> {
        let mut state = State::of_frozen(first(machine.clone(), log.epoch()));
        play_noted(&mut state, &*log, None, &options)?;
        Self::start(state, log, Home::Memory(machine), options, Found::default())
    }

    /// Plays a log as it is. Only if proposals can be taken is it opened to write.
    fn open_locked(
        directory: Directory,
        read_only: Option<Halt>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let path = directory.path();
        let log = SqliteLog::open_to_read(&log_path(path))?;
        if log.is_backup()? {
            return Err(LogError::Backup.into());
        }
        let mut found = Found::default();
        let frozen = newest(path, log.epoch(), &mut found.warnings)?;
        found.snapshot = frozen.position.number;
        let note = found.read_note(path, log.epoch());
        found.halt = too_short(&log, note, found.snapshot)?.or(read_only);

        let mut state = State::of_frozen(frozen);
        play_noted(&mut state, &log, note, &options)?;
        let log = match found.halt {
            Some(_) => log,
            None => found.open_to_write(&directory, log)?,
        };
        let home = Home::Directory(directory);
        Self::start(state, Arc::new(log), home, options, found)
    }

    /// Starts the threads.
    fn start(
        state: State<M>,
        log: Arc<dyn Log>,
        home: Home<M>,
        options: Options,
        found: Found,
    ) -> Result<Self, OpenError> {
        let (directory, first) = match home {
            Home::Directory(directory) => (Some(directory), None),
            Home::Memory(machine) => (None, Some(machine)),
        };
        let nonce = Epoch::random().map_err(OpenError::System)?.0;
        let (to_keeper, chores) = channel();

        let common = Common::new(&state, log, directory, first, options, found);
        let common = Arc::new(common);

        let threads = Self::spawn_threads(&common, state, &to_keeper, chores)
            // Without all of them, those that were started end.
            .inspect_err(|_| common.queue.close())?;
        Ok(Self {
            common,
            to_keeper,
            threads,
            nonce,
            next_nonce: AtomicU64::new(0),
        })
    }

    fn spawn_threads(
        common: &Arc<Common<M>>,
        state: State<M>,
        to_keeper: &Sender<ToKeeper>,
        chores: Receiver<ToKeeper>,
    ) -> Result<Vec<JoinHandle<()>>, OpenError> {
        let (to_applier, work) = sync_channel(BATCHES_AHEAD);
        let time = state.time;
        let appender = {
            let (common, to_applier) = (Arc::clone(common), to_applier.clone());
            spawn("appender", move || {
                appender::run(&common, &to_applier, time);
            })?
        };
        let applier = {
            let (common, to_keeper) = (Arc::clone(common), to_keeper.clone());
            spawn("applier", move || {
                applier::run(&common, state, &work, &to_keeper);
            })?
        };
        let keeper = {
            let common = Arc::clone(common);
            spawn("keeper", move || keeper::run(&common, &chores, &to_applier))?
        };
        Ok(vec![appender, applier, keeper])
    }
}

/// Starts a thread.
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(OpenError::System)
}

impl<M: Machine> Common<M> {
    fn new(
        state: &State<M>,
        log: Arc<dyn Log>,
        directory: Option<Directory>,
        first: Option<M>,
        options: Options,
        found: Found,
    ) -> Self {
        let mark = state.mark();
        Self {
            applied: Arc::new(Applied::new(log.epoch(), mark, found.halt)),
            cursors: Arc::default(),
            log,
            path: directory.as_ref().map(|it| it.path().to_owned()),
            first,
            reading: RwLock::new(()),
            shared: Shared::at_version(state.machine.clone(), mark.number),
            recent: Arc::clone(&state.recent),
            queue: Queue::new(&options),
            options,
            bytes: AtomicU64::new(0),
            snapshot: AtomicU64::new(found.snapshot),
            timing: Mutex::new(Timing::default()),
            warnings: Mutex::new(found.warnings),
            _directory: directory,
        }
    }
}

/// The batches that may be durable and wait to be applied.
const BATCHES_AHEAD: usize = 8;

/// Where a host has its snapshots.
enum Home<M> {
    Directory(Directory),
    /// Nowhere: the machine is the state at position 0.
    Memory(M),
}

/// What opening found.
#[derive(Default)]
struct Found {
    halt: Option<Halt>,
    snapshot: u64,
    warnings: Vec<Warning>,
}

impl Found {
    /// Reads the note beside a log, if it is of the log's history.
    fn read_note(&mut self, path: &Path, epoch: Epoch) -> Option<Note> {
        match note::read(&note_path(path)) {
            Ok(note) => note.filter(|note| note.epoch == epoch),
            Err(error) => {
                let what = error.to_string();
                self.warnings.push(Warning::DamagedNote { what });
                None
            }
        }
    }

    /// Opens a log to write that was opened to read and played. If it cannot be written, it is
    /// opened to read again.
    fn open_to_write(
        &mut self,
        directory: &Directory,
        read: SqliteLog,
    ) -> Result<SqliteLog, OpenError> {
        let path = directory.path();
        let played = read.extent()?;
        drop(read);
        remove_unfinished(path)?;

        let log = match SqliteLog::open(&log_path(path)) {
            Err(LogError::Unwritable(what)) => {
                self.halt = Some(Halt::ReadOnly(what));
                directory.share()?;
                SqliteLog::open_to_read(&log_path(path))?
            }
            opened => opened?,
        };
        check_played(&log, played)?;
        Ok(log)
    }
}

/// Locks a directory, and says why proposals cannot be taken if it can only be read.
fn lock_or_read(path: &Path) -> Result<(Directory, Option<Halt>), OpenError> {
    match Directory::lock(path) {
        Err(OpenError::Directory { error, .. }) if is_unwritable(&error) => {
            let halt = Halt::ReadOnly(error.to_string());
            Ok((Directory::lock_to_read(path)?, Some(halt)))
        }
        locked => Ok((locked?, None)),
    }
}

/// Says which entries a log lacks at its end.
fn too_short(log: &SqliteLog, note: Option<Note>, snapshot: u64) -> Result<Option<Halt>, LogError> {
    let last = log.extent()?.last;
    // A snapshot is a note, too.
    let noted = note::known(note, log.epoch(), snapshot);
    Ok((last < noted).then(|| Halt::LogTooShort {
        last,
        noted,
        missing: noted - last,
    }))
}

/// Checks that a log that was opened again is what was played.
fn check_played(log: &SqliteLog, played: Extent) -> Result<(), LogError> {
    let extent = log.extent()?;
    if extent == played {
        return Ok(());
    }
    // After a failed sync, what was read may not be on the disk.
    let what = format!("it was read as {played:?}, and is {extent:?} now");
    Err(LogError::Failed(what))
}

/// Removes what a killed process has not finished.
fn remove_unfinished(path: &Path) -> Result<(), OpenError> {
    files::remove_unfinished(path).map_err(|error| OpenError::Directory {
        path: path.to_owned(),
        error,
    })
}

/// Returns the state at position 0.
pub(crate) fn first<M: Machine>(machine: M, epoch: Epoch) -> Frozen<M> {
    Frozen {
        machine,
        position: Position { epoch, number: 0 },
        digest: 0,
        time: 0,
        slots: Slots::new(1),
    }
}

/// Reads the newest sound snapshot.
fn newest<M: Machine>(
    path: &Path,
    epoch: Epoch,
    warnings: &mut Vec<Warning>,
) -> Result<Frozen<M>, OpenError> {
    let numbers = snapshot::list(path).map_err(|error| OpenError::Directory {
        path: path.to_owned(),
        error,
    })?;

    for number in numbers.into_iter().rev() {
        let what = match snapshot::read::<M>(path, number) {
            Ok(frozen) if frozen.position.epoch == epoch => return Ok(frozen),
            Ok(_) => "it is of another epoch".to_owned(),
            Err(error) => error.to_string(),
        };
        warnings.push(Warning::DamagedSnapshot { number, what });
    }
    Err(OpenError::NoSnapshot {
        path: path.to_owned(),
        warnings: std::mem::take(warnings),
    })
}

/// Plays the log behind a state, and compares the state with the note on the way.
fn play_noted<M: Machine>(
    state: &mut State<M>,
    log: &dyn Log,
    note: Option<Note>,
    options: &Options,
) -> Result<(), PlayError> {
    let last = log.extent()?.last;
    let start = state.mark().number;
    let mut told = start;

    thread::scope(|threads| {
        let (decoded, records) = sync_channel(DECODED_AHEAD);
        threads.spawn(move || decode::<M>(log, start, &decoded));
        for record in records {
            if let Some(note) = note {
                state.check_digest(note.mark)?;
            }
            play_caught(state, record?)?;

            let number = state.mark().number;
            if let Some(progress) = &options.progress
                && (number - told >= PROGRESS || number == last)
            {
                told = number;
                progress(number, last);
            }
        }
        note.map_or(Ok(()), |note| state.check_digest(note.mark))
    })
}

/// Plays a record. A machine that panics makes an error: the state is not used any more.
fn play_caught<M: Machine>(state: &mut State<M>, record: Decoded<M>) -> Result<(), PlayError> {
    let after = state.mark().number;
    let play = || state.play_decoded(record, u64::MAX, |_, _| {});
    match panic::catch_unwind(AssertUnwindSafe(play)) {
        Ok(played) => played.map(|_| ()),
        Err(_) => Err(PlayError::Panicked { after }),
    }
}

/// Reads records and their proposals ahead of the thread that plays them, until it ends.
fn decode<M: Machine>(
    log: &dyn Log,
    mut after: u64,
    decoded: &SyncSender<Result<Decoded<M>, PlayError>>,
) {
    loop {
        let next = match read_next(log, after) {
            Ok(None) => return,
            Ok(Some(record)) => {
                after = record.last();
                Ok(Decoded::of(&record))
            }
            Err(error) => Err(error.into()),
        };
        let is_last = next.is_err();
        if decoded.send(next).is_err() || is_last {
            return;
        }
    }
}

/// The records that are decoded ahead.
const DECODED_AHEAD: usize = 64;

/// The entries between two reports of progress.
const PROGRESS: u64 = 10_000;
