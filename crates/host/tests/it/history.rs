//! Feeds, time travel and audits.

use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use socialgraph::{Operation, SocialGraph};
use socialgraph_host::{Epoch, Feed, FeedError, HistoryError, Host, Options, Position, Retention};

use crate::fixtures::{block, empty, graph, in_memory, join, open, propose};

const SOON: Duration = Duration::from_secs(10);

#[test]
fn a_feed_has_what_is_there_and_then_what_comes() {
    let host = in_memory();
    let start = host.position();
    propose(&host, join("0"));
    let mut feed = host.feed(start).unwrap();

    thread::scope(|threads| {
        threads.spawn(|| {
            for name in 1..200 {
                propose(&host, join(&name.to_string()));
            }
        });
        for number in 0..200 {
            let item = feed.next(SOON).unwrap().unwrap();
            assert_eq!(item.position.number, number + 1);
            assert_eq!(item.entry.to_string(), format!("{number} joins"));
            assert!(item.outcome.is_done());
        }
    });
    assert!(feed.next(Duration::ZERO).unwrap().is_none());
    assert_eq!(feed.position(), host.position());
}

#[test]
fn a_listing_and_the_feed_after_it_have_no_gap() {
    let host = in_memory();
    thread::scope(|threads| {
        let writer = threads.spawn(|| {
            for name in 0..300 {
                propose(&host, join(&name.to_string()));
            }
        });
        thread::sleep(Duration::from_millis(5));
        let reader = host.reader();
        let mut listed = reader.user_count();
        let mut feed = host.feed(reader.position()).unwrap();
        writer.join().unwrap();
        while let Some(item) = feed.next(Duration::ZERO).unwrap() {
            assert!(item.outcome.is_done());
            listed += 1;
        }
        assert_eq!(listed, 300);
    });
}

#[test]
fn a_cursor_survives_and_items_since_the_last_save_come_again() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    for name in ["ann", "ben", "cyd"] {
        propose(&host, join(name));
    }
    let mut feed = host.feed_of("callbacks").unwrap();
    let mut next = || {
        feed.next(Duration::ZERO)
            .unwrap()
            .unwrap()
            .entry
            .to_string()
    };
    assert_eq!(next(), "ann joins");
    feed.save().unwrap();
    feed.next(Duration::ZERO).unwrap();
    drop((feed, host));

    let host = open(directory.path());
    let mut feed = host.feed_of("callbacks").unwrap();
    let item = feed.next(Duration::ZERO).unwrap().unwrap();
    assert_eq!(item.entry.to_string(), "ben joins");
    for name in ["", "../note", "A", "a b"] {
        assert!(host.feed_of(name).is_err(), "{name:?}");
    }
}

#[test]
fn a_feed_saves_a_position_before_what_it_has_handed_out_and_none_beyond() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let joined: Vec<_> = (0..5)
        .map(|name| propose(&host, join(&name.to_string())).position)
        .collect();
    let mut feed = host.feed_of("webhooks").unwrap();
    let next = |feed: &mut Feed<SocialGraph>| feed.next(SOON).unwrap().unwrap().position;
    let handed_out = [(); 3].map(|()| next(&mut feed));
    assert_eq!(handed_out, joined[..3]);
    feed.save_at(joined[1]).unwrap();

    let other = Position {
        epoch: Epoch(joined[0].epoch.0 ^ 1),
        ..joined[0]
    };
    let (wanted, here) = (joined[3], joined[2]);
    let errors = [wanted, other].map(|position| feed.save_at(position).unwrap_err());
    assert_eq!(
        errors.map(|error| error.to_string()),
        [
            format!("position {wanted} was not handed out: the feed is at {here}"),
            format!("position {other} is of another history: this one is at {here}"),
        ]
    );
    drop((feed, host));

    let host = open(directory.path());
    let mut feed = host.feed_of("webhooks").unwrap();
    assert_eq!(feed.position(), joined[1]);
    assert_eq!(next(&mut feed), joined[2]);
}

