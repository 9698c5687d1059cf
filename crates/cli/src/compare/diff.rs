//! `socialgraph diff`: what tells two policies apart.

use std::ffi::OsString;

use socialgraph::operation::SetRequestMode;
use socialgraph::{Interaction, Operation, Policy, Question, RequestMode};
use socialgraph_analysis::comparison::{Comparison, DifferentPart, Distinction, Topic, diff};
use socialgraph_analysis::profile::Profile;
use socialgraph_analysis::story::{Line, Story};

use super::{Side, json, stories};
use crate::CommandResult;
use crate::document::Document;
use crate::format::Format;
use crate::policy::{self, NamedPolicy};

const AFTER_HELP: &str = "\
Examples:
  socialgraph diff mastodon gotosocial
  socialgraph diff mastodon gotosocial --shortest
  socialgraph diff wire my.toml && echo \"my policy is Wire's\"

Exit status: 0 if no part differs; 1 if a part differs; 2 if an argument is
wrong, a file is not a policy, or the output cannot be written.";

/// Prints what tells two policies apart, and the shortest stories that show it
///
/// A story is what two users do, and the question that is answered differently. No step of it can
/// be left out. An answer of a named policy that rests on a part that nothing confirms is marked.
///
/// If new users take requests in different ways under the two policies, a story shows it, and
/// both users take them on confirmation in the other stories; otherwise that difference would
/// hide the others.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[arg(value_name = "POLICY", help = policy::HELP)]
    one: OsString,
    /// The policy to compare it with
    #[arg(value_name = "OTHER")]
    other: OsString,
    /// Prints the stories about one topic alone
    #[arg(long, value_enum)]
    topic: Option<NamedTopic>,
    /// Prints the shortest story alone, without the parts
    #[arg(long)]
    shortest: bool,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A topic of stories, by its name on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum NamedTopic {
    Messages,
    Calls,
    GroupInvitations,
    Presence,
    FriendRequests,
    Answers,
    FriendLists,
    Blocks,
    Unblocks,
}

impl NamedTopic {
    const fn topic(self) -> Topic {
        match self {
            Self::Messages => Topic::Messages,
            Self::Calls => Topic::Calls,
            Self::GroupInvitations => Topic::GroupInvitations,
            Self::Presence => Topic::Presence,
            Self::FriendRequests => Topic::Requests,
            Self::Answers => Topic::Answers,
            Self::FriendLists => Topic::FriendLists,
            Self::Blocks => Topic::Blocks,
            Self::Unblocks => Topic::Unblocks,
        }
    }
}

/// Compares the policies. Returns whether no part differs.
pub(crate) fn run(args: &Args) -> CommandResult {
    let sides = [
        Side::new(NamedPolicy::read(&args.one)?),
        Side::new(NamedPolicy::read(&args.other)?),
    ];
    let choice = Choice {
        topic: args.topic.map(NamedTopic::topic),
        shortest: args.shortest,
    };
    let difference = Difference::of(&sides, choice);
    args.format.print(
        || document(&difference, &sides),
        || json::difference(&difference, &sides),
    )?;
    Ok(difference.whole.parts().is_empty())
}

/// What tells two policies apart.
pub(super) struct Difference {
    /// The policies as they are.
    pub(super) whole: Comparison,
    /// The policies if new users confirm requests, if their modes for new users differ.
    pub(super) aligned: Option<Comparison>,
    /// The policies as they are, and if new users confirm requests.
    policies: [Policy; 2],
    confirming: [Policy; 2],
    choice: Choice,
}

/// Which stories are shown.
#[derive(Clone, Copy)]
struct Choice {
    topic: Option<Topic>,
    shortest: bool,
}

