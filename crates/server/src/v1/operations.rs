//! Operations: one or many, each on its own or all or nothing.

use std::sync::Arc;

use axum::http::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use socialgraph::{
    Effects, ErrorCode, Operation, Outcome, PairChange, Quoted, Reasons, Refusal, operation,
};
use socialgraph_host::{Operations, Outcomes, ParsePositionError, Position, ProposalId};

use super::V1;
use super::decide::check_count;
use super::endpoint::{Call, Nothing, Request, Update, Verb};
use super::input::{Object, read_header};
use super::problem::{Code, Problem};
use super::schema::{EffectName, OperationForm, ReasonName};
use crate::state::{self, Entry};
use crate::tokens::Role;

/// The most operations of a request, the most names in them, and the most bytes of the names in
/// what they may change: each pair of a batch has both of its names there.
const MOST: usize = 1_000;
const MOST_NAMES: usize = 10_000;
const MOST_CHANGED_BYTES: usize = 8 << 20;

/// The header with the id of a proposal.
const KEY: &str = "Idempotency-Key";

/// `POST /v1/operations`.
pub(super) struct Operate;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OperationsBody", example = serde_json::json!({
    "operations": [
        {"add_user": {"name": "dan"}},
        {"act": {"action": "send_request", "actor": "ann", "target": "ben"}},
        {"act_on_many": {"action": "block", "actor": "ann", "targets": ["cyd", "dan"]}},
    ],
}))]
pub(super) struct OperationsBody {
    #[schemars(with = "Vec<OperationForm>", length(min = 1, max = 1_000))]
    operations: Vec<OneOperation>,
    /// If one operation is not done, none is: the problem `nothing_done` points at it. A batch is
    /// done unless it is refused whole.
    #[serde(default)]
    all_or_nothing: bool,
}

/// Declares the kinds of operations, each an object with fields.
macro_rules! kinds {
    ($($kind:ident),+) => {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum OneOperation {
            $( $kind(Object<operation::$kind>), )+
        }

        impl From<OneOperation> for Operation {
            fn from(one: OneOperation) -> Self {
                match one {
                    $( OneOperation::$kind(Object(operation)) => operation.into(), )+
                }
            }
        }
    };
}

kinds!(
    AddUser,
    RemoveUser,
    RenameUser,
    MergeUsers,
    Act,
    ActOnMany,
    ManyAct,
    SetRequestMode,
    SetRequestSending,
    ClearList,
    AdoptPolicy
);

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Operations")]
pub(super) struct Done {
    /// Whether every operation was done.
    done: bool,
    /// One outcome for each operation, in the order of the operations.
    outcomes: Vec<OneOutcome>,
}

/// What an operation came to.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "Outcome")]
struct OneOutcome {
    /// A batch is done unless it is refused whole: its items tell of each pair.
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Refused")]
    error: Option<Refused>,
    /// Of an action on a pair: what happened to the pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<EffectName>")]
    effects: Option<Effects>,
    /// Of a batch: what happened to each pair, in the order of the names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Item>")]
    items: Option<Vec<Item>>,
    /// Of a setting or a name: what it was before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    before: Option<String>,
    /// Of a removal, a merge, a cleared list or a policy: how many pairs' relations changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    relations_changed: Option<usize>,
}

/// Why an operation is not done.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationError")]
pub(super) struct Refused {
    /// The name of an error of the engine: stable, for programs.
    code: &'static str,
    /// For people.
    detail: String,
    /// Every reason, if the rules refused it.
    #[schemars(with = "Vec<ReasonName>")]
    reasons: Reasons,
}

/// What a batch did to a pair.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BatchItem")]
struct Item {
    done: bool,
    /// What happened to the pair, if it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<EffectName>")]
    effects: Option<Effects>,
    /// Every reason, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ReasonName>")]
    reasons: Option<Reasons>,
}

