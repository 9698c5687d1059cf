//! The reply to a call, as bytes.

use serde::{Deserialize, Serialize};
use socialgraph::Decision;

use crate::failure::Failure;
use crate::json::callback::{Callback, as_texts};
use crate::json::size::to_vec_within;
use crate::{Change, Code, Command, Completed};

/// The reply to a call. The host sends it with HTTP status 200, for every code.
///
/// Its serde form suits formats that do not describe themselves, too: the code is its number, and
/// each callback is a text with the callback's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The body: JSON.
    pub body: Vec<u8>,
    /// The code of the whole call; items that failed carry their own.
    pub code: Code,
    /// The reason for the code, for the host's own log; empty on success.
    pub detail: String,
    /// The callbacks that the host owes its app.
    #[serde(with = "as_texts")]
    pub callbacks: Vec<Callback>,
    /// What the call changed in the graph, in order.
    ///
    /// Empty for a query, and for a call that is not carried out.
    pub changes: Vec<Change>,
    /// The engine's decision about a user's own message.
    ///
    /// A silently refused message has the same reply as a sent one, so only the decision tells
    /// the host not to deliver it. `None` for other calls, and for an admin's message, which is
    /// not checked.
    pub decision: Option<Decision>,
}

impl Reply {
    /// Returns the reply to a call of a command.
    pub(crate) fn new<R: Serialize>(
        command: Command,
        result: Result<Completed<R>, Failure>,
    ) -> Self {
        match result {
            Ok(completed) => Self {
                body: body(&completed.response),
                code: Code::Ok,
                detail: String::new(),
                callbacks: completed.callbacks,
                changes: completed.changes,
                decision: completed.decision,
            },
            Err(failure) => Self::failure(Some(command), &failure),
        }
    }

    /// Returns the reply to a query, or a failure if the reply has more than these bytes.
    pub(crate) fn within<R: Serialize>(
        max_bytes: usize,
        command: Command,
        result: Result<Completed<R>, Failure>,
    ) -> Self {
        let written = result.and_then(|completed| {
            let body = to_vec_within(&completed.response, max_bytes)
                .ok_or_else(|| Failure::reply_too_large(command, max_bytes))?;
            Ok(Self {
                body,
                code: Code::Ok,
                detail: String::new(),
                callbacks: completed.callbacks,
                changes: completed.changes,
                decision: completed.decision,
            })
        });
        written.unwrap_or_else(|failure| Self::failure(Some(command), &failure))
    }

    /// Returns the reply to a call that is not carried out, of an unknown command if `None`.
    pub(crate) fn failure(command: Option<Command>, failure: &Failure) -> Self {
        Self {
            body: body(&failure.envelope(command.map(Command::area))),
            code: failure.code(),
            detail: failure.detail().to_owned(),
            callbacks: Vec::new(),
            changes: Vec::new(),
            decision: None,
        }
    }
}

/// Returns a response as JSON. Texts, numbers and lists of them always have a JSON form.
fn body(response: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(response).unwrap_or_default()
}
