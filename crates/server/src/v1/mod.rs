//! An interface for services: `/v1`.
//!
//! [`ENDPOINTS`] lists what there is. A request is routed, let in by its token, read, and answered
//! by its endpoint; every refusal is a [`Problem`]. `docs/http.md` is for those who use it.

mod backup;
mod changes;
mod decide;
mod endpoint;
mod filters;
mod input;
mod news;
mod openapi;
mod operations;
mod policy;
mod problem;
mod schema;
mod users;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Extension, Request, State as Extract};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use socialgraph_host::Host;
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::time::timeout;

use crate::body::{collect, content_length, drain, hold};
use crate::door::{Budget, Endless, Holder, Peer};
use crate::metrics::Metrics;
use crate::outage::Outage;
use crate::state::State;
use crate::tokens::{Sender, Tokens};

use endpoint::{Answer, Endpoint, Input, Kind};
pub(crate) use news::News;
use problem::{Code, Problem};

/// The endpoints, in the order of the documentation.
static ENDPOINTS: [Endpoint; 15] = [
    Endpoint::query::<decide::Decide>(),
    Endpoint::query::<filters::Audience>(),
    Endpoint::query::<filters::VisibleSenders>(),
    Endpoint::query::<filters::Conflicts>(),
    Endpoint::proposal::<operations::Operate>(),
    Endpoint::query::<users::Users>(),
    Endpoint::query::<users::User>(),
    Endpoint::query::<users::OneList>(),
    Endpoint::query::<users::OneRelation>(),
    Endpoint::query::<policy::GetPolicy>(),
    Endpoint::proposal::<policy::PutPolicy>(),
    Endpoint::query::<users::Here>(),
    Endpoint {
        kind: Kind::Events,
        run: |v1, input| Box::pin(changes::follow(v1, input)),
        ..Endpoint::call::<changes::Changes>()
    },
    Endpoint::update::<backup::Backup>(),
    Endpoint {
        role: None,
        kind: Kind::Document,
        run: |v1, input| Box::pin(std::future::ready(openapi::describe(&v1, &input))),
        ..Endpoint::call::<openapi::Description>()
    },
];

/// The streams that read at a time: fewer than there are threads, so that other work goes on.
pub(crate) const READING: usize = 4;

/// The streams that play the log again at a time.
pub(crate) const REPLAYING: usize = 2;

/// What answers the requests.
pub(crate) struct V1 {
    pub(crate) host: Arc<Host<State>>,
    /// Without tokens, the listeners are on this machine.
    pub(crate) tokens: Option<Arc<Tokens>>,
    /// Who sends if there are no tokens.
    pub(crate) local: Sender,
    /// The bytes of bodies that are read, and of replies that are written.
    pub(crate) bodies: Budget,
    pub(crate) replies: Budget,
    pub(crate) most_body: usize,
    pub(crate) most_reply: usize,
    pub(crate) body_timeout: Duration,
    /// The directory below which backups are made.
    pub(crate) backups: Option<PathBuf>,
    /// Held while a backup is made.
    pub(crate) backing_up: Mutex<()>,
    /// The streams that read at a time, and those that play the log again, each with a state of its
    /// own in memory.
    pub(crate) reading: Semaphore,
    pub(crate) replaying: Arc<Semaphore>,
    pub(crate) news: News,
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) outage: Arc<Outage>,
    pub(crate) description: Bytes,
}

/// Returns the description of the interface.
pub(crate) fn description() -> Bytes {
    // Texts, numbers and lists of them have a JSON form.
    serde_json::to_vec(&openapi::document())
        .unwrap_or_default()
        .into()
}

