//! The reference model, and the comparison of the engine with it.
#![allow(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::return_self_not_must_use,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a difference between the engine and the model is a panic"
)]

pub mod log;
pub mod model;
pub mod twins;
