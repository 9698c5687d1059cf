//! A story while it is played, under one policy or two.

use std::fmt::Write as _;

use socialgraph::{
    Action, Decision, Interaction, Name, Operation, Outcome, Policy, Question, Relation,
    SocialGraph, Verdict,
};
use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::{Expected, Line, Story};

use crate::policy::NamedPolicy;
use crate::text::unconfirmed_mark;

/// A story so far, and its graph under each policy.
pub(super) struct Game {
    sides: Vec<Side>,
    lines: Vec<Line>,
    /// The graphs before each line, for `undo`.
    before: Vec<Vec<SocialGraph>>,
}

/// One policy, with its graph.
struct Side {
    name: String,
    profile: Option<&'static Profile>,
    plausible: Option<Plausible>,
    /// The policy before the first line: a line may adopt another one.
    policy: Policy,
    graph: SocialGraph,
}

/// What a line came to, under each policy.
pub(super) struct Turn {
    pub(super) sides: Vec<SideTurn>,
}

/// What a line came to under one policy.
pub(super) struct SideTurn {
    pub(super) policy: String,
    /// What happened, each a sentence.
    pub(super) results: Vec<String>,
    /// Who may do what now, and could not before, or the other way about.
    pub(super) abilities: Vec<String>,
    /// Whether an expected answer holds; true if none is expected.
    pub(super) holds: bool,
    pub(super) certainty: Certainty,
}

/// The most users whose every pair is looked at after each line.
const MOST_USERS: usize = 12;

impl Game {
    pub(super) fn new(policies: Vec<NamedPolicy>) -> Self {
        let sides = policies.into_iter().map(|policy| {
            let profile = policy.profile.and_then(Profile::named);
            Side {
                name: policy.name,
                profile,
                plausible: profile.map(Profile::plausible),
                policy: policy.policy,
                graph: SocialGraph::new(policy.policy),
            }
        });
        Self {
            sides: sides.collect(),
            lines: Vec::new(),
            before: Vec::new(),
        }
    }

    pub(super) const fn has_two_sides(&self) -> bool {
        self.sides.len() > 1
    }

    /// Returns the names of the policies.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.sides.iter().map(|side| &*side.name).collect();
        names.join(" and ")
    }

    /// Adds a user who is there from the start.
    pub(super) fn add_user(&mut self, name: &str) {
        for side in &mut self.sides {
            // A name that is not valid stays unknown, and the graph says so at its line.
            let _ = side.graph.add_user(name);
        }
    }

    /// Returns the names in a line that no user has.
    pub(super) fn unknown<'l>(&self, line: &'l Line) -> Vec<&'l str> {
        let names = match line {
            Line::Comment(_) | Line::Operation(Operation::AddUser(_)) => Vec::new(),
            // The new name is nobody's.
            Line::Operation(Operation::RenameUser(rename)) => vec![&*rename.user],
            Line::Operation(operation) => operation.names(),
            Line::Question { actor, target, .. } => vec![&**actor, target],
            Line::Now { first, second, .. } => vec![&**first, second],
        };
        let Some(side) = self.sides.first() else {
            return Vec::new();
        };
        let mut unknown: Vec<&str> = Vec::new();
        for name in names {
            if !side.graph.contains_user(name) && !unknown.contains(&name) {
                unknown.push(name);
            }
        }
        unknown
    }

    /// Plays a line.
    pub(super) fn play(&mut self, line: &Line) -> Turn {
        let graphs = self.sides.iter().map(|side| side.graph.clone());
        self.before.push(graphs.collect());
        self.lines.push(line.clone());
        let story = Story::new(self.lines.clone());
        let sides = self.sides.iter_mut().map(|side| side.play(line, &story));
        Turn {
            sides: sides.collect(),
        }
    }

    /// Takes the last line back, and returns it.
    pub(super) fn undo(&mut self) -> Option<Line> {
        let graphs = self.before.pop()?;
        for (side, graph) in self.sides.iter_mut().zip(graphs) {
            side.graph = graph;
        }
        self.lines.pop()
    }

    /// Returns the story so far.
    pub(super) fn story(&self) -> Story {
        let story = Story::new(self.lines.clone());
        match self.sides.first() {
            Some(side) => story.with_policy(side.policy),
            None => story,
        }
    }

    /// Explains an answer: what the engine knows, and what the actor learns of it.
    pub(super) fn why(&self, question: Question, actor: &str, target: &str) -> String {
        let mut text = String::new();
        let (shown_actor, shown_target) = (Name(actor).to_string(), Name(target).to_string());
        for side in &self.sides {
            let decision = side.graph.decide(question, actor, target);
            let known = decision.explain(&shown_actor, &shown_target);
            let learnt = decision.visible();
            let learnt = learnt.explain(&shown_actor, &shown_target);
            let mark = if self.has_two_sides() {
                format!("{}: ", side.name)
            } else {
                String::new()
            };
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {mark}the engine knows: {known}");
            let _ = writeln!(text, "  {mark}{shown_actor} learns: {learnt}");
        }
        text
    }

    /// Returns who may do what, for every pair.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        for side in &self.sides {
            if self.has_two_sides() {
                let _ = writeln!(text, "  {}", side.name);
            }
            for sentence in side.all_abilities() {
                let _ = writeln!(text, "  {sentence}");
            }
        }
        text
    }

    /// Returns what no policy can say of the systems.
    pub(super) fn remarks(&self) -> String {
        let mut text = String::new();
        let profiles = self.sides.iter().filter_map(|side| side.profile);
        for profile in profiles.filter(|it| !it.exceptions.is_empty()) {
            let name = profile.name;
            let _ = writeln!(
                text,
                "# what no policy can say of it: socialgraph profiles {name}"
            );
        }
        text
    }
}

