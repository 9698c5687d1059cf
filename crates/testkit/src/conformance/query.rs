//! The calls that the kit makes on a system.

use std::fmt;

use socialgraph::{List, Name, Operation};

/// A call of a system: a question, or an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Query {
    /// To reset.
    Reset,
    /// To carry out the last step.
    LastStep,
    /// The outcome of an operation of the last step.
    Outcome(Box<Operation>),
    /// The outcome for one target of a batch.
    Item {
        /// The batch.
        batch: Box<Operation>,
        /// The target's index in it.
        index: usize,
    },
    /// Whether the actor may message the target.
    Message {
        /// The sender.
        actor: String,
        /// The recipient.
        target: String,
    },
    /// Whether the actor may send the target a friend request.
    Request {
        /// The sender.
        actor: String,
        /// The recipient.
        target: String,
    },
    /// The users on a list.
    List {
        /// The owner of the list.
        user: String,
        /// The list.
        list: List,
    },
    /// The users on a list, page by page.
    Pages {
        /// The owner of the list.
        user: String,
        /// The list.
        list: List,
    },
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset => f.write_str("begin anew:"),
            Self::LastStep => f.write_str("carry the last step out:"),
            Self::Outcome(operation) => write!(f, "{operation}:"),
            Self::Item { batch, index } => write!(f, "{batch}, target {}:", index + 1),
            Self::Message { actor, target } => {
                write!(f, "may {} message {}?", Name(actor), Name(target))
            }
            Self::Request { actor, target } => {
                let (actor, target) = (Name(actor), Name(target));
                write!(f, "may {actor} send {target} a friend request?")
            }
            Self::List { user, list } => write!(f, "the {list} of {}:", Name(user)),
            Self::Pages { user, list } => write!(f, "the {list} of {}, page by page:", Name(user)),
        }
    }
}
