//! Prints what the engine answers, for a test that compares the reviewer's page with it.
//!
//! Without an argument, it prints a line for each named policy and each relation that the policy
//! lets two users reach, after the shortest story that leads there. Then come the same stories with
//! each request mode, and with barred users. With the argument `stories`, each line of stdin is a
//! story as JSON: `{"policy": …, "users": […], "lines": […]}`. With `file`, stdin is a story as the
//! page saves it.
//!
//! A printed line is JSON: the story, and each question and action for each ordered pair.

use std::collections::{BTreeSet, VecDeque};
use std::error::Error;
use std::io::{self, Write as _};

use serde::Deserialize;
use serde_json::{Value, json};
use socialgraph::{
    Action, Decision, Name, Operation, Policy, Question, Reason, Relation, RequestMode,
    RequestSending, SocialGraph,
};
use socialgraph_analysis::playthrough::results;
use socialgraph_analysis::profile::Profile;
use socialgraph_analysis::rulebook::rules_of_reason;
use socialgraph_analysis::story;

const USERS: [&str; 2] = ["ann", "ben"];

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match std::env::args().nth(1).as_deref() {
        None => {
            for (name, policy) in Policy::PROFILES {
                for story in stories(name, *policy)? {
                    writeln!(out, "{}", answers(&story)?)?;
                }
            }
        }
        Some("stories") => {
            for line in io::stdin().lines() {
                let story: Story = serde_json::from_str(&line?)?;
                writeln!(out, "{}", answers(&story)?)?;
            }
        }
        Some("file") => {
            let text = io::read_to_string(io::stdin())?;
            writeln!(out, "{}", answers(&Story::read(&text)?)?)?;
        }
        Some(other) => {
            return Err(format!("`{other}`: no argument, `stories`, or `file`").into());
        }
    }
    out.flush()?;
    Ok(())
}

/// A story, as the state of the page has it.
#[derive(Deserialize)]
struct Story {
    policy: String,
    users: Vec<String>,
    lines: Vec<String>,
}

impl Story {
    fn new(policy: &str, operations: &[Operation]) -> Self {
        Self {
            policy: policy.to_owned(),
            users: USERS.map(str::to_owned).to_vec(),
            lines: operations.iter().map(ToString::to_string).collect(),
        }
    }

    /// Reads a file, whose users join by its lines.
    fn read(text: &str) -> Result<Self, Failure> {
        let story: story::Story = text.parse()?;
        let policy = story.policy_text().ok_or("the file names no policy")?;
        Ok(Self {
            policy: policy.to_string(),
            users: Vec::new(),
            lines: story.lines().iter().map(ToString::to_string).collect(),
        })
    }

    /// Plays the operations of the story: none has to be done.
    fn play(&self) -> Result<SocialGraph, Failure> {
        let mut graph = SocialGraph::new(self.policy.parse::<Policy>()?);
        for user in &self.users {
            graph.add_user(user)?;
        }
        let story: story::Story = self.lines.join("\n").parse()?;
        for operation in story.operations() {
            // A refused operation is a part of a story, too.
            let _ = operation.apply_to(&mut graph);
        }
        Ok(graph)
    }
}

/// Returns the stories of a policy: of each relation, the shortest, and then with other settings.
fn stories(name: &str, policy: Policy) -> Result<Vec<Story>, Failure> {
    let routes = routes(policy)?;
    let expected = policy.reachable_relations().len();
    if routes.len() != expected {
        let count = routes.len();
        return Err(format!("{name}: {count} relations instead of {expected}").into());
    }

    let mut stories = Vec::new();
    for route in &routes {
        stories.push(Story::new(name, route));
        for settings in settings() {
            stories.push(Story::new(name, &[&route[..], &settings].concat()));
        }
    }
    Ok(stories)
}

/// Returns the settings that an answer can depend on: both users have them.
fn settings() -> Vec<[Operation; 2]> {
    let modes = RequestMode::ALL.map(|mode| USERS.map(|it| Operation::set_request_mode(it, mode)));
    let barred = USERS.map(|it| Operation::set_request_sending(it, RequestSending::Barred));
    modes.into_iter().chain([barred]).collect()
}

