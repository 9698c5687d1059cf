//! Keeps a public trait's implementations to this crate.

/// The supertrait of [`Element`](crate::Element) and [`UserKey`](crate::UserKey).
pub trait Sealed {}