impl Side {
    fn play(&mut self, line: &Line, story: &Story) -> SideTurn {
        let certainty = match &self.plausible {
            Some(plausible) if is_asked(line) => plausible.certainty(story),
            _ => Certainty::Confirmed,
        };
        let mut turn = SideTurn {
            policy: self.name.clone(),
            results: Vec::new(),
            abilities: Vec::new(),
            holds: true,
            certainty,
        };
        match line {
            Line::Comment(_) => {}
            Line::Operation(operation) => {
                let before = self.graph.clone();
                let outcome = operation.apply_to(&mut self.graph);
                turn.results = results(&before, &self.graph, operation, &outcome);
                turn.abilities = changed_abilities(&before, &self.graph);
            }
            Line::Question {
                actor,
                target,
                question,
                expected,
            } => {
                let answer = self.graph.decide(*question, actor, target);
                turn.holds = expected.is_none_or(|expected| expected.is_met_by(answer));
                if expected.is_none() || !turn.holds {
                    let answer = Line::answer(actor, target, answer).to_string();
                    turn.results.push(but(answer, turn.holds));
                }
            }
            Line::Now {
                first,
                second,
                relation,
            } => {
                let found = self.graph.relation(first, second).ok();
                turn.holds = relation.is_none() || found == *relation;
                if relation.is_none() || !turn.holds {
                    turn.results
                        .push(but(now(first, second, found), turn.holds));
                }
            }
        }
        turn
    }

    /// Returns who may do what, for every pair.
    fn all_abilities(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (actor, target) in pairs(&self.graph) {
            let answers = answers(&self.graph, &actor, &target);
            sentences.extend(grouped(answers, &actor, &target, ""));
        }
        sentences
    }
}

impl Turn {
    /// Returns whether the expected answer holds under every policy.
    pub(super) fn holds(&self) -> bool {
        self.sides.iter().all(|side| side.holds)
    }

    /// Returns the lines to print. What the policies differ in is marked, with the policy.
    pub(super) fn text(&self) -> String {
        let lines = |side: &SideTurn| side.lines();
        let mut text = String::new();
        match &self.sides[..] {
            [first, second] => {
                let (one, other) = (lines(first), lines(second));
                for line in &one {
                    let mark = if other.contains(line) { "" } else { "≠ " };
                    let policy = if mark.is_empty() { "" } else { &first.policy };
                    push(&mut text, mark, policy, line);
                }
                for line in other.iter().filter(|line| !one.contains(line)) {
                    push(&mut text, "≠ ", &second.policy, line);
                }
            }
            sides => {
                for line in sides.iter().flat_map(lines) {
                    push(&mut text, "", "", &line);
                }
            }
        }
        text
    }
}

