//! What survives a restart.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use socialgraph::{SocialGraph, UserId, UserParts};
use socialgraph_host::{
    Digest, Epoch, FeedError, Halt, Host, Log, Machine, OpenError, Operations, Options, PlayError,
    Position, ProposeError, Retention, SqliteLog, Stamp, Warning, read_piece, restore, verify,
    write_piece,
};

use crate::fixtures::{GraphHost, block, copy, empty, graph, join, open, propose};

fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("user-{number}"))
}

/// A host with some users, some of whom block the first.
fn filled(path: &Path) -> GraphHost {
    let host = open(path);
    for name in names(20) {
        let _ = host.propose(join(&name));
    }
    for name in names(10).skip(1) {
        propose(&host, block(&name, "user-0"));
    }
    host
}

#[test]
fn a_restart_finds_everything_and_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let host = filled(directory.path());
    let (before, position) = (graph(&host), host.position());
    let id = host.new_id();
    let answer = host.propose_as(id, join("late")).wait().unwrap();
    drop(host);

    let host = open(directory.path());
    assert_eq!(host.position(), answer.position);
    assert_eq!(host.at(position).unwrap(), before);
    assert_eq!(host.health().warnings, []);
    let again = host.propose_as(id, join("late")).wait().unwrap();
    assert_eq!(again, answer, "ids are remembered across a restart");
    assert_eq!(
        propose(&host, join("later")).position.number,
        answer.position.number + 1
    );
}

#[test]
fn a_snapshot_is_loaded_and_the_rest_is_played() {
    let directory = tempfile::tempdir().unwrap();
    let host = filled(directory.path());
    let id = host.new_id();
    let answer = host.propose_as(id, join("before")).wait().unwrap();
    assert_eq!(host.snapshot().unwrap(), answer.position);
    propose(&host, join("behind"));
    let before = graph(&host);
    drop(host);

    let host = open(directory.path());
    assert_eq!(graph(&host), before);
    assert_eq!(host.health().snapshot, answer.position.number);
    assert_eq!(host.propose_as(id, join("before")).wait().unwrap(), answer);
    assert!(propose(&host, join("after")).outcome.is_done());
}

#[test]
fn a_damaged_snapshot_falls_back_to_the_one_before() {
    let directory = tempfile::tempdir().unwrap();
    let host = filled(directory.path());
    let number = host.snapshot().unwrap().number;
    let before = graph(&host);
    drop(host);

    let path = directory.path().join(format!("snapshot-{number:020}"));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&path, bytes).unwrap();

    let host = open(directory.path());
    assert_eq!(graph(&host), before);
    let [
        Warning::DamagedSnapshot {
            number: damaged, ..
        },
    ] = host.health().warnings[..]
    else {
        panic!("{:?}", host.health());
    };
    assert_eq!(damaged, number);
}

#[test]
fn opening_tells_its_progress() {
    const ENTRIES: u64 = 25_000;
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let nothing = || host.propose(Operations::Each(Vec::new()));
    let tickets: Vec<_> = (0..ENTRIES).map(|_| nothing()).collect();
    for ticket in tickets {
        ticket.wait().unwrap();
    }
    drop(host);

    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let options = Options {
        progress: Some(Arc::new(move |number, last| {
            tell.lock().unwrap().push((number, last));
        })),
        ..Options::default()
    };
    let batch = options.batch as u64;
    drop(GraphHost::open(directory.path(), options).unwrap());

    let told = told.lock().unwrap();
    assert!(told.iter().all(|(_, last)| *last == ENTRIES), "{told:?}");
    let numbers: Vec<_> = [0].into_iter().chain(told.iter().map(|it| it.0)).collect();
    let steps: Vec<_> = numbers.windows(2).map(|it| it[1] - it[0]).collect();
    let [first, second, rest] = steps[..] else {
        panic!("{told:?}");
    };
    let is_as_said = |step: &u64| (10_000..10_000 + batch).contains(step);
    assert!([first, second].iter().all(is_as_said), "{told:?}");
    assert_eq!(first + second + rest, ENTRIES, "the last entry is told");
}

