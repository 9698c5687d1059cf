//! What a host sends back, and what else it is to do.

use serde::Serialize;

use super::failure::Failure;
use super::wire::{Callback, SendMessageResponse};
use super::{Code, Command};
use socialgraph::Decision;

/// The reply to a call, for the host to send with HTTP status 200, whatever the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The body: JSON.
    pub body: Vec<u8>,
    /// The code of the whole; items that failed carry their own.
    pub code: Code,
    /// What went wrong with the whole, for the host's own log; empty where nothing did.
    pub detail: String,
    /// What the host is to tell its app.
    pub callbacks: Vec<Callback>,
    /// What the engine decided of a user's own message: one that is refused silently is
    /// answered like one that is sent, and is not to be delivered. `None` for any other call,
    /// and for an admin's message, which is not checked.
    pub decision: Option<Decision>,
}

impl Reply {
    pub(super) fn failure(command: Option<Command>, failure: &Failure) -> Self {
        Self {
            body: body(&failure.envelope(command.map(Command::area))),
            code: failure.code(),
            detail: failure.detail().to_owned(),
            callbacks: Vec::new(),
            decision: None,
        }
    }

    pub(super) fn success(response: &impl Answer, callbacks: Vec<Callback>) -> Self {
        Self {
            body: body(response),
            code: Code::Ok,
            detail: String::new(),
            callbacks,
            decision: response.decision(),
        }
    }
}

/// Every response has a JSON form: texts, numbers and lists of them.
fn body(response: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(response).unwrap_or_default()
}

/// A response, with what the engine decided where the host has to know.
pub(super) trait Answer: Serialize {
    fn decision(&self) -> Option<Decision> {
        None
    }
}

impl Answer for SendMessageResponse {
    fn decision(&self) -> Option<Decision> {
        self.decision
    }
}

/// Says of responses that there is nothing else to know.
macro_rules! plain {
    ($($response:ident),* $(,)?) => {$(
        impl Answer for super::wire::$response {}
    )*};
}
plain!(
    AccountCheckResponse,
    AccountDeleteResponse,
    BareResponse,
    BatchResponse,
    BlackListCheckResponse,
    BlackListGetResponse,
    FriendCheckResponse,
    FriendGetListResponse,
    FriendGetResponse,
    GroupAddResponse,
    GroupDeleteResponse,
    GroupGetResponse,
    MultiaccountImportResponse,
    PortraitGetResponse,
);
