//! Drives a system through a log and records its answers.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::not_offered::NotOffered;
use super::observation::{Observation, ObservedList, ObservedPage, ObservedPair};
use super::text::reply_text;
use super::{Agreement, Answer, Cause, Config, Extras, Query, Reply, Step, System};
use crate::strategies::UNKNOWN_NAME;
use crate::strategies::shrink::Entry;
use socialgraph::operation::RemoveUser;
use socialgraph::{Interaction, List, Operation};

/// A system that is driven through one log.
pub(super) struct Driver<'a, S> {
    system: &'a mut S,
    config: &'a Config,
    /// The names to ask about: the tuning's users, an unknown name, and others of the log so far.
    names: Vec<String>,
    /// The start of the next page of each unfinished scan.
    cursors: BTreeMap<(String, List), String>,
    counts: Agreement,
    /// The operations that the system does not offer.
    not_offered: &'a mut NotOffered,
}

impl<'a, S: System> Driver<'a, S> {
    /// Resets the system for a log.
    pub(super) fn new(
        system: &'a mut S,
        config: &'a Config,
        not_offered: &'a mut NotOffered,
    ) -> Result<Self, Cause> {
        call(Query::Reset, || system.reset())?;
        let mut names = config.tuning.users();
        names.push(UNKNOWN_NAME.to_owned());

        Ok(Self {
            system,
            config,
            names,
            cursors: BTreeMap::new(),
            counts: Agreement {
                logs: 1,
                ..Agreement::default()
            },
            not_offered,
        })
    }

    /// Returns the names to ask about.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the numbers of operations and queries so far.
    pub(super) const fn counts(&self) -> Agreement {
        self.counts
    }

    /// Applies a step, and returns the reply to each of its operations.
    ///
    /// `None` means that the system does not offer concurrent operations.
    pub(super) fn apply(&mut self, step: &Step) -> Result<Option<Vec<Reply>>, Cause> {
        let system = &mut *self.system;
        let replies = match step {
            Step::One(operation) => {
                let reply = call(Query::LastStep, || system.apply(operation))?;
                Some(vec![reply])
            }
            Step::Concurrent(first, second) => {
                let replies = call_extras(Query::LastStep, system, |extras| {
                    extras.apply_concurrently(first, second)
                })?;
                replies.map(Vec::from)
            }
        };
        let Some(replies) = replies else {
            return Ok(None);
        };

        self.end_scans(step);
        self.add_names(step);
        for (operation, reply) in step.operations().into_iter().zip(&replies) {
            self.count(step, operation, reply);
            check_reply(operation, reply)?;
        }
        Ok(Some(replies))
    }

    fn count(&mut self, step: &Step, operation: &Operation, reply: &Reply) {
        if *reply == Reply::NotOffered {
            self.not_offered.add(operation);
            self.counts.not_offered += 1;
            return;
        }
        self.counts.operations += 1;
        if let Step::Concurrent(..) = step {
            self.counts.concurrent += 1;
        }
    }

