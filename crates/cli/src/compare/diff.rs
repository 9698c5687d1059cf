//! `socialgraph diff`: what tells two policies apart.

use socialgraph::operation::SetRequestMode;
use socialgraph::{Operation, Question, RequestMode};
use socialgraph_analysis::comparison::{Comparison, Distinction, Topic, diff};
use socialgraph_analysis::profile::Profile;
use socialgraph_analysis::story::{Line, Story};

use super::{Options, Side, json, stories};
use crate::document::Document;
use crate::format::Format;
use crate::{CommandResult, print_text};

const USAGE: &str = "usage: socialgraph diff POLICY POLICY [--format text|json|markdown]";

const DETAILS: &str = "\
Prints the parts in which two policies differ, and the shortest stories of two
users that show it: what they do, and the question that is answered
differently. No step of a story can be left out. A POLICY is a name, such as
`mastodon`, a name with changes, such as `mastodon with limits.batch = none`, or
a file: JSON, TOML or YAML.

If new users take requests in different ways under the two policies, a story
shows it, and both users take them on confirmation in the other stories;
otherwise that difference would hide the others.

  --format FORMAT   text for a terminal, the default; json; or markdown

Exit status: 0 if no part differs; 1 if a part differs; 2 if an argument is
wrong, a file is not a policy, or the output cannot be written.";

pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(Options { policies, format }) = Options::parse(parser, 2, USAGE)? else {
        return print_text(&format!("{USAGE}\n\n{DETAILS}"));
    };
    let Ok(sides) = <[Side; 2]>::try_from(policies.into_iter().map(Side::new).collect::<Vec<_>>())
    else {
        return Err("two policies were read".into());
    };

    let difference = Difference::of(&sides);
    let text = match format {
        Format::Json => json::difference(&difference, &sides),
        Format::Text => document(&difference, &sides).to_text(),
        Format::Markdown => document(&difference, &sides).to_markdown(),
    };
    print_text(text.trim_end())?;
    Ok(difference.whole.parts().is_empty())
}

/// What tells two policies apart.
pub(super) struct Difference {
    /// The policies as they are.
    pub(super) whole: Comparison,
    /// The policies if new users confirm requests, if their modes for new users differ.
    pub(super) aligned: Option<Comparison>,
}

impl Difference {
    fn of(sides: &[Side; 2]) -> Self {
        let policies = sides.each_ref().map(|side| side.named.policy);
        let [one, other] = &policies;
        let differ = one.request.initial_mode != other.request.initial_mode;
        let confirming = policies.map(|mut policy| {
            policy.request.initial_mode = RequestMode::Confirm;
            policy
        });
        let [confirming_one, confirming_other] = &confirming;
        Self {
            whole: diff(one, other),
            aligned: differ.then(|| diff(confirming_one, confirming_other)),
        }
    }

    /// Returns the steps that come before every story of the comparison that is shown.
    ///
    /// With them, a story plays under the policies as they are.
    pub(super) fn settings(&self) -> Vec<Operation> {
        if self.aligned.is_none() {
            return Vec::new();
        }
        let mode = RequestMode::Confirm;
        let users = ["ann", "ben"].map(str::to_owned);
        users
            .map(|user| Operation::SetRequestMode(SetRequestMode { user, mode }))
            .to_vec()
    }

    /// Returns a story of the comparison that is shown, about its question or another.
    pub(super) fn story(&self, story: &Distinction, question: Question) -> Story {
        let settings = self.settings().into_iter().map(Line::Operation);
        let story = story.story_about(question);
        settings.chain(story.lines().iter().cloned()).collect()
    }

    /// Returns the shortest story about new users, if their request modes differ.
    pub(super) fn of_new_users(&self) -> Option<&Distinction> {
        self.aligned.as_ref()?;
        let mut stories = self.whole.stories().iter();
        stories.find(|story| story.topic() == Topic::Requests)
    }

    /// Returns the comparison whose stories are shown.
    pub(super) fn shown(&self) -> &Comparison {
        self.aligned.as_ref().unwrap_or(&self.whole)
    }
}

fn document(difference: &Difference, sides: &[Side; 2]) -> Document {
    let [one, other] = sides.each_ref().map(|side| side.named.name.as_str());
    let mut document = Document::default();
    document.heading(1, format!("{one} and {other}"));

    let parts = difference.whole.parts();
    if parts.is_empty() {
        document.paragraph("No part differs: the two policies are the same.");
        return document;
    }
    let rows = parts.iter().map(|part| {
        let values = part.values.iter().zip(sides);
        let values = values.map(|(value, side)| format!("{value}{}", side.mark_of_part(part.path)));
        [format!("`{}`", part.path)]
            .into_iter()
            .chain(values)
            .collect()
    });
    document.table(&["part", one, other], rows.collect());

    if let Some(story) = difference.of_new_users() {
        document.heading(2, "New users");
        let marks = sides.each_ref().map(|side| side.mark(&story.story()));
        stories::add(&mut document, &[], story, [one, other], marks);
        document.paragraph(
            "That would hide most other differences about requests. In the stories below, both \
             users take requests on confirmation.",
        );
    }
    if difference.shown().stories().is_empty() {
        document.paragraph("Nothing that two users can do tells the two policies apart.");
    }
    stories::add_topics(&mut document, difference, sides);

    let profiles = sides
        .iter()
        .filter_map(|side| Profile::named(side.named.profile?));
    let exceptional = profiles.filter(|profile| !profile.exceptions.is_empty());
    let commands: Vec<_> = exceptional
        .map(|it| format!("`socialgraph profiles {}`", it.name))
        .collect();
    if !commands.is_empty() {
        let commands = commands.join(" and ");
        document.paragraph(format!(
            "What no policy can say of these systems: {commands}."
        ));
    }
    document
}
