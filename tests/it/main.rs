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
mod checker;
mod conformance;
mod corpus;
mod crowds;
mod determinism;
mod differential;
mod exhaustive;
mod faults;
mod fixtures;
mod laws;
mod listing;
mod model;
mod races;
mod reachability;
mod replay;
mod rules;
mod semantics;
mod snapshots;
mod strategies;
#[cfg(feature = "tim")]
mod tim;
mod twins;
mod users;
