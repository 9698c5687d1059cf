//! The log in a file of SQLite: one row a batch.

use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, ffi, params};

use super::{AppendError, Extent, Log, LogError, LogSizes};
use crate::directory::is_unwritable;
use crate::files;
use crate::locks::lock;
use crate::position::Epoch;
use crate::record::{Batch, Mark, Record};

/// Marks a file of SQLite as a log: "sglg".
const APPLICATION_ID: i32 = 0x7367_6c67;

/// The version of the tables.
const VERSION: u32 = 1;

/// The bytes of proposals after which the write-ahead log's content is moved to the file.
const CHECKPOINT_BYTES: u64 = 8 << 20;

/// The bytes to which the write-ahead log is cut when it starts anew.
const WAL_BYTES: u32 = 64 << 20;

/// The pages from which on a write-ahead log that does not start anew is held by a reader outside.
const HELD_PAGES: i64 = 5_000;

/// The bytes that the write-ahead log has as soon as it is used much.
const ROOM_BYTES: u32 = 16 << 20;

/// The bytes of proposals that make it used much.
const MUCH_BYTES: u64 = 1 << 18;

/// The bytes of a page. Pages of 4 KiB make large batches slower by a fifth, pages of 16 KiB make
/// small ones slower.
const PAGE_BYTES: u32 = 8_192;

/// What a row adds to the write-ahead log beside its proposals, at least: a page.
const ROW_BYTES: u64 = PAGE_BYTES as u64;

/// The rows that one call drops.
const DROPPED_AT_ONCE: u32 = 1_000;

/// The log in a file of SQLite, and the default of a host.
///
/// Write-ahead logging and `synchronous=FULL`: an append returns when its row is on the disk.
/// Entries are JSON, so a shell can read them:
///
/// ```sh
/// sqlite3 log.db "select first, datetime(time / 1000, 'unixepoch'), proposals from log"
/// ```
///
/// One connection writes, one reads, and one moves the write-ahead log's content to the file.
#[derive(Debug)]
pub struct SqliteLog {
    path: PathBuf,
    epoch: Epoch,
    reader: Mutex<Connection>,
    checkpointer: Mutex<Connection>,
    /// The bytes of proposals since the last checkpoint.
    since_checkpoint: AtomicU64,
    is_wal_held: AtomicBool,
    /// The write-ahead log that was to start anew after the last checkpoint, by its generation.
    ending: Mutex<Option<u32>>,
    /// Dropped last: the last connection to close moves all of the write-ahead log to the file.
    writer: Mutex<Writer>,
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    extent: Extent,
    /// The bytes that were appended until there is room in the write-ahead log.
    without_room: Option<u64>,
}

impl Writer {
    /// Makes the write-ahead log longer once, when it is used much.
    ///
    /// To overwrite its old pages and sync them takes two thirds of the time of making it longer
    /// with each append, as the file's length is synced, too.
    fn make_room(&mut self, appended: u64) {
        let Some(bytes) = self.without_room.map(|bytes| bytes + appended) else {
            return;
        };
        self.without_room = Some(bytes).filter(|bytes| *bytes < MUCH_BYTES);
        if self.without_room.is_none() {
            // If it fails, appends go on as they did.
            let _ = self.fill_and_roll_back();
        }
    }

    /// Fills the write-ahead log: pages that do not fit into memory go there before the commit, and
    /// stay there after the rollback, to be overwritten.
    fn fill_and_roll_back(&mut self) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute_batch("CREATE TABLE room (bytes BLOB)")?;
        transaction.execute("INSERT INTO room VALUES (zeroblob(?))", [ROOM_BYTES])?;
        transaction.rollback()
    }
}

