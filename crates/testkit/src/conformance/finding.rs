//! What a comparison found.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use super::earlier::{self, EarlierList};
use super::{Answer, Query, Rule, Step};
use socialgraph::operation::{Act, ActOnMany, ManyAct};
use socialgraph::{
    Action, Crossed, Interaction, List, Name, Operation, Policy, Question, Reason, Reasons,
    SocialGraph,
};
use socialgraph_analysis::profile::gate_name;

/// The shortest log that was found after which the system and the engine differ.
///
/// No single step of it can be left out, unless it was replayed or the attempts ran out
/// ([`Config::attempts`](super::Config::attempts)). It prints as the log in numbered sentences,
/// the query, both answers, and the rule. Names and texts of the system are escaped, so that
/// they cannot steer a terminal or begin a line. `Debug` writes the same below an empty line, so
/// that a finding that is unwrapped is read as easily.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Finding {
    /// The log; its last step shows the difference.
    pub log: Vec<Step>,
    /// What the last step showed.
    pub cause: Cause,
    /// The rules that the log began with.
    pub first_policy: Policy,
    /// The rules that the engine followed at last.
    pub policy: Policy,
    /// The file in which the log is kept.
    pub kept: Option<PathBuf>,
    /// Why the log could not be kept.
    pub(super) not_kept: Option<String>,
    /// The lists that the system offers.
    pub(super) offered_lists: BTreeSet<List>,
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
    /// The logs that were found before cannot be read.
    Unreadable {
        /// The file, and what is wrong with it.
        error: String,
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
    pub engine: Box<str>,
    /// The engine's reasons to refuse; none if it allows, or if the query is no question.
    pub reasons: Reasons,
    /// The system's answer.
    pub system: Box<str>,
    /// The rule that the system's answer breaks.
    pub rule: Rule,
    /// How the two answers differ.
    pub(super) kind: DifferenceKind,
    /// The system's answer about two users.
    pub(super) answer: Option<Box<Answer>>,
}

/// How two answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DifferenceKind {
    /// The system allows or does what the engine refuses.
    Allows,
    /// The system refuses what the engine allows.
    Refuses,
    /// Both refuse, and the system gives other reasons or another notice.
    Tells,
    /// The system gives another number of results of a batch.
    Results,
    /// The system has other entries on a list.
    Entries,
    /// The system's pages do not make up the list.
    Pages,
}

impl DifferenceKind {
    /// Returns how two answers differ that are not the same.
    pub(super) const fn of(engine_allows: bool, system_allows: bool) -> Self {
        match (engine_allows, system_allows) {
            (false, true) => Self::Allows,
            (true, false) => Self::Refuses,
            _ => Self::Tells,
        }
    }
}

impl Difference {
    /// Returns whether a difference of a shorter log may be of the same fault as this one.
    ///
    /// A log that shrinks could otherwise slide to another fault: a difference that allows too
    /// much to one that refuses too much, for example. But a shorter log may show the fault
    /// sooner: on a list, or by a verdict instead of the reasons.
    pub(super) const fn may_become(&self, shorter: &Self) -> bool {
        use DifferenceKind as K;

        match self.kind {
            K::Tells => !matches!(shorter.kind, K::Pages),
            K::Allows => matches!(shorter.kind, K::Allows | K::Entries),
            K::Refuses => matches!(shorter.kind, K::Refuses | K::Entries),
            K::Results => matches!(shorter.kind, K::Results | K::Entries),
            K::Entries => matches!(shorter.kind, K::Entries),
            K::Pages => matches!(shorter.kind, K::Pages),
        }
    }
}

impl Finding {
    /// Creates the finding of an empty log.
    pub(super) const fn new(cause: Cause, policy: Policy) -> Self {
        Self {
            log: Vec::new(),
            cause,
            first_policy: policy,
            policy,
            kept: None,
            not_kept: None,
            offered_lists: BTreeSet::new(),
        }
    }

