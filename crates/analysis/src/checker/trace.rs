//! How a violation comes about, as operations that a reader can follow.

use std::fmt;

use super::local_state::{JudgedAction, Side};
use super::property::Property;
use super::run::Failure;
use super::space::{PairRef, Space};
use super::tracer::Tracer;
use super::users::Users;
use socialgraph::{
    Action, Change, Decision, Facts, Operation, Policy, Refusal, Relation, UserFacts,
};

/// A property that does not hold, with a shortest way to where it fails.
///
/// Printed, it is the property, then each operation with all that holds after it. No fewer
/// operations lead to any failure of the property.
///
/// ```
/// use socialgraph_analysis::checker::{Property, Users, check};
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
    trace: Vec<TraceStep>,
    /// The message that is answered wrongly, where that is what fails.
    message: Option<(Pair, Decision)>,
    users: Users,
}

/// One operation of a trace, with what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// What sets the two users' settings before it.
    settings: Vec<Operation>,
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
pub(super) struct Pair {
    actor: &'static str,
    target: &'static str,
}

impl Violation {
    /// Explains a failure by the states that lead there.
    pub(super) fn new(policy: &Policy, space: &Space, failure: &Failure, way: &[usize]) -> Self {
        let mut tracer = Tracer::new(policy, space);
        let leading = way.windows(2).filter_map(|states| match *states {
            [from, to] => tracer.step_between(from, to),
            _ => None,
        });
        let mut trace: Vec<_> = leading.collect();
        trace.extend(tracer.failing_step(failure));
        let message = tracer.failing_message(failure);
        Self {
            property: failure.property,
            trace,
            message,
            users: space.users(),
        }
    }

    /// Returns the property that fails.
    #[must_use]
    pub const fn property(&self) -> Property {
        self.property
    }

    /// Returns the operations that lead there from strangers, in order.
    #[must_use]
    pub fn trace(&self) -> &[TraceStep] {
        &self.trace
    }

    /// Returns the trace as a log to play on a graph under the policy, or on another system.
    ///
    /// Everyone joins, and then comes each step, with the settings of the two set before it
    /// where they are others than before.
    ///
    /// ```
    /// use socialgraph_analysis::checker::{Users, check};
    /// use socialgraph::{Policy, Sides, SocialGraph};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.block_cancels_requests_of = Sides::Neither;
    /// let report = check(&policy, Users::Two);
    /// let log = report.violations()[0].log();
    /// let sentences: Vec<String> = log.iter().map(ToString::to_string).collect();
    /// assert_eq!(
    ///     sentences,
    ///     ["alice joins", "bob joins", "alice sends bob a friend request", "alice blocks bob"],
    /// );
    /// let mut graph = SocialGraph::new(policy);
    /// assert!(log.iter().all(|operation| operation.apply_to(&mut graph).is_done()));
    /// assert_eq!(graph.requests_in("bob")?.len(), 1);
    /// # Ok::<(), socialgraph::UnknownUser>(())
    /// ```
    #[must_use]
    pub fn log(&self) -> Vec<Operation> {
        let names = self.users.names();
        let joins = names.iter().map(|&name| Operation::AddUser {
            name: name.to_owned(),
        });
        let steps = self.trace.iter().flat_map(|step| {
            step.settings
                .iter()
                .cloned()
                .chain(std::iter::once(step.operation()))
        });
        joins.chain(steps).collect()
    }
}

impl TraceStep {
    /// Makes what a step does in a state into one of a trace.
    pub(super) fn new(
        space: &Space,
        (state, pair): (usize, PairRef),
        (side, step): (Side, JudgedAction),
        settings: Vec<Operation>,
    ) -> Self {
        let mut state = space.relations(state);
        if let (Ok(change), Some(relation)) = (step.outcome, state.get_mut(pair.pair)) {
            *relation = side.view(change.after);
        }
        Self {
            settings,
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

    /// Returns what sets the two users' settings before it, where they were others.
    #[must_use]
    pub fn settings(&self) -> &[Operation] {
        &self.settings
    }

    /// Returns it as one on a graph, with the same names.
    ///
    /// It takes the two users' settings as they are: [`settings`](Self::settings) come first.
    #[must_use]
    pub fn operation(&self) -> Operation {
        Operation::act(self.action, self.pair.actor, self.pair.target)
    }

    /// Returns how each two users stand afterwards, by their names.
    pub fn relations(&self) -> impl Iterator<Item = (&'static str, &'static str, Relation)> {
        let names = self.users.names();
        let name = |user: usize| names.get(user).copied().unwrap_or_default();
        let pairs = self.users.pairs().iter().zip(&self.state);
        pairs.map(move |(&(first, second), relation)| (name(first), name(second), *relation))
    }

    fn write_state(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (first, second, relation) in self.relations() {
            if relation != Relation::STRANGERS {
                write!(f, "{separator}{}", relation.explain(first, second))?;
                separator = "; ";
            }
        }
        f.write_str(if separator.is_empty() {
            "strangers"
        } else {
            ""
        })
    }
}

impl Pair {
    pub(super) fn new(users: Users, pair: PairRef, side: Side) -> Self {
        let (first, second) = users.pairs().get(pair.pair).copied().unwrap_or_default();
        let name = |user: usize| users.names().get(user).copied().unwrap_or_default();
        match side {
            Side::First => Self {
                actor: name(first),
                target: name(second),
            },
            Side::Second => Self {
                actor: name(second),
                target: name(first),
            },
        }
    }

    /// Returns a user's own among the facts of the two, if it is one of them.
    pub(super) fn facts_of(self, name: &str, facts: &Facts) -> Option<UserFacts> {
        if name == self.actor {
            Some(facts.actor)
        } else {
            (name == self.target).then_some(facts.target)
        }
    }
}

/// The operation as a sentence, such as "alice blocks bob", with what is set before it.
impl fmt::Display for TraceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { actor, target } = self.pair;
        if self.outcome.is_ok() {
            self.operation().fmt(f)?;
        } else {
            self.decision.explain(actor, target).fmt(f)?;
        }
        self.settings
            .iter()
            .try_for_each(|setting| write!(f, " ({setting})"))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}), but:", self.property, self.property.rules())?;
        for (place, step) in self.trace.iter().enumerate() {
            write!(f, "  {}. {step}\n     now: ", place + 1)?;
            step.write_state(f)?;
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

#[cfg(test)]
mod tests {
    use super::{JudgedAction, Property, Space, TraceStep, Users, Violation};
    use socialgraph::{Action, Policy};

    #[test]
    fn a_step_that_is_refused_leaves_strangers() {
        let policy = Policy::tencent_rest();
        let space = Space::new(&policy, Users::Two);
        let pair = space.pairs(Space::start()).next().unwrap();
        let (side, facts) = space.local_state(pair).all_facts().next().unwrap();
        let step = JudgedAction::new(&policy, Action::Unblock, facts);
        let violation = Violation {
            property: Property::RemovalAlwaysWorks,
            trace: vec![TraceStep::new(
                &space,
                (Space::start(), pair),
                (side, step),
                Vec::new(),
            )],
            message: None,
            users: Users::Two,
        };
        assert_eq!(
            violation.to_string().lines().skip(1).collect::<Vec<_>>(),
            [
                "  1. alice may not unblock bob: alice does not block bob",
                "     now: strangers"
            ],
        );
    }
}