impl SqliteLog {
    /// Makes a log in a new file, with entries after this number.
    ///
    /// # Errors
    /// Fails if the file is there, or cannot be written.
    pub fn create(path: &Path, epoch: Epoch, before: u64) -> Result<Self, LogError> {
        if path.exists() {
            let text = format!("{} is there already", path.display());
            return Err(LogError::Failed(text));
        }

        let connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        configure(&connection)?;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             PRAGMA application_id = {APPLICATION_ID};
             PRAGMA user_version = {VERSION};
             CREATE TABLE about (
                 epoch TEXT NOT NULL, before INTEGER NOT NULL, backup INTEGER NOT NULL
             ) STRICT;
             INSERT INTO about VALUES ('{epoch}', {before}, 0);
             CREATE TABLE log (
                 first INTEGER PRIMARY KEY,
                 count INTEGER NOT NULL,
                 time INTEGER NOT NULL,
                 applied INTEGER NOT NULL,
                 digest INTEGER NOT NULL,
                 checksum INTEGER NOT NULL,
                 proposals TEXT NOT NULL
             ) STRICT;
             COMMIT;"
        ))?;
        drop(connection);
        Self::open(path)
    }

    /// Opens a log.
    ///
    /// # Errors
    /// Fails if the file is no log, is one of a later version, is a backup, or cannot be written.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        sync_left(path)?;
        let writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check_version(&writer)?;
        if is_backup(&writer)? {
            return Err(LogError::Backup);
        }
        configure(&writer)?;
        // A failed sync may have left pages that only seem to be on the disk: what is in the
        // write-ahead log is written anew, to the file, before it is shown.
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;

        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(path, flags)?;
        reader.busy_timeout(BUSY)?;
        let checkpointer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        checkpointer.busy_timeout(BUSY)?;
        Self::of_connections(path, writer, reader, checkpointer)
    }

    /// Opens a log or a backup, and writes neither into its files nor beside them.
    ///
    /// Appends fail. The caller has the lock of the directory: changes by others are not seen.
    pub(crate) fn open_to_read(path: &Path) -> Result<Self, LogError> {
        let connect = || connect_to_read(path);
        let connection = connect()?;
        check_version(&connection)?;
        Self::of_connections(path, connection, connect()?, connect()?)
    }

    fn of_connections(
        path: &Path,
        writer: Connection,
        reader: Connection,
        checkpointer: Connection,
    ) -> Result<Self, LogError> {
        let (epoch, extent) = read_extent(&writer)?;
        Ok(Self {
            path: path.to_owned(),
            epoch,
            writer: Mutex::new(Writer {
                connection: writer,
                extent,
                without_room: Some(0),
            }),
            reader: Mutex::new(reader),
            checkpointer: Mutex::new(checkpointer),
            since_checkpoint: AtomicU64::new(0),
            is_wal_held: AtomicBool::new(false),
            ending: Mutex::new(None),
        })
    }

    /// Moves pages of the write-ahead log to the file, as far as no reader needs them, and returns
    /// how many pages there are.
    fn checkpoint(&self) -> rusqlite::Result<i64> {
        let checkpointer = lock(&self.checkpointer);
        checkpointer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        lock(&self.writer)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        lock(&self.reader)
    }

    /// Returns whether the log is a backup.
    pub(crate) fn is_backup(&self) -> Result<bool, LogError> {
        Ok(is_backup(&self.reader())?)
    }

    /// Marks the log as a backup, and leaves it in a single file.
    pub(crate) fn into_backup(self) -> Result<(), LogError> {
        let writer = self
            .writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        drop((self.reader, self.checkpointer));
        let connection = writer.connection;
        connection.execute("UPDATE about SET backup = 1", [])?;
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(())
    }

    /// Appends records at their own numbers, all in one transaction.
    pub(crate) fn append_records(&self, records: &[Record]) -> Result<(), LogError> {
        let Some(last) = records.last() else {
            return Ok(());
        };
        let mut writer = self.writer();
        let transaction = writer.connection.transaction()?;
        for record in records {
            insert(&transaction, record.first, &record.batch, self.epoch)?;
        }
        transaction.commit()?;
        writer.extent.last = last.last();
        Ok(())
    }

    /// Lets SQLite check its file, and returns what it finds.
    pub(crate) fn quick_check(&self) -> Result<Vec<String>, LogError> {
        let reader = self.reader();
        let mut check = reader.prepare("PRAGMA quick_check")?;
        let findings = check.query_map([], |row| row.get(0))?;
        let findings: Vec<String> = findings.collect::<rusqlite::Result<_>>()?;
        Ok(findings.into_iter().filter(|it| it != "ok").collect())
    }
}

/// How long a statement waits for another process.
const BUSY: std::time::Duration = std::time::Duration::from_secs(5);

/// Opens a connection that writes neither into the file of a log nor beside it.
///
/// Without a write-ahead log, SQLite is told that the file does not change. With one, it is told
/// that it is alone and needs no locks: it then has its index of the write-ahead log in memory, and
/// not in a file.
fn connect_to_read(path: &Path) -> Result<Connection, LogError> {
    let has_wal = has_wal(path).map_err(|error| LogError::Failed(error.to_string()))?;
    let query = if has_wal {
        "vfs=unix-none"
    } else {
        "immutable=1"
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(path, query), flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    Ok(connection)
}

/// Returns whether a log has a write-ahead log with anything in it.
fn has_wal(path: &Path) -> io::Result<bool> {
    let length = |path: &Path| match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        found => found.map(|file| file.len()),
    };
    // SQLite removes the write-ahead log of an empty file.
    Ok(length(path)? > 0 && length(&wal_path(path))? > 0)
}

