//! Shrinking of logs, for a failing property and for two systems that differ.

use std::ops::Range;

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

    /// Returns every name that the entry gives.
    fn names(&self) -> Vec<&str>;

    /// Returns the same entry with other names.
    fn with_names(&self, rename: &dyn Fn(&str) -> String) -> Self;

    /// Returns the names before and after if the entry gives a user another name.
    fn renaming(&self) -> Option<(&str, &str)>;
}

/// A log that is known to fail, and the simpler candidate that is tried next.
///
/// Edits remove entries, many at a time and then one by one. Then they let users keep their names,
/// simplify single entries, replace one user by another, and give the remaining users the first names. After
/// the last edit they start again, until no edit leaves a log that fails. No single operation
/// can be left out of the result.
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
}

/// The names of a log, in the order in which they are preferred.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    users: Vec<String>,
    /// The names that renames give.
    new: Vec<String>,
    /// The users, the new names, and the name that no user has.
    all: Vec<String>,
}

impl Names {
    pub(crate) fn of(tuning: &Tuning) -> Self {
        let (users, new) = (tuning.users(), tuning.new_names());
        let unknown = vec![UNKNOWN_NAME.to_owned()];
        let all = [users.clone(), new.clone(), unknown].concat();
        Self { users, new, all }
    }
}

impl<E: Entry> Shrinker<E> {
    pub(crate) fn new(log: Vec<E>, names: Names) -> Self {
        Self {
            failing: log,
            candidate: None,
            // Most logs never fail, so the edits are listed when this one does.
            edits: Vec::new(),
            next: 0,
            has_progressed: false,
            names,
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

    fn make_candidate(&mut self) -> bool {
        // An edit that did not work at first may work on a shorter log.
        if self.next >= self.edits.len() && self.has_progressed {
            self.has_progressed = false;
            self.next = 0;
        }

        self.candidate = match self.edits.get(self.next) {
            Some(edit) => Some(edit.apply(&self.failing, &self.names)),
            None => None,
        };
        self.candidate.is_some()
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
    add_simplifications(&mut edits, log);
    add_merges(&mut edits, log, &names.all);
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

/// Adds the merges of each two names in the log; the earlier one is kept.
fn add_merges<E: Entry>(edits: &mut Vec<Edit>, log: &[E], names: &[String]) {
    let in_log = named_users(log, names);
    let mut used = Vec::new();
    for (index, name) in names.iter().enumerate() {
        if in_log.contains(&name.as_str()) {
            used.push(index);
        }
    }

    for &kept in &used {
        for &removed in &used {
            if kept < removed {
                edits.push(Edit::Merge { kept, removed });
            }
        }
    }
}

/// Returns the users of a log, in the order in which it names them.
fn named_users<'a, E: Entry>(log: &'a [E], users: &[String]) -> Vec<&'a str> {
    let mut named = Vec::new();
    for name in log.iter().flat_map(Entry::names) {
        if users.iter().any(|user| user == name) && !named.contains(&name) {
            named.push(name);
        }
    }
    named
}

/// Returns whether the users of a log have the first names, in the order of the log.
fn has_first_names<E: Entry>(log: &[E], users: &[String]) -> bool {
    let named = named_users(log, users);
    named.iter().zip(users).all(|(name, user)| name == user)
}

impl Edit {
    /// Returns the log after the edit.
    fn apply<E: Entry>(&self, log: &[E], names: &Names) -> Vec<E> {
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
            Self::Merge { kept, removed } => {
                match (names.all.get(*kept), names.all.get(*removed)) {
                    (Some(kept), Some(removed)) => {
                        renamed(log, &[(removed.as_str(), kept.as_str())])
                    }
                    _ => log.to_vec(),
                }
            }
            Self::Rename => {
                let mut first = Vec::new();
                for preferred in [&names.users, &names.new] {
                    let in_log = named_users(log, preferred).into_iter();
                    first.extend(in_log.zip(preferred.iter().map(String::as_str)));
                }
                renamed(log, &first)
            }
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
fn renamed<E: Entry>(log: &[E], names: &[(&str, &str)]) -> Vec<E> {
    let rename = |name: &str| {
        for (old, new) in names {
            if *old == name {
                return (*new).to_owned();
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
    use socialgraph::{Action, Operation};

    #[test]
    fn a_user_who_is_not_renamed_keeps_the_name_in_all_later_operations() {
        let block = |actor| Operation::act(Action::Block, actor, "ben");
        let log = [
            block("ann2"),
            Operation::rename_user("ann", "ann2"),
            block("ann2"),
            block("cyd"),
        ];

        let kept = Edit::KeepName { entry: 1 }.apply(&log, &Names::default());
        assert_eq!(kept, [block("ann2"), block("ann"), block("cyd")]);
    }

    #[test]
    fn users_get_the_first_names_and_unknown_names_stay() {
        let names = Names::of(&Tuning::default());
        let block = |actor, target| Operation::act(Action::Block, actor, target);
        let log = [block("cyd", "nobody"), block("ben", "cyd")];

        let renamed = Edit::Rename.apply(&log, &names);
        assert_eq!(renamed, [block("ann", "nobody"), block("ben", "ann")]);
        let has_first_names = |log: &[Operation]| has_first_names(log, &names.users);
        assert!(!has_first_names(&log) && has_first_names(&renamed));
    }
}
