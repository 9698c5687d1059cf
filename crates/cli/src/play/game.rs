//! A story while it is played, under one policy or two.

use std::fmt::{self, Write as _};
use std::path::Path;

use socialgraph::{Name, Operation, Policy, Question, Relation, SocialGraph};
use socialgraph_analysis::profile::{Certainty, Plausible, Profile};
use socialgraph_analysis::story::{Line, PolicyText, Story};

use super::abilities::{self, Judge};
use super::results::results;
use crate::policy::NamedPolicy;
use crate::text::unconfirmed_mark;

/// The most lines of a story in which what rests on unconfirmed parts is marked.
const MOST_JUDGED: usize = 300;

/// A story so far, and its graph under each policy.
pub(super) struct Game {
    sides: Vec<Side>,
    lines: Vec<Line>,
    /// The graphs before each line, for `undo`.
    before: Vec<Vec<SocialGraph>>,
}

/// One policy, with its graph.
struct Side {
    /// The name of the policy at the start, and with those that the story adopted.
    first_name: String,
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
    /// What happened.
    pub(super) results: Vec<Sentence>,
    /// Who may do what now, and could not before, or the other way about.
    pub(super) abilities: Vec<Sentence>,
    /// Whether an expected answer holds; true if none is expected.
    pub(super) holds: bool,
}

/// What `why` explains.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) actor: String,
    pub(super) target: String,
    /// Whether it is about the state before the last line: that line was the action.
    pub(super) before: bool,
}

/// A sentence, and whether it rests on a part of a policy that nothing confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) certainty: Certainty,
}

impl Sentence {
    pub(super) const fn certain(text: String) -> Self {
        let certainty = Certainty::Confirmed;
        Self { text, certainty }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.certainty {
            Certainty::NotConfirmed => unconfirmed_mark(true),
            Certainty::NotApplicable => " (the system has no such thing)",
            Certainty::Confirmed => "",
        };
        write!(f, "{}{mark}", self.text)
    }
}

