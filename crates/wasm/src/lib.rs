//! The rules engine for browsers, as WebAssembly.
//!
//! The feature `review` is the reviewer's page.

#[cfg(feature = "review")]
pub mod review;
#[cfg(feature = "review")]
pub mod review_exports;
