//! The engine and the reference model side by side: every operation is done to both, and what
//! they say is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use socialgraph::{
    Action, Change, Cursor, Decision, Interaction, Limits, List, MAX_NAME_BYTES, Policy, Question,
    Refusal, RequestMode, RequestSending, SocialGraph, UserId,
};

use super::difference::{Difference, ensure, ensure_equal};
use super::model::{Model, Words};

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

impl SideBySide {
    /// Makes an engine and a model without users under a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            graph: SocialGraph::new(policy),
            model: Model::new(policy),
            known: BTreeSet::new(),
            handles: BTreeMap::new(),
        }
    }

    /// Returns copies of both under another policy, which must allow every relation and list.
    ///
    /// # Errors
    /// Fails if the engine does not move to the policy.
    pub(super) fn with_policy(&self, policy: Policy) -> Result<Self, Difference> {
        let graph = self.graph.with_policy(policy);
        Ok(Self {
            graph: graph.map_err(Difference::unexpected)?,
            model: self.model.with_policy(policy),
            known: self.known.clone(),
            handles: self.handles.clone(),
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
        for interaction in Interaction::ALL {
            self.compare_reach(interaction, actor, target)?;
        }
        for action in Action::ALL {
            let (from, to) = (self.handle(actor), self.handle(target));
            let by_name = self.graph.decide(action, actor, target);
            let by_handle = self.graph.decide(action, from, to);
            self.compare_decisions(action.into(), [by_name, by_handle], actor, target)?;
        }
        self.compare_relation(actor, target)
    }

    /// Asks whether the actor may reach the target, in each way in which the engine is asked.
    fn compare_reach(
        &self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Result<(), Difference> {
        let (from, to) = (self.handle(actor), self.handle(target));
        let by_name = self.graph.can(interaction, actor, target);
        let by_handle = self.graph.can(interaction, from, to);

        ensure!(
            by_handle == self.graph.decide(interaction, from, to),
            "{interaction:?} from {actor} to {target}: the engine decides otherwise as a question"
        );
        if interaction == Interaction::Message {
            ensure!(
                by_name == self.graph.can_message(actor, target),
                "{actor} messages {target}: the engine decides otherwise by the short name"
            );
        }
        self.compare_decisions(interaction.into(), [by_name, by_handle], actor, target)
    }

    /// Compares the engine's decisions by name and by handle with what the model has.
    fn compare_decisions(
        &self,
        question: Question,
        [decision, by_handle]: [Decision; 2],
        actor: &str,
        target: &str,
    ) -> Result<(), Difference> {
        ensure!(
            decision == by_handle,
            "{question:?} from {actor} to {target}: the engine decides otherwise by handle"
        );

        let expected = self.model.why_not(question, actor, target);
        ensure!(
            prints_as(decision.reasons(), &expected.all)
                && prints_as(decision.visible().reasons(), &expected.visible),
            "{question:?} from {actor} to {target}: the engine has {decision:?}, visible to the \
             actor {:?}, the model {expected:?}",
            decision.visible().reasons()
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

    /// Asks for every list of a user.
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

    /// Asks which of these users a user may reach, and which of them may reach the user.
    ///
    /// # Errors
    /// Fails if an answer differs.
    pub fn compare_audience(&self, name: &str, others: &[&str]) -> Result<(), Difference> {
        for interaction in Interaction::ALL {
            self.compare_audience_of(interaction, name, others)?;
            self.compare_senders_of(interaction, name, others)?;
        }
        Ok(())
    }

    fn compare_audience_of(
        &self,
        interaction: Interaction,
        name: &str,
        others: &[&str],
    ) -> Result<(), Difference> {
        let expected = those(others, |other| self.may_reach(interaction, name, other));
        let (from, to) = (self.handle(name), self.handles(others));

        let found = self.graph.audience(interaction, name, others);
        let found: Vec<_> = found.copied().collect();
        ensure_equal!(found, expected, "whom {name} may reach, {interaction:?}");

        let by_handle = self.graph.audience(interaction, from, &to);
        ensure!(
            by_handle.eq(&self.handles(&expected)),
            "{interaction:?}: the engine has another audience of {name} by handle"
        );

        // `can_many` decides about all of them in order.
        let pairs: Vec<_> = to.iter().map(|other| (from, *other)).collect();
        let mut decisions = Vec::new();
        self.graph.can_many(interaction, &pairs, &mut decisions);
        let singly = pairs
            .iter()
            .map(|(from, to)| self.graph.can(interaction, from, to));
        ensure!(
            singly.eq(decisions),
            "{interaction:?}: the engine decides otherwise about many from {name}"
        );
        Ok(())
    }

    fn compare_senders_of(
        &self,
        interaction: Interaction,
        name: &str,
        others: &[&str],
    ) -> Result<(), Difference> {
        let expected = those(others, |other| self.may_reach(interaction, other, name));
        let (to, from) = (self.handle(name), self.handles(others));

        let found = self.graph.visible_senders(interaction, name, others);
        let found: Vec<_> = found.copied().collect();
        ensure_equal!(found, expected, "who may reach {name}, {interaction:?}");

        let by_handle = self.graph.visible_senders(interaction, to, &from);
        ensure!(
            by_handle.eq(&self.handles(&expected)),
            "{interaction:?}: the engine has other senders to {name} by handle"
        );
        Ok(())
    }

    /// Returns whether the model lets a user reach another.
    fn may_reach(&self, interaction: Interaction, actor: &str, target: &str) -> bool {
        let why_not = self.model.why_not_reach(interaction, actor, target);
        why_not.all.is_empty()
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
        let policy = Policy {
            limits,
            ..*self.model.policy()
        };
        let moved = self.with_policy(policy);
        ensure_equal!(moved.is_ok(), self.fits(limits), "a move to {limits:?}");

        let Ok(moved) = moved else { return Ok(()) };
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

/// Returns the names for which the condition holds, in their order.
fn those<'a>(names: &[&'a str], hold: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let mut those = Vec::new();
    for name in names {
        if hold(name) {
            those.push(*name);
        }
    }
    those
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