#[test]
fn a_directory_begins_from_users_and_relations() {
    let directory = tempfile::tempdir().unwrap();
    let mut source = empty();
    let [ann, ben] = ["ann", "ben"].map(|name| source.add_user(name).unwrap());
    source.add_to_blocklist(ann, ben).unwrap();
    let users: Vec<UserParts<String>> = source
        .user_parts()
        .map(|user| UserParts {
            id: user.id,
            name: user.name.to_owned(),
            request_mode: user.request_mode,
            request_sending: user.request_sending,
        })
        .collect();
    let loaded = SocialGraph::from_parts(*source.policy(), users, source.relations()).unwrap();

    let host = Host::create(directory.path(), loaded, Options::default()).unwrap();
    assert_eq!(host.position().number, 0);
    propose(&host, join("cyd"));
    drop(host);
    let host = open(directory.path());
    assert_eq!(graph(&host).user_id("cyd"), Some(UserId::from_u32(2)));
    assert!(!graph(&host).can_message("ben", "ann").is_allowed());
}

#[test]
fn one_process_has_the_directory() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let error = GraphHost::open(directory.path(), Options::default()).unwrap_err();
    let OpenError::Locked { holder, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(holder, format!("process {}", std::process::id()));

    // Those who only read it write nothing there, and are not named.
    let file = fs::File::open(directory.path().join("lock")).unwrap();
    drop(host);
    file.lock_shared().unwrap();
    let error = GraphHost::open(directory.path(), Options::default()).unwrap_err();
    let text = error.to_string();
    assert!(
        text.ends_with("in use by a process that reads it"),
        "{text}"
    );
    verify::<SocialGraph>(directory.path()).unwrap();
    file.unlock().unwrap();

    // A reader does not hold it.
    let host = open(directory.path());
    let reader = host.reader();
    drop(host);
    open(directory.path());
    assert!(reader.is_empty());
}

#[test]
fn directories_that_cannot_be_opened_say_why() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let open = || GraphHost::open(path, Options::default());
    assert!(matches!(open(), Err(OpenError::NoLog { .. })));

    drop(Host::create(path, empty(), Options::default()).unwrap());
    let again = Host::create(path, empty(), Options::default());
    assert!(matches!(again, Err(OpenError::Exists { .. })));

    let change = |sql: &str| {
        let connection = rusqlite::Connection::open(path.join("log.db")).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    change("PRAGMA user_version = 2");
    let error = open().unwrap_err().to_string();
    assert_eq!(
        error,
        "the log has version 2: this build reads versions up to 1"
    );
    change("PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert_eq!(open().unwrap_err().to_string(), "the file is no log");

    fs::remove_file(path.join("snapshot-00000000000000000000")).unwrap();
    change("PRAGMA application_id = 0x73676c67");
    assert!(matches!(open(), Err(OpenError::NoSnapshot { .. })));
}

#[test]
fn a_log_that_ends_before_its_note_takes_no_proposals() {
    let directory = tempfile::tempdir().unwrap();
    let host = filled(directory.path());
    let early = host.new_id();
    let last = host
        .propose_as(early, join("early"))
        .wait()
        .unwrap()
        .position
        .number;
    drop(host);
    let connection = rusqlite::Connection::open(directory.path().join("log.db")).unwrap();
    connection
        .execute("DELETE FROM log WHERE first > ?", [last.cast_signed() - 2])
        .unwrap();
    drop(connection);

    for _ in 0..2 {
        let host = open(directory.path());
        let halt = Halt::LogTooShort {
            last: last - 2,
            noted: last,
            missing: 2,
        };
        assert_eq!(
            host.health().halt,
            Some(halt.clone()),
            "each time it is opened"
        );
        assert_eq!(graph(&host).user_count(), 20, "reads go on");
        let refused = host.propose(join("late")).wait();
        assert_eq!(refused, Err(ProposeError::NotInLog(halt.clone())));
        // The missing end may have had what was proposed before.
        let unknown = host.propose_as(early, join("early")).wait();
        assert_eq!(unknown, Err(ProposeError::Unknown { id: early, halt }));
    }

    let found = verify::<SocialGraph>(directory.path()).unwrap();
    assert_eq!(found.faults.len(), 1);
    assert!(
        found.faults[0]
            .to_string()
            .starts_with("2 entries are missing")
    );

    // A restore does not hide the loss: it has to be accepted.
    let restored = tempfile::tempdir().unwrap();
    let error = restore(directory.path(), restored.path(), None).unwrap_err();
    assert!(
        error.to_string().starts_with("2 entries are missing"),
        "{error}"
    );
    restore(directory.path(), restored.path(), Some(last - 2)).unwrap();
    assert_eq!(open(restored.path()).position().number, last - 2);
}

/// The snapshot is ahead of what is left of the log: the feed waits for nothing that never comes.
#[test]
fn a_feed_over_a_log_that_ends_before_the_snapshot_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let host = filled(directory.path());
    let last = host.snapshot().unwrap();
    drop(host);
    let connection = rusqlite::Connection::open(directory.path().join("log.db")).unwrap();
    connection
        .execute(
            "DELETE FROM log WHERE first > ?",
            [last.number.cast_signed() - 2],
        )
        .unwrap();
    drop(connection);

    let host = open(directory.path());
    let mut after = last;
    after.number -= 4;
    let mut feed = host.feed(after).unwrap();
    for _ in 0..2 {
        assert!(feed.next(Duration::ZERO).unwrap().is_some());
    }
    for time in [Duration::ZERO, Duration::from_millis(10)] {
        let error = feed.next(time).unwrap_err().to_string();
        assert!(
            error.contains("the log ends before what was applied"),
            "{error}"
        );
    }
}

