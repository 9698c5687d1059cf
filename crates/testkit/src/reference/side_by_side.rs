//! The engine and the reference model side by side: every operation is done to both, and what
//! they say is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use socialgraph::{
    Action, Change, Cursor, Limits, List, MAX_NAME_BYTES, Policy, Refusal, RequestMode,
    RequestSending, SocialGraph, UserId,
};

use super::difference::{Difference, ensure, ensure_equal};
use super::model::{MessageReasons, Model, Words};

/// How users are addressed in calls of the engine.
///
/// The model knows names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressBy {
    /// By their names.
    Name,
    /// By the handles that the engine gave out for the names.
    Handle,
}

/// The engine and the model, in equal states unless one of them is wrong.
#[derive(Clone, Debug)]
pub struct SideBySide {
    /// The engine.
    pub graph: SocialGraph,
    /// The model.
    pub model: Model,
    known: BTreeSet<String>,
    /// The last handle of each name, even if its user was removed.
    handles: BTreeMap<String, UserId>,
}

fn profile(name: &str, limits: Limits) -> Option<Policy> {
    for (profile, mut policy) in Policy::PROFILES {
        if profile == name {
            policy.limits = limits;
            return Some(policy);
        }
    }
    None
}

impl SideBySide {
    /// Makes an engine and a model without users, under a profile with these limits.
    ///
    /// # Errors
    /// Fails if the engine or the model knows no profile of this name.
    pub fn new(name: &str, limits: Limits) -> Result<Self, Difference> {
        let (Some(policy), Some(model)) = (profile(name, limits), Model::new(name, limits)) else {
            let sentence = format!("engine and model do not both know the profile `{name}`");
            return Err(Difference::new(sentence));
        };

        Ok(Self {
            graph: SocialGraph::new(policy),
            model,
            known: BTreeSet::new(),
            handles: BTreeMap::new(),
        })
    }

    /// Returns the last handle of a name, or the highest if no user ever had the name.
    fn handle(&self, name: &str) -> UserId {
        let unused = UserId::from_u32(u32::MAX);
        self.handles.get(name).copied().unwrap_or(unused)
    }

    fn handles(&self, names: &[&str]) -> Vec<UserId> {
        names.iter().map(|name| self.handle(name)).collect()
    }
}

/// Operations on both.
impl SideBySide {
    /// Adds a user to both.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if a handle is given out twice.
    pub fn add(&mut self, name: &str) -> Result<(), Difference> {
        let added = self.graph.add_user(name);

        // The model knows no limit of bytes.
        if !(1..=MAX_NAME_BYTES).contains(&name.len()) {
            ensure!(added.is_err(), "the engine adds a user called {name:?}");
            return Ok(());
        }

        ensure_equal!(added.is_ok(), self.model.add_user(name), "adding {name}");
        if let Ok(id) = added {
            let newest = self.handles.values().max();
            ensure!(newest < Some(&id), "the handle {id} is given out twice");
            self.handles.insert(name.to_owned(), id);
            self.known.insert(name.to_owned());
        }
        Ok(())
    }

    /// Removes a user from both, and compares every relation that ended.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not, or if they end other relations.
    pub fn remove(&mut self, name: &str) -> Result<(), Difference> {
        let Ok(removed) = self.graph.remove_user(name) else {
            ensure!(
                !self.model.remove_user(name),
                "the engine does not remove {name}, and the model does"
            );
            return Ok(());
        };
        ensure!(
            self.known.remove(name),
            "the engine removes {name}, who is unknown"
        );
        ensure_equal!(
            (&*removed.name, removed.id),
            (name, self.handle(name)),
            "removing {name}"
        );

        let mut expected = BTreeMap::new();
        for other in &self.known {
            match self.model.relation(name, other) {
                Ok(relation) if relation == "-" => {}
                relation => _ = expected.insert(self.handle(other), relation),
            }
        }
        let mut severed = Vec::new();
        for ended in &removed.severed {
            severed.push((ended.peer, Ok(format!("{:#}", ended.before))));
        }
        let expected: Vec<_> = expected.into_iter().collect();
        ensure_equal!(severed, expected, "relations that end with {name}");

        ensure!(
            self.model.remove_user(name),
            "the engine removes {name}, and the model does not"
        );
        Ok(())
    }