impl Call for Operate {
    const METHOD: Verb = Verb::Post;
    const PATH: &'static str = "/v1/operations";
    const ROLE: Role = Role::Write;
    const SUMMARY: &'static str = "Apply up to 1,000 operations";
    const DESCRIPTION: &'static str = "The operations are one entry of the log. Each has an outcome of its own, in order, \
         unless all or nothing is asked for. They name up to 10,000 users. `adopt_policy` needs \
         the role admin. The reply is sent when the entry is durable.";
    const CODES: &'static [Code] = &[Code::NothingDone];
    type Parameters = Nothing;
    type Body = OperationsBody;
    type Reply = Done;
}

impl Update for Operate {
    async fn run(v1: Arc<V1>, request: Request<Self>) -> Result<(Position, Done), Problem> {
        let body = request.body;
        check_count("/operations", body.operations.len(), MOST)?;
        let operations: Vec<Operation> = body.operations.into_iter().map(Into::into).collect();
        check(&operations, request.sender.role)?;
        let id = key(&request.headers)?;

        let entry = if body.all_or_nothing {
            Operations::All(operations)
        } else {
            Operations::Each(operations)
        };
        let applied = propose(&v1, id, entry.clone()).await?;
        let done = outcomes(entry.as_slice(), &applied.outcomes);
        let done = done.map_err(|problem| problem.with_position(applied.position))?;
        Ok((applied.position, done))
    }
}

/// Checks what the engine does not.
fn check(operations: &[Operation], role: Role) -> Result<(), Problem> {
    let (mut names, mut bytes) = (0, 0);
    for (index, operation) in operations.iter().enumerate() {
        let users = operation.names();
        let longest = users.iter().map(|name| name.len()).max();
        names += users.len();
        bytes += users.len() * longest.unwrap_or_default() * 2;
        if matches!(operation, Operation::AdoptPolicy(_)) && role < Role::Admin {
            let detail = format!("another policy needs the role admin, and the token has {role}");
            let problem = Problem::new(Code::RoleTooLow, detail);
            return Err(problem.at(format!("/operations/{index}")));
        }
    }
    if names > MOST_NAMES {
        let detail = format!("the operations name {names} users, and {MOST_NAMES} are the most");
        return Err(Problem::field("/operations", detail));
    }
    if bytes > MOST_CHANGED_BYTES {
        let detail = format!(
            "the names in what the operations may change have up to {bytes} bytes, and \
             {MOST_CHANGED_BYTES} are the most"
        );
        return Err(Problem::field("/operations", detail));
    }
    Ok(())
}

/// Reads the id of a proposal.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<ProposalId>, Problem> {
    let id = read_header(headers, KEY)?.map(|text| text.parse());
    id.transpose()
        .map_err(|error: ParsePositionError| Problem::header(Code::Invalid, KEY, error.to_string()))
}

/// Operations that were applied.
pub(super) struct Applied {
    pub(super) position: Position,
    pub(super) outcomes: Outcomes,
    pub(super) changes: Vec<socialgraph_tim::Change>,
}

/// Puts operations in the log, and returns what they came to when they are durable.
pub(super) async fn propose(
    v1: &V1,
    id: Option<ProposalId>,
    operations: Operations,
) -> Result<Applied, Problem> {
    let fingerprint = state::fingerprint(&operations);
    let entry = Entry::Operations(operations);
    let ticket = match id {
        Some(id) => v1.host.propose_as(id, entry),
        None => v1.host.propose(entry),
    };
    let answer = match ticket.await {
        Ok(answer) => answer,
        Err(error) => {
            let problem = Problem::of_proposal(&error);
            v1.log_outage(&problem);
            return Err(problem);
        }
    };
    v1.outage_ends();

    let position = answer.position;
    match answer.outcome {
        state::Outcome::Operations(applied) if applied.fingerprint == fingerprint => Ok(Applied {
            position,
            outcomes: applied.outcomes,
            changes: applied.changes,
        }),
        // The id names another proposal.
        _ => {
            let detail = format!("the key is that of another request, carried out at {position}");
            Err(Problem::header(Code::KeyReused, KEY, detail).with_position(position))
        }
    }
}

