//! Questions to both, and the comparison of what they answer.

use socialgraph::{Action, Cursor, Decision, Interaction, Limits, List, Policy, Question};

use super::printing::prints_as;
use super::{AddressBy, SideBySide};
use crate::reference::difference::{Difference, ensure, ensure_equal};

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
        let [relation, by_handle] = [AddressBy::Name, AddressBy::Handle].map(|by| {
            let (from, to) = (self.address(by, actor), self.address(by, target));
            self.graph.relation(from, to).map_err(|error| {
                let is_named = error.actor == from.into() && error.target == to.into();
                is_named.then_some(error.refusal)
            })
        });
        ensure!(
            relation == by_handle && relation != Err(None),
            "{actor} and {target}: the engine has another relation by handle, or names others"
        );

        let expected = self.model.relation(actor, target);
        let same = match (&relation, &expected) {
            (Ok(relation), Ok(letters)) => prints_as([format_args!("{relation:#}")], &[letters]),
            (Err(Some(refusal)), Err(reasons)) => prints_as(refusal.reasons(), reasons),
            _ => false,
        };
        ensure!(
            same,
            "{actor} and {target}: the engine has {relation:?}, the model {expected:?}"
        );
        Ok(())
    }

    /// Asks for a user's settings, and for every list of the user.
    ///
    /// # Errors
    /// Fails if a setting or a list differs.
    pub fn compare_lists(&self, name: &str) -> Result<(), Difference> {
        let settings = self.graph.user_facts(name).ok();
        let settings = settings.map(|facts| (facts.request_mode, facts.request_sending));
        ensure_equal!(
            settings,
            self.model.settings(name),
            "the settings of {name}"
        );

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
        self.graph
            .can_many(interaction, pairs.iter().copied(), &mut decisions);
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
            ensure_equal!(
                self.graph.user_id(name.as_str()),
                is_known.then_some(*id),
                "{name}"
            );
            ensure_equal!(self.graph.name(*id), is_known.then_some(&**name), "{id}");
        }
        Ok(())
    }

    /// Moves copies of both to other limits, and asks about each two neighbours among the users.
    ///
    /// # Errors
    /// Fails if an answer differs, or if a limit ends anything.
    pub fn compare_limits(&self, limits: Limits, names: &[&str]) -> Result<(), Difference> {
        let mut moved = self.clone();
        moved.adopt(Policy {
            limits,
            ..*self.model.policy()
        })?;
        ensure!(
            self.graph.users().eq(moved.graph.users()),
            "with {limits:?} there are other users"
        );
        moved.compare_neighbours(names)
    }

    /// Asks every question about each two users who are next to each other in the list.
    pub(in crate::reference) fn compare_neighbours(
        &self,
        names: &[&str],
    ) -> Result<(), Difference> {
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
