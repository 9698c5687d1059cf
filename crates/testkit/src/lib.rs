#![doc = include_str!("../README.md")]

pub mod conformance;
pub mod reference;
pub mod strategies;
