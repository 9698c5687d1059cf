//! A state, checked and played.

use socialgraph::{Policy, Question, Quoted, SocialGraph};

use super::error::InputError;
use super::state::{State, VERSION, Watch};
use crate::playthrough::{Playthrough, Side, Turn};
use crate::profile::Profile;
use crate::story::{Line, PolicyText, Story, StoryError};

/// The upper bound of the characters of a policy on one line. All parts with their values take
/// fewer.
const MOST_POLICY_CHARACTERS: usize = 4_000;

const FEWEST_USERS: usize = 2;
const MOST_USERS: usize = 4;
const MOST_LINES: usize = 300;
const MOST_LINE_CHARACTERS: usize = 1_000;
const MOST_NAME_CHARACTERS: usize = 64;
const MOST_WATCHES: usize = 100;

/// The number of characters that an error shows of a name that is too long.
const SHOWN_NAME_CHARACTERS: usize = 20;

/// A state whose story was played: the page shows it.
#[derive(Clone, Debug)]
#[non_exhaustive] // Only `of` makes one.
pub struct Played {
    /// The users who are there from the start.
    pub users: Vec<String>,
    /// The policy, and the one beside it.
    pub policies: Vec<PolicyText>,
    /// The number of lines after which the stage shows the story.
    pub step: usize,
    /// The questions that stay in sight.
    pub watches: Vec<(Question, Watch)>,
    /// The story after its last line.
    pub playthrough: Playthrough,
    /// The outcome of each line.
    pub turns: Vec<Turn>,
}

/// Whether sentences get a certainty: whether they rest on a part that nothing confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Each sentence is judged.
    Yes,
    /// All sentences count as confirmed, which is quicker.
    No,
}

impl Played {
    /// Checks a state, and plays its story.
    ///
    /// # Errors
    /// Fails if a part of the state cannot be read or exceeds a bound of the page.
    pub fn of(state: &State, judged: Judged) -> Result<Self, InputError> {
        if state.version != VERSION {
            let version = state.version;
            return Err(InputError::new(format!(
                "the state is of version {version}, and this page reads version {VERSION}"
            )));
        }

        let mut policies = vec![read_policy(&state.policy)?];
        if let Some(other) = &state.other {
            policies.push(read_policy(other)?);
        }
        // Before the users: a name that is too long may stand in a line, which is its place.
        let lines = lines(&state.lines)?;
        check_users(&state.users)?;
        if state.step > lines.len() {
            let (step, count) = (state.step, lines.len());
            return Err(InputError::new(format!(
                "there is no step {step} of {count} lines"
            )));
        }

        let mut played = Self {
            playthrough: start(&policies, judged),
            turns: Vec::new(),
            watches: watches(&state.watches)?,
            step: state.step,
            users: state.users.clone(),
            policies,
        };
        played.play(&lines)?;
        Ok(played)
    }

    fn play(&mut self, lines: &[Line]) -> Result<(), InputError> {
        for user in &self.users {
            self.playthrough.add_user(user);
        }
        for (index, line) in lines.iter().enumerate() {
            self.turns.push(self.playthrough.play(line));
            let mut sides = self.playthrough.sides().iter();
            if sides.any(|side| side.graph().user_count() > MOST_USERS) {
                let message = format!("the page shows at most {MOST_USERS} users");
                return Err(InputError::at_line(message, index + 1));
            }
        }
        Ok(())
    }

    /// Returns the policies at the step of the stage.
    #[must_use]
    pub fn sides(&self) -> &[Side] {
        self.playthrough.sides_after(self.step).unwrap_or_default()
    }

    /// Returns the graphs at the step of the stage, one for each policy.
    #[must_use]
    pub fn graphs(&self) -> Vec<&SocialGraph> {
        self.sides().iter().map(Side::graph).collect()
    }

    /// Returns the names of the users at the step of the stage.
    ///
    /// The policies have no influence on them: no rule says who joins or leaves.
    #[must_use]
    pub fn users_on_stage(&self) -> Vec<&str> {
        let graphs = self.graphs();
        let first = graphs.first();
        first.map_or_else(Vec::new, |graph| {
            graph.users().map(|(_, name)| name).collect()
        })
    }
}

/// Reads a policy on one line.
///
/// # Errors
/// Fails as the reading of a [`PolicyText`] does, and at a text that is longer than any policy.
pub fn read_policy(text: &str) -> Result<PolicyText, InputError> {
    if text.chars().count() > MOST_POLICY_CHARACTERS {
        return Err(InputError::new(format!(
            "a policy on one line has at most {MOST_POLICY_CHARACTERS} characters"
        )));
    }
    text.trim().parse().map_err(InputError::new)
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

fn check_users(users: &[String]) -> Result<(), InputError> {
    let count = users.len();
    if !(FEWEST_USERS..=MOST_USERS).contains(&count) {
        return Err(InputError::new(format!(
            "the page starts with {FEWEST_USERS} to {MOST_USERS} users, not {count}"
        )));
    }

    // The engine says which names are valid.
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for user in users {
        check_name(user).map_err(InputError::new)?;
        if graph.contains_user(user) {
            return Err(InputError::new(format!(
                "two users have the name {}",
                Quoted(user)
            )));
        }
        graph.add_user(user).map_err(InputError::new)?;
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), String> {
    let count = name.chars().count();
    if count > MOST_NAME_CHARACTERS {
        let start: String = name.chars().take(SHOWN_NAME_CHARACTERS).collect();
        let start = start.escape_debug();
        return Err(format!(
            "a name has at most {MOST_NAME_CHARACTERS} characters, and `{start}…` has {count}"
        ));
    }
    Ok(())
}

/// Reads the lines of a story.
fn lines(texts: &[String]) -> Result<Vec<Line>, InputError> {
    if texts.len() > MOST_LINES {
        let message = format!("a story on the page has at most {MOST_LINES} lines");
        return Err(InputError::at_line(message, MOST_LINES + 1));
    }
    for (index, text) in texts.iter().enumerate() {
        check_line(text).map_err(|message| InputError::at_line(message, index + 1))?;
    }

    // Behind an empty line, as the first one could name a policy.
    let text = format!("\n{}", texts.join("\n"));
    let story: Story = text.parse().map_err(|error: StoryError| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!("line {line}, column {column}: ");
        let message = message.strip_prefix(&place).unwrap_or(&message);
        InputError::at(message, line.saturating_sub(1), column)
    })?;
    let lines: Vec<Line> = story.lines().iter().skip(1).cloned().collect();

    for (index, line) in lines.iter().enumerate() {
        for name in line.names() {
            check_name(name).map_err(|message| InputError::at_line(message, index + 1))?;
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
fn watches(watches: &[Watch]) -> Result<Vec<(Question, Watch)>, InputError> {
    if watches.len() > MOST_WATCHES {
        return Err(InputError::new(format!(
            "the page watches at most {MOST_WATCHES} questions"
        )));
    }
    let watches = watches.iter().map(|watch| {
        let question = watch.question.parse::<Question>();
        for name in [&watch.actor, &watch.target] {
            check_name(name).map_err(InputError::new)?;
        }
        Ok((question.map_err(InputError::new)?, watch.clone()))
    });
    watches.collect()
}
