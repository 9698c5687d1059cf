//! A search that judges what it meets.

use super::bits::Bits;
use super::judge::{Judge, judge};
use super::occurrence::Met;
use super::property::Property;
use super::search::{Search, frontiers, way_to};
use super::situation::{Message, Step};
use super::space::{PairState, Space};
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
    judged: Bits,
    answers: u64,
    met: Met,
    /// The properties that have not failed yet.
    open: Vec<Property>,
    failures: Vec<Failure>,
}

/// The first failure of a property, which is one at the fewest operations.
pub(super) struct Failure {
    pub(super) property: Property,
    pub(super) place: Place,
}

/// Where in the search something is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) depth: usize,
    pub(super) state: usize,
    pub(super) pair: PairState,
}

/// What a property is asked about.
pub(super) enum Subject<'a> {
    Pair(&'a Facts),
    Message(&'a Message),
    Step(&'a Step),
}

/// Searches everything, and tells how far it has come.
pub(super) fn run(policy: &Policy, users: Users, mut notice: impl FnMut(Progress)) -> Report {
    let space = Space::new(policy, users);
    let mut run = Run {
        policy,
        space: &space,
        judged: Bits::new(space.situations()),
        answers: 0,
        met: Met::default(),
        open: Property::ALL.to_vec(),
        failures: Vec::new(),
    };
    let progress = run.search(&mut notice);
    let violations = violations(&run);
    Report {
        policy: *policy,
        users,
        progress,
        answers: run.answers,
        met: run.met,
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
                self.meet(Place {
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
    fn meet(&mut self, place: Place) {
        if !self.judged.contains(place.pair.situation) {
            self.judged.insert(place.pair.situation);
            self.judge(place);
        }
    }

    /// Judges everything that either user can do or ask in a situation.
    fn judge(&mut self, place: Place) {
        for (_, facts) in self.space.situation(place.pair).all_facts() {
            let message = Message::new(self.policy, facts);
            self.met.message(message.decision);
            self.look(place, &Subject::Pair(&facts));
            self.look(place, &Subject::Message(&message));
            for action in Action::ALL {
                let step = Step::new(self.policy, action, facts);
                match step.outcome {
                    Ok(change) => self.met.effects(change.effects()),
                    Err(refusal) => self.met.reasons(refusal.reasons()),
                }
                self.look(place, &Subject::Step(&step));
            }
        }
    }

    /// Asks each property that is still open about one thing.
    fn look(&mut self, place: Place, subject: &Subject<'_>) {
        self.answers += 1;
        let Self {
            policy,
            open,
            failures,
            ..
        } = self;
        open.retain(|&property| {
            let holds = subject.passes(policy, property);
            if !holds {
                failures.push(Failure { property, place });
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
            (Judge::Step(holds), Self::Step(step)) => holds(policy, step),
            (Judge::Pair(_) | Judge::Message(_) | Judge::Step(_), _) => true,
        }
    }
}

/// Returns a violation with its trace for each failure, in the order of the properties.
///
/// The search keeps no parents: where something failed, it is made again as far as that, and
/// this time each level is kept.
fn violations(run: &Run<'_>) -> Vec<Violation> {
    let Some(deepest) = run.failures.iter().map(|failure| failure.place.depth).max() else {
        return Vec::new();
    };
    let levels = frontiers(run.space, deepest);
    let violation = |failure: &Failure| {
        let levels = levels.get(..=failure.place.depth).unwrap_or_default();
        let way = way_to(run.space, levels, failure.place.state);
        Violation::new(run.policy, run.space, failure, &way)
    };
    let mut violations: Vec<_> = run.failures.iter().map(violation).collect();
    violations.sort_by_key(Violation::property);
    violations
}
