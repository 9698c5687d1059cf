//! The lists that would have shown a fault before a question or an action did.

use std::collections::BTreeSet;
use std::fmt;

use super::expectation::agree;
use super::{Answer, Difference, Query, Step};
use socialgraph::operation::{Act, ActOnMany, ManyAct};
use socialgraph::{
    Action, Fact, Facts, Interaction, List, Name, Operation, Policy, Question, SocialGraph,
};

/// A list that would have shown a fault in an earlier step, if the system offered it.
///
/// It is derived from an entry that explains the answer: with it, or without it, the engine would
/// answer as the system did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EarlierList {
    /// The number of the step in the log, from 1.
    pub step: usize,
    /// The owner of the list.
    pub user: String,
    /// The list.
    pub list: List,
}

impl fmt::Display for EarlierList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, user, list } = self;
        write!(f, "the {list} of {} after step {step}", Name(user))
    }
}

/// Returns the lists that may have shown a difference in an earlier step, the latest step first.
///
/// There are none if the last step shows it first, if a list that the system offers would have
/// shown it, or if the log does not tell.
pub(super) fn find(
    log: &[Step],
    policy: &Policy,
    difference: &Difference,
    offered: &BTreeSet<List>,
) -> Vec<EarlierList> {
    let mut found = candidates(log, policy, difference, offered).unwrap_or_default();
    found.sort_by_key(|list| std::cmp::Reverse(list.step));
    found
}

fn candidates(
    log: &[Step],
    policy: &Policy,
    difference: &Difference,
    offered: &BTreeSet<List>,
) -> Option<Vec<EarlierList>> {
    let answer = *difference.answer.as_deref()?;
    let (question, actor, target) = asked(&difference.query)?;
    let operations = one_by_one(log)?;
    let before = match question {
        // The last step is the action itself.
        Question::Act(_) if is_outcome(&difference.query) => operations.len().checked_sub(1)?,
        _ => operations.len(),
    };

    let known = facts_over_time(operations.get(..before)?, *policy, actor, target);
    let facts = known.last()?;
    let mut found = Vec::new();
    for fact in Fact::ALL {
        if !explains(facts, fact, question, answer) {
            continue;
        }
        let step = last_change(&known, fact, before).filter(|step| *step < log.len());
        let place = list_of(fact, actor, target, offered);
        if let (Some(step), Some((user, list))) = (step, place) {
            // The state after the last step shows the difference, unless the step itself does.
            let shown = usize::from(!is_outcome(&difference.query));
            let agreed = known.get(..known.len() - shown)?;
            let since = (before + 1).saturating_sub(step + shown);
            if is_refuted(agreed, since, fact) {
                continue;
            }
            let user = user.to_owned();
            found.push(EarlierList { step, user, list });
        }
    }
    Some(found)
}

/// The facts of a pair, with the policy that they are judged by.
type Judged = (Policy, Facts);

/// Returns the question that a query asks, and its two users.
fn asked(query: &Query) -> Option<(Question, &str, &str)> {
    let act = |action: Action| Question::Act(action);
    Some(match query {
        Query::Reach {
            interaction,
            actor,
            target,
        } => (Question::Reach(*interaction), actor, target),
        Query::Request { actor, target } => (act(Action::SendRequest), actor, target),
        Query::Outcome(operation) => match &**operation {
            Operation::Act(Act {
                action,
                actor,
                target,
            }) => (act(*action), actor, target),
            _ => return None,
        },
        Query::Item { batch, index } => match &**batch {
            Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => (act(*action), actor, targets.get(*index)?),
            Operation::ManyAct(ManyAct {
                action,
                actors,
                target,
            }) => (act(*action), actors.get(*index)?, target),
            _ => return None,
        },
        Query::Reset | Query::LastStep | Query::List { .. } | Query::Pages { .. } => return None,
    })
}

const fn is_outcome(query: &Query) -> bool {
    matches!(query, Query::Outcome(_) | Query::Item { .. })
}

/// Returns the operations of a log without concurrent ones, whose order is not known.
fn one_by_one(log: &[Step]) -> Option<Vec<&Operation>> {
    let operations = log.iter().map(|step| match step {
        Step::One(operation) => Some(operation),
        Step::Concurrent(..) => None,
    });
    operations.collect()
}

/// Returns the facts of a pair after each of the last operations, as long as both are known.
fn facts_over_time(
    operations: &[&Operation],
    policy: Policy,
    actor: &str,
    target: &str,
) -> Vec<Judged> {
    let mut graph = SocialGraph::new(policy);
    let mut known = Vec::new();
    for operation in operations {
        let _ = operation.apply_to(&mut graph);
        match graph.facts(actor, target) {
            Ok(facts) => known.push((*graph.policy(), facts)),
            // A user who joins later under this name is another one.
            Err(_) => known.clear(),
        }
    }
    known
}

/// Returns whether the engine would answer as the system did if one fact were otherwise.
fn explains((policy, facts): &Judged, fact: Fact, question: Question, answer: Answer) -> bool {
    let decision = policy.decide(question, &otherwise(*facts, fact));
    agree(decision, answer)
}

fn otherwise(facts: Facts, fact: Fact) -> Facts {
    let relation = if facts.relation.holds(fact) {
        facts.relation.without(fact)
    } else {
        facts.relation.with(fact)
    };
    Facts { relation, ..facts }
}

/// Returns whether messages would have shown the fact after one of the last steps.
fn is_refuted(agreed: &[Judged], steps: usize, fact: Fact) -> bool {
    let message = Question::Reach(Interaction::Message);
    agreed.iter().rev().take(steps).any(|(policy, facts)| {
        let other = otherwise(*facts, fact);
        let sees = |facts: Facts| policy.decide(message, &facts).is_allowed();
        sees(*facts) != sees(other) || sees(flipped(*facts)) != sees(flipped(other))
    })
}

/// Returns the facts seen from the target.
fn flipped(facts: Facts) -> Facts {
    Facts {
        relation: facts.relation.flip(),
        actor: facts.target,
        target: facts.actor,
    }
}

/// Returns the number of the step, from 1, that made a fact what it is after the last one.
fn last_change(known: &[Judged], fact: Fact, steps: usize) -> Option<usize> {
    let (_, last) = known.last()?;
    let is_now = |(_, facts): &Judged| facts.relation.holds(fact) == last.relation.holds(fact);
    let unlike = known.iter().rposition(|judged| !is_now(judged))?;
    let later = known.len().checked_sub(unlike)?;
    Some(steps + 2 - later)
}

/// Returns a list on which a fact puts one of the two, unless the system offers such a list.
fn list_of<'a>(
    fact: Fact,
    actor: &'a str,
    target: &'a str,
    offered: &BTreeSet<List>,
) -> Option<(&'a str, List)> {
    let mut places = Vec::new();
    for list in List::OWN {
        if list.fact() == fact {
            places.push((actor, list));
        } else if list.fact() == fact.flip() {
            places.push((target, list));
        }
    }

    let is_offered = places.iter().any(|(_, list)| offered.contains(list));
    places.into_iter().next().filter(|_| !is_offered)
}
