//! Making a log short: the same way for a property that fails and for two systems that differ.

use std::ops::Range;

/// One entry of a log that shrinks.
pub(crate) trait Entry: Clone {
    /// Returns in how many ways the entry can be made simpler.
    ///
    /// Simpler is: names fewer users, or is of a simpler kind. Nothing may lead back.
    fn simplification_count(&self) -> usize;

    /// Returns what stands in the entry's place if it is made simpler in one of those ways.
    fn simpler(&self, way: usize) -> Vec<Self>;

    /// Returns every name that the entry gives.
    fn names(&self) -> Vec<&str>;

    /// Returns the same entry with other names.
    fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self;
}

/// A log that is known to fail, and the simpler one that is tried next.
///
/// Operations go first, many at a time and then one by one; then each is made simpler; then
/// two users become one; and the users who are left take the first names. It goes round until
/// nothing of this leaves a log that fails, so that no single operation can be left out.
#[derive(Clone, Debug)]
pub(crate) struct Shrinker<E> {
    failing: Vec<E>,
    candidate: Option<Vec<E>>,
    /// What can be done to the failing log, the greatest step first.
    edits: Vec<Edit>,
    /// Which of the edits comes next.
    place: usize,
    /// Whether the log has become simpler since the first edit was tried.
    progress: bool,
    /// The users' names, in the order in which they are preferred.
    users: Vec<String>,
}

impl<E: Entry> Shrinker<E> {
    pub(crate) fn new(log: Vec<E>, users: Vec<String>) -> Self {
        // Most logs never fail: what could be done to this one is found out when it does.
        let edits = Vec::new();
        Self {
            failing: log,
            candidate: None,
            edits,
            place: 0,
            progress: false,
            users,
        }
    }

    /// Returns the log to be tried, or the one that fails where there is none.
    pub(crate) fn current(&self) -> &[E] {
        self.candidate.as_ref().unwrap_or(&self.failing)
    }

    /// Takes the current log for one that fails, and goes on to a simpler one.
    ///
    /// Returns whether there is one.
    pub(crate) fn simplify(&mut self) -> bool {
        if let Some(candidate) = self.candidate.take() {
            self.failing = candidate;
            self.progress = true;
        }
        self.edits = edits(&self.failing, &self.users);
        self.advance()
    }

    /// Takes the current log for one that does not fail, and goes on to another.
    ///
    /// Returns whether the current log has changed; where nothing is left to be tried, it is
    /// the one that fails.
    pub(crate) fn complicate(&mut self) -> bool {
        if self.candidate.take().is_none() {
            return false;
        }
        self.place += 1;
        self.advance();
        true
    }

    fn advance(&mut self) -> bool {
        if self.place >= self.edits.len() && self.progress {
            self.progress = false;
            self.place = 0;
        }
        let edit = self.edits.get(self.place);
        self.candidate = edit.map(|edit| edit.made_to(&self.failing, &self.users));
        self.candidate.is_some()
    }
}

/// One step from a log to a simpler one. It is small: few of those that there are get tried.
#[derive(Clone, Debug)]
enum Edit {
    /// Leaves a stretch out.
    Without(Range<usize>),
    /// Makes one entry simpler.
    Simpler { place: usize, way: usize },
    /// Puts one user in the place of two.
    Merged { kept: usize, gone: usize },
    /// Gives the users the first names, in their order.
    Renamed,
}

/// Returns everything that can be done to a log, the greatest step first.
fn edits<E: Entry>(log: &[E], users: &[String]) -> Vec<Edit> {
    let renamed = (!in_order(log, users)).then_some(Edit::Renamed);
    shorter(log.len())
        .chain(simpler(log))
        .chain(merged(log, users))
        .chain(renamed)
        .collect()
}

