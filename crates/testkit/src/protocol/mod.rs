//! The protocol for a server in any language: one JSON object a line, over stdin and stdout.
//!
//! An adapter is a program that reads requests from its stdin and calls the server. It prints one
//! reply for each request. [`Process`] starts an adapter and is a
//! [`System`](crate::conformance::System), so that [`compare`](crate::conformance::compare) plays
//! logs on it. [`serve`] is an adapter for a system in Rust. `docs/protocol.md`, in the
//! repository, has every request and reply for the author of an adapter.
//!
//! ```
//! use socialgraph::Policy;
//! use socialgraph_testkit::conformance::Engine;
//! use socialgraph_testkit::protocol::{Hello, serve};
//!
//! let policy = serde_json::to_string(&Policy::tencent_rest())?;
//! let input = format!(
//!     r#"{{"hello": {{"protocol": 1, "policy": {policy}}}}}
//! {{"reset": {{}}}}
//! {{"apply": {{"add_user": {{"name": "ann"}}}}}}
//! {{"ask": {{"question": "message", "actor": "ben", "target": "ann"}}}}
//! "#
//! );
//! let mut output = Vec::new();
//! let hello = Hello::everything("the engine");
//! serve(|policy| Ok(Engine::new(*policy)), &hello, input.as_bytes(), &mut output)?;
//!
//! let output = String::from_utf8(output)?;
//! let replies: Vec<&str> = output.lines().skip(1).collect();
//! assert_eq!(
//!     replies,
//!     [
//!         r"{}",
//!         r#"{"done":true}"#,
//!         r#"{"allowed":false,"notice":"told","reasons":["unknown_actor"]}"#,
//!     ],
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod child;
mod hello;
mod kind;
mod message;
mod process;
mod serve;
mod text;

pub use hello::{Hello, PROTOCOL};
pub use kind::OperationKind;
pub use process::{Process, ProcessError, ProcessOptions};
pub use serve::serve;
