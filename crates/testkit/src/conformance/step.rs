//! One step of a compared log.

use std::fmt;

use crate::strategies::shrink::Entry;
use socialgraph::operation::{Act, ActOnMany, ManyAct};
use socialgraph::{Action, Operation, Ways};

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
    /// Two operations that arrive at once: either may come first.
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

    /// Returns the actions of a batch of two users or more, one by one.
    pub(super) fn one_by_one(&self) -> Option<Vec<Self>> {
        let act = |action: &Action, actor: &str, target: &str| {
            Self::One(Operation::act(*action, actor, target))
        };
        let actions: Vec<_> = match self {
            Self::One(Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            })) => targets.iter().map(|to| act(action, actor, to)).collect(),
            Self::One(Operation::ManyAct(ManyAct {
                action,
                actors,
                target,
            })) => actors.iter().map(|by| act(action, by, target)).collect(),
            _ => return None,
        };
        (actions.len() > 1).then_some(actions)
    }

    /// Returns sequences of simpler steps that may replace the step.
    fn substitutes(&self) -> Vec<Vec<Self>> {
        let Self::One(Operation::Act(Act {
            action,
            actor,
            target,
        })) = self
        else {
            return self.one_by_one().into_iter().collect();
        };

        let (actor, target) = (actor.as_str(), target.as_str());
        let [one_way, two_way] = [Ways::OneWay, Ways::TwoWay].map(Action::AddFriend);
        let actions = match action {
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

        let mut substitutes = Vec::new();
        for (action, actor, target) in actions {
            substitutes.push(vec![Self::One(Operation::act(action, actor, target))]);
        }
        substitutes
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

impl Entry for Step {
    /// Counts the ways to make the step simpler.
    ///
    /// Of two concurrent operations, either may go, or they come one after the other. A batch
    /// becomes single actions, a request or its acceptance an entry on a friend list, and a
    /// two-way friend a one-way friend.
    fn simplification_count(&self) -> usize {
        match self {
            Self::One(operation) => operation.simplification_count() + self.substitutes().len(),
            Self::Concurrent(first, second) => {
                separated(first, second).len()
                    + first.simplification_count()
                    + second.simplification_count()
            }
        }
    }

    fn simpler(&self, index: usize) -> Vec<Self> {
        match self {
            Self::One(operation) => match index.checked_sub(operation.simplification_count()) {
                None => operation
                    .simpler(index)
                    .into_iter()
                    .map(Self::One)
                    .collect(),
                Some(index) => self
                    .substitutes()
                    .into_iter()
                    .nth(index)
                    .unwrap_or_default(),
            },
            Self::Concurrent(first, second) => {
                let separated = separated(first, second);
                match index.checked_sub(separated.len()) {
                    None => separated.into_iter().nth(index).unwrap_or_default(),
                    Some(index) => simpler_concurrent(index, first, second),
                }
            }
        }
    }

    fn operations(&self) -> Vec<&Operation> {
        Self::operations(self)
    }

    fn with_names(&self, rename: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::One(operation) => Self::One(operation.map_names(rename)),
            Self::Concurrent(first, second) => {
                Self::Concurrent(first.map_names(rename), second.map_names(rename))
            }
        }
    }

    fn renaming(&self) -> Option<(&str, &str)> {
        match self {
            Self::One(operation) => operation.renaming(),
            Self::Concurrent(..) => None,
        }
    }
}

/// Returns what two concurrent operations become without concurrency.
fn separated(first: &Operation, second: &Operation) -> [Vec<Step>; 4] {
    let [first, second] = [first, second].map(|operation| Step::One(operation.clone()));
    [
        vec![first.clone()],
        vec![second.clone()],
        vec![first.clone(), second.clone()],
        vec![second, first],
    ]
}

/// Returns the concurrent steps with one operation simplified.
fn simpler_concurrent(index: usize, first: &Operation, second: &Operation) -> Vec<Step> {
    let mut steps = Vec::new();

    match index.checked_sub(first.simplification_count()) {
        None => {
            for simpler in first.simpler(index) {
                steps.push(Step::Concurrent(simpler, second.clone()));
            }
        }
        Some(index) => {
            for simpler in second.simpler(index) {
                steps.push(Step::Concurrent(first.clone(), simpler));
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::{Entry, Step};
    use socialgraph::{Action, Operation, Ways};

    /// Returns every simplification of a step, as sentences.
    fn simpler(step: &Step) -> Vec<String> {
        let mut simplifications = Vec::new();
        for index in 0..step.simplification_count() {
            let sentences: Vec<_> = step.simpler(index).iter().map(Step::to_string).collect();
            simplifications.push(sentences.join(", then "));
        }
        simplifications
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
        let one_way = "ann adds ben as a one-way friend";
        let two_way = "ann adds ben as a two-way friend";
        let one_way_back = "ben adds ann as a one-way friend";
        let removes = "ann removes ben as a one-way friend";

        assert_eq!(of(act(Action::Block)), [""; 0]);
        assert_eq!(of(act(Action::AcceptRequest)), [one_way, two_way]);
        let add = Action::AddFriend(Ways::TwoWay);
        assert_eq!(of(act(add)), [one_way, one_way_back]);
        assert_eq!(of(act(Action::RemoveFriend(Ways::TwoWay))), [removes]);

        assert_eq!(of(blocks(&["ben"])), ["ann blocks ben"]);
        let [first, second] = [&["ben"], &["cyd"]].map(|targets| blocks(targets).to_string());
        let one_by_one = "ann blocks ben, then ann blocks cyd".to_owned();
        assert_eq!(of(blocks(&["ben", "cyd"])), [second, first, one_by_one]);
    }

    #[test]
    fn two_concurrent_operations_become_one_or_sequential_or_simpler() {
        let (two, one) = (blocks(&["ben", "cyd"]), blocks(&["dee"]));
        let at_once = |a: Operation, b: &Operation| Step::Concurrent(a, b.clone()).to_string();
        let expected = [
            two.to_string(),
            one.to_string(),
            format!("{two}, then {one}"),
            format!("{one}, then {two}"),
            at_once(blocks(&["cyd"]), &one),
            at_once(blocks(&["ben"]), &one),
            at_once(two.clone(), &Operation::act(Action::Block, "ann", "dee")),
        ];
        assert_eq!(simpler(&Step::Concurrent(two, one)), expected);
    }
}
