//! Tencent's IM REST API over a graph, as pure functions: bytes in, bytes out, the time
//! passed in.
//!
//! - [`Gateway`] is the front door. It checks a call's URL, `UserSig`, rate and body, and
//!   returns a [`Call`] or the [`Reply`] that refuses it.
//! - [`Service`] carries it out: a [`SocialGraph`](socialgraph::SocialGraph), and beside it what
//!   only this interface knows. It can also be driven with the typed requests of [`wire`],
//!   without a gateway.
//! - [`Reply`] is what the host sends back, with the [`wire::Callback`]s that it owes its app.
//!
//! [semantics]: https://docs.rs/socialgraph/latest/socialgraph/_documentation/semantics
#![doc = include_str!("../README.md")]

mod call;
mod caller;
mod code;
mod command;
mod denials;
mod failure;
mod gateway;
mod moment;
mod reply;
mod sealed;
mod service;
pub mod wire;

pub use call::{Call, QueryCall, UpdateCall};
pub use caller::{Caller, Role};
pub use code::Code;
pub use command::{Area, Command};
pub use failure::Failure;
pub use gateway::{Gateway, HttpRequest, UserSig, UserSigError};
pub use reply::Reply;
pub use service::{
    MAX_ACCOUNT_BYTES, Query, Service, ServiceViolation, UnknownAccounts, Update, Updated,
};