/// Returns whether a line asks something.
const fn is_asked(line: &Line) -> bool {
    matches!(line, Line::Question { .. } | Line::Now { .. })
}

fn push(text: &mut String, mark: &str, policy: &str, line: &str) {
    let colon = if policy.is_empty() { "" } else { ": " };
    let _ = writeln!(text, "  {mark}{policy}{colon}{line}");
}

impl SideTurn {
    /// Returns what happened and who may do what now, with a mark if nothing confirms it.
    fn lines(&self) -> Vec<String> {
        let mark = match self.certainty {
            Certainty::NotConfirmed => unconfirmed_mark(true),
            Certainty::NotApplicable => " (the system has no such thing)",
            Certainty::Confirmed => "",
        };
        let lines = self.results.iter().chain(&self.abilities);
        lines.map(|line| format!("{line}{mark}")).collect()
    }
}

fn but(found: String, holds: bool) -> String {
    if holds { found } else { format!("but {found}") }
}

/// Returns the relation of a pair as a line of a story.
fn now(first: &str, second: &str, relation: Option<Relation>) -> String {
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

/// Returns what an operation did and to whom, or why it did nothing.
fn results(
    before: &SocialGraph,
    after: &SocialGraph,
    operation: &Operation,
    outcome: &Outcome,
) -> Vec<String> {
    let mut results: Vec<String> = outcome
        .events(after)
        .iter()
        .map(|event| {
            let (actor, target) = (Name(&event.actor.name), Name(&event.target.name));
            let (actor, target) = (actor.to_string(), target.to_string());
            event.effect.explain(&actor, &target).to_string()
        })
        .collect();

    let names = operation.names();
    let others: Vec<(&str, &str)> = match operation {
        Operation::ActOnMany(it) => it
            .targets
            .iter()
            .map(|target| (&*it.actor, &**target))
            .collect(),
        Operation::ManyAct(it) => it
            .actors
            .iter()
            .map(|actor| (&**actor, &*it.target))
            .collect(),
        _ => vec![(
            names.first().copied().unwrap_or_default(),
            names.get(1).copied().unwrap_or_default(),
        )],
    };
    for (item, (actor, target)) in outcome.items().iter().zip(others) {
        if let Err(refusal) = item {
            let (actor, target) = (Name(actor).to_string(), Name(target).to_string());
            results.push(format!("refused: {}", refusal.explain(&actor, &target)));
        }
    }
    if let Some(error) = error(operation, outcome) {
        results.push(format!("refused: {error}"));
    }
    if results.is_empty() && before.user_count() == after.user_count() && !renames(operation) {
        results.push("nothing changes between two users".to_owned());
    }
    results
}

/// Returns whether an operation changes a user or the rules, and no relation.
const fn renames(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::RenameUser(_)
            | Operation::SetRequestMode(_)
            | Operation::SetRequestSending(_)
            | Operation::AdoptPolicy(_)
    )
}

/// Returns why an operation other than an action did nothing.
fn error(operation: &Operation, outcome: &Outcome) -> Option<String> {
    Some(match outcome {
        Outcome::AddUser(Err(_)) => {
            let name = operation.names().first().copied().unwrap_or_default();
            format!("the name {} is taken or not valid", Name(name))
        }
        Outcome::RenameUser(Err(error)) => error.to_string(),
        Outcome::MergeUsers(Err(error)) => error.to_string(),
        Outcome::ActOnMany(Err(error)) | Outcome::ManyAct(Err(error)) => error.to_string(),
        Outcome::RemoveUser(Err(error))
        | Outcome::SetRequestMode(Err(error))
        | Outcome::SetRequestSending(Err(error))
        | Outcome::ClearList(Err(error)) => error.to_string(),
        _ => return None,
    })
}

