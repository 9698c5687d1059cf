#![doc = include_str!("../README.md")]

mod call;
mod caller;
mod cause;
mod code;
mod command;
mod commands;
mod failure;
mod gateway;
mod json;
mod moment;
mod reply;
mod request;
mod service;
mod table;
pub mod wire;

pub use call::{Call, QueryCall, UpdateCall};
pub use caller::{Caller, Role};
pub use code::Code;
pub use command::{Area, Command};
pub use failure::Failure;
pub use gateway::{Gateway, HttpRequest, UserSig, UserSigError};
pub use reply::Reply;
pub use service::invariants::ServiceViolation;
pub use service::request::{Query, Update};
pub use service::{Completed, MAX_ACCOUNT_BYTES, Service, UnknownAccounts};
