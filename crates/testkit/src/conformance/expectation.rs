//! The engine's side of a comparison: what it expects, and whether what was seen is that.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{ActionRecord, History, records, whole};
use super::driver::{Seen, SeenPage};
use super::engine::names_on;
use super::finding::{Difference, Query};
use super::page_scan::PageScan;
use super::{Answer, Reply, Rule};
use socialgraph::{List, SocialGraph};
use socialgraph::{Name, Operation, Outcome};
use socialgraph::{Policy, Reasons};

/// What may have happened, as the engine sees it.
///
/// There is one world, until two operations arrive at once: then there is one for each order,
/// and those that what is seen contradicts are given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expectation {
    graph: SocialGraph,
    history: History,
    /// What the last step did to which pair.
    last: Vec<ActionRecord>,
    /// The rule of the last step, whatever pair it was on.
    last_rule: Rule,
    scans: BTreeMap<(String, List), PageScan>,
}

/// What the engine did with an operation.
struct Done<'a> {
    operation: &'a Operation,
    outcome: &'a Outcome,
    records: &'a [ActionRecord],
    /// The graph as the operation met it.
    before: &'a SocialGraph,
}

impl Expectation {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            graph: SocialGraph::new(policy),
            history: History::default(),
            last: Vec::new(),
            last_rule: Rule::Users,
            scans: BTreeMap::new(),
        }
    }

    /// Returns the world after operations to which the system has replied.
    pub(super) fn after(mut self, done: &[(&Operation, &Reply)]) -> Result<Self, Difference> {
        self.last.clear();
        for (operation, reply) in done {
            let before = self.graph.clone();
            let outcome = operation.apply_to(&mut self.graph);
            let records = records(operation, &outcome, &self.graph);
            let done = Done {
                operation,
                outcome: &outcome,
                records: &records,
                before: &before,
            };
            self.compare_outcome(&done, reply)?;
            self.history.note(&outcome, &records, &before);
            self.last.extend(records);
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
        self.scan(&seen.pages)
    }

    /// Returns the world in which these pages were read.
    pub(super) fn scan(mut self, pages: &[SeenPage]) -> Result<Self, Difference> {
        for page in pages {
            self.compare_page(page)?;
        }
        Ok(self)
    }

    fn note_lists(&mut self) {
        let graph = &self.graph;
        self.scans.retain(|(user, _), _| graph.user(user).is_some());
        for ((user, list), scan) in &mut self.scans {
            scan.note(&names_on(graph, user, *list).into_iter().collect());
        }
    }

    fn compare_outcome(&self, done: &Done<'_>, reply: &Reply) -> Result<(), Difference> {
        let query = Query::Outcome(done.operation.clone().into());
        let differs = || {
            let (engine, system) = (outcome_text(done), reply_text(reply));
            Err(Difference {
                query: query.clone(),
                engine,
                system,
                rule: whole(done.operation),
            })
        };
        let same = |answer: Answer| answer.allowed == done.outcome.is_done();
        match (done.outcome, reply) {
            (Outcome::ActOnMany(Ok(_)), Reply::Each(answers))
                if answers.len() == done.records.len() =>
            {
                self.compare_items(done, answers)
            }
            (Outcome::ActOnMany(_), Reply::Each(_)) => differs(),
            (Outcome::Act(_), reply) => reply.whole().map_or_else(differs, |answer| {
                let mut records = done.records.iter();
                records.try_for_each(|record| self.compare_action(done, &query, record, answer))
            }),
            (
                Outcome::ActOnMany(_)
                | Outcome::AddUser(_)
                | Outcome::RemoveUser(_)
                | Outcome::SetRequestMode(_)
                | Outcome::SetRequestSending(_),
                reply,
            ) => {
                if reply.whole().is_some_and(same) {
                    Ok(())
                } else {
                    differs()
                }
            }
        }
    }

    fn compare_items(&self, done: &Done<'_>, answers: &[Answer]) -> Result<(), Difference> {
        let mut items = done.records.iter().zip(answers).enumerate();
        items.try_for_each(|(place, (record, answer))| {
            let query = Query::Item {
                batch: done.operation.clone().into(),
                place,
            };
            self.compare_action(done, &query, record, *answer)
        })
    }

    fn compare_action(
        &self,
        done: &Done<'_>,
        query: &Query,
        record: &ActionRecord,
        answer: Answer,
    ) -> Result<(), Difference> {
        let expected = Answer::from(record.result);
        if agree(expected, answer) {
            return Ok(());
        }
        Err(Difference {
            query: query.clone(),
            engine: done_text(expected, record.pair()),
            system: done_text(answer, record.pair()),
            rule: self.history.record(record, answer, done.before),
        })
    }

    fn compare_message(&self, actor: &str, target: &str, answer: Answer) -> Result<(), Difference> {
        let decision = self.graph.can_message(actor, target);
        let relation = self.graph.relation(actor, target).unwrap_or_default();
        let pair = (actor, target);
        let rule = || {
            self.history
                .message(decision, answer, relation, &self.last, pair)
        };
        let query = || Query::Message {
            actor: actor.to_owned(),
            target: target.to_owned(),
        };
        compare_answers(decision.into(), answer, pair, query, rule)
    }

    fn compare_request(&self, actor: &str, target: &str, answer: Answer) -> Result<(), Difference> {
        let decision = self.graph.can_send_friend_request(actor, target);
        let pair = (actor, target);
        let rule = || {
            self.history
                .request(decision, answer, &self.graph, &self.last, pair)
        };
        let query = || Query::Request {
            actor: actor.to_owned(),
            target: target.to_owned(),
        };
        compare_answers(decision.into(), answer, pair, query, rule)
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
            query: Query::List {
                user: user.to_owned(),
                list,
            },
            engine: names_text(&expected),
            system: names_text(&seen),
            rule: self
                .history
                .list(&self.last, user, entry, list)
                .unwrap_or(self.last_rule),
        })
    }

    fn compare_page(&mut self, page: &SeenPage) -> Result<(), Difference> {
        let on_it: BTreeSet<String> = names_on(&self.graph, &page.user, page.list)
            .into_iter()
            .collect();
        let scan = self
            .scans
            .entry((page.user.clone(), page.list))
            .or_default();
        if page.first {
            *scan = PageScan::new(&on_it);
        }
        scan.take(&page.users, page.limit, page.last)
            .map_err(|wrong| Difference {
                query: Query::Pages {
                    user: page.user.clone(),
                    list: page.list,
                },
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
    query: impl FnOnce() -> Query,
    rule: impl FnOnce() -> Rule,
) -> Result<(), Difference> {
    if agree(expected, answer) {
        return Ok(());
    }
    let [engine, system] = [expected, answer].map(|answer| answer_text(answer, pair));
    Err(Difference {
        query: query(),
        engine,
        system,
        rule: rule(),
    })
}

/// Returns whether an answer is the expected one in everything that it says.
fn agree(expected: Answer, answer: Answer) -> bool {
    let notices = answer.notice.is_none() || expected.notice.is_none();
    expected.allowed == answer.allowed
        && (notices || expected.notice == answer.notice)
        && answer
            .reasons
            .is_none_or(|reasons| expected.reasons.unwrap_or_default() == reasons)
}

/// Returns an entry that is on one list and not as often on the other; both are sorted.
fn first_difference<'a>(expected: &'a [String], seen: &'a [String]) -> &'a str {
    let count =
        |names: &[String], name: &String| names.iter().filter(|other| *other == name).count();
    let names = expected.iter().chain(seen);
    let mut differing = names.filter(|name| count(expected, name) != count(seen, name));
    differing.next().map_or("", String::as_str)
}

fn answer_text(answer: Answer, pair: (&str, &str)) -> String {
    match answer.reasons {
        Some(reasons) if !reasons.is_empty() => {
            let plain = Answer {
                reasons: None,
                ..answer
            };
            format!("{plain}: {}", reasons_text(reasons, pair))
        }
        _ => answer.to_string(),
    }
}

/// Returns the reasons in words, with names of which nothing can mislead.
fn reasons_text(reasons: Reasons, (actor, target): (&str, &str)) -> String {
    let [actor, target] = [actor, target].map(|name| Name(name).to_string());
    reasons.explain(&actor, &target).to_string()
}

fn done_text(answer: Answer, pair: (&str, &str)) -> String {
    if answer.allowed {
        "done".to_owned()
    } else {
        answer_text(answer, pair)
    }
}

fn outcome_text(done: &Done<'_>) -> String {
    let refusal = match done.outcome {
        Outcome::ActOnMany(Ok(batch)) => return results_text(batch.outcomes().len()),
        Outcome::Act(Err(refusal)) => done.records.first().map_or_else(
            || refusal.to_string(),
            |record| reasons_text(refusal.reasons(), record.pair()),
        ),
        Outcome::AddUser(Err(error)) => error.to_string(),
        Outcome::RemoveUser(Err(error))
        | Outcome::SetRequestMode(Err(error))
        | Outcome::SetRequestSending(Err(error)) => error.to_string(),
        Outcome::ActOnMany(Err(error)) => error.to_string(),
        Outcome::Act(Ok(_))
        | Outcome::AddUser(Ok(_))
        | Outcome::RemoveUser(Ok(_))
        | Outcome::SetRequestMode(Ok(_))
        | Outcome::SetRequestSending(Ok(_)) => return "done".to_owned(),
    };
    format!("refused: {refusal}")
}

/// Returns a reply as a whole in words.
pub(super) fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Whole(answer) if answer.allowed => "done".to_owned(),
        Reply::Whole(answer) => answer.to_string(),
        Reply::Each(answers) => results_text(answers.len()),
    }
}

