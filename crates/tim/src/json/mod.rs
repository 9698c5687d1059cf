//! The parts of JSON bodies that several commands share.

pub(crate) mod callback;
pub(crate) mod denials;
pub(crate) mod envelope;
pub(crate) mod friend_item;
pub(crate) mod lenient;
pub(crate) mod opaque;
pub(crate) mod scan;
pub(crate) mod size;
pub(crate) mod tag_item;
