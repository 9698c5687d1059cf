//! After-callbacks: what entries did goes to the app, at least once.
//!
//! A thread reads the feed, and a task delivers. The feed's cursor is behind each entry that the
//! app has not taken: after a crash they come again, with the same ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{io, thread};

use socialgraph_host::{Feed, FeedError, Position};
use socialgraph_tim::wire::Callback;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::order::{Order, users};
use super::{App, CallbackError};
use crate::metrics::Metrics;
use crate::options::Callbacks;
use crate::state::State;

/// The entries under way at most.
const WINDOW: usize = 256;

/// How often the cursor is saved, and how soon the thread sees that it is to end.
const TURN: Duration = Duration::from_millis(200);

/// The pauses between attempts: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(60)];

/// The callbacks of an entry.
struct Event {
    position: Position,
    callbacks: Vec<Callback>,
}

/// The delivery of after-callbacks, which ends when it is told to.
pub(crate) struct After {
    is_ending: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
    reading: JoinHandle<()>,
}

/// What attempts share.
#[derive(Clone)]
struct Delivery {
    app: App,
    time: Duration,
    give_up: Option<Duration>,
    metrics: Arc<Metrics>,
    stopped: watch::Receiver<bool>,
}

impl After {
    /// Starts to deliver from a feed.
    pub(crate) fn start(
        feed: Feed<State>,
        app: App,
        options: &Callbacks,
        metrics: Arc<Metrics>,
    ) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let delivery = Delivery {
            app,
            time: options.timeout,
            give_up: options.give_up,
            metrics,
            stopped,
        };

        let (events, received) = mpsc::channel(WINDOW);
        let finished = Arc::new(AtomicU64::new(feed.position().number));
        tokio::spawn(deliver_all(received, Arc::clone(&finished), delivery));

        let is_ending = Arc::new(AtomicBool::new(false));
        let ending = Arc::clone(&is_ending);
        let reading = thread::Builder::new()
            .name("callbacks".to_owned())
            .spawn(move || read(feed, &events, &finished, &ending))?;
        Ok(Self {
            is_ending,
            stop,
            reading,
        })
    }

    /// Ends the delivery. What the app has not taken comes at the next start.
    pub(crate) fn end(self) {
        self.is_ending.store(true, Ordering::Relaxed);
        // The task may have ended.
        let _ = self.stop.send(true);
        let _ = self.reading.join();
    }
}

/// Reads the feed and saves its cursor, until the host or the delivery ends.
fn read(
    mut feed: Feed<State>,
    events: &Sender<Event>,
    finished: &AtomicU64,
    is_ending: &AtomicBool,
) {
    let mut saved = Instant::now();
    while !is_ending.load(Ordering::Relaxed) {
        let next = match feed.next(TURN) {
            Ok(next) => next,
            Err(FeedError::Closed) => break,
            Err(error) => {
                tracing::error!(%error, "no more callbacks are sent");
                break;
            }
        };
        if let Some(item) = next {
            let (position, callbacks) = (item.position, item.outcome.callbacks());
            let event = Event {
                position,
                callbacks,
            };
            if events.blocking_send(event).is_err() {
                break;
            }
        }
        if saved.elapsed() >= TURN {
            save(&feed, finished);
            saved = Instant::now();
        }
    }
    save(&feed, finished);
}

/// Saves the cursor behind the last entry before which the app has taken all.
fn save(feed: &Feed<State>, finished: &AtomicU64) {
    let position = Position {
        number: finished.load(Ordering::Acquire),
        ..feed.position()
    };
    if let Err(error) = feed.save_at(position) {
        tracing::warn!(%error, "the callbacks since the last save come again after a restart");
    }
}

/// Delivers events in their order, until no more come or the delivery is stopped.
async fn deliver_all(mut events: Receiver<Event>, finished: Arc<AtomicU64>, delivery: Delivery) {
    let mut order = Order::new();
    let mut attempts = JoinSet::new();
    let mut stopped = delivery.stopped.clone();
    let mut last = finished.load(Ordering::Acquire);
    loop {
        tokio::select! {
            event = events.recv(), if order.len() < WINDOW => {
                let Some(event) = event else { break };
                last = event.position.number;
                if !event.callbacks.is_empty() {
                    order.add(last, users(&event.callbacks), event);
                }
            }
            Some(done) = attempts.join_next() => {
                // An attempt that was stopped stays, so that the cursor does not pass it.
                if let Ok(Some(number)) = done {
                    order.remove(number);
                }
            }
            _ = stopped.wait_for(|is_stopped| *is_stopped) => break,
        }

        for (number, event) in order.take_ready() {
            let delivery = delivery.clone();
            attempts.spawn(async move { delivery.deliver(event).await.then_some(number) });
        }
        let done = order.first().map_or(last, |first| first - 1);
        finished.store(done, Ordering::Release);
        let waiting = i64::try_from(order.len()).unwrap_or(i64::MAX);
        delivery.metrics.callbacks_waiting.set(waiting);
    }
}

impl Delivery {
    /// Delivers an event's callbacks one after the other. Returns whether it is done with them.
    async fn deliver(mut self, event: Event) -> bool {
        for (index, callback) in event.callbacks.iter().enumerate() {
            let id = format!("{}.{index}", event.position);
            if !self.try_long(callback, &id).await {
                return false;
            }
        }
        true
    }

    /// Tries until the app takes a callback or it is given up. Returns `false` if it was stopped.
    async fn try_long(&mut self, callback: &Callback, id: &str) -> bool {
        let (started, [mut pause, longest]) = (Instant::now(), PAUSES);
        loop {
            let sent = self.app.send(callback, "", Some(id), self.time).await;
            let Err(error) = sent else {
                self.metrics.callbacks_sent.inc();
                return true;
            };
            self.metrics.callbacks_failed.inc();
            if self.is_given_up(started, id, &error) {
                return true;
            }

            tokio::select! {
                () = sleep(pause) => {}
                _ = self.stopped.wait_for(|is_stopped| *is_stopped) => return false,
            }
            pause = longest.min(pause * 2);
        }
    }

    fn is_given_up(&self, started: Instant, id: &str, error: &CallbackError) -> bool {
        let is_given_up = self.give_up.is_some_and(|time| started.elapsed() >= time);
        if is_given_up {
            self.metrics.callbacks_given_up.inc();
            tracing::error!(id, %error, "a callback was given up");
        } else {
            tracing::warn!(id, %error, "the app has not taken a callback, which comes again");
        }
        is_given_up
    }
}
