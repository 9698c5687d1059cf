//! A state of users, under every policy that may be the system's.

use socialgraph::operation::{Act, ActOnMany, ManyAct};
use socialgraph::{
    Action, Decision, Effect, Effects, Operation, Outcome, PairChange, Policy, Question, Refusal,
    Relation, SocialGraph,
};

use super::judge::Judge;
use super::line::{OPEN, joined, notice, reasons};

/// One graph for each policy of a judge, after the same operations.
///
/// Only confirmed operations are applied, so that all graphs have the same users and relations.
#[derive(Clone)]
pub(super) struct State<'j> {
    judge: &'j Judge,
    first: SocialGraph,
    others: Vec<SocialGraph>,
}

/// What an operation did, or why it was refused.
pub(super) struct Done {
    items: Vec<Item>,
    /// What happened to each pair.
    changes: Vec<PairChange>,
}

/// The fields of an operation, or of one item of a batch.
struct Item {
    outcome: &'static str,
    notice: &'static str,
    reasons: String,
    effects: String,
}

/// The answer to a question.
pub(super) struct Answered {
    pub(super) decision: Decision,
    /// Whether nothing confirms what the actor learns.
    is_notice_open: bool,
    /// The relation of the two, if they are two users.
    pub(super) relation: Option<Relation>,
}

impl<'j> State<'j> {
    /// Returns the state without users.
    pub(super) fn new(judge: &'j Judge) -> Self {
        let others = judge.others().iter();
        Self {
            judge,
            first: SocialGraph::new(*judge.policy()),
            others: others.map(|policy| SocialGraph::new(*policy)).collect(),
        }
    }

    /// Returns the graph under the policy of the cases.
    pub(super) const fn graph(&self) -> &SocialGraph {
        &self.first
    }

    /// Applies an operation; returns `None` if it is not confirmed what it does.
    ///
    /// Nothing has changed then.
    pub(super) fn apply(&mut self, operation: &Operation) -> Option<Done> {
        if !self.judge.has_operation(operation) {
            return None;
        }
        let mut first = self.first.clone();
        let outcome = operation.apply_to(&mut first);
        if !self.judge.says(outcome.reasons()) || self.judge.is_contradicted(&outcome) {
            return None;
        }

        let mut done = Done::of(operation, &outcome, first.policy());
        let mut others = Vec::with_capacity(self.others.len());
        for graph in &self.others {
            let mut graph = graph.clone();
            let outcome = operation.apply_to(&mut graph);
            if !done.agrees(&Done::of(operation, &outcome, graph.policy())) {
                return None;
            }
            others.push(graph);
        }
        (self.first, self.others) = (first, others);
        Some(done)
    }

    /// Answers a question; returns `None` if the answer is not confirmed.
    pub(super) fn ask(&self, question: Question, actor: &str, target: &str) -> Option<Answered> {
        if !self.judge.has_question(question) {
            return None;
        }
        let decision = self.first.decide(question, actor, target);
        if !self.judge.says(decision.reasons()) {
            return None;
        }

        let relation = self.first.relation(actor, target).ok();
        let mut is_notice_open = false;
        for other in self.other_decisions(question, actor, target, relation) {
            if other.reasons() != decision.reasons() {
                return None;
            }
            is_notice_open |= other != decision;
        }
        Some(Answered {
            decision,
            is_notice_open,
            relation,
        })
    }

    /// Returns the answers of the other policies that may be the system's.
    fn other_decisions(
        &self,
        question: Question,
        actor: &str,
        target: &str,
        relation: Option<Relation>,
    ) -> Vec<Decision> {
        match (question, relation) {
            // A gate sees nothing but the relation.
            (Question::Reach(interaction), Some(relation)) => {
                let gates = self.judge.gates().iter();
                gates
                    .map(|policy| policy.can(interaction, relation))
                    .collect()
            }
            // Every policy refuses what is not between two users.
            (Question::Reach(_), None) => Vec::new(),
            (Question::Act(_), _) => {
                let others = self.others.iter();
                others
                    .map(|graph| graph.decide(question, actor, target))
                    .collect()
            }
        }
    }
}

impl Done {
    /// Returns whether every item was done.
    pub(super) fn is_done(&self) -> bool {
        self.items.iter().all(|it| it.outcome == "done")
    }

    fn of(operation: &Operation, outcome: &Outcome, policy: &Policy) -> Self {
        let changes = outcome.changes();
        let items = match (action_of(operation), outcome) {
            (
                Some(action),
                Outcome::Act(_) | Outcome::ActOnMany(Ok(_)) | Outcome::ManyAct(Ok(_)),
            ) => {
                let items = outcome.items().into_iter();
                items.map(|item| Item::of(action, item, policy)).collect()
            }
            _ => vec![Item::of_whole(outcome)],
        };
        Self { items, changes }
    }

