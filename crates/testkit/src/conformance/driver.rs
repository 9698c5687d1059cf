//! Driving a system and writing down what it says.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::expectation::reply_text;
use super::finding::{Agreement, Cause, Query};
use super::{Answer, Config, Reply, Step, System};
use crate::strategies::Tuning;
use crate::strategies::shrink::Entry;
use socialgraph::List;
use socialgraph::Operation;

/// What a system said after a step.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Who was asked about, and what was answered: message, then request.
    pub(super) pairs: Vec<(String, String, [Answer; 2])>,
    pub(super) lists: Vec<(String, List, Vec<String>)>,
    pub(super) pages: Vec<SeenPage>,
}

/// A page that a system gave.
#[derive(Debug)]
pub(super) struct SeenPage {
    pub(super) user: String,
    pub(super) list: List,
    /// Whether it is the first page of a reading, and whether it is the last.
    pub(super) first: bool,
    pub(super) last: bool,
    /// How many users it may have.
    pub(super) limit: usize,
    pub(super) users: Vec<String>,
}

/// A system in the middle of a log.
pub(super) struct Driver<'a, S> {
    system: &'a mut S,
    config: &'a Config,
    /// Whom to ask about: the tuning's users, whoever else the log names, and nobody.
    names: Vec<String>,
    /// Where the next page of each reading begins that is under way.
    cursors: BTreeMap<(String, List), String>,
    pub(super) counts: Agreement,
}

impl<'a, S: System> Driver<'a, S> {
    pub(super) fn new(system: &'a mut S, log: &[Step], config: &'a Config) -> Result<Self, Cause> {
        call(|| Query::Reset, || system.reset())?;
        let counts = Agreement {
            logs: 1,
            ..Agreement::default()
        };
        let names = names(log, &config.tuning);
        Ok(Self {
            system,
            config,
            names,
            cursors: BTreeMap::new(),
            counts,
        })
    }

    /// Returns the names that are asked about.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Carries a step out; returns what became of each of its operations, or nothing where the
    /// system does not carry out two at once.
    pub(super) fn take(&mut self, step: &Step) -> Result<Option<Vec<Reply>>, Cause> {
        let Some(replies) = self.carry_out(step)? else {
            return Ok(None);
        };
        let operations = step.operations();
        self.counts.operations += operations.len() as u64;
        match step {
            // Somebody of the same name who joins later is somebody else, with other lists.
            Step::One(Operation::RemoveUser { name }) => {
                self.cursors.retain(|(user, _), _| user != name);
            }
            Step::One(_) => {}
            // Who left a list and came back cannot be told from who stayed.
            Step::Concurrent(..) => {
                self.counts.concurrent += operations.len() as u64;
                self.cursors.clear();
            }
        }
        operations
            .iter()
            .zip(&replies)
            .try_for_each(|(told, said)| fits(told, said))?;
        Ok(Some(replies))
    }

    fn carry_out(&mut self, step: &Step) -> Result<Option<Vec<Reply>>, Cause> {
        let (query, system) = (|| Query::LastStep, &mut *self.system);
        Ok(match step {
            Step::One(operation) => Some(vec![call(query, || system.apply(operation))?]),
            Step::Concurrent(first, second) => {
                call(query, || system.apply_concurrently(first, second))?.map(Vec::from)
            }
        })
    }

    /// Asks every question, and for the lists of those who are known.
    pub(super) fn ask(&mut self, known: &[String]) -> Result<Seen, Cause> {
        let mut seen = Seen::default();
        for (actor, target) in self.pairs() {
            let answers = self.ask_pair(&actor, &target)?;
            seen.pairs.push((actor, target, answers));
        }
        self.cursors.retain(|(user, _), _| known.contains(user));
        for (user, list) in known
            .iter()
            .flat_map(|user| List::ALL.map(|list| (user, list)))
        {
            seen.lists.extend(self.ask_list(user, list)?);
            seen.pages.extend(self.turn_page(user, list)?);
        }
        Ok(seen)
    }

