//! Integration tests, in one binary: each file is named after its subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod checker;
mod comparison;
mod fixtures;
mod parts;
mod profiles;
#[cfg(feature = "review")]
mod review;
mod semantics;