/// Answers a request, and logs and counts it.
pub(crate) async fn handle(
    Extract(v1): Extract<Arc<V1>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (parts, mut body) = request.into_parts();
    let routed = route(&parts);
    let endpoint = routed.as_ref().ok().copied();
    let answer = match routed {
        Ok(endpoint) => v1.answer(endpoint, &parts, &mut body, peer).await,
        Err(problem) => Err(problem),
    };
    let is_whole = match &answer {
        // The client had its time.
        Err(problem) if problem.code == Code::BodyIncomplete => false,
        _ => drain(&parts.headers, &mut body).await,
    };

    v1.count(endpoint, &answer, started.elapsed());
    let mut response = match answer {
        Ok(response) => response,
        Err(problem) => refusal(&problem, parts.uri.path()),
    };
    if !is_whole {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// Returns the endpoint of a request.
fn route(parts: &Parts) -> Result<&'static Endpoint, Problem> {
    let path = parts.uri.path();
    let mut there = ENDPOINTS.iter().filter(|it| it.path == path).peekable();
    if there.peek().is_none() {
        let detail = "GET /v1/openapi.json lists the endpoints";
        return Err(Problem::new(Code::NoEndpoint, detail));
    }
    there
        .find(|it| it.method.name() == parts.method.as_str())
        .ok_or_else(|| {
            let detail = format!("the endpoint takes {}", methods(path));
            Problem::new(Code::MethodNotAllowed, detail)
        })
}

/// Returns the methods of a path.
fn methods(path: &str) -> String {
    let there = ENDPOINTS.iter().filter(|it| it.path == path);
    let methods: Vec<&str> = there.map(|it| it.method.name()).collect();
    methods.join(", ")
}

impl V1 {
    async fn answer(
        self: &Arc<Self>,
        endpoint: &Endpoint,
        parts: &Parts,
        body: &mut Body,
        peer: Peer,
    ) -> Result<Response, Problem> {
        let sender = match endpoint.role {
            Some(_) => self.let_in(endpoint, &parts.headers, peer)?,
            None => self.local.clone(),
        };
        let holder = sender.holder.clone();
        // A stream has a place of its own kind.
        let _place = match endpoint.kind {
            Kind::Query | Kind::Update { .. } => {
                Some(sender.places.try_request().ok_or_else(|| {
                    let detail = "the token has as many requests under way as it may have";
                    Problem::new(Code::TooManyRequests, detail)
                })?)
            }
            Kind::Document | Kind::Events => None,
        };

        let (bytes, share) = if endpoint.body.is_some() {
            check_content_type(&parts.headers)?;
            self.read(&parts.headers, &holder, body).await?
        } else {
            (Vec::new(), None)
        };
        let input = Input {
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            body: bytes,
            share,
            sender,
        };
        let answer = (endpoint.run)(Arc::clone(self), input).await?;
        self.respond(answer, &holder)
    }

    /// Returns the sender of a request who may ask for an endpoint.
    fn let_in(
        &self,
        endpoint: &Endpoint,
        headers: &HeaderMap,
        Peer(address): Peer,
    ) -> Result<Sender, Problem> {
        let Some(tokens) = &self.tokens else {
            check_host(headers, address)?;
            return Ok(self.local.clone());
        };
        let sender = tokens.sender(headers).ok_or_else(|| {
            let detail = "a known token is needed, in a header Authorization: Bearer TOKEN";
            Problem::new(Code::TokenNeeded, detail)
        })?;
        match endpoint.role {
            Some(role) if sender.role < role => {
                let detail = format!(
                    "{} needs the role {role}, and the token has {}",
                    endpoint.path, sender.role
                );
                Err(Problem::new(Code::RoleTooLow, detail))
            }
            _ => Ok(sender),
        }
    }

    /// Reads a body.
    async fn read(
        &self,
        headers: &HeaderMap,
        holder: &Holder,
        body: &mut Body,
    ) -> Result<(Vec<u8>, Option<crate::door::Share>), Problem> {
        let most = self.most_body;
        let too_large = || {
            let detail = format!("{most} bytes are the most");
            Problem::new(Code::BodyTooLarge, detail)
        };
        let length = content_length(headers);
        if length.is_some_and(|length| length > most as u64) {
            return Err(too_large());
        }
        let collecting = collect(body, length, most, &self.bodies, holder);
        let collected = timeout(self.body_timeout, collecting).await.ok().flatten();
        let (bytes, share) = collected.ok_or_else(|| {
            let detail = "the body broke off, or took too long";
            Problem::new(Code::BodyIncomplete, detail)
        })?;
        if bytes.len() > most {
            return Err(too_large());
        }
        Ok((bytes, share))
    }

    fn respond(&self, answer: Answer, holder: &Holder) -> Result<Response, Problem> {
        match answer {
            Answer::Json { bytes, due } => {
                let bytes = hold(bytes, &self.replies, holder, due).ok_or_else(|| {
                    self.metrics.replies_dropped.inc();
                    Problem::new(Code::NoRoom, "too many replies wait for their clients")
                })?;
                let headers = [
                    (CONTENT_TYPE, "application/json"),
                    (CACHE_CONTROL, "no-store"),
                ];
                Ok((headers, Body::from(bytes)).into_response())
            }
            Answer::Document(bytes) => {
                let headers = [(CONTENT_TYPE, "application/json")];
                Ok((headers, Body::from(bytes)).into_response())
            }
            Answer::Events(body) => {
                let headers = [
                    (CONTENT_TYPE, "text/event-stream"),
                    (CACHE_CONTROL, "no-store"),
                    // Nothing follows on the connection.
                    (CONNECTION, "close"),
                ];
                Ok((headers, Extension(Endless), body).into_response())
            }
        }
    }

    /// Counts a request, and logs what an operator has to know.
    fn count(
        &self,
        endpoint: Option<&Endpoint>,
        answer: &Result<Response, Problem>,
        took: Duration,
    ) {
        let path = endpoint.map_or("other", |it| it.path);
        let code = match answer {
            Ok(_) => "ok",
            Err(problem) => problem.code.name(),
        };
        self.metrics.count_v1(path, code, took);
        let micros = took.as_micros();
        match answer {
            Ok(_) => tracing::info!(path, code, micros),
            Err(problem) => match problem.code {
                Code::OutcomeUnknown | Code::Internal => {
                    tracing::error!(path, code, micros, %problem);
                }
                _ => tracing::info!(path, code, micros, %problem),
            },
        }
    }

    /// Logs that updates are refused, once in a while.
    fn log_outage(&self, problem: &Problem) {
        if problem.code == Code::Unavailable && self.outage.begins() {
            tracing::error!(%problem, "updates are refused");
        }
    }

    fn outage_ends(&self) {
        if self.outage.ends() {
            tracing::warn!("updates are taken again");
        }
    }
}

/// Checks that a body is declared as JSON. Web pages cannot declare that without being asked for
/// leave, so that none writes to a server on its reader's machine.
fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let value = String::from_utf8_lossy(value.unwrap_or_default());
    let kind = value.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "the body has to be application/json";
    Err(Problem::header(
        Code::WrongContentType,
        "Content-Type",
        detail,
    ))
}

/// Checks that a request without a token is meant for this machine. A name of the internet that is
/// made to lead here would let a web page read.
fn check_host(headers: &HeaderMap, address: Option<IpAddr>) -> Result<(), Problem> {
    let Some(value) = headers.get(HOST) else {
        return Ok(());
    };
    let host = String::from_utf8_lossy(value.as_bytes());
    // A Unix socket has no name.
    if address.is_none() || names_this_machine(&host) {
        return Ok(());
    }
    let detail = "without tokens, the host is localhost or a loopback address";
    Err(Problem::header(Code::WrongHost, "Host", detail))
}

/// Returns whether a host, with its port or without, is this machine.
fn names_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Returns the response with a problem.
fn refusal(problem: &Problem, path: &str) -> Response {
    let code = problem.code;
    let headers = [
        (CONTENT_TYPE, "application/problem+json"),
        (CACHE_CONTROL, "no-store"),
    ];
    let mut response = (code.status(), headers, problem.json()).into_response();
    let headers = response.headers_mut();
    if let Some((name, value)) = code.header() {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if code == Code::MethodNotAllowed
        && let Ok(methods) = HeaderValue::from_str(&methods(path))
    {
        headers.insert(ALLOW, methods);
    }
    response
}
