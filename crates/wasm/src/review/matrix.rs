//! Every question and every action of every ordered pair, under each policy.

use serde::Serialize;
use socialgraph::{Action, Decision, Operation, Question, SocialGraph};
use socialgraph_analysis::playthrough::results;

use super::words::{Names, ReasonView, notice, reasons};

/// One question about an ordered pair.
#[derive(Serialize)]
pub(super) struct Cell<'a> {
    actor: &'a str,
    target: &'a str,
    question: &'static str,
    sides: Vec<Answer>,
    /// Whether the policies answer differently.
    differs: bool,
}

/// The answer of a policy to a question.
#[derive(PartialEq, Eq, Serialize)]
struct Answer {
    verdict: &'static str,
    notice: Option<&'static str>,
    reasons: Vec<ReasonView>,
    /// The answer in words, with every reason.
    knows: String,
    /// The answer in words as the actor gets it, without the reasons that are kept from them.
    learns: String,
}

/// One action on an ordered pair.
#[derive(Serialize)]
pub(super) struct ActionView<'a> {
    actor: &'a str,
    target: &'a str,
    action: &'static str,
    /// The operation as a line of a story.
    sentence: String,
    sides: Vec<Consequence>,
    differs: bool,
}

/// The answer of a policy to an action, and what the action does.
#[derive(PartialEq, Eq, Serialize)]
struct Consequence {
    allowed: bool,
    reasons: Vec<ReasonView>,
    /// The effects of the action, or the reasons against it, in words.
    then: String,
}

/// Returns every ordered pair of two users.
pub(super) fn pairs<'a>(users: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    for actor in users {
        for target in users {
            if actor != target {
                pairs.push((*actor, *target));
            }
        }
    }
    pairs
}

/// Returns every question about every ordered pair.
pub(super) fn cells<'a>(graphs: &[&SocialGraph], users: &[&'a str]) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    for (actor, target) in pairs(users) {
        let names = Names::new(actor, target);
        for question in Question::all() {
            let decisions = graphs
                .iter()
                .map(|graph| graph.decide(question, actor, target));
            let sides: Vec<Answer> = decisions.map(|it| Answer::of(it, &names)).collect();
            cells.push(Cell {
                actor,
                target,
                question: question.name(),
                differs: differ(&sides),
                sides,
            });
        }
    }
    cells
}

/// Returns every action on every ordered pair.
pub(super) fn actions<'a>(graphs: &[&SocialGraph], users: &[&'a str]) -> Vec<ActionView<'a>> {
    let mut actions = Vec::new();
    for (actor, target) in pairs(users) {
        let names = Names::new(actor, target);
        for action in Action::ALL {
            let operation = Operation::act(action, actor, target);
            let sides = graphs.iter();
            let sides: Vec<Consequence> = sides
                .map(|graph| Consequence::of(graph, &operation, (actor, action, target), &names))
                .collect();
            actions.push(ActionView {
                actor,
                target,
                action: action.name(),
                sentence: operation.to_string(),
                differs: differ(&sides),
                sides,
            });
        }
    }
    actions
}

/// Returns whether two policies answer differently.
fn differ<T: PartialEq>(sides: &[T]) -> bool {
    sides
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one != other))
}

impl Answer {
    fn of(decision: Decision, names: &Names) -> Self {
        let learns = decision.visible();
        Self {
            verdict: decision.verdict().name(),
            notice: notice(decision),
            reasons: reasons(decision, names),
            knows: decision.explain(&names.actor, &names.target).to_string(),
            learns: learns.explain(&names.actor, &names.target).to_string(),
        }
    }
}

impl Consequence {
    fn of(
        graph: &SocialGraph,
        operation: &Operation,
        (actor, action, target): (&str, Action, &str),
        names: &Names,
    ) -> Self {
        let decision = graph.decide(action, actor, target);
        let mut after = graph.clone();
        let outcome = operation.apply_to(&mut after);
        Self {
            allowed: decision.is_allowed(),
            reasons: reasons(decision, names),
            then: results(graph, &after, operation, &outcome).join("; "),
        }
    }
}
