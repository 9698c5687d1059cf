//! The engine's side of a comparison: what it expects, and whether what was seen is that.

use std::collections::{BTreeMap, BTreeSet};

use super::breach::{Cut, Deed, deeds, whole};
use super::engine::names_on;
use super::finding::{Asked, Difference};
use super::probe::{Seen, SeenPage};
use super::reading::Reading;
use super::{Answer, Reply, Rule};
use crate::graph::{List, SocialGraph};
use crate::operation::{Name, Operation, Outcome};
use crate::rules::{Policy, Refusal};

/// What may have happened, as the engine sees it.
///
/// There is one world, until two operations arrive at once: then there is one for each order,
/// and those that what is seen contradicts are given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct World {
    graph: SocialGraph,
    cut: Cut,
    /// What the last step did to which pair.
    last: Vec<Deed>,
    /// The rule of the last step, whatever pair it was on.
    last_rule: Rule,
    readings: BTreeMap<(String, List), Reading>,
}

impl World {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            graph: SocialGraph::new(policy),
            cut: Cut::default(),
            last: Vec::new(),
            last_rule: Rule::Users,
            readings: BTreeMap::new(),
        }
    }

    /// Returns the world after operations to which the system has replied.
    pub(super) fn after(mut self, done: &[(&Operation, &Reply)]) -> Result<Self, Difference> {
        self.last.clear();
        for (operation, reply) in done {
            let outcome = operation.apply_to(&mut self.graph);
            let deeds = deeds(operation, &outcome);
            self.compare_outcome(operation, &outcome, &deeds, reply)?;
            for deed in &deeds {
                self.cut.note(deed);
            }
            self.last.extend(deeds);
            self.last_rule = whole(operation);
        }
        self.note_lists();
        Ok(self)
    }

    /// Returns whether the user is known.
    pub(super) fn knows(&self, user: &str) -> bool {
        self.graph.user(user).is_some()
    }

    /// Returns the world in which this was seen.
    pub(super) fn seeing(self, seen: &Seen) -> Result<Self, Difference> {
        for (user, list, names) in &seen.lists {
            self.compare_list(user, *list, names)?;
        }
        for (actor, target, [message, request]) in &seen.pairs {
            self.compare_message(actor, target, *message)?;
            self.compare_request(actor, target, *request)?;
        }
        self.reading(&seen.pages)
    }

    /// Returns the world in which these pages were read.
    pub(super) fn reading(mut self, pages: &[SeenPage]) -> Result<Self, Difference> {
        for page in pages {
            self.compare_page(page)?;
        }
        Ok(self)
    }

    fn note_lists(&mut self) {
        let graph = &self.graph;
        self.readings.retain(|(user, _), _| graph.user(user).is_some());
        for ((user, list), reading) in &mut self.readings {
            reading.note(&names_on(graph, user, *list).into_iter().collect());
        }
    }

    fn compare_outcome(
        &self,
        operation: &Operation,
        outcome: &Outcome,
        deeds: &[Deed],
        reply: &Reply,
    ) -> Result<(), Difference> {
        let asked = Asked::Outcome(operation.clone().into());
        match (outcome, reply) {
            (Outcome::Act(_), Reply::Whole(answer)) => {
                deeds.iter().try_for_each(|deed| self.compare_deed(&asked, deed, *answer))
            }
            (Outcome::ActOnMany(Ok(_)), Reply::Each(answers)) if answers.len() == deeds.len() => {
                let items = deeds.iter().zip(answers).enumerate();
                let item = |place| Asked::Item { batch: operation.clone().into(), place };
                items.into_iter().try_for_each(|(place, (deed, answer))| {
                    self.compare_deed(&item(place), deed, *answer)
                })
            }
            (_, Reply::Whole(answer)) if answer.allowed == outcome.is_done() => Ok(()),
            _ => Err(Difference {
                asked,
                engine: outcome_text(outcome),
                system: reply_text(reply),
                rule: whole(operation),
            }),
        }
    }

    fn compare_deed(&self, asked: &Asked, deed: &Deed, answer: Answer) -> Result<(), Difference> {
        let expected = Answer::from(deed.result);
        if agree(expected, answer) {
            return Ok(());
        }
        let pair = (&*deed.actor, &*deed.target);
        Err(Difference {
            asked: asked.clone(),
            engine: done_text(expected, pair),
            system: done_text(answer, pair),
            rule: self.cut.deed(deed, answer),
        })
    }

    fn compare_message(&self, actor: &str, target: &str, answer: Answer) -> Result<(), Difference> {
        let decision = self.graph.can_message(actor, target);
        let relation = self.graph.relation(actor, target).ok();
        let rule = || Cut::message(decision, answer, relation, &self.last, (actor, target));
        let asked = || Asked::Message { actor: actor.to_owned(), target: target.to_owned() };
        compare_answers(decision.into(), answer, (actor, target), asked, rule)
    }

    fn compare_request(&self, actor: &str, target: &str, answer: Answer) -> Result<(), Difference> {
        let decision = self.graph.can_send_friend_request(actor, target);
        let relation = self.graph.relation(actor, target).ok();
        let pair = (actor, target);
        let rule = || self.cut.request(decision, answer, relation, &self.last, pair);
        let asked = || Asked::Request { actor: actor.to_owned(), target: target.to_owned() };
        compare_answers(decision.into(), answer, pair, asked, rule)
    }

    fn compare_list(&self, user: &str, list: List, seen: &[String]) -> Result<(), Difference> {
        let [mut expected, mut seen] = [names_on(&self.graph, user, list), seen.to_vec()];
        expected.sort();
        seen.sort();
        if expected == seen {
            return Ok(());
        }
        let entry = first_difference(&expected, &seen);
        Err(Difference {
            asked: Asked::List { user: user.to_owned(), list },
            engine: names_text(&expected),
            system: names_text(&seen),
            rule: self.cut.list(&self.last, user, entry, list).unwrap_or(self.last_rule),
        })
    }

    fn compare_page(&mut self, page: &SeenPage) -> Result<(), Difference> {
        let on_it: BTreeSet<String> =
            names_on(&self.graph, &page.user, page.list).into_iter().collect();
        let reading = self.readings.entry((page.user.clone(), page.list)).or_default();
        if page.first {
            *reading = Reading::new(&on_it);
        }
        reading.take(&page.users, page.limit, page.last).map_err(|wrong| Difference {
            asked: Asked::Pages { user: page.user.clone(), list: page.list },
            engine: format!("everyone once, to the end: {}", names_text(&on_it)),
            system: wrong,
            rule: Rule::Paging,
        })
    }
}