    /// Returns whether at least one item was done.
    pub(super) fn has_done_something(&self) -> bool {
        self.items.iter().any(|it| it.outcome == "done")
    }

    /// Returns whether another policy does the same; what the actor learns may differ.
    ///
    /// If it differs, nothing confirms it.
    fn agrees(&mut self, other: &Self) -> bool {
        let is_equal = self.changes == other.changes && self.items.len() == other.items.len();
        let mut items = self.items.iter_mut().zip(&other.items);
        is_equal && items.all(|(one, other)| one.agrees(other))
    }

    /// Returns the outcome, the notice, the reasons and the effects: of a batch, one for each item.
    pub(super) fn fields(&self) -> [String; 4] {
        let of_items = |field: fn(&Item) -> &str| {
            let fields: Vec<_> = self.items.iter().map(field).collect();
            if fields.is_empty() {
                "-".to_owned()
            } else {
                fields.join(";")
            }
        };
        [
            of_items(|it| it.outcome),
            of_items(|it| it.notice),
            of_items(|it| &it.reasons),
            of_items(|it| &it.effects),
        ]
    }
}

impl Item {
    fn of(action: Action, item: Result<PairChange, Refusal>, policy: &Policy) -> Self {
        match item {
            Ok(change) => Self::done(change.effects()),
            Err(refusal) => {
                let decision = Decision::of_refusal(action, refusal, policy);
                let seen = decision.visible().reasons();
                Self {
                    outcome: "refused",
                    notice: notice(decision.verdict(), seen),
                    reasons: reasons(refusal.reasons()),
                    effects: joined([]),
                }
            }
        }
    }

    fn agrees(&mut self, other: &Self) -> bool {
        if self.notice != other.notice {
            self.notice = OPEN;
        }
        (self.outcome, &self.reasons, &self.effects)
            == (other.outcome, &other.reasons, &other.effects)
    }

    /// Returns the fields of an operation that is no action on pairs, or that is refused whole.
    fn of_whole(outcome: &Outcome) -> Self {
        match code_of(outcome) {
            None => Self::done(outcome.effects()),
            Some(code) => Self {
                outcome: "refused",
                notice: "told",
                reasons: code.to_owned(),
                effects: joined([]),
            },
        }
    }

    fn done(effects: Effects) -> Self {
        Self {
            outcome: "done",
            notice: "-",
            reasons: joined([]),
            effects: joined(effects.iter().map(Effect::name)),
        }
    }
}

/// Returns the action of an operation on pairs.
const fn action_of(operation: &Operation) -> Option<Action> {
    match operation {
        Operation::Act(Act { action, .. })
        | Operation::ActOnMany(ActOnMany { action, .. })
        | Operation::ManyAct(ManyAct { action, .. }) => Some(*action),
        _ => None,
    }
}

/// Returns the name of the error of an operation that failed as a whole.
fn code_of(outcome: &Outcome) -> Option<&'static str> {
    let code = match outcome {
        Outcome::AddUser(result) => result.as_ref().err()?.code(),
        Outcome::RemoveUser(result) => result.as_ref().err()?.code(),
        Outcome::Act(result) => result.as_ref().err()?.code(),
        Outcome::ActOnMany(result) | Outcome::ManyAct(result) => result.as_ref().err()?.code(),
        Outcome::SetRequestMode(result) => result.as_ref().err()?.code(),
        Outcome::SetRequestSending(result) => result.as_ref().err()?.code(),
        Outcome::RenameUser(result) => result.as_ref().err()?.code(),
        Outcome::ClearList(result) => result.as_ref().err()?.code(),
        Outcome::MergeUsers(result) => result.as_ref().err()?.code(),
        Outcome::AdoptPolicy(_) => return None,
    };
    Some(code.name())
}

impl Answered {
    /// Returns the answer, the notice, the reasons and those that the actor does not see.
    pub(super) fn fields(&self) -> [String; 4] {
        let verdict = self.decision.verdict();
        let seen = self.decision.visible().reasons();
        let (notice, hidden) = if self.is_notice_open {
            (OPEN, OPEN.to_owned())
        } else {
            let hidden = self.decision.reasons() - seen;
            (notice(verdict, seen), reasons(hidden))
        };
        let answer = if self.decision.is_allowed() {
            "allowed"
        } else {
            "refused"
        };
        [
            answer.to_owned(),
            notice.to_owned(),
            reasons(self.decision.reasons()),
            hidden,
        ]
    }
}
