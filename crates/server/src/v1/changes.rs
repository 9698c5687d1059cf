//! Changes as server-sent events.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use hyper::body::Frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use socialgraph_host::{Feed, FeedError, FeedItem, ParsePositionError, Position};
use socialgraph_tim::Change;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until, timeout};

use super::V1;
use super::endpoint::{Answer, Call, Input, Nothing, Parameters, Verb, internal};
use super::input::{read_header, read_query};
use super::problem::{Code, Problem};
use super::schema::{ChangeForm, PositionText};
use crate::door::FREE;
use crate::state::{Entry, Outcome, State};
use crate::tokens::{Role, Sender};

/// The time between two heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// About how many bytes of events are read at once, and how many such parts wait for a slow client.
const PART: usize = 64 << 10;
const PARTS: usize = 2;

const LAST_EVENT_ID: &str = "Last-Event-ID";

/// `GET /v1/changes`.
pub(super) struct Changes;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangesParameters {
    /// The changes begin behind this position. Without it, they begin now.
    #[schemars(with = "Option<PositionText>")]
    after: Option<Position>,
}

impl Parameters for ChangesParameters {}

/// The data of an event: what one entry of the log changed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangesEvent")]
pub(super) struct Event<'a> {
    #[schemars(with = "PositionText")]
    position: Position,
    /// When it happened: milliseconds since the Unix epoch.
    time: u64,
    source: Source,
    /// In the order in which they happened. None if everything was refused.
    #[schemars(with = "Vec<ChangeForm>")]
    changes: &'a [Change],
}

/// What made an entry.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ChangesSource")]
enum Source {
    /// Operations of this interface.
    Operations,
    /// A call of the vendor's interface.
    Call,
    /// The server's own settings.
    Settings,
}

/// The data of the first event.
#[derive(Serialize)]
struct Start {
    position: Position,
}

impl Call for Changes {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/changes";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Follow the changes, as server-sent events";
    const DESCRIPTION: &'static str = "The first event is `start`: its id is the position behind which the changes begin. Each \
         further event has the position of an entry as its id, and what the entry changed as its \
         data; an id without data says that nothing else is up to there. A comment comes every \
         15 s if nothing else does. `Last-Event-ID` takes up where a \
         client stopped, and counts before `after`. If the server cannot go on, the last event is \
         `problem`. A position of another history, of the future, or from which the log is not \
         kept is the problem `position_gone`: read the lists anew, and follow from its position.";
    const CODES: &'static [Code] = &[Code::PositionGone, Code::Unavailable, Code::Internal];
    type Parameters = ChangesParameters;
    type Body = Nothing;
    type Reply = Nothing;
}

/// Begins a stream.
pub(super) async fn follow(v1: Arc<V1>, input: Input) -> Result<Answer, Problem> {
    let parameters: ChangesParameters = read_query(&input.query)?;
    let place = input.sender.places.try_stream().ok_or_else(|| {
        Problem::new(
            Code::TooManyRequests,
            "the token has as many streams as it may have",
        )
    })?;
    let after = match last_event_id(&input)? {
        Some(position) => Some(position),
        None => parameters.after,
    };

    let host = Arc::clone(&v1.host);
    let opening = spawn_blocking(move || {
        let here = host.position();
        host.feed(after.unwrap_or(here))
            .map_err(|error| Problem::of_feed(&error, here))
    });
    let feed = opening.await.map_err(|error| internal(&error))??;

    let (parts, receiver) = mpsc::channel(PARTS);
    let stream = Stream {
        v1,
        parts,
        sender: input.sender,
        place,
        replaying: None,
    };
    tokio::spawn(stream.run(feed));
    Ok(Answer::Events(Body::new(Parts(receiver))))
}

/// Reads the header. An empty one is as good as none (the standard of server-sent events).
fn last_event_id(input: &Input) -> Result<Option<Position>, Problem> {
    let text = read_header(&input.headers, LAST_EVENT_ID)?;
    let position = text
        .filter(|text| !text.is_empty())
        .map(|text| text.parse());
    position.transpose().map_err(|error: ParsePositionError| {
        Problem::header(Code::Invalid, LAST_EVENT_ID, error.to_string())
    })
}

/// What writes the events of one client.
struct Stream {
    v1: Arc<V1>,
    parts: mpsc::Sender<Bytes>,
    sender: Sender,
    place: OwnedSemaphorePermit,
    /// The leave to play the log again, while the feed does so.
    replaying: Option<OwnedSemaphorePermit>,
}

/// Why a stream ends: the client is gone, or was told why.
struct Ended;

impl Stream {
    /// Writes until the client or its token is gone, the server stops, or the feed fails.
    async fn run(mut self, feed: Feed<State>) {
        let metrics = Arc::clone(&self.v1.metrics);
        metrics.v1_streams.inc();
        let (mut stopping, parts) = (self.v1.stopping.clone(), self.parts.clone());
        let mut sender = self.sender.clone();
        tokio::select! {
            Ended = self.write(feed) => {}
            () = parts.closed() => {}
            () = sender.revoked() => {}
            _ = stopping.wait_for(|is_stopping| *is_stopping) => {}
        }
        metrics.v1_streams.dec();
        drop(self.place);
    }