#[test]
fn a_replay_that_decides_differently_stops_and_says_where() {
    let directory = tempfile::tempdir().unwrap();
    let host = filled(directory.path());
    let applied = propose(&host, join("ann")).position.number;
    propose(&host, join("ben"));
    drop(host);

    // As if the release that wrote the log had decided differently about what is before.
    let log = SqliteLog::open(&directory.path().join("log.db")).unwrap();
    let mut record = log.read(applied).unwrap().unwrap();
    assert_eq!(record.batch.applied.number, applied);
    record.batch.applied.digest ^= 1;
    let (digest, sum) = (record.batch.applied.digest, record.checksum(log.epoch()));
    drop(log);
    let file = rusqlite::Connection::open(directory.path().join("log.db")).unwrap();
    let update = "UPDATE log SET digest = ?1, checksum = ?2 WHERE first = ?3";
    let numbers = [digest, sum, record.first].map(u64::cast_signed);
    assert_eq!(file.execute(update, numbers).unwrap(), 1);
    drop(file);

    let error = GraphHost::open(directory.path(), Options::default()).unwrap_err();
    let OpenError::Play(PlayError::Diverged { number, theirs, .. }) = error else {
        panic!("{error}");
    };
    assert_eq!((number, theirs), (applied, digest));
    let found = verify::<SocialGraph>(directory.path()).unwrap();
    assert!(
        found.faults[0].to_string().contains("decides differently"),
        "{found:?}"
    );
}

#[test]
fn a_flipped_bit_in_a_row_is_found() {
    let directory = tempfile::tempdir().unwrap();
    drop(filled(directory.path()));
    let file = rusqlite::Connection::open(directory.path().join("log.db")).unwrap();
    let changes = [
        "time = time + 1",
        "count = count + 1",
        "applied = applied + 1",
        "digest = digest + 1",
        "checksum = checksum + 1",
        "proposals = replace(proposals, 'user-0', 'user-x')",
    ];
    for change in changes {
        file.execute(&format!("UPDATE log SET {change}"), [])
            .unwrap();
        let error = GraphHost::open(directory.path(), Options::default()).unwrap_err();
        assert!(
            error.to_string().contains("is damaged"),
            "{change}: {error}"
        );

        let back = change.replace("+ 1", "- 1");
        let back = back.replace("'user-0', 'user-x'", "'user-x', 'user-0'");
        file.execute(&format!("UPDATE log SET {back}"), []).unwrap();
    }
    drop(file);
    open(directory.path());
}

