//! One step of a log that two systems are driven through.

use std::fmt;

use crate::operation::Operation;
use crate::strategies::shrink::Entry;

/// One step of a compared log: an operation, or two that arrive at once.
///
/// ```
/// use socialgraph::conformance::Step;
/// use socialgraph::{Action, Operation};
///
/// let block = Operation::act(Action::Block, "ann", "ben");
/// let accept = Operation::act(Action::AcceptRequest, "ben", "ann");
/// assert_eq!(
///     Step::AtOnce(block, accept).to_string(),
///     "at once: ann blocks ben; ben accepts a friend request from ann",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// One operation.
    One(Operation),
    /// Two operations, of which either may come first.
    AtOnce(Operation, Operation),
}

impl Step {
    /// Returns the operations of the step.
    ///
    /// ```
    /// use socialgraph::conformance::Step;
    /// use socialgraph::{Action, Operation};
    ///
    /// let step = Step::One(Operation::act(Action::Block, "ann", "ben"));
    /// assert_eq!(step.operations().len(), 1);
    /// ```
    #[must_use]
    pub fn operations(&self) -> Vec<&Operation> {
        match self {
            Self::One(operation) => vec![operation],
            Self::AtOnce(first, second) => vec![first, second],
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(operation) => write!(f, "{operation}"),
            Self::AtOnce(first, second) => write!(f, "at once: {first}; {second}"),
        }
    }
}

impl Entry for Step {
    /// Two at once become one, or one after the other, where that is enough.
    fn simpler(&self) -> Vec<Vec<Self>> {
        let one = |operation: &Operation| Self::One(operation.clone());
        let alone = |simpler: Vec<Vec<Operation>>| -> Vec<Operation> {
            simpler.into_iter().flatten().collect()
        };
        match self {
            Self::One(operation) => alone(operation.simpler())
                .into_iter()
                .map(|simpler| vec![Self::One(simpler)])
                .collect(),
            Self::AtOnce(a, b) => {
                let in_turn =
                    [vec![one(a)], vec![one(b)], vec![one(a), one(b)], vec![one(b), one(a)]];
                let first = alone(a.simpler()).into_iter();
                let second = alone(b.simpler()).into_iter();
                let first = first.map(|a| vec![Self::AtOnce(a, b.clone())]);
                let second = second.map(|b| vec![Self::AtOnce(a.clone(), b)]);
                in_turn.into_iter().chain(first).chain(second).collect()
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        self.operations().into_iter().flat_map(Operation::names).collect()
    }

    fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::One(operation) => Self::One(operation.renamed(rename)),
            Self::AtOnce(first, second) => {
                Self::AtOnce(first.renamed(rename), second.renamed(rename))
            }
        }
    }
}
