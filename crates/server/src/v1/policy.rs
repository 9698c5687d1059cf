//! The policy: which one holds, and another one.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use socialgraph::{Migration, Operation, PairChange, Policy, Relation, SocialGraph};
use socialgraph_host::{Operations, Position};
use socialgraph_tim::Change;
use tokio::task::spawn_blocking;

use super::V1;
use super::endpoint::{Call, Fresh, Nothing, Parameters, Query, Request, Update, Verb, internal};
use super::operations::{key, propose};
use super::problem::Problem;
use super::schema::{FactName, Name, PolicyForm, ProfileName, WholePolicy};
use crate::state::State;
use crate::tokens::Role;

/// The pairs that a reply shows.
const SHOWN: usize = 100;

/// `GET /v1/policy`.
pub(super) struct GetPolicy;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Policy")]
pub(super) struct PolicyReply {
    /// The profile with exactly these parts, or null if there is none.
    #[schemars(with = "Option<ProfileName>")]
    profile: Option<&'static str>,
    #[schemars(with = "WholePolicy")]
    policy: Policy,
}

impl Call for GetPolicy {
    const METHOD: Verb = Verb::Get;
    const PATH: &'static str = "/v1/policy";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Get the policy";
    type Parameters = Fresh;
    type Body = Nothing;
    type Reply = PolicyReply;
}

impl Query for GetPolicy {
    fn run(state: &State, _: Fresh, _: Nothing) -> Result<PolicyReply, Problem> {
        let policy = *state.service().graph().policy();
        Ok(PolicyReply {
            profile: profile(&policy),
            policy,
        })
    }
}

/// Returns the name of the profile with exactly these parts.
fn profile(policy: &Policy) -> Option<&'static str> {
    let mut profiles = Policy::PROFILES.iter();
    let profile = profiles.find(|(_, known)| known == policy);
    profile.map(|(name, _)| *name)
}

/// `PUT /v1/policy`.
pub(super) struct PutPolicy;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutParameters {
    /// Only says what the policy would end.
    #[serde(default)]
    dry_run: bool,
}

impl Parameters for PutParameters {}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PutPolicyBody", example = serde_json::json!({
    "policy": {"profile": "tencent_mutual", "limits": {"blocked": 100}},
}))]
pub(super) struct PutPolicyBody {
    #[schemars(with = "PolicyForm")]
    policy: Policy,
}

/// What a policy ends, or would end.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Migration")]
pub(super) struct MigrationReply {
    /// Whether the policy holds now: not after a dry run.
    adopted: bool,
    /// The profile with exactly the policy's parts, or null if there is none.
    #[schemars(with = "Option<ProfileName>")]
    profile: Option<&'static str>,
    /// How many pairs' relations the policy forbids.
    relations_changed: usize,
    /// The first 100 of these pairs.
    examples: Vec<Example>,
}

/// A pair whose relation the policy forbids.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ForbiddenRelation")]
struct Example {
    #[schemars(with = "Name")]
    actor: String,
    #[schemars(with = "Name")]
    target: String,
    #[schemars(with = "Vec<FactName>")]
    before: Relation,
    /// What is left.
    #[schemars(with = "Vec<FactName>")]
    after: Relation,
}

impl Call for PutPolicy {
    const METHOD: Verb = Verb::Put;
    const PATH: &'static str = "/v1/policy";
    const ROLE: Role = Role::Admin;
    const SUMMARY: &'static str = "Adopt a policy, or say what it would end";
    const DESCRIPTION: &'static str = "Users, settings and relations stay. If the policy forbids a pair's relation, blocks stay \
         and end what a new block would end.";
    type Parameters = PutParameters;
    type Body = PutPolicyBody;
    type Reply = MigrationReply;
}

impl Update for PutPolicy {
    async fn run(
        v1: Arc<V1>,
        request: Request<Self>,
    ) -> Result<(Position, MigrationReply), Problem> {
        let policy = request.body.policy;
        let id = key(&request.headers)?;
        if request.parameters.dry_run {
            let planning = spawn_blocking(move || {
                let reader = v1.host.reader();
                let graph = reader.service().graph();
                let plan = graph.plan_migration(policy);
                (reader.position(), MigrationReply::of_plan(graph, &plan))
            });
            let planned = planning.await;
            return planned.map_err(|error| internal(&error));
        }
        let operations = Operations::One(Operation::adopt_policy(policy));
        let applied = propose(&v1, id, operations).await?;
        let reply = MigrationReply::of_changes(&policy, applied.changes);
        Ok((applied.position, reply))
    }
}

impl MigrationReply {
    fn of_plan(graph: &SocialGraph, plan: &Migration) -> Self {
        let name = |user| graph.name(user).unwrap_or_default().to_owned();
        let example = |change: &PairChange| Example {
            actor: name(change.actor),
            target: name(change.target),
            before: change.before,
            after: change.after,
        };
        Self {
            adopted: false,
            profile: profile(&plan.to),
            relations_changed: plan.ended.len(),
            examples: plan.ended.iter().take(SHOWN).map(example).collect(),
        }
    }

    /// Returns the reply by what changed, with the names of that time.
    fn of_changes(policy: &Policy, changes: Vec<Change>) -> Self {
        let mut reply = Self {
            adopted: true,
            profile: profile(policy),
            relations_changed: 0,
            examples: Vec::new(),
        };
        for change in changes {
            let Change::RelationChanged {
                actor,
                target,
                before,
                after,
            } = change
            else {
                continue;
            };
            reply.relations_changed += 1;
            if reply.examples.len() < SHOWN {
                reply.examples.push(Example {
                    actor,
                    target,
                    before,
                    after,
                });
            }
        }
        reply
    }
}
