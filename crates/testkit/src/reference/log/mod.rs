//! Any bytes as a log of operations, played to the engine and the reference model at once.
//!
//! The first byte chooses the names of the users, and the next ones the policy: a named one or
//! any other. A step takes one byte for its kind and one for each thing that it names. [`read()`] turns bytes into
//! steps, and [`play()`] plays them.
//!
//! ```
//! use socialgraph_testkit::reference::log;
//!
//! let (setup, steps) = log::read(b"any bytes at all");
//! let both = log::play(setup, &steps)?;
//! assert!(both.graph.user_count() > 0);
//! # Ok::<(), socialgraph_testkit::reference::Difference>(())
//! ```

mod names;
mod play;
mod policy;
mod read;
mod setup;

pub use names::{CELEBRITIES, NameSet};
pub use play::{play, play_and_watch};
pub use read::read;
pub use setup::Setup;

use socialgraph::{Action, Limits, List, RequestMode, RequestSending};

use super::AddressBy;

/// One operation or comparison; a user is an index into the names of the log's [`NameSet`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// One user acts on another.
    Act(AddressBy, Action, usize, usize),
    /// One user acts on many in one batch.
    ActOnMany(AddressBy, Action, usize, Vec<usize>),
    /// Sets whose requests a user takes.
    SetMode(usize, RequestMode),
    /// Bars a user from sending requests, or lifts the bar.
    SetSending(usize, RequestSending),
    /// Adds a user.
    Add(usize),
    /// Removes a user.
    Remove(usize),
    /// Keeps a snapshot of engine and model.
    TakeSnapshot,
    /// Compares the oldest snapshot that is kept, and drops it.
    CompareSnapshot,
    /// Serializes the graph, and continues with the graph that is read back.
    Reload,
    /// Reads a list in pages of this many entries.
    ReadPages(usize, List, usize),
    /// Asks which of these users a user may reach, and which of them may reach the user.
    AskAudience(usize, Vec<usize>),
    /// Compares copies of engine and model that are moved to other limits.
    TryLimits(Limits),
    /// Compares everything now.
    CompareAll,
}

impl Step {
    /// Returns whether the step is an operation, rather than a comparison or a snapshot.
    #[must_use]
    pub fn is_operation(&self) -> bool {
        match self {
            Self::Act(..)
            | Self::ActOnMany(..)
            | Self::SetMode(..)
            | Self::SetSending(..)
            | Self::Add(_)
            | Self::Remove(_) => true,
            Self::TakeSnapshot
            | Self::CompareSnapshot
            | Self::Reload
            | Self::ReadPages(..)
            | Self::AskAudience(..)
            | Self::TryLimits(_)
            | Self::CompareAll => false,
        }
    }
}
