#![doc = include_str!("../README.md")]

mod facts;
mod graph;
mod phrase;
mod rules;
mod set;
#[cfg(feature = "serde")]
mod snapshot;

pub use facts::{Fact, Facts, Relation, Relations, RequestMode, RequestSending, UserFacts};
pub use graph::{
    AddUserError, BatchOutcome, BatchTooLarge, Cursor, InvariantViolation, List, Listing,
    MAX_NAME_BYTES, Page, RemovedUser, Severed, SocialGraph, UnknownUser, UserId, UserKey,
};
pub use phrase::Explanation;
pub use rules::{
    Action, Change, Decision, Effect, Effects, Limits, Notice, Policy, Question, Reason, Reasons,
    Refusal, Sides, Verdict, Ways,
};
pub use set::{Element, Members, SmallSet};
#[cfg(feature = "serde")]
pub use snapshot::{Snapshot, SnapshotError};
