//! Playing a log to the engine and the model.

use std::collections::{BTreeSet, VecDeque};

use socialgraph::SocialGraph;

use super::{Setup, Step};
use crate::reference::SideBySide;
use crate::reference::difference::{Difference, ensure};

/// The maximum number of targets of a batch about whom every question is asked at once.
///
/// The end of a log asks about all users.
const MAX_TARGETS_COMPARED: usize = 3;

/// The maximum number of times that everything is compared before the end of a log.
///
/// One time takes as long as a hundred steps.
const MAX_COMPARISONS: usize = 2;

/// The maximum number of snapshots that are kept at once.
const MAX_SNAPSHOTS: usize = 4;

/// Plays a log, and returns engine and model as they end.
///
/// # Errors
/// Fails at the first difference.
pub fn play(setup: Setup, steps: &[Step]) -> Result<SideBySide, Difference> {
    play_and_watch(setup, steps, |_| ())
}

/// Plays a log, and shows the engine after each step.
///
/// # Errors
/// Fails at the first difference.
pub fn play_and_watch(
    setup: Setup,
    steps: &[Step],
    mut watch: impl FnMut(&SocialGraph),
) -> Result<SideBySide, Difference> {
    let mut player = Player {
        names: setup.names.list(),
        is_small: setup.names.is_small(),
        both: setup.start()?,
        snapshots: VecDeque::new(),
        comparisons: 0,
    };

    for step in steps {
        player.step(step)?;
        watch(&player.both.graph);
    }

    for snapshot in &player.snapshots {
        compare_lists(snapshot, &player.names)?;
    }
    player.compare()?;
    Ok(player.both)
}

/// A log under way.
struct Player {
    names: Vec<&'static str>,
    /// Whether the names are few enough to compare all pairs of them.
    is_small: bool,
    both: SideBySide,
    snapshots: VecDeque<SideBySide>,
    /// How many times everything was compared.
    comparisons: usize,
}

impl Player {
    /// Returns a user's name. An index that no name has is the empty name, which is unknown.
    fn name(&self, user: usize) -> &'static str {
        self.names.get(user).copied().unwrap_or_default()
    }

    fn names(&self, users: &[usize]) -> Vec<&'static str> {
        users.iter().map(|user| self.name(*user)).collect()
    }

    /// Plays one step, and compares what it can change.
    fn step(&mut self, step: &Step) -> Result<(), Difference> {
        if let Some((by, operation)) = step.operation(|user| self.name(user).to_owned()) {
            self.both.apply(by, &operation)?;
        }

        match step {
            Step::Act(_, _, actor, target) => {
                compare_two(&self.both, self.name(*actor), self.name(*target))
            }
            Step::ActOnMany(_, _, user, others) | Step::ManyAct(_, _, others, user) => {
                compare_many(&self.both, self.name(*user), &self.names(others))
            }

            Step::Rename(_, one, other) | Step::Merge(_, one, other) => {
                compare_two(&self.both, self.name(*one), self.name(*other))?;
                check_both(&self.both)?;
                self.both.compare_users()
            }
            Step::Clear(_, user, _) => self.both.compare_lists(self.name(*user)),
            Step::Adopt(_) => {
                check_both(&self.both)?;
                self.both.compare_neighbours(&self.names)
            }

            Step::TakeSnapshot => {
                if self.snapshots.len() < MAX_SNAPSHOTS {
                    self.snapshots.push_back(self.both.clone());
                }
                Ok(())
            }
            Step::CompareSnapshot => match self.snapshots.pop_front() {
                Some(snapshot) => compare_lists(&snapshot, &self.names),
                None => Ok(()),
            },
            Step::Reload => reload(&mut self.both.graph),

            Step::ReadPages(user, list, limit) => {
                self.both.compare_pages(self.name(*user), *list, *limit)
            }
            Step::AskAudience(user, others) => self
                .both
                .compare_audience(self.name(*user), &self.names(others)),
            Step::TryLimits(limits) => self.both.compare_limits(*limits, &self.names),

            Step::CompareAll if self.comparisons < MAX_COMPARISONS => {
                self.comparisons += 1;
                self.compare()
            }
            Step::CompareAll
            | Step::SetMode(..)
            | Step::SetSending(..)
            | Step::Add(_)
            | Step::Remove(_) => Ok(()),
        }
    }

    /// Compares everything about few users, and the lists of many.
    fn compare(&self) -> Result<(), Difference> {
        if !self.is_small {
            return compare_lists(&self.both, &self.names);
        }
        check_engine(&self.both)?;
        self.both.compare(&self.names)
    }
}

fn check_engine(both: &SideBySide) -> Result<(), Difference> {
    both.graph
        .check_invariants()
        .map_err(Difference::unexpected)
}

/// Checks that no rule is broken in either.
fn check_both(both: &SideBySide) -> Result<(), Difference> {
    check_engine(both)?;
    both.model.check_invariants()
}

/// Compares everything that an action on a pair could change.
fn compare_two(both: &SideBySide, actor: &str, target: &str) -> Result<(), Difference> {
    both.compare_pair(actor, target)?;
    both.compare_pair(target, actor)?;
    both.compare_lists(actor)?;
    both.compare_lists(target)
}

/// Compares the relations between an actor and many targets, and everything about the first.
fn compare_many(both: &SideBySide, actor: &str, targets: &[&str]) -> Result<(), Difference> {
    let targets: BTreeSet<&str> = targets.iter().copied().collect();
    for target in &targets {
        both.compare_relation(actor, target)?;
        both.compare_relation(target, actor)?;
    }

    for target in targets.iter().take(MAX_TARGETS_COMPARED) {
        compare_two(both, actor, target)?;
    }
    Ok(())
}

/// Compares all lists, and with them all relations, and each two users next to each other.
fn compare_lists(both: &SideBySide, names: &[&str]) -> Result<(), Difference> {
    check_both(both)?;

    for name in names {
        both.compare_lists(name)?;
    }
    both.compare_neighbours(names)?;
    both.compare_users()
}

/// Serializes a graph, and replaces it by the graph that is read back.
fn reload(graph: &mut SocialGraph) -> Result<(), Difference> {
    let bytes = serde_json::to_vec(graph).map_err(Difference::unexpected)?;
    let read = serde_json::from_slice(&bytes).map_err(Difference::unexpected)?;
    ensure!(*graph == read, "the graph that is read back is another");

    *graph = read;
    Ok(())
}
