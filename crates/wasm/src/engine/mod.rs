//! The npm package: the engine as a class of JavaScript.
//!
//! Each method reads its arguments, calls one method of the engine, and writes the result as a
//! plain object. No answer is computed here. The comments of what is exported become JSDoc.

#![expect(
    clippy::doc_markdown,
    clippy::missing_errors_doc,
    reason = "JSDoc has links and `@throws` in its own way"
)]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "JavaScript has no such attribute"
)]

mod actions;
mod batch;
mod error;
mod forms;
mod graph;
mod json;
mod lists;
mod operation;
mod policy;
mod questions;
mod types;
mod users;
mod values;

pub use error::Failure;
pub use graph::SocialGraph;
pub use policy::{policy, policy_names};
