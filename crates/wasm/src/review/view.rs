//! Everything that the page shows of a state.

use serde::Serialize;
use socialgraph::{Fact, Operation, RequestMode, RequestSending, SocialGraph, UserFacts};
use socialgraph_analysis::playthrough::{SideTurn, Turn};
use socialgraph_analysis::review::{Judged, Played};
use socialgraph_analysis::story::{Line, PolicyText};

use super::answer::json;
use super::matrix::{ActionView, Cell, actions, cells};
use super::state;
use super::words::{Text, notice};

/// Returns everything that the page shows of a state.
///
/// It says nothing of certainty: [`certainties`](super::certainties) does.
///
/// ```
/// use socialgraph_wasm::review::view;
///
/// let state = r#"{"version": 1, "policy": "tencent_rest", "users": ["ann", "ben"],
///     "lines": ["ann blocks ben"], "step": 1}"#;
/// assert!(view(state).contains("ben may not message ann, and is not told: ann blocks ben"));
///
/// let error = view(&state.replace("blocks", "bloks"));
/// assert!(error.starts_with(r#"{"error":{"message":"`ann bloks ben` is no sentence of a story"#));
/// assert!(error.ends_with(r#","line":1,"column":8}}"#), "{error}");
/// ```
#[must_use]
pub fn view(input: &str) -> String {
    match state::read(input, Judged::No) {
        Ok(played) => json(Ok(View::of(&played))),
        Err(error) => json(Err::<(), _>(error)),
    }
}

#[derive(Serialize)]
struct View<'a> {
    /// The users at the step.
    users: Vec<&'a str>,
    step: usize,
    policies: Vec<PolicyView>,
    lines: Vec<LineView>,
    relations: Vec<RelationView<'a>>,
    settings: Vec<SettingView<'a>>,
    matrix: Vec<Cell<'a>>,
    actions: Vec<ActionView<'a>>,
    watches: Vec<WatchView<'a>>,
}

/// A policy of the state.
#[derive(Serialize)]
struct PolicyView {
    /// The name, if it is a named policy.
    name: Option<&'static str>,
    /// The policy on one line.
    text: String,
    /// The policy at the step, which the story may have adopted.
    now: String,
}

#[derive(Serialize)]
struct LineView {
    text: String,
    sides: Vec<LineSide>,
}

#[derive(Serialize)]
struct LineSide {
    results: Vec<Text>,
    abilities: Vec<Text>,
    done: bool,
    holds: bool,
}

/// The relation of an unordered pair.
#[derive(Serialize)]
struct RelationView<'a> {
    side: usize,
    actor: &'a str,
    target: &'a str,
    facts: Vec<&'static str>,
}

/// The settings of a user, with the lines that change them.
#[derive(Serialize)]
struct SettingView<'a> {
    user: &'a str,
    sides: Vec<SettingSide>,
    sentences: Vec<SettingSentence>,
}

/// A line that changes a setting.
#[derive(Serialize)]
struct SettingSentence {
    text: String,
    /// Whether the setting has this value under every policy.
    is_set: bool,
}

#[derive(Serialize)]
struct SettingSide {
    mode: &'static str,
    sending: &'static str,
}

#[derive(Serialize)]
struct WatchView<'a> {
    question: &'static str,
    actor: &'a str,
    target: &'a str,
    /// For each policy, the answer at each step: before the first line, and after each line.
    answers: Vec<Vec<WatchAnswer>>,
}

#[derive(Serialize)]
struct WatchAnswer {
    verdict: &'static str,
    notice: Option<&'static str>,
    /// Whether both users are there.
    is_known: bool,
}

impl<'a> View<'a> {
    fn of(played: &'a Played) -> Self {
        let users = played.users_on_stage();
        let graphs = played.graphs();
        let lines = played.playthrough.lines().iter().zip(&played.turns);
        Self {
            step: played.step,
            policies: policies(played),
            lines: lines.map(|(line, turn)| LineView::of(line, turn)).collect(),
            relations: relations(&graphs, &users),
            settings: settings(&graphs, &users),
            matrix: cells(&graphs, &users),
            actions: actions(&graphs, &users),
            watches: watches(played),
            users,
        }
    }
}

fn policies(played: &Played) -> Vec<PolicyView> {
    let policies = played.policies.iter().zip(played.graphs());
    let policies = policies.map(|(text, graph)| {
        let now = if *graph.policy() == text.policy() {
            *text
        } else {
            PolicyText::from(*graph.policy())
        };
        PolicyView {
            name: text.name(),
            text: text.to_string(),
            now: now.to_string(),
        }
    });
    policies.collect()
}

impl LineView {
    fn of(line: &Line, turn: &Turn) -> Self {
        Self {
            text: line.to_string(),
            sides: turn.sides.iter().map(LineSide::of).collect(),
        }
    }
}

impl LineSide {
    fn of(side: &SideTurn) -> Self {
        Self {
            results: Text::all(&side.results),
            abilities: Text::all(&side.abilities),
            done: side.done,
            holds: side.holds,
        }
    }
}

fn relations<'a>(graphs: &[&SocialGraph], users: &[&'a str]) -> Vec<RelationView<'a>> {
    let mut relations = Vec::new();
    for (side, graph) in graphs.iter().enumerate() {
        for (index, actor) in users.iter().enumerate() {
            for target in users.iter().skip(index + 1) {
                let relation = graph.relation(*actor, *target).unwrap_or_default();
                relations.push(RelationView {
                    side,
                    actor,
                    target,
                    facts: relation.facts().iter().map(Fact::name).collect(),
                });
            }
        }
    }
    relations
}

fn settings<'a>(graphs: &[&SocialGraph], users: &[&'a str]) -> Vec<SettingView<'a>> {
    let mut settings = Vec::new();
    for user in users {
        let facts = graphs
            .iter()
            .filter_map(|graph| graph.user_facts(*user).ok());
        let facts: Vec<UserFacts> = facts.collect();
        let modes = RequestMode::ALL.map(|mode| SettingSentence {
            text: Operation::set_request_mode(*user, mode).to_string(),
            is_set: facts.iter().all(|it| it.request_mode == mode),
        });
        let bars = RequestSending::ALL.map(|bar| SettingSentence {
            text: Operation::set_request_sending(*user, bar).to_string(),
            is_set: facts.iter().all(|it| it.request_sending == bar),
        });
        settings.push(SettingView {
            user,
            sides: facts.iter().map(SettingSide::of).collect(),
            sentences: modes.into_iter().chain(bars).collect(),
        });
    }
    settings
}

impl SettingSide {
    fn of(facts: &UserFacts) -> Self {
        Self {
            mode: facts.request_mode.name(),
            sending: facts.request_sending.name(),
        }
    }
}

fn watches(played: &Played) -> Vec<WatchView<'_>> {
    let watches = played.watches.iter().map(|(question, watch)| {
        let (actor, target) = (&*watch.actor, &*watch.target);
        let mut answers: Vec<_> = played.policies.iter().map(|_| Vec::new()).collect();
        for lines in 0..=played.turns.len() {
            let sides = played.playthrough.sides_after(lines).unwrap_or_default();
            for (answers, side) in answers.iter_mut().zip(sides) {
                let graph = side.graph();
                let decision = graph.decide(*question, actor, target);
                answers.push(WatchAnswer {
                    verdict: decision.verdict().name(),
                    notice: notice(decision),
                    is_known: graph.contains_user(actor) && graph.contains_user(target),
                });
            }
        }
        WatchView {
            question: question.name(),
            actor,
            target,
            answers,
        }
    });
    watches.collect()
}
