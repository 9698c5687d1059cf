//! Layer 2: the rules. The only place with rule logic.
//!
//! A [`Policy`] answers a question with a [`Decision`], and an [`Action`] with a [`Change`] or a
//! [`Refusal`]. Its only input is [`Facts`](crate::Facts): it sees no graph, no user and no
//! container. `judge` has all the rules on one page; the other files are the values that they
//! are about.

mod action;
mod change;
mod decision;
mod entry_points;
mod judge;
mod limits;
mod notification;
mod policy;
mod question;
mod reachable;
mod reason;
mod reduce;

pub(crate) use action::Person;
pub use action::{Action, Ways};
pub(crate) use change::effects_between;
pub use change::{Change, Effect, Effects};
pub use decision::{Decision, Refusal, Verdict};
pub(crate) use judge::judge;
pub use limits::Limits;
pub use notification::{Notification, NotificationText, Viewer};
#[cfg(feature = "serde")]
pub(crate) use policy::PolicyField;
pub use policy::{
    BlockRules, Crossed, Gate, Granted, Notice, Notices, ParsePolicyError, PartValue, Policy,
    RequestRules, Sides, UnknownPolicy,
};
pub use question::{Interaction, Question};
pub use reason::{Reason, Reasons};
pub(crate) use reduce::reduce;