    async fn write(&mut self, mut feed: Feed<State>) -> Ended {
        let position = feed.position();
        let start = event(Some("start"), Some(position), &Start { position });
        if let Err(ended) = self.send(start).await {
            return ended;
        }
        let mut heartbeat = Instant::now() + HEARTBEAT;
        let mut told = position;
        loop {
            let part;
            (feed, part) = match self.read(feed).await {
                Ok(read) => read,
                Err(ended) => return ended,
            };
            // A request that was repeated has a number, and no event.
            let is_beyond = part.is_empty() && feed.position() != told;
            told = feed.position();
            let sent = if is_beyond {
                self.send(format!("id: {told}\n\n").into_bytes()).await
            } else if part.is_empty() {
                tokio::select! {
                    () = self.v1.news.beyond(feed.position().number) => continue,
                    () = sleep_until(heartbeat) => self.send(b":\n\n".to_vec()).await,
                }
            } else {
                self.send(part).await
            };
            if let Err(ended) = sent {
                return ended;
            }
            heartbeat = Instant::now() + HEARTBEAT;
        }
    }

    /// Reads the next part, which is empty if nothing is there.
    ///
    /// Few streams read at a time, and fewer play the log again: the others wait for their turn.
    async fn read(&mut self, mut feed: Feed<State>) -> Result<(Feed<State>, Vec<u8>), Ended> {
        if !feed.replays() {
            self.replaying = None;
        } else if self.replaying.is_none() {
            self.replaying = Some(self.leave_to_replay().await?);
        }
        // It is closed at no time.
        let _turn = self.v1.reading.acquire().await;
        let reading = spawn_blocking(move || {
            let part = read(&mut feed);
            (feed, part)
        });
        match reading.await {
            Ok((feed, Ok(part))) => Ok((feed, part)),
            Ok((_, Err(error))) => {
                let here = self.v1.host.position();
                Err(self.fail(&Problem::of_feed(&error, here)).await)
            }
            Err(error) => Err(self.fail(&internal(&error)).await),
        }
    }

    /// Waits for the leave to play the log again, with heartbeats.
    async fn leave_to_replay(&self) -> Result<OwnedSemaphorePermit, Ended> {
        let waiting = Arc::clone(&self.v1.replaying).acquire_owned();
        let mut waiting = std::pin::pin!(waiting);
        loop {
            match timeout(HEARTBEAT, &mut waiting).await {
                Ok(leave) => return leave.map_err(|_| Ended),
                Err(_) => self.send(b":\n\n".to_vec()).await?,
            }
        }
    }

    /// Writes that the stream cannot go on.
    async fn fail(&self, problem: &Problem) -> Ended {
        // If the client is gone, it need not know.
        let _ = self
            .send(event(Some("problem"), None, &problem.text()))
            .await;
        Ended
    }

    /// Hands a part to the connection. A long one takes a share of the budget of replies, or waits
    /// for it.
    async fn send(&self, bytes: Vec<u8>) -> Result<(), Ended> {
        let length = bytes.len();
        let bytes = if length > FREE {
            let length = length.min(self.v1.most_reply);
            let share = self.v1.replies.share(&self.sender.holder, length).await;
            share.hold(bytes)
        } else {
            bytes.into()
        };
        self.parts.send(bytes).await.map_err(|_| Ended)
    }
}

/// Reads what is there, up to about a part.
fn read(feed: &mut Feed<State>) -> Result<Vec<u8>, FeedError> {
    let mut part = Vec::new();
    while part.len() < PART {
        match feed.next(Duration::ZERO) {
            Ok(Some(item)) => part.extend(of_item(&item)),
            Ok(None) => break,
            // What is read already goes first.
            Err(_) if !part.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(part)
}

/// Returns the event of an entry.
fn of_item(item: &FeedItem<Entry, Outcome>) -> Vec<u8> {
    let data = Event {
        position: item.position,
        time: item.time,
        source: match item.entry {
            Entry::Operations(_) => Source::Operations,
            Entry::Call(_) => Source::Call,
            Entry::Settings(_) => Source::Settings,
        },
        changes: item.outcome.changes(),
    };
    event(None, Some(item.position), &data)
}

/// Returns an event. JSON has no line breaks, so the data are one line.
fn event(name: Option<&str>, id: Option<Position>, data: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory fails for nothing that has a JSON form.
    if let Some(name) = name {
        let _ = writeln!(bytes, "event: {name}");
    }
    if let Some(id) = id {
        let _ = writeln!(bytes, "id: {id}");
    }
    bytes.extend(b"data: ");
    let _ = serde_json::to_writer(&mut bytes, data);
    bytes.extend(b"\n\n");
    bytes
}

/// The parts of a stream as a body.
struct Parts(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let part = self.0.poll_recv(context);
        part.map(|part| part.map(|bytes| Ok(Frame::data(bytes))))
    }
}
