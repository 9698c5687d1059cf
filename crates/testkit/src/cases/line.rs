//! The lines of a file of cases.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use socialgraph::{Fact, Notice, Operation, Question, Reason, Reasons, Relation, Verdict};

use super::VERSION;
use super::state::{Answered, Done, State};

/// How a field without a value is written.
const EMPTY: &str = "-";

/// How the relation of two names is written that are not two users.
const NO_PAIR: &str = "no_pair";

/// How much a new operation, effect or reason counts, in new kinds of lines.
const MANY: usize = 20;

/// How a field is written whose value nothing confirms.
pub(super) const OPEN: &str = "?";

/// The lines of a file, or of a part of it.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// What the lines show, without the users who show it.
    kinds: BTreeSet<String>,
    /// The kinds of operations that are done in the lines, the effects and the reasons.
    names: BTreeSet<String>,
}

impl Lines {
    /// Starts a file with its first line.
    pub(super) fn new(name: &str) -> Self {
        let name = as_field(name);
        Self {
            text: format!("socialgraph-cases\t{VERSION}\t{name}\n"),
            ..Self::default()
        }
    }

    /// Writes a remark for people.
    pub(super) fn note(&mut self, text: &str) {
        self.line(&["note", &as_field(text)]);
    }

    /// Begins a table: a new state, which the lines below lead to a relation.
    pub(super) fn begin_table(&mut self, relation: Relation) {
        self.line(&["begin", "table", &facts(relation)]);
    }

    /// Begins a log in a new state.
    pub(super) fn begin_log(&mut self, number: usize) {
        self.line(&["begin", "log", &number.to_string()]);
    }

    /// Begins a walk in a new state.
    pub(super) fn begin_walk(&mut self, number: usize) {
        self.line(&["begin", "walk", &number.to_string()]);
    }

    /// Applies an operation, and writes it with what it did, if that is confirmed.
    pub(super) fn play(&mut self, state: &mut State<'_>, operation: &Operation) -> bool {
        let done = state.apply(operation);
        if let Some(done) = &done {
            self.done(operation, done);
        }
        done.is_some()
    }

    /// Writes a question with its answer, if that is confirmed.
    pub(super) fn ask(&mut self, state: &State<'_>, question: Question, actor: &str, target: &str) {
        if let Some(answered) = state.ask(question, actor, target) {
            self.answered(actor, target, &answered);
        }
    }

    fn done(&mut self, operation: &Operation, done: &Done) {
        // A policy is the only part of an operation that could fail, and it is in no case.
        let json = serde_json::to_string(operation).unwrap_or_default();
        let [outcome, notice, reasons, effects] = done.fields();
        if done.has_done_something() {
            self.names.insert(kind(operation).to_owned());
        }
        self.add_names(&effects);
        self.add_names(&reasons);
        self.kinds
            .insert(format!("{} {outcome} {reasons} {effects}", kind(operation)));
        self.line(&["do", &json, &outcome, &notice, &reasons, &effects]);
    }

    fn answered(&mut self, actor: &str, target: &str, it: &Answered) {
        let relation = it.relation.map_or_else(|| NO_PAIR.to_owned(), facts);
        let [answer, notice, reasons, hidden] = it.fields();
        let question = it.decision.question().name();
        self.kinds
            .insert(format!("{question} {answer} {notice} {reasons} {hidden}"));
        self.add_names(&reasons);
        self.line(&[
            "ask", question, actor, target, &relation, &answer, &notice, &reasons, &hidden,
        ]);
    }

    /// Returns how much others show that these lines do not: the number of kinds of lines. A new
    /// operation, effect or reason counts as many.
    pub(super) fn news_in(&self, others: &Self) -> usize {
        let names = others.names.difference(&self.names).count();
        others.kinds.difference(&self.kinds).count() + MANY * names
    }

    /// Writes other lines below these.
    pub(super) fn append(&mut self, others: Self) {
        self.text.push_str(&others.text);
        self.kinds.extend(others.kinds);
        self.names.extend(others.names);
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn add_names(&mut self, field: &str) {
        self.names
            .extend(field.split([',', ';']).map(str::to_owned));
    }

    fn line(&mut self, fields: &[&str]) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{}", fields.join("\t"));
    }
}

/// Returns the name of an operation's kind, or of its action.
fn kind(operation: &Operation) -> &'static str {
    match operation {
        Operation::Act(it) => it.action.name(),
        Operation::AddUser(_) => "add_user",
        Operation::RemoveUser(_) => "remove_user",
        Operation::ActOnMany(_) => "act_on_many",
        Operation::ManyAct(_) => "many_act",
        Operation::SetRequestMode(_) => "set_request_mode",
        Operation::SetRequestSending(_) => "set_request_sending",
        Operation::AdoptPolicy(_) => "adopt_policy",
        Operation::RenameUser(_) => "rename_user",
        Operation::ClearList(_) => "clear_list",
        Operation::MergeUsers(_) => "merge_users",
    }
}

/// Returns a text without control characters, which could end a field or a line.
fn as_field(text: &str) -> String {
    let is_plain = |it: &char| !it.is_control();
    text.chars().filter(is_plain).collect()
}

/// Returns the facts of a relation by name.
fn facts(relation: Relation) -> String {
    joined(relation.facts().iter().map(Fact::name))
}

/// Returns names with commas between them.
pub(super) fn joined(names: impl IntoIterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    if names.is_empty() {
        EMPTY.to_owned()
    } else {
        names.join(",")
    }
}

/// Returns reasons by name, in their order (R16).
pub(super) fn reasons(reasons: Reasons) -> String {
    joined(reasons.iter().map(Reason::name))
}

/// Returns what the actor learns: the words of a policy's notices.
pub(super) fn notice(verdict: Verdict, seen: Reasons) -> &'static str {
    match verdict {
        Verdict::Allowed => EMPTY,
        Verdict::RefusedSilently => Notice::Silent.name(),
        Verdict::Refused if seen == Reason::Unavailable.into() => Notice::Neutral.name(),
        Verdict::Refused => Notice::Told.name(),
    }
}
