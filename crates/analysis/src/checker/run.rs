//! A search that judges the properties in every state.

use socialgraph::{Action, Interaction, Policy};

use super::bit_set::BitSet;
use super::judge::{Failure, Location, Subject};
use super::local_state::{JudgedAction, JudgedInteraction};
use super::property::Property;
use super::report::{Progress, Report};
use super::search::{Search, frontiers, path_to};
use super::sometimes::Witnesses;
use super::space::Space;
use super::trace::Violation;
use super::trace_finder;
use super::users::Users;

/// The number of states between two notices of progress.
const STATES_PER_NOTICE: u64 = 1 << 20;

/// The results of a search so far, and the work that is left.
struct Run<'a> {
    policy: &'a Policy,
    space: &'a Space,
    /// The local states that have been judged. The rules answer the same in every state.
    judged: BitSet,
    case_count: u64,
    witnesses: Witnesses,
    /// The properties that have not failed yet.
    unviolated: Vec<Property>,
    failures: Vec<Failure>,
}

/// Searches every reachable state for some properties, and passes the progress to `notice`.
pub(super) fn run(
    policy: &Policy,
    users: Users,
    properties: &[Property],
    mut notice: impl FnMut(Progress),
) -> Report {
    let space = Space::new(policy, users);
    let mut run = Run {
        policy,
        space: &space,
        judged: BitSet::new(space.local_state_count()),
        case_count: 0,
        witnesses: Witnesses::default(),
        unviolated: properties.to_vec(),
        failures: Vec::new(),
    };

    let progress = run.search(&mut notice);
    let violations = run.violations();

    Report {
        policy: *policy,
        users,
        progress,
        cases: run.case_count,
        witnesses: run.witnesses,
        violations,
    }
}

impl Run<'_> {
    /// Visits every reachable state, in the order of depth.
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
                progress.transitions += space.transition_count(pair);
                self.visit(Location {
                    depth: progress.depth,
                    state,
                    pair,
                });

                if pair.is_first() {
                    progress.expanded += 1;
                    if progress.expanded.is_multiple_of(STATES_PER_NOTICE) {
                        notice(progress);
                    }
                }
            });

            let new_states = search.frontier().len();
            if new_states == 0 {
                return progress;
            }
            progress.states += new_states;
            progress.depth += 1;
        }
    }

    /// Judges the local state of a pair, unless it has been judged in an earlier state.
    #[inline]
    fn visit(&mut self, location: Location) {
        if !self.judged.contains(location.pair.local_state) {
            self.judged.insert(location.pair.local_state);
            self.judge(location);
        }
    }

    /// Judges every interaction and every action of both users in a local state.
    fn judge(&mut self, location: Location) {
        for (_, facts) in self.space.local_state(location.pair).all_facts() {
            self.check(location, &Subject::Pair(&facts));

            for interaction in Interaction::ALL {
                let judged = JudgedInteraction::new(self.policy, interaction, facts);
                self.witnesses.add_interaction(judged.decision);
                self.check(location, &Subject::Interaction(&judged));
            }

            for action in Action::ALL {
                let judged = JudgedAction::new(self.policy, action, facts);
                match judged.outcome {
                    Ok(change) => self.witnesses.add_effects(change.effects()),
                    Err(refusal) => self.witnesses.add_reasons(refusal.reasons()),
                }
                self.check(location, &Subject::Action(&judged));
            }
        }
    }

    /// Checks each property that has not failed yet on a subject.
    fn check(&mut self, location: Location, subject: &Subject<'_>) {
        self.case_count += 1;

        let Self {
            policy,
            unviolated,
            failures,
            ..
        } = self;
        unviolated.retain(|&property| {
            let holds = subject.satisfies(property, policy);
            if !holds {
                failures.push(Failure { property, location });
            }
            holds
        });
    }

    /// Returns a violation with its trace for each failure, in the order of the properties.
    ///
    /// The search keeps no predecessors. If a property failed, this searches again as far as the
    /// deepest failure, and keeps each frontier.
    fn violations(&self) -> Vec<Violation> {
        let depths = self.failures.iter().map(|failure| failure.location.depth);
        let Some(deepest) = depths.max() else {
            return Vec::new();
        };

        let frontiers = frontiers(self.space, deepest);
        let mut violations = Vec::new();
        for failure in &self.failures {
            let Location { depth, state, .. } = failure.location;
            let frontiers = frontiers.get(..=depth).unwrap_or_default();
            let path = path_to(self.space, frontiers, state);
            violations.push(trace_finder::explain(
                self.policy,
                self.space,
                failure,
                &path,
            ));
        }
        violations.sort_by_key(Violation::property);
        violations
    }
}
