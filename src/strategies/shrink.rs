//! Making a log short: the same way for a property that fails and for two systems that differ.

/// One entry of a log that shrinks.
pub(crate) trait Entry: Clone {
    /// Returns what may stand in the entry's place; all of it is simpler.
    ///
    /// Simpler is: names fewer users, or is of a simpler kind. Nothing may lead back.
    fn simpler(&self) -> Vec<Vec<Self>>;

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
pub(crate) struct Shrinking<E> {
    failing: Vec<E>,
    candidate: Option<Vec<E>>,
    /// Which of the candidates of the failing log comes next.
    place: usize,
    /// Whether the log has become simpler since the first candidate was tried.
    progress: bool,
    /// The users' names, in the order in which they are preferred.
    users: Vec<String>,
}

impl<E: Entry> Shrinking<E> {
    pub(crate) fn new(log: Vec<E>, users: Vec<String>) -> Self {
        Self { failing: log, candidate: None, place: 0, progress: false, users }
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
        loop {
            self.candidate = candidates(&self.failing, &self.users).nth(self.place);
            if self.candidate.is_some() {
                return true;
            }
            if !self.progress {
                return false;
            }
            self.progress = false;
            self.place = 0;
        }
    }
}

/// Returns every log that is one step simpler, the greatest step first.
fn candidates<'a, E: Entry>(
    log: &'a [E],
    users: &'a [String],
) -> impl Iterator<Item = Vec<E>> + 'a {
    shorter(log).chain(replaced(log)).chain(merged(log, users)).chain(renamed(log, users))
}

/// Returns the log without a stretch of it, long stretches first, from the end.
fn shorter<E: Entry>(log: &[E]) -> impl Iterator<Item = Vec<E>> + '_ {
    let halves = std::iter::successors(Some(log.len() / 2), |size| Some(size / 2));
    let sizes = halves.take_while(|size| *size > 1).chain([1]);
    sizes.flat_map(move |size| {
        let ends = (1..=log.len()).rev().step_by(size);
        ends.map(move |end| without(log, end.saturating_sub(size), end))
    })
}

fn without<E: Entry>(log: &[E], start: usize, end: usize) -> Vec<E> {
    log.iter().take(start).chain(log.iter().skip(end)).cloned().collect()
}

/// Returns the log with one entry made simpler.
fn replaced<E: Entry>(log: &[E]) -> impl Iterator<Item = Vec<E>> + '_ {
    log.iter().enumerate().flat_map(move |(place, entry)| {
        let (before, after) = (log.iter().take(place), log.iter().skip(place + 1));
        entry.simpler().into_iter().map(move |simpler| {
            before.clone().cloned().chain(simpler).chain(after.clone().cloned()).collect()
        })
    })
}

/// Returns the log with one user in the place of two.
fn merged<'a, E: Entry>(log: &'a [E], users: &'a [String]) -> impl Iterator<Item = Vec<E>> + 'a {
    let used: Vec<&str> =
        users.iter().map(String::as_str).filter(|user| gives(log, user)).collect();
    let pairs = used.iter().enumerate().flat_map(|(place, kept)| {
        used.iter().skip(place + 1).map(|gone| (*kept, *gone)).collect::<Vec<_>>()
    });
    pairs.collect::<Vec<_>>().into_iter().map(move |(kept, gone)| {
        let rename = |name: &str| if name == gone { kept } else { name }.to_owned();
        log.iter().map(|entry| entry.renamed(&rename)).collect()
    })
}

fn gives<E: Entry>(log: &[E], user: &str) -> bool {
    log.iter().any(|entry| entry.names().contains(&user))
}

/// Returns the log with the first names, in their order, where it has others.
fn renamed<E: Entry>(log: &[E], users: &[String]) -> Option<Vec<E>> {
    let mut met: Vec<&str> = Vec::new();
    for name in log.iter().flat_map(Entry::names) {
        if users.iter().any(|user| user == name) && !met.contains(&name) {
            met.push(name);
        }
    }
    let rename = |name: &str| {
        let place = met.iter().position(|user| *user == name);
        place.and_then(|place| users.get(place)).map_or(name, String::as_str).to_owned()
    };
    let in_order = met.iter().zip(users).all(|(name, user)| name == user);
    (!in_order).then(|| log.iter().map(|entry| entry.renamed(&rename)).collect())
}