    /// Sets whose requests a user takes.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not.
    pub fn set_mode(&mut self, name: &str, mode: RequestMode) -> Result<(), Difference> {
        let set = self.graph.set_request_mode(name, mode).is_ok();
        ensure_equal!(set, self.model.set_mode(name, mode), "{name}: {mode:?}");
        Ok(())
    }

    /// Bars a user from sending requests, or lifts the bar.
    ///
    /// # Errors
    /// Fails if one of them refuses and the other does not.
    pub fn set_sending(&mut self, name: &str, sending: RequestSending) -> Result<(), Difference> {
        let set = self.graph.set_request_sending(name, sending).is_ok();
        let expected = self.model.set_sending(name, sending);
        ensure_equal!(set, expected, "{name}: {sending:?}");
        Ok(())
    }

    /// Lets a user act on another.
    ///
    /// # Errors
    /// Fails if effects or reasons differ.
    pub fn act(
        &mut self,
        by: AddressBy,
        action: Action,
        actor: &str,
        target: &str,
    ) -> Result<(), Difference> {
        let (from, to) = (self.handle(actor), self.handle(target));
        let outcome = match by {
            AddressBy::Name => self.graph.apply(action, actor, target),
            AddressBy::Handle => self.graph.apply(action, from, to),
        };
        let expected = self.model.apply(action, actor, target);

        ensure!(
            same_outcome(&outcome, &expected),
            "{actor} {action:?} {target}: the engine has {outcome:?}, the model {expected:?}"
        );
        Ok(())
    }

    /// Lets a user act on many in one batch.
    ///
    /// # Errors
    /// Fails if the outcomes differ.
    pub fn act_many(
        &mut self,
        by: AddressBy,
        action: Action,
        actor: &str,
        targets: &[&str],
    ) -> Result<(), Difference> {
        let (from, to) = (self.handle(actor), self.handles(targets));
        let outcomes = match by {
            AddressBy::Name => self.graph.apply_many(action, actor, targets),
            AddressBy::Handle => self.graph.apply_many(action, from, &to),
        };
        let expected = self.model.apply_many(action, actor, targets);

        let same = match (&outcomes, &expected) {
            (Ok(batch), Some(expected)) => same_outcomes(batch.outcomes(), expected),
            (Err(_), None) => true,
            _ => false,
        };
        ensure!(
            same,
            "{actor} {action:?} {targets:?}: the engine has {outcomes:?}, the model {expected:?}"
        );
        Ok(())
    }
}

/// Questions to both.
impl SideBySide {
    /// Asks every question about these users.
    ///
    /// # Errors
    /// Fails if an answer differs, or if the model breaks a rule.
    pub fn compare(&self, names: &[&str]) -> Result<(), Difference> {
        self.model.check_invariants()?;
        for actor in names {
            for target in names {
                self.compare_pair(actor, target)?;
            }
        }
        for name in names {
            self.compare_lists(name)?;
        }
        self.compare_users()
    }

    /// Asks every question about a pair, by name and by handle.
    ///
    /// # Errors
    /// Fails if an answer differs.
    pub fn compare_pair(&self, actor: &str, target: &str) -> Result<(), Difference> {
        self.compare_message(actor, target)?;
        for action in Action::ALL {
            self.compare_action(action, actor, target)?;
        }
        self.compare_relation(actor, target)
    }

    fn compare_message(&self, actor: &str, target: &str) -> Result<(), Difference> {
        let decision = self.graph.can_message(actor, target);
        let (from, to) = (self.handle(actor), self.handle(target));
        ensure!(
            decision == self.graph.can_message(from, to),
            "{actor} messages {target}: the engine decides otherwise by handle"
        );

        let MessageReasons { all, visible } = self.model.why_no_message(actor, target);
        ensure!(
            prints_as(decision.reasons(), &all)
                && prints_as(decision.visible().reasons(), &visible),
            "{actor} messages {target}: the engine has {decision:?}, the model {all:?}, \
             visible to the sender {visible:?}"
        );
        Ok(())
    }

