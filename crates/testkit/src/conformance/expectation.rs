//! The engine's side of a comparison: what it expects of the system's answers.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{Attribution, rule_of_operation};
use super::engine::names_on;
use super::finding::DifferenceKind;
use super::history::{ActionRecord, History};
use super::observation::{Observation, ObservedList, ObservedPage, ObservedPair};
use super::page_scan::PageScan;
use super::text::{action_text, answer_text, names_text, outcome_text, reply_text};
use super::{Answer, Difference, Query, Reply, Rule};
use socialgraph::operation::{AddUser, RenameUser};
use socialgraph::{
    Decision, Interaction, List, Notice, Operation, Outcome, Policy, Reason, Reasons, SocialGraph,
    Verdict,
};

/// One possible history: the engine's state under one order of concurrent operations.
///
/// Every concurrent step doubles the expectations, one for each order. Those that an answer
/// contradicts are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expectation {
    graph: SocialGraph,
    history: History,
    /// The actions of the last step.
    last_step: Vec<ActionRecord>,
    /// The rule of the last operation, for a difference that no action explains.
    last_rule: Rule,
    scans: BTreeMap<(String, List), PageScan>,
    /// The difference of a success in place of a refusal, until the lists show what happened.
    doubt: Option<Difference>,
}

/// An operation that the engine has carried out.
struct Applied<'a> {
    operation: &'a Operation,
    outcome: &'a Outcome,
    records: &'a [ActionRecord],
    /// The graph before the operation.
    before: &'a SocialGraph,
}

