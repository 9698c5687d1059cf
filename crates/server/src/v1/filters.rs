//! Filters of many users: whom an actor reaches, whom a recipient sees, who is in conflict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use socialgraph::{Decision, Interaction, Reasons, Sides, SocialGraph, Verdict};

use super::decide::check_count;
use super::endpoint::{Call, Fresh, Query, Verb};
use super::problem::{Code, Problem};
use super::schema::{InteractionName, Name, ReasonName, VerdictName};
use crate::state::State;
use crate::tokens::Role;

/// The most users of a request.
const MOST: usize = 10_000;

/// `POST /v1/audience`.
pub(super) struct Audience;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AudienceBody", example = serde_json::json!({
    "interaction": "message", "actor": "ann", "targets": ["ben", "cyd"],
}))]
pub(super) struct AudienceBody {
    #[schemars(with = "InteractionName")]
    interaction: Interaction,
    #[schemars(with = "Name")]
    actor: String,
    #[schemars(with = "Vec<Name>", length(min = 1, max = 10_000))]
    targets: Vec<String>,
}

/// Who is allowed, and who is not.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Filter")]
pub(super) struct Filtered {
    /// The users who pass, in the order of the request.
    #[schemars(with = "Vec<Name>")]
    allowed: Vec<String>,
    /// The others, in the order of the request.
    refused: Vec<Refused>,
}

/// A user who does not pass.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RefusedUser")]
struct Refused {
    #[schemars(with = "Name")]
    name: String,
    #[schemars(with = "VerdictName")]
    verdict: Verdict,
    #[schemars(with = "Vec<ReasonName>")]
    reasons: Reasons,
}

impl Call for Audience {
    const METHOD: Verb = Verb::Post;
    const PATH: &'static str = "/v1/audience";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Find the targets whom an actor may reach";
    const DESCRIPTION: &'static str =
        "For a message to a room: its recipients. An unknown user is refused.";
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = Fresh;
    type Body = AudienceBody;
    type Reply = Filtered;
}

impl Query for Audience {
    fn run(state: &State, _: Fresh, body: AudienceBody) -> Result<Filtered, Problem> {
        check_count("/targets", body.targets.len(), MOST)?;
        let AudienceBody {
            interaction,
            actor,
            targets,
        } = body;
        let decide = |graph: &SocialGraph, target: &str| graph.can(interaction, &*actor, target);
        Ok(Filtered::new(state, targets, decide))
    }
}

/// `POST /v1/visible_senders`.
pub(super) struct VisibleSenders;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VisibleSendersBody", example = serde_json::json!({
    "interaction": "message", "recipient": "ann", "senders": ["ben", "cyd"],
}))]
pub(super) struct VisibleSendersBody {
    #[schemars(with = "InteractionName")]
    interaction: Interaction,
    #[schemars(with = "Name")]
    recipient: String,
    #[schemars(with = "Vec<Name>", length(min = 1, max = 10_000))]
    senders: Vec<String>,
}

impl Call for VisibleSenders {
    const METHOD: Verb = Verb::Post;
    const PATH: &'static str = "/v1/visible_senders";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Find the senders who may reach a recipient";
    const DESCRIPTION: &'static str =
        "For a recipient who opens a room: whose messages to show. An unknown user is refused.";
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = Fresh;
    type Body = VisibleSendersBody;
    type Reply = Filtered;
}

impl Query for VisibleSenders {
    fn run(state: &State, _: Fresh, body: VisibleSendersBody) -> Result<Filtered, Problem> {
        check_count("/senders", body.senders.len(), MOST)?;
        let VisibleSendersBody {
            interaction,
            recipient,
            senders,
        } = body;
        let decide =
            |graph: &SocialGraph, sender: &str| graph.can(interaction, sender, &*recipient);
        Ok(Filtered::new(state, senders, decide))
    }
}

impl Filtered {
    fn new(
        state: &State,
        names: Vec<String>,
        decide: impl Fn(&SocialGraph, &str) -> Decision,
    ) -> Self {
        let graph = state.service().graph();
        let (mut allowed, mut refused) = (Vec::new(), Vec::new());
        for name in names {
            let decision = decide(graph, &name);
            if decision.is_allowed() {
                allowed.push(name);
            } else {
                refused.push(Refused {
                    name,
                    verdict: decision.verdict(),
                    reasons: decision.reasons(),
                });
            }
        }
        Self { allowed, refused }
    }
}

/// `POST /v1/conflicts`.
pub(super) struct Conflicts;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConflictsBody", example = serde_json::json!({
    "user": "ann", "members": ["ben", "cyd"],
}))]
pub(super) struct ConflictsBody {
    #[schemars(with = "Name")]
    user: String,
    #[schemars(with = "Vec<Name>", length(min = 1, max = 10_000))]
    members: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Conflicts")]
pub(super) struct Found {
    /// In the order of the request.
    conflicts: Vec<Conflict>,
}

/// A block between the user and a member.
#[derive(Serialize, JsonSchema)]
struct Conflict {
    #[schemars(with = "Name")]
    member: String,
    blocked_by: BlockedBy,
}

/// Who blocks.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum BlockedBy {
    User,
    Member,
    Both,
}

impl Call for Conflicts {
    const METHOD: Verb = Verb::Post;
    const PATH: &'static str = "/v1/conflicts";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Find the blocks between a user and the members of a room";
    const DESCRIPTION: &'static str = "For a user who is about to join. It does not ask the policy. An unknown member has no \
         conflict.";
    const CODES: &'static [Code] = &[Code::UnknownUser];
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = Fresh;
    type Body = ConflictsBody;
    type Reply = Found;
}

impl Query for Conflicts {
    fn run(state: &State, _: Fresh, body: ConflictsBody) -> Result<Found, Problem> {
        check_count("/members", body.members.len(), MOST)?;
        let graph = state.service().graph();
        let members = body.members.iter().map(String::as_str);
        let conflicts = graph
            .conflicts(&*body.user, members)
            .map_err(|error| Problem::new(Code::UnknownUser, error.to_string()).at("/user"))?;
        let conflict = |(member, sides): (&str, Sides)| Conflict {
            member: member.to_owned(),
            blocked_by: match sides {
                Sides::Actor => BlockedBy::User,
                Sides::Target => BlockedBy::Member,
                Sides::Both | Sides::Neither => BlockedBy::Both,
            },
        };
        Ok(Found {
            conflicts: conflicts.map(conflict).collect(),
        })
    }
}
