//! How a violation comes about, as operations that a reader can follow.

use std::fmt;

use super::judge::{Judge, judge};
use super::property::Property;
use super::run::Failure;
use super::situation::{Message, Side, Step};
use super::space::{PairState, Space};
use super::users::Users;
use crate::{
    Action, Change, Decision, Facts, Operation, Policy, Refusal, Relation, RequestMode,
    RequestSending, UserFacts,
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
    trace: Vec<TraceStep>,
    /// The message that is answered wrongly, where that is what fails.
    message: Option<(Pair, Decision)>,
    users: Users,
    /// The mode that users have until it is set.
    initial_mode: RequestMode,
}

/// One operation of a trace, with what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
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
            [from, to] => step_between(policy, space, from, to),
            _ => None,
        });
        let pair = Pair::new(space.users(), failure.place.pair, failure.side);
        let last = failure.action.map(|action| {
            let step = Step::new(policy, action, failure.facts);
            let place = failure.place;
            TraceStep::new(space, (place.state, place.pair), (failure.side, step))
        });
        let message = match judge(failure.property) {
            Judge::Message(_) => Some((pair, Message::new(policy, failure.facts).decision)),
            Judge::Pair(_) | Judge::Step(_) => None,
        };
        Self {
            property: failure.property,
            trace: leading.chain(last).collect(),
            message,
            users: space.users(),
            initial_mode: policy.initial_request_mode,
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
    /// use socialgraph::checker::{Users, check};
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
        let mut log: Vec<_> =
            names.iter().map(|&name| Operation::AddUser { name: name.to_owned() }).collect();
        let joined = UserFacts::new(self.initial_mode);
        let mut settings: Vec<_> = names.iter().map(|&name| (name, joined)).collect();
        for step in &self.trace {
            for (name, facts) in &mut settings {
                log.extend(
                    step.settings_of(name).into_iter().flat_map(|new| set(name, facts, new)),
                );
            }
            log.push(step.operation());
        }
        log
    }
}

/// Returns what sets a user's settings to these, and notes that they are.
fn set(
    name: &str,
    old: &mut UserFacts,
    new: &UserFacts,
) -> impl Iterator<Item = Operation> + use<> {
    let user = name.to_owned();
    let mode = (old.request_mode != new.request_mode)
        .then(|| Operation::SetRequestMode { user: user.clone(), mode: new.request_mode });
    let sending = (old.request_sending != new.request_sending)
        .then_some(Operation::SetRequestSending { user, sending: new.request_sending });
    *old = *new;
    mode.into_iter().chain(sending)
}

impl TraceStep {
    /// Makes what a step does in a state into one of a trace.
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

    /// Returns it as one on a graph, with the same names.
    ///
    /// It takes the two users' settings as they are: [`Violation::log`] sets them first.
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

    /// Returns a user's facts, if it is one of the two.
    fn settings_of(&self, name: &str) -> Option<&UserFacts> {
        let Pair { actor, target } = self.pair;
        if name == actor {
            Some(&self.facts.actor)
        } else {
            (name == target).then_some(&self.facts.target)
        }
    }

    fn write_state(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (first, second, relation) in self.relations() {
            if relation != Relation::STRANGERS {
                write!(f, "{separator}{}", relation.explain(first, second))?;
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
fn step_between(policy: &Policy, space: &Space, from: usize, to: usize) -> Option<TraceStep> {
    let pair = space.pairs(from).find(|&pair| space.successors(pair).any(|next| next == to))?;
    let after = space.relations(to).get(pair.pair).copied()?;
    let steps = space.situation(pair).all_facts().flat_map(|(side, facts)| {
        Action::ALL.into_iter().map(move |action| (side, Step::new(policy, action, facts)))
    });
    let leads = |(side, step): &(Side, Step)| {
        step.outcome.is_ok_and(|change| side.view(change.after) == after)
    };
    steps.into_iter().find(leads).map(|step| TraceStep::new(space, (from, pair), step))
}

/// The operation as a sentence, such as "alice blocks bob".
impl fmt::Display for TraceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { actor, target } = self.pair;
        if self.outcome.is_ok() {
            self.operation().fmt(f)?;
        } else {
            self.decision.explain(actor, target).fmt(f)?;
        }
        write_settings(f, actor, &self.facts.actor)?;
        write_settings(f, target, &self.facts.target)
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
    use super::{Property, Space, Step, TraceStep, Users, Violation, step_between};
    use crate::{Action, Policy, Relation};

    #[test]
    fn the_step_between_two_states_is_of_the_pair_that_changes() {
        let policy = Policy::tencent_rest();
        let space = Space::new(&policy, Users::Three);
        let names = Users::Three.names();
        for pair in space.pairs(Space::start()) {
            let (first, second) = Users::Three.pairs()[pair.pair];
            for next in space.successors(pair) {
                let step = step_between(&policy, &space, Space::start(), next).unwrap();
                let mut both = [step.actor(), step.target()];
                both.sort_unstable();
                assert_eq!(both, [names[first], names[second]], "{step}");
                let changed = step.relations().filter(|(.., after)| *after != Relation::STRANGERS);
                assert_eq!(changed.count(), 1, "{step}");
            }
        }
    }

    #[test]
    fn a_step_that_is_refused_leaves_strangers() {
        let policy = Policy::tencent_rest();
        let space = Space::new(&policy, Users::Two);
        let pair = space.pairs(Space::start()).next().unwrap();
        let (side, facts) = space.situation(pair).all_facts().next().unwrap();
        let step = Step::new(&policy, Action::Unblock, facts);
        let violation = Violation {
            property: Property::TakingAwayAlwaysWorks,
            trace: vec![TraceStep::new(&space, (Space::start(), pair), (side, step))],
            message: None,
            users: Users::Two,
            initial_mode: policy.initial_request_mode,
        };
        assert_eq!(
            violation.to_string().lines().skip(1).collect::<Vec<_>>(),
            ["  1. alice may not unblock bob: alice does not block bob", "     now: strangers",],
        );
    }

    #[test]
    fn settings_are_told_where_they_are_not_the_plainest() {
        let policy = Policy::tencent_rest();
        let space = Space::new(&policy, Users::Two);
        let pair = space.pairs(Space::start()).next().unwrap();
        let told = |(side, facts)| {
            let step = Step::new(&policy, Action::Block, facts);
            TraceStep::new(&space, (Space::start(), pair), (side, step)).to_string()
        };
        let told: Vec<_> = space.situation(pair).all_facts().map(told).collect();
        for settings in [
            "",
            " (alice takes requests from anyone)",
            " (bob takes requests from nobody)",
            " (alice is barred from sending requests) (bob takes requests from anyone)",
        ] {
            let text = format!("alice blocks bob{settings}");
            assert!(told.contains(&text), "{text}: {told:?}");
        }
    }
}
