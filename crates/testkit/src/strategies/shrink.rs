//! Shrinking of logs, for a failing property and for two systems that differ.

use std::ops::Range;

use socialgraph::Operation;

use super::likeness::OddName;
use super::names::is_valid;
use super::offer::Offer;
use super::{Tuning, UNKNOWN_NAME};

/// One entry of a log that shrinks.
pub(crate) trait Entry: Clone {
    /// Returns the number of ways to make the entry simpler.
    ///
    /// A simpler entry names fewer users or is of a simpler kind. No simplification may undo
    /// another one.
    fn simplification_count(&self) -> usize;

    /// Returns the entries that replace this one in the simplification of this index.
    fn simpler(&self, index: usize) -> Vec<Self>;

    /// Returns the operations of the entry.
    fn operations(&self) -> Vec<&Operation>;

    /// Returns every name that the entry gives.
    fn names(&self) -> Vec<&str> {
        let operations = self.operations().into_iter();
        operations.flat_map(Operation::names).collect()
    }

    /// Returns the same entry with other names.
    fn with_names(&self, rename: &dyn Fn(&str) -> String) -> Self;

    /// Returns the names before and after if the entry gives a user another name.
    fn renaming(&self) -> Option<(&str, &str)>;
}

/// A log that is known to fail, and the simpler candidate that is tried next.
///
/// Edits remove entries, many at a time and then one by one. Then they let users keep their
/// names, replace odd names by plain ones, simplify single entries, replace one user by another,
/// and give the remaining users the first names. After the last edit they start again, until no
/// edit leaves a log that fails. No single operation can be left out of the result.
///
/// A candidate has no operation that the logs of the tuning never have: its weight is 0, because
/// the host under test has none.
#[derive(Clone, Debug)]
pub(crate) struct Shrinker<E> {
    failing: Vec<E>,
    candidate: Option<Vec<E>>,
    /// The edits of the failing log, the largest first.
    edits: Vec<Edit>,
    /// The index of the edit that makes the candidate.
    next: usize,
    /// Whether a candidate failed since the first edit was tried.
    has_progressed: bool,
    names: Names,
    offer: Offer,
}

/// The plain names of a log, in the order in which they are preferred.
#[derive(Clone, Debug, Default)]
struct Names {
    users: Vec<String>,
    /// The names that renames give.
    new: Vec<String>,
    /// The users, and then the new names.
    valid: Vec<String>,
}

impl Names {
    fn of(tuning: &Tuning) -> Self {
        Self {
            users: tuning.users(),
            new: tuning.new_names(),
            valid: tuning.valid_names(),
        }
    }

    /// Returns whether a user of a log may have a name, but not one of the plain ones.
    fn is_odd(&self, name: &str) -> bool {
        is_valid(name) && name != UNKNOWN_NAME && !self.valid.iter().any(|plain| plain == name)
    }
}

impl<E: Entry> Shrinker<E> {
    pub(crate) fn new(log: Vec<E>, tuning: &Tuning) -> Self {
        Self {
            failing: log,
            candidate: None,
            // Most logs never fail, so the edits are listed when this one does.
            edits: Vec::new(),
            next: 0,
            has_progressed: false,
            names: Names::of(tuning),
            offer: Offer::of(tuning),
        }
    }

    /// Returns the candidate, or the failing log if there is none.
    pub(crate) fn current(&self) -> &[E] {
        self.candidate.as_ref().unwrap_or(&self.failing)
    }

    /// Takes note that the current log fails, and makes a simpler candidate.
    ///
    /// Returns whether there is one.
    pub(crate) fn simplify(&mut self) -> bool {
        if let Some(candidate) = self.candidate.take() {
            self.failing = candidate;
            self.has_progressed = true;
        }
        self.edits = edits(&self.failing, &self.names);
        self.make_candidate()
    }

    /// Takes note that the current log does not fail, and makes another candidate.
    ///
    /// Returns whether the current log has changed. If there is no other candidate, the
    /// current log is the failing one.
    pub(crate) fn complicate(&mut self) -> bool {
        if self.candidate.take().is_none() {
            return false;
        }
        self.next += 1;
        self.make_candidate();
        true
    }

    /// Makes the candidate of the next edit whose result the host offers.
    fn make_candidate(&mut self) -> bool {
        loop {
            // An edit that did not work at first may work on a shorter log.
            if self.next >= self.edits.len() && self.has_progressed {
                self.has_progressed = false;
                self.next = 0;
            }

            let Some(edit) = self.edits.get(self.next) else {
                self.candidate = None;
                return false;
            };
            let candidate = edit.apply(&self.failing, &self.names, self.offer);
            if self.offer.has_all(&candidate) {
                self.candidate = Some(candidate);
                return true;
            }
            self.next += 1;
        }
    }
}

