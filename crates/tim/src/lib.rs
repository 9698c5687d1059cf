//! [semantics]: https://docs.rs/socialgraph/latest/socialgraph/_documentation/semantics
#![doc = include_str!("../README.md")]
//!
//! ## In the code
//!
//! - [`Gateway`] checks an [`HttpRequest`] and returns a [`Call`], or the [`Reply`] that refuses
//!   it. A host that reads bodies itself passes in the [`Head`] first, and the body to the
//!   [`Admission`]. [`UserSig`] signs calls and verifies signatures.
//! - [`Service`] handles calls. It has a [`SocialGraph`](socialgraph::SocialGraph), and the
//!   records that only this interface has.
//! - [`Service::apply`] applies an [`Operation`](socialgraph::Operation) of the engine, with what
//!   it means for the records.
//! - [`Reply`] is the body to send back, with the callbacks that the host owes its app, and each
//!   [`Change`] of the graph.
//! - [`wire`] has the typed requests and responses. Each request is a [`Request`]: an
//!   [`Update`], which [`Service::run`] runs, or a [`Query`], which [`Service::run_query`] runs.
//!   Both return the response in a [`Completed`].
//! - [`Command`] lists the commands, and [`Code`] the codes.

mod call;
mod caller;
mod cause;
mod change;
mod code;
mod command;
mod command_table;
mod commands;
mod failure;
mod gateway;
mod json;
mod reply;
mod request;
mod service;
mod time;
pub mod wire;

pub use call::{Call, QueryCall, UpdateCall};
pub use caller::{Caller, Role};
pub use change::Change;
pub use code::{Code, UnknownCode};
pub use command::{Area, Command};
pub use failure::Failure;
pub use gateway::{Admission, Gateway, Head, HttpRequest, UserSig, UserSigError};
pub use reply::Reply;
pub use service::invariants::ServiceViolation;
pub use service::operations::Applied;
pub use service::request_traits::{Query, Request, Update};
pub use service::saved::SavedRecord;
pub use service::settings::{Settings, UnknownAccounts};
pub use service::verbs::Completed;
pub use service::{MAX_ACCOUNT_BYTES, Service};
