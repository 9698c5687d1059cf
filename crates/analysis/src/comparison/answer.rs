//! What a policy answers to a question, and what it does.

use std::fmt;

use socialgraph::{
    Action, Change, Decision, Effect, Effects, Facts, Operation, Policy, Question, Reasons, Verdict,
};

/// What a policy answers to a question about two users.
///
/// If the question is whether an action may be done, and it may, the answer has the change that
/// the action makes.
///
/// ```
/// use socialgraph::Policy;
/// use socialgraph_analysis::comparison::diff;
///
/// let bluesky = Policy::named("bluesky")?;
/// let comparison = diff(&Policy::tencent_keep_friends(), &bluesky);
/// let story = &comparison.stories()[0];
/// let [tencent, bluesky] = story.answers();
/// assert_eq!(tencent.explain("ann", "ben").to_string(), "ann may message ben");
/// assert_eq!(
///     bluesky.explain("ann", "ben").to_string(),
///     "ann may not message ben: ann is not on ben's friend list",
/// );
/// # Ok::<(), socialgraph::UnknownPolicy>(())
/// ```
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    decision: Decision,
    change: Option<Change>,
}

/// What users see of an answer. Two answers differ if this differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shown {
    verdict: Verdict,
    visible: Reasons,
    effects: Effects,
}

impl Answer {
    /// Asks the policy.
    pub(super) fn of(policy: &Policy, question: Question, facts: &Facts) -> Self {
        let change = match question {
            Question::Reach(_) => None,
            Question::Act(action) => policy.apply(action, facts).ok(),
        };
        Self {
            decision: policy.decide(question, facts),
            change,
        }
    }

    /// Returns the decision, with its verdict and its reasons.
    pub const fn decision(self) -> Decision {
        self.decision
    }

    /// Returns the change that the action makes, or `None` if no action is done.
    #[must_use]
    pub const fn change(self) -> Option<Change> {
        self.change
    }

    /// Returns the effects of the action; none if no action is done.
    #[must_use]
    pub fn effects(self) -> Effects {
        self.change.map_or(Effects::EMPTY, Change::effects)
    }

    /// Returns the answer as a sentence with the names of the actor and the target in it.
    ///
    /// An action that is done is told with its effects, except for the one that the action
    /// always has.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_analysis::comparison::diff;
    ///
    /// let comparison = diff(&Policy::tencent_rest(), &Policy::tencent_keep_friends());
    /// let story = &comparison.stories()[0];
    /// let sentences = story.answers().map(|answer| answer.explain("ann", "ben").to_string());
    /// assert_eq!(sentences, ["ann blocks ben: ben left ann's friend list", "ann blocks ben"]);
    /// ```
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> impl fmt::Display + 'a {
        Sentence {
            answer: self,
            actor,
            target,
        }
    }

    pub(super) fn shown(self) -> Shown {
        Shown {
            verdict: self.decision.verdict(),
            visible: self.decision.visible().reasons(),
            effects: self.effects(),
        }
    }
}

/// An answer with the names of the actor and the target.
struct Sentence<'a> {
    answer: Answer,
    actor: &'a str,
    target: &'a str,
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (actor, target) = (self.actor, self.target);
        match self.answer.change {
            None => self.answer.decision.explain(actor, target).fmt(f),
            Some(change) => write_change(f, change, actor, target),
        }
    }
}

/// Writes "ann blocks ben: ben left ann's friend list".
fn write_change(
    f: &mut fmt::Formatter<'_>,
    change: Change,
    actor: &str,
    target: &str,
) -> fmt::Result {
    write!(f, "{}", Operation::act(change.action, actor, target))?;

    let mut separator = ": ";
    for effect in change.effects() {
        if effect_in_words(change.action) != Some(effect) {
            write!(f, "{separator}{}", effect.explain(actor, target))?;
            separator = "; ";
        }
    }
    Ok(())
}

/// Returns the effect that an action always has, so that its own words tell it.
const fn effect_in_words(action: Action) -> Option<Effect> {
    match action {
        Action::Block => Some(Effect::ActorBlockAdded),
        Action::Unblock => Some(Effect::ActorBlockLifted),
        Action::AcceptRequest => Some(Effect::TargetRequestAccepted),
        Action::DeclineRequest => Some(Effect::TargetRequestDeclined),
        Action::CancelRequest => Some(Effect::ActorRequestCancelled),
        Action::SendRequest | Action::AddFriend(_) | Action::RemoveFriend(_) => None,
    }
}