/// A count whose saving waits until the test has seen a note, apart from the first time.
#[derive(Clone)]
struct Slow(u64);

impl Machine for Slow {
    type Entry = ();
    type Outcome = u64;

    fn apply(&mut self, (): &(), _: Stamp) -> u64 {
        self.0 += 1;
        self.0
    }

    fn digest(outcome: &u64, digest: &mut Digest) {
        digest.add(*outcome);
    }

    fn save(&self, mut out: &mut dyn Write) -> io::Result<()> {
        while self.0 > 0 && !IS_NOTED.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(10));
        }
        write_piece(&mut out, &self.0)
    }

    fn load(input: &mut dyn Read) -> io::Result<Self> {
        read_piece(input).map(Self)
    }
}

/// Whether the snapshot may be finished.
static IS_NOTED: AtomicBool = AtomicBool::new(false);

#[test]
fn notes_go_on_while_a_snapshot_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let host = Host::create(directory.path(), Slow(0), Options::default()).unwrap();
    host.propose(()).wait().unwrap();
    let number = thread::scope(|threads| {
        let snapshot = threads.spawn(|| host.snapshot().unwrap().number);
        host.propose(()).wait().unwrap();
        let started = Instant::now();
        let is_noted = || {
            let note = fs::read_to_string(directory.path().join("note"));
            note.is_ok_and(|note| note.contains(r#""number":2"#))
        };
        while !is_noted() && started.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(10));
        }
        let was_noted = is_noted() && !snapshot.is_finished();
        IS_NOTED.store(true, Ordering::Release);
        assert!(was_noted, "a note is written while the snapshot is");
        snapshot.join().unwrap()
    });
    assert!(number <= 2);
}

#[test]
fn a_log_that_says_it_begins_later_than_it_does_is_found() {
    let directory = tempfile::tempdir().unwrap();
    drop(filled(directory.path()));
    let file = rusqlite::Connection::open(directory.path().join("log.db")).unwrap();
    file.execute("UPDATE about SET before = 1", []).unwrap();
    drop(file);

    let found = verify::<SocialGraph>(directory.path()).unwrap();
    let text = found.faults[0].to_string();
    assert!(
        text.contains("says that it begins after number 1"),
        "{text}"
    );
}

#[test]
fn a_host_makes_its_directory_and_those_above() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/b");
    let answer = propose(&open(&path), join("ann"));
    let names = fs::read_dir(&path).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.all(|name| !name.contains(".new")), "nothing is left");
    assert_eq!(open(&path).position(), answer.position);
}

#[test]
fn the_log_behind_the_oldest_snapshot_is_dropped_if_so_told() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        retention: Retention::Drop,
        snapshots: 1,
        ..Options::default()
    };
    let host = Host::open_or_create(directory.path(), empty, options).unwrap();
    let start = host.position();
    for name in names(10) {
        propose(&host, join(&name));
    }
    let snapshot = host.snapshot().unwrap();
    let behind = propose(&host, join("behind"));

    assert!(
        host.at(start)
            .unwrap_err()
            .to_string()
            .contains("was dropped")
    );
    assert!(
        host.feed(start)
            .unwrap_err()
            .to_string()
            .contains(&snapshot.to_string())
    );
    let mut feed = host.feed(snapshot).unwrap();
    let item = feed.next(Duration::ZERO).unwrap().unwrap();
    assert_eq!(item.position, behind.position);

    let before = graph(&host);
    drop((host, feed));
    let host = open(directory.path());
    assert_eq!(graph(&host), before);
    drop(host);
    let found = verify::<SocialGraph>(directory.path()).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
}

