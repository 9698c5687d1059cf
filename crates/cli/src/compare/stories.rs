//! Stories that tell policies apart, as a document.

use socialgraph::{Interaction, Operation};
use socialgraph_analysis::comparison::{Distinction, Topic};
use socialgraph_analysis::profile::Feature;

use super::Side;
use super::diff::Difference;
use crate::document::Document;

/// Adds the stories of a comparison, topic by topic.
pub(super) fn add_topics(document: &mut Document, difference: &Difference, sides: &[Side; 2]) {
    for topic in Topic::ALL {
        let mut stories = difference.stories();
        stories.retain(|story| story.topic() == topic);
        if !stories.is_empty() {
            document.heading(2, titled(&topic.to_string()));
        }
        for story in stories {
            let played = difference.story(story, story.question());
            let marks = sides.each_ref().map(|side| side.mark(&played));
            let names = sides.each_ref().map(|side| side.named.name.as_str());
            let settings = difference.settings(story);
            add(document, &settings, story, names, marks);

            let alike = story.alike().iter().map(|interaction| {
                let played = difference.story(story, (*interaction).into());
                let marks = sides.each_ref().map(|side| side.mark(&played));
                let mark = marks.into_iter().find(|mark| !mark.is_empty());
                format!("{}{}", noun(*interaction), mark.unwrap_or_default())
            });
            add_alike(document, &alike.collect::<Vec<_>>());
        }
    }
}

/// Adds a story: its steps, and the answer under each of two policies.
pub(super) fn add(
    document: &mut Document,
    settings: &[Operation],
    story: &Distinction,
    names: [&str; 2],
    marks: [&str; 2],
) {
    let steps = settings.iter().chain(story.steps());
    let mut steps: Vec<_> = steps.map(ToString::to_string).collect();
    if steps.is_empty() {
        steps.push("# ann and ben are strangers".to_owned());
    }
    document.code(steps.join("\n"));

    let mut answers = Vec::new();
    for ((name, answer), mark) in names.into_iter().zip(story.answers()).zip(marks) {
        let sentence = answer.explain(story.actor(), story.target());
        answers.push(format!("{name}: {sentence}{mark}"));
    }
    document.list(answers);
}

/// Adds the other interactions with the same answers, each with its mark.
pub(super) fn add_alike(document: &mut Document, alike: &[String]) {
    if !alike.is_empty() {
        document.paragraph(format!("The same for {}.", alike.join(", ")));
    }
}

/// Returns the name of an interaction, in the plural.
pub(super) fn noun(interaction: Interaction) -> String {
    Feature::Interaction(interaction).to_string()
}

/// Returns a text with a capital letter.
fn titled(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
