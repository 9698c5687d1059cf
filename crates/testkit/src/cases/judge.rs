//! Which lines are confirmed: every policy that may be the system's answers the same.

use socialgraph::operation::ClearList;
use socialgraph::{
    Action, Fact, Interaction, Operation, Outcome, PairChange, Policy, Question, Reason, Reasons,
};
use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::Line;

/// The policies that a line has to be true of, and what else a system documents.
pub(super) struct Judge {
    policy: Policy,
    /// The policies that differ in a part of requests or blocks that nothing confirms.
    others: Vec<Policy>,
    /// The policies that differ in a part of a gate that nothing confirms.
    gates: Vec<Policy>,
    documented: Option<Documented>,
}

/// What a system documents, and where it does what its policy cannot say.
struct Documented {
    plausible: Plausible,
    /// Reasons for which the system may answer success.
    unsaid: Reasons,
    /// Steps after which the system is in another state than its policy says.
    contradicted: Vec<Step>,
}

/// An action, if a fact holds before it.
type Step = (Action, Option<Fact>);

impl Judge {
    /// Confirms everything.
    pub(super) fn of_policy(policy: Policy) -> Self {
        Self {
            policy,
            others: Vec::new(),
            gates: Vec::new(),
            documented: None,
        }
    }

    /// Confirms what the cells of a profile confirm.
    pub(super) fn of_profile(profile: &'static Profile) -> Self {
        let plausible = profile.plausible();
        let is_contradicted = |path: &str| {
            let cell = profile.cell(path);
            cell.is_some_and(|cell| profile.is_contradicted(cell))
        };
        let is_unsaid = |reason: &Reason| {
            let path = Profile::cell_of_refusal(*reason);
            path.is_some_and(|path| profile.cell(path).is_none() || is_contradicted(path))
        };
        let is_other =
            |path: &str| is_contradicted(path) || profile.exceptions_to(path).next().is_some();
        let contradicted = STEPS.iter().filter(|(path, ..)| is_other(path));

        let (gates, others) = others(profile.policy(), &plausible);
        Self {
            policy: profile.policy(),
            others,
            gates,
            documented: Some(Documented {
                unsaid: Reason::ALL.into_iter().filter(is_unsaid).collect(),
                contradicted: contradicted
                    .map(|(_, action, fact)| (*action, *fact))
                    .collect(),
                plausible,
            }),
        }
    }

    /// Returns the policy of the cases.
    pub(super) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns the other policies that may be the system's. Their gates are those of the first.
    pub(super) fn others(&self) -> &[Policy] {
        &self.others
    }

    /// Returns the policies with other gates that may be the system's.
    pub(super) fn gates(&self) -> &[Policy] {
        &self.gates
    }

    /// Returns whether the system has, and documents, this kind of question.
    pub(super) fn has_question(&self, question: Question) -> bool {
        self.has(&Line::question("", question, ""))
    }

    /// Returns whether the system has, and documents, this kind of operation.
    pub(super) fn has_operation(&self, operation: &Operation) -> bool {
        match operation {
            Operation::ClearList(ClearList { list, .. }) => self.has_question(list.action().into()),
            // A server has one policy.
            Operation::AdoptPolicy(_) => false,
            _ => self.has(&Line::Operation(operation.clone())),
        }
    }

    fn has(&self, line: &Line) -> bool {
        let documented = self.documented.as_ref();
        documented.is_none_or(|it| it.plausible.certainty_of_feature(line) == Certainty::Confirmed)
    }

    /// Returns whether the system is known to refuse for these reasons.
    pub(super) fn says(&self, reasons: Reasons) -> bool {
        let documented = self.documented.as_ref();
        documented.is_none_or(|it| it.unsaid.is_disjoint(reasons))
    }

    /// Returns whether the system contradicts what an operation did under the policy.
    pub(super) fn is_contradicted(&self, outcome: &Outcome) -> bool {
        let steps = self.documented.iter().flat_map(|it| &it.contradicted);
        let changes = outcome.changes();
        steps
            .copied()
            .any(|step| changes.iter().any(|change| is_step(*change, step)))
    }

    /// Returns whether users may join with different request modes, by what is confirmed.
    pub(super) fn is_initial_mode_open(&self) -> bool {
        let mode = self.policy.request.initial_mode;
        self.others
            .iter()
            .any(|other| other.request.initial_mode != mode)
    }
}

/// The cells about what an action leaves, each with the action and the fact before it.
///
/// If the system does what no policy can say, it is in another state after the action.
const STEPS: [(&str, Action, Option<Fact>); 9] = [
    ("block.actor_entry", Action::Block, Some(Fact::ActorLists)),
    ("block.target_entry", Action::Block, Some(Fact::TargetLists)),
    (
        "block.actor_request",
        Action::Block,
        Some(Fact::ActorRequested),
    ),
    (
        "block.target_request",
        Action::Block,
        Some(Fact::TargetRequested),
    ),
    ("unblock.restores", Action::Unblock, None),
    ("accept.own", Action::AcceptRequest, Some(Fact::ActorBlocks)),
    (
        "accept.other",
        Action::AcceptRequest,
        Some(Fact::TargetBlocks),
    ),
    (
        "request.crossed",
        Action::AcceptRequest,
        Some(Fact::ActorRequested),
    ),
    (
        "request.crossed",
        Action::SendRequest,
        Some(Fact::TargetRequested),
    ),
];

fn is_step(change: PairChange, (action, fact): Step) -> bool {
    change.action == Some(action) && fact.is_none_or(|fact| change.before.holds(fact))
}

/// Returns the policies that differ from a policy in one part that nothing confirms: those with
/// another gate, and then the others.
///
/// A line shows every reason and every effect. So only `crossed` and `accept_stopped_by` can hide
/// each other: they change together, too.
fn others(policy: Policy, plausible: &Plausible) -> (Vec<Policy>, Vec<Policy>) {
    let open = plausible.open_parts();
    let with = |policy: Policy, path: &str| -> Vec<Policy> {
        let part = open.iter().find(|(open, _)| *open == path);
        let values = part.into_iter().flat_map(|(_, values)| values);
        values
            .filter_map(|value| policy.with_part(path, *value))
            .collect()
    };

    let mut others = Vec::new();
    for (path, _) in &open {
        others.extend(with(policy, path));
    }
    for crossed in with(policy, "request.crossed") {
        others.extend(with(crossed, "request.accept_stopped_by"));
    }
    others.retain(|other| *other != policy);

    let has_other_gate = |other: &Policy| {
        Interaction::ALL
            .iter()
            .any(|it| other.gate(*it) != policy.gate(*it))
    };
    others.into_iter().partition(has_other_gate)
}

#[cfg(test)]
mod tests {
    use socialgraph::Reason;
    use socialgraph_analysis::profile::Profile;

    use super::STEPS;

    /// Otherwise a file would say what the system contradicts.
    #[test]
    fn each_cell_that_a_policy_contradicts_leaves_cases_out() {
        let refusals = Reason::ALL.into_iter().filter_map(Profile::cell_of_refusal);
        let steps = STEPS.iter().map(|(path, ..)| *path);
        let known: Vec<_> = refusals.chain(steps).collect();

        for profile in Profile::ALL {
            let cells = profile.cells.iter();
            for cell in cells.filter(|it| profile.is_contradicted(it)) {
                assert!(
                    known.contains(&cell.path),
                    "{}: {}",
                    profile.name,
                    cell.path
                );
            }
        }
    }
}
