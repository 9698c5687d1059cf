//! The effects of an operation, or the reasons against it, as sentences.

use socialgraph::{Name, Operation, Outcome, SocialGraph};

/// Returns a sentence for each effect of an operation, and for each reason against it.
///
/// The graphs are those before the operation and after it.
///
/// ```
/// use socialgraph::{Action, Operation, Policy, SocialGraph};
/// use socialgraph_analysis::playthrough::results;
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// graph.add_user("ann")?;
/// graph.add_user("ben")?;
///
/// let before = graph.clone();
/// let unblock = Operation::act(Action::Unblock, "ann", "ben");
/// let outcome = unblock.apply_to(&mut graph);
/// let results = results(&before, &graph, &unblock, &outcome);
/// assert_eq!(results, ["refused: ann does not block ben"]);
/// # Ok::<(), socialgraph::AddUserError>(())
/// ```
#[must_use]
pub fn results(
    before: &SocialGraph,
    after: &SocialGraph,
    operation: &Operation,
    outcome: &Outcome,
) -> Vec<String> {
    let mut results: Vec<String> = outcome
        .events(after)
        .iter()
        .map(|event| {
            let (actor, target) = (Name(&event.actor.name), Name(&event.target.name));
            let (actor, target) = (actor.to_string(), target.to_string());
            event.effect.explain(&actor, &target).to_string()
        })
        .collect();

    let names = operation.names();
    let others: Vec<(&str, &str)> = match operation {
        Operation::ActOnMany(it) => it
            .targets
            .iter()
            .map(|target| (&*it.actor, &**target))
            .collect(),
        Operation::ManyAct(it) => it
            .actors
            .iter()
            .map(|actor| (&**actor, &*it.target))
            .collect(),
        _ => vec![(
            names.first().copied().unwrap_or_default(),
            names.get(1).copied().unwrap_or_default(),
        )],
    };
    for (item, (actor, target)) in outcome.items().iter().zip(others) {
        if let Err(refusal) = item {
            let (actor, target) = (Name(actor).to_string(), Name(target).to_string());
            results.push(format!("refused: {}", refusal.explain(&actor, &target)));
        }
    }
    if let Some(error) = error(operation, outcome) {
        results.push(format!("refused: {error}"));
    }
    if results.is_empty() && before.user_count() == after.user_count() && !renames(operation) {
        results.push("nothing changes between two users".to_owned());
    }
    results
}

/// Returns whether an operation changes a user or the rules, and no relation.
const fn renames(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::RenameUser(_)
            | Operation::SetRequestMode(_)
            | Operation::SetRequestSending(_)
            | Operation::AdoptPolicy(_)
    )
}

/// Returns why an operation other than an action did nothing.
fn error(operation: &Operation, outcome: &Outcome) -> Option<String> {
    Some(match outcome {
        Outcome::AddUser(Err(_)) => {
            let name = operation.names().first().copied().unwrap_or_default();
            format!("the name {} is taken or not valid", Name(name))
        }
        Outcome::RenameUser(Err(error)) => error.to_string(),
        Outcome::MergeUsers(Err(error)) => error.to_string(),
        Outcome::ActOnMany(Err(error)) | Outcome::ManyAct(Err(error)) => error.to_string(),
        Outcome::RemoveUser(Err(error))
        | Outcome::SetRequestMode(Err(error))
        | Outcome::SetRequestSending(Err(error))
        | Outcome::ClearList(Err(error)) => error.to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, Operation, Policy, SocialGraph};

    use super::results;

    /// Returns the results of an operation on a graph with three users.
    fn results_of(operation: &Operation) -> Vec<String> {
        let mut graph = SocialGraph::new(Policy::tencent_rest());
        for user in ["ann", "ben", "cyd"] {
            graph.add_user(user).unwrap();
        }
        let block = Operation::act(Action::Block, "ben", "ann");
        assert!(block.apply_to(&mut graph).is_done());

        let before = graph.clone();
        let outcome = operation.apply_to(&mut graph);
        results(&before, &graph, operation, &outcome)
    }

    #[test]
    fn each_refusal_of_a_batch_names_its_actor_and_its_target() {
        let request = Action::SendRequest;
        let on_many = Operation::act_on_many(request, "ann", ["cyd", "ben"]);
        assert_eq!(
            results_of(&on_many),
            ["ann requested cyd", "refused: ben blocks ann"]
        );
        let many_act = Operation::many_act(Action::Unblock, ["ben", "cyd"], "ann");
        assert_eq!(
            results_of(&many_act),
            [
                "ann left ben's blocklist",
                "refused: cyd does not block ann"
            ]
        );
    }
}
