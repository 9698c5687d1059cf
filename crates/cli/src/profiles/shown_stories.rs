//! The ten stories, with the answer of each system.

use std::collections::BTreeMap;
use std::error::Error;

use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::{self, Line, LineResult, Story};

use super::words;
use crate::document::Document;

/// The cells and exceptions that say more about a story than a policy can.
const MORE: [(&str, &[&str]); 8] = [
    ("01_accept_across_a_block", &["accept.own", "accept.other"]),
    ("02_request_of_the_blocked", &["unblock.restores"]),
    ("03_blocker_writes", &["message.own"]),
    ("04_blocked_writes", &["message.other"]),
    ("05_after_the_unblock", &["unblock.restores"]),
    ("08_unblock_without_a_block", &["unblock.absent"]),
    ("09_messages_of_the_meantime", &["message.later"]),
    (
        "10_new_request_after_the_unblock",
        &["unblock.restores", "block.target_request"],
    ),
];

/// The answers to one story: the systems whose answer is confirmed, and the others.
#[derive(Default)]
struct Systems {
    confirmed: Vec<String>,
    not_confirmed: Vec<String>,
}

/// Adds the stories to a document.
pub(super) fn add_to(document: &mut Document) -> Result<(), Box<dyn Error>> {
    document.heading(2, "Ten stories that systems answer differently");
    document.paragraph(
        "Each story is played under each policy. A system stands in the last column if its answer \
         rests on a part that nothing confirms. A star marks a system that differs from its \
         policy here, as the lines below the table say.",
    );

    let plausible: Vec<_> = Profile::ALL.iter().map(|it| (it, it.plausible())).collect();
    for (name, story) in story::shown()? {
        add_story(document, name, &story, &plausible);
    }
    Ok(())
}

fn add_story(
    document: &mut Document,
    name: &str,
    story: &Story,
    plausible: &[(&'static Profile, Plausible)],
) {
    let (title, code) = titled(story);
    document.heading(3, title);
    document.code(code);

    let mut lacking = Vec::new();
    let mut answers: BTreeMap<String, Systems> = BTreeMap::new();
    for (profile, plausible) in plausible {
        let mut paths = MORE
            .iter()
            .filter(|(known, _)| *known == name)
            .flat_map(|(_, it)| *it);
        let differs = paths.any(|path| {
            let cell = profile.cell(path);
            cell.is_some_and(|cell| profile.is_contradicted(cell))
                || profile.exceptions_to(path).next().is_some()
        });
        let star = if differs { "*" } else { "" };
        let quoted = format!("`{}`{star}", profile.name);
        match certainty(plausible, story) {
            Certainty::NotApplicable => lacking.push(format!("`{}`", profile.name)),
            Certainty::Confirmed => {
                answers
                    .entry(answer(profile, story))
                    .or_default()
                    .confirmed
                    .push(quoted);
            }
            Certainty::NotConfirmed => {
                answers
                    .entry(answer(profile, story))
                    .or_default()
                    .not_confirmed
                    .push(quoted);
            }
        }
    }

    let mut rows: Vec<_> = answers.into_iter().collect();
    rows.sort_by_key(|(_, systems)| std::cmp::Reverse(systems.confirmed.len()));
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|(answer, systems)| {
            vec![
                answer,
                systems.confirmed.join(", "),
                systems.not_confirmed.join(", "),
            ]
        })
        .collect();
    if !lacking.is_empty() {
        rows.push(vec![
            "has no such thing".to_owned(),
            lacking.join(", "),
            String::new(),
        ]);
    }
    document.table(&["answer", "confirmed", "not confirmed"], rows);
    document.list(more(name));
}

/// Returns the first comment of a story, and the story without it.
fn titled(story: &Story) -> (String, String) {
    let mut title = String::new();
    let mut code = String::new();
    for line in story.lines() {
        match line {
            Line::Comment(text) if title.is_empty() => text.trim().clone_into(&mut title),
            line => {
                code += &line.to_string();
                code.push('\n');
            }
        }
    }
    (title, code)
}

/// Returns the least certainty of the lines that ask.
fn certainty(plausible: &Plausible, story: &Story) -> Certainty {
    let certainties = plausible.certainties(story);
    let asked = story.lines().iter().zip(certainties);
    let asked = asked.filter(|(line, _)| matches!(line, Line::Question { .. } | Line::Now { .. }));
    asked
        .map(|(_, certainty)| certainty)
        .max()
        .unwrap_or(Certainty::Confirmed)
}

/// Returns what a policy answers to the questions of a story.
fn answer(profile: &Profile, story: &Story) -> String {
    let played = story.play(&profile.policy());
    let mut answers = Vec::new();
    for line in played.lines() {
        match (line.line(), line.result()) {
            (Line::Question { actor, target, .. }, LineResult::Answer(decision)) => {
                answers.push(decision.explain(actor, target).to_string());
            }
            (Line::Now { first, second, .. }, LineResult::Now(Some(relation))) => {
                answers.push(format!("now: {}", relation.explain(first, second)));
            }
            _ => {}
        }
    }
    answers.join("; then ")
}

/// Returns what cells and exceptions say beyond the policies.
fn more(name: &str) -> Vec<String> {
    let mut items = Vec::new();
    let paths = MORE.iter().find(|(known, _)| *known == name);
    for path in paths.into_iter().flat_map(|(_, paths)| *paths) {
        if ["unblock.absent", "message.later"].contains(path) {
            items.extend(by_value(path));
        }
        for profile in Profile::ALL {
            for exception in profile.exceptions_to(path) {
                items.push(format!("{}: {}", profile.title, exception.text));
            }
        }
    }
    items
}

/// Returns the systems by what their cell says.
fn by_value(path: &str) -> Vec<String> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for profile in Profile::ALL {
        if let Some(cell) = profile.cell(path) {
            let systems = values.entry(cell.value.to_string()).or_default();
            systems.push(format!("`{}`", profile.name));
        }
    }

    let about = words::of_path(path);
    let items = values.into_iter();
    let items = items.map(|(value, systems)| format!("{about}: {value}: {}", systems.join(", ")));
    items.collect()
}
