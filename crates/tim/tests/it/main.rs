//! Integration tests in one binary. Each file is named after its topic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod accounts;
mod admission;
mod batches;
mod bodies;
mod bombs;
mod bounds;
mod bytes;
mod callers;
mod calls;
mod changes;
mod codes;
mod corpus;
mod fixtures;
mod friends;
mod front_door;
mod logs;
mod memory;
mod notices;
mod operations;
mod paging;
mod produced;
mod replies;
mod request;
mod round_trips;
mod samples;
mod saved_calls;
mod saved_records;
mod semantics;
mod tables;
