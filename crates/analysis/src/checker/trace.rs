//! A violation and its trace, as plain data: the operations that lead to a failure.

use std::fmt;

use socialgraph::operation::AddUser;
use socialgraph::{Action, Change, Decision, Facts, Operation, Question, Refusal, Relation};

use super::property::Property;
use super::users::Users;
use crate::story::{Line, Story};

/// A property that fails, with a shortest trace to the failure.
///
/// It prints the property, then each operation with the relations after it. No failure of the
/// property takes fewer operations.
///
/// ```
/// use socialgraph_analysis::checker::{Property, Users, check};
/// use socialgraph::{Policy, Sides};
///
/// let mut policy = Policy::tencent_rest();
/// policy.block.cancels_requests_of = Sides::Neither;
/// let report = check(&policy, Users::Two);
/// let violation = &report.violations()[0];
/// assert_eq!(violation.property(), Property::NoRequestAcrossBlock);
/// assert_eq!(
///     violation.to_string(),
///     "no friend request is pending across a block (R21), but:
///   1. alice sends bob a friend request
///      now: alice requested bob
///   2. alice blocks bob
///      now: alice blocks bob, alice requested bob
/// ",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(super) property: Property,
    pub(super) trace: Vec<TraceStep>,
    /// The interaction with the wrong decision, if the property fails for one.
    pub(super) interaction: Option<TracedInteraction>,
    pub(super) users: Users,
}

/// One operation of a trace, with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    pub(super) actor: &'static str,
    pub(super) target: &'static str,
    pub(super) action: Action,
    /// The operations that change the two users' settings before the action.
    pub(super) settings: Vec<Operation>,
    pub(super) facts: Facts,
    pub(super) decision: Decision,
    pub(super) outcome: Result<Change, Refusal>,
    pub(super) users: Users,
    /// The relation of each pair after the action, seen from the pair's first user.
    pub(super) relations: Vec<Relation>,
}

/// An interaction at the end of a trace, with the decision on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TracedInteraction {
    pub(super) actor: &'static str,
    pub(super) target: &'static str,
    pub(super) decision: Decision,
}

impl Violation {
    /// Returns the property that fails.
    #[must_use]
    pub const fn property(&self) -> Property {
        self.property
    }

    /// Returns the operations that lead from strangers to the failure, in order.
    #[must_use]
    pub fn trace(&self) -> &[TraceStep] {
        &self.trace
    }

    /// Returns the question with the wrong answer at the end of the trace: actor, target and
    /// interaction. It is `None` if the property fails for a relation or an action.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy};
    /// use socialgraph_analysis::checker::{Users, check};
    ///
    /// // Under this policy, a blocked user can call.
    /// let report = check(&Policy::named("wildfire")?, Users::Two);
    /// let questions: Vec<_> = report.violations().iter().filter_map(|it| it.question()).collect();
    /// assert_eq!(questions, [("bob", "alice", Interaction::Call.into())]);
    /// # Ok::<(), socialgraph::UnknownPolicy>(())
    /// ```
    #[must_use]
    pub fn question(&self) -> Option<(&'static str, &'static str, Question)> {
        let traced = self.interaction?;
        Some((traced.actor, traced.target, traced.decision.question()))
    }

    /// Returns the trace as a log, to replay on a graph under the policy or on another system.
    ///
    /// The users join first. Then comes each step, after the operations that change the two
    /// users' settings if the step needs other settings.
    ///
    /// ```
    /// use socialgraph_analysis::checker::{Users, check};
    /// use socialgraph::{Policy, Sides, SocialGraph};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.block.cancels_requests_of = Sides::Neither;
    /// let report = check(&policy, Users::Two);
    /// let log = report.violations()[0].log();
    /// let sentences: Vec<String> = log.iter().map(ToString::to_string).collect();
    /// assert_eq!(
    ///     sentences,
    ///     ["alice joins", "bob joins", "alice sends bob a friend request", "alice blocks bob"],
    /// );
    /// let mut graph = SocialGraph::new(policy);
    /// assert!(log.iter().all(|operation| operation.apply_to(&mut graph).is_done()));
    /// assert_eq!(graph.requests_in("bob")?.len(), 1);
    /// # Ok::<(), socialgraph::UnknownUser>(())
    /// ```
    #[must_use]
    pub fn log(&self) -> Vec<Operation> {
        let mut log = Vec::new();
        for name in self.users.names() {
            log.push(Operation::AddUser(AddUser {
                name: (*name).to_owned(),
            }));
        }

        for step in &self.trace {
            log.extend(step.settings.iter().cloned());
            log.push(step.operation());
        }
        log
    }
}

