//! How a violation comes about, as operations that a reader can follow.

use std::fmt;

use super::judge::{Judge, judge};
use super::property::Property;
use super::run::Failure;
use super::situation::{Message, Side, Step};
use super::space::{PairState, Space};
use super::users::Users;
use crate::{
    Action, Change, Decision, Facts, Policy, Refusal, Relation, RequestMode, RequestSending,
    UserFacts, Ways,
};

/// A property that does not hold, with a shortest way to where it fails.
///
/// Printed, it is the property, then each operation with all that holds after it. No fewer
/// operations lead to any failure of the property.
///
/// ```
/// use socialgraph::checker::{Property, Users, check};
/// use socialgraph::{Policy, Sides};
///
/// let mut policy = Policy::tencent_rest();
/// policy.block_cancels_requests_of = Sides::Neither;
/// let report = check(&policy, Users::Two);
/// let violation = &report.violations()[0];
/// assert_eq!(violation.property(), Property::NoRequestAcrossBlock);
/// assert_eq!(
///     violation.to_string(),
///     "no friend request is pending across a block (R3, R4), but:
///   1. alice sends bob a friend request
///      now: alice requested bob
///   2. alice blocks bob
///      now: alice blocks bob, alice requested bob
/// ",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    property: Property,
    trace: Vec<Operation>,
    /// The message that is answered wrongly, where that is what fails.
    message: Option<(Pair, Decision)>,
}

/// One operation of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pair: Pair,
    facts: Facts,
    decision: Decision,
    action: Action,
    outcome: Result<Change, Refusal>,
    users: Users,
    state: Vec<Relation>,
}

/// The two users' names, the actor's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    actor: &'static str,
    target: &'static str,
}

impl Violation {
    /// Explains a failure by the states that lead there.
    pub(super) fn new(policy: &Policy, space: &Space, failure: &Failure, way: &[usize]) -> Self {
        let leading = way.windows(2).filter_map(|states| match *states {
            [from, to] => operation_between(policy, space, from, to),
            _ => None,
        });
        let pair = Pair::new(space.users(), failure.place.pair, failure.side);
        let last = failure.action.map(|action| {
            let step = Step::new(policy, action, failure.facts);
            let place = failure.place;
            Operation::new(space, (place.state, place.pair), (failure.side, step))
        });
        let message = match judge(failure.property) {
            Judge::Message(_) => Some((pair, Message::new(policy, failure.facts).decision)),
            Judge::Pair(_) | Judge::Step(_) => None,
        };
        Self { property: failure.property, trace: leading.chain(last).collect(), message }
    }

    /// Returns the property that fails.
    #[must_use]
    pub const fn property(&self) -> Property {
        self.property
    }

    /// Returns the operations that lead there from strangers, in order.
    #[must_use]
    pub fn trace(&self) -> &[Operation] {
        &self.trace
    }
}

impl Operation {
    /// Makes what a step does in a state into an operation of a trace.
    fn new(space: &Space, (state, pair): (usize, PairState), (side, step): (Side, Step)) -> Self {
        let mut state = space.relations(state);
        if let (Ok(change), Some(relation)) = (step.outcome, state.get_mut(pair.pair)) {
            *relation = side.view(change.after);
        }
        Self {
            pair: Pair::new(space.users(), pair, side),
            facts: step.facts,
            decision: step.decision,
            action: step.action,
            outcome: step.outcome,
            users: space.users(),
            state,
        }
    }

