//! Directories of every version of log and snapshot are opened by each later release.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socialgraph::{Policy, RequestMode, SocialGraph};
use socialgraph_host::{Host, ItemOf, Operations, Options, Position, restore, verify};

use crate::fixtures::{GraphHost, block, copy, empty, graph, join, propose};

/// The version that this release writes.
const CURRENT: &str = "1";

fn directories() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions")
}

/// Makes the host that each directory leads to.
fn expected() -> GraphHost {
    let host = Host::in_memory(empty(), Options::default()).unwrap();
    fill(&host, || {});
    host
}

/// Returns every entry with its outcome.
fn items(host: &GraphHost) -> Vec<ItemOf<SocialGraph>> {
    let start = Position {
        number: 0,
        ..host.position()
    };
    let mut feed = host.feed(start).unwrap();
    std::iter::from_fn(|| feed.next(Duration::ZERO).unwrap()).collect()
}

/// Compares what a host keeps of each proposal, in a snapshot too, with what this release decides.
fn check_answers(host: &GraphHost, from: &Path) {
    let version = from.display();
    let [kept, decided] = [host, &expected()].map(items);
    assert_eq!(kept.len(), decided.len(), "{version}");
    for (kept, decided) in kept.into_iter().zip(decided) {
        assert_eq!(kept.entry, decided.entry, "{version}");
        assert_eq!(kept.outcome, decided.outcome, "{version}: {}", kept.entry);
        let answer = host.propose_as(kept.id, kept.entry).wait().unwrap();
        assert_eq!(answer.position, kept.position, "{version}");
        assert_eq!(answer.outcome, decided.outcome, "{version}");
    }
}

/// Every kind of operation, with a snapshot in the middle.
fn fill(host: &GraphHost, snapshot: impl FnOnce()) {
    use socialgraph::{Action, Operation, OwnList, RequestSending, Ways};

    let names = ["ann", "ben", "cyd", "dan", "eve", "名"];
    propose(host, Operations::All(names.map(join).to_vec()));
    propose(host, block("ann", "ben"));
    propose(
        host,
        Operation::act(Action::AddFriend(Ways::TwoWay), "cyd", "dan"),
    );
    propose(host, Operation::act(Action::SendRequest, "eve", "cyd"));
    propose(
        host,
        Operation::set_request_mode("dan", RequestMode::Nobody),
    );
    propose(
        host,
        Operation::set_request_sending("ben", RequestSending::Barred),
    );
    snapshot();
    propose(
        host,
        Operation::act_on_many(Action::Block, "dan", ["eve", "nobody", "ann"]),
    );
    propose(
        host,
        Operation::many_act(Action::Block, ["eve", "dan"], "ben"),
    );
    propose(host, Operation::rename_user("ann", "anna"));
    propose(host, Operation::merge_users("eve", "anna"));
    propose(host, Operations::Each(vec![join("dan"), join("fay")]));
    propose(host, Operation::clear_list("dan", OwnList::Blocklist));
    propose(host, Operation::adopt_policy(Policy::tencent_mutual()));
    propose(host, Operation::remove_user("ben"));
    propose(host, Operations::All(vec![join("gus"), join("dan")]));
}

#[test]
fn the_directories_of_every_version_open() {
    let mut versions = 0;
    for entry in fs::read_dir(directories()).unwrap() {
        let from = entry.unwrap().path();
        let directory = tempfile::tempdir().unwrap();
        copy(&from, directory.path());

        let found = verify::<SocialGraph>(directory.path()).unwrap();
        assert!(found.faults.is_empty(), "{from:?}: {found:?}");
        assert_eq!(found.snapshots.len(), 2, "{from:?}");
        let host = GraphHost::open(directory.path(), Options::default()).unwrap();
        assert!(host.health().halt.is_none() && host.health().warnings.is_empty());
        assert_eq!(graph(&host), graph(&expected()), "{from:?}");
        check_answers(&host, &from);

        // From the first snapshot alone, and after more.
        let start = Position {
            number: 0,
            ..host.position()
        };
        assert_eq!(host.at(start).unwrap(), empty());
        assert!(propose(&host, join("late")).outcome.is_done());
        drop(host);
        let restored = tempfile::tempdir().unwrap();
        restore(directory.path(), restored.path(), None).unwrap();
        versions += 1;
    }
    assert!(versions > 0 && directories().join(CURRENT).exists());
}

/// Writes the directory of the current version: once, when a version begins.
#[test]
#[ignore = "writes into the repository"]
fn write_the_directory_of_the_current_version() {
    let home = tempfile::tempdir().unwrap();
    let host = Host::create(home.path(), empty(), Options::default()).unwrap();
    fill(&host, || {
        host.snapshot().unwrap();
    });
    drop(host);
    fs::remove_file(home.path().join("lock")).unwrap();
    copy(home.path(), &directories().join(CURRENT));
}