    fn compare_action(&self, action: Action, actor: &str, target: &str) -> Result<(), Difference> {
        let decision = self.graph.decide(action, actor, target);
        let (from, to) = (self.handle(actor), self.handle(target));
        ensure!(
            decision == self.graph.decide(action, from, to),
            "{actor} {action:?} {target}: the engine decides otherwise by handle"
        );

        let reasons = self.model.why_not(action, actor, target);
        ensure!(
            prints_as(decision.reasons(), &reasons),
            "{actor} {action:?} {target}: the engine has {decision:?}, the model {reasons:?}"
        );
        Ok(())
    }

    /// Asks for the relation of a pair, by name and by handle.
    ///
    /// # Errors
    /// Fails if an answer differs.
    pub fn compare_relation(&self, actor: &str, target: &str) -> Result<(), Difference> {
        let relation = self.graph.relation(actor, target);
        let (from, to) = (self.handle(actor), self.handle(target));
        ensure!(
            relation == self.graph.relation(from, to),
            "{actor} and {target}: the engine has another relation by handle"
        );

        let expected = self.model.relation(actor, target);
        let same = match (&relation, &expected) {
            (Ok(relation), Ok(letters)) => prints_as([format_args!("{relation:#}")], &[letters]),
            (Err(refusal), Err(reasons)) => prints_as(refusal.reasons(), reasons),
            _ => false,
        };
        ensure!(
            same,
            "{actor} and {target}: the engine has {relation:?}, the model {expected:?}"
        );
        Ok(())
    }

    /// Asks for the four lists of a user.
    ///
    /// # Errors
    /// Fails if a list differs.
    pub fn compare_lists(&self, name: &str) -> Result<(), Difference> {
        for list in List::ALL {
            let (found, expected) = (self.graph.list(name, list), self.model.list(name, list));
            let (listing, names) = match (found, expected) {
                (Ok(listing), Some(names)) => (listing, names),
                (Err(_), None) => continue,
                (Ok(_), None) => {
                    return Err(Difference::new(format!("the model does not know {name}")));
                }
                (Err(error), Some(_)) => return Err(Difference::unexpected(error)),
            };

            let mut expected = Vec::new();
            for other in &names {
                expected.push(self.handle(other));
            }
            expected.sort_unstable();
            let listed: Vec<_> = listing.iter().collect();
            ensure_equal!(listed, expected, "the {list} of {name}");
            ensure_equal!(
                listing.len(),
                names.len(),
                "the length of the {list} of {name}"
            );
        }
        Ok(())
    }

    /// Reads a list of the engine in pages of `limit` entries.
    ///
    /// # Errors
    /// Fails if the pages are not the list, or if one but the last is not full.
    pub fn compare_pages(&self, name: &str, list: List, limit: usize) -> Result<(), Difference> {
        let Ok(listing) = self.graph.list(name, list) else {
            return Ok(());
        };

        let (mut paged, mut next) = (Vec::new(), Some(Cursor::START));
        while let Some(from) = next {
            let page = listing.page(from, limit);
            ensure!(
                page.next.is_none() || page.users.len() == limit,
                "a page of the {list} of {name} is not full, and another follows"
            );
            paged.extend(page.users);
            next = page.next;
        }

        ensure!(
            listing.iter().eq(paged),
            "the pages of the {list} of {name} are not the list"
        );
        Ok(())
    }

    /// Asks which of these users a user may message, and which of them may message the user.
    ///
    /// # Errors
    /// Fails if an answer differs.
    pub fn compare_audience(&self, name: &str, others: &[&str]) -> Result<(), Difference> {
        let (mut recipients, mut senders) = (Vec::new(), Vec::new());
        for other in others {
            if self.model.why_no_message(name, other).all.is_empty() {
                recipients.push(*other);
            }
            if self.model.why_no_message(other, name).all.is_empty() {
                senders.push(*other);
            }
        }

        let audience: Vec<_> = self.graph.audience(name, others).copied().collect();
        ensure_equal!(audience, recipients, "the audience of {name}");
        let visible: Vec<_> = self.graph.visible_senders(name, others).copied().collect();
        ensure_equal!(visible, senders, "the senders visible to {name}");

        let (from, to) = (self.handle(name), self.handles(others));
        ensure!(
            self.graph.audience(from, &to).eq(&self.handles(&audience)),
            "the engine has another audience of {name} by handle"
        );
        Ok(())
    }

