//! Reading writes nothing: what is damaged stays as it is, to be looked at.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use socialgraph::SocialGraph;
use socialgraph_host::{
    BackupError, Halt, Host, LogError, OpenError, Options, PlayError, ProposeError, SnapshotError,
    Verification, restore, verify,
};
use tempfile::TempDir;

use crate::fixtures::{
    Files, GraphHost, LEFT_USERS, copy, files, graph, join, left_closed, left_killed, open,
};

/// A directory that was left, whose name SQLite would read as more than a name.
struct Left {
    home: TempDir,
    path: PathBuf,
}

impl Left {
    fn by(make: impl FnOnce(&Path)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a %3f?mode=rw&é#b");
        make(&path);
        Self { home, path }
    }

    /// A killed host's, with a bit flipped in the write-ahead log.
    fn with_flipped_wal(place: impl FnOnce(&[u8]) -> usize) -> Self {
        Self::by(|path| {
            left_killed(path);
            flip(&path.join("log.db-wal"), place);
        })
    }

    /// A killed host's, with a bit flipped in a row that is in the log's file.
    fn with_flipped_log() -> Self {
        Self::by(|path| {
            left_killed(path);
            flip(&path.join("log.db"), |bytes| place_of("\"user-0\"", bytes));
        })
    }

    /// Calls a function, and checks that no file was made, removed or changed.
    fn is_kept_by<T>(&self, call: impl FnOnce(&Path) -> T) -> T {
        let before = files(&self.path);
        let result = call(&self.path);
        assert_same(&before, &files(&self.path));
        result
    }

    /// Opens a host, and checks that only the lock was written.
    fn is_kept_by_open<T>(&self, look: impl FnOnce(Result<GraphHost, OpenError>) -> T) -> T {
        let mut before = files(&self.path);
        let result = look(GraphHost::open(&self.path, Options::default()));
        let mut after = files(&self.path);
        for files in [&mut before, &mut after] {
            files.remove(OsStr::new("lock"));
        }
        assert_same(&before, &after);
        result
    }

    fn verify(&self) -> Verification {
        self.is_kept_by(verify::<SocialGraph>).unwrap()
    }

    /// Restores the directory into another one.
    fn restore(&self, through: Option<u64>) -> Result<PathBuf, BackupError> {
        let to = self.home.path().join("restored");
        let _ = fs::remove_dir_all(&to);
        self.is_kept_by(|path| restore(path, &to, through))?;
        Ok(to)
    }

    fn check_sound(&self) {
        let found = self.verify();
        assert!(found.faults.is_empty(), "{found:?}");
        assert_eq!(found.position.unwrap().number, LEFT_USERS);
        let restored = self.restore(None).unwrap();
        assert_eq!(graph(&open(&restored)).user_count() as u64, LEFT_USERS);
    }
}

/// Returns where a text is first.
fn place_of(text: &str, bytes: &[u8]) -> usize {
    let mut windows = bytes.windows(text.len());
    windows.position(|it| it == text.as_bytes()).unwrap()
}

fn flip(file: &Path, place: impl FnOnce(&[u8]) -> usize) {
    let mut bytes = fs::read(file).unwrap();
    let place = place(&bytes);
    bytes[place] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn assert_same(before: &Files, after: &Files) {
    assert!(before.keys().eq(after.keys()), "{:?}", after.keys());
    for (name, bytes) in before {
        assert!(after[name] == *bytes, "{} was changed", name.display());
    }
}

#[test]
fn a_check_and_a_restore_leave_a_sound_directory_as_it_is() {
    Left::by(left_closed).check_sound();
    Left::by(left_killed).check_sound();
    Left::by(|path| {
        left_killed(path);
        for name in ["log.db-shm", "lock"] {
            fs::remove_file(path.join(name)).unwrap();
        }
    })
    .check_sound();
    Left::by(|path| {
        left_closed(path);
        fs::write(path.join("log.db-wal"), "").unwrap();
    })
    .check_sound();
}

#[test]
fn a_backup_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    left_closed(home.path());
    let backup = Left::by(|path| {
        open(home.path()).backup(path).unwrap();
    });
    backup.check_sound();
    backup.is_kept_by_open(|opened| {
        let error = opened.unwrap_err();
        assert!(matches!(error, OpenError::Log(LogError::Backup)), "{error}");
    });
}

