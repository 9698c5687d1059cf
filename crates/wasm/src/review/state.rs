//! The state of the page: read, checked and played.

use serde::{Deserialize, Serialize};
use socialgraph::{Policy, Question, Quoted, SocialGraph};
use socialgraph_analysis::playthrough::{Playthrough, Side, Turn};
use socialgraph_analysis::profile::Profile;
use socialgraph_analysis::story::{Line, PolicyText, Story};

use super::error::Error;
use super::input;

/// The version of the state.
const VERSION: u32 = 1;

const FEWEST_USERS: usize = 2;
const MOST_USERS: usize = 4;
const MOST_LINES: usize = 300;
const MOST_LINE_CHARACTERS: usize = 1_000;
const MOST_NAME_CHARACTERS: usize = 64;
const MOST_WATCHES: usize = 100;

/// The state of the page: one value, which lives in its address.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) version: u32,
    pub(super) policy: String,
    #[serde(default)]
    pub(super) other: Option<String>,
    pub(super) users: Vec<String>,
    #[serde(default)]
    pub(super) lines: Vec<String>,
    /// How many lines the stage shows.
    #[serde(default)]
    pub(super) step: usize,
    #[serde(default)]
    pub(super) watches: Vec<Watch>,
}

/// A question that stays in sight.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Watch {
    pub(super) question: String,
    pub(super) actor: String,
    pub(super) target: String,
}

impl State {
    /// Returns a state at the end of these lines.
    pub(super) fn new(policy: &str, users: &[&str], lines: Vec<String>) -> Self {
        Self {
            version: VERSION,
            policy: policy.to_owned(),
            other: None,
            users: users.iter().map(|&user| user.to_owned()).collect(),
            step: lines.len(),
            lines,
            watches: Vec::new(),
        }
    }

    /// Returns the state with a second policy.
    pub(super) fn beside(self, other: &str) -> Self {
        Self {
            other: Some(other.to_owned()),
            ..self
        }
    }

    /// Returns the state with a question that stays in sight.
    pub(super) fn watching(mut self, actor: &str, question: Question, target: &str) -> Self {
        self.watches.push(Watch {
            question: question.name().to_owned(),
            actor: actor.to_owned(),
            target: target.to_owned(),
        });
        self
    }
}

/// A state whose story was played.
pub(super) struct Played {
    pub(super) users: Vec<String>,
    pub(super) policies: Vec<PolicyText>,
    pub(super) step: usize,
    pub(super) watches: Vec<(Question, Watch)>,
    pub(super) playthrough: Playthrough,
    pub(super) turns: Vec<Turn>,
}

/// Whether sentences are judged.
#[derive(Clone, Copy)]
pub(super) enum Judged {
    Yes,
    No,
}

impl Played {
    /// Reads a state, and plays its story.
    pub(super) fn read(input: &str, judged: Judged) -> Result<Self, Error> {
        let state: State = input::read(input)?;
        if state.version != VERSION {
            let version = state.version;
            return Err(Error::new(format!(
                "the state is of version {version}, and this page reads version {VERSION}"
            )));
        }

        let mut policies = vec![input::policy(&state.policy)?];
        if let Some(other) = &state.other {
            policies.push(input::policy(other)?);
        }
        check_users(&state.users)?;
        let lines = lines(&state.lines)?;
        if state.step > lines.len() {
            let (step, count) = (state.step, lines.len());
            return Err(Error::new(format!(
                "there is no step {step} of {count} lines"
            )));
        }

        let mut played = Self {
            playthrough: start(&policies, judged),
            turns: Vec::new(),
            watches: watches(state.watches)?,
            step: state.step,
            users: state.users,
            policies,
        };
        played.play(&lines)?;
        Ok(played)
    }

    fn play(&mut self, lines: &[Line]) -> Result<(), Error> {
        for user in &self.users {
            self.playthrough.add_user(user);
        }
        for (index, line) in lines.iter().enumerate() {
            self.turns.push(self.playthrough.play(line));
            let mut sides = self.playthrough.sides().iter();
            if sides.any(|side| side.graph().user_count() > MOST_USERS) {
                let message = format!("the page shows at most {MOST_USERS} users");
                return Err(Error::at_line(message, index + 1));
            }
        }
        Ok(())
    }