/// Returns in words that there is a result for each of so many.
fn results_text(results: usize) -> String {
    if results == 1 {
        "1 result".to_owned()
    } else {
        format!("{results} results")
    }
}

/// Returns the names as a list in words.
fn names_text<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| Name(name).to_string())
        .collect();
    if names.is_empty() {
        "empty".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Reply, answer_text, first_difference, reply_text};
    use socialgraph::{Reason, Reasons};

    #[test]
    fn the_first_entry_that_one_list_has_less_often_is_told() {
        let told = |expected: &[&str], seen: &[&str]| {
            let [expected, seen] =
                [expected, seen].map(|names| names.iter().map(ToString::to_string).collect());
            let (expected, seen): (Vec<_>, Vec<_>) = (expected, seen);
            first_difference(&expected, &seen).to_owned()
        };
        assert_eq!(told(&["a", "b", "c"], &["a", "c"]), "b");
        assert_eq!(told(&["a"], &["a", "b"]), "b");
        assert_eq!(told(&["a", "b"], &["a", "b", "b"]), "b");
        assert_eq!(told(&["a", "b"], &["a", "b"]), "");
    }

    #[test]
    fn a_reply_is_told_as_a_whole() {
        assert_eq!(reply_text(&Reply::Whole(Answer::ALLOWED)), "done");
        assert_eq!(reply_text(&Reply::Whole(Answer::REFUSED)), "refused");
        assert_eq!(reply_text(&Reply::Each(vec![Answer::REFUSED])), "1 result");
    }

    #[test]
    fn reasons_are_told_with_the_names_where_there_are_any() {
        let told = |reasons| answer_text(Answer::REFUSED.with_reasons(reasons), ("ann", "b n"));
        assert_eq!(told(Reasons::EMPTY), "refused");
        assert_eq!(
            told(Reason::TargetBlocks.into()),
            "refused: `b n` blocks ann"
        );
    }
}