#[test]
fn one_feed_at_a_time_has_a_cursor() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    propose(&host, join("ann"));
    let mut feed = host.feed_of("callbacks").unwrap();
    let error = host.feed_of("callbacks").unwrap_err();
    assert!(matches!(error, FeedError::CursorInUse(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "another feed has the cursor \"callbacks\": drop it first"
    );
    host.feed_of("others").unwrap();

    // A feed may outlive its host.
    let position = host.position();
    drop(host);
    feed.next(Duration::ZERO).unwrap().unwrap();
    feed.save().unwrap();
    drop(feed);
    let host = open(directory.path());
    assert_eq!(host.feed_of("callbacks").unwrap().position(), position);
}

#[test]
fn a_cursor_that_cannot_be_read_is_free_again() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let path = directory.path().join("cursor-callbacks");
    fs::write(&path, "nowhere").unwrap();
    let error = host.feed_of("callbacks").unwrap_err();
    assert!(matches!(error, FeedError::Cursor { .. }), "{error}");
    fs::remove_file(path).unwrap();
    host.feed_of("callbacks").unwrap();
}

#[test]
fn a_feed_that_waits_is_told_that_the_host_is_closed() {
    let host = in_memory();
    let mut feed = host.feed(host.position()).unwrap();
    let mut late = host.feed(host.position()).unwrap();
    thread::scope(|threads| {
        let waits = threads.spawn(move || {
            let first = feed.next(Duration::MAX).unwrap();
            (first, feed.next(Duration::MAX).unwrap_err())
        });
        propose(&host, join("ann"));
        thread::sleep(Duration::from_millis(50));
        assert!(!waits.is_finished());
        drop(host);
        let (first, error) = waits.join().unwrap();
        assert!(first.is_some());
        assert!(matches!(error, FeedError::Closed), "{error}");
    });

    // What is there still comes.
    assert!(late.next(Duration::MAX).unwrap().is_some());
    let error = late.next(Duration::MAX).unwrap_err();
    assert!(matches!(error, FeedError::Closed), "{error}");
}

#[test]
fn a_feed_waits_no_longer_for_entries_that_are_no_items() {
    const REPETITIONS: u64 = 20;
    const STEP: Duration = Duration::from_millis(100);
    let options = Options {
        batch: 1,
        // Holds up each append.
        clock: Arc::new(|| {
            thread::sleep(STEP);
            0
        }),
        ..Options::default()
    };
    let host = Host::in_memory(empty(), options).unwrap();
    let id = host.new_id();
    let tickets: Vec<_> = (0..=REPETITIONS)
        .map(|_| host.propose_as(id, join("ann")))
        .collect();
    let start = Position {
        number: 0,
        ..host.position()
    };
    let mut feed = host.feed(start).unwrap();
    assert!(feed.next(Duration::MAX).unwrap().is_some());
    assert!(feed.next(STEP * 2).unwrap().is_none());
    let here = feed.position().number;
    assert!(here < REPETITIONS, "{here}: it waited for all of them");
    for ticket in tickets {
        assert_eq!(ticket.wait().unwrap().position.number, 1);
    }
}

#[test]
fn a_feed_of_another_epoch_or_of_the_future_is_told_so() {
    let host = in_memory();
    let here = host.position();
    let future = Position { number: 1, ..here };
    let other = Position {
        epoch: Epoch(!here.epoch.0),
        ..here
    };
    let error = |position| host.feed(position).unwrap_err().to_string();
    assert!(
        error(future).contains(&format!("the state is at {here}")),
        "{}",
        error(future)
    );
    assert!(error(other).contains(&here.to_string()));
    assert!(host.at(future).is_err() && host.at(other).is_err());
}