/// Leaves out a stretch, long stretches first, from the end.
fn shorter(length: usize) -> impl Iterator<Item = Edit> {
    let halves = std::iter::successors(Some(length / 2), |size| Some(size / 2));
    let sizes = halves.take_while(|size| *size > 1).chain([1]);
    sizes.flat_map(move |size| {
        let ends = (1..=length).rev().step_by(size);
        ends.map(move |end| Edit::Without(end.saturating_sub(size)..end))
    })
}

fn simpler<E: Entry>(log: &[E]) -> impl Iterator<Item = Edit> {
    let ways = log.iter().map(Entry::simplification_count).enumerate();
    ways.flat_map(|(place, ways)| (0..ways).map(move |way| Edit::Simpler { place, way }))
}

fn merged<E: Entry>(log: &[E], users: &[String]) -> Vec<Edit> {
    let given = |user: &String| {
        log.iter()
            .any(|entry| entry.names().contains(&user.as_str()))
    };
    let places = users.iter().enumerate().filter(|(_, user)| given(user));
    let used: Vec<usize> = places.map(|(place, _)| place).collect();
    let pairs = used
        .iter()
        .flat_map(|kept| used.iter().map(move |gone| (*kept, *gone)));
    let once = pairs.filter(|(kept, gone)| kept < gone);
    once.map(|(kept, gone)| Edit::Merged { kept, gone })
        .collect()
}

/// Returns the users of a log, in the order in which it names them.
fn met<'a, E: Entry>(log: &'a [E], users: &[String]) -> Vec<&'a str> {
    let mut met = Vec::new();
    for name in log.iter().flat_map(Entry::names) {
        if users.iter().any(|user| user == name) && !met.contains(&name) {
            met.push(name);
        }
    }
    met
}

fn in_order<E: Entry>(log: &[E], users: &[String]) -> bool {
    met(log, users)
        .iter()
        .zip(users)
        .all(|(name, user)| name == user)
}

impl Edit {
    /// Returns the log with the edit made.
    fn made_to<E: Entry>(&self, log: &[E], users: &[String]) -> Vec<E> {
        match self {
            Self::Without(stretch) => replaced(log, stretch.clone(), Vec::new()),
            Self::Simpler { place, way } => {
                let simpler = log.get(*place).map(|entry| entry.simpler(*way));
                replaced(log, *place..place + 1, simpler.unwrap_or_default())
            }
            Self::Merged { kept, gone } => {
                let gone = users.get(*gone);
                renamed(log, |name| {
                    users
                        .get(*kept)
                        .filter(|_| gone.is_some_and(|it| it == name))
                })
            }
            Self::Renamed => {
                let met = met(log, users);
                let place = |name: &str| met.iter().position(|user| *user == name);
                renamed(log, |name| place(name).and_then(|place| users.get(place)))
            }
        }
    }
}

/// Returns the log with another name in the place of each that has one.
fn renamed<'a, E: Entry>(log: &[E], other: impl Fn(&str) -> Option<&'a String>) -> Vec<E> {
    let rename = |name: &str| other(name).map_or(name, String::as_str).to_owned();
    log.iter().map(|entry| entry.renamed(&rename)).collect()
}

/// Returns the log with other entries in the place of a stretch.
fn replaced<E: Entry>(log: &[E], stretch: Range<usize>, by: Vec<E>) -> Vec<E> {
    let before = log.iter().take(stretch.start).cloned();
    before
        .chain(by)
        .chain(log.iter().skip(stretch.end).cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Edit, in_order};
    use socialgraph::{Action, Operation};

    #[test]
    fn users_have_the_first_names_and_nobody_else_is_renamed() {
        let users = ["ann", "ben", "cyd"].map(str::to_owned);
        let block = |actor, target| Operation::act(Action::Block, actor, target);
        let log = [block("cyd", "nobody"), block("ben", "cyd")];
        let renamed = Edit::Renamed.made_to(&log, &users);
        assert_eq!(renamed, [block("ann", "nobody"), block("ben", "ann")]);
        assert!(!in_order(&log, &users) && in_order(&renamed, &users));
    }
}
