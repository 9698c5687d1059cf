//! A search that judges what it meets.

use super::bit_set::BitSet;
use super::judge::{Judge, judge};
use super::local_state::{JudgedAction, JudgedMessage};
use super::property::Property;
use super::search::{Search, levels_up_to, path_to};
use super::sometimes::Witnesses;
use super::space::{PairRef, Space};
use super::trace::Violation;
use super::{Progress, Report, Users};
use socialgraph::{Action, Facts, Policy};

/// How many states are gone through between two notices of progress.
const STATES_A_NOTICE: u64 = 1 << 20;

/// The judging half of a search: what is left to judge, and what has been found.
struct Run<'a> {
    policy: &'a Policy,
    space: &'a Space,
    /// The situations that have been judged: whatever the state, the answers are the same.
    judged: BitSet,
    cases: u64,
    witnesses: Witnesses,
    /// The properties that have not failed yet.
    unviolated: Vec<Property>,
    failures: Vec<Failure>,
}

/// The first failure of a property, which is one at the fewest operations.
pub(super) struct Failure {
    pub(super) property: Property,
    pub(super) location: Location,
}

/// Where in the search something is.
#[derive(Clone, Copy)]
pub(super) struct Location {
    pub(super) depth: usize,
    pub(super) state: usize,
    pub(super) pair: PairRef,
}

/// What a property is asked about.
pub(super) enum Subject<'a> {
    Pair(&'a Facts),
    Message(&'a JudgedMessage),
    Action(&'a JudgedAction),
}

/// Searches everything, and tells how far it has come.
pub(super) fn run(policy: &Policy, users: Users, mut notice: impl FnMut(Progress)) -> Report {
    let space = Space::new(policy, users);
    let mut run = Run {
        policy,
        space: &space,
        judged: BitSet::new(space.local_states()),
        cases: 0,
        witnesses: Witnesses::default(),
        unviolated: Property::ALL.to_vec(),
        failures: Vec::new(),
    };
    let progress = run.search(&mut notice);
    let violations = violations(&run);
    Report {
        policy: *policy,
        users,
        progress,
        cases: run.cases,
        witnesses: run.witnesses,
        violations,
    }
}

impl Run<'_> {
    /// Goes through every state that can be reached, in the order of operations needed.
    fn search(&mut self, notice: &mut impl FnMut(Progress)) -> Progress {
        let space = self.space;
        let mut search = Search::new(space);
        let mut progress = Progress {
            depth: 0,
            states: 1,
            expanded: 0,
            transitions: 0,
        };
        loop {
            notice(progress);
            search.advance(|state, pair| {
                progress.transitions += space.transitions(pair);
                self.visit(Location {
                    depth: progress.depth,
                    state,
                    pair,
                });
                if pair.is_first() {
                    progress.expanded += 1;
                    if progress.expanded.is_multiple_of(STATES_A_NOTICE) {
                        notice(progress);
                    }
                }
            });
            match search.frontier().len() {
                0 => return progress,
                new => progress.states += new,
            }
            progress.depth += 1;
        }
    }

    #[inline]
    fn visit(&mut self, location: Location) {
        if !self.judged.contains(location.pair.local_state) {
            self.judged.insert(location.pair.local_state);
            self.judge(location);
        }
    }

    /// Judges everything that either user can do or ask in a situation.
    fn judge(&mut self, location: Location) {
        for (_, facts) in self.space.local_state(location.pair).all_facts() {
            let message = JudgedMessage::new(self.policy, facts);
            self.witnesses.message(message.decision);
            self.check_properties(location, &Subject::Pair(&facts));
            self.check_properties(location, &Subject::Message(&message));
            for action in Action::ALL {
                let step = JudgedAction::new(self.policy, action, facts);
                match step.outcome {
                    Ok(change) => self.witnesses.effects(change.effects()),
                    Err(refusal) => self.witnesses.reasons(refusal.reasons()),
                }
                self.check_properties(location, &Subject::Action(&step));
            }
        }
    }

    /// Asks each property that is still open about one thing.
    fn check_properties(&mut self, location: Location, subject: &Subject<'_>) {
        self.cases += 1;
        let Self {
            policy,
            unviolated,
            failures,
            ..
        } = self;
        unviolated.retain(|&property| {
            let holds = subject.passes(policy, property);
            if !holds {
                failures.push(Failure { property, location });
            }
            holds
        });
    }
}

impl Subject<'_> {
    /// Returns whether the property holds, or is about something else.
    pub(super) fn passes(&self, policy: &Policy, property: Property) -> bool {
        match (judge(property), self) {
            (Judge::Pair(holds), Self::Pair(facts)) => holds(policy, facts),
            (Judge::Message(holds), Self::Message(message)) => holds(policy, message),
            (Judge::Action(holds), Self::Action(step)) => holds(policy, step),
            (Judge::Pair(_) | Judge::Message(_) | Judge::Action(_), _) => true,
        }
    }
}

/// Returns a violation with its trace for each failure, in the order of the properties.
///
/// The search keeps no parents: where something failed, it is made again as far as that, and
/// this time each level is kept.
fn violations(run: &Run<'_>) -> Vec<Violation> {
    let Some(deepest) = run
        .failures
        .iter()
        .map(|failure| failure.location.depth)
        .max()
    else {
        return Vec::new();
    };
    let levels = levels_up_to(run.space, deepest);
    let violation = |failure: &Failure| {
        let levels = levels.get(..=failure.location.depth).unwrap_or_default();
        let way = path_to(run.space, levels, failure.location.state);
        Violation::new(run.policy, run.space, failure, &way)
    };
    let mut violations: Vec<_> = run.failures.iter().map(violation).collect();
    violations.sort_by_key(Violation::property);
    violations
}
