//! Why a request is not answered: problems in the form of RFC 9457.

use std::fmt;

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use socialgraph::{Reasons, UnknownUser};
use socialgraph_host::{Behind, FeedError, Halt, HistoryError, Position, ProposeError};

use super::schema::{PositionText, ReasonName};

/// Declares [`Code`]. A row has a code, its status, its name and its title.
macro_rules! codes {
    ($( $(#[$doc:meta])* $code:ident = $status:ident $name:literal $title:literal, )+) => {
        /// The code of a problem. Codes stay; further ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Code {
            $( $(#[$doc])* $code, )+
        }

        impl Code {
            /// Returns the name, which clients read.
            pub(crate) const fn name(self) -> &'static str {
                match self { $( Self::$code => $name, )+ }
            }

            /// Returns the status of the response.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $( Self::$code => StatusCode::$status, )+ }
            }

            /// Returns a sentence for people, the same for each problem with this code.
            pub(crate) const fn title(self) -> &'static str {
                match self { $( Self::$code => $title, )+ }
            }
        }
    };
}

codes! {
    Malformed = BAD_REQUEST "malformed" "The request is not well-formed",
    TokenNeeded = UNAUTHORIZED "token_needed" "The request has no known token",
    RoleTooLow = FORBIDDEN "role_too_low" "The token's role does not allow this",
    NoEndpoint = NOT_FOUND "no_endpoint" "There is no such endpoint",
    UnknownUser = NOT_FOUND "unknown_user" "There is no such user",
    MethodNotAllowed = METHOD_NOT_ALLOWED "method_not_allowed" "The endpoint has another method",
    BodyIncomplete = REQUEST_TIMEOUT "body_incomplete" "The body did not come to its end in time",
    NothingDone = CONFLICT "nothing_done" "An operation was refused, so none was done",
    AlreadyDone = CONFLICT "already_done" "The request was carried out before",
    KeyTooOld = CONFLICT "key_too_old" "The key is too old to tell a repetition",
    KeyOfOtherHistory = CONFLICT "key_of_other_history" "The key is of another history",
    BackupRefused = CONFLICT "backup_refused" "The backup was not made",
    PositionGone = GONE "position_gone" "There is nothing to go on from at the position",
    BodyTooLarge = PAYLOAD_TOO_LARGE "body_too_large" "The body is too large",
    WrongContentType = UNSUPPORTED_MEDIA_TYPE "wrong_content_type" "The body is not declared as JSON",
    WrongHost = MISDIRECTED_REQUEST "wrong_host" "The host is not this machine",
    Invalid = UNPROCESSABLE_ENTITY "invalid" "A field, a parameter or a header is not valid",
    KeyReused = UNPROCESSABLE_ENTITY "key_reused" "The key is that of another request",
    ReplyTooLarge = UNPROCESSABLE_ENTITY "reply_too_large" "The reply would be too large",
    TooManyRequests = TOO_MANY_REQUESTS "too_many_requests" "The token has too many requests under way",
    OutcomeUnknown = INTERNAL_SERVER_ERROR "outcome_unknown" "It is unknown whether the request was carried out",
    Internal = INTERNAL_SERVER_ERROR "internal" "The server failed",
    Behind = SERVICE_UNAVAILABLE "behind" "The position was not reached in time",
    Unavailable = SERVICE_UNAVAILABLE "unavailable" "No updates are taken",
    NoRoom = SERVICE_UNAVAILABLE "no_room" "Too many replies wait for their clients",
}

impl Code {
    /// Returns the header, with its value, that every response with the code has.
    pub(super) const fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::TokenNeeded => Some(("WWW-Authenticate", "Bearer")),
            Self::TooManyRequests | Self::NoRoom | Self::Behind => Some(("Retry-After", "1")),
            _ => None,
        }
    }
}

/// What a problem is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// A part of the body, as a JSON Pointer (RFC 6901).
    Pointer(String),
    Parameter(String),
    Header(&'static str),
}

/// Why a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: Code,
    detail: String,
    subject: Option<Subject>,
    reasons: Reasons,
    /// The code of the engine's error behind it.
    error: Option<&'static str>,
    position: Option<Position>,
}

/// A problem as clients read it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem", deny_unknown_fields)]
pub(super) struct ProblemText<'a> {
    /// `urn:socialgraph:problem:` and the code.
    r#type: String,
    /// What the code means.
    title: &'a str,
    /// The status of the response.
    status: u16,
    /// Stable, for programs.
    code: &'a str,
    /// What is wrong with this request, for people.
    detail: &'a str,
    /// The part of the body that is wrong: a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pointer: Option<&'a str>,
    /// The query's parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    parameter: Option<&'a str>,
    /// The header that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    header: Option<&'a str>,
    /// The error of the operation that was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    error: Option<&'a str>,
    /// Every reason of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ReasonName>")]
    reasons: Option<Reasons>,
    /// Where the state is, where the request with the key was carried out, or from where on
    /// changes are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PositionText")]
    position: Option<Position>,
}