    /// Returns the name of the one who acts.
    #[must_use]
    pub const fn actor(&self) -> &'static str {
        self.pair.actor
    }

    /// Returns the name of the one who is acted on.
    #[must_use]
    pub const fn target(&self) -> &'static str {
        self.pair.target
    }

    /// Returns what is done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns the facts that the rules judge by.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns what the rules make of it.
    ///
    /// # Errors
    /// Fails where the rules refuse the operation, which only the last one of a trace can be.
    pub const fn outcome(&self) -> Result<Change, Refusal> {
        self.outcome
    }

    fn write_state(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.users.names();
        let name = |user: usize| names.get(user).copied().unwrap_or_default();
        let mut separator = "";
        for (&(first, second), relation) in self.users.pairs().iter().zip(&self.state) {
            if *relation != Relation::STRANGERS {
                write!(f, "{separator}{}", relation.explain(name(first), name(second)))?;
                separator = "; ";
            }
        }
        f.write_str(if separator.is_empty() { "strangers" } else { "" })
    }
}

impl Pair {
    fn new(users: Users, pair: PairState, side: Side) -> Self {
        let (first, second) = users.pairs().get(pair.pair).copied().unwrap_or_default();
        let name = |user: usize| users.names().get(user).copied().unwrap_or_default();
        match side {
            Side::First => Self { actor: name(first), target: name(second) },
            Side::Second => Self { actor: name(second), target: name(first) },
        }
    }
}

/// Returns the plainest operation that leads from one state to another.
fn operation_between(policy: &Policy, space: &Space, from: usize, to: usize) -> Option<Operation> {
    let pair = space.pairs(from).find(|&pair| space.successors(pair).any(|next| next == to))?;
    let after = space.relations(to).get(pair.pair).copied()?;
    let steps = space.situation(pair).all_facts().flat_map(|(side, facts)| {
        Action::ALL.into_iter().map(move |action| (side, Step::new(policy, action, facts)))
    });
    let leads = |(side, step): &(Side, Step)| {
        step.outcome.is_ok_and(|change| side.view(change.after) == after)
    };
    steps.into_iter().find(leads).map(|step| Operation::new(space, (from, pair), step))
}

/// The operation as a sentence, such as "alice blocks bob".
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { actor, target } = self.pair;
        if self.outcome.is_ok() {
            let (verb, rest) = verb(self.action);
            write!(f, "{actor} {verb} {target}{rest}")?;
        } else {
            self.decision.explain(actor, target).fmt(f)?;
        }
        write_settings(f, actor, &self.facts.actor)?;
        write_settings(f, target, &self.facts.target)
    }
}

fn verb(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Block => ("blocks", ""),
        Action::Unblock => ("unblocks", ""),
        Action::SendRequest => ("sends", " a friend request"),
        Action::AcceptRequest => ("accepts the friend request from", ""),
        Action::DeclineRequest => ("declines the friend request from", ""),
        Action::CancelRequest => ("cancels the friend request to", ""),
        Action::AddFriend(Ways::OneWay) => ("adds", " as a one-way friend"),
        Action::AddFriend(Ways::TwoWay) => ("adds", " as a two-way friend"),
        Action::RemoveFriend(Ways::OneWay) => ("removes", " as a one-way friend"),
        Action::RemoveFriend(Ways::TwoWay) => ("removes", " as a two-way friend"),
    }
}

/// Writes the settings that are not the plainest: a trace has them where they matter.
fn write_settings(f: &mut fmt::Formatter<'_>, name: &str, user: &UserFacts) -> fmt::Result {
    match user.request_mode {
        RequestMode::Confirm => {}
        RequestMode::Anyone => write!(f, " ({name} takes requests from anyone)")?,
        RequestMode::Nobody => write!(f, " ({name} takes requests from nobody)")?,
    }
    match user.request_sending {
        RequestSending::Open => Ok(()),
        RequestSending::Barred => write!(f, " ({name} is barred from sending requests)"),
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}), but:", self.property, self.property.rules())?;
        for (place, operation) in self.trace.iter().enumerate() {
            write!(f, "  {}. {operation}\n     now: ", place + 1)?;
            operation.write_state(f)?;
            f.write_str("\n")?;
        }
        match &self.message {
            Some((pair, decision)) => {
                writeln!(f, "     so: {}", decision.explain(pair.actor, pair.target))
            }
            None => Ok(()),
        }
    }
}
