//! The rules engine for browsers and Node, as WebAssembly.
//!
//! The feature `engine` is the npm package: its classes and functions are in [`engine`], and its
//! documentation is README and the declarations in TypeScript, which come from the comments there.
//! The feature `review` is the reviewer's page.

#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "review")]
pub mod review;
#[cfg(feature = "review")]
pub mod review_exports;
