//! Stories that tell policies apart, as a document.

use socialgraph::Interaction;
use socialgraph_analysis::comparison::Distinction;

use super::Side;
use super::diff::Difference;
use crate::document::Document;

/// Adds the stories of a comparison, topic by topic.
pub(super) fn add_topics(document: &mut Document, difference: &Difference, sides: &[Side; 2]) {
    for (topic, stories) in difference.shown().by_topic() {
        document.heading(2, titled(&topic.to_string()));
        for story in stories {
            let marks = sides
                .each_ref()
                .map(|side| side.mark(&difference.story(story)));
            let names = sides.each_ref().map(|side| side.named.name.as_str());
            add(document, story, names, marks);
        }
    }
}

/// Adds a story: its steps, and the answer under each of two policies.
pub(super) fn add(
    document: &mut Document,
    story: &Distinction,
    names: [&str; 2],
    marks: [&str; 2],
) {
    let mut steps: Vec<_> = story.steps().iter().map(ToString::to_string).collect();
    if steps.is_empty() {
        steps.push("# ann and ben are strangers".to_owned());
    }
    document.code(steps.join("\n"));

    let mut answers = Vec::new();
    for ((name, answer), mark) in names.into_iter().zip(story.answers()).zip(marks) {
        let sentence = answer.explain(story.actor(), story.target());
        answers.push(format!("{name}: {sentence}{mark}"));
    }
    answers.extend(alike(story));
    document.list(answers);
}

/// Returns the other interactions with the same answers, in a line.
fn alike(story: &Distinction) -> Option<String> {
    let alike: Vec<_> = story.alike().iter().copied().map(noun).collect();
    (!alike.is_empty()).then(|| format!("the same for {}", alike.join(", ")))
}

/// Returns the name of an interaction, in the plural.
pub(super) const fn noun(interaction: Interaction) -> &'static str {
    match interaction {
        Interaction::Message => "messages",
        Interaction::Call => "calls",
        Interaction::GroupInvitation => "invitations to groups",
        Interaction::Presence => "presence",
    }
}

/// Returns a text with a capital letter.
fn titled(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
