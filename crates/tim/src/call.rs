//! A call that was let in: who makes it, and what it asks for.

use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::denials::Denials;
use super::failure::Failure;
use super::service::{Query, Update};
use super::wire::{self, AddType, Callback, CallbackReply, PrevFriendAdd, PrevFriendResponse};
use super::{Area, Caller, Code, Command, Reply, Service};
use crate::moment::Moment;

/// A call that was let in.
///
/// The two kinds go different ways in a server: a query is answered from any snapshot, an
/// update needs the live state alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// It changes nothing.
    Query(QueryCall),
    /// It may change something.
    Update(UpdateCall),
}

/// A call that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryCall {
    caller: Caller,
    request: AnyQuery,
}

/// A call that may change something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateCall {
    caller: Caller,
    request: AnyUpdate,
    denials: Denials,
}

/// Makes the two kinds of requests, and how each is read and carried out, from one table.
macro_rules! requests {
    (queries { $($query:ident),* $(,)? } updates { $($update:ident),* $(,)? }) => {
        /// Any request that changes nothing.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(
            clippy::large_enum_variant,
            reason = "JSON maps are larger where some crate of the build asks for them in order"
        )]
        enum AnyQuery {
            $($query(wire::$query),)*
        }

        /// Any request that may change something.
        #[derive(Clone, Debug, PartialEq, Eq)]
        enum AnyUpdate {
            $($update(wire::$update),)*
        }

        impl Call {
            fn from_json(command: Command, caller: Caller, json: Value) -> Result<Self, Failure> {
                match command {
                    $(Command::$query => {
                        let request = AnyQuery::$query(fields(command, json)?);
                        Ok(Self::Query(QueryCall { caller, request }))
                    })*
                    $(Command::$update => {
                        let request = AnyUpdate::$update(fields(command, json)?);
                        let denials = Denials::default();
                        Ok(Self::Update(UpdateCall { caller, request, denials }))
                    })*
                }
            }
        }

        impl QueryCall {
            /// Returns the command.
            #[must_use]
            pub fn command(&self) -> Command {
                match &self.request { $(AnyQuery::$query(_) => Command::$query),* }
            }
        }

        impl UpdateCall {
            /// Returns the command.
            #[must_use]
            pub fn command(&self) -> Command {
                match &self.request { $(AnyUpdate::$update(_) => Command::$update),* }
            }
        }

        impl Service {
            /// Answers a call that changes nothing.
            #[must_use]
            pub fn answer(&self, call: &QueryCall, now: SystemTime) -> Reply {
                match &call.request {
                    $(AnyQuery::$query(request) => {
                        queried(request, self.query(request, &call.caller, now))
                    })*
                }
            }

            /// Carries out a call that may change something.
            ///
            /// A reply whose code is not 0 tells that nothing has changed.
            #[must_use]
            pub fn perform(&mut self, call: &UpdateCall, now: SystemTime) -> Reply {
                match &call.request {
                    $(AnyUpdate::$update(request) => {
                        let UpdateCall { caller, denials, .. } = call;
                        updated(request, self.update_except(request, caller, now, denials))
                    })*
                }
            }
        }
    };
}

requests! {
    queries {
        AccountCheck, PortraitGet, FriendCheck, FriendGet, FriendGetList, BlackListGet,
        BlackListCheck, GroupGet, SendMessage,
    }
    updates {
        AccountImport, MultiaccountImport, AccountDelete, PortraitSet, FriendAdd, FriendImport,
        FriendUpdate, FriendDelete, FriendDeleteAll, FriendResponse, BlackListAdd,
        BlackListDelete, GroupAdd, GroupDelete,
    }
}

impl Service {
    /// Answers or carries out a call.
    ///
    /// For a host with one thread; others tell [`Call`]'s two kinds apart.
    #[must_use]
    pub fn handle(&mut self, call: &Call, now: SystemTime) -> Reply {
        match call {
            Call::Query(call) => self.answer(call, now),
            Call::Update(call) => self.perform(call, now),
        }
    }
}

fn queried<Q: Query>(_: &Q, answer: Result<Q::Response, Failure>) -> Reply
where
    Q::Response: super::reply::Answer,
{
    match answer {
        Ok(response) => Reply::success(&response, Vec::new()),
        Err(failure) => Reply::failure(Some(Q::COMMAND), &failure),
    }
}

