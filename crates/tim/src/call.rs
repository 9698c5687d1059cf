//! An admitted call: who makes it, and the request in its body.

use std::collections::HashSet;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::json::callback::{Callback, CallbackReply};
use crate::json::denials::Denials;
use crate::json::scan::{Flaw, MAX_LIST_LEN, MAX_TEXT_BYTES, scan};
use crate::request::{AnyQuery, AnyRequest, AnyUpdate};
use crate::time::Moment;
use crate::{Area, Caller, Code, Command, Reply, Service};

/// A call that the gateway has admitted.
///
/// A server may answer queries from any snapshot of its [`Service`]. An update needs the live
/// one, so only one update runs at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// The call changes nothing.
    Query(QueryCall),
    /// The call may change something.
    Update(UpdateCall),
}

/// A call that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryCall {
    caller: Caller,
    request: AnyQuery,
    max_reply_bytes: usize,
}

/// A call that may change something.
///
/// Its serde form is for a durable log. In JSON, the request is under its command's name, and its
/// fields are those of the wire. `deserialize` checks no permissions: it takes what was admitted.
///
/// ```
/// use socialgraph_tim::{Command, UpdateCall};
///
/// let entry = r#"{"caller":{"identifier":"id","role":"user"},"request":{"black_list_add":{"From_Account":"id","To_Account":["id1"]}}}"#;
/// let call: UpdateCall = serde_json::from_str(entry)?;
/// assert_eq!(call.command(), Command::BlackListAdd);
/// assert_eq!(serde_json::to_string(&call)?, entry);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateCall {
    caller: Caller,
    request: AnyUpdate,
    #[serde(default, skip_serializing_if = "Denials::is_empty")]
    denials: Denials,
}

impl Call {
    /// Reads the body of a call.
    pub(crate) fn parse(
        command: Command,
        caller: Caller,
        max_reply_bytes: usize,
        body: &[u8],
    ) -> Result<Self, Failure> {
        check_body(command, body)?;

        let call = match AnyRequest::from_json(command, body)? {
            AnyRequest::Query(request) => Self::Query(QueryCall {
                caller,
                request,
                max_reply_bytes,
            }),
            AnyRequest::Update(request) => Self::Update(UpdateCall {
                caller,
                request,
                denials: Denials::default(),
            }),
        };
        Ok(call)
    }

    /// Returns the command.
    #[must_use]
    pub fn command(&self) -> Command {
        match self {
            Self::Query(call) => call.command(),
            Self::Update(call) => call.command(),
        }
    }

    /// Returns the account that makes the call.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        match self {
            Self::Query(call) => &call.caller,
            Self::Update(call) => &call.caller,
        }
    }
}

impl From<QueryCall> for Call {
    fn from(call: QueryCall) -> Self {
        Self::Query(call)
    }
}

impl From<UpdateCall> for Call {
    fn from(call: UpdateCall) -> Self {
        Self::Update(call)
    }
}

impl QueryCall {
    /// Returns the command.
    #[must_use]
    pub fn command(&self) -> Command {
        self.request.command()
    }
}

impl UpdateCall {
    /// Returns the command.
    #[must_use]
    pub fn command(&self) -> Command {
        self.request.command()
    }

    /// Returns the callback by which the app may deny items of the call.
    ///
    /// Only a user's own `friend_add` and `friend_response` have one; an admin's have none.
    /// Send it before the call is handled, and pass the app's answer to [`deny`](Self::deny).
    #[must_use]
    pub fn prev_callback(&self, now: SystemTime) -> Option<Callback> {
        let caller = self.caller.identifier();
        let event_time = Moment::from(now).millis();

        // A user who names another account is refused, so the app is not asked.
        let is_own = |account: &str| !self.caller.is_admin() && self.caller.may_act_for(account);

        match &self.request {
            AnyUpdate::FriendAdd(request) if is_own(&request.from_account) => {
                Some(request.prev_callback(caller, event_time))
            }
            AnyUpdate::FriendResponse(request) if is_own(&request.from_account) => {
                Some(request.prev_callback(caller, event_time))
            }
            _ => None,
        }
    }

    /// Denies the items that the app's answer denies.
    ///
    /// They carry the app's code and change nothing. Accounts that are no item of the call are left
    /// out, so that an answer about others does not make the call larger.
    pub fn deny(&mut self, reply: CallbackReply) {
        let items: HashSet<&str> = match &self.request {
            AnyUpdate::FriendAdd(request) => {
                let items = request.add_friend_item.iter();
                items.map(|item| &*item.to_account).collect()
            }
            AnyUpdate::FriendResponse(request) => {
                let items = request.response_friend_item.iter();
                items.map(|item| &*item.to_account).collect()
            }
            // The app is asked about nothing else.
            _ => HashSet::new(),
        };
        self.denials.extend(reply, &items);
    }
}

impl Service {
    /// Handles a call.
    ///
    /// A reply with a code other than 0 means that nothing has changed.
    #[must_use]
    pub fn handle(&mut self, call: &Call, now: SystemTime) -> Reply {
        match call {
            Call::Query(call) => self.handle_query(call, now),
            Call::Update(call) => self.handle_update(call, now),
        }
    }

    /// Handles a call that may change something.
    ///
    /// A reply with a code other than 0 means that nothing has changed.
    #[must_use]
    pub fn handle_update(&mut self, call: &UpdateCall, now: SystemTime) -> Reply {
        call.request.run(self, &call.caller, &call.denials, now)
    }

    /// Handles a call that changes nothing, for example on a snapshot.
    #[must_use]
    pub fn handle_query(&self, call: &QueryCall, now: SystemTime) -> Reply {
        call.request
            .run(self, &call.caller, now, call.max_reply_bytes)
    }
}

/// Checks that a body is JSON, that its accounts are texts, and that it has nothing too long.
fn check_body(command: Command, body: &[u8]) -> Result<(), Failure> {
    let is_message = command.area() == Area::Message;
    let flaw = scan(body).map_err(|error| {
        if is_message {
            Failure::decode(command, error.to_string())
        } else {
            Failure::new(Code::MalformedJson, "body is not JSON", error.to_string())
        }
    })?;

    match flaw {
        // The receiver of a message has a code of its own.
        Some(Flaw::AccountNotText) if !is_message => Err(Failure::new(
            Code::AccountNotText,
            "account is not a string",
            "From_Account, To_Account and UserID are texts",
        )),
        Some(Flaw::TooLong) => {
            let detail = format!(
                "a list has at most {MAX_LIST_LEN} elements, and a text {MAX_TEXT_BYTES} bytes"
            );
            Err(Failure::decode(command, detail))
        }
        _ => Ok(()),
    }
}