    /// Returns the policies at the step of the stage.
    pub(super) fn sides(&self) -> &[Side] {
        self.playthrough.sides_after(self.step).unwrap_or_default()
    }

    /// Returns the graphs at the step of the stage, one for each policy.
    pub(super) fn graphs(&self) -> Vec<&SocialGraph> {
        self.sides().iter().map(Side::graph).collect()
    }

    /// Returns the names of the users at the step of the stage.
    ///
    /// They are the same under each policy: no rule says who joins or leaves.
    pub(super) fn users_on_stage(&self) -> Vec<&str> {
        let graphs = self.graphs();
        let first = graphs.first();
        first.map_or_else(Vec::new, |graph| {
            graph.users().map(|(_, name)| name).collect()
        })
    }
}

/// Starts a story under these policies.
fn start(policies: &[PolicyText], judged: Judged) -> Playthrough {
    let sides = policies.iter().map(|text| {
        let side = Side::new(text.to_string(), text.policy());
        match text.name().and_then(Profile::named) {
            Some(profile) => side.of_profile(profile),
            None => side,
        }
    });
    match judged {
        Judged::Yes => Playthrough::new(sides),
        Judged::No => Playthrough::unjudged(sides),
    }
}

fn check_users(users: &[String]) -> Result<(), Error> {
    let count = users.len();
    if !(FEWEST_USERS..=MOST_USERS).contains(&count) {
        return Err(Error::new(format!(
            "the page shows {FEWEST_USERS} to {MOST_USERS} users, not {count}"
        )));
    }

    // The engine says which names are valid.
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for user in users {
        check_name(user).map_err(Error::new)?;
        if graph.contains_user(user) {
            return Err(Error::new(format!(
                "two users have the name {}",
                Quoted(user)
            )));
        }
        graph.add_user(user).map_err(Error::new)?;
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), String> {
    if name.chars().count() > MOST_NAME_CHARACTERS {
        return Err(format!(
            "a name has at most {MOST_NAME_CHARACTERS} characters"
        ));
    }
    Ok(())
}

/// Reads the lines of a story.
fn lines(texts: &[String]) -> Result<Vec<Line>, Error> {
    if texts.len() > MOST_LINES {
        let message = format!("a story on the page has at most {MOST_LINES} lines");
        return Err(Error::at_line(message, MOST_LINES + 1));
    }
    for (index, text) in texts.iter().enumerate() {
        check_line(text).map_err(|message| Error::at_line(message, index + 1))?;
    }

    // Behind an empty line, as the first one could name a policy.
    let text = format!("\n{}", texts.join("\n"));
    let story: Story = text
        .parse()
        .map_err(|error: socialgraph_analysis::story::StoryError| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let place = format!("line {line}, column {column}: ");
            let message = message.strip_prefix(&place).unwrap_or(&message);
            Error::at(message, line.saturating_sub(1), column)
        })?;
    let lines: Vec<Line> = story.lines().iter().skip(1).cloned().collect();

    for (index, line) in lines.iter().enumerate() {
        for name in line.names() {
            check_name(name).map_err(|message| Error::at_line(message, index + 1))?;
        }
    }
    Ok(lines)
}

fn check_line(text: &str) -> Result<(), String> {
    if text.chars().count() > MOST_LINE_CHARACTERS {
        return Err(format!(
            "a line has at most {MOST_LINE_CHARACTERS} characters"
        ));
    }
    if text.contains(['\n', '\r']) {
        return Err("a line of a story has no line break".to_owned());
    }
    if text.trim_start().starts_with("policy:") {
        return Err(
            "the policy stands beside the story; a line that changes it is \
                    `the policy becomes mastodon`"
                .to_owned(),
        );
    }
    Ok(())
}

/// Reads the questions that stay in sight.
fn watches(watches: Vec<Watch>) -> Result<Vec<(Question, Watch)>, Error> {
    if watches.len() > MOST_WATCHES {
        return Err(Error::new(format!(
            "the page watches at most {MOST_WATCHES} questions"
        )));
    }
    let watches = watches.into_iter().map(|watch| {
        let question = watch.question.parse::<Question>().map_err(Error::new)?;
        for name in [&watch.actor, &watch.target] {
            check_name(name).map_err(Error::new)?;
        }
        Ok((question, watch))
    });
    watches.collect()
}