fn compare_answers(
    expected: Answer,
    answer: Answer,
    pair: (&str, &str),
    asked: impl FnOnce() -> Asked,
    rule: impl FnOnce() -> Rule,
) -> Result<(), Difference> {
    if agree(expected, answer) {
        return Ok(());
    }
    let [engine, system] = [expected, answer].map(|answer| answer_text(answer, pair));
    Err(Difference { asked: asked(), engine, system, rule: rule() })
}

/// Returns whether an answer is the expected one in everything that it says.
fn agree(expected: Answer, answer: Answer) -> bool {
    let notices = answer.notice.is_none() || expected.notice.is_none();
    expected.allowed == answer.allowed
        && (notices || expected.notice == answer.notice)
        && answer.reasons.is_none_or(|reasons| expected.reasons.unwrap_or_default() == reasons)
}

/// Returns an entry that is on one list and not as often on the other; both are sorted.
fn first_difference<'a>(expected: &'a [String], seen: &'a [String]) -> &'a str {
    let count =
        |names: &[String], name: &String| names.iter().filter(|other| *other == name).count();
    let names = expected.iter().chain(seen);
    let mut differing = names.filter(|name| count(expected, name) != count(seen, name));
    differing.next().map_or("", String::as_str)
}

fn answer_text(answer: Answer, (actor, target): (&str, &str)) -> String {
    match answer.reasons {
        Some(reasons) if !reasons.is_empty() => {
            let plain = Answer { reasons: None, ..answer };
            format!("{plain}: {}", Refusal::new(reasons).explain(actor, target))
        }
        _ => answer.to_string(),
    }
}

fn done_text(answer: Answer, pair: (&str, &str)) -> String {
    if answer.allowed { "done".to_owned() } else { answer_text(answer, pair) }
}

fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::AddUser(Err(error)) => format!("refused: {error}"),
        Outcome::RemoveUser(Err(error))
        | Outcome::SetRequestMode(Err(error))
        | Outcome::SetRequestSending(Err(error)) => format!("refused: {error}"),
        Outcome::ActOnMany(Err(error)) => format!("refused: {error}"),
        Outcome::ActOnMany(Ok(batch)) => format!("{} results", batch.outcomes().len()),
        _ => "done".to_owned(),
    }
}

fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Whole(answer) if answer.allowed => "done".to_owned(),
        Reply::Whole(answer) => answer.to_string(),
        Reply::Each(answers) => format!("{} results", answers.len()),
    }
}

/// Returns the names as a list in words.
fn names_text<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| Name(name).to_string()).collect();
    if names.is_empty() { "empty".to_owned() } else { names.join(", ") }
}
