#![doc = include_str!("../README.md")]

pub mod checker;
pub mod comparison;
pub mod playthrough;
pub mod profile;
pub mod profile_counts;
pub mod rulebook;
pub mod story;
