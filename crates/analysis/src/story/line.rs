//! One line of a story.

use std::fmt;

use socialgraph::{Decision, Name, Notice, Notices, Operation, Question, Reasons, Relation};

use super::expected::Expected;

/// One line of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A comment, without its `#`; an empty line is an empty comment.
    Comment(String),
    /// An operation, such as `ann blocks ben`.
    Operation(Operation),
    /// A question, such as `may ann message ben?`, or its expected answer.
    Question {
        /// The actor's name.
        actor: String,
        /// The target's name.
        target: String,
        /// What the actor may do or not.
        question: Question,
        /// The expected answer; without one, playing only answers.
        expected: Option<Expected>,
    },
    /// The question of the relation of a pair, `now: ann and ben?`, or the expected relation,
    /// such as `now: ann lists ben`.
    Now {
        /// The user who is the actor of the relation.
        first: String,
        /// The user who is the target of the relation.
        second: String,
        /// The expected relation, seen from the first user.
        relation: Option<Relation>,
    },
}

impl Line {
    /// Returns a question without an expected answer.
    #[must_use]
    pub fn question(
        actor: impl Into<String>,
        question: impl Into<Question>,
        target: impl Into<String>,
    ) -> Self {
        Self::Question {
            actor: actor.into(),
            target: target.into(),
            question: question.into(),
            expected: None,
        }
    }

    /// Returns a decision on a pair as its expected answer.
    #[must_use]
    pub fn answer(actor: impl Into<String>, target: impl Into<String>, answer: Decision) -> Self {
        Self::Question {
            actor: actor.into(),
            target: target.into(),
            question: answer.question(),
            expected: Some(Expected::of(answer)),
        }
    }

    /// Returns the names of the users whom the line names.
    ///
    /// ```
    /// use socialgraph::{Interaction, Operation};
    /// use socialgraph_analysis::story::Line;
    ///
    /// assert_eq!(Line::question("ann", Interaction::Call, "ben").names(), ["ann", "ben"]);
    /// assert_eq!(Line::Operation(Operation::add_user("cyd")).names(), ["cyd"]);
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Comment(_) => Vec::new(),
            Self::Operation(operation) => operation.names(),
            Self::Question { actor, target, .. } => vec![actor, target],
            Self::Now { first, second, .. } => vec![first, second],
        }
    }
}

/// Writes "ann may message ben", the start of every answer.
pub(super) fn may(question: Question, actor: &str, target: &str) -> String {
    let allowed = Decision::new(question, Reasons::EMPTY, Notices::both(Notice::Told));
    allowed.explain(actor, target).to_string()
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comment(text) if text.is_empty() => Ok(()),
            Self::Comment(text) => write!(f, "#{text}"),
            Self::Operation(operation) => write!(f, "{operation}"),

            Self::Question {
                actor,
                target,
                question,
                expected,
            } => {
                let (actor, target) = (Name(actor).to_string(), Name(target).to_string());
                if let Some(expected) = expected {
                    return expected.write(f, *question, &actor, &target);
                }
                let answer = may(*question, "", &target);
                write!(f, "may {actor}{}?", answer.trim_start_matches(" may"))
            }

            Self::Now {
                first,
                second,
                relation,
            } => {
                let (first, second) = (Name(first).to_string(), Name(second).to_string());
                write!(f, "now: ")?;
                match relation {
                    None => write!(f, "{first} and {second}?"),
                    Some(Relation::STRANGERS) => write!(f, "{first} and {second} are strangers"),
                    Some(relation) => write!(f, "{}", relation.explain(&first, &second)),
                }
            }
        }
    }
}
