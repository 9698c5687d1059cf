//! Reads the feed for after-callbacks, and saves how far the app has taken them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use socialgraph_host::{Feed, FeedError, HistoryError, Position};
use tokio::sync::mpsc::Sender;

use super::after::Event;
use crate::metrics::Metrics;
use crate::state::State;

/// How often the cursor is saved, and how soon the thread sees that it is to end.
const TURN: Duration = Duration::from_millis(200);

/// The pause after the log could not be read, or the cursor not be written.
const RETRY: Duration = Duration::from_secs(60);

/// The reader of the feed.
pub(super) struct Reading {
    feed: Feed<State>,
    sdkappid: u64,
    events: Sender<Event>,
    metrics: Arc<Metrics>,
    is_ending: Arc<AtomicBool>,
    /// The number up to which entries were handed on, and the number of the cursor.
    handed_on: u64,
    saved: u64,
    /// When the cursor could not be written, if it could not.
    unsaved: Option<Instant>,
}

impl Reading {
    pub(super) fn new(
        feed: Feed<State>,
        sdkappid: u64,
        events: Sender<Event>,
        metrics: Arc<Metrics>,
        is_ending: Arc<AtomicBool>,
    ) -> Self {
        let number = feed.position().number;
        Self {
            feed,
            sdkappid,
            events,
            metrics,
            is_ending,
            handed_on: number,
            saved: number,
            unsaved: None,
        }
    }

    /// Reads until the host or the delivery ends.
    pub(super) fn run(mut self) {
        let mut looked = Instant::now();
        while !self.is_ending.load(Ordering::Relaxed) && !self.events.is_closed() {
            if self.turn().is_err() {
                break;
            }
            if looked.elapsed() >= TURN {
                self.save();
                looked = Instant::now();
            }
        }
        self.save();
    }

    /// Hands on the next entry if one comes soon. Fails if the host or the delivery has ended.
    fn turn(&mut self) -> Result<(), ()> {
        match self.feed.next(TURN) {
            Ok(Some(item)) => {
                self.metrics.callbacks.set_running(true);
                self.hand_on(Event::new(item, self.sdkappid))
            }
            Ok(None) => {
                self.metrics.callbacks.set_running(true);
                let position = self.feed.position();
                // A proposal that was sent twice is an entry without an item.
                if position.number > self.handed_on {
                    return self.hand_on(Event::empty(position));
                }
                Ok(())
            }
            Err(FeedError::Closed) => Err(()),
            Err(error) => {
                self.go_on(&error);
                Ok(())
            }
        }
    }

    fn hand_on(&mut self, event: Event) -> Result<(), ()> {
        self.handed_on = event.number();
        self.events.blocking_send(event).map_err(|_| ())
    }

    /// Goes on behind what was dropped. After any other error, it pauses.
    fn go_on(&mut self, error: &FeedError) {
        if let FeedError::History(HistoryError::Dropped { oldest, .. }) = error
            && let entries @ 1.. = self.feed.skip_to(*oldest)
        {
            lose(&self.metrics, entries, self.feed.position());
            return;
        }

        self.metrics.callbacks.set_running(false);
        tracing::error!(%error, "no callbacks are read, and in a minute they are tried again");
        let paused = Instant::now();
        while paused.elapsed() < RETRY && !self.is_ending.load(Ordering::Relaxed) {
            thread::sleep(TURN);
            self.save();
        }
    }

    /// Saves the cursor before the first entry that waits, if it moved.
    fn save(&mut self) {
        let number = self.metrics.callbacks.finished();
        let has_failed = self.unsaved.is_some_and(|failed| failed.elapsed() < RETRY);
        if number == self.saved || has_failed && !self.is_ending.load(Ordering::Relaxed) {
            return;
        }
        let position = Position {
            number,
            ..self.feed.position()
        };
        match self.feed.save_at(position) {
            Ok(()) => {
                self.saved = number;
                self.unsaved = None;
            }
            Err(error) => {
                self.unsaved = Some(Instant::now());
                tracing::warn!(%error, "the callbacks since the last save come again after a restart");
            }
        }
    }
}

/// However the thread ends, operators see it.
impl Drop for Reading {
    fn drop(&mut self) {
        self.metrics.callbacks.set_running(false);
    }
}

/// Counts and logs entries whose callbacks the app does not get.
pub(crate) fn lose(metrics: &Metrics, entries: u64, oldest: Position) {
    metrics.callbacks_lost.inc_by(entries);
    tracing::error!(entries, %oldest, "callbacks are lost: the log before was dropped");
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;
    use std::path::Path;
    use std::sync::Arc;

    use socialgraph::{Operation, Policy, SocialGraph};
    use socialgraph_host::{Feed, Host, Operations, Options, Retention};
    use socialgraph_tim::Settings;
    use tokio::sync::mpsc::{Receiver, channel};

    use super::Reading;
    use crate::callbacks::after::Event;
    use crate::metrics::Metrics;
    use crate::state::{Entry, State};

    fn host(path: &Path) -> Host<State> {
        let new = || {
            let graph = SocialGraph::new(Policy::tencent_rest());
            State::new(graph, Settings::default())
        };
        let options = Options {
            retention: Retention::Drop,
            snapshots: 1,
            ..Options::default()
        };
        Host::open_or_create(path, new, options).unwrap()
    }

    fn join(host: &Host<State>, name: &str) {
        let operation = Operations::One(Operation::add_user(name));
        host.propose(Entry::Operations(operation)).wait().unwrap();
    }

    fn reading(feed: Feed<State>) -> (Reading, Receiver<Event>) {
        let (events, received) = channel(9);
        let reading = Reading::new(feed, 1, events, Metrics::new(), Arc::default());
        (reading, received)
    }

    #[test]
    fn a_reader_goes_on_behind_what_was_dropped_and_counts_it() {
        let home = tempfile::tempdir().unwrap();
        let host = host(home.path());
        let feed = host.feed_of("callbacks").unwrap();
        for name in ["a", "b", "c"] {
            join(&host, name);
        }
        host.snapshot().unwrap();

        let (mut reading, mut received) = reading(feed);
        reading.turn().unwrap();
        assert_eq!(reading.metrics.callbacks_lost.get(), 3);
        join(&host, "d");
        reading.turn().unwrap();
        assert_eq!(received.try_recv().unwrap().number(), 4);
        assert!(reading.metrics.callbacks.is_running());
        drop(host);
        assert!(reading.turn().is_err());
    }

    #[test]
    fn a_cursor_is_written_if_it_moved() {
        let home = tempfile::tempdir().unwrap();
        let host = host(home.path());
        join(&host, "a");
        let feed = host.restart_feed("callbacks", host.position()).unwrap();
        let (mut reading, _received) = reading(feed);
        let file = home.path().join("cursor-callbacks");
        let written = || std::fs::metadata(&file).unwrap().ino();

        reading.metrics.callbacks.note(1, None);
        let first = written();
        reading.save();
        assert_eq!(written(), first);
        join(&host, "b");
        reading.turn().unwrap();
        reading.metrics.callbacks.note(2, None);
        reading.save();
        let second = written();
        assert_ne!(second, first);
        reading.save();
        assert_eq!(written(), second);
    }
}
