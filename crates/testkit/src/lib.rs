#![doc = include_str!("../README.md")]

pub mod cases;
pub mod conformance;
pub mod protocol;
pub mod reference;
pub mod strategies;
