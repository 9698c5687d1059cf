//! What a comparison found.

use std::fmt;

use super::{Query, Rule, Step};
use socialgraph::Policy;

/// The shortest log that was found after which the system and the engine differ.
///
/// No single step of it can be left out, unless it was replayed or the attempts ran out
/// ([`Config::attempts`](super::Config::attempts)). It prints as the log in numbered sentences,
/// the query, both answers, and the rule. Names and texts of the system are escaped, so that
/// they cannot steer a terminal or begin a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Finding {
    /// The log; its last step shows the difference.
    pub log: Vec<Step>,
    /// What the last step showed.
    pub cause: Cause,
    /// The rules that the engine followed.
    pub policy: Policy,
}

/// What a log showed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The system's answer is not the engine's.
    Differs(Difference),
    /// The system itself failed.
    Failed {
        /// What it was asked.
        query: Query,
        /// Its error.
        error: String,
    },
    /// The system panicked.
    Panicked {
        /// What it was asked.
        query: Query,
        /// The message of the panic if it is text.
        message: Option<String>,
    },
    /// The system's reply does not fit the operation.
    Misused {
        /// The operation.
        query: Query,
        /// The reply.
        reply: String,
    },
}

/// Two answers to one query, and the rule that tells which is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What was asked.
    pub query: Query,
    /// The engine's answer.
    ///
    /// After concurrent operations it is the answer under one of the two orders; under the
    /// other order the answers differ as well.
    pub engine: String,
    /// The system's answer.
    pub system: String,
    /// The rule that the system's answer breaks.
    pub rule: Rule,
}

impl Finding {
    /// Returns the rule that is broken.
    ///
    /// `None` means that the system failed, panicked, or gave a reply that does not fit.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        match &self.cause {
            Cause::Differs(difference) => Some(difference.rule),
            Cause::Failed { .. } | Cause::Panicked { .. } | Cause::Misused { .. } => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.log.iter().enumerate() {
            writeln!(f, "{:3}. {step}", index + 1)?;
        }

        match &self.cause {
            Cause::Differs(difference) => self.fmt_difference(difference, f),
            Cause::Failed { query, error } => {
                write!(f, "{query}\n  the system failed: {}", Escaped(error))
            }
            Cause::Panicked { query, message } => {
                let message = message.as_deref().unwrap_or("it does not say why");
                write!(f, "{query}\n  the system panicked: {}", Escaped(message))
            }
            Cause::Misused { query, reply } => {
                write!(f, "{query}\n  the reply is none to this: {reply}")
            }
        }
    }
}

impl Finding {
    fn fmt_difference(&self, difference: &Difference, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference {
            query,
            engine,
            system,
            rule,
        } = difference;
        writeln!(f, "{query}")?;
        writeln!(f, "  expected: {engine}")?;
        writeln!(f, "  answered: {system}")?;
        write!(f, "{rule}")?;

        for part in rule.parts_unlike_rest(&self.policy) {
            write!(f, "\n  here: {part}")?;
        }
        Ok(())
    }
}

/// Text of the system, on one line and without control characters.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                // Errors are full of these, and they are harmless.
                '\'' | '"' | '\\' => write!(f, "{character}")?,
                _ => write!(f, "{}", character.escape_debug())?,
            }
        }
        Ok(())
    }
}