/// Returns the fewest operations that lead to each relation, breadth first.
///
/// The request modes are a part of the state: a request of a user waits, or is granted at once.
fn routes(policy: Policy) -> Result<Vec<Vec<Operation>>, Failure> {
    let mut start = SocialGraph::new(policy);
    for user in USERS {
        start.add_user(user)?;
    }

    let operations = operations();
    let (mut relations, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut routes = Vec::new();
    let mut queue = VecDeque::from([(Vec::new(), start)]);
    while let Some((route, graph)) = queue.pop_front() {
        if !seen.insert(pair(&graph)?) {
            continue;
        }
        if relations.insert(pair(&graph)?.0) {
            routes.push(route.clone());
        }

        for operation in &operations {
            let mut after = graph.clone();
            if operation.apply_to(&mut after).is_done() {
                let route = [&route[..], std::slice::from_ref(operation)].concat();
                queue.push_back((route, after));
            }
        }
    }
    Ok(routes)
}

/// Returns the operations that change the relation of the two, or whether requests wait.
fn operations() -> Vec<Operation> {
    let [ann, ben] = USERS;
    let actions = Action::ALL.into_iter().flat_map(|action| {
        [(ann, ben), (ben, ann)].map(|(actor, target)| Operation::act(action, actor, target))
    });
    let modes = RequestMode::ALL
        .into_iter()
        .flat_map(|mode| USERS.map(|user| Operation::set_request_mode(user, mode)));
    actions.chain(modes).collect()
}

/// Returns what answers about the two depend on: their relation and their request modes.
fn pair(graph: &SocialGraph) -> Result<(Relation, [RequestMode; 2]), Failure> {
    let [ann, ben] = USERS;
    let modes = [graph.user_facts(ann)?, graph.user_facts(ben)?].map(|it| it.request_mode);
    Ok((graph.relation(ann, ben)?, modes))
}

/// Returns the story with each answer for each ordered pair, at its end.
fn answers(story: &Story) -> Result<Value, Failure> {
    let graph = story.play()?;
    let users: Vec<&str> = graph.users().map(|(_, name)| name).collect();
    let (mut cells, mut actions) = (Vec::new(), Vec::new());
    for actor in &users {
        for target in users.iter().filter(|target| *target != actor) {
            cells.extend(Question::all().map(|question| cell(&graph, question, actor, target)));
            actions.extend(Action::ALL.map(|action| action_of(&graph, action, actor, target)));
        }
    }
    Ok(json!({
        "policy": story.policy,
        "title": Profile::named(&story.policy).map(|profile| profile.title),
        "users": story.users,
        "lines": story.lines,
        "cells": cells,
        "actions": actions,
    }))
}

fn cell(graph: &SocialGraph, question: Question, actor: &str, target: &str) -> Value {
    let decision = graph.decide(question, actor, target);
    let (shown_actor, shown_target) = (Name(actor).to_string(), Name(target).to_string());
    let explain = |it: Decision| it.explain(&shown_actor, &shown_target).to_string();
    json!({
        "question": question.name(),
        "actor": actor,
        "target": target,
        "verdict": decision.verdict().name(),
        "reasons": reasons(decision),
        "knows": explain(decision),
        "learns": explain(decision.visible()),
    })
}

fn action_of(graph: &SocialGraph, action: Action, actor: &str, target: &str) -> Value {
    let decision = graph.decide(action, actor, target);
    let operation = Operation::act(action, actor, target);
    let mut after = graph.clone();
    let outcome = operation.apply_to(&mut after);
    json!({
        "action": action.name(),
        "actor": actor,
        "target": target,
        "sentence": operation.to_string(),
        "allowed": decision.is_allowed(),
        "reasons": reasons(decision),
        "then": results(graph, &after, &operation, &outcome),
    })
}

/// Returns the reasons of a decision by name, each with its rules.
fn reasons(decision: Decision) -> Vec<Value> {
    let reason = |reason: Reason| {
        let rules = rules_of_reason(decision.question(), reason).iter();
        let rules: Vec<_> = rules.map(|rule| rule.number()).collect();
        json!({ "name": reason.name(), "rules": rules })
    };
    decision.reasons().iter().map(reason).collect()
}
