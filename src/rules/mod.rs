//! Layer 2: the rules. The only place with rule logic.
//!
//! A [`Policy`] is a total function from facts and a question to a [`Decision`], and from
//! facts and an [`Action`] to a [`Change`] or a [`Refusal`]. It sees no graph, no user and
//! no container. An action passes three stages: `gates` says what speaks against it,
//! `outcome` what it leads to, and `limits` whether there is room for that.

mod action;
mod answers;
mod change;
mod decide;
mod decision;
mod gates;
mod limits;
mod outcome;
mod policy;
mod profiles;
mod reachable;
mod reason;

pub use action::{Action, Question, Ways};
pub(crate) use answers::Answers;
pub(crate) use change::effects_of_removal;
pub use change::{Change, Effect, Effects};
pub use decision::{Decision, Refusal, Verdict};
pub use limits::Limits;
pub(crate) use limits::allows;
pub use policy::{Notice, Policy, Sides};
pub use reason::{Reason, Reasons};
