//! What a system answers to one of the shown stories.

use socialgraph::Operation;

use super::{Certainty, JudgedStory, Plausible, Profile};
use crate::story::{Line, LineResult, Story};

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

/// What a system answers to one of the [shown stories](crate::story::shown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAnswer {
    /// What the policy of the system answers to the questions, in words.
    pub text: String,
    /// The least certainty of the lines that ask.
    pub certainty: Certainty,
    /// Whether the system differs from its policy here.
    pub is_exception: bool,
}

/// Returns the paths of the cells that say more about a shown story than a policy can.
///
/// ```
/// use socialgraph_analysis::profile::cells_about;
///
/// assert_eq!(cells_about("04_blocked_writes"), ["message.other"]);
/// assert!(cells_about("no story").is_empty());
/// ```
#[must_use]
pub fn cells_about(story: &str) -> &'static [&'static str] {
    let about = MORE.iter().find(|(known, _)| *known == story);
    about.map_or(&[], |(_, paths)| paths)
}

impl Profile {
    /// Returns what the system answers to one of the shown stories, by the name of the story.
    ///
    /// ```
    /// use socialgraph_analysis::profile::{Certainty, Profile};
    /// use socialgraph_analysis::story;
    ///
    /// let (name, story) = &story::shown()?[3];
    /// let mastodon = Profile::named("mastodon").unwrap();
    /// let answer = mastodon.answer_to_shown(name, story, &mastodon.plausible());
    /// assert_eq!(answer.text, "ben may not message ann, and is not told: ann blocks ben");
    /// assert_eq!(answer.certainty, Certainty::Confirmed);
    /// // The messages of staff pass a block, and no policy can say so.
    /// assert!(answer.is_exception);
    /// # Ok::<(), story::StoryError>(())
    /// ```
    #[must_use]
    pub fn answer_to_shown(&self, name: &str, story: &Story, plausible: &Plausible) -> ShownAnswer {
        let mut paths = cells_about(name).iter();
        let is_exception = paths.any(|path| {
            let cell = self.cell(path);
            cell.is_some_and(|cell| self.is_contradicted(cell))
                || self.exceptions_to(path).next().is_some()
        });
        ShownAnswer {
            text: answer(self, story),
            certainty: certainty(plausible, story),
            is_exception,
        }
    }
}

/// Returns the least certainty of the lines that ask.
fn certainty(plausible: &Plausible, story: &Story) -> Certainty {
    let mut judged = JudgedStory::new(plausible.clone());
    for name in story.users() {
        judged.push(Line::Operation(Operation::add_user(name)));
    }

    let mut least = Certainty::Confirmed;
    for line in story.lines() {
        if matches!(line, Line::Question { .. } | Line::Now { .. }) {
            least = least.max(judged.certainty(line));
        }
        judged.push(line.clone());
    }
    least
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