#[test]
fn a_backup_is_restored_with_an_epoch_of_its_own() {
    let [home, copy, restored, earlier] = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let host = filled(home.path());
    let snapshot = host.snapshot().unwrap();
    let answer = propose(&host, join("late"));
    assert_eq!(host.backup(copy.path()).unwrap(), answer.position);
    propose(&host, join("later"));
    let at = |position| host.at(position).unwrap();

    let error = GraphHost::open(copy.path(), Options::default()).unwrap_err();
    assert!(error.to_string().contains("is a backup"), "{error}");
    let found = verify::<SocialGraph>(copy.path()).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
    assert_eq!(found.snapshots, [0, snapshot.number]);

    let position = restore(copy.path(), restored.path(), None).unwrap();
    assert_eq!(position.number, answer.position.number);
    assert_ne!(position.epoch, answer.position.epoch);
    let other = open(restored.path());
    assert_eq!(graph(&other), at(answer.position));
    let old = Position {
        number: 3,
        ..answer.position
    };
    assert!(
        other
            .feed(old)
            .unwrap_err()
            .to_string()
            .contains("another history")
    );
    let id = host.new_id();
    assert!(matches!(
        other.propose_as(id, join("ann")).wait(),
        Err(ProposeError::OtherHistory { .. })
    ));
    assert!(propose(&other, join("other")).outcome.is_done());

    // Within a batch, too.
    for number in [7, 3] {
        let _ = fs::remove_dir_all(earlier.path());
        let position = restore(copy.path(), earlier.path(), Some(number)).unwrap();
        assert_eq!(position.number, number);
        let then = open(earlier.path());
        let old = Position {
            number,
            ..answer.position
        };
        assert_eq!(graph(&then), at(old));
    }
    assert!(
        restore(copy.path(), restored.path(), None).is_err(),
        "not empty"
    );
    let future = restore(copy.path(), &earlier.path().join("new"), Some(1_000));
    assert!(
        future
            .unwrap_err()
            .to_string()
            .contains("before number 1000")
    );
}

/// A machine that answers with the stamps of its entries.
#[derive(Clone)]
struct Stamps;

impl Machine for Stamps {
    type Entry = ();
    type Outcome = (u64, u64);

    fn apply(&mut self, (): &(), stamp: Stamp) -> (u64, u64) {
        let Stamp { number, time } = stamp;
        (number, time)
    }

    fn digest((number, time): &(u64, u64), digest: &mut Digest) {
        digest.add(*number);
        digest.add(*time);
    }

