//! What tells two policies apart, with a state that shows each difference.

use serde::{Deserialize, Serialize};
use socialgraph::{Policy, Question, Quoted};
use socialgraph_analysis::comparison::{self, DifferentPart, Distinction, WhatIf};
use socialgraph_analysis::profile::Profile;
use socialgraph_analysis::review::{State, read_policy};
use socialgraph_analysis::rulebook::rules_of_part;
use socialgraph_analysis::story::PolicyText;

use super::answer::{InputError, json};
use super::input;
use super::words::numbers;

/// The users of every story of a comparison.
const USERS: [&str; 2] = ["ann", "ben"];

/// Compares two policies: parts, and minimal stories by topic.
///
/// ```
/// use socialgraph_wasm::review::compare;
///
/// let answer = compare(r#"{"one": "tencent_rest", "other": "tencent_mutual"}"#);
/// assert!(answer.contains(r#""path":"message.stopped_by","values":["target","both"]"#));
/// assert!(answer.contains(r#""lines":["ann blocks ben","may ann message ben?"]"#), "{answer}");
/// ```
#[must_use]
pub fn compare(input: &str) -> String {
    json(compared(input))
}

/// Returns the named policies, the nearest first. The policy is on one line, as a string of JSON.
///
/// ```
/// use socialgraph_wasm::review::nearest;
///
/// let start = r#"[{"name":"wire","title":"Wire","distance":0,"parts":[],"limits":[]},"#;
/// assert!(nearest(r#""wire""#).starts_with(start));
/// ```
#[must_use]
pub fn nearest(input: &str) -> String {
    json(input::policy(input).map(|text| ordered(text.policy())))
}

/// Returns the effect of each other value of a part: the number of stories that tell the changed
/// policy from the policy, and the shortest.
///
/// ```
/// use socialgraph_wasm::review::what_if;
///
/// let answer = what_if(r#"{"policy": "tencent_rest", "path": "request.crossed"}"#);
/// assert!(answer.starts_with(r#"[{"path":"request.crossed","value":"waits""#), "{answer}");
/// ```
#[must_use]
pub fn what_if(input: &str) -> String {
    json(changes(input))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    one: String,
    other: String,
}

#[derive(Serialize)]
struct Comparison {
    policies: [String; 2],
    parts: Vec<PartView>,
    topics: Vec<TopicView>,
}

#[derive(Serialize)]
struct PartView {
    path: &'static str,
    values: [String; 2],
    rules: Vec<&'static str>,
}

#[derive(Serialize)]
struct TopicView {
    topic: String,
    stories: Vec<StoryView>,
}

/// A story that tells two policies apart.
#[derive(Serialize)]
struct StoryView {
    lines: Vec<String>,
    question: &'static str,
    actor: &'static str,
    target: &'static str,
    answers: [AnswerView; 2],
    /// Other interactions that the two policies answer as they answer this one.
    alike: Vec<&'static str>,
    /// The state in which the page shows the story.
    state: State,
}

#[derive(Serialize)]
struct AnswerView {
    text: String,
    verdict: &'static str,
}

fn compared(input: &str) -> Result<Comparison, InputError> {
    let Pair { one, other } = input::read(input)?;
    let policies = [read_policy(&one)?, read_policy(&other)?];
    let [one, other] = policies.map(|text| text.policy());

    let comparison = comparison::diff(&one, &other);
    let topics = comparison.by_topic().into_iter();
    let topics = topics.map(|(topic, stories)| TopicView {
        topic: topic.to_string(),
        stories: stories
            .iter()
            .map(|story| StoryView::of(story, policies))
            .collect(),
    });
    Ok(Comparison {
        policies: policies.map(|text| text.to_string()),
        parts: comparison.parts().iter().map(PartView::of).collect(),
        topics: topics.collect(),
    })
}

impl PartView {
    fn of(part: &DifferentPart) -> Self {
        Self {
            path: part.path,
            values: part.values.map(|value| value.to_string()),
            rules: numbers(rules_of_part(part.path)),
        }
    }
}

impl StoryView {
    fn of(story: &Distinction, policies: [PolicyText; 2]) -> Self {
        let (actor, target, question) = (story.actor(), story.target(), story.question());
        let lines = story.story();
        let lines: Vec<String> = lines.lines().iter().map(ToString::to_string).collect();
        let answers = story.answers().map(|answer| AnswerView {
            text: answer.explain(actor, target).to_string(),
            verdict: answer.decision().verdict().name(),
        });
        let [one, other] = policies.map(|text| text.to_string());
        let state = State::new(&one, &USERS, lines.clone())
            .beside(&other)
            .watching(actor, question, target);
        let alike = story.alike().iter();
        Self {
            lines,
            question: question.name(),
            actor,
            target,
            answers,
            alike: alike.map(|it| Question::from(*it).name()).collect(),
            state,
        }
    }
}

#[derive(Serialize)]
struct NearestView {
    name: &'static str,
    title: &'static str,
    distance: usize,
    parts: Vec<PartView>,
    /// The limits that differ, which do not count.
    limits: Vec<PartView>,
}

fn ordered(policy: Policy) -> Vec<NearestView> {
    let nearest = comparison::nearest(&policy).into_iter();
    let nearest = nearest.map(|near| NearestView {
        name: near.name,
        title: Profile::named(near.name).map_or(near.name, |profile| profile.title),
        distance: near.distance(),
        parts: near.parts.iter().map(PartView::of).collect(),
        limits: near.limits.iter().map(PartView::of).collect(),
    });
    nearest.collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhatIfInput {
    policy: String,
    path: String,
}

#[derive(Serialize)]
struct WhatIfView {
    path: &'static str,
    value: String,
    /// The changed policy on one line.
    text: String,
    /// The number of stories that tell it from the policy.
    story_count: usize,
    shortest: Option<StoryView>,
}

fn changes(input: &str) -> Result<Vec<WhatIfView>, InputError> {
    let WhatIfInput { policy, path } = input::read(input)?;
    let text = read_policy(&policy)?;
    let policy = text.policy();
    if !policy.parts().any(|(known, _)| known == path) {
        return Err(InputError::new(format!("no part is {}", Quoted(&path))));
    }
    let changes = comparison::what_if_part(&policy, &path);
    Ok(changes
        .iter()
        .map(|change| WhatIfView::of(change, text))
        .collect())
}

impl WhatIfView {
    fn of(change: &WhatIf, original: PolicyText) -> Self {
        let changed = PolicyText::from(change.policy);
        let shortest = change.shortest.as_ref();
        Self {
            path: change.path,
            value: change.value.to_string(),
            text: changed.to_string(),
            story_count: change.story_count,
            shortest: shortest.map(|story| StoryView::of(story, [original, changed])),
        }
    }
}
