//! The REST API: feature `tim`.

mod bytes;
mod callers;
mod codes;
mod faults;
mod fixtures;
mod front_door;
mod logs;
mod paging;
mod produced;
pub(crate) mod request;
mod round_trips;
mod samples;
mod semantics;
mod tables;
