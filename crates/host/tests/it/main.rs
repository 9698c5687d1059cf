//! Integration tests of the host.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod bounded;
mod durable;
mod evidence;
mod faults;
mod fixtures;
mod history;
mod properties;
mod proposals;
#[cfg(target_os = "linux")]
mod read_only;
mod readme;
mod versions;