impl Difference {
    fn of(sides: &[Side; 2], choice: Choice) -> Self {
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
            policies,
            confirming,
            choice,
        }
    }

    /// Returns the steps that come before a story of the comparison that is shown: none if the
    /// story has the same answers without them.
    ///
    /// With them, the story plays under the policies as they are.
    pub(super) fn settings(&self, story: &Distinction) -> Vec<Operation> {
        if self.aligned.is_none() || self.is_alike_for_new_users(story) {
            return Vec::new();
        }
        let mode = RequestMode::Confirm;
        let users = ["ann", "ben"].map(str::to_owned);
        users
            .map(|user| Operation::SetRequestMode(SetRequestMode { user, mode }))
            .to_vec()
    }

    /// Returns whether every answer to a story is the same if new users take requests as the
    /// policies say.
    fn is_alike_for_new_users(&self, story: &Distinction) -> bool {
        let played = |question: Question, policies: &[Policy; 2]| {
            let story = story.story_about(question);
            policies
                .each_ref()
                .map(|policy| story.play(policy).last_answer())
        };
        let alike = story.alike().iter().map(|it| Question::from(*it));
        let mut questions = [story.question()].into_iter().chain(alike);
        questions.all(|it| played(it, &self.policies) == played(it, &self.confirming))
    }

    /// Returns a story of the comparison that is shown, about its question or another.
    pub(super) fn story(&self, story: &Distinction, question: Question) -> Story {
        let settings = self.settings(story).into_iter().map(Line::Operation);
        let story = story.story_about(question);
        settings.chain(story.lines().iter().cloned()).collect()
    }

    /// Returns the shortest story about new users, if their request modes differ.
    ///
    /// If the shortest story alone is shown, it is another one where there is one.
    pub(super) fn of_new_users(&self) -> Option<&Distinction> {
        let aligned = self.aligned.as_ref()?;
        let Choice { topic, shortest } = self.choice;
        if topic.is_some_and(|topic| topic != Topic::Requests)
            || (shortest && !aligned.stories().is_empty())
        {
            return None;
        }
        let mut stories = self.whole.stories().iter();
        stories.find(|story| story.topic() == Topic::Requests)
    }

    /// Returns the stories that are shown, the shortest first.
    pub(super) fn stories(&self) -> Vec<&Distinction> {
        let Choice { topic, shortest } = self.choice;
        let stories = self.aligned.as_ref().unwrap_or(&self.whole).stories();
        let is_about = |story: &Distinction, topic| {
            story.topic() == topic || story.alike().iter().any(|it| topic_of(*it) == topic)
        };
        let is_chosen = |story: &&Distinction| topic.is_none_or(|topic| is_about(story, topic));
        let count = if shortest { 1 } else { stories.len() };
        stories.iter().filter(is_chosen).take(count).collect()
    }
}

/// Returns the topic of an interaction.
const fn topic_of(interaction: Interaction) -> Topic {
    match interaction {
        Interaction::Message => Topic::Messages,
        Interaction::Call => Topic::Calls,
        Interaction::GroupInvitation => Topic::GroupInvitations,
        Interaction::Presence => Topic::Presence,
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
    if !difference.choice.shortest {
        add_parts(&mut document, parts, sides);
    }

    if let Some(story) = difference.of_new_users() {
        document.heading(2, "New users");
        let marks = sides.each_ref().map(|side| side.mark(&story.story()));
        stories::add(&mut document, &[], story, [one, other], marks);
        document.paragraph(
            "That would hide most other differences about requests. In the stories below, both \
             users take requests on confirmation where it matters.",
        );
    }
    if difference.stories().is_empty() {
        document.paragraph(match difference.choice.topic {
            Some(topic) => format!("Nothing about {topic} tells the two policies apart."),
            None => "Nothing that two users can do tells the two policies apart.".to_owned(),
        });
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

/// Adds a table of the parts that differ.
fn add_parts(document: &mut Document, parts: &[DifferentPart], sides: &[Side; 2]) {
    let [one, other] = sides.each_ref().map(|side| side.named.name.as_str());
    let rows = parts.iter().map(|part| {
        let values = part.values.iter().zip(sides);
        let values = values.map(|(value, side)| format!("{value}{}", side.mark_of_part(part.path)));
        [format!("`{}`", part.path)]
            .into_iter()
            .chain(values)
            .collect()
    });
    document.table(&["part", one, other], rows.collect());
}
