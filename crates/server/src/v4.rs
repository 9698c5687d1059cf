//! The vendor's interface: a call is admitted, then answered from the state or put in the log.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::Body;
use axum::extract::{Extension, Request, State as Extract};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CONTENT_LENGTH, CONTENT_TYPE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use socialgraph_host::{Halt, Host, ProposeError};
use socialgraph_tim::{Admission, Call, Command, Gateway, Head, QueryCall, Reply, UpdateCall};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::callbacks::Before;
use crate::door::{Budget, Peer};
use crate::metrics::Metrics;
use crate::state::{Entry, Outcome, State};

/// The bytes of a body that is read and answered in place. A larger one moves to a thread for
/// long work, so that it delays no other request; the move takes longer than a small body.
const SMALL: usize = 4 << 10;

/// The characters of a method in the log.
const MOST_METHOD: usize = 20;

/// What answers the vendor's calls.
pub(crate) struct V4 {
    pub(crate) gateway: Gateway,
    pub(crate) host: Arc<Host<State>>,
    pub(crate) before: Option<Before>,
    pub(crate) budget: Budget,
    pub(crate) body_timeout: Duration,
    pub(crate) metrics: Arc<Metrics>,
}

/// Why there is no reply with a code.
#[derive(Debug)]
enum NoReply {
    /// The body broke off or took too long, so the request is not carried out.
    NoBody,
    /// The state takes no entries.
    Unavailable(Halt),
    /// The request may or may not be carried out.
    Unknown(String),
}

/// Answers a call, and logs and counts it.
pub(crate) async fn handle(
    Extract(v4): Extract<Arc<V4>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let reply = match v4.reply(&parts, body, peer).await {
        Ok(reply) => reply,
        Err(error) => return error.into_response(),
    };

    let took = started.elapsed();
    v4.metrics
        .count(Command::from_path(parts.uri.path()), &reply, took);
    log(&parts, &reply, took);
    let Some(body) = v4.budget.reply(reply.body) else {
        v4.metrics.replies_dropped.inc();
        tracing::warn!("a reply was dropped: too many wait for their clients");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };

    // The vendor's headers. The status is 200 for every code.
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "X-Requested-With, Content-Type",
        ),
        (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
    ];
    (headers, Body::from(body)).into_response()
}

impl V4 {
    /// Returns the reply to a request.
    async fn reply(
        self: &Arc<Self>,
        parts: &Parts,
        body: Body,
        peer: Peer,
    ) -> Result<Reply, NoReply> {
        let now = SystemTime::now();
        let head = Head {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            content_length: content_length(&parts.headers),
        };
        let admission = match self.gateway.admit_head(&head, now) {
            Ok(admission) => admission,
            Err(refusal) => return Ok(refusal),
        };

        let (call, is_small) = match self.read(admission, head.content_length, body).await? {
            Ok(read) => read,
            Err(refusal) => return Ok(refusal),
        };
        match call {
            Call::Query(call) if is_small && is_brief(call.command()) => {
                Ok(self.host.reader().service().handle_query(&call, now))
            }
            Call::Query(call) => self.long_query(call, now).await,
            Call::Update(call) => self.update(call, peer, now).await,
        }
    }

    /// Reads the body of an admitted call. Returns the call, and whether it is small.
    async fn read(
        &self,
        admission: Admission,
        length: Option<u64>,
        body: Body,
    ) -> Result<Result<(Call, bool), Reply>, NoReply> {
        let most = admission.max_body_bytes();
        let expected = length.map_or(most, |length| usize::try_from(length).unwrap_or(most));
        let reading = async {
            let share = self.budget.share(expected.min(most)).await?;
            Some((collect(body, most).await?, share))
        };
        let read = timeout(self.body_timeout, reading).await.ok().flatten();
        let (bytes, _share) = read.ok_or(NoReply::NoBody)?;

        let is_small = bytes.len() <= SMALL;
        let call = if is_small {
            admission.read(&bytes)
        } else {
            let read = spawn_blocking(move || admission.read(&bytes)).await;
            read.map_err(|error| NoReply::Unknown(error.to_string()))?
        };
        Ok(call.map(|call| (call, is_small)))
    }

    /// Answers a query whose reply may be long.
    async fn long_query(&self, call: QueryCall, now: SystemTime) -> Result<Reply, NoReply> {
        let reader = self.host.reader();
        let reply = spawn_blocking(move || reader.service().handle_query(&call, now)).await;
        reply.map_err(|error| NoReply::Unknown(error.to_string()))
    }

    /// Asks the app, puts the call in the log, and returns the reply when it is durable.
    async fn update(
        self: &Arc<Self>,
        mut call: UpdateCall,
        peer: Peer,
        now: SystemTime,
    ) -> Result<Reply, NoReply> {
        if let Some(before) = &self.before
            && let Some(callback) = call.prev_callback(now)
        {
            call.deny(before.ask(callback, peer).await);
        }

        match self.host.propose(Entry::Call(call)).await {
            Ok(answer) => match answer.outcome {
                Outcome::Call(reply) => Ok(reply),
                other => Err(NoReply::Unknown(format!("{other:?}"))),
            },
            Err(ProposeError::NotInLog(halt)) => Err(NoReply::Unavailable(halt)),
            Err(error) => Err(NoReply::Unknown(error.to_string())),
        }
    }
}

/// Returns the length of a body if the head has it.
fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body, and stops soon after the most bytes: such a body is refused.
///
/// Returns `None` if it breaks off.
async fn collect(mut body: Body, most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        bytes.extend_from_slice(frame.ok()?.data_ref().map_or(&[], |data| data));
        if bytes.len() > most {
            break;
        }
    }
    Some(bytes)
}

/// Returns whether a command's reply to a small body is small as well.
const fn is_brief(command: Command) -> bool {
    matches!(
        command,
        Command::AccountCheck
            | Command::BlackListCheck
            | Command::FriendCheck
            | Command::SendMessage
    )
}

impl NoReply {
    fn into_response(self) -> Response {
        match self {
            Self::NoBody => {
                tracing::warn!("the body did not come to its end");
                StatusCode::REQUEST_TIMEOUT.into_response()
            }
            Self::Unavailable(halt) => {
                tracing::error!(%halt, "an update was refused");
                (StatusCode::SERVICE_UNAVAILABLE, "no updates are taken\n").into_response()
            }
            Self::Unknown(error) => {
                tracing::error!(error, "it is unknown whether a request was carried out");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// Logs a request with its code.
fn log(parts: &Parts, reply: &Reply, took: Duration) {
    let (code, micros) = (reply.code.number(), took.as_micros());
    // A client may make one up, of any length.
    let method: String = parts.method.as_str().chars().take(MOST_METHOD).collect();
    let method = method.as_str();
    let command = Command::from_path(parts.uri.path()).map_or("-", Command::name);

    if reply.detail.is_empty() {
        tracing::info!(method, command, code, micros);
    } else {
        tracing::info!(method, command, code, micros, detail = reply.detail);
    }
}
