//! Finds the operations that lead to a failure, with as few changes of settings as possible.

use socialgraph::operation::{SetRequestMode, SetRequestSending};
use socialgraph::{Action, Facts, Interaction, Operation, Policy, UserFacts};

use super::judge::{Failure, Subject};
use super::local_state::{JudgedAction, JudgedInteraction, Side};
use super::space::{PairRef, Space};
use super::trace::{TraceStep, TracedInteraction, Violation};

/// Explains a failure by the states on the path to it.
pub(super) fn explain(
    policy: &Policy,
    space: &Space,
    failure: &Failure,
    path: &[usize],
) -> Violation {
    let mut finder = TraceFinder::new(policy, space);
    let mut trace = Vec::new();
    for states in path.windows(2) {
        if let [from, to] = *states {
            trace.extend(finder.step_between(from, to));
        }
    }
    let failing_step = finder.failing_step(failure);
    let interaction = match failing_step {
        Some(_) => None,
        None => finder.failing_interaction(failure),
    };
    trace.extend(failing_step);

    Violation {
        property: failure.property,
        trace,
        interaction,
        users: space.users(),
    }
}

/// A trace under construction.
struct TraceFinder<'a> {
    policy: &'a Policy,
    space: &'a Space,
    /// Each user's name and current settings.
    settings: Vec<(&'static str, UserFacts)>,
}

impl<'a> TraceFinder<'a> {
    /// Starts with the settings of users who have just joined.
    fn new(policy: &'a Policy, space: &'a Space) -> Self {
        let joined = UserFacts::new(policy.request.initial_mode);
        let mut settings = Vec::new();
        for name in space.users().names() {
            settings.push((*name, joined));
        }
        Self {
            policy,
            space,
            settings,
        }
    }

    /// Returns an operation that leads from one state to another.
    fn step_between(&mut self, from: usize, to: usize) -> Option<TraceStep> {
        let space = self.space;
        let pair = space
            .pairs(from)
            .find(|&pair| space.successors(pair).any(|next| next == to))?;
        let after = space.relations(to).get(pair.index).copied()?;

        self.cheapest_step(from, pair, |side, judged| {
            judged
                .outcome
                .is_ok_and(|change| side.view(change.after) == after)
        })
    }

    /// Returns the action that fails the property, if the property is about actions.
    fn failing_step(&mut self, failure: &Failure) -> Option<TraceStep> {
        let (policy, location) = (self.policy, failure.location);
        self.cheapest_step(location.state, location.pair, |_, judged| {
            !Subject::Action(judged).satisfies(failure.property, policy)
        })
    }

    /// Returns the interaction that fails the property, if the property is about interactions.
    fn failing_interaction(&self, failure: &Failure) -> Option<TracedInteraction> {
        let pair = failure.location.pair;
        for (side, facts) in self.space.local_state(pair).all_facts() {
            for interaction in Interaction::ALL {
                let judged = JudgedInteraction::new(self.policy, interaction, facts);
                if !Subject::Interaction(&judged).satisfies(failure.property, self.policy) {
                    let (actor, target) = self.names(pair, side);
                    return Some(TracedInteraction {
                        actor,
                        target,
                        decision: judged.decision,
                    });
                }
            }
        }
        None
    }

    /// Returns the wanted action of a pair that needs the fewest changes of settings.
    fn cheapest_step(
        &mut self,
        state: usize,
        pair: PairRef,
        is_wanted: impl Fn(Side, &JudgedAction) -> bool,
    ) -> Option<TraceStep> {
        let mut cheapest: Option<(Vec<Operation>, Side, JudgedAction)> = None;
        for (side, facts) in self.space.local_state(pair).all_facts() {
            let changes = self.changes(self.names(pair, side), &facts);
            for action in Action::ALL {
                let judged = JudgedAction::new(self.policy, action, facts);
                let is_cheaper = match &cheapest {
                    Some((fewest, ..)) => changes.len() < fewest.len(),
                    None => true,
                };
                if is_cheaper && is_wanted(side, &judged) {
                    cheapest = Some((changes.clone(), side, judged));
                }
            }
        }

        let (changes, side, judged) = cheapest?;
        Some(self.step(state, pair, side, judged, changes))
    }

