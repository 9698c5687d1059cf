//! What an endpoint is: its place, its types, and what runs it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use socialgraph_host::Position;
use tokio::task::{JoinError, spawn_blocking};

use super::V1;
use super::input::{read_body, read_query};
use super::problem::{Code, Problem};
use super::schema::PositionText;
use crate::body::{Due, SMALL};
use crate::door::Share;
use crate::state::State;
use crate::tokens::{Role, Sender};

/// The method of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Put,
}

impl Verb {
    /// Returns the name as requests have it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// What all endpoints have.
pub(super) trait Call: Send + 'static {
    const METHOD: Verb;
    const PATH: &'static str;
    const ROLE: Role;
    /// A line, and what a reader has to know beside it.
    const SUMMARY: &'static str;
    const DESCRIPTION: &'static str = "";
    /// The codes of problems that only some endpoints have.
    const CODES: &'static [Code] = &[];
    /// Whether a query's reply may be long: with many names, or with a long one.
    const HAS_LONG_REPLIES: bool = false;
    type Parameters: Parameters;
    type Body: DeserializeOwned + JsonSchema + Send;
    type Reply: Serialize + JsonSchema + Send;
}

/// The parameters of a query.
pub(super) trait Parameters: DeserializeOwned + JsonSchema + Send {
    /// Returns the position that the answer has to know of, if one is named.
    fn at_least(&self) -> Option<Position> {
        None
    }
}

/// An endpoint that reads the state.
pub(super) trait Query: Call {
    fn run(
        state: &State,
        parameters: Self::Parameters,
        body: Self::Body,
    ) -> Result<Self::Reply, Problem>;
}

/// An endpoint that changes something. It returns where it did.
pub(super) trait Update: Call {
    fn run(
        v1: Arc<V1>,
        request: Request<Self>,
    ) -> impl Future<Output = Result<(Position, Self::Reply), Problem>> + Send;
}

/// A request of a call, read.
pub(super) struct Request<C: Call + ?Sized> {
    pub(super) parameters: C::Parameters,
    pub(super) body: C::Body,
    pub(super) headers: HeaderMap,
    pub(super) sender: Sender,
}

/// A request whose body has come.
pub(super) struct Input {
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The body's share of the budget.
    pub(super) share: Option<Share>,
    pub(super) sender: Sender,
}

/// What an endpoint returns.
pub(super) enum Answer {
    Json {
        bytes: Vec<u8>,
        due: Due,
    },
    /// A document that is always the same.
    Document(Bytes),
    /// Events, which go on.
    Events(Body),
}

type Running = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;
type MakeSchema = fn(&mut SchemaGenerator) -> Schema;

/// An endpoint, for those who route and describe it.
pub(super) struct Endpoint {
    pub(super) method: Verb,
    pub(super) path: &'static str,
    /// `None` needs no token.
    pub(super) role: Option<Role>,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) codes: &'static [Code],
    pub(super) has_long_replies: bool,
    pub(super) kind: Kind,
    pub(super) parameters: MakeSchema,
    /// `None` has no body.
    pub(super) body: Option<MakeSchema>,
    pub(super) reply: MakeSchema,
    pub(super) run: fn(Arc<V1>, Input) -> Running,
}

/// What an endpoint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Query,
    /// It takes an `Idempotency-Key` if the log has it.
    Update {
        is_logged: bool,
    },
    Document,
    Events,
}

/// The codes that every endpoint has, and those of some.
const COMMON: [Code; 2] = [Code::Malformed, Code::Invalid];
const WITH_ROLE: [Code; 4] = [
    Code::TokenNeeded,
    Code::RoleTooLow,
    Code::WrongHost,
    Code::TooManyRequests,
];
const WITH_BODY: [Code; 4] = [
    Code::Internal,
    Code::BodyIncomplete,
    Code::BodyTooLarge,
    Code::WrongContentType,
];
const OF_QUERIES: [Code; 3] = [Code::Behind, Code::PositionGone, Code::Internal];
const OF_LONG_REPLIES: [Code; 2] = [Code::ReplyTooLarge, Code::NoRoom];
const OF_PROPOSALS: [Code; 6] = [
    Code::AlreadyDone,
    Code::KeyTooOld,
    Code::KeyOfOtherHistory,
    Code::KeyReused,
    Code::OutcomeUnknown,
    Code::Unavailable,
];

impl Endpoint {
    pub(super) const fn query<Q: Query>() -> Self {
        Self {
            kind: Kind::Query,
            run: |v1, input| Box::pin(query::<Q>(v1, input)),
            ..Self::call::<Q>()
        }
    }

    /// Returns an endpoint whose updates are entries of the log.
    pub(super) const fn proposal<U: Update>() -> Self {
        Self {
            kind: Kind::Update { is_logged: true },
            ..Self::update::<U>()
        }
    }

    pub(super) const fn update<U: Update>() -> Self {
        Self {
            kind: Kind::Update { is_logged: false },
            run: |v1, input| Box::pin(update::<U>(v1, input)),
            ..Self::call::<U>()
        }
    }