/// Returns the name of a file for SQLite, with parameters.
fn uri(path: &Path, query: &str) -> String {
    // Before an absolute path, there would be the name of a machine.
    let mut uri = String::from(if path.is_absolute() {
        "file://"
    } else {
        "file:"
    });
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri + "?" + query
}

fn wal_path(path: &Path) -> PathBuf {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    wal.into()
}

/// Returns how often the write-ahead log has started anew, as its header says.
fn wal_generation(path: &Path) -> io::Result<u32> {
    let mut header = [0; 16];
    File::open(wal_path(path))?.read_exact(&mut header)?;
    let [.., a, b, c, d] = header;
    Ok(u32::from_be_bytes([a, b, c, d]))
}

/// Makes what a killed process left durable, before anything of it is shown: batches in the
/// write-ahead log, and the names of files that it had just made.
fn sync_left(path: &Path) -> Result<(), LogError> {
    let sync = || {
        match File::open(wal_path(path)) {
            Ok(file) => file.sync_all()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        files::sync_directory(path)
    };
    sync().map_err(|error| {
        let of_text = if is_unwritable(&error) {
            LogError::Unwritable
        } else {
            LogError::Failed
        };
        of_text(error.to_string())
    })
}

fn configure(connection: &Connection) -> Result<(), LogError> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The host checkpoints, so that no append waits for it.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What is dropped is overwritten: it may be about a person.
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(())
}

fn check_version(connection: &Connection) -> Result<(), LogError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let application: i32 = pragma("application_id")?;
    if application != APPLICATION_ID {
        return Err(LogError::NoLog);
    }
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        let known = VERSION;
        return Err(LogError::LaterVersion { found, known });
    }
    Ok(())
}

fn is_backup(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT backup FROM about", [], |row| row.get(0))
}

/// Reads which history a log records, and which entries of it.
fn read_extent(connection: &Connection) -> Result<(Epoch, Extent), LogError> {
    let about = "SELECT epoch, before FROM about";
    let (epoch, before): (String, i64) =
        connection.query_row(about, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let epoch = epoch.parse().map_err(|_| LogError::NoLog)?;

    let end = "SELECT first, count FROM log ORDER BY first DESC LIMIT 1";
    let end = connection.query_row(end, [], |row| {
        Ok(row.get::<_, i64>(0)?.saturating_add(row.get(1)?))
    });
    let last = end.optional()?.map_or(before, |end| end.saturating_sub(1));
    let [before, last] = [before, last].map(i64::cast_unsigned);
    Ok((epoch, Extent { before, last }))
}

fn insert(
    connection: &Connection,
    first: u64,
    batch: &Batch,
    epoch: Epoch,
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)")?;
    statement.execute(params![
        first.cast_signed(),
        batch.count,
        batch.time.cast_signed(),
        batch.applied.number.cast_signed(),
        batch.applied.digest.cast_signed(),
        batch.checksum(first, epoch).cast_signed(),
        batch.proposals,
    ])?;
    Ok(())
}

impl Log for SqliteLog {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn extent(&self) -> Result<Extent, LogError> {
        Ok(self.writer().extent)
    }

