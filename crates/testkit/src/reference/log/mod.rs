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

use socialgraph::{Action, Limits, List, Operation, OwnList, Policy, RequestMode, RequestSending};

use super::AddressBy;

/// One operation or comparison, as bytes have it; a user is an index into the names of the log's [`NameSet`].
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
    /// Many users act on one in one batch.
    ManyAct(AddressBy, Action, Vec<usize>, usize),
    /// Gives the first user the name that the second index stands for.
    Rename(AddressBy, usize, usize),
    /// Merges the first user into the second.
    Merge(AddressBy, usize, usize),
    /// Clears a list of a user.
    Clear(AddressBy, usize, OwnList),
    /// Puts everything under another policy.
    Adopt(Policy),
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
        self.operation(|_| String::new()).is_some()
    }

    /// Returns the operation of the step, with users by their names, and how it addresses them.
    ///
    /// `None` means that the step is a comparison or a snapshot.
    #[must_use]
    pub fn operation(&self, name: impl Fn(usize) -> String) -> Option<(AddressBy, Operation)> {
        let names = |users: &[usize]| users.iter().map(|user| name(*user)).collect::<Vec<_>>();

        Some(match self {
            Self::Act(by, action, actor, target) => {
                (*by, Operation::act(*action, name(*actor), name(*target)))
            }
            Self::ActOnMany(by, action, actor, targets) => {
                let (actor, targets) = (name(*actor), names(targets));
                (*by, Operation::act_on_many(*action, actor, targets))
            }
            Self::ManyAct(by, action, actors, target) => {
                let (actors, target) = (names(actors), name(*target));
                (*by, Operation::many_act(*action, actors, target))
            }
            Self::Rename(by, user, to) => (*by, Operation::rename_user(name(*user), name(*to))),
            Self::Merge(by, from, into) => (*by, Operation::merge_users(name(*from), name(*into))),
            Self::Clear(by, user, list) => (*by, Operation::clear_list(name(*user), *list)),
            other => (AddressBy::Name, other.operation_by_name(name)?),
        })
    }

    /// Returns the operation of a step that always addresses its user by name.
    fn operation_by_name(&self, name: impl Fn(usize) -> String) -> Option<Operation> {
        match self {
            Self::SetMode(user, mode) => Some(Operation::set_request_mode(name(*user), *mode)),
            Self::SetSending(user, sending) => {
                Some(Operation::set_request_sending(name(*user), *sending))
            }
            Self::Add(user) => Some(Operation::add_user(name(*user))),
            Self::Remove(user) => Some(Operation::remove_user(name(*user))),
            Self::Adopt(policy) => Some(Operation::adopt_policy(*policy)),
            _ => None,
        }
    }
}