    /// Returns what all endpoints of a call have in common.
    pub(super) const fn call<C: Call>() -> Self {
        let is_read = matches!(C::METHOD, Verb::Get);
        Self {
            method: C::METHOD,
            path: C::PATH,
            role: Some(C::ROLE),
            summary: C::SUMMARY,
            description: C::DESCRIPTION,
            codes: C::CODES,
            has_long_replies: C::HAS_LONG_REPLIES,
            kind: Kind::Query,
            parameters: C::Parameters::json_schema,
            body: if is_read {
                None
            } else {
                Some(SchemaGenerator::subschema_for::<C::Body>)
            },
            reply: SchemaGenerator::subschema_for::<Positioned<C::Reply>>,
            run: |_, _| Box::pin(async { Err(Problem::new(Code::Internal, "nothing runs it")) }),
        }
    }

    /// Returns the codes of the problems that the endpoint may answer with, in order.
    pub(super) fn all_codes(&self) -> Vec<Code> {
        let mut codes = self.codes.to_vec();
        codes.extend(COMMON);
        if self.role.is_some() {
            codes.extend(WITH_ROLE);
        }
        if self.body.is_some() {
            codes.extend(WITH_BODY);
        }
        if self.has_long_replies {
            codes.extend(OF_LONG_REPLIES);
        }
        match self.kind {
            Kind::Query => codes.extend(OF_QUERIES),
            Kind::Update { is_logged: true } => codes.extend(OF_PROPOSALS),
            Kind::Update { is_logged: false } | Kind::Document | Kind::Events => {}
        }
        codes.sort();
        codes.dedup();
        codes
    }
}

/// A reply with the position of the state that gave it, or of the entry that it is about.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{R}Reply")]
struct Positioned<R> {
    /// The position of the state that answered, or of the entry that was made.
    #[schemars(with = "PositionText")]
    position: Position,
    #[serde(flatten)]
    reply: R,
}

/// Answers a query. What may be long moves to a thread for long work.
async fn query<Q: Query>(v1: Arc<V1>, input: Input) -> Result<Answer, Problem> {
    let parameters: Q::Parameters = read_query(&input.query)?;
    let is_brief = Q::METHOD == Verb::Post && input.body.len() <= SMALL;
    let body = read::<Q>(input.body, input.share).await?;
    if let Some(position) = parameters.at_least() {
        v1.news.wait(position).await?;
    }

    let answer = move || {
        let reader = v1.host.reader();
        let position = reader.position();
        let reply = Q::run(&reader, parameters, body)?;
        let bytes = write(&Positioned { position, reply }, v1.most_reply)?;
        let due = Due::IfItFits;
        Ok(Answer::Json { bytes, due })
    };
    if is_brief {
        return answer();
    }
    let answer = spawn_blocking(answer).await;
    answer.map_err(|error| internal(&error))?
}

/// Carries an update out.
async fn update<U: Update>(v1: Arc<V1>, input: Input) -> Result<Answer, Problem> {
    let request = Request {
        parameters: read_query(&input.query)?,
        body: read::<U>(input.body, input.share).await?,
        headers: input.headers,
        sender: input.sender,
    };
    let (position, reply) = U::run(v1, request).await?;
    let bytes = write(&Positioned { position, reply }, usize::MAX)?;
    let due = Due::Owed;
    Ok(Answer::Json { bytes, due })
}

/// Reads the body of a call, if it has one, and gives its share back.
async fn read<C: Call>(bytes: Vec<u8>, share: Option<Share>) -> Result<C::Body, Problem> {
    if C::METHOD == Verb::Get {
        return read_body(b"{}");
    }
    if bytes.len() <= SMALL {
        return read_body(&bytes);
    }
    let reading = spawn_blocking(move || {
        let body = read_body(&bytes);
        drop(share);
        body
    });
    reading.await.map_err(|error| internal(&error))?
}

/// The problem of work that panicked. What it said is the log's.
pub(super) fn internal(error: &JoinError) -> Problem {
    tracing::error!(%error, "a request panicked");
    Problem::new(Code::Internal, "the log of the server says why")
}

/// Returns a reply as JSON, unless it has more than these bytes.
fn write(reply: &impl Serialize, most: usize) -> Result<Vec<u8>, Problem> {
    // Texts, numbers and lists of them have a JSON form.
    let bytes = serde_json::to_vec(reply).unwrap_or_default();
    if bytes.len() > most {
        let detail = format!(
            "the reply has {} bytes, and {most} are the most: ask for less at once",
            bytes.len()
        );
        return Err(Problem::new(Code::ReplyTooLarge, detail));
    }
    Ok(bytes)
}

/// The parameters, the body or the reply of a call that has none.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// No parameters.
impl Parameters for Nothing {}

/// Declares the parameters of a query, each with `at_least`.
macro_rules! parameters {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$attribute:meta])* $field:ident: $type:ty, )* } )+) => {$(
        $(#[$doc])*
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $( $(#[$attribute])* $field: $type, )*
            /// The answer knows of everything up to this position: a position that another reply
            /// named. It waits up to 2 s for it.
            #[schemars(with = "Option<crate::v1::schema::PositionText>")]
            at_least: Option<socialgraph_host::Position>,
        }

        impl crate::v1::endpoint::Parameters for $name {
            fn at_least(&self) -> Option<socialgraph_host::Position> {
                self.at_least
            }
        }
    )+};
}
pub(super) use parameters;

parameters! {
    /// The parameter of queries that need no other.
    Fresh {}
}