impl Game {
    pub(super) fn new(policies: Vec<NamedPolicy>) -> Self {
        let sides = policies.into_iter().map(|policy| {
            let profile = policy.profile.and_then(Profile::named);
            Side {
                first_name: label(&policy.name),
                name: label(&policy.name),
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

    /// Returns the names of the policies at the start.
    pub(super) fn names(&self) -> Vec<&str> {
        self.sides.iter().map(|side| &*side.first_name).collect()
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
        // Of a long story, nothing is judged: each line would play all of them again.
        let is_judged = self.lines.len() <= MOST_JUDGED;
        let story = is_judged.then(|| Story::new(self.lines.clone()));
        let sides = self.sides.iter_mut();
        let sides = sides.map(|side| side.play(line, story.as_ref()));
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
    ///
    /// Of an operation, it is the answer before.
    pub(super) fn why(&self, asked: &Asked) -> String {
        let Asked {
            question,
            actor,
            target,
            before,
        } = asked;
        let mut text = String::new();
        let (shown_actor, shown_target) = (Name(actor).to_string(), Name(target).to_string());
        let earlier = before.then(|| self.before.last()).flatten();
        for (index, side) in self.sides.iter().enumerate() {
            let graph = earlier.and_then(|graphs| graphs.get(index));
            let graph = graph.unwrap_or(&side.graph);
            let decision = graph.decide(*question, &**actor, &**target);
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
        let is_judged = self.lines.len() <= MOST_JUDGED;
        let story = is_judged.then(|| Story::new(self.lines.clone()));
        let mut text = String::new();
        for side in &self.sides {
            if self.has_two_sides() {
                let _ = writeln!(text, "  {}", side.name);
            }
            let judge = Judge {
                plausible: side.plausible.as_ref(),
                story: story.as_ref(),
            };
            for sentence in abilities::all(&side.graph, judge) {
                let _ = writeln!(text, "  {sentence}");
            }
        }
        text
    }

    /// Returns what no policy can say of the systems.
    pub(super) fn remarks(&self) -> String {
        let mut text = String::new();
        if self.lines.len() > MOST_JUDGED {
            let _ = writeln!(
                text,
                "# what nothing confirms is marked in the first {MOST_JUDGED} lines alone"
            );
        }
        let profiles = self.sides.iter().filter_map(|side| side.profile);
        let mut names: Vec<&str> = Vec::new();
        for profile in profiles.filter(|it| !it.exceptions.is_empty()) {
            if !names.contains(&profile.name) {
                names.push(profile.name);
            }
        }
        for name in names {
            let _ = writeln!(
                text,
                "# what no policy can say of it: socialgraph profiles {name}"
            );
        }
        text
    }
}

/// Returns the name of a policy, or of its file, as a label.
fn label(name: &str) -> String {
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|it| {
        ["json", "toml", "yaml", "yml"]
            .iter()
            .any(|known| it.eq_ignore_ascii_case(known))
    });
    match path.file_stem().and_then(|stem| stem.to_str()) {
        Some(stem) if is_file => stem.to_owned(),
        _ => name.to_owned(),
    }
}

impl Side {
    /// Puts the side under another policy.
    fn adopt(&mut self, policy: Policy) {
        let text = PolicyText::from(policy);
        self.name = format!("{}, then {text}", self.name);
        self.profile = text.name().and_then(Profile::named);
        self.plausible = self.profile.map(Profile::plausible);
    }

    fn play(&mut self, line: &Line, story: Option<&Story>) -> SideTurn {
        let certainty = match (&self.plausible, story) {
            (Some(plausible), Some(story)) if is_asked(line) => plausible.certainty(story),
            _ => Certainty::Confirmed,
        };
        let mut turn = SideTurn {
            policy: self.name.clone(),
            results: Vec::new(),
            abilities: Vec::new(),
            holds: true,
        };
        match line {
            Line::Comment(_) => {}
            Line::Operation(operation) => {
                let before = self.graph.clone();
                let outcome = operation.apply_to(&mut self.graph);
                let results = results(&before, &self.graph, operation, &outcome);
                turn.results = results.into_iter().map(Sentence::certain).collect();
                let judge = Judge {
                    plausible: self.plausible.as_ref(),
                    story,
                };
                turn.abilities = abilities::changed(&before, &self.graph, &outcome, judge);
                if let Operation::AdoptPolicy(adopt) = operation {
                    self.adopt(adopt.policy);
                }
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
                    let text = but(answer, turn.holds);
                    turn.results.push(Sentence { text, certainty });
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
                    let text = but(now(first, second, found), turn.holds);
                    turn.results.push(Sentence { text, certainty });
                }
            }
        }
        turn
    }
}

impl Turn {
    /// Returns whether the expected answer holds under every policy.
    pub(super) fn holds(&self) -> bool {
        self.sides.iter().all(|side| side.holds)
    }

    /// Returns the lines to print. What the policies differ in is marked, with the policy.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        match &self.sides[..] {
            [first, second] => {
                // A mark alone is no difference between the policies.
                let is_in = |side: &SideTurn, line: &Sentence| {
                    side.sentences().any(|other| other.text == line.text)
                };
                for line in first.sentences() {
                    let is_same = is_in(second, line);
                    push(&mut text, (!is_same).then_some(&first.policy), line);
                }
                for line in second.sentences().filter(|line| !is_in(first, line)) {
                    push(&mut text, Some(&second.policy), line);
                }
            }
            sides => {
                for line in sides.iter().flat_map(SideTurn::sentences) {
                    push(&mut text, None, line);
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

/// Adds a line: of one policy alone, or of all.
fn push(text: &mut String, policy: Option<&String>, line: &Sentence) {
    let policy = policy.map_or(String::new(), |policy| format!("≠ {policy}: "));
    // Writing to a string does not fail.
    let _ = writeln!(text, "  {policy}{line}");
}

impl SideTurn {
    /// Returns what happened, and who may do what now.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.results.iter().chain(&self.abilities)
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
