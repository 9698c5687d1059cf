//! The vendor's interface: a call is admitted, then answered from the state or put in the log.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::Body;
use axum::extract::{Extension, Request, State as Extract};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CONNECTION, CONTENT_TYPE,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use socialgraph_host::{Halt, Host, ProposeError};
use socialgraph_tim::{Admission, Call, Command, Gateway, Head, Reply, UpdateCall};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::body::{Due, SMALL, collect, content_length, drain, hold};
use crate::callbacks::Before;
use crate::door::{Budget, Holder, Peer};
use crate::metrics::Metrics;
use crate::outage::Outage;
use crate::state::{Entry, Outcome, State};

/// The characters of a method in the log.
const MOST_METHOD: usize = 20;

/// What answers the vendor's calls.
pub(crate) struct V4 {
    pub(crate) gateway: Gateway,
    pub(crate) host: Arc<Host<State>>,
    pub(crate) before: Option<Before>,
    /// The bytes of bodies that are read, and of replies that are written.
    pub(crate) bodies: Budget,
    pub(crate) replies: Budget,
    pub(crate) body_timeout: Duration,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) outage: Arc<Outage>,
}

/// Why there is no reply with a code.
#[derive(Debug)]
enum NoReply {
    /// The body broke off or took too long, so the request is not carried out.
    NoBody,
    /// Too many replies wait for their clients. The request is a query.
    NoRoom,
    /// The state takes no entries.
    Unavailable(Halt),
    /// The request may or may not be carried out.
    Unknown(String),
}

/// A call whose body is read: its reply if it is a query or refused.
enum Step {
    Reply(Reply),
    Update(UpdateCall),
}

/// Answers a call, and logs and counts it.
pub(crate) async fn handle(
    Extract(v4): Extract<Arc<V4>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (parts, mut body) = request.into_parts();
    let command = Command::from_path(parts.uri.path());
    if parts.method == Method::CONNECT {
        // Status 200 would mean that a tunnel stands.
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let answer = v4.answer(&parts, &mut body, peer).await;
    let took = started.elapsed();

    let is_whole = match &answer {
        // The client had its time.
        Err(NoReply::NoBody) => false,
        _ => drain(&parts.headers, &mut body).await,
    };
    let mut response = match answer {
        Ok((reply, body)) => {
            v4.metrics.count(command, &reply, took);
            log(&parts, &reply, took);
            success(body)
        }
        Err(error) => v4.failure(command, &error),
    };
    if !is_whole {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// Returns the response with a reply. It has the vendor's headers, and status 200 for every code.
fn success(body: Bytes) -> Response {
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
    /// Returns the reply to a request, and its body.
    async fn answer(
        self: &Arc<Self>,
        parts: &Parts,
        body: &mut Body,
        peer: Peer,
    ) -> Result<(Reply, Bytes), NoReply> {
        let now = SystemTime::now();
        let head = Head {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            content_length: content_length(&parts.headers),
        };
        let admission = match self.gateway.admit_head(&head, now) {
            Ok(admission) => admission,
            Err(mut refusal) => {
                let bytes = mem::take(&mut refusal.body).into();
                return Ok((refusal, bytes));
            }
        };

        let due = if admission.command().is_update() {
            Due::Owed
        } else {
            Due::IfItFits
        };
        let holder = Holder::Account(admission.caller().identifier().to_owned());
        let reading = self.read(admission, head.content_length, body, &holder, now);
        let mut reply = match reading.await? {
            Step::Reply(reply) => reply,
            Step::Update(call) => self.update(call, peer, now).await?,
        };
        let bytes = mem::take(&mut reply.body);
        let bytes = hold(bytes, &self.replies, &holder, due);
        Ok((reply, bytes.ok_or(NoReply::NoRoom)?))
    }

    /// Reads the body of an admitted call, and answers a query.
    ///
    /// What may be long moves to a thread for long work, once for body and query together.
    async fn read(
        &self,
        admission: Admission,
        length: Option<u64>,
        body: &mut Body,
        holder: &Holder,
        now: SystemTime,
    ) -> Result<Step, NoReply> {
        let most = admission.max_body_bytes();
        let collecting = collect(body, length, most, &self.bodies, holder);
        let collected = timeout(self.body_timeout, collecting).await.ok().flatten();
        let (bytes, share) = collected.ok_or(NoReply::NoBody)?;

        let is_brief = bytes.len() <= SMALL && is_brief(admission.command());
        let host = Arc::clone(&self.host);
        let step = move || {
            let step = step(&host, admission, &bytes, now);
            drop(share);
            step
        };
        if is_brief {
            return Ok(step());
        }
        let step = spawn_blocking(step).await;
        step.map_err(|error| NoReply::Unknown(error.to_string()))
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
            Ok(answer) => {
                if self.outage.ends() {
                    tracing::warn!("updates are taken again");
                }
                match answer.outcome {
                    Outcome::Call(reply) => Ok(reply),
                    other => Err(NoReply::Unknown(format!("{other:?}"))),
                }
            }
            Err(ProposeError::NotInLog(halt)) => Err(NoReply::Unavailable(halt)),
            Err(error) => Err(NoReply::Unknown(error.to_string())),
        }
    }
}

/// Reads the body of a call, and answers it if it is a query.
fn step(host: &Host<State>, admission: Admission, bytes: &[u8], now: SystemTime) -> Step {
    match admission.read(bytes) {
        Ok(Call::Query(call)) => Step::Reply(host.reader().service().handle_query(&call, now)),
        Ok(Call::Update(call)) => Step::Update(call),
        Err(refusal) => Step::Reply(refusal),
    }
}

/// Returns whether a command's small body leads to little work at once: an update's work comes
/// later, and the reply to these queries is small as well.
const fn is_brief(command: Command) -> bool {
    command.is_update()
        || matches!(
            command,
            Command::AccountCheck
                | Command::BlackListCheck
                | Command::FriendCheck
                | Command::SendMessage
        )
}

impl V4 {
    /// Logs and counts a call without a reply, and returns its response.
    fn failure(&self, command: Option<Command>, error: &NoReply) -> Response {
        let (status, text) = error.status();
        self.metrics.count_failure(command, status.as_u16());
        let command = command.map_or("-", Command::name);
        match error {
            NoReply::NoBody => tracing::warn!(command, "the body did not come to its end"),
            NoReply::NoRoom => {
                self.metrics.replies_dropped.inc();
                tracing::warn!(command, "too many replies wait for their clients");
            }
            NoReply::Unavailable(halt) if self.outage.begins() => {
                tracing::error!(command, %halt, "updates are refused");
            }
            NoReply::Unavailable(_) => {}
            NoReply::Unknown(error) => {
                tracing::error!(
                    command,
                    error,
                    "it is unknown whether a request was carried out"
                );
            }
        }
        (status, text).into_response()
    }
}

impl NoReply {
    /// Returns the status, and the text for people. 503 says that nothing was carried out.
    const fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoBody => (StatusCode::REQUEST_TIMEOUT, "the body did not come\n"),
            Self::NoRoom => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too many replies wait for their clients\n",
            ),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "no updates are taken\n"),
            Self::Unknown(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "it is unknown whether the request was carried out\n",
            ),
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
