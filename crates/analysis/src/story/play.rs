//! A story that is played on a graph.

use std::collections::BTreeSet;
use std::fmt;

use socialgraph::{Decision, Name, Operation, Outcome, Policy, Relation, SocialGraph};

use super::Story;
use super::line::Line;

/// A story after it was played under a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played<'s> {
    lines: Vec<PlayedLine<'s>>,
}

/// A line that was played, and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedLine<'s> {
    number: usize,
    line: &'s Line,
    result: Result,
}

/// The result of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Result {
    /// A comment has none.
    Nothing,
    /// What an operation did, or why it was refused.
    Outcome(Outcome),
    /// The answer to a question.
    Answer(Decision),
    /// The relation of the pair; `None` if one of the two users is unknown.
    Now(Option<Relation>),
}

impl Story {
    /// Plays the story on an empty graph under a policy.
    ///
    /// It plays to the end, whatever is refused and whichever expectation fails. If no user
    /// joins by a line, the users whom the story names join first.
    #[must_use]
    pub fn play(&self, policy: &Policy) -> Played<'_> {
        let mut graph = SocialGraph::new(*policy);
        for name in self.users() {
            // A name that is not valid stays unknown, and the graph says so at its line.
            let _ = graph.add_user(name);
        }

        let before = usize::from(self.policy.is_some());
        let played = self
            .lines
            .iter()
            .enumerate()
            .map(|(index, line)| PlayedLine {
                number: 1 + before + index,
                line,
                result: line.play(&mut graph),
            });
        Played {
            lines: played.collect(),
        }
    }

    /// Returns the users who are there from the start: all, if no line makes a user join.
    #[must_use]
    pub fn users(&self) -> Vec<&str> {
        let joins = |operation: &Operation| matches!(operation, Operation::AddUser(_));
        if self.operations().any(joins) {
            return Vec::new();
        }

        let mut known = BTreeSet::new();
        let names = self.lines.iter().flat_map(Line::names);
        names.filter(|name| known.insert(*name)).collect()
    }
}

impl Line {
    /// Plays the line on a graph.
    pub(crate) fn play(&self, graph: &mut SocialGraph) -> Result {
        match self {
            Self::Comment(_) => Result::Nothing,
            Self::Operation(operation) => Result::Outcome(operation.apply_to(graph)),
            Self::Question {
                actor,
                target,
                question,
                ..
            } => Result::Answer(graph.decide(*question, actor, target)),
            Self::Now { first, second, .. } => Result::Now(graph.relation(first, second).ok()),
        }
    }
}

impl<'s> Played<'s> {
    /// Returns every line with its result, in order.
    #[must_use]
    pub fn lines(&self) -> &[PlayedLine<'s>] {
        &self.lines
    }

    /// Returns the last answer, if the story asks a question.
    #[must_use]
    pub fn last_answer(&self) -> Option<Decision> {
        self.lines.iter().rev().find_map(|line| match line.result {
            Result::Answer(answer) => Some(answer),
            _ => None,
        })
    }

    /// Returns the expectations that fail, in order.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure<'s>> {
        self.lines.iter().filter_map(PlayedLine::failure).collect()
    }
}

impl<'s> PlayedLine<'s> {
    /// Returns the number of the line in the story, from 1.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// Returns the line.
    #[must_use]
    pub const fn line(&self) -> &'s Line {
        self.line
    }

    /// Returns the result.
    #[must_use]
    pub const fn result(&self) -> &Result {
        &self.result
    }

    fn failure(&self) -> Option<Failure<'s>> {
        let found = match (self.line, &self.result) {
            (
                Line::Question {
                    actor,
                    target,
                    expected: Some(expected),
                    ..
                },
                Result::Answer(answer),
            ) if !expected.is_met_by(*answer) => {
                Line::answer(actor.as_str(), target.as_str(), *answer).to_string()
            }

            (
                Line::Now {
                    first,
                    second,
                    relation: Some(relation),
                },
                Result::Now(found),
            ) if *found != Some(*relation) => now(first, second, *found),
            _ => return None,
        };

        Some(Failure {
            number: self.number,
            line: self.line,
            found,
        })
    }
}

/// Returns what is so instead of what a line expects.
pub(crate) fn but(found: &str) -> String {
    format!("but {found}")
}

/// Returns the relation of a pair as a line of a story.
pub(crate) fn now(first: &str, second: &str, relation: Option<Relation>) -> String {
    if relation.is_none() {
        return format!("one of {} and {} is unknown", Name(first), Name(second));
    }
    let line = Line::Now {
        first: first.to_owned(),
        second: second.to_owned(),
        relation,
    };
    line.to_string()
}

/// An expectation of a story that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure<'s> {
    number: usize,
    line: &'s Line,
    found: String,
}

impl<'s> Failure<'s> {
    /// Returns the number of the line in the story, from 1.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// Returns the line with the expectation.
    #[must_use]
    pub const fn line(&self) -> &'s Line {
        self.line
    }

    /// Returns what is so instead, as a line of a story.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}

/// Prints the place, what was expected, and what is so instead.
impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            line,
            found,
        } = self;
        write!(f, "line {number}: expected `{line}`, but {found}")
    }
}

/// Prints every line, with the answers to questions and why operations are refused.
impl fmt::Display for Played<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| line.fmt(f))
    }
}

/// Prints the line, and below it the answer, the refusal, or what is so instead.
impl fmt::Display for PlayedLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.line)?;
        if let Some(failure) = self.failure() {
            return writeln!(f, "  {}", but(&failure.found));
        }

        match (self.line, &self.result) {
            (
                Line::Question {
                    actor,
                    target,
                    expected: None,
                    ..
                },
                Result::Answer(answer),
            ) => {
                let answer = Line::answer(actor.as_str(), target.as_str(), *answer);
                writeln!(f, "  {answer}")
            }
            (
                Line::Now {
                    first,
                    second,
                    relation: None,
                },
                Result::Now(found),
            ) => writeln!(f, "  {}", now(first, second, *found)),
            (Line::Operation(operation), Result::Outcome(outcome)) => {
                refusals(f, operation, outcome)
            }
            _ => Ok(()),
        }
    }
}

/// Writes why an operation is refused, each reason in words.
fn refusals(f: &mut fmt::Formatter<'_>, operation: &Operation, outcome: &Outcome) -> fmt::Result {
    if outcome.is_done() {
        return Ok(());
    }
    let names = operation.names();
    let mut names = names.iter().map(|name| Name(name).to_string());
    let (actor, target) = (names.next(), names.next());
    let (actor, target) = (actor.unwrap_or_default(), target.unwrap_or_default());
    writeln!(
        f,
        "  refused: {}",
        outcome.reasons().explain(&actor, &target)
    )
}