impl Problem {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: shortened(plain(detail.into())),
            subject: None,
            reasons: Reasons::EMPTY,
            error: None,
            position: None,
        }
    }

    /// A part of the body is wrong.
    pub(super) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid, detail).at(pointer)
    }

    /// A parameter of the query is wrong.
    pub(super) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let subject = Some(Subject::Parameter(shortened(name.into())));
        Self {
            subject,
            ..Self::new(Code::Invalid, detail)
        }
    }

    /// A header is wrong.
    pub(super) fn header(code: Code, name: &'static str, detail: impl Into<String>) -> Self {
        let subject = Some(Subject::Header(name));
        Self {
            subject,
            ..Self::new(code, detail)
        }
    }

    /// The problem is about a part of the body.
    pub(super) fn at(self, pointer: impl Into<String>) -> Self {
        let subject = Some(Subject::Pointer(shortened(pointer.into())));
        Self { subject, ..self }
    }

    /// The problem is about a parameter of the query.
    pub(super) fn about_parameter(self, name: &str) -> Self {
        let subject = Some(Subject::Parameter(name.to_owned()));
        Self { subject, ..self }
    }

    /// The engine refused an operation.
    pub(super) fn because(self, error: &'static str, reasons: Reasons) -> Self {
        let error = Some(error);
        Self {
            reasons,
            error,
            ..self
        }
    }

    /// A client may go on from a position.
    pub(super) fn with_position(self, position: Position) -> Self {
        let position = Some(position);
        Self { position, ..self }
    }

    /// Returns the problem as clients read it.
    pub(super) fn text(&self) -> ProblemText<'_> {
        let (mut pointer, mut parameter, mut header) = (None, None, None);
        match &self.subject {
            Some(Subject::Pointer(it)) => pointer = Some(it.as_str()),
            Some(Subject::Parameter(it)) => parameter = Some(it.as_str()),
            Some(Subject::Header(it)) => header = Some(*it),
            None => {}
        }
        ProblemText {
            r#type: format!("urn:socialgraph:problem:{}", self.code.name()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            code: self.code.name(),
            detail: &self.detail,
            pointer,
            parameter,
            header,
            error: self.error,
            reasons: (!self.reasons.is_empty()).then_some(self.reasons),
            position: self.position,
        }
    }

    /// Returns the JSON.
    pub(super) fn json(&self) -> Vec<u8> {
        // Texts and numbers have a JSON form.
        serde_json::to_vec(&self.text()).unwrap_or_default()
    }

    /// Returns why an answer to a proposal is missing.
    pub(super) fn of_proposal(error: &ProposeError) -> Self {
        const KEY: &str = "Idempotency-Key";
        match error {
            ProposeError::NotInLog(halt) => Self::unavailable(halt),
            ProposeError::Applied { position, .. } => Self::header(
                Code::AlreadyDone,
                KEY,
                format!(
                    "the request with this key was carried out at {position}, and its outcomes \
                     are not kept any more"
                ),
            )
            .with_position(*position),
            ProposeError::TooOld { .. } => Self::header(Code::KeyTooOld, KEY, error.to_string()),
            ProposeError::OtherHistory { here, .. } => {
                Self::header(Code::KeyOfOtherHistory, KEY, error.to_string()).with_position(*here)
            }
            ProposeError::Entry(what) => Self::new(Code::Invalid, what.clone()),
            error => Self::new(
                Code::OutcomeUnknown,
                format!("{error}; sent again with the same Idempotency-Key, a request tells"),
            ),
        }
    }

    fn unavailable(halt: &Halt) -> Self {
        Self::new(Code::Unavailable, halt.to_string())
    }

    /// Returns why a feed cannot begin or go on. `here` is where the state is.
    pub(super) fn of_feed(error: &FeedError, here: Position) -> Self {
        let gone =
            |position| Self::new(Code::PositionGone, error.to_string()).with_position(position);
        match error {
            FeedError::History(HistoryError::Dropped { oldest, .. }) => gone(*oldest),
            FeedError::History(HistoryError::OtherEpoch { .. } | HistoryError::Future { .. }) => {
                gone(here)
            }
            FeedError::Closed => Self::new(Code::Unavailable, error.to_string()),
            _ => Self::new(Code::Internal, error.to_string()),
        }
    }
}

/// The most characters of a text that a problem takes over from a request.
const MOST_TEXT: usize = 300;

/// Cuts a text that a request has made long. Problems are sent without a share, and logged.
fn shortened(text: String) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// What libraries say in the words of Rust, and what it means for a client.
const WORDS: [(&str, &str); 5] = [
    (
        "invalid type: unit variant, expected newtype variant",
        "a value is missing, as in {\"add_friend\": \"two_way\"}",
    ),
    ("expected unit", "expected no value"),
    ("expected u32", "expected a whole number up to 4294967295"),
    ("expected u64", "expected a whole number from 0 on"),
    (
        "number too large to fit in target type",
        "the number is too large",
    ),
];

/// Returns a library's text in the words of this interface.
fn plain(text: String) -> String {
    let known = |(word, _): &&(&str, &str)| text.contains(word);
    match WORDS.iter().find(known) {
        Some((word, meaning)) => text.replace(word, meaning),
        None => text,
    }
}

/// Prints the problem as the log has it: in one line.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a request has said must not begin a line of the log.
        write!(f, "{}: {}", self.code.name(), self.detail.escape_debug())?;
        match &self.subject {
            Some(Subject::Pointer(it) | Subject::Parameter(it)) => {
                write!(f, " ({})", it.escape_debug())
            }
            Some(Subject::Header(it)) => write!(f, " ({it})"),
            None => Ok(()),
        }
    }
}

impl From<Behind> for Problem {
    fn from(error: Behind) -> Self {
        let (code, here) = match error {
            Behind::OtherEpoch { here, .. } => (Code::PositionGone, here),
            Behind::Late { here, .. } | Behind::Closed { here, .. } => (Code::Behind, here),
            _ => return Self::new(Code::Behind, error.to_string()),
        };
        Self::new(code, error.to_string())
            .with_position(here)
            .about_parameter("at_least")
    }
}

/// The problem of a user whom a query names in the parameter.
pub(super) fn unknown_user(parameter: &str) -> impl FnOnce(UnknownUser) -> Problem {
    let parameter = parameter.to_owned();
    move |error| Problem::new(Code::UnknownUser, error.to_string()).about_parameter(&parameter)
}