#[test]
fn a_relative_path_is_read() {
    let path = Path::new("tests/versions/1");
    let before = files(path);
    let found = verify::<SocialGraph>(path).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
    assert_same(&before, &files(path));
}

#[test]
fn a_damaged_write_ahead_log_is_kept() {
    let missing = check_too_short(&Left::with_flipped_wal(|bytes| {
        place_of("\"user-120\"", bytes)
    }));
    assert!(0 < missing && missing < LEFT_USERS / 2, "{missing}");
    // A write-ahead log of which SQLite takes nothing is one that it would remove.
    for place in [8, 40] {
        let missing = check_too_short(&Left::with_flipped_wal(|_| place));
        assert_eq!(missing, LEFT_USERS / 2);
    }
}

/// Checks what is read of a directory whose write-ahead log is damaged, and returns how many
/// entries are missing.
fn check_too_short(left: &Left) -> u64 {
    let found = left.verify();
    let missing = LEFT_USERS - found.position.unwrap().number;
    let fault = found.faults[0].to_string();
    assert!(fault.contains("entries are missing"), "{fault}");

    for _ in 0..2 {
        left.is_kept_by_open(|opened| {
            let host = opened.unwrap();
            let Some(halt @ Halt::LogTooShort { .. }) = host.health().halt else {
                panic!("{:?}", host.health());
            };
            let read = graph(&host).user_count() as u64;
            assert_eq!(read, LEFT_USERS - missing);
            let refused = host.propose(join("late")).wait();
            assert_eq!(refused, Err(ProposeError::NotInLog(halt.clone())));
            let refused = host.snapshot();
            assert_eq!(refused, Err(SnapshotError::Failed(halt.to_string())));
        });
    }

    let error = left.restore(None).unwrap_err();
    assert!(matches!(error, BackupError::TooShort { .. }), "{error}");
    let number = LEFT_USERS - missing;
    let restored = left.restore(Some(number)).unwrap();
    assert_eq!(open(&restored).position().number, number);
    missing
}

#[test]
fn a_damaged_log_is_kept_with_its_write_ahead_log() {
    let left = Left::with_flipped_log();
    let found = left.verify();
    let fault = found.faults[0].to_string();
    assert!(fault.contains("is damaged"), "{fault}");
    left.is_kept_by_open(|opened| {
        let error = opened.unwrap_err();
        assert!(
            matches!(error, OpenError::Play(PlayError::Log(_))),
            "{error}"
        );
    });
    let error = left.restore(None).unwrap_err();
    assert!(matches!(error, BackupError::Log(_)), "{error}");
}

#[test]
fn an_empty_file_is_no_log_and_its_write_ahead_log_is_kept() {
    let left = Left::by(|path| {
        left_killed(path);
        fs::write(path.join("log.db"), "").unwrap();
    });
    let error = left.is_kept_by(verify::<SocialGraph>).unwrap_err();
    assert_eq!(error.to_string(), "the file is no log");
    left.is_kept_by_open(|opened| {
        assert_eq!(opened.unwrap_err().to_string(), "the file is no log");
    });
}

#[test]
fn a_check_makes_no_directory() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("none");
    assert!(verify::<SocialGraph>(&path).is_err());
    assert!(restore(&path, &home.path().join("restored"), None).is_err());
    assert!(!path.exists());
}

#[test]
fn what_a_killed_host_left_is_moved_to_the_file_before_it_is_shown() {
    let left = Left::by(left_killed);
    let host: GraphHost = Host::open(&left.path, Options::default()).unwrap();
    assert_eq!(host.position().number, LEFT_USERS);
    assert_eq!(host.health().log.wal, 0);

    // The log alone has all of it.
    let log = tempfile::tempdir().unwrap();
    copy(&left.path, log.path());
    drop(host);
    for name in ["log.db-wal", "log.db-shm"] {
        fs::remove_file(log.path().join(name)).unwrap();
    }
    let found = verify::<SocialGraph>(log.path()).unwrap();
    assert_eq!(found.position.unwrap().number, LEFT_USERS);
}
