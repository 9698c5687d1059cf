//! The request of each command: how it is read from JSON and run.

use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::command_table::with_commands;
use crate::failure::Failure;
use crate::json::denials::Denials;
use crate::service::request_traits::{Query, Request, Sealed, Update};
use crate::{Caller, Command, Reply, Service, wire};

/// A request of any command.
pub(crate) enum AnyRequest {
    Query(AnyQuery),
    Update(AnyUpdate),
}

/// Connects each request to its command, from the table of commands.
macro_rules! define_requests {
    ($(
        $(#[$area_doc:meta])* $area:ident $segment:literal {
            $($(#[$doc:meta])* $(query $query:ident)? $(update $update:ident)? $name:literal $([$items:literal])? -> $response:ident,)*
        }
    )*) => {
        $($(
            impl Sealed for wire::$($query)? $($update)? {}

            impl Request for wire::$($query)? $($update)? {
                type Response = wire::$response;

                const COMMAND: Command = Command::$($query)? $($update)?;
            }

            $(impl Query for wire::$query {})?
            $(impl Update for wire::$update {})?
        )*)*

        /// A request of any query.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(
            clippy::large_enum_variant,
            reason = "a request lives as long as its call, and is not copied"
        )]
        pub(crate) enum AnyQuery {
            $($($($query(wire::$query),)?)*)*
        }

        /// A request of any update. A log has it under the name of its command.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum AnyUpdate {
            $($($(#[serde(rename = $name)] $update(wire::$update),)?)*)*
        }

        impl AnyRequest {
            /// Reads the fields of a command's body.
            pub(crate) fn from_json(command: Command, body: &[u8]) -> Result<Self, Failure> {
                match command {
                    $($(
                        $(Command::$query => fields(command, body).map(AnyQuery::$query).map(Self::Query),)?
                        $(Command::$update => fields(command, body).map(AnyUpdate::$update).map(Self::Update),)?
                    )*)*
                }
            }
        }

        impl AnyQuery {
            /// Returns the command.
            pub(crate) const fn command(&self) -> Command {
                match self { $($($(Self::$query(_) => Command::$query,)?)*)* }
            }

            /// Answers the query.
            ///
            /// A reply of more than these bytes is refused.
            pub(crate) fn run(
                &self,
                service: &Service,
                caller: &Caller,
                now: SystemTime,
                max_reply_bytes: usize,
            ) -> Reply {
                match self {
                    $($($(Self::$query(request) => {
                        let done = service.run_query_within(max_reply_bytes, request, caller, now);
                        Reply::within(max_reply_bytes, self.command(), done)
                    })?)*)*
                }
            }
        }

        impl AnyUpdate {
            /// Returns the command.
            pub(crate) const fn command(&self) -> Command {
                match self { $($($(Self::$update(_) => Command::$update,)?)*)* }
            }

            /// Carries the update out, except for the items that the app denied.
            pub(crate) fn run(
                &self,
                service: &mut Service,
                caller: &Caller,
                denials: &Denials,
                now: SystemTime,
            ) -> Reply {
                match self {
                    $($($(Self::$update(request) => {
                        Reply::new(self.command(), service.run_except(request, caller, denials, now))
                    })?)*)*
                }
            }
        }
    };
}
with_commands!(define_requests);

fn fields<T: DeserializeOwned>(command: Command, body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::decode(command, error.to_string()))
}
