//! A policy's entry points: a question gets a decision, an action a change or a refusal.
//!
//! The rules themselves are in `judge`.

use super::judge::{against_interaction, judge};
use super::{Action, Change, Decision, Interaction, Policy, Question, Reasons, Refusal};
use crate::facts::{Facts, Relation};

impl Policy {
    /// Decides whether the actor may reach the target (R5, R6, R12, R13, R17).
    ///
    /// Constant time, and no allocation.
    ///
    /// ```
    /// use socialgraph::{Fact, Interaction, Policy, Relation};
    ///
    /// let policy = Policy::tencent_rest();
    /// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
    /// assert!(!policy.can(Interaction::Call, blocked).is_allowed());
    /// ```
    #[inline]
    pub fn can(&self, interaction: Interaction, relation: Relation) -> Decision {
        let gate = self.gate(interaction);
        let reasons = against_interaction(gate, relation);
        Decision::new(interaction, reasons, gate.notice)
    }

    /// Decides whether the actor may message the target (R5, R6, R12, R13).
    ///
    /// It is [`can`](Self::can) for [`Interaction::Message`].
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation};
    ///
    /// let policy = Policy::tencent_rest();
    /// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
    /// assert!(!policy.can_message(blocked).is_allowed());
    /// ```
    #[inline]
    pub fn can_message(&self, relation: Relation) -> Decision {
        self.can(Interaction::Message, relation)
    }

    /// Decides a question: may the actor reach the target, or do an action?
    ///
    /// An action is allowed if and only if [`apply`](Self::apply) succeeds, and refused for the
    /// reasons that `apply` gives. Constant time, and no allocation.
    ///
    /// ```
    /// use socialgraph::{Action, Facts, Policy, Relation, RequestMode, UserFacts};
    ///
    /// let user = UserFacts::new(RequestMode::Nobody);
    /// let facts = Facts { relation: Relation::STRANGERS, actor: user, target: user };
    /// let decision = Policy::tencent_rest().decide(Action::SendRequest, &facts);
    /// assert_eq!(
    ///     decision.explain("alice", "bob").to_string(),
    ///     "alice may not send bob a friend request: bob takes no friend requests",
    /// );
    /// ```
    pub fn decide(&self, question: impl Into<Question>, facts: &Facts) -> Decision {
        match question.into() {
            Question::Reach(interaction) => self.can(interaction, facts.relation),
            Question::Act(action) => {
                let reasons = self.judge(action, facts).0;
                Decision::new(action, reasons, self.request.notice)
            }
        }
    }

    /// Applies an action to a pair of users, and returns the change.
    ///
    /// Constant time, and no allocation.
    ///
    /// ```
    /// use socialgraph::{Action, Fact, Facts, Policy, Relation, RequestMode, UserFacts};
    ///
    /// let user = UserFacts::new(RequestMode::Confirm);
    /// let facts = Facts { relation: Relation::FRIENDS, actor: user, target: user };
    /// let change = Policy::tencent_rest().apply(Action::Block, &facts)?;
    /// assert_eq!(change.after, Relation::STRANGERS.with(Fact::ActorBlocks));
    /// # Ok::<(), socialgraph::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// Fails with every reason against the action if the rules refuse it.
    pub fn apply(&self, action: Action, facts: &Facts) -> Result<Change, Refusal> {
        let (reasons, after) = self.judge(action, facts);
        if reasons.is_empty() {
            Ok(Change {
                action,
                before: facts.relation,
                after,
            })
        } else {
            Err(Refusal::of(reasons))
        }
    }

    /// Returns the reasons against an action, and the relation after it.
    fn judge(&self, action: Action, facts: &Facts) -> (Reasons, Relation) {
        let (reasons, after) = judge(self, action, facts);
        (reasons.union(self.limits.exceeded(facts, after)), after)
    }
}
