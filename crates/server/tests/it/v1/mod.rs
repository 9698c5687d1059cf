//! `/v1`: the interface for services.

mod answers;
mod api;
mod changes;
mod description;
mod keys;
mod limits;
mod problems;
mod promises;
mod roles;
