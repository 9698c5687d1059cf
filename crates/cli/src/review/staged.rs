//! A story as the page has it: who is there from the start, and the lines.

use socialgraph::Operation;
use socialgraph_analysis::review::{InputError, Judged, Played, State};
use socialgraph_analysis::story::{Line, Story};

use crate::policy::NamedPolicy;

/// The users of a page that opens without a story.
const USERS: [&str; 2] = ["ann", "ben"];

/// A story for the page.
pub(super) struct Staged {
    users: Vec<String>,
    /// Each line, with its number in the file.
    lines: Vec<(usize, String)>,
}

impl Staged {
    /// Returns a stage on which nothing has happened.
    pub(super) fn empty() -> Self {
        Self {
            users: owned(&USERS),
            lines: Vec::new(),
        }
    }

    /// Takes those who join before anything else as the users who are there from the start.
    ///
    /// On the page, users are there before the first line, as they are in a file without lines
    /// that make a user join.
    pub(super) fn of(story: &Story) -> Self {
        let mut users = owned(&story.users());
        let mut lines = Vec::new();
        let mut is_start = true;

        // The line that names the policy is not among the lines.
        let first = if story.policy_text().is_some() { 2 } else { 1 };
        for (line, number) in story.lines().iter().zip(first..) {
            match line {
                // A second user of the same name is refused, and the story shows it.
                Line::Operation(Operation::AddUser(join))
                    if is_start && !users.contains(&join.name) =>
                {
                    users.push(join.name.clone());
                }
                line => {
                    is_start &= matches!(line, Line::Comment(_));
                    lines.push((number, line.to_string()));
                }
            }
        }
        Self { users, lines }
    }

    /// Returns the state at the end of the story under one policy or two, if the page has room for
    /// it.
    pub(super) fn state(self, policies: &[NamedPolicy]) -> Result<State, String> {
        let mut policies = policies.iter().map(|policy| policy.text().to_string());
        let policy = policies.next().unwrap_or_default();

        let users: Vec<&str> = self.users.iter().map(String::as_str).collect();
        let lines = self.lines.iter().map(|(_, line)| line.clone()).collect();
        let mut state = State::new(&policy, &users, lines);
        state.other = policies.next();

        // What the page cannot open would be an error there.
        match Played::of(&state, Judged::No) {
            Ok(_) => Ok(state),
            Err(error) => Err(self.explained(&error)),
        }
    }

    /// Returns an error with the line of the file.
    fn explained(&self, error: &InputError) -> String {
        let index = error.line().and_then(|line| line.checked_sub(1));
        let line = index.and_then(|index| self.lines.get(index));
        match line {
            Some((number, _)) => format!("line {number}: {}", error.message()),
            None => error.message().to_owned(),
        }
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
