//! One policy, with its graph.

use std::sync::Arc;

use socialgraph::{Operation, Policy, SocialGraph};

use super::abilities::{self, Judge};
use super::results::results;
use super::turn::{SideTurn, Statement};
use crate::profile::{Certainty, Plausible, Profile};
use crate::story::{Line, PolicyText, Story, but, now};

/// One policy under which a story is played, with its graph.
#[derive(Clone, Debug)]
pub struct Side {
    /// The name of the policy at the start, and with those that the story adopted.
    first_name: String,
    name: String,
    profile: Option<&'static Profile>,
    judge: Judging,
    /// The policy before the first line: a line may adopt another one.
    policy: Policy,
    graph: SocialGraph,
}

/// Whether the sentences of a side are judged.
#[derive(Clone, Debug)]
enum Judging {
    Off,
    /// With the policies that agree with the profile, if there is one.
    On(Option<Arc<Plausible>>),
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
            judge: Judging::Off,
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

    /// Returns the side with its sentences judged.
    pub(super) fn judged(self) -> Self {
        Self {
            judge: Judging::On(plausible(self.profile)),
            ..self
        }
    }

    pub(super) const fn is_judged(&self) -> bool {
        matches!(self.judge, Judging::On(Some(_)))
    }

    pub(super) fn add_user(&mut self, name: &str) {
        // A name that is not valid stays unknown.
        let _ = self.graph.add_user(name);
    }

    pub(super) fn abilities(&self, story: Option<&Story>) -> Vec<Statement> {
        abilities::all(&self.graph, self.judge(story))
    }

    pub(super) fn play(&mut self, line: &Line, story: Option<&Story>) -> SideTurn {
        let mut turn = SideTurn {
            policy: self.name.clone(),
            results: Vec::new(),
            abilities: Vec::new(),
            done: true,
            holds: true,
        };
        match line {
            Line::Comment(_) => {}
            Line::Operation(operation) => self.apply(operation, story, &mut turn),
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
                    turn.results.push(self.answered(answer, turn.holds, story));
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
                    turn.results.push(self.answered(answer, turn.holds, story));
                }
            }
        }
        turn
    }

    fn apply(&mut self, operation: &Operation, story: Option<&Story>, turn: &mut SideTurn) {
        let before = self.graph.clone();
        let outcome = operation.apply_to(&mut self.graph);
        turn.done = outcome.is_done();

        let results = results(&before, &self.graph, operation, &outcome);
        turn.results = results.into_iter().map(Statement::certain).collect();
        turn.abilities = abilities::changed(&before, &self.graph, &outcome, self.judge(story));

        if let Operation::AdoptPolicy(adopt) = operation {
            self.adopt(adopt.policy);
        }
    }

    /// Puts the side under another policy.
    fn adopt(&mut self, policy: Policy) {
        let text = PolicyText::from(policy);
        self.name = format!("{}, then {text}", self.name);
        self.profile = text.name().and_then(Profile::named);
        if let Judging::On(judge) = &mut self.judge {
            *judge = plausible(self.profile);
        }
    }

    /// Returns what a line that asks has found; `story` ends with the line.
    fn answered(&self, found: String, holds: bool, story: Option<&Story>) -> Statement {
        let judge = self.judge(story);
        let certainty = match (judge.plausible, judge.story) {
            (Some(plausible), Some(story)) => plausible.certainty(story),
            _ => Certainty::Confirmed,
        };
        let text = if holds { found } else { but(&found) };
        Statement { text, certainty }
    }

    fn judge<'a>(&'a self, story: Option<&'a Story>) -> Judge<'a> {
        let plausible = match &self.judge {
            Judging::Off => None,
            Judging::On(plausible) => plausible.as_deref(),
        };
        Judge { plausible, story }
    }
}

/// Returns the policies that agree with a profile, shared by all copies of a side.
fn plausible(profile: Option<&'static Profile>) -> Option<Arc<Plausible>> {
    profile.map(|profile| Arc::new(profile.plausible()))
}
