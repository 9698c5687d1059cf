//! One graph, many threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use socialgraph::{
    Action, AddUserError, Operation, Policy, Reader, SharedGraph, SocialGraph, StaleVersion, Ways,
};

fn shared(names: &[&str]) -> SharedGraph {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in names {
        graph.add_user(name).unwrap();
    }
    SharedGraph::new(graph)
}

#[test]
fn a_reader_sees_what_was_published_and_only_after_a_refresh() {
    let shared = shared(&["ann", "ben"]);
    let mut reader = shared.reader();
    shared
        .write(|graph| graph.add_to_blocklist("ann", "ben"))
        .unwrap();

    assert!(reader.can_message("ben", "ann").is_allowed());
    assert_eq!((reader.version(), shared.version()), (0, 1));
    assert!(!reader.refresh().can_message("ben", "ann").is_allowed());
    assert_eq!(reader.version(), 1);

    let clone = reader.clone();
    assert_eq!((clone.version(), &*clone), (1, &shared.snapshot()));
}

#[test]
fn a_write_that_fails_or_panics_publishes_nothing() {
    let shared = shared(&["ann", "ben"]);
    let before = shared.snapshot();

    let failed: Result<(), AddUserError> = shared.write(|graph| {
        graph.add_user("cyd")?;
        graph.add_user("cyd")?;
        Ok(())
    });
    assert!(failed.is_err());

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        shared.write(|graph| -> Result<(), AddUserError> {
            graph.add_user("cyd")?;
            panic!("in the middle of a write");
        })
    }));
    assert!(panicked.is_err());

    let unblock = Operation::act(Action::Unblock, "ann", "ben");
    assert!(!shared.apply(&unblock).is_done());
    let unblocks = Operation::act_on_many(Action::Unblock, "ann", ["ben", "nobody"]);
    assert!(
        shared.apply(&unblocks).is_done(),
        "a batch of refusals is done, and changes nothing"
    );
    assert_eq!((shared.snapshot(), shared.version()), (before, 0));

    // The next writer and the next reader are not disturbed.
    let cyd = shared.write(|graph| graph.add_user("cyd")).unwrap();
    assert_eq!(shared.reader().user_id("cyd"), Some(cyd));
}

#[test]
fn versions_only_rise() {
    let shared = SharedGraph::at_version(SocialGraph::new(Policy::tencent_rest()), 4710);
    let write = |version| shared.write_at(version, |graph| graph.add_user(&version.to_string()));

    assert!(write(4711).unwrap().is_ok());
    for version in [0, 4710, 4711] {
        let stale = StaleVersion {
            version,
            latest: 4711,
        };
        assert_eq!(write(version), Err(stale));
    }
    assert_eq!(shared.snapshot().user_count(), 1);
    assert!(write(u64::MAX).unwrap().is_ok());
    assert!(write(u64::MAX).is_err());

    // There the version stays, and readers see what is written all the same.
    let mut reader = shared.reader();
    shared.write(|graph| graph.add_user("late")).unwrap();
    assert!(reader.refresh().contains_user("late"));
    assert_eq!((reader.version(), shared.version()), (u64::MAX, u64::MAX));
}

/// The publications that each watcher waits for: enough to meet a write at any step.
const SEEN: usize = 200;

/// Checks of many publications that a reader never sees half of a write, nor goes back.
fn watch(mut reader: Reader) {
    let mut last = reader.version();
    let mut seen = 0;
    while seen < SEEN {
        let graph = reader.refresh();
        let [one, other] = ["ben", "cyd"].map(|name| graph.relation("ann", name).unwrap());
        assert_eq!(one, other, "both or neither");
        assert_eq!(graph.user_count(), 3);

        let version = reader.version();
        assert!(version >= last, "{version} after {last}");
        seen += usize::from(version > last);
        last = version;
    }
}

/// Befriends ann with ben and cyd, and parts her from them, until it is told to stop.
fn write_on(shared: &SharedGraph, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        // Another writer may have done the same in between.
        let _ = shared.write(|graph| {
            graph.add_friend("ann", "ben", Ways::TwoWay)?;
            graph.add_friend("ann", "cyd", Ways::TwoWay)
        });
        let _ = shared.write(|graph| {
            graph.remove_friend("ann", "ben", Ways::TwoWay)?;
            graph.remove_friend("ann", "cyd", Ways::TwoWay)
        });
    }
}

#[test]
fn readers_see_whole_writes_in_order() {
    let shared = shared(&["ann", "ben", "cyd"]);
    let stop = AtomicBool::new(false);

    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| write_on(&shared, &stop));
        }
        let watchers = [(); 3].map(|()| threads.spawn(|| watch(shared.reader())));

        let watched = watchers.map(thread::ScopedJoinHandle::join);
        stop.store(true, Ordering::Relaxed);
        for result in watched {
            result.unwrap();
        }
    });
    shared.snapshot().check_invariants().unwrap();
}

#[test]
fn writers_take_turns_and_lose_nothing() {
    let shared = shared(&[]);
    thread::scope(|threads| {
        for writer in 0..4 {
            let shared = &shared;
            threads.spawn(move || {
                for number in 0..100 {
                    let name = format!("{writer}-{number}");
                    shared.write(|graph| graph.add_user(&name)).unwrap();
                }
            });
        }
    });
    assert_eq!(
        (shared.version(), shared.snapshot().user_count()),
        (400, 400)
    );
}

#[test]
fn handles_and_readers_go_to_other_threads() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<SharedGraph>();
    is_sync::<SharedGraph>();
    is_send::<Reader>();
    is_sync::<Reader>();

    let shared = shared(&["ann"]);
    let text = format!("{shared:?} {:?}", shared.reader());
    assert!(text.starts_with("Shared { version: 0, "), "{text}");
}