impl Expectation {
    /// Creates the expectation of an empty log.
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            graph: SocialGraph::new(policy),
            history: History::default(),
            last_step: Vec::new(),
            last_rule: Rule::Users,
            scans: BTreeMap::new(),
            doubt: None,
        }
    }

    /// Applies the operations of a step, in this order, and compares the system's replies.
    pub(super) fn after(mut self, step: &[(&Operation, &Reply)]) -> Result<Self, Difference> {
        self.last_step.clear();

        for (operation, reply) in step {
            if **reply == Reply::NotOffered {
                continue;
            }
            let before = self.graph.clone();
            let outcome = operation.apply_to(&mut self.graph);
            let records = ActionRecord::all(operation, &outcome);
            let applied = Applied {
                operation,
                outcome: &outcome,
                records: &records,
                before: &before,
            };
            if let Err(difference) = self.compare_reply(&applied, reply) {
                if !is_maybe_feigned(&records, reply) {
                    return Err(self.doubt.unwrap_or(difference));
                }
                self.doubt = self.doubt.or(Some(difference));
            }

            self.history.record(&outcome, &records, &self.graph);
            if let (Operation::RenameUser(RenameUser { user, name }), true) =
                (operation, outcome.is_done())
            {
                self.history.rename(user, name);
            }
            self.last_step.extend(records);
            self.last_rule = rule_of_operation(operation);
        }

        self.update_scans();
        Ok(self)
    }

    /// Returns whether the user is known.
    pub(super) fn knows(&self, user: &str) -> bool {
        self.graph.contains_user(user)
    }

    /// Compares what was observed after a step.
    pub(super) fn observing(mut self, observation: &Observation) -> Result<Self, Difference> {
        let doubt = self.doubt.take();
        let compared = self.comparing(observation);

        let Some(doubt) = doubt else { return compared };
        // If nothing was done, then the success is what the actor is shown.
        let is_feigned = compared.is_ok() && !observation.lists.is_empty();
        Err(if is_feigned {
            Difference {
                rule: Rule::R13,
                ..doubt
            }
        } else {
            doubt
        })
    }

    fn comparing(self, observation: &Observation) -> Result<Self, Difference> {
        let (own, others): (Vec<_>, Vec<_>) = observation
            .lists
            .iter()
            .partition(|observed| List::OWN.contains(&observed.list));
        // If every own list is right, a list of others' entries breaks the rule of these lists.
        for list in own {
            self.compare_list(list, &observation.lists)?;
        }
        for list in others {
            let compared = self.compare_list(list, &observation.lists);
            compared.map_err(|difference| Difference {
                rule: Rule::R30,
                ..difference
            })?;
        }
        for pair in &observation.pairs {
            for (interaction, answer) in &pair.reached {
                self.compare_interaction(*interaction, pair, *answer)?;
            }
            if let Some(answer) = pair.request {
                self.compare_request(pair, answer)?;
            }
        }
        self.scanning(&observation.pages)
    }

    /// Compares pages of lists.
    pub(super) fn scanning(mut self, pages: &[ObservedPage]) -> Result<Self, Difference> {
        for page in pages {
            self.compare_page(page)?;
        }
        Ok(self)
    }

    /// Tells every scan which users are on its list after a write.
    fn update_scans(&mut self) {
        let graph = &self.graph;
        self.scans
            .retain(|(user, _), _| graph.contains_user(user.as_str()));

        for ((user, list), scan) in &mut self.scans {
            scan.update(&names_on(graph, user, *list).into_iter().collect());
        }
    }

    fn attribution<'a>(&'a self, graph: &'a SocialGraph) -> Attribution<'a> {
        Attribution {
            graph,
            history: &self.history,
            last_step: &self.last_step,
        }
    }

    /// Returns the rule of the last step if it changed pairs without an action on them.
    ///
    /// Everything agreed before the step, so a difference after it is of that rule.
    fn rule_of_upheaval(&self) -> Option<Rule> {
        let is_upheaval = matches!(
            self.last_rule,
            Rule::R26 | Rule::R27 | Rule::R28 | Rule::R29
        );
        is_upheaval.then_some(self.last_rule)
    }

    fn compare_reply(&self, applied: &Applied<'_>, reply: &Reply) -> Result<(), Difference> {
        let query = Query::Outcome(applied.operation.clone().into());

        match (applied.outcome, reply) {
            (Outcome::ActOnMany(Ok(_)) | Outcome::ManyAct(Ok(_)), Reply::Each(answers))
                if answers.len() == applied.records.len() =>
            {
                return self.compare_items(applied, answers);
            }
            // A wrong number of results, or results of a batch that is refused whole.
            (Outcome::ActOnMany(_) | Outcome::ManyAct(_), Reply::Each(_)) => {}
            (Outcome::Act(_), reply) => {
                if let (Some(answer), [record]) = (reply.whole(), applied.records) {
                    return self.compare_action(applied, query, record, answer);
                }
            }
            (outcome, reply) => {
                let done = outcome.is_done();
                if reply.whole().is_some_and(|answer| answer.allowed == done) {
                    return Ok(());
                }
            }
        }

        let pair = applied.records.first().map(ActionRecord::pair);
        Err(Difference {
            query,
            engine: outcome_text(applied.outcome, pair).into(),
            reasons: Reasons::EMPTY,
            system: reply_text(reply).into(),
            rule: self.rule_of_reply(applied, reply),
            kind: match reply.whole() {
                Some(answer) => DifferenceKind::of(applied.outcome.is_done(), answer.allowed),
                None => DifferenceKind::Results,
            },
            answer: None,
        })
    }

    /// Returns the rule of a reply to an operation as a whole.
    fn rule_of_reply(&self, applied: &Applied<'_>, reply: &Reply) -> Rule {
        let is_refused = reply.whole().is_some_and(|answer| !answer.allowed);
        match (applied.operation, applied.outcome) {
            // Only the number of users decides whether a batch is refused whole.
            (_, Outcome::ManyAct(outcome)) if is_refused || outcome.is_err() => Rule::R14,
            // A name that is given up is free again.
            (Operation::AddUser(AddUser { name }), _) if self.history.is_former_name(name) => {
                Rule::R27
            }
            (operation, _) => rule_of_operation(operation),
        }
    }

    /// Compares the answers to the users of a batch.
    fn compare_items(&self, applied: &Applied<'_>, answers: &[Answer]) -> Result<(), Difference> {
        for (index, (record, answer)) in applied.records.iter().zip(answers).enumerate() {
            let query = Query::Item {
                batch: applied.operation.clone().into(),
                index,
            };
            self.compare_action(applied, query, record, *answer)?;
        }
        Ok(())
    }

    fn compare_action(
        &self,
        applied: &Applied<'_>,
        query: Query,
        record: &ActionRecord,
        answer: Answer,
    ) -> Result<(), Difference> {
        let decision = record.decision(self.graph.policy());
        // A silent refusal is a success to the system's own clients.
        let is_feigned =
            decision.verdict() == Verdict::RefusedSilently && answer == Answer::ALLOWED;
        if is_feigned || agree(decision, answer) {
            return Ok(());
        }

        Err(Difference {
            query,
            engine: action_text(expected_of_action(decision, answer), record.pair()).into(),
            reasons: decision.reasons(),
            system: action_text(answer, record.pair()).into(),
            rule: self.attribution(applied.before).action(record, answer),
            kind: DifferenceKind::of(decision.is_allowed(), answer.allowed),
            answer: Some(Box::new(answer)),
        })
    }

    fn compare_interaction(
        &self,
        interaction: Interaction,
        observed: &ObservedPair,
        answer: Answer,
    ) -> Result<(), Difference> {
        let pair @ (actor, target) = (observed.actor.as_str(), observed.target.as_str());
        let decision = self.graph.can(interaction, actor, target);
        if agree(decision, answer) {
            return Ok(());
        }

        Err(Difference {
            query: Query::Reach {
                interaction,
                actor: actor.to_owned(),
                target: target.to_owned(),
            },
            engine: answer_text(decision.into(), pair).into(),
            reasons: decision.reasons(),
            system: answer_text(answer, pair).into(),
            rule: self.rule_of_upheaval().unwrap_or_else(|| {
                let attribution = self.attribution(&self.graph);
                attribution.interaction(interaction, pair, decision, answer)
            }),
            kind: DifferenceKind::of(decision.is_allowed(), answer.allowed),
            answer: Some(Box::new(answer)),
        })
    }

    fn compare_request(&self, observed: &ObservedPair, answer: Answer) -> Result<(), Difference> {
        let pair @ (actor, target) = (observed.actor.as_str(), observed.target.as_str());
        let decision = self.graph.can_send_friend_request(actor, target);
        if agree(decision, answer) {
            return Ok(());
        }

        Err(Difference {
            query: Query::Request {
                actor: actor.to_owned(),
                target: target.to_owned(),
            },
            engine: answer_text(decision.into(), pair).into(),
            reasons: decision.reasons(),
            system: answer_text(answer, pair).into(),
            rule: self.rule_of_upheaval().unwrap_or_else(|| {
                let attribution = self.attribution(&self.graph);
                attribution.request(pair, decision, answer)
            }),
            kind: DifferenceKind::of(decision.is_allowed(), answer.allowed),
            answer: Some(Box::new(answer)),
        })
    }

    /// Compares a whole list: its order is free, but no entry may come twice.
    fn compare_list(
        &self,
        observed: &ObservedList,
        lists: &[ObservedList],
    ) -> Result<(), Difference> {
        let ObservedList { user, list, names } = observed;
        let mut expected = names_on(&self.graph, user, *list);
        let mut names = names.clone();
        expected.sort();
        names.sort();
        if expected == names {
            return Ok(());
        }

        let entry = first_difference(&expected, &names);
        let attribution = self.attribution(&self.graph);
        let rule = attribution.list(user, entry, *list, lists);
        Err(Difference {
            query: Query::List {
                user: user.clone(),
                list: *list,
            },
            engine: names_text(&expected).into(),
            reasons: Reasons::EMPTY,
            system: names_text(&names).into(),
            rule: rule.unwrap_or(self.last_rule),
            kind: DifferenceKind::Entries,
            answer: None,
        })
    }

    fn compare_page(&mut self, page: &ObservedPage) -> Result<(), Difference> {
        let entries: BTreeSet<String> = names_on(&self.graph, &page.user, page.list)
            .into_iter()
            .collect();
        let scan = self
            .scans
            .entry((page.user.clone(), page.list))
            .or_default();
        if page.first {
            *scan = PageScan::new(&entries);
        }

        let Err(fault) = scan.read(&page.names, page.limit, page.last) else {
            return Ok(());
        };
        Err(Difference {
            query: Query::Pages {
                user: page.user.clone(),
                list: page.list,
            },
            engine: format!("everyone once, to the end: {}", names_text(&entries)).into(),
            reasons: Reasons::EMPTY,
            system: fault.into(),
            rule: Rule::Paging,
            kind: DifferenceKind::Pages,
            answer: None,
        })
    }
}

