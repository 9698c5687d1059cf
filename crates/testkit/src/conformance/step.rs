//! One step of a log that two systems are driven through.

use std::fmt;

use crate::strategies::shrink::Entry;
use socialgraph::Operation;
use socialgraph::{Action, Ways};

/// One step of a compared log: an operation, or two that arrive at once.
///
/// ```
/// use socialgraph_testkit::conformance::Step;
/// use socialgraph::{Action, Operation};
///
/// let block = Operation::act(Action::Block, "ann", "ben");
/// let accept = Operation::act(Action::AcceptRequest, "ben", "ann");
/// assert_eq!(
///     Step::Concurrent(block, accept).to_string(),
///     "at once: ann blocks ben; ben accepts a friend request from ann",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// One operation.
    One(Operation),
    /// Two operations, of which either may come first.
    #[serde(rename = "at_once")]
    Concurrent(Operation, Operation),
}

impl Step {
    /// Returns the operations of the step.
    ///
    /// ```
    /// use socialgraph_testkit::conformance::Step;
    /// use socialgraph::{Action, Operation};
    ///
    /// let step = Step::One(Operation::act(Action::Block, "ann", "ben"));
    /// assert_eq!(step.operations().len(), 1);
    /// ```
    #[must_use]
    pub fn operations(&self) -> Vec<&Operation> {
        match self {
            Self::One(operation) => vec![operation],
            Self::Concurrent(first, second) => vec![first, second],
        }
    }

    /// Returns the acts of a batch of many, one by one.
    pub(super) fn one_by_one(&self) -> Option<Vec<Self>> {
        let Self::One(Operation::ActOnMany {
            action,
            actor,
            targets,
        }) = self
        else {
            return None;
        };
        let act = |target| Self::One(Operation::act(*action, actor, target));
        (targets.len() > 1).then(|| targets.iter().map(act).collect())
    }

    /// Returns what may stand in the step's place and is of a simpler kind.
    fn substitutes(&self) -> Vec<Vec<Self>> {
        let Self::One(Operation::Act {
            action,
            actor,
            target,
        }) = self
        else {
            return self.one_by_one().into_iter().collect();
        };
        let (actor, target) = (actor.as_str(), target.as_str());
        let [one_way, two_way] = [Ways::OneWay, Ways::TwoWay].map(Action::AddFriend);
        let acts = match action {
            Action::SendRequest | Action::AcceptRequest => {
                vec![(one_way, actor, target), (two_way, actor, target)]
            }
            Action::AddFriend(Ways::TwoWay) => {
                vec![(one_way, actor, target), (one_way, target, actor)]
            }
            Action::RemoveFriend(Ways::TwoWay) => {
                vec![(Action::RemoveFriend(Ways::OneWay), actor, target)]
            }
            _ => Vec::new(),
        };
        let act = |(action, actor, target)| vec![Self::One(Operation::act(action, actor, target))];
        acts.into_iter().map(act).collect()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(operation) => write!(f, "{operation}"),
            Self::Concurrent(first, second) => write!(f, "at once: {first}; {second}"),
        }
    }
}

/// In how many ways two at once become less: either alone, or one after the other.
const WAYS_APART: usize = 4;

impl Entry for Step {
    /// Two at once become one, or one after the other; a batch becomes single acts, a request
    /// or its acceptance an entry on the friend list, and two ways one, where that is enough.
    fn ways(&self) -> usize {
        match self {
            Self::One(operation) => operation.ways() + self.substitutes().len(),
            Self::Concurrent(a, b) => WAYS_APART + a.ways() + b.ways(),
        }
    }

    fn simpler(&self, way: usize) -> Vec<Self> {
        match self {
            Self::One(operation) => match way.checked_sub(operation.ways()) {
                None => operation.simpler(way).into_iter().map(Self::One).collect(),
                Some(way) => self.substitutes().into_iter().nth(way).unwrap_or_default(),
            },
            Self::Concurrent(a, b) => match way.checked_sub(WAYS_APART) {
                None => apart(way, a, b),
                Some(way) => simpler_concurrent(way, a, b),
            },
        }
    }

    fn names(&self) -> Vec<&str> {
        self.operations()
            .into_iter()
            .flat_map(Operation::names)
            .collect()
    }

    fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::One(operation) => Self::One(operation.renamed(rename)),
            Self::Concurrent(first, second) => {
                Self::Concurrent(first.renamed(rename), second.renamed(rename))
            }
        }
    }
}

fn apart(way: usize, a: &Operation, b: &Operation) -> Vec<Step> {
    let operations = match way {
        0 => vec![a],
        1 => vec![b],
        2 => vec![a, b],
        _ => vec![b, a],
    };
    operations.into_iter().cloned().map(Step::One).collect()
}

fn simpler_concurrent(way: usize, a: &Operation, b: &Operation) -> Vec<Step> {
    match way.checked_sub(a.ways()) {
        None => a
            .simpler(way)
            .into_iter()
            .map(|a| Step::Concurrent(a, b.clone()))
            .collect(),
        Some(way) => b
            .simpler(way)
            .into_iter()
            .map(|b| Step::Concurrent(a.clone(), b))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Step};
    use socialgraph::{Action, Operation, Ways};

    /// Everything simpler that a step may become, each as its steps in sentences.
    fn simpler(step: &Step) -> Vec<String> {
        let sentences = |steps: Vec<Step>| steps.iter().map(ToString::to_string).collect();
        let ways = (0..step.ways()).map(|way| sentences(step.simpler(way)));
        ways.map(|sentences: Vec<String>| sentences.join(", then "))
            .collect()
    }

    fn act(action: Action) -> Operation {
        Operation::act(action, "ann", "ben")
    }

    fn blocks(targets: &[&str]) -> Operation {
        Operation::act_on_many(Action::Block, "ann", targets.iter().copied())
    }

    #[test]
    fn one_operation_becomes_a_simpler_one() {
        let of = |operation| simpler(&Step::One(operation));
        let (one_way, two_way) = (
            "ann adds ben as a one-way friend",
            "ann adds ben as a two-way friend",
        );
        assert_eq!(of(act(Action::Block)), [""; 0]);
        assert_eq!(of(act(Action::AcceptRequest)), [one_way, two_way]);
        let back = "ben adds ann as a one-way friend";
        assert_eq!(of(act(Action::AddFriend(Ways::TwoWay))), [one_way, back]);
        let removes = ["ann removes ben as a one-way friend"];
        assert_eq!(of(act(Action::RemoveFriend(Ways::TwoWay))), removes);
        assert_eq!(of(blocks(&["ben"])), ["ann blocks ben"]);
        let [first, second] = [&["ben"], &["cyd"]].map(|targets| blocks(targets).to_string());
        let apart = "ann blocks ben, then ann blocks cyd".to_owned();
        assert_eq!(of(blocks(&["ben", "cyd"])), [second, first, apart]);
    }

    #[test]
    fn two_at_once_become_one_or_come_in_turn_or_are_simpler() {
        let (two, one) = (blocks(&["ben", "cyd"]), blocks(&["dee"]));
        let concurrent = |a: Operation, b: &Operation| Step::Concurrent(a, b.clone()).to_string();
        let expected = [
            two.to_string(),
            one.to_string(),
            format!("{two}, then {one}"),
            format!("{one}, then {two}"),
            concurrent(blocks(&["cyd"]), &one),
            concurrent(blocks(&["ben"]), &one),
            concurrent(two.clone(), &Operation::act(Action::Block, "ann", "dee")),
        ];
        assert_eq!(simpler(&Step::Concurrent(two, one)), expected);
    }
}