    fn save(&self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn load(_: &mut dyn Read) -> io::Result<Self> {
        Ok(Self)
    }
}

#[test]
fn stamps_are_the_same_after_a_restore() {
    let [home, restored] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let host = Host::create(home.path(), Stamps, Options::default()).unwrap();
    let outcomes = [(); 3].map(|()| host.propose(()).wait().unwrap().outcome);
    drop(host);

    let start = restore(home.path(), restored.path(), None).unwrap();
    let host: Host<Stamps> = Host::open(restored.path(), Options::default()).unwrap();
    let start = Position { number: 0, ..start };
    let mut feed = host.feed(start).unwrap();
    let again = [(); 3].map(|()| feed.next(Duration::ZERO).unwrap().unwrap());
    assert_eq!(again.each_ref().map(|item| item.outcome), outcomes);
    let stamps = again.each_ref().map(|it| (it.position.number, it.time));
    assert_eq!(stamps, outcomes);
    drop((host, feed));
    let found = verify::<Stamps>(restored.path()).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
}

#[test]
fn a_copy_that_fails_cannot_be_opened() {
    let [home, copy, restored] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let host = filled(home.path());
    let file = rusqlite::Connection::open(home.path().join("log.db")).unwrap();
    let update = "UPDATE log SET time = time + 1 WHERE first = (SELECT max(first) FROM log)";
    file.execute(update, []).unwrap();
    drop(file);

    assert!(host.backup(copy.path()).is_err());
    let open = |path| GraphHost::open(path, Options::default());
    assert!(matches!(open(copy.path()), Err(OpenError::NoLog { .. })));
    drop(host);
    assert!(restore(home.path(), restored.path(), None).is_err());
    assert!(matches!(
        open(restored.path()),
        Err(OpenError::NoLog { .. })
    ));
}

#[test]
fn named_readers_go_on_in_a_restored_directory() {
    let [home, copy, restored, cut] = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let host = filled(home.path());
    let mut feed = host.feed_of("webhooks").unwrap();
    let mut next = || feed.next(Duration::ZERO).unwrap().unwrap().position;
    let (_, second, third) = (next(), next(), next());
    feed.save_at(second).unwrap();
    host.backup(copy.path()).unwrap();
    restore(copy.path(), restored.path(), None).unwrap();

    let host = open(restored.path());
    let mut feed = host.feed_of("webhooks").unwrap();
    let here = host.position();
    assert_eq!(feed.position(), Position { number: 2, ..here });
    let item = feed.next(Duration::ZERO).unwrap().unwrap();
    assert_eq!(item.position.number, third.number);

    // Nothing of the new history is behind the cursor, and entry 2 was left out.
    restore(copy.path(), cut.path(), Some(1)).unwrap();
    let host = open(cut.path());
    let mut feed = host.feed_of("webhooks").unwrap();
    let other = propose(&host, join("another")).position;
    assert_eq!(feed.next(Duration::ZERO).unwrap().unwrap().position, other);
    assert_eq!(other.number, 2);
}

#[test]
fn cursors_of_another_history_are_copied_and_say_where_to_start() {
    let [home, restored] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    drop(filled(home.path()));
    let other = Position {
        epoch: Epoch(1),
        number: 1,
    };
    fs::write(home.path().join("cursor-webhooks"), other.to_string()).unwrap();
    fs::write(home.path().join("cursor-broken"), "nowhere").unwrap();
    let position = restore(home.path(), restored.path(), None).unwrap();

    let host = open(restored.path());
    let error = host.feed_of("webhooks").unwrap_err();
    assert!(error.to_string().contains(&position.to_string()), "{error}");
    let error = host.feed_of("broken").unwrap_err();
    assert!(matches!(error, FeedError::Cursor { .. }), "{error}");
}

#[test]
fn what_a_killed_process_has_not_finished_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    drop(filled(directory.path()));
    let unfinished = directory.path().join("snapshot-00000000000000000007.new");
    fs::write(&unfinished, "half").unwrap();
    open(directory.path());
    assert!(!unfinished.exists());
}

#[test]
fn a_machine_that_panics_at_opening_makes_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let host = Host::create(directory.path(), Fragile(0), Options::default()).unwrap();
    host.propose(1_u64).wait().unwrap();
    assert!(host.propose(PANICS).wait().is_err());
    drop(host);
    let error = Host::<Fragile>::open(directory.path(), Options::default()).unwrap_err();
    assert!(
        matches!(error, OpenError::Play(PlayError::Panicked { after: 1 })),
        "{error}"
    );

    // The way out is the number before.
    let restored = tempfile::tempdir().unwrap();
    restore(directory.path(), restored.path(), Some(1)).unwrap();
    let host = Host::<Fragile>::open(restored.path(), Options::default()).unwrap();
    assert_eq!(host.reader().0, 1);
}

/// The number at which a [`Fragile`] panics.
const PANICS: u64 = 7;

/// A sum that panics at one number.
#[derive(Clone)]
struct Fragile(u64);

impl Machine for Fragile {
    type Entry = u64;
    type Outcome = u64;

    fn apply(&mut self, number: &u64, _: Stamp) -> u64 {
        assert_ne!(*number, PANICS);
        self.0 += number;
        self.0
    }

    fn digest(outcome: &u64, digest: &mut Digest) {
        digest.add(*outcome);
    }

    fn save(&self, mut out: &mut dyn Write) -> io::Result<()> {
        write_piece(&mut out, &self.0)
    }

    fn load(input: &mut dyn Read) -> io::Result<Self> {
        read_piece(input).map(Self)
    }
}