/// Returns whether an answer is as expected in all that it contains.
pub(super) fn agree(decision: Decision, answer: Answer) -> bool {
    let expected = Answer::from(decision);
    let notices = answer.notice.is_none() || expected.notice.is_none();

    expected.allowed == answer.allowed
        && (notices || expected.notice == answer.notice)
        && answer
            .reasons
            .is_none_or(|given| are_reasons(decision, given))
}

/// Returns whether these are all reasons, or the one that a neutral refusal shows.
fn are_reasons(decision: Decision, given: Reasons) -> bool {
    let is_shown = given == Reason::Unavailable.into() && given == decision.visible().reasons();
    is_shown || given == decision.reasons()
}

/// Returns the expected answer to an action, without an open refusal's notice if none is given.
fn expected_of_action(decision: Decision, answer: Answer) -> Answer {
    let expected = Answer::from(decision);
    let is_needless = answer.notice.is_none() && expected.notice == Some(Notice::Told);
    Answer {
        notice: expected.notice.filter(|_| !is_needless),
        ..expected
    }
}

/// Returns whether a system reports an action as done that a block alone refuses.
///
/// It may have done the action, or have shown a success to the actor.
fn is_maybe_feigned(records: &[ActionRecord], reply: &Reply) -> bool {
    let blocks = [Reason::ActorBlocks, Reason::TargetBlocks];
    let blocks: Reasons = blocks.into_iter().collect();
    let [record] = records else { return false };

    let is_blocked = record
        .result
        .is_err_and(|refusal| refusal.reasons().difference(blocks).is_empty());
    is_blocked && reply.whole() == Some(Answer::ALLOWED)
}

/// Returns the first entry that one list has more often than the other.
fn first_difference<'a>(expected: &'a [String], names: &'a [String]) -> &'a str {
    let count = |list: &[String], name: &String| list.iter().filter(|other| *other == name).count();

    for name in expected.iter().chain(names) {
        if count(expected, name) != count(names, name) {
            return name;
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_entry_that_one_list_has_less_often_is_found() {
        let first = |expected: &[&str], names: &[&str]| {
            let [expected, names] = [expected, names]
                .map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>());
            first_difference(&expected, &names).to_owned()
        };
        assert_eq!(first(&["a", "b", "c"], &["a", "c"]), "b");
        assert_eq!(first(&["a"], &["a", "b"]), "b");
        assert_eq!(first(&["a", "b"], &["a", "b", "b"]), "b");
        assert_eq!(first(&["a", "b"], &["a", "b"]), "");
    }
}
