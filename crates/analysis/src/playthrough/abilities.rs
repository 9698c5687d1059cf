//! Who may do what, as sentences: for all pairs of users, or for those that a line changed.

use socialgraph::{Action, Decision, Interaction, Name, Outcome, Question, SocialGraph};

use super::turn::Statement;
use crate::profile::{Certainty, JudgedStory};
use crate::story::{Expected, Line, Manner};

/// The upper bound of the users whose pairs are all compared after each line. If there are more
/// users, only pairs whose relation the line changed are compared.
const MOST_USERS: usize = 12;

/// The upper bound of the pairs that are compared because their relation changed.
const MOST_TOUCHED: usize = 100;

/// The questions whose answers are followed, each as a verb before the target.
const FOLLOWED: [(Question, &str); 5] = [
    (Question::Reach(Interaction::Message), "message"),
    (Question::Reach(Interaction::Call), "call"),
    (Question::Reach(Interaction::GroupInvitation), "invite"),
    (Question::Reach(Interaction::Presence), "appear online to"),
    (Question::Act(Action::SendRequest), "request"),
];

/// An answer as the actor sees it: allowed, or refused in one of three manners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
            Expected::Refused { manner, .. } => match manner {
                Some(Manner::Silently) => Self::Silent,
                Some(Manner::NotToldWhy) => Self::NotToldWhy,
                Some(Manner::Told) | None => Self::Told,
            },
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

/// The answer to one question about a pair.
#[derive(Clone, Copy)]
struct Ability {
    question: Question,
    verb: &'static str,
    look: Look,
}

/// Returns the answers to the questions that are followed.
fn answers(graph: &SocialGraph, actor: &str, target: &str) -> [Ability; FOLLOWED.len()] {
    FOLLOWED.map(|(question, verb)| Ability {
        question,
        verb,
        look: Look::of(graph.decide(question, actor, target)),
    })
}

/// Returns every ordered pair of users, or `None` if there are too many to read.
fn pairs(graph: &SocialGraph) -> Option<Vec<(String, String)>> {
    if graph.user_count() > MOST_USERS {
        return None;
    }
    let users: Vec<&str> = graph.users().map(|(_, name)| name).collect();
    let pairs = users
        .iter()
        .flat_map(|actor| users.iter().map(move |target| (*actor, *target)));
    let pairs = pairs
        .filter(|(actor, target)| actor != target)
        .map(|(actor, target)| (actor.to_owned(), target.to_owned()));
    Some(pairs.collect())
}

/// Returns the pairs whose relation an outcome changed, from both sides.
fn touched(graph: &SocialGraph, outcome: &Outcome) -> Vec<(String, String)> {
    let mut touched = Vec::new();
    for event in outcome.events(graph) {
        let (actor, target) = (event.actor.name.to_string(), event.target.name.to_string());
        for pair in [(actor.clone(), target.clone()), (target, actor)] {
            if !touched.contains(&pair) {
                touched.push(pair);
            }
        }
        if touched.len() > MOST_TOUCHED {
            break;
        }
    }
    touched
}

/// Judges what rests on parts that nothing confirms, at the end of a story. Without a story,
/// everything counts as confirmed.
pub(super) struct Judge<'a>(pub(super) Option<&'a mut JudgedStory>);

impl Judge<'_> {
    /// Adds a line to the story.
    pub(super) fn push(&mut self, line: &Line) {
        if let Some(story) = &mut self.0 {
            story.push(line.clone());
        }
    }

    /// Returns the certainty of a line that asks.
    pub(super) fn certainty(&mut self, line: &Line) -> Certainty {
        match &mut self.0 {
            Some(story) => story.certainty(line),
            None => Certainty::Confirmed,
        }
    }
}

/// Returns a sentence for each pair and kind of answer that changed.
pub(super) fn changed(
    before: &SocialGraph,
    after: &SocialGraph,
    outcome: &Outcome,
    judge: &mut Judge<'_>,
) -> Vec<Statement> {
    let mut sentences = Vec::new();
    for (actor, target) in pairs(after).unwrap_or_else(|| touched(after, outcome)) {
        let is_known =
            |graph: &SocialGraph| graph.contains_user(&*actor) && graph.contains_user(&*target);
        if !is_known(before) || !is_known(after) {
            continue;
        }
        let old = answers(before, &actor, &target);
        let new = answers(after, &actor, &target);
        let changed: Vec<Ability> = new
            .into_iter()
            .zip(old)
            .filter(|(new, old)| new.look != old.look)
            .map(|(new, _)| new)
            .collect();
        sentences.extend(of_pair(&changed, [&actor, &target], "now ", judge));
    }
    sentences
}

/// Returns who may do what, for every pair, unless there are too many to read.
pub(super) fn all(graph: &SocialGraph, judge: &mut Judge<'_>) -> Vec<Statement> {
    let Some(pairs) = pairs(graph) else {
        let users = graph.user_count();
        let text = format!("there are {users} users: ask about two, as in may ann message ben?");
        return vec![Statement::certain(text)];
    };
    let mut sentences = Vec::new();
    for (actor, target) in pairs {
        let answers = answers(graph, &actor, &target);
        sentences.extend(of_pair(&answers, [&actor, &target], "", judge));
    }
    sentences
}

/// Returns one sentence for each look and certainty, with its verbs.
fn of_pair(
    abilities: &[Ability],
    [actor, target]: [&str; 2],
    start: &str,
    judge: &mut Judge<'_>,
) -> Vec<Statement> {
    let mut groups: Vec<(Look, Certainty, Vec<&str>)> = Vec::new();
    for ability in abilities {
        let certainty = judge.certainty(&Line::question(actor, ability.question, target));
        let same = groups
            .iter_mut()
            .find(|it| (it.0, it.1) == (ability.look, certainty));
        match same {
            Some((.., verbs)) => verbs.push(ability.verb),
            None => groups.push((ability.look, certainty, vec![ability.verb])),
        }
    }
    groups.sort_by_key(|(look, ..)| *look);

    let (actor, target) = (Name(actor), Name(target));
    let sentence = |(look, certainty, verbs): (Look, Certainty, Vec<&str>)| {
        let (may, told) = look.words();
        let verbs = joined(&verbs);
        let text = format!("{start}{actor} {may} {verbs} {target}{told}");
        Statement { text, certainty }
    };
    groups.into_iter().map(sentence).collect()
}

/// Joins verbs by commas, and the last one by "or".
fn joined(verbs: &[&str]) -> String {
    match verbs.split_last() {
        Some((last, others @ [_, ..])) => format!("{} or {last}", others.join(", ")),
        _ => verbs.concat(),
    }
}