impl Violation {
    /// Returns the trace as a story: the log, with the relation that each action leaves.
    ///
    /// ```
    /// use socialgraph_analysis::checker::{Users, check};
    /// use socialgraph::{Policy, Sides};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.block.cancels_requests_of = Sides::Neither;
    /// let story = check(&policy, Users::Two).violations()[0].story();
    /// assert_eq!(
    ///     story.to_string(),
    ///     "alice joins
    /// bob joins
    /// alice sends bob a friend request
    /// now: alice requested bob
    /// alice blocks bob
    /// now: alice blocks bob, alice requested bob
    /// ",
    /// );
    /// assert!(story.play(&policy).failures().is_empty());
    /// ```
    #[must_use]
    pub fn story(&self) -> Story {
        let mut lines = Vec::new();
        for name in self.users.names() {
            let name = (*name).to_owned();
            lines.push(Line::Operation(Operation::AddUser(AddUser { name })));
        }

        for step in &self.trace {
            lines.extend(step.settings.iter().cloned().map(Line::Operation));
            lines.push(Line::Operation(step.operation()));
            if let Ok(change) = step.outcome {
                lines.push(Line::Now {
                    first: step.actor.to_owned(),
                    second: step.target.to_owned(),
                    relation: Some(change.after),
                });
            }
        }
        Story::new(lines)
    }
}

impl TraceStep {
    /// Returns the name of the user who acts.
    #[must_use]
    pub const fn actor(&self) -> &'static str {
        self.actor
    }

    /// Returns the name of the user who is acted on.
    #[must_use]
    pub const fn target(&self) -> &'static str {
        self.target
    }

    /// Returns the action.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns the facts that the rules judge the action by.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns the change that the action makes.
    ///
    /// # Errors
    /// Returns the refusal if the rules refuse the action. Only the last step of a trace can be
    /// refused.
    pub const fn outcome(&self) -> Result<Change, Refusal> {
        self.outcome
    }

    /// Returns the operations that change the two users' settings before the action.
    ///
    /// It is empty if the step needs no other settings than the users have.
    #[must_use]
    pub fn settings(&self) -> &[Operation] {
        &self.settings
    }

    /// Returns the action as an operation on a graph, with the same names.
    ///
    /// Apply the operations of [`settings`](Self::settings) first.
    #[must_use]
    pub fn operation(&self) -> Operation {
        Operation::act(self.action, self.actor, self.target)
    }

    /// Returns the relation of every two users after the action, with their names.
    pub fn relations(&self) -> impl Iterator<Item = (&'static str, &'static str, Relation)> {
        let relations = self.relations.iter().enumerate();
        relations.map(|(pair, relation)| {
            let (first, second) = self.users.names_of_pair(pair);
            (first, second, *relation)
        })
    }

    fn write_relations(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (first, second, relation) in self.relations() {
            if relation != Relation::STRANGERS {
                write!(f, "{separator}{}", relation.explain(first, second))?;
                separator = "; ";
            }
        }

        if separator.is_empty() {
            f.write_str("strangers")?;
        }
        Ok(())
    }
}

/// The operation as a sentence, such as "alice blocks bob", then the settings that it needs.
impl fmt::Display for TraceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.outcome {
            Ok(_) => self.operation().fmt(f)?,
            Err(_) => self.decision.explain(self.actor, self.target).fmt(f)?,
        }
        for setting in &self.settings {
            write!(f, " ({setting})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}), but:", self.property, self.property.rules())?;

        for (index, step) in self.trace.iter().enumerate() {
            write!(f, "  {}. {step}\n     now: ", index + 1)?;
            step.write_relations(f)?;
            writeln!(f)?;
        }

        if let Some(interaction) = &self.interaction {
            let TracedInteraction { actor, target, .. } = *interaction;
            let decision = interaction.decision.explain(actor, target);
            writeln!(f, "     so: {decision}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, Facts, Policy, Relation, RequestMode, UserFacts};

    use super::{Property, TraceStep, Users, Violation};

    #[test]
    fn a_step_that_is_refused_leaves_strangers() {
        let policy = Policy::tencent_rest();
        let user = UserFacts::new(RequestMode::Confirm);
        let facts = Facts {
            relation: Relation::STRANGERS,
            actor: user,
            target: user,
        };
        let step = TraceStep {
            actor: "alice",
            target: "bob",
            action: Action::Unblock,
            settings: Vec::new(),
            facts,
            decision: policy.decide(Action::Unblock, &facts),
            outcome: policy.apply(Action::Unblock, &facts),
            users: Users::Two,
            relations: vec![Relation::STRANGERS],
        };
        let violation = Violation {
            property: Property::RemovalAlwaysWorks,
            trace: vec![step],
            interaction: None,
            users: Users::Two,
        };

        let text = violation.to_string();
        assert_eq!(
            text.lines().skip(1).collect::<Vec<_>>(),
            [
                "  1. alice may not unblock bob: alice does not block bob",
                "     now: strangers"
            ],
        );
    }
}
