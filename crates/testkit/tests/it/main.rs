//! Integration tests, in one binary: each file is named for what it checks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod cases;
mod conformance;
mod fixtures;
mod protocol;
mod strategies;
mod tuning;
