//! The server as users run it: the binary, a free port, signed requests over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod attacks;
mod callbacks;
mod commands;
mod door;
mod durable;
mod exposure;
mod fixtures;
mod log;
mod operate;
mod options;
mod page;
mod tls;
mod v1;
mod vendor;
mod versions;