    /// Asks about the names in a step from now on.
    fn add_names(&mut self, step: &Step) {
        for name in Entry::names(step) {
            if !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_owned());
            }
        }
    }

    /// Ends the scans that a step makes meaningless.
    fn end_scans(&mut self, step: &Step) {
        match step {
            // A user who joins later under this name is another user, with other lists.
            Step::One(Operation::RemoveUser(RemoveUser { name })) => {
                self.cursors.retain(|(user, _), _| user != name);
            }
            Step::One(_) => {}
            // A user who left a list and came back looks like one who stayed.
            Step::Concurrent(..) => self.cursors.clear(),
        }
    }

    /// Asks every question, and for the lists of the known users.
    pub(super) fn observe(&mut self, known: &[String]) -> Result<Observation, Cause> {
        let mut observation = Observation::default();

        for actor in self.names.clone() {
            for target in self.names.clone() {
                observation.pairs.push(self.ask_pair(&actor, target)?);
            }
        }

        self.cursors.retain(|(user, _), _| known.contains(user));
        for user in known {
            for list in List::ALL {
                observation.lists.extend(self.ask_list(user, list)?);
                observation.pages.extend(self.ask_page(user, list)?);
            }
        }
        Ok(observation)
    }

    /// Asks for the next page of every unfinished scan; returns none once all have ended.
    pub(super) fn continue_scans(&mut self) -> Result<Vec<ObservedPage>, Cause> {
        let scans: Vec<_> = self.cursors.keys().cloned().collect();
        let mut pages = Vec::new();
        for (user, list) in scans {
            pages.extend(self.ask_page(&user, list)?);
        }
        Ok(pages)
    }

    fn ask_pair(&mut self, actor: &str, target: String) -> Result<ObservedPair, Cause> {
        let actor = actor.to_owned();
        let mut reached = Vec::new();
        for interaction in Interaction::ALL {
            if self.config.interactions.contains(&interaction) {
                let answer = self.ask_interaction(interaction, &actor, &target)?;
                reached.extend(answer.map(|answer| (interaction, answer)));
            }
        }

        let query = Query::Request {
            actor: actor.clone(),
            target: target.clone(),
        };
        let request = call_extras(query, self.system, |extras| {
            extras.can_send_friend_request(&actor, &target)
        })?;
        if let Some(answer) = request {
            self.count_answer(answer);
            self.counts.requests += 1;
        }

        Ok(ObservedPair {
            actor,
            target,
            reached,
            request,
        })
    }

    /// Asks about one interaction; `None` means that the system does not offer it.
    fn ask_interaction(
        &mut self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Cause> {
        let system = &mut *self.system;
        let query = Query::Reach {
            interaction,
            actor: actor.to_owned(),
            target: target.to_owned(),
        };

        if interaction == Interaction::Message {
            let answer = call(query, || system.can_message(actor, target))?;
            self.count_answer(answer);
            return Ok(Some(answer));
        }

        let answer = call_extras(query, system, |extras| {
            extras.can(interaction, actor, target)
        })?;
        if let Some(answer) = answer {
            self.count_answer(answer);
            self.counts.interactions += 1;
        }
        Ok(answer)
    }

    fn count_answer(&mut self, answer: Answer) {
        self.counts.questions += 1;
        self.counts.allowed += u64::from(answer.is_allowed());
    }

    fn ask_list(&mut self, user: &str, list: List) -> Result<Option<ObservedList>, Cause> {
        let user = user.to_owned();
        let query = Query::List {
            user: user.clone(),
            list,
        };
        let names = call_extras(query, self.system, |extras| extras.list(&user, list))?;
        let Some(names) = names else {
            return Ok(None);
        };

        self.counts.lists += 1;
        Ok(Some(ObservedList { user, list, names }))
    }

    /// Asks for the next page of an unfinished scan, or for the first of a new scan.
    fn ask_page(&mut self, user: &str, list: List) -> Result<Option<ObservedPage>, Cause> {
        let user = user.to_owned();
        let from = self.cursors.remove(&(user.clone(), list));
        let limit = self.config.page.max(1);

        let query = Query::Pages {
            user: user.clone(),
            list,
        };
        let page = call_extras(query, self.system, |extras| {
            extras.page(&user, list, from.as_deref(), limit)
        })?;
        let Some(page) = page else { return Ok(None) };

        self.counts.pages += 1;
        let ends = page.next.is_none();
        if let Some(next) = page.next {
            self.cursors.insert((user.clone(), list), next);
        }

        Ok(Some(ObservedPage {
            user,
            list,
            first: from.is_none(),
            last: ends,
            limit,
            names: page.users,
        }))
    }
}

/// Calls the system. Turns a panic into a `Cause`, like an error, to keep the log.
///
/// Unwind safety: after a panic the system is reset before it is called again.
fn call<T, E: fmt::Display>(query: Query, call: impl FnOnce() -> Result<T, E>) -> Result<T, Cause> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Cause::Failed {
            query,
            error: error.to_string(),
        }),
        Err(panic) => Err(Cause::Panicked {
            query,
            message: panic_message(&*panic),
        }),
    }
}

/// Calls the optional part of a system; `None` if it has none, or if it does not offer the call.
fn call_extras<S: System, T>(
    query: Query,
    system: &mut S,
    ask: impl FnOnce(&mut dyn Extras<Error = S::Error>) -> Result<Option<T>, S::Error>,
) -> Result<Option<T>, Cause> {
    call(query, || system.extras().map_or(Ok(None), ask))
}

/// Returns the message of a panic if it is text.
fn panic_message(panic: &(dyn Any + Send)) -> Option<String> {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return Some((*text).to_owned());
    }
    panic.downcast_ref::<String>().cloned()
}

/// Checks that the reply to an operation that is no batch is a single answer, or none at all.
fn check_reply(operation: &Operation, reply: &Reply) -> Result<(), Cause> {
    let is_batch = matches!(operation, Operation::ActOnMany(_) | Operation::ManyAct(_));
    if is_batch || *reply == Reply::NotOffered || reply.whole().is_some() {
        return Ok(());
    }
    Err(Cause::Misused {
        query: Query::Outcome(operation.clone().into()),
        reply: reply_text(reply),
    })
}
