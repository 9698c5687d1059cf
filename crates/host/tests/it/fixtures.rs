//! What the tests share.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use socialgraph::{Action, Operation, Outcome, Policy, SocialGraph};
use socialgraph_host::{Answer, Host, Operations, Options, Outcomes};
use socialgraph_testkit::strategies::{self, Tuning};

pub(crate) type GraphHost = Host<SocialGraph>;

pub(crate) fn empty() -> SocialGraph {
    SocialGraph::new(Policy::tencent_rest())
}

pub(crate) fn open(path: &Path) -> GraphHost {
    Host::open_or_create(path, empty, Options::default()).unwrap()
}

pub(crate) fn in_memory() -> GraphHost {
    Host::in_memory(empty(), Options::default()).unwrap()
}

/// Proposes an operation, and returns its answer.
pub(crate) fn propose(host: &GraphHost, entry: impl Into<Operations>) -> Answer<Outcomes> {
    host.propose(entry).wait().unwrap()
}

pub(crate) fn join(name: &str) -> Operation {
    Operation::add_user(name)
}

pub(crate) fn block(actor: &str, target: &str) -> Operation {
    Operation::act(Action::Block, actor, target)
}

/// Returns the graph that readers see now.
pub(crate) fn graph(host: &GraphHost) -> SocialGraph {
    SocialGraph::clone(&host.reader())
}

/// Copies the files of a directory. Of a host that is open, it is what a kill would leave.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The files of a directory and their bytes.
pub(crate) type Files = BTreeMap<OsString, Vec<u8>>;

/// Reads all files of a directory.
pub(crate) fn files(directory: &Path) -> Files {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// The users of a directory that was left ([`left_closed`], [`left_killed`]): more than a page holds.
pub(crate) const LEFT_USERS: u64 = 160;

/// Makes a directory as a host leaves it that ends: without a write-ahead log.
pub(crate) fn left_closed(path: &Path) {
    let host = open(path);
    add_users(&host, 0..LEFT_USERS);
    drop(host);
    assert!(!path.join("log.db-wal").exists());
}

/// Makes a directory as a killed host leaves it: half of the entries in the write-ahead log alone,
/// and all of them noted.
pub(crate) fn left_killed(path: &Path) {
    let home = tempfile::tempdir().unwrap();
    let host = open(home.path());
    add_users(&host, 0..LEFT_USERS / 2);
    drop(host);
    let host = open(home.path());
    add_users(&host, LEFT_USERS / 2..LEFT_USERS);
    wait_for_note(home.path(), LEFT_USERS);
    copy(home.path(), path);
    assert!(fs::metadata(path.join("log.db-wal")).unwrap().len() > 0);
    assert!(path.join("log.db-shm").exists());
}

fn add_users(host: &GraphHost, numbers: std::ops::Range<u64>) {
    for number in numbers {
        propose(host, join(&format!("user-{number}")));
    }
}

/// Waits until the note beside a log says how far it went.
pub(crate) fn wait_for_note(directory: &Path, number: u64) {
    let started = Instant::now();
    let noted = format!(r#""number":{number},"#);
    let is_noted = || {
        let note = fs::read_to_string(directory.join("note"));
        note.is_ok_and(|note| note.contains(&noted))
    };
    while !is_noted() {
        assert!(started.elapsed() < Duration::from_secs(60), "not noted");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Makes entries: the operations of a log, alone and in batches of either kind.
pub(crate) fn entries() -> impl Strategy<Value = Vec<Operations>> {
    let log = strategies::logs(&Tuning::default());
    (log, vec((0..4_u8, 1..5_usize), 80)).prop_map(|(log, cuts)| {
        let mut operations = log.into_iter().peekable();
        let mut entries = Vec::new();
        let mut cuts = cuts.into_iter().cycle();
        while operations.peek().is_some() {
            let (kind, length) = cuts.next().unwrap();
            let mut several = || operations.by_ref().take(length).collect();
            entries.push(match kind {
                0 => Operations::Each(several()),
                1 => Operations::All(several()),
                _ => Operations::One(operations.next().unwrap()),
            });
        }
        entries
    })
}

/// Applies an entry without a host.
pub(crate) fn apply(graph: &mut SocialGraph, entry: &Operations) -> Outcomes {
    let each = |graph: &mut SocialGraph| -> Vec<Outcome> {
        let operations = entry.as_slice().iter();
        operations.map(|it| it.apply_to(graph)).collect()
    };
    match entry {
        Operations::One(operation) => Outcomes::One(operation.apply_to(graph)),
        Operations::Each(_) => Outcomes::Each(each(graph)),
        Operations::All(_) => {
            let mut copy = graph.clone();
            let outcomes = each(&mut copy);
            let not_done = outcomes.iter().position(|outcome| !outcome.is_done());
            if let Some(index) = not_done {
                let outcome = outcomes[index].clone();
                return Outcomes::Nothing { index, outcome };
            }
            *graph = copy;
            Outcomes::All(outcomes)
        }
    }
}
