//! Comparisons as JSON.

use serde_json::{Value, json};
use socialgraph_analysis::comparison::{DifferentPart, Distinction, WhatIf};
use socialgraph_analysis::story::Story;

use super::Side;
use super::diff::Difference;
use super::nearest::Neighbour;
use super::stories::noun;

/// Returns what tells two policies apart.
pub(super) fn difference(difference: &Difference, sides: &[Side; 2]) -> String {
    let [one, other] = sides.each_ref().map(|side| side.named.name.as_str());
    let stories = difference.stories().into_iter().map(|it| {
        let played = difference.story(it, it.question());
        let unconfirmed = sides.each_ref().map(|side| side.is_unconfirmed(&played));
        story(it, &played, Some(unconfirmed))
    });

    let parts = difference.whole.parts().iter().map(|it| {
        let unconfirmed = sides
            .each_ref()
            .map(|side| side.is_part_unconfirmed(it.path));
        part(it, Some(unconfirmed))
    });

    let value = json!({
        "policies": [one, other],
        "parts": parts.collect::<Vec<_>>(),
        "new_users": difference.of_new_users().map(|it| story(it, &it.story(), Some(sides.each_ref().map(|side| side.is_unconfirmed(&it.story()))))),
        "stories": stories.collect::<Vec<_>>(),
    });
    format!("{value:#}")
}

/// Returns what each part of a policy is good for.
pub(super) fn changes(original: &Side, changes: &[WhatIf], near: &[Neighbour]) -> String {
    let changes = changes.iter().map(|change| {
        json!({
            "part": change.path,
            "value": change.value.to_string(),
            "stories": change.story_count,
            "shortest": change.shortest.as_ref().map(|it| {
                let played = it.story();
                story(it, &played, Some([original.is_unconfirmed(&played), false]))
            }),
        })
    });
    let value = json!({
        "policy": original.named.name,
        "changes": changes.collect::<Vec<_>>(),
        "nearest": neighbours(original, near),
    });
    format!("{value:#}")
}

/// Returns the named policies that are nearest to a policy.
pub(super) fn nearest(original: &Side, near: &[Neighbour]) -> String {
    let value = json!({
        "policy": original.named.name,
        "nearest": neighbours(original, near),
    });
    format!("{value:#}")
}

fn neighbours(original: &Side, near: &[Neighbour]) -> Vec<Value> {
    let mut values = Vec::new();
    for neighbour in near {
        let parts_of = |parts: &[DifferentPart]| -> Vec<Value> {
            let parts = parts.iter();
            let marked = parts.map(|it| part(it, Some(neighbour.unconfirmed(original, it))));
            marked.collect()
        };
        let near = &neighbour.near;
        values.push(json!({
            "name": near.name,
            "distance": near.distance(),
            "parts": parts_of(&near.parts),
            "limits": parts_of(&near.limits),
        }));
    }
    values
}

fn part(part: &DifferentPart, not_confirmed: Option<[bool; 2]>) -> Value {
    json!({
        "part": part.path,
        "values": part.values.map(|value| value.to_string()),
        "not_confirmed": not_confirmed,
    })
}

/// Returns a story, and for each answer whether it rests on a part that nothing confirms.
fn story(story: &Distinction, played: &Story, not_confirmed: Option<[bool; 2]>) -> Value {
    let (actor, target) = (story.actor(), story.target());
    let answers = story.answers().map(|answer| {
        json!({
            "answer": answer.explain(actor, target).to_string(),
            "is_allowed": answer.decision().is_allowed(),
        })
    });
    json!({
        "topic": story.topic().to_string(),
        "story": played.to_string(),
        "answers": answers,
        "not_confirmed": not_confirmed,
        "alike": story.alike().iter().map(|it| noun(*it)).collect::<Vec<_>>(),
    })
}
