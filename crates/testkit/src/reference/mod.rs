//! The reference model, and the comparison of the engine with it.
//!
//! A [`Model`] decides as `docs/semantics.md` says, slowly and obviously, under any policy. It
//! shares the names of actions and the parts of a policy with the engine, and no code that
//! applies a rule. A
//! [`SideBySide`] holds an engine and a model, does everything to both and compares what they
//! say. Every comparison returns a [`Difference`] as an error.
//!
//! ```
//! use socialgraph::{Action, Policy};
//! use socialgraph_testkit::reference::{AddressBy, SideBySide};
//!
//! # fn main() -> Result<(), socialgraph_testkit::reference::Difference> {
//! let mut both = SideBySide::new(Policy::tencent_rest());
//! both.add("ann")?;
//! both.add("ben")?;
//! both.act(AddressBy::Name, Action::Block, "ann", "ben")?;
//! both.compare(&["ann", "ben"])?;
//!
//! // A change to only the engine is reported.
//! both.graph.remove_from_blocklist("ann", "ben").unwrap();
//! assert!(both.compare(&["ann", "ben"]).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! The module [`log`] reads any bytes as a log of operations and plays it to both, for fuzzers
//! and for long random runs.

mod difference;
pub mod log;
mod model;
mod side_by_side;

pub use difference::Difference;
pub use model::{Merged, Model, PairLetters, WhyNot, Words};
pub use side_by_side::{AddressBy, SideBySide};
