//! The REST API: feature `tim`.

mod accounts;
mod bodies;
mod bytes;
mod callers;
mod calls;
mod codes;
mod faults;
mod fixtures;
mod friends;
mod front_door;
mod logs;
mod paging;
mod produced;
pub(crate) mod request;
mod round_trips;
mod samples;
mod semantics;
mod tables;
