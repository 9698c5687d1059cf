//! Operations: the entries of a log, as plain objects or sentences.

use serde::Serialize;
use socialgraph::{Effects, Operation, Outcome, SocialGraph as Graph};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::forms::{ChangeForm, ItemForm, LostForm, Naming};
use super::{Failure, SocialGraph, json};

/// What an operation came to.
#[derive(Default, Serialize)]
struct OutcomeForm<'a> {
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<Effects>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<ChangeForm<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<ItemForm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<Vec<LostForm<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// Returns why an operation is not done, or `None` if it is.
fn failure(operation: &Operation, outcome: &Outcome, graph: &Graph) -> Option<Failure> {
    Some(match (operation, outcome) {
        (Operation::Act(act), Outcome::Act(Err(error))) => {
            Failure::of_action(act.action, error, graph.policy())
        }
        (_, Outcome::ActOnMany(Err(error)) | Outcome::ManyAct(Err(error))) => (*error).into(),
        (_, Outcome::AddUser(Err(error))) => error.clone().into(),
        (_, Outcome::RenameUser(Err(error))) => error.clone().into(),
        (_, Outcome::MergeUsers(Err(error))) => error.clone().into(),
        (
            _,
            Outcome::RemoveUser(Err(error))
            | Outcome::SetRequestMode(Err(error))
            | Outcome::SetRequestSending(Err(error))
            | Outcome::ClearList(Err(error)),
        ) => error.clone().into(),
        _ => return None,
    })
}

/// Returns the items of a batch, or `None` if the operation is no batch.
fn items(operation: &Operation, outcome: &Outcome, graph: &Graph) -> Option<Vec<ItemForm>> {
    let (action, batch) = match (operation, outcome) {
        (Operation::ActOnMany(it), Outcome::ActOnMany(Ok(batch))) => (it.action, batch),
        (Operation::ManyAct(it), Outcome::ManyAct(Ok(batch))) => (it.action, batch),
        _ => return None,
    };
    Some(ItemForm::all(batch, action, graph))
}

/// Returns a setting or a name before the operation, or `None` if the operation has none.
fn before(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::SetRequestMode(Ok(before)) => Some(before.to_string()),
        Outcome::SetRequestSending(Ok(before)) => Some(before.to_string()),
        Outcome::RenameUser(Ok(before)) => Some(before.clone()),
        _ => None,
    }
}

impl<'a> OutcomeForm<'a> {
    /// Returns the form of an outcome. The graph is the one after the operation.
    fn new(operation: &Operation, outcome: &'a Outcome, graph: &'a Graph) -> Self {
        if let Some(failure) = failure(operation, outcome, graph) {
            return Self {
                error: Some(failure),
                ..Self::default()
            };
        }

        let naming = match outcome {
            Outcome::RemoveUser(Ok(removed)) => Naming::with_removed(graph, removed),
            Outcome::MergeUsers(Ok(merged)) => Naming::with_removed(graph, &merged.removed),
            _ => Naming::of(graph),
        };
        let items = items(operation, outcome, graph);
        // The items of a batch say more: they are in order, and have the refusals.
        let changes = match items {
            Some(_) => None,
            None => Some(ChangeForm::all(&outcome.changes(), naming)),
        };
        Self {
            done: true,
            error: None,
            effects: Some(outcome.effects()),
            changes,
            items,
            lost: match outcome {
                Outcome::MergeUsers(Ok(merged)) => Some(LostForm::all(&merged.lost, naming)),
                _ => None,
            },
            before: before(outcome),
        }
    }
}

/// An operation as a caller gives it: a sentence, or an object.
fn read(value: &JsValue) -> Result<Operation, Failure> {
    match value.as_string() {
        Some(sentence) => Ok(sentence.parse::<Operation>()?),
        None => json::read(value, "the operation"),
    }
}

#[wasm_bindgen]
impl SocialGraph {
    /// Applies an operation, and returns what it came to: a refusal is an outcome, too.
    ///
    /// An operation is an object (`{act: {action: "block", actor: "ann", target: "ben"}}`), or the
    /// sentence that it prints (`"ann blocks ben"`). A log of operations, applied to an empty
    /// graph, gives the same graph every time, in every language.
    ///
    /// @throws {SocialGraphError} `malformed`, `parse_operation` or another code of what could not
    /// be read
    #[wasm_bindgen(unchecked_return_type = "Outcome")]
    pub fn apply(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Operation | string")] operation: &JsValue,
    ) -> Result<JsValue, Failure> {
        let operation = read(operation)?;
        let outcome = operation.apply_to(&mut self.graph);
        Ok(json::write(&OutcomeForm::new(
            &operation,
            &outcome,
            &self.graph,
        )))
    }
}
