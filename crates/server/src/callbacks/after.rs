//! After-callbacks: what entries did goes to the app, at least once.
//!
//! A thread reads the feed, and a task delivers. The feed's cursor is behind each entry that the
//! app has not taken: after a crash they come again, with the same ids.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{io, mem, thread};

use socialgraph_host::{Feed, ItemOf, Position};
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::attempts::{Attempts, Ended};
use super::order::{Order, users};
use super::reading::Reading;
use super::{App, CallbackError, Message};
use crate::metrics::Metrics;
use crate::options::Callbacks;
use crate::state::State;

/// The bytes of entries that wait in memory, from which on no more are read from the log. Entries
/// of a user whose callbacks the app does not take wait here, and those of others go past them.
const MOST_BYTES: usize = 64 << 20;

/// The entries that are tried at once: requests, and the pauses between them.
const MOST_TRIED: usize = 1_024;

/// The requests at once.
const MOST_REQUESTS: usize = 256;

/// The entries between the thread that reads and the task. They may be large.
const HANDED_ON: usize = 16;

/// The pauses between attempts: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(60)];

/// The time that the reader of the feed has to end.
const ENDING: Duration = Duration::from_secs(1);

/// The callbacks of an entry.
pub(super) struct Event {
    position: Position,
    time: u64,
    users: HashSet<String>,
    messages: Vec<Message>,
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
    requests: Arc<Semaphore>,
    stopped: watch::Receiver<bool>,
}

/// What waits and what is under way.
struct Work {
    order: Order<Arc<Event>>,
    attempts: Attempts,
    /// The number of the last entry that was read.
    last: u64,
    delivery: Delivery,
}

impl Event {
    pub(super) fn new(item: ItemOf<State>, sdkappid: u64) -> Self {
        let callbacks = item.outcome.callbacks();
        // The log keeps no address of a client.
        let message = |callback| Message::new(callback, sdkappid, "");
        Self {
            position: item.position,
            time: item.time,
            users: users(&callbacks),
            messages: callbacks.iter().map(message).collect(),
        }
    }

    /// Returns what stands for a position without an entry.
    pub(super) fn empty(position: Position) -> Self {
        Self {
            position,
            time: 0,
            users: HashSet::new(),
            messages: Vec::new(),
        }
    }

    pub(super) const fn number(&self) -> u64 {
        self.position.number
    }

    fn bytes(&self) -> usize {
        let names: usize = self.users.iter().map(String::len).sum();
        self.messages.iter().map(Message::bytes).sum::<usize>() + names
    }
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
            metrics: Arc::clone(&metrics),
            requests: Arc::new(Semaphore::new(MOST_REQUESTS)),
            stopped,
        };
        let last = feed.position().number;
        metrics.callbacks.note(last, None);

        let (events, received) = mpsc::channel(HANDED_ON);
        let is_ending = Arc::new(AtomicBool::new(false));
        let reading = Reading::new(
            feed,
            delivery.app.sdkappid,
            events,
            metrics,
            Arc::clone(&is_ending),
        );
        let reading = thread::Builder::new()
            .name("callbacks".to_owned())
            .spawn(move || reading.run())?;
        tokio::spawn(Work::new(last, delivery).run(received));
        Ok(Self {
            is_ending,
            stop,
            reading,
        })
    }

    /// Ends the delivery. What the app has not taken comes at the next start.
    ///
    /// A reader that plays a long log is not waited for: it ends with the process.
    pub(crate) async fn end(self) {
        self.is_ending.store(true, Ordering::Relaxed);
        // The task may have ended.
        let _ = self.stop.send(true);
        let ending = async {
            while !self.reading.is_finished() {
                sleep(ENDING / 50).await;
            }
        };
        if timeout(ENDING, ending).await.is_err() {
            tracing::warn!("the callbacks since the last save come again after the restart");
        }
    }
}

impl Work {
    fn new(last: u64, delivery: Delivery) -> Self {
        Self {
            order: Order::new(),
            attempts: Attempts::default(),
            last,
            delivery,
        }
    }

