#![doc = include_str!("../README.md")]

pub mod checker;
pub mod comparison;
pub mod playthrough;
pub mod profile;
pub mod profile_counts;
#[cfg(feature = "review")]
pub mod review;
pub mod rulebook;
pub mod story;
