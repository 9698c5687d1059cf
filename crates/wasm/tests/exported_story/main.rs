//! The test that the reviewer's page writes of a story compiles and holds.
//!
//! `BLESS=1 cargo test -p socialgraph-wasm --features review exports` writes it.

// As the page writes it.
#[rustfmt::skip]
mod story;
