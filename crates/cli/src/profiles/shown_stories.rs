//! The ten stories, with the answer of each system.

use std::collections::BTreeMap;
use std::error::Error;

use socialgraph_analysis::profile::{
    Certainty, Plausible, Profile, ShownAnswer, cells_about, title_of_cell,
};
use socialgraph_analysis::story::{self, Story};

use crate::document::Document;

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
    document.heading(3, story.title().unwrap_or(name));
    document.code(story.untitled().to_string());

    let mut lacking = Vec::new();
    let mut answers: BTreeMap<String, Systems> = BTreeMap::new();
    for (profile, plausible) in plausible {
        let ShownAnswer {
            text,
            certainty,
            is_exception,
        } = profile.answer_to_shown(name, story, plausible);
        let star = if is_exception { "*" } else { "" };
        let quoted = format!("`{}`{star}", profile.name);
        match certainty {
            Certainty::NotApplicable => lacking.push(format!("`{}`", profile.name)),
            Certainty::Confirmed => answers.entry(text).or_default().confirmed.push(quoted),
            Certainty::NotConfirmed => answers.entry(text).or_default().not_confirmed.push(quoted),
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

/// Returns what cells and exceptions say beyond the policies.
fn more(name: &str) -> Vec<String> {
    let mut items = Vec::new();
    for path in cells_about(name) {
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

    let about = title_of_cell(path);
    let items = values.into_iter();
    let items = items.map(|(value, systems)| format!("{about}: {value}: {}", systems.join(", ")));
    items.collect()
}