/// Returns the outcomes in the order of the operations.
fn outcomes(operations: &[Operation], outcomes: &Outcomes) -> Result<Done, Problem> {
    if let Outcomes::Nothing { index, outcome } = outcomes {
        let refused = operations
            .get(*index)
            .and_then(|operation| refused(operation, outcome));
        let pointer = format!("/operations/{index}");
        let (code, detail, reasons) = refused.map_or_else(
            || ("refused", String::new(), Reasons::EMPTY),
            |it| (it.code, it.detail, it.reasons),
        );
        let problem = Problem::new(Code::NothingDone, detail).at(pointer);
        return Err(problem.because(code, reasons));
    }
    let outcomes: Vec<_> = operations
        .iter()
        .zip(outcomes.as_slice())
        .map(|(operation, outcome)| OneOutcome::new(operation, outcome))
        .collect();
    Ok(Done {
        done: outcomes.iter().all(|it| it.done),
        outcomes,
    })
}

impl OneOutcome {
    fn new(operation: &Operation, outcome: &Outcome) -> Self {
        if let Some(error) = refused(operation, outcome) {
            return Self {
                error: Some(error),
                ..Self::default()
            };
        }
        let mut done = Self {
            done: true,
            ..Self::default()
        };
        match outcome {
            Outcome::Act(Ok(change)) => done.effects = Some(change.effects()),
            Outcome::ActOnMany(Ok(batch)) | Outcome::ManyAct(Ok(batch)) => {
                done.items = Some(batch.iter().map(Item::new).collect());
            }
            Outcome::SetRequestMode(Ok(before)) => done.before = Some(before.to_string()),
            Outcome::SetRequestSending(Ok(before)) => done.before = Some(before.to_string()),
            Outcome::RenameUser(Ok(before)) => done.before = Some(before.clone()),
            Outcome::RemoveUser(Ok(removed)) => done.relations_changed = Some(removed.ended.len()),
            Outcome::MergeUsers(_) | Outcome::ClearList(_) | Outcome::AdoptPolicy(_) => {
                done.relations_changed = Some(outcome.changes().len());
            }
            _ => {}
        }
        done
    }
}

impl Item {
    fn new(item: &Result<PairChange, Refusal>) -> Self {
        Self {
            done: item.is_ok(),
            effects: item.as_ref().ok().map(|change| change.effects()),
            reasons: item.as_ref().err().map(|refusal| refusal.reasons()),
        }
    }
}

/// Returns why an operation is not done, or `None` if it is.
fn refused(operation: &Operation, outcome: &Outcome) -> Option<Refused> {
    let (code, detail) = match outcome {
        Outcome::Act(Err(error)) => (error.code(), error.to_string()),
        Outcome::ActOnMany(Err(error)) | Outcome::ManyAct(Err(error)) => {
            (error.code(), error.to_string())
        }
        Outcome::AddUser(Err(error)) => (error.code(), error.to_string()),
        Outcome::RenameUser(Err(error)) => (error.code(), error.to_string()),
        Outcome::MergeUsers(Err(error)) => (error.code(), error.to_string()),
        Outcome::RemoveUser(Err(error))
        | Outcome::SetRequestMode(Err(error))
        | Outcome::SetRequestSending(Err(error))
        | Outcome::ClearList(Err(error)) => (error.code(), error.to_string()),
        _ => return None,
    };
    // The engine names the user who has a name by the handle, which clients do not know.
    let detail = match operation.names().last() {
        Some(name) if code == ErrorCode::NameTaken => {
            format!("a user has the name {}", Quoted(name))
        }
        _ => detail,
    };
    Some(Refused {
        code: code.name(),
        detail,
        reasons: outcome.reasons(),
    })
}