#[test]
fn a_backup_beside_snapshots_that_drop_the_log_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        retention: Retention::Drop,
        snapshots: 1,
        ..Options::default()
    };
    let host = Host::open_or_create(directory.path(), empty, options).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                propose(&host, join(&format!("user-{number}")));
                number += 1;
                if number % 20 == 0 {
                    host.snapshot().unwrap();
                }
            }
        });
        for _ in 0..10 {
            let copy = tempfile::tempdir().unwrap();
            host.backup(copy.path()).unwrap();
            let found = verify::<SocialGraph>(copy.path()).unwrap();
            assert!(found.faults.is_empty(), "{found:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// The variable with the log that [`another_process_reads_a_log`] reads.
const LOG_VARIABLE: &str = "SOCIALGRAPH_HOST_TEST_LOG";

/// Runs [`another_process_reads_a_log`] in a process of its own.
fn read_in_another_process(log: &Path) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "durable::another_process_reads_a_log",
        "--ignored",
    ]);
    let output = child.env(LOG_VARIABLE, log).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn another_process_reads_a_log() {
    let log = std::env::var_os(LOG_VARIABLE).expect("the path of a log");
    let shell = rusqlite::Connection::open(log).unwrap();
    let count: i64 = shell
        .query_row("SELECT count(*) FROM log", [], |row| row.get(0))
        .unwrap();
    assert!(count > 0);
}

/// SQLite's locks are those of the process: a connection of an earlier host must not end them.
#[test]
fn a_shell_takes_nothing_from_a_host_that_was_opened_while_a_reader_of_an_earlier_one_lives() {
    let home = tempfile::tempdir().unwrap();
    let [path, killed] = ["host", "killed"].map(|name| home.path().join(name));
    let host = open(&path);
    propose(&host, join("ann"));
    let reader = host.reader();
    drop(host);

    let host = open(&path);
    propose(&host, join("ben"));
    read_in_another_process(&path.join("log.db"));
    for number in 0..20 {
        propose(&host, join(&format!("user-{number}")));
    }
    // What a kill would leave.
    copy(&path, &killed);
    let position = host.position();
    assert_eq!(open(&killed).position(), position);
    assert_eq!(reader.position().number, 1);
}

/// A feed reads the log, and so keeps its directory.
#[test]
fn a_directory_is_locked_until_its_feeds_are_dropped() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let feed = host.feed(host.position()).unwrap();
    drop(host);
    let opened = GraphHost::open(directory.path(), Options::default());
    assert!(
        matches!(opened, Err(OpenError::Locked { .. })),
        "{opened:?}"
    );
    drop(feed);
    drop(open(directory.path()));
}

#[test]
fn files_that_are_none_of_a_host_stay() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let [foreign, own] = ["site.news.txt", "note.new"].map(|name| directory.path().join(name));
    for file in [&foreign, &own] {
        fs::write(file, "text").unwrap();
    }
    drop(open(directory.path()));
    assert!(foreign.exists() && !own.exists());
}

#[test]
fn verification_finds_a_log_that_ends_before_a_snapshot() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    for number in 0..10 {
        propose(&host, join(&format!("user-{number}")));
    }
    host.snapshot().unwrap();
    drop(host);
    let file = rusqlite::Connection::open(directory.path().join("log.db")).unwrap();
    file.execute("DELETE FROM log WHERE first > 5", []).unwrap();
    drop(file);
    fs::remove_file(directory.path().join("note")).unwrap();

    let found = verify::<SocialGraph>(directory.path()).unwrap();
    let faults: Vec<_> = found.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, ["5 entries are missing: the log ends at number 5"]);
}

#[test]
fn a_restore_passes_over_a_damaged_snapshot() {
    let home = tempfile::tempdir().unwrap();
    let [path, backup, restored] = ["host", "backup", "new"].map(|name| home.path().join(name));
    let host = open(&path);
    propose(&host, join("ann"));
    let number = host.snapshot().unwrap().number;
    let snapshot = path.join(format!("snapshot-{number:020}"));
    let mut bytes = fs::read(&snapshot).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&snapshot, &bytes).unwrap();
    host.backup(&backup).unwrap();
    let expected = graph(&host);

    restore(&backup, &restored, None).unwrap();
    let host = open(&restored);
    assert!(graph(&host) == expected);
    assert!(host.health().warnings.is_empty());
}
