//! A story while it is played, and its text: what the policies differ in is marked.

use std::fmt::{self, Write as _};
use std::path::Path;

use socialgraph::{Name, Question};
use socialgraph_analysis::playthrough::{
    MOST_JUDGED, Playthrough, Side, SideTurn, Statement, Turn,
};
use socialgraph_analysis::profile::{Certainty, Profile};

use crate::policy::NamedPolicy;
use crate::text::unconfirmed_mark;

/// What `why` explains.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) actor: String,
    pub(super) target: String,
    /// Whether it is about the state before the last line: that line was the action.
    pub(super) before: bool,
}

/// Starts a story under these policies.
pub(super) fn start(policies: Vec<NamedPolicy>) -> Playthrough {
    let sides = policies.into_iter().map(|policy| {
        let side = Side::new(label(&policy.name), policy.policy);
        match policy.profile.and_then(Profile::named) {
            Some(profile) => side.of_profile(profile),
            None => side,
        }
    });
    Playthrough::new(sides)
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

/// Returns whether a story is played under two policies.
pub(super) fn has_two_sides(game: &Playthrough) -> bool {
    game.sides().len() > 1
}

/// Returns the names of the policies at the start.
pub(super) fn names(game: &Playthrough) -> Vec<&str> {
    game.sides().iter().map(Side::first_name).collect()
}

/// Explains an answer: what the engine knows, and what the actor learns of it.
///
/// Of an operation, it is the answer before.
pub(super) fn why(game: &Playthrough, asked: &Asked) -> String {
    let Asked {
        question,
        actor,
        target,
        before,
    } = asked;
    let mut text = String::new();
    let (shown_actor, shown_target) = (Name(actor).to_string(), Name(target).to_string());
    let lines = game.lines().len().saturating_sub(usize::from(*before));
    for side in game.sides_after(lines).unwrap_or_default() {
        let decision = side.graph().decide(*question, &**actor, &**target);
        let known = decision.explain(&shown_actor, &shown_target);
        let learnt = decision.visible();
        let learnt = learnt.explain(&shown_actor, &shown_target);
        let mark = if has_two_sides(game) {
            format!("{}: ", side.name())
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
pub(super) fn table(game: &mut Playthrough) -> String {
    let mut text = String::new();
    let abilities = game.abilities();
    for (side, abilities) in game.sides().iter().zip(abilities) {
        if has_two_sides(game) {
            let _ = writeln!(text, "  {}", side.name());
        }
        for statement in &abilities {
            let _ = writeln!(text, "  {}", Marked(statement));
        }
    }
    text
}

/// Returns what no policy can say of the systems.
pub(super) fn remarks(game: &Playthrough) -> String {
    let mut text = String::new();
    if game.lines().len() > MOST_JUDGED {
        let _ = writeln!(
            text,
            "# what nothing confirms is marked in the first {MOST_JUDGED} lines alone"
        );
    }
    let profiles = game.sides().iter().filter_map(Side::profile);
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

/// A sentence, with a mark if it rests on a part of a policy that nothing confirms.
pub(super) struct Marked<'a>(pub(super) &'a Statement);

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.0.certainty {
            Certainty::NotConfirmed => unconfirmed_mark(true),
            Certainty::NotApplicable => " (the system has no such thing)",
            Certainty::Confirmed => "",
        };
        write!(f, "{}{mark}", self.0.text)
    }
}

/// Returns the lines to print of a turn. What the policies differ in is marked, with the policy.
pub(super) fn text(turn: &Turn) -> String {
    let mut text = String::new();
    match &turn.sides[..] {
        [first, second] => {
            // A mark alone is no difference between the policies.
            let is_in = |side: &SideTurn, line: &Statement| {
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

/// Adds a line: of one policy alone, or of all.
fn push(text: &mut String, policy: Option<&String>, line: &Statement) {
    let policy = policy.map_or(String::new(), |policy| format!("≠ {policy}: "));
    // Writing to a string does not fail.
    let _ = writeln!(text, "  {policy}{}", Marked(line));
}
