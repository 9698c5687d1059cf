//! What a comparison found.

use std::fmt;

use super::{Rule, Step};
use socialgraph::List;
use socialgraph::Policy;
use socialgraph::{Name, Operation};

/// How much was compared where nothing differed.
///
/// Agreement over nothing is none. A host's test should assert that `logs`, `operations` and
/// `questions` are not 0, that `lists`, `pages` and `concurrent` are not either where its system
/// offers them, and that `tuning.users` is 2 or more: one user alone shows next to nothing.
///
/// ```
/// use socialgraph_testkit::conformance::{self, Config};
/// use socialgraph_testkit::strategies::Tuning;
/// use socialgraph::{Policy, SocialGraph};
///
/// let mut policy = Policy::tencent_rest();
/// policy.limits = Tuning::TIGHT;
/// let mut config = Config::new(policy);
/// config.logs = 16;
/// let agreement = conformance::compare(&mut SocialGraph::new(policy), &config)?;
/// assert_eq!(agreement.logs, 16);
/// assert!(agreement.operations > 0 && agreement.questions > 0);
/// assert!(agreement.lists > 0 && agreement.pages > 0 && agreement.concurrent > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Agreement {
    /// Logs played.
    pub logs: u64,
    /// Operations carried out by both.
    pub operations: u64,
    /// How many of those arrived at once with another.
    pub concurrent: u64,
    /// Questions that both answered.
    pub questions: u64,
    /// Lists that the system gave whole; 0 where it offers none.
    pub lists: u64,
    /// Pages of lists; 0 where it offers none.
    pub pages: u64,
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { concurrent, .. } = self;
        let [logs, operations] = [Count(self.logs, "log"), Count(self.operations, "operation")];
        let questions = Count(self.questions, "question");
        let [lists, pages] = [Count(self.lists, "list"), Count(self.pages, "page")];
        write!(
            f,
            "{logs}, {operations} ({concurrent} at once with another), {questions}, {lists}, {pages}"
        )
    }
}

/// How many there are of what one of is called so.
struct Count(u64, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, one) = self;
        write!(f, "{count} {one}{}", if *count == 1 { "" } else { "s" })
    }
}

impl Agreement {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            logs: self.logs + other.logs,
            operations: self.operations + other.operations,
            concurrent: self.concurrent + other.concurrent,
            questions: self.questions + other.questions,
            lists: self.lists + other.lists,
            pages: self.pages + other.pages,
        }
    }
}

/// The shortest log that was found after which the two differ.
///
/// Unless the attempts ran out ([`Config::attempts`](super::Config::attempts)), or it was
/// replayed, no step of it can be left out. It prints as the log in numbered sentences, what
/// was asked, both answers, and the rule. Nothing in a name, or in what the system says, can
/// steer a terminal or begin a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Finding {
    /// The log, of which the last step shows the difference.
    pub log: Vec<Step>,
    /// What came out differently.
    pub cause: Cause,
    /// The rules that the engine followed.
    pub policy: Policy,
}

/// What came out differently after a log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The system's answer is not the engine's.
    Differs(Difference),
    /// The system itself failed.
    Failed {
        /// What it was asked.
        query: Query,
        /// What it said.
        error: String,
    },
    /// The system panicked.
    Panicked {
        /// What it was asked.
        query: Query,
        /// What the panic said, if that was text.
        message: Option<String>,
    },
    /// The system's reply is none to what it was told to do.
    Misused {
        /// What it was told to do.
        query: Query,
        /// What it replied.
        reply: String,
    },
}

/// Two answers to one question, and the rule that tells which is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What was asked.
    pub query: Query,
    /// The engine's answer.
    ///
    /// Where two operations arrived at once, it is that of one of the two orders; the other
    /// differs from the system's as well.
    pub engine: String,
    /// The system's answer.
    pub system: String,
    /// The rule that the system's answer breaks.
    pub rule: Rule,
}

/// What a system was asked, or told to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Query {
    /// To begin anew.
    Reset,
    /// To carry the last step out.
    LastStep,
    /// What became of an operation of the last step.
    Outcome(Box<Operation>),
    /// What became of one target of a batch.
    Item {
        /// The batch.
        batch: Box<Operation>,
        /// The target's place in it, from 0 on.
        place: usize,
    },
    /// Whether a message may be sent.
    Message {
        /// Who would send it.
        actor: String,
        /// To whom.
        target: String,
    },
    /// Whether a friend request may be sent.
    Request {
        /// Who would send it.
        actor: String,
        /// To whom.
        target: String,
    },
    /// Who is on a list.
    List {
        /// Whose list.
        user: String,
        /// Which one.
        list: List,
    },
    /// Who is on a list, page by page.
    Pages {
        /// Whose list.
        user: String,
        /// Which one.
        list: List,
    },
}

impl Finding {
    /// Returns the rule that is broken; `None` where the system failed, panicked or replied
    /// what is no reply.
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
        for (place, step) in self.log.iter().enumerate() {
            writeln!(f, "{:3}. {step}", place + 1)?;
        }
        match &self.cause {
            Cause::Differs(Difference {
                query,
                engine,
                system,
                rule,
            }) => {
                writeln!(f, "{query}")?;
                writeln!(f, "  expected: {engine}")?;
                writeln!(f, "  answered: {system}")?;
                write!(f, "{rule}")?;
                let parts = rule.parts_unlike_rest(&self.policy);
                parts
                    .iter()
                    .try_for_each(|part| write!(f, "\n  here: {part}"))
            }
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

/// Text from outside on one line, of which nothing can steer a terminal.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                // Harmless, and what errors are full of.
                '\'' | '"' | '\\' => write!(f, "{character}")?,
                _ => write!(f, "{}", character.escape_debug())?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset => f.write_str("begin anew:"),
            Self::LastStep => f.write_str("carry the last step out:"),
            Self::Outcome(operation) => write!(f, "{operation}:"),
            Self::Item { batch, place } => write!(f, "{batch}, target {}:", place + 1),
            Self::Message { actor, target } => {
                write!(f, "may {} message {}?", Name(actor), Name(target))
            }
            Self::Request { actor, target } => {
                write!(
                    f,
                    "may {} send {} a friend request?",
                    Name(actor),
                    Name(target)
                )
            }
            Self::List { user, list } => write!(f, "the {list} of {}:", Name(user)),
            Self::Pages { user, list } => write!(f, "the {list} of {}, page by page:", Name(user)),
        }
    }
}