    /// Returns the rule that is broken.
    ///
    /// `None` means that the system failed, panicked, or gave a reply that does not fit, or that
    /// kept logs cannot be read.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        match &self.cause {
            Cause::Differs(difference) => Some(difference.rule),
            _ => None,
        }
    }

    /// Returns the parts of the policy that decide the difference, unlike `tencent_rest`.
    ///
    /// They are those that the broken rule follows and that matter to the query: the gate of the
    /// interaction in question, for example, and no other. A finding prints them after the rule,
    /// whose sentence is that of `tencent_rest`.
    ///
    /// ```
    /// use socialgraph_testkit::conformance::{self, Config, Engine, Rule};
    /// use socialgraph::{Policy, Sides};
    ///
    /// let mut rest = Engine::new(Policy::tencent_rest());
    /// let mut policy = Policy::tencent_rest();
    /// policy.request.stopped_by = Sides::Target;
    /// let mut config = Config::new(policy);
    /// config.logs = 64;
    /// let finding = conformance::compare(&mut rest, &config).unwrap_err();
    /// assert_eq!(finding.rule(), Some(Rule::R4));
    /// assert_eq!(finding.parts(), ["`request.stopped_by` is target"]);
    /// ```
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let Cause::Differs(difference) = &self.cause else {
            return Vec::new();
        };
        let questions = self.questions(&difference.query);

        let mut parts = Vec::new();
        let rest = Policy::tencent_rest();
        for (path, value) in self.policy.parts_unlike(&rest) {
            let matters =
                questions.is_empty() || questions.iter().any(|it| matters(path, *it, &self.policy));
            let is_standing = is_of_standing_block(path, difference.reasons);
            if difference.rule.follows(path) && matters && is_standing {
                parts.push(format!("`{path}` is {value}"));
            }
        }
        parts
    }

    /// Returns the lists that may have shown the fault in an earlier step.
    ///
    /// They are none if the system offers them, or if no list would have. If several entries
    /// explain the answer, there is a list for each.
    #[must_use]
    pub fn earlier(&self) -> Vec<EarlierList> {
        match &self.cause {
            Cause::Differs(difference) => earlier::find(
                &self.log,
                &self.first_policy,
                difference,
                &self.offered_lists,
            ),
            _ => Vec::new(),
        }
    }

    /// Returns the answer that the engine expects to a question about two users.
    pub(super) fn expected_answer(&self) -> Option<String> {
        let Cause::Differs(difference) = &self.cause else {
            return None;
        };
        let (question, actor, target) = match &difference.query {
            Query::Reach {
                interaction,
                actor,
                target,
            } => (Question::Reach(*interaction), actor, target),
            Query::Request { actor, target } => (Question::Act(Action::SendRequest), actor, target),
            _ => return None,
        };

        let mut graph = SocialGraph::new(self.first_policy);
        for operation in self.log.iter().flat_map(Step::operations) {
            let _ = operation.apply_to(&mut graph);
        }
        let decision = graph.decide(question, actor.as_str(), target.as_str());
        let [actor, target] = [actor, target].map(|name| Name(name).to_string());
        Some(decision.explain(&actor, &target).to_string())
    }

    /// Returns the questions that a query is about; none for a query about anything else.
    fn questions(&self, query: &Query) -> Vec<Question> {
        let of = |operation: &Operation| match operation {
            Operation::Act(Act { action, .. })
            | Operation::ActOnMany(ActOnMany { action, .. })
            | Operation::ManyAct(ManyAct { action, .. }) => Some(Question::Act(*action)),
            _ => None,
        };

        match query {
            Query::Reach { interaction, .. } => vec![Question::Reach(*interaction)],
            Query::Request { .. } => vec![Question::Act(Action::SendRequest)],
            Query::Outcome(operation) => of(operation).into_iter().collect(),
            Query::Item { batch, .. } => of(batch).into_iter().collect(),
            Query::Reset | Query::LastStep | Query::List { .. } | Query::Pages { .. } => {
                let last = self.log.last().map(Step::operations).unwrap_or_default();
                last.into_iter().filter_map(of).collect()
            }
        }
    }
}

/// Returns whether a part can matter to a question, apart from the rule.
///
/// Gates and notices are those of the interaction or of requests, and an action has its own
/// blocks that stop it. The other parts say what happened before the question.
fn matters(path: &str, question: Question, policy: &Policy) -> bool {
    let (group, part) = path.split_once('.').unwrap_or((path, ""));
    match question {
        Question::Reach(interaction) => {
            group == gate_name(interaction) || !(is_gate(group) || part.starts_with("notice."))
        }
        Question::Act(action) => match path {
            "request.stopped_by" => action == Action::SendRequest,
            "request.accept_stopped_by" => {
                let accepts = policy.request.crossed == Crossed::Accepts;
                action == Action::AcceptRequest || (action == Action::SendRequest && accepts)
            }
            "request.add_stopped_by" => matches!(action, Action::AddFriend(_)),
            _ => !is_gate(group),
        },
    }
}

/// Returns whether a group of parts is the gate of an interaction.
fn is_gate(group: &str) -> bool {
    Interaction::ALL
        .into_iter()
        .any(|it| gate_name(it) == group)
}

/// Returns whether a part is no notice, or the notice of a block that refuses.
fn is_of_standing_block(path: &str, reasons: Reasons) -> bool {
    if path.ends_with(".notice.own") {
        reasons.contains(Reason::ActorBlocks)
    } else if path.ends_with(".notice.other") {
        reasons.contains(Reason::TargetBlocks)
    } else {
        true
    }
}

/// Writes what `Display` does, below an empty line.
impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.found())?;

        if let Some(path) = &self.kept {
            write!(f, "\nkept: {}", Escaped(&path.to_string_lossy()))?;
        }
        if let Some(error) = &self.not_kept {
            write!(f, "\nnot kept: {}", Escaped(error))?;
        }
        Ok(())
    }
}

/// A finding without the file in which it is kept.
pub(super) struct Found<'a>(&'a Finding);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(&mut MarksEscaped(f))
    }
}

impl Finding {
    /// Returns the text of the finding without the file in which it is kept.
    pub(super) const fn found(&self) -> Found<'_> {
        Found(self)
    }

    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        for (index, step) in self.log.iter().enumerate() {
            writeln!(f, "{:3}. {step}", index + 1)?;
        }

        match &self.cause {
            Cause::Differs(difference) => self.write_difference(difference, f),
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
            Cause::Unreadable { error } => write!(f, "the kept logs: {}", Escaped(error)),
        }
    }

    fn write_difference(&self, difference: &Difference, f: &mut impl fmt::Write) -> fmt::Result {
        let Difference {
            query,
            engine,
            system,
            rule,
            ..
        } = difference;
        writeln!(f, "{query}")?;
        writeln!(f, "  expected: {engine}")?;
        writeln!(f, "  answered: {system}")?;
        write!(f, "{rule}")?;

        for part in self.parts() {
            write!(f, "\n  here: {part}")?;
        }
        let earlier: Vec<String> = self.earlier().iter().map(ToString::to_string).collect();
        if !earlier.is_empty() {
            let lists = earlier.join(", or ");
            write!(f, "\n  a list may show it earlier: {lists}")?;
        }
        Ok(())
    }
}

/// A writer that escapes combining marks.
///
/// A letter with a mark of its own would look like the letter that has the mark in it.
struct MarksEscaped<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for MarksEscaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if ('\u{300}'..='\u{36f}').contains(&character) {
                write!(self.0, "{}", character.escape_unicode())?;
            } else {
                self.0.write_char(character)?;
            }
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
