//! A story that tells two policies apart.

use std::fmt;

use socialgraph::operation::AddUser;
use socialgraph::{Interaction, Operation, Question};

use super::answer::Answer;
use super::topic::Topic;
use super::user::User;
use crate::story::{Line, Story};

/// A story that tells two policies apart: steps, and a question that they answer differently.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::diff;
///
/// let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_mutual());
/// assert_eq!(
///     comparison.stories()[0].to_string(),
///     "  1. ann blocks ben
///      one: ann may message ben
///      other: ann may not message ben, and is not told: ann blocks ben
///      alike: call, invite to a group, appear online
/// ",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distinction {
    pub(super) steps: Vec<Operation>,
    pub(super) asker: User,
    pub(super) question: Question,
    pub(super) answers: [Answer; 2],
    pub(super) alike: Vec<Interaction>,
}

impl Distinction {
    /// Returns the steps, from strangers to the question.
    ///
    /// A step may be refused under one of the two policies.
    #[must_use]
    pub fn steps(&self) -> &[Operation] {
        &self.steps
    }

    /// Returns the whole story as a log, to replay on graphs: both users join, then the steps.
    ///
    /// ```
    /// use socialgraph::{Operation, Policy, SocialGraph};
    /// use socialgraph_analysis::comparison::diff;
    ///
    /// let policies = [Policy::tencent_rest(), Policy::tencent_keep_friends()];
    /// for story in diff(&policies[0], &policies[1]).stories() {
    ///     for (policy, answer) in policies.into_iter().zip(story.answers()) {
    ///         let mut graph = SocialGraph::new(policy);
    ///         for operation in story.operations() {
    ///             let _ = operation.apply_to(&mut graph);
    ///         }
    ///         let decision = graph.decide(story.question(), story.actor(), story.target());
    ///         assert_eq!(decision, answer.decision());
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for user in User::ALL {
            operations.push(Operation::AddUser(AddUser {
                name: user.name().to_owned(),
            }));
        }
        operations.extend_from_slice(&self.steps);
        operations
    }

    /// Returns the story as text that can be played: the steps and the question.
    ///
    /// If the question is about an action, the action and the relation after it follow.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_analysis::comparison::diff;
    ///
    /// let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_mutual());
    /// let story = comparison.stories()[0].story();
    /// assert_eq!(story.to_string(), "ann blocks ben\nmay ann message ben?\n");
    /// assert!(story.play(&Policy::tencent_rest()).last_answer().unwrap().is_allowed());
    /// ```
    #[must_use]
    pub fn story(&self) -> Story {
        self.story_about(self.question)
    }

    /// Returns the story with another question at its end, such as one of [`alike`](Self::alike).
    #[must_use]
    pub fn story_about(&self, question: impl Into<Question>) -> Story {
        let question = question.into();
        let (actor, target) = (self.actor(), self.target());
        let mut lines: Vec<Line> = self.steps.iter().cloned().map(Line::Operation).collect();
        lines.push(Line::question(actor, question, target));

        if let Question::Act(action) = question {
            lines.push(Line::Operation(Operation::act(action, actor, target)));
            lines.push(Line::Now {
                first: actor.to_owned(),
                second: target.to_owned(),
                relation: None,
            });
        }
        Story::new(lines)
    }

    /// Returns the name of the user whom the question is about.
    #[must_use]
    pub const fn actor(&self) -> &'static str {
        self.asker.name()
    }

    /// Returns the name of the user whom the actor would reach or act on.
    #[must_use]
    pub const fn target(&self) -> &'static str {
        self.asker.other().name()
    }

    /// Returns the question at the end.
    #[must_use]
    pub const fn question(&self) -> Question {
        self.question
    }

    /// Returns the answer of each of the two policies.
    pub const fn answers(&self) -> [Answer; 2] {
        self.answers
    }

    /// Returns the other interactions with the same two answers at the end of the story.
    ///
    /// It is empty if the question is about an action.
    #[must_use]
    pub fn alike(&self) -> &[Interaction] {
        &self.alike
    }

    /// Returns what the story is about.
    #[must_use]
    pub fn topic(&self) -> Topic {
        Topic::of(&self.steps, self.question)
    }
}

/// The steps with their numbers, the two answers, and the interactions that are alike.
impl fmt::Display for Distinction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f, "  {}. {step}", index + 1)?;
        }

        for (name, answer) in ["one", "other"].into_iter().zip(self.answers) {
            let sentence = answer.explain(self.actor(), self.target());
            writeln!(f, "     {name}: {sentence}")?;
        }

        if self.alike.is_empty() {
            return Ok(());
        }
        let verbs: Vec<&str> = self.alike.iter().copied().map(verb).collect();
        writeln!(f, "     alike: {}", verbs.join(", "))
    }
}

const fn verb(interaction: Interaction) -> &'static str {
    match interaction {
        Interaction::Message => "message",
        Interaction::Call => "call",
        Interaction::GroupInvitation => "invite to a group",
        Interaction::Presence => "appear online",
    }
}
