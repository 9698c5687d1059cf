//! Keeps a public trait's implementations to this crate.

/// The supertrait of the public traits that are sealed.
pub trait Sealed {}
