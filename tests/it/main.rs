//! Integration tests, in one binary: each file is named for what it checks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod batch;
mod bounds;
mod chat_server;
mod corpus;
mod crowds;
mod determinism;
mod differential;
mod events;
mod exhaustive;
mod faults;
mod fixtures;
mod laws;
mod listing;
mod merges;
mod migrations;
mod noninterference;
mod operations;
mod parts;
mod policies;
mod races;
mod reachability;
mod rules;
mod semantics;
mod shared;
mod snapshots;
mod tencent;
mod traits;
mod users;
