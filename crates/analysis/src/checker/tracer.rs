//! Finds the operations that lead to a failure, with no more settings than they take.

use super::local_state::{JudgedAction, JudgedMessage, Side};
use super::run::{Failure, Subject};
use super::space::{PairRef, Space};
use super::trace::{Pair, TraceStep};
use socialgraph::{Action, Decision, Facts, Operation, Policy, UserFacts};

/// A trace in the making.
pub(super) struct Tracer<'a> {
    policy: &'a Policy,
    space: &'a Space,
    /// The settings of each user so far, by name.
    settings: Vec<(&'static str, UserFacts)>,
}

impl<'a> Tracer<'a> {
    /// Begins where everyone has just joined.
    pub(super) fn new(policy: &'a Policy, space: &'a Space) -> Self {
        let joined = UserFacts::new(policy.initial_request_mode);
        let settings = space
            .users()
            .names()
            .iter()
            .map(|&name| (name, joined))
            .collect();
        Self {
            policy,
            space,
            settings,
        }
    }

    /// Returns an operation that leads from one state to another.
    pub(super) fn step_between(&mut self, from: usize, to: usize) -> Option<TraceStep> {
        let space = self.space;
        let pair = space
            .pairs(from)
            .find(|&pair| space.successors(pair).any(|next| next == to))?;
        let after = space.relations(to).get(pair.pair).copied()?;
        self.nearest_step((from, pair), |side, step| {
            step.outcome
                .is_ok_and(|change| side.view(change.after) == after)
        })
    }

    /// Returns the operation that fails a property, if that is about operations.
    pub(super) fn failing_step(&mut self, failure: &Failure) -> Option<TraceStep> {
        let (policy, property) = (self.policy, failure.property);
        self.nearest_step(
            (failure.location.state, failure.location.pair),
            |_, step| !Subject::Action(step).passes(policy, property),
        )
    }

    /// Returns the message that is answered wrongly, if the property is about messages.
    pub(super) fn failing_message(&self, failure: &Failure) -> Option<(Pair, Decision)> {
        let pair = failure.location.pair;
        let all = self.space.local_state(pair).all_facts();
        let mut messages = all.map(|(side, facts)| (side, JudgedMessage::new(self.policy, facts)));
        let (side, message) = messages.find(|(_, message)| {
            !Subject::Message(message).passes(self.policy, failure.property)
        })?;
        Some((Pair::new(self.space.users(), pair, side), message.decision))
    }

    /// Returns the wanted operation of a pair for which the fewest settings have to change.
    fn nearest_step(
        &mut self,
        (state, pair): (usize, PairRef),
        wanted: impl Fn(Side, &JudgedAction) -> bool,
    ) -> Option<TraceStep> {
        let Self { policy, space, .. } = *self;
        let named = |side| Pair::new(space.users(), pair, side);
        let steps = space
            .local_state(pair)
            .all_facts()
            .flat_map(|(side, facts)| {
                Action::ALL
                    .into_iter()
                    .map(move |action| (side, JudgedAction::new(policy, action, facts)))
            });
        let (side, step) = steps
            .filter(|(side, step)| wanted(*side, step))
            .min_by_key(|(side, step)| self.changes(named(*side), &step.facts).len())?;
        let settings = self.change(named(side), &step.facts);
        Some(TraceStep::new(space, (state, pair), (side, step), settings))
    }

    /// Returns what sets the two users' settings to those among these facts.
    fn changes(&self, pair: Pair, facts: &Facts) -> Vec<Operation> {
        let both = self.settings.iter();
        let both = both.filter_map(|(name, old)| Some((*name, old, pair.facts_of(name, facts)?)));
        both.flat_map(|(name, old, new)| changes_of(name, old, &new))
            .collect()
    }

    /// Returns the same, and takes note that they are set.
    fn change(&mut self, pair: Pair, facts: &Facts) -> Vec<Operation> {
        let changes = self.changes(pair, facts);
        for (name, user) in &mut self.settings {
            *user = pair.facts_of(name, facts).unwrap_or(*user);
        }
        changes
    }
}

/// Returns what sets a user's settings to the new ones.
fn changes_of(
    name: &str,
    old: &UserFacts,
    new: &UserFacts,
) -> impl Iterator<Item = Operation> + use<> {
    let user = name.to_owned();
    let mode = (old.request_mode != new.request_mode).then(|| Operation::SetRequestMode {
        user: user.clone(),
        mode: new.request_mode,
    });
    let sending =
        (old.request_sending != new.request_sending).then_some(Operation::SetRequestSending {
            user,
            sending: new.request_sending,
        });
    mode.into_iter().chain(sending)
}

#[cfg(test)]
mod tests {
    use super::Tracer;
    use crate::checker::Users;
    use crate::checker::space::Space;
    use socialgraph::{Policy, Relation, RequestMode};

    #[test]
    fn the_step_between_two_states_is_of_the_pair_that_changes() {
        let policy = Policy::tencent_rest();
        let space = Space::new(&policy, Users::Three);
        let names = Users::Three.names();
        for pair in space.pairs(Space::start()) {
            let (first, second) = Users::Three.pairs()[pair.pair];
            for next in space.successors(pair) {
                let mut tracer = Tracer::new(&policy, &space);
                let step = tracer.step_between(Space::start(), next).unwrap();
                let mut both = [step.actor(), step.target()];
                both.sort_unstable();
                assert_eq!(both, [names[first], names[second]], "{step}");
                let changed = step
                    .relations()
                    .filter(|(.., after)| *after != Relation::STRANGERS);
                assert_eq!(changed.count(), 1, "{step}");
            }
        }
    }

    #[test]
    fn settings_are_changed_where_a_step_takes_others() {
        let requested = |mode, step: &str| {
            let mut policy = Policy::tencent_rest();
            policy.initial_request_mode = mode;
            let space = Space::new(&policy, Users::Two);
            let pair = space.pairs(Space::start()).next().unwrap();
            let mut told = space.successors(pair).map(|next| {
                Tracer::new(&policy, &space)
                    .step_between(Space::start(), next)
                    .unwrap()
                    .to_string()
            });
            assert!(told.any(|told| told == step), "{mode:?}: {step}");
        };
        requested(RequestMode::Confirm, "alice sends bob a friend request");
        let confirms = "(bob takes friend requests from anyone, on confirmation)";
        for mode in [RequestMode::Anyone, RequestMode::Nobody] {
            requested(
                mode,
                &format!("alice sends bob a friend request {confirms}"),
            );
            requested(mode, "alice blocks bob");
        }
    }
}
