//! One policy, with its graph.

use socialgraph::{Operation, Policy, SocialGraph};

use super::abilities::{self, Judge};
use super::results::results;
use super::turn::{SideTurn, Statement};
use crate::profile::{JudgedStory, Profile};
use crate::story::{Line, PolicyText, but, now};

/// One policy under which a story is played, with its graph.
#[derive(Clone, Debug)]
pub struct Side {
    /// The name of the policy at the start, and with those that the story adopted.
    first_name: String,
    name: String,
    profile: Option<&'static Profile>,
    /// The policy before the first line: a line may adopt another one.
    policy: Policy,
    graph: SocialGraph,
}

impl Side {
    /// Returns a side under this policy, without users. The name is what a reader sees.
    #[must_use]
    pub fn new(name: impl Into<String>, policy: Policy) -> Self {
        let name = name.into();
        Self {
            first_name: name.clone(),
            name,
            profile: None,
            policy,
            graph: SocialGraph::new(policy),
        }
    }

    /// Returns the side with the profile whose policy it is.
    #[must_use]
    pub fn of_profile(self, profile: &'static Profile) -> Self {
        Self {
            profile: Some(profile),
            ..self
        }
    }

    /// Returns the name of the policy at the start.
    #[must_use]
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// Returns the name of the policy, with those that the story adopted.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the policy at the start.
    #[must_use]
    pub const fn first_policy(&self) -> Policy {
        self.policy
    }

    /// Returns the profile of the policy, if it is that of a real system.
    #[must_use]
    pub const fn profile(&self) -> Option<&'static Profile> {
        self.profile
    }

    /// Returns the graph after the last line.
    #[must_use]
    pub const fn graph(&self) -> &SocialGraph {
        &self.graph
    }

    pub(super) fn add_user(&mut self, name: &str) {
        // A name that is not valid stays unknown.
        let _ = self.graph.add_user(name);
    }

    pub(super) fn abilities(&self, judge: Option<&mut JudgedStory>) -> Vec<Statement> {
        abilities::all(&self.graph, &mut Judge(judge))
    }

    /// Plays a line. The judge has the lines before it, and gets the line, too.
    pub(super) fn play(&mut self, line: &Line, judge: Option<&mut JudgedStory>) -> SideTurn {
        let mut judge = Judge(judge);
        let mut turn = SideTurn {
            policy: self.name.clone(),
            results: Vec::new(),
            abilities: Vec::new(),
            done: true,
            holds: true,
        };
        match line {
            Line::Comment(_) => {}
            Line::Operation(operation) => {
                judge.push(line);
                self.apply(operation, &mut judge, &mut turn);
                return turn;
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
                    turn.results
                        .push(answered(&answer, turn.holds, line, &mut judge));
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
                    let answer = now(first, second, found);
                    turn.results
                        .push(answered(&answer, turn.holds, line, &mut judge));
                }
            }
        }
        judge.push(line);
        turn
    }

    fn apply(&mut self, operation: &Operation, judge: &mut Judge<'_>, turn: &mut SideTurn) {
        let before = self.graph.clone();
        let outcome = operation.apply_to(&mut self.graph);
        turn.done = outcome.is_done();

        let results = results(&before, &self.graph, operation, &outcome);
        turn.results = results.into_iter().map(Statement::certain).collect();
        turn.abilities = abilities::changed(&before, &self.graph, &outcome, judge);

        if let Operation::AdoptPolicy(adopt) = operation {
            self.adopt(adopt.policy);
        }
    }

    /// Puts the side under another policy.
    fn adopt(&mut self, policy: Policy) {
        let text = PolicyText::from(policy);
        self.name = format!("{}, then {text}", self.name);
        self.profile = text.name().and_then(Profile::named);
    }
}

/// Returns what a line that asks has found.
fn answered(found: &str, holds: bool, line: &Line, judge: &mut Judge<'_>) -> Statement {
    let certainty = judge.certainty(line);
    let text = if holds { found.to_owned() } else { but(found) };
    Statement { text, certainty }
}