    /// Delivers events in their order, until no more come or the delivery is stopped.
    async fn run(mut self, mut events: Receiver<Event>) {
        let mut stopped = self.delivery.stopped.clone();
        loop {
            tokio::select! {
                event = events.recv(), if self.order.bytes() < MOST_BYTES => {
                    let Some(event) = event else { break };
                    self.add(event);
                }
                Some((number, ended)) = self.attempts.next() => self.end(number, ended),
                _ = stopped.wait_for(|is_stopped| *is_stopped) => break,
            }

            while self.attempts.len() < MOST_TRIED
                && let Some(number) = self.order.take_ready()
            {
                self.start(number, Duration::ZERO);
            }
            self.note();
        }
    }

    fn add(&mut self, mut event: Event) {
        self.last = event.number();
        if !event.messages.is_empty() {
            let bytes = event.bytes();
            let users = mem::take(&mut event.users);
            self.order.add(self.last, users, Arc::new(event), bytes);
        }
    }

    /// Starts to deliver an entry after a pause.
    fn start(&mut self, number: u64, pause: Duration) {
        let Some(event) = self.order.get(number).map(Arc::clone) else {
            return;
        };
        let delivery = self.delivery.clone();
        let deliver = async move {
            sleep(pause).await;
            delivery.deliver(&event).await
        };
        self.attempts.start(number, deliver);
    }

    fn end(&mut self, number: u64, ended: Ended) {
        match ended {
            Ended::Done => self.order.remove(number),
            // It stays, so that the cursor does not pass it.
            Ended::Stopped => {}
            Ended::Panicked => {
                self.delivery.metrics.callbacks_failed.inc();
                tracing::error!(number, "a delivery panicked, and is tried again");
                self.start(number, PAUSES[1]);
            }
        }
    }

    /// Notes which entries wait.
    fn note(&self) {
        let progress = &self.delivery.metrics.callbacks;
        match self.order.first() {
            Some((number, event)) => progress.note(number - 1, Some(event.time)),
            None => progress.note(self.last, None),
        }
    }
}

impl Delivery {
    /// Delivers an event's callbacks one after the other. Returns whether it is done with them.
    async fn deliver(mut self, event: &Event) -> bool {
        for (index, message) in event.messages.iter().enumerate() {
            let id = format!("{}.{index}", event.position);
            if !self.try_long(message, &id, event.time).await {
                return false;
            }
        }
        true
    }

    /// Tries until the app takes a callback or it is given up. Returns `false` if it was stopped.
    async fn try_long(&mut self, message: &Message, id: &str, time: u64) -> bool {
        let [mut pause, longest] = PAUSES;
        loop {
            let Err(error) = self.send(message, id).await else {
                self.metrics.callbacks_sent.inc();
                return true;
            };
            self.metrics.callbacks_failed.inc();
            if self.is_given_up(time) {
                self.metrics.callbacks_given_up.inc();
                tracing::error!(id, %error, "a callback was given up");
                return true;
            }
            if pause == PAUSES[0] {
                tracing::warn!(id, %error, "the app has not taken a callback, which comes again");
            } else {
                tracing::debug!(id, %error, "the app has still not taken a callback");
            }

            tokio::select! {
                () = sleep(pause) => {}
                _ = self.stopped.wait_for(|is_stopped| *is_stopped) => return false,
            }
            pause = longest.min(pause * 2);
        }
    }

    /// Sends a callback when fewer requests than the most are under way.
    async fn send(&self, message: &Message, id: &str) -> Result<(), CallbackError> {
        // The semaphore is never closed.
        let _permit = self.requests.acquire().await;
        let sent = self.app.send(message, Some(id), self.time).await;
        sent.map(drop)
    }

    /// Returns whether the entry of a callback is too old, in milliseconds since 1970. A restart
    /// begins no new time.
    fn is_given_up(&self, time: u64) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let age = now.saturating_sub(Duration::from_millis(time));
        self.give_up.is_some_and(|time| age >= time)
    }
}