fn updated<U: Update>(_: &U, done: Result<super::Updated<U::Response>, Failure>) -> Reply
where
    U::Response: super::reply::Answer,
{
    match done {
        Ok(done) => Reply::success(&done.response, done.callbacks),
        Err(failure) => Reply::failure(Some(U::COMMAND), &failure),
    }
}

impl Call {
    /// Reads the body of a call.
    pub(super) fn parse(command: Command, caller: Caller, body: &[u8]) -> Result<Self, Failure> {
        let json = serde_json::from_slice(body).map_err(|error| match command.area() {
            Area::Message => Failure::decode(command, error.to_string()),
            _ => Failure::new(Code::MalformedJson, "body is not JSON", error.to_string()),
        })?;
        if command.area() != Area::Message && !accounts_are_texts(&json) {
            let detail = "From_Account, To_Account and UserID are texts";
            return Err(Failure::new(
                Code::AccountNotText,
                "account is not a string",
                detail,
            ));
        }
        Self::from_json(command, caller, json)
    }

    /// Returns the command.
    #[must_use]
    pub fn command(&self) -> Command {
        match self {
            Self::Query(call) => call.command(),
            Self::Update(call) => call.command(),
        }
    }

    /// Returns who calls.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        match self {
            Self::Query(call) => &call.caller,
            Self::Update(call) => &call.caller,
        }
    }
}

fn fields<T: DeserializeOwned>(command: Command, json: Value) -> Result<T, Failure> {
    serde_json::from_value(json).map_err(|error| Failure::decode(command, error.to_string()))
}

/// Returns whether the accounts that a body names are texts, or lists of them.
///
/// They are in the body itself, and in the items of its lists.
fn accounts_are_texts(body: &Value) -> bool {
    let Value::Object(fields) = body else {
        return true;
    };
    fields.iter().all(|(name, value)| match value {
        Value::Array(items) if ITEMS.contains(&name.as_str()) => items.iter().all(has_texts),
        _ => is_text_where_due(name, value),
    })
}

/// The lists whose items name accounts.
const ITEMS: [&str; 6] = [
    "AccountList",
    "AddFriendItem",
    "CheckItem",
    "DeleteItem",
    "ResponseFriendItem",
    "UpdateItem",
];

fn has_texts(item: &Value) -> bool {
    let Value::Object(fields) = item else {
        return true;
    };
    fields
        .iter()
        .all(|(name, value)| is_text_where_due(name, value))
}

fn is_text_where_due(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("From_Account" | "To_Account" | "UserID" | "Accounts", Value::Array(items)) => {
            items.iter().all(Value::is_string)
        }
        ("From_Account" | "To_Account" | "UserID" | "Accounts", value) => {
            value.is_string() || value.is_null()
        }
        _ => true,
    }
}

impl UpdateCall {
    /// Returns the callback that a host's app may deny the call's items by, where there is one.
    ///
    /// It is there for a user's own `friend_add` and `friend_response`; an admin's has none.
    /// The host sends it before the call is carried out, and hands the app's answer to
    /// [`deny`](Self::deny).
    #[must_use]
    pub fn prev_callback(&self, now: SystemTime) -> Option<Callback> {
        let from = match &self.request {
            AnyUpdate::FriendAdd(request) => &request.from_account,
            AnyUpdate::FriendResponse(request) => &request.from_account,
            _ => return None,
        };
        // Who acts for another is refused, and the app is not asked.
        if self.caller.is_admin() || !self.caller.may_act_for(from) {
            return None;
        }
        let requester_account = self.caller.identifier().to_owned();
        let event_time = Moment::from(now).millis();
        match &self.request {
            AnyUpdate::FriendAdd(request) => Some(Callback::PrevFriendAdd(PrevFriendAdd {
                requester_account,
                from_account: request.from_account.clone(),
                friend_item: request.add_friend_item.clone(),
                add_type: request.add_type.unwrap_or(AddType::Both),
                force_add_flags: request.force_add_flags.unwrap_or(0),
                event_time,
            })),
            AnyUpdate::FriendResponse(request) => {
                Some(Callback::PrevFriendResponse(PrevFriendResponse {
                    requester_account,
                    from_account: request.from_account.clone(),
                    response_friend_item: request.response_friend_item.clone(),
                    event_time,
                }))
            }
            _ => None,
        }
    }

    /// Takes an app's answer: items that it denies carry its code, and nothing is done of them.
    pub fn deny(&mut self, reply: CallbackReply) {
        self.denials.extend(reply);
    }
}
