//! Files stay small under load, and health says what keeps them from it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use socialgraph::Operation;
use socialgraph_host::Operations;

use crate::fixtures::{GraphHost, open, propose};

/// A megabyte of operations that are refused.
fn megabyte() -> Operations {
    let name = "x".repeat(3_000);
    Operations::Each(vec![Operation::remove_user(name); 340])
}

/// Waits until the health of a host is as it should be.
fn wait_until(host: &GraphHost, is_so: impl Fn(&GraphHost) -> bool) {
    let start = Instant::now();
    while !is_so(host) {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{:?}",
            host.health()
        );
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_write_ahead_log_is_bounded_while_feeds_read() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let is_over = AtomicBool::new(false);
    let most = thread::scope(|threads| {
        threads.spawn(|| {
            let mut feed = host.feed(host.position()).unwrap();
            while !is_over.load(Ordering::Relaxed) {
                feed.next(Duration::from_millis(1)).unwrap();
            }
        });
        let mut most = 0;
        for _ in 0..100 {
            propose(&host, megabyte());
            most = most.max(host.health().log.wal);
        }
        is_over.store(true, Ordering::Relaxed);
        most
    });
    // 100 MB were written. What is written while a checkpoint runs comes on top of its bound.
    assert!(most < 60 << 20, "{} MiB", most >> 20);
}

#[test]
fn the_write_ahead_log_is_made_long_once() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    assert!(host.health().log.wal < 1 << 20);
    propose(&host, megabyte());
    let long = host.health().log.wal;
    assert!(long > 12 << 20, "{long}");

    for _ in 0..100 {
        propose(&host, Operation::remove_user("nobody"));
    }
    assert_eq!(host.health().log.wal, long);
    assert!(host.health().log.log < 4 << 20);
}

#[test]
fn health_says_that_a_reader_outside_holds_the_write_ahead_log() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    propose(&host, megabyte());
    let outside = reading(directory.path());
    for _ in 0..50 {
        propose(&host, megabyte());
    }
    wait_until(&host, |host| host.health().log.is_wal_held);

    drop(outside);
    propose(&host, megabyte());
    wait_until(&host, |host| {
        propose(host, megabyte());
        !host.health().log.is_wal_held
    });
}

#[test]
fn health_says_that_short_readers_outside_hold_the_write_ahead_log_in_turn() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let start = Instant::now();
    let mut last = None;
    let mut most = 0;
    while !host.health().log.is_wal_held {
        assert!(start.elapsed() < Duration::from_secs(60), "{most} bytes");
        propose(&host, megabyte());
        // The one before ends after this one has begun: none is there for long.
        last = Some(reading(directory.path()));
        most = most.max(host.health().log.wal);
    }

    drop(last);
    wait_until(&host, |host| {
        propose(host, megabyte());
        !host.health().log.is_wal_held
    });
}

/// Returns a connection in the middle of a transaction.
fn reading(directory: &Path) -> rusqlite::Connection {
    let outside = rusqlite::Connection::open(directory.join("log.db")).unwrap();
    let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    outside.execute_batch("BEGIN").unwrap();
    outside
        .query_row("SELECT count(*) FROM log", [], count)
        .unwrap();
    outside
}