/// The questions whose answers are followed, each as a verb before the target.
const FOLLOWED: [(Question, &str); 5] = [
    (Question::Reach(Interaction::Message), "message"),
    (Question::Reach(Interaction::Call), "call"),
    (Question::Reach(Interaction::GroupInvitation), "invite"),
    (Question::Reach(Interaction::Presence), "appear online to"),
    (Question::Act(Action::SendRequest), "request"),
];

/// How an answer looks from outside: whether the actor may, and what the actor learns if not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    May,
    Silent,
    NotToldWhy,
    Told,
}

impl Look {
    fn of(decision: Decision) -> Self {
        match Expected::of(decision) {
            Expected::Allowed => Self::May,
            Expected::Refused { .. } if decision.verdict() == Verdict::RefusedSilently => {
                Self::Silent
            }
            Expected::Refused { .. } => {
                let seen = decision.visible().reasons();
                if seen.intersection(decision.reasons()).is_empty() {
                    Self::NotToldWhy
                } else {
                    Self::Told
                }
            }
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::May => ("may", ""),
            Self::Silent => ("may not", ", and is not told"),
            Self::NotToldWhy => ("may not", ", and is not told why"),
            Self::Told => ("may not", ", and is told why"),
        }
    }
}

/// The answers to the questions that are followed, of one pair.
type Answers = [Look; FOLLOWED.len()];

fn answers(graph: &SocialGraph, actor: &str, target: &str) -> Answers {
    FOLLOWED.map(|(question, _)| Look::of(graph.decide(question, actor, target)))
}

/// Returns every ordered pair of users, unless there are too many to read.
fn pairs(graph: &SocialGraph) -> Vec<(String, String)> {
    let users: Vec<&str> = graph.users().map(|(_, name)| name).collect();
    if users.len() > MOST_USERS {
        return Vec::new();
    }
    let pairs = users
        .iter()
        .flat_map(|actor| users.iter().map(move |target| (*actor, *target)));
    pairs
        .filter(|(actor, target)| actor != target)
        .map(|(actor, target)| (actor.to_owned(), target.to_owned()))
        .collect()
}

/// Returns a sentence for each pair and kind of answer that changed.
fn changed_abilities(before: &SocialGraph, after: &SocialGraph) -> Vec<String> {
    let mut sentences = Vec::new();
    for (actor, target) in pairs(after) {
        if !before.contains_user(&*actor) || !before.contains_user(&*target) {
            continue;
        }
        let (old, new) = (
            answers(before, &actor, &target),
            answers(after, &actor, &target),
        );
        let changed: Vec<(Look, &str)> = new
            .iter()
            .zip(old)
            .zip(FOLLOWED)
            .filter(|((new, old), _)| *new != old)
            .map(|((new, _), (_, verb))| (*new, verb))
            .collect();
        sentences.extend(sentences_of(&changed, &actor, &target, "now "));
    }
    sentences
}

fn grouped(answers: Answers, actor: &str, target: &str, start: &str) -> Vec<String> {
    let all: Vec<_> = answers
        .into_iter()
        .zip(FOLLOWED)
        .map(|(look, (_, verb))| (look, verb))
        .collect();
    sentences_of(&all, actor, target, start)
}

/// Returns one sentence for each look, with its verbs.
fn sentences_of(looks: &[(Look, &str)], actor: &str, target: &str, start: &str) -> Vec<String> {
    let (actor, target) = (Name(actor), Name(target));
    let mut sentences = Vec::new();
    for look in [Look::May, Look::Silent, Look::NotToldWhy, Look::Told] {
        let verbs: Vec<&str> = looks
            .iter()
            .filter(|it| it.0 == look)
            .map(|it| it.1)
            .collect();
        let Some((last, others)) = verbs.split_last() else {
            continue;
        };
        let verbs = match others {
            [] => (*last).to_owned(),
            others => format!("{} or {last}", others.join(", ")),
        };
        let (may, told) = look.words();
        sentences.push(format!("{start}{actor} {may} {verbs} {target}{told}"));
    }
    sentences
}
