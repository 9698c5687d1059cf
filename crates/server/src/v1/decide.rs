//! Decisions: who may do or reach what.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use socialgraph::{Decision, Notice, Notices, Policy, Question, Reason, Reasons, Verdict};

use super::endpoint::{Call, Query, Verb, parameters};
use super::input::Object;
use super::problem::Problem;
use super::schema::{Name, NoticeName, QuestionName, ReasonName, VerdictName};
use crate::state::State;
use crate::tokens::Role;

/// The most questions of a request.
const MOST: usize = 1_000;

/// `POST /v1/decide`.
pub(super) struct Decide;

parameters! {
    DecideParameters {
        /// Adds sentences for people.
        #[serde(default)]
        texts: bool,
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecideBody", example = serde_json::json!({"questions": [
    {"question": "message", "actor": "ben", "target": "ann"},
    {"question": "send_request", "actor": "ann", "target": "ben"},
]}))]
pub(super) struct Questions {
    #[schemars(length(min = 1, max = 1_000))]
    questions: Vec<Object<OneQuestion>>,
}

/// May the actor do this to the target, or reach them so?
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Question")]
struct OneQuestion {
    #[serde(deserialize_with = "question")]
    #[schemars(with = "QuestionName")]
    question: Question,
    #[schemars(with = "Name")]
    actor: String,
    #[schemars(with = "Name")]
    target: String,
}

fn question<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Question, D::Error> {
    let name = String::deserialize(deserializer)?;
    Question::from_str(&name).map_err(de::Error::custom)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Decide")]
pub(super) struct Decisions {
    /// One decision for each question, in the order of the questions.
    decisions: Vec<Decided>,
}

/// What the engine decides, and what the actor may be shown of it. Nobody else learns anything.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Decision")]
struct Decided {
    #[schemars(with = "VerdictName")]
    verdict: Verdict,
    /// Every reason of a refusal, in order. For the server: users may see `actor_sees`.
    #[schemars(with = "Vec<ReasonName>")]
    reasons: Reasons,
    /// For each block among the reasons, what the policy lets the actor learn of it.
    #[schemars(with = "BTreeMap<String, NoticeName>")]
    notices: BTreeMap<&'static str, Notice>,
    actor_sees: Seen,
    /// The decision as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = "string"))]
    text: Option<String>,
}

/// What the actor may be shown.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SeenByActor")]
struct Seen {
    #[schemars(with = "VerdictName")]
    verdict: Verdict,
    #[schemars(with = "Vec<ReasonName>")]
    reasons: Reasons,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = "string"))]
    text: Option<String>,
}

impl Call for Decide {
    const METHOD: Verb = Verb::Post;
    const PATH: &'static str = "/v1/decide";
    const ROLE: Role = Role::Read;
    const SUMMARY: &'static str = "Decide up to 1,000 questions";
    const DESCRIPTION: &'static str = "An unknown user is a reason of the decision, not a problem. All questions are answered \
         from one state.";
    const HAS_LONG_REPLIES: bool = true;
    type Parameters = DecideParameters;
    type Body = Questions;
    type Reply = Decisions;
}

impl Query for Decide {
    fn run(
        state: &State,
        parameters: DecideParameters,
        body: Questions,
    ) -> Result<Decisions, Problem> {
        check_count("/questions", body.questions.len(), MOST)?;
        let graph = state.service().graph();
        let decide = |Object(it): Object<OneQuestion>| {
            let decision = match it.question {
                Question::Reach(interaction) => graph.can(interaction, &*it.actor, &*it.target),
                action @ Question::Act(_) => graph.decide(action, &*it.actor, &*it.target),
            };
            Decided::new(decision, graph.policy(), parameters.texts.then_some(&it))
        };
        Ok(Decisions {
            decisions: body.questions.into_iter().map(decide).collect(),
        })
    }
}

impl Decided {
    /// Returns a decision, with sentences if there is the question to name the users.
    fn new(decision: Decision, policy: &Policy, texts: Option<&OneQuestion>) -> Self {
        let text = |decision: Decision| {
            texts.map(|it| decision.explain(&it.actor, &it.target).to_string())
        };
        let visible = decision.visible();
        Self {
            verdict: decision.verdict(),
            reasons: decision.reasons(),
            notices: notices(decision, policy),
            actor_sees: Seen {
                verdict: visible.verdict(),
                reasons: visible.reasons(),
                text: text(visible),
            },
            text: text(decision),
        }
    }
}

/// Returns what the policy says of each block among the reasons.
fn notices(decision: Decision, policy: &Policy) -> BTreeMap<&'static str, Notice> {
    let Notices { own, other } = match decision.question() {
        Question::Reach(interaction) => policy.gate(interaction).notice,
        Question::Act(_) => policy.request.notice,
    };
    [(Reason::ActorBlocks, own), (Reason::TargetBlocks, other)]
        .into_iter()
        .filter(|(reason, _)| decision.reasons().contains(*reason))
        .map(|(reason, notice)| (reason.name(), notice))
        .collect()
}

/// Checks the number of a list's items: from 1 to the most.
pub(super) fn check_count(pointer: &str, count: usize, most: usize) -> Result<(), Problem> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    let detail = format!("there are {count} items, and 1 to {most} are taken at once");
    Err(Problem::field(pointer, detail))
}