/// One step from a log to a simpler one.
///
/// It holds indices rather than a log, because most edits are never tried.
#[derive(Clone, Debug)]
enum Edit {
    /// Removes a range of entries.
    Remove(Range<usize>),
    /// Removes an entry that renames a user, who keeps the name before in all later entries.
    KeepName { entry: usize },
    /// Replaces an odd name by a plain one that the log does not have.
    MakePlain { odd: usize },
    /// Replaces the names of maximum length by shorter ones.
    Shorten,
    /// Makes one entry simpler.
    Simplify { entry: usize, simplification: usize },
    /// Replaces one name by another everywhere.
    Merge { kept: usize, removed: usize },
    /// Gives the users the first names, and the first new names, in the order of the log.
    Rename,
}

/// Returns every edit of a log, the largest first.
fn edits<E: Entry>(log: &[E], names: &Names) -> Vec<Edit> {
    let mut edits = Vec::new();
    add_removals(&mut edits, log.len());
    add_kept_names(&mut edits, log);
    add_plain_names(&mut edits, log, names);
    add_simplifications(&mut edits, log);
    add_merges(&mut edits, log, names);
    if !has_first_names(log, &names.users) || !has_first_names(log, &names.new) {
        edits.push(Edit::Rename);
    }
    edits
}

/// Adds removals of half the log, of a quarter and so on to single entries, from its end.
fn add_removals(edits: &mut Vec<Edit>, length: usize) {
    let mut size = (length / 2).max(1);
    loop {
        let mut end = length;
        while end > 0 {
            edits.push(Edit::Remove(end.saturating_sub(size)..end));
            end = end.saturating_sub(size);
        }

        if size == 1 {
            return;
        }
        size /= 2;
    }
}

fn add_kept_names<E: Entry>(edits: &mut Vec<Edit>, log: &[E]) {
    for (entry, it) in log.iter().enumerate() {
        if it.renaming().is_some() {
            edits.push(Edit::KeepName { entry });
        }
    }
}

fn add_simplifications<E: Entry>(edits: &mut Vec<Edit>, log: &[E]) {
    for (index, entry) in log.iter().enumerate() {
        for simplification in 0..entry.simplification_count() {
            edits.push(Edit::Simplify {
                entry: index,
                simplification,
            });
        }
    }
}

/// Adds the replacements of odd names, unless every plain name is in use.
fn add_plain_names<E: Entry>(edits: &mut Vec<Edit>, log: &[E], names: &Names) {
    let odd = odd_names(log, names);
    if free_name(log, names).is_some() {
        edits.extend((0..odd.len()).map(|odd| Edit::MakePlain { odd }));
    }
    if odd.into_iter().any(|name| shortened(name).is_some()) {
        edits.push(Edit::Shorten);
    }
}

/// Adds the merges of each two names in the log; the earlier one is kept.
fn add_merges<E: Entry>(edits: &mut Vec<Edit>, log: &[E], names: &Names) {
    let used = used_names(log, names).len();
    for kept in 0..used {
        for removed in kept + 1..used {
            edits.push(Edit::Merge { kept, removed });
        }
    }
}

/// Returns every name in a log once, in the order of the log.
fn distinct_names<E: Entry>(log: &[E]) -> Vec<&str> {
    let mut distinct = Vec::new();
    for name in log.iter().flat_map(Entry::names) {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// Returns the odd names in a log, in its order.
fn odd_names<'a, E: Entry>(log: &'a [E], names: &Names) -> Vec<&'a str> {
    let mut odd = distinct_names(log);
    odd.retain(|name| names.is_odd(name));
    odd
}

/// Returns the valid names in a log: plain ones as they are preferred, odd ones, the unknown one.
fn used_names<'a, E: Entry>(log: &'a [E], names: &Names) -> Vec<&'a str> {
    let distinct = distinct_names(log);
    let find = |wanted: &str| distinct.iter().copied().find(|name| *name == wanted);

    let mut used: Vec<_> = names.valid.iter().filter_map(|name| find(name)).collect();
    used.extend(distinct.iter().copied().filter(|name| names.is_odd(name)));
    used.extend(find(UNKNOWN_NAME));
    used
}

/// Returns the first plain name that a log does not have.
fn free_name<'a, E: Entry>(log: &[E], names: &'a Names) -> Option<&'a str> {
    let distinct = distinct_names(log);
    let mut plain = names.valid.iter().map(String::as_str);
    plain.find(|name| !distinct.contains(name))
}

fn shortened(name: &str) -> Option<String> {
    OddName::of(name)?.shortened()
}

/// Returns the preferred name from which a name is made, or that it is.
fn plain_name<'a>(name: &str, preferred: &'a [String]) -> Option<&'a str> {
    let find = |name: &str| preferred.iter().find(|plain| *plain == name);
    let plain = find(name).or_else(|| find(&OddName::of(name)?.plain));
    plain.map(String::as_str)
}

/// Returns the preferred names in a log, in its order; an odd name counts as its plain one.
fn plain_names<'a, E: Entry>(log: &[E], preferred: &'a [String]) -> Vec<&'a str> {
    let mut plain = Vec::new();
    for name in distinct_names(log) {
        plain.extend(plain_name(name, preferred).filter(|name| !plain.contains(name)));
    }
    plain
}