    /// Returns every ordered pair of names to ask about.
    fn pairs(&self) -> Vec<(String, String)> {
        let all = self
            .names
            .iter()
            .flat_map(|a| self.names.iter().map(move |b| (a, b)));
        all.map(|(a, b)| (a.clone(), b.clone())).collect()
    }

    fn ask_pair(&mut self, actor: &str, target: &str) -> Result<[Answer; 2], Cause> {
        self.counts.questions += 2;
        let system = &mut *self.system;
        let [a, b] = [actor, target].map(str::to_owned);
        let query = || Query::Message {
            actor: a.clone(),
            target: b.clone(),
        };
        let message = call(query, || system.can_message(actor, target))?;
        let query = || Query::Request {
            actor: a.clone(),
            target: b.clone(),
        };
        let request = call(query, || system.can_send_friend_request(actor, target))?;
        Ok([message, request])
    }

    fn ask_list(
        &mut self,
        user: &str,
        list: List,
    ) -> Result<Option<(String, List, Vec<String>)>, Cause> {
        let query = || Query::List {
            user: user.to_owned(),
            list,
        };
        let names = call(query, || self.system.list(user, list))?;
        self.counts.lists += u64::from(names.is_some());
        Ok(names.map(|names| (user.to_owned(), list, names)))
    }

    /// Asks for the next page of a reading, or for the first of a new one.
    fn turn_page(&mut self, user: &str, list: List) -> Result<Option<SeenPage>, Cause> {
        let scan = (user.to_owned(), list);
        let from = self.cursors.remove(&scan);
        let limit = self.config.page.max(1);
        let query = || Query::Pages {
            user: user.to_owned(),
            list,
        };
        let page = call(query, || {
            self.system.page(user, list, from.as_deref(), limit)
        })?;
        let Some(page) = page else { return Ok(None) };
        self.counts.pages += 1;
        let (first, ends) = (from.is_none(), page.next.is_none());
        if let Some(next) = page.next {
            self.cursors.insert(scan, next);
        }
        let user = user.to_owned();
        Ok(Some(SeenPage {
            user,
            list,
            first,
            last: ends,
            limit,
            users: page.users,
        }))
    }

    /// Reads on where a reading is under way; returns nothing once all have ended.
    pub(super) fn read_on(&mut self) -> Result<Vec<SeenPage>, Cause> {
        let scans: Vec<_> = self.cursors.keys().cloned().collect();
        let mut pages = Vec::new();
        for (user, list) in scans {
            pages.extend(self.turn_page(&user, list)?);
        }
        Ok(pages)
    }
}

/// Returns the users of a tuning, whoever else a log names, and the name that nobody has.
fn names(log: &[Step], tuning: &Tuning) -> Vec<String> {
    let mut names = tuning.users();
    for name in log.iter().flat_map(Entry::names).chain([Tuning::UNKNOWN]) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Calls the system; a panic of its is a cause like an error, so that the log is not lost.
///
/// What it has left half done is of no account: nothing more is asked before it begins anew.
fn call<T, E: fmt::Display>(
    query: impl FnOnce() -> Query,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, Cause> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(said)) => Ok(said),
        Ok(Err(error)) => Err(Cause::Failed {
            query: query(),
            error: error.to_string(),
        }),
        Err(panic) => Err(Cause::Panicked {
            query: query(),
            message: message(&*panic),
        }),
    }
}

/// Returns what a panic said, if that was text.
fn message(panic: &(dyn Any + Send)) -> Option<String> {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
}

/// Fails where a reply is none to the operation: not one answer, where there is no batch.
fn fits(operation: &Operation, reply: &Reply) -> Result<(), Cause> {
    if matches!(operation, Operation::ActOnMany { .. }) || reply.whole().is_some() {
        return Ok(());
    }
    let query = Query::Outcome(operation.clone().into());
    Err(Cause::Misused {
        query,
        reply: reply_text(reply),
    })
}