#[test]
fn every_position_can_be_returned_to() {
    let directory = tempfile::tempdir().unwrap();
    let host = open(directory.path());
    let mut states = vec![(host.position(), graph(&host))];
    for number in 0..30 {
        let name = format!("user-{number}");
        let operation = match number % 3 {
            2 => Operation::remove_user(format!("user-{}", number - 1)),
            _ => join(&name),
        };
        let answer = propose(&host, operation);
        states.push((answer.position, graph(&host)));
        if number == 12 {
            host.snapshot().unwrap();
        }
    }
    for (position, state) in states.into_iter().rev() {
        assert_eq!(host.at(position).unwrap(), state, "{position}");
    }
}

#[test]
fn an_audit_follows_a_user_and_a_pair() {
    let host = in_memory();
    let start = host.position();
    for name in ["ann", "ben", "cyd"] {
        propose(&host, join(name));
    }
    propose(&host, block("ann", "ben"));
    propose(&host, Operation::rename_user("ann", "anna"));
    propose(&host, block("ben", "anna"));
    propose(&host, block("ben", "cyd"));
    let [anna, ben] = ["anna", "ben"].map(|name| graph(&host).user_id(name).unwrap());
    propose(&host, Operation::remove_user("anna"));
    propose(&host, join("ann"));

    let lines = |users: &[_]| {
        let audit = host.audit(users, start).unwrap();
        audit
            .map(|item| item.unwrap().entry.to_string())
            .collect::<Vec<_>>()
    };
    let of_anna = [
        "ann joins",
        "ann blocks ben",
        "ann is renamed to anna",
        "ben blocks anna",
        "anna is removed",
    ];
    assert_eq!(lines(&[anna]), of_anna);
    // The removal ended ben's block.
    assert_eq!(
        lines(&[anna, ben]),
        ["ann blocks ben", "ben blocks anna", "anna is removed"]
    );
}

#[test]
fn time_stands_still_while_the_clock_goes_back() {
    use std::sync::atomic::{AtomicU64, Ordering};

    let now = Arc::new(AtomicU64::new(5_000));
    let clock = Arc::clone(&now);
    let options = Options {
        clock: Arc::new(move || clock.load(Ordering::Relaxed)),
        ..Options::default()
    };
    let host = Host::in_memory(empty(), options).unwrap();
    let start = host.position();
    propose(&host, join("ann"));
    now.store(2_000, Ordering::Relaxed);
    propose(&host, join("ben"));
    assert_eq!(host.health().clock_behind, Duration::from_secs(3));
    now.store(6_000, Ordering::Relaxed);
    propose(&host, join("cyd"));
    assert_eq!(host.health().clock_behind, Duration::ZERO);

    let mut feed = host.feed(start).unwrap();
    let times = [(); 3].map(|()| feed.next(Duration::ZERO).unwrap().unwrap().time);
    assert_eq!(times, [5_000, 5_000, 6_000]);
}

/// A directory that dropped some of its log keeps the snapshot that the rest begins with.
#[test]
fn what_is_kept_behind_what_was_dropped_can_be_returned_to() {
    let directory = tempfile::tempdir().unwrap();
    let options = |retention| Options {
        retention,
        snapshots: 1,
        ..Options::default()
    };
    let dropping = options(Retention::Drop);
    let host = Host::open_or_create(directory.path(), empty, dropping).unwrap();
    propose(&host, join("a"));
    host.snapshot().unwrap();
    drop(host);

    let keeping = options(Retention::Keep);
    let host = Host::open_or_create(directory.path(), empty, keeping).unwrap();
    let between = propose(&host, join("b")).position;
    for name in ["c", "d"] {
        propose(&host, join(name));
        host.snapshot().unwrap();
    }
    let then = host.at(between).unwrap();
    assert!(then.contains_user("b") && !then.contains_user("c"));
    // One that has not been there since the first start has to pass over what was dropped.
    let first = Position {
        number: 0,
        ..between
    };
    let error = host.feed(first).unwrap_err();
    assert!(
        matches!(error, FeedError::History(HistoryError::Dropped { .. })),
        "{error}"
    );
}