/// Returns whether the preferred names in a log are the first ones, in the order of the log.
fn has_first_names<E: Entry>(log: &[E], preferred: &[String]) -> bool {
    let in_log = plain_names(log, preferred);
    in_log
        .iter()
        .zip(preferred)
        .all(|(name, first)| name == first)
}

/// Returns the log with the first names; what is odd about a name stays.
fn with_first_names<E: Entry>(log: &[E], names: &Names) -> Vec<E> {
    let mut replacements = Vec::new();
    for preferred in [&names.users, &names.new] {
        let in_log = plain_names(log, preferred);
        for name in distinct_names(log) {
            let plain = plain_name(name, preferred);
            let place = in_log.iter().position(|it| Some(*it) == plain);
            let Some(first) = place.and_then(|place| preferred.get(place)) else {
                continue;
            };
            let odd = OddName::of(name).filter(|_| plain != Some(name));
            let new = odd.map_or_else(|| first.clone(), |it| it.made_from(first));
            replacements.push((name, new));
        }
    }
    renamed(log, &replacements)
}

impl Edit {
    /// Returns the log after the edit.
    fn apply<E: Entry>(&self, log: &[E], names: &Names, offer: Offer) -> Vec<E> {
        match self {
            Self::Remove(range) => replaced(log, range.clone(), Vec::new()),
            Self::KeepName { entry } => with_kept_name(log, *entry),
            Self::Simplify {
                entry: index,
                simplification,
            } => match log.get(*index) {
                Some(entry) => replaced(log, *index..index + 1, entry.simpler(*simplification)),
                None => log.to_vec(),
            },
            Self::MakePlain { odd } => {
                match (odd_names(log, names).get(*odd), free_name(log, names)) {
                    (Some(odd), Some(plain)) => renamed(log, &[(*odd, plain)]),
                    _ => log.to_vec(),
                }
            }
            Self::Shorten => {
                let odd = odd_names(log, names).into_iter();
                let shorter = odd.filter_map(|name| Some((name, shortened(name)?)));
                renamed(log, &shorter.collect::<Vec<_>>())
            }
            Self::Merge { kept, removed } => {
                let used = used_names(log, names);
                match (used.get(*kept), used.get(*removed)) {
                    (Some(kept), Some(removed)) => {
                        offer.without_second_joins(renamed(log, &[(*removed, *kept)]))
                    }
                    _ => log.to_vec(),
                }
            }
            Self::Rename => with_first_names(log, names),
        }
    }
}

/// Returns the log without an entry that renames a user, who keeps the name before.
fn with_kept_name<E: Entry>(log: &[E], entry: usize) -> Vec<E> {
    let (before, after) = log.split_at(entry.min(log.len()));
    let Some((renaming, after)) = after.split_first() else {
        return log.to_vec();
    };
    match renaming.renaming() {
        Some((old, new)) => [before, &renamed(after, &[(new, old)])].concat(),
        None => log.to_vec(),
    }
}

/// Returns the log with each first name of a pair replaced by the second.
fn renamed<E: Entry>(log: &[E], names: &[(&str, impl AsRef<str>)]) -> Vec<E> {
    let rename = |name: &str| {
        for (old, new) in names {
            if *old == name {
                return new.as_ref().to_owned();
            }
        }
        name.to_owned()
    };
    log.iter().map(|entry| entry.with_names(&rename)).collect()
}

/// Returns the log with other entries in place of a range.
fn replaced<E: Entry>(log: &[E], range: Range<usize>, by: Vec<E>) -> Vec<E> {
    let mut replaced = Vec::with_capacity(log.len() + by.len());
    replaced.extend(log.iter().take(range.start).cloned());
    replaced.extend(by);
    replaced.extend(log.iter().skip(range.end).cloned());
    replaced
}

#[cfg(test)]
mod tests {
    use super::{Edit, Names, has_first_names};
    use crate::strategies::Tuning;
    use crate::strategies::offer::Offer;
    use socialgraph::{Action, Operation};

    fn offer() -> Offer {
        Offer::of(&Tuning::default())
    }

    #[test]
    fn a_user_who_is_not_renamed_keeps_the_name_in_all_later_operations() {
        let block = |actor| Operation::act(Action::Block, actor, "ben");
        let log = [
            block("ann2"),
            Operation::rename_user("ann", "ann2"),
            block("ann2"),
            block("cyd"),
        ];

        let kept = Edit::KeepName { entry: 1 }.apply(&log, &Names::default(), offer());
        assert_eq!(kept, [block("ann2"), block("ann"), block("cyd")]);
    }

    #[test]
    fn users_get_the_first_names_and_unknown_names_stay() {
        let names = Names::of(&Tuning::default());
        let block = |actor, target| Operation::act(Action::Block, actor, target);
        let log = [block("cyd", "nobody"), block("ben", "cyd")];

        let renamed = Edit::Rename.apply(&log, &names, offer());
        assert_eq!(renamed, [block("ann", "nobody"), block("ben", "ann")]);
        let has_first_names = |log: &[Operation]| has_first_names(log, &names.users);
        assert!(!has_first_names(&log) && has_first_names(&renamed));
    }
}