    fn append(&self, batch: &Batch) -> Result<u64, AppendError> {
        let mut writer = self.writer();
        let first = writer.extent.last.saturating_add(1);
        insert(&writer.connection, first, batch, self.epoch).map_err(|error| {
            // SQLite rolls a statement back if the disk is full before its end.
            let is_clean = matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::DatabaseBusy)
            );
            let error = LogError::from(error);
            if is_clean {
                AppendError::NotAppended(error)
            } else {
                AppendError::Unknown(error)
            }
        })?;
        writer.extent.last = first
            .saturating_add(u64::from(batch.count))
            .saturating_sub(1);
        let bytes = batch.proposals.len() as u64 + ROW_BYTES;
        writer.make_room(bytes);
        self.since_checkpoint.fetch_add(bytes, Ordering::Relaxed);
        Ok(first)
    }

    fn read(&self, after: u64) -> Result<Option<Record>, LogError> {
        let expected = after.saturating_add(1);
        let reader = self.reader();
        let damaged = |what: String| LogError::Damaged { after, what };
        let number = expected.cast_signed();

        // The row that holds the number, or else the one behind it.
        let mut holding = reader
            .prepare_cached("SELECT * FROM log WHERE first <= ?1 ORDER BY first DESC LIMIT 1")?;
        let row = holding
            .query_row([number], |row| Ok(read_row(row)))
            .optional();
        if let Some(row) = row.map_err(|error| damaged(error.to_string()))? {
            let (record, checksum) = row.map_err(damaged)?;
            if record.last() >= expected {
                if record.checksum(self.epoch) != checksum {
                    return Err(damaged("its checksum differs".to_owned()));
                }
                return Ok(Some(record));
            }
        }

        let mut behind = reader.prepare_cached("SELECT min(first) FROM log WHERE first > ?1")?;
        let found: Option<i64> = behind.query_row([number], |row| row.get(0))?;
        let before: i64 = reader.query_row("SELECT before FROM about", [], |row| row.get(0))?;
        let before = before.cast_unsigned();
        match found {
            _ if expected <= before => Err(LogError::Forgotten { before }),
            None => Ok(None),
            Some(found) => Err(LogError::Hole {
                expected,
                found: found.cast_unsigned(),
            }),
        }
    }

    fn forget(&self, through: u64) -> Result<bool, LogError> {
        let mut writer = self.writer();
        let transaction = writer.connection.transaction()?;
        let end: Option<i64> = transaction.query_row(
            "SELECT max(last) FROM (
                 SELECT first + count - 1 AS last FROM log
                 WHERE first <= ?1 AND first + count - 1 <= ?1 ORDER BY first LIMIT ?2
             )",
            params![through.cast_signed(), DROPPED_AT_ONCE],
            |row| row.get(0),
        )?;
        let Some(end) = end else {
            return Ok(false);
        };
        transaction.execute("DELETE FROM log WHERE first <= ?1", [end])?;
        transaction.execute("UPDATE about SET before = ?1", [end])?;
        transaction.commit()?;
        writer.extent.before = end.cast_unsigned();
        let bytes = u64::from(DROPPED_AT_ONCE) * ROW_BYTES;
        self.since_checkpoint.fetch_add(bytes, Ordering::Relaxed);
        Ok(true)
    }

    fn is_tidy(&self) -> bool {
        self.since_checkpoint.load(Ordering::Relaxed) < CHECKPOINT_BYTES
    }

    fn tidy(&self) -> Result<(), LogError> {
        self.since_checkpoint.store(0, Ordering::Relaxed);
        // It holds up no append. While there are appends, it never comes to their end.
        let pages = self.checkpoint()?;
        let generation = {
            // Without an append in between it does, and the next one starts the log anew.
            let _no_append = self.writer();
            self.checkpoint()?;
            wal_generation(&self.path)
        };
        let generation = generation.map_err(|error| LogError::Failed(error.to_string()))?;

        // Readers outside keep it from that: a long one, or short ones that overlap.
        let before = lock(&self.ending).replace(generation);
        let is_held = pages > HELD_PAGES && before == Some(generation);
        self.is_wal_held.store(is_held, Ordering::Relaxed);
        Ok(())
    }

    fn sizes(&self) -> LogSizes {
        let length = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
        LogSizes {
            log: length(&self.path),
            wal: length(&wal_path(&self.path)),
            is_wal_held: self.is_wal_held.load(Ordering::Relaxed),
        }
    }
}

/// Reads a row and its checksum, and says what is wrong with it.
fn read_row(row: &Row<'_>) -> Result<(Record, u64), String> {
    let number = |index: usize| {
        let value: rusqlite::Result<i64> = row.get(index);
        value
            .map(i64::cast_unsigned)
            .map_err(|error| error.to_string())
    };
    let proposals = match row.get_ref(6) {
        Ok(ValueRef::Text(bytes)) => {
            std::str::from_utf8(bytes).map_err(|error| error.to_string())?
        }
        _ => return Err("its proposals are no text".to_owned()),
    };

    let record = Record {
        first: number(0)?,
        batch: Batch {
            count: u32::try_from(number(1)?).map_err(|error| error.to_string())?,
            time: number(2)?,
            applied: Mark {
                number: number(3)?,
                digest: number(4)?,
            },
            proposals: proposals.to_owned(),
        },
    };
    Ok((record, number(5)?))
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error().map(|error| error.extended_code) {
            Some(ffi::SQLITE_NOTADB) => Self::NoLog,
            // Without room, the index of the write-ahead log cannot be made. A quota makes an error
            // of writing.
            Some(ffi::SQLITE_FULL | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_WRITE) => {
                Self::Unwritable(error.to_string())
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}