    /// Asks for all users, and for the user of each name and of each handle.
    ///
    /// # Errors
    /// Fails if an answer differs.
    pub fn compare_users(&self) -> Result<(), Difference> {
        let mut expected = Vec::new();
        for name in &self.known {
            expected.push((self.handle(name), &**name));
        }
        expected.sort_unstable();
        ensure!(
            self.graph.users().eq(expected),
            "engine and model have other users"
        );
        ensure_equal!(
            self.graph.user_count(),
            self.known.len(),
            "the number of users"
        );

        for (name, id) in &self.handles {
            let is_known = self.known.contains(name);
            ensure_equal!(self.graph.user(name), is_known.then_some(*id), "{name}");
            ensure_equal!(self.graph.name(*id), is_known.then_some(&**name), "{id}");
        }
        Ok(())
    }

    /// Moves copies of both to other limits, and asks about each two neighbours among the users.
    ///
    /// # Errors
    /// Fails if an answer differs, or if the engine does not move although every list of the
    /// model fits, or moves although one does not.
    pub fn compare_limits(&self, limits: Limits, names: &[&str]) -> Result<(), Difference> {
        let mut policy = *self.graph.policy();
        policy.limits = limits;
        let moved = self.graph.with_policy(policy);
        ensure_equal!(moved.is_ok(), self.fits(limits), "a move to {limits:?}");

        let Ok(graph) = moved else { return Ok(()) };
        let moved = Self {
            graph,
            model: self.model.within(limits),
            known: self.known.clone(),
            handles: self.handles.clone(),
        };
        moved.compare_neighbours(names)
    }

    /// Returns whether every list of the model fits within the limits.
    fn fits(&self, limits: Limits) -> bool {
        for name in &self.known {
            for (list, limit) in [
                (List::Blocklist, limits.blocked),
                (List::Friends, limits.friends),
                (List::RequestsIn, limits.requests_in),
            ] {
                let length = self.model.list(name, list).unwrap_or_default().len();
                if limit.is_some_and(|limit| length > limit as usize) {
                    return false;
                }
            }
        }
        true
    }

    /// Asks every question about each two users who are next to each other in the list.
    pub(super) fn compare_neighbours(&self, names: &[&str]) -> Result<(), Difference> {
        for (one, next) in names.iter().zip(names.iter().skip(1)) {
            self.compare_pair(one, next)?;
        }
        Ok(())
    }
}

/// Compares what a value prints with a word, without a copy of it.
struct Unprinted<'a>(&'a str);

impl fmt::Write for Unprinted<'_> {
    fn write_str(&mut self, printed: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(printed).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Returns whether the values print as these words, in their order.
fn prints_as<T: fmt::Debug>(values: impl IntoIterator<Item = T>, words: &[&str]) -> bool {
    let mut words = words.iter();
    for value in values {
        let Some(word) = words.next() else {
            return false;
        };
        let mut unprinted = Unprinted(word);
        if write!(unprinted, "{value:?}").is_err() || !unprinted.0.is_empty() {
            return false;
        }
    }
    words.next().is_none()
}

/// Returns whether the engine's outcome is the model's.
fn same_outcome(outcome: &Result<Change, Refusal>, expected: &Result<Words, Words>) -> bool {
    match (outcome, expected) {
        (Ok(change), Ok(effects)) => prints_as(change.effects(), effects),
        (Err(refusal), Err(reasons)) => prints_as(refusal.reasons(), reasons),
        _ => false,
    }
}

fn same_outcomes(outcomes: &[Result<Change, Refusal>], expected: &[Result<Words, Words>]) -> bool {
    let mut pairs = outcomes.iter().zip(expected);
    outcomes.len() == expected.len()
        && pairs.all(|(outcome, expected)| same_outcome(outcome, expected))
}