    /// Builds a step, and keeps the settings that it takes.
    fn step(
        &mut self,
        state: usize,
        pair: PairRef,
        side: Side,
        judged: JudgedAction,
        changes: Vec<Operation>,
    ) -> TraceStep {
        let (actor, target) = self.names(pair, side);
        for (name, settings) in &mut self.settings {
            if *name == actor {
                *settings = judged.facts.actor;
            } else if *name == target {
                *settings = judged.facts.target;
            }
        }

        let mut relations = self.space.relations(state);
        if let (Ok(change), Some(relation)) = (judged.outcome, relations.get_mut(pair.index)) {
            *relation = side.view(change.after);
        }

        TraceStep {
            actor,
            target,
            action: judged.action,
            settings: changes,
            facts: judged.facts,
            decision: judged.decision,
            outcome: judged.outcome,
            users: self.space.users(),
            relations,
        }
    }

    /// Returns the operations that give the two users the settings among these facts.
    fn changes(&self, (actor, target): (&str, &str), facts: &Facts) -> Vec<Operation> {
        let mut changes = Vec::new();
        for (name, current) in &self.settings {
            let wanted = match *name {
                name if name == actor => facts.actor,
                name if name == target => facts.target,
                _ => continue,
            };

            if current.request_mode != wanted.request_mode {
                changes.push(Operation::SetRequestMode(SetRequestMode {
                    user: (*name).to_owned(),
                    mode: wanted.request_mode,
                }));
            }
            if current.request_sending != wanted.request_sending {
                changes.push(Operation::SetRequestSending(SetRequestSending {
                    user: (*name).to_owned(),
                    sending: wanted.request_sending,
                }));
            }
        }
        changes
    }

    /// Returns the names of the user on this side of a pair and of the other user.
    fn names(&self, pair: PairRef, side: Side) -> (&'static str, &'static str) {
        let (first, second) = self.space.users().names_of_pair(pair.index);
        match side {
            Side::First => (first, second),
            Side::Second => (second, first),
        }
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Policy, Relation, RequestMode};

    use super::TraceFinder;
    use crate::checker::Users;
    use crate::checker::space::Space;

    #[test]
    fn the_step_between_two_states_is_of_the_pair_that_changes() {
        let policy = Policy::tencent_rest();
        let space = Space::new(&policy, Users::Three);
        for pair in space.pairs(Space::start()) {
            let (first, second) = Users::Three.names_of_pair(pair.index);
            for next in space.successors(pair) {
                let mut finder = TraceFinder::new(&policy, &space);
                let step = finder.step_between(Space::start(), next).unwrap();
                let mut users = [step.actor(), step.target()];
                users.sort_unstable();
                assert_eq!(users, [first, second], "{step}");

                let changed = step
                    .relations()
                    .filter(|(.., after)| *after != Relation::STRANGERS);
                assert_eq!(changed.count(), 1, "{step}");
            }
        }
    }

    /// Returns every step from strangers that the finder finds, as sentences.
    fn first_steps(mode: RequestMode) -> Vec<String> {
        let mut policy = Policy::tencent_rest();
        policy.request.initial_mode = mode;
        let space = Space::new(&policy, Users::Two);
        let pair = space.pairs(Space::start()).next().unwrap();

        let mut steps = Vec::new();
        for next in space.successors(pair) {
            let mut finder = TraceFinder::new(&policy, &space);
            let step = finder.step_between(Space::start(), next).unwrap();
            steps.push(step.to_string());
        }
        steps
    }

    #[test]
    fn settings_are_changed_if_a_step_needs_others() {
        let request = "alice sends bob a friend request".to_owned();
        assert!(first_steps(RequestMode::Confirm).contains(&request));

        let confirms = "(bob takes friend requests from anyone, on confirmation)";
        for mode in [RequestMode::Anyone, RequestMode::Nobody] {
            let steps = first_steps(mode);
            assert!(steps.contains(&format!("{request} {confirms}")), "{mode:?}");
            assert!(steps.contains(&"alice blocks bob".to_owned()), "{mode:?}");
        }
    }
}
