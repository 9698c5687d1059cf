//! The calls that the kit makes on a system.

use std::fmt;

use socialgraph::{Interaction, List, Name, Operation};

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
    /// The outcome for one user of a batch: a target, or an actor.
    Item {
        /// The batch.
        batch: Box<Operation>,
        /// The user's index in it.
        index: usize,
    },
    /// Whether the actor may reach the target.
    Reach {
        /// The way: a message, a call, a group invitation or presence.
        interaction: Interaction,
        /// The user who reaches out.
        actor: String,
        /// The user who is reached.
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
            Self::Reset => f.write_str("reset:"),
            Self::LastStep => f.write_str("the last step:"),
            Self::Outcome(operation) => write!(f, "{operation}:"),
            Self::Item { batch, index } => {
                let role = match **batch {
                    Operation::ManyAct(_) => "actor",
                    _ => "target",
                };
                write!(f, "{batch}, {role} {}:", index + 1)
            }
            Self::Reach {
                interaction,
                actor,
                target,
            } => {
                let (actor, target) = (Name(actor), Name(target));
                match interaction {
                    Interaction::Message => write!(f, "may {actor} message {target}?"),
                    Interaction::Call => write!(f, "may {actor} call {target}?"),
                    Interaction::GroupInvitation => {
                        write!(f, "may {actor} invite {target} to a group?")
                    }
                    Interaction::Presence => write!(f, "may {actor} appear online to {target}?"),
                }
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
