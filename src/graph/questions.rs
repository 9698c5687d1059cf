//! Questions about a pair: decisions, relations and facts.

use super::decision_table::Decisions;
use super::{SocialGraph, UserId, UserKey};
use crate::facts::{Facts, Relation};
use crate::rules::{Action, Decision, Interaction, Question, Refusal};

impl SocialGraph {
    /// Decides whether the actor may message the target (R5, R6, R12, R13).
    ///
    /// O(log k) by handle, without allocation. A name adds a lookup of O(log n).
    ///
    /// ```
    /// use socialgraph::{Policy, Reason, SocialGraph, Verdict};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.add_to_blocklist(alice, bob)?;
    ///
    /// assert_eq!(graph.can_message(alice, bob).verdict(), Verdict::Allowed);
    /// let decision = graph.can_message(bob, alice);
    /// assert_eq!(decision.verdict(), Verdict::RefusedSilently);
    /// assert!(decision.reasons().contains(Reason::TargetBlocks));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn can_message(&self, actor: impl UserKey, target: impl UserKey) -> Decision {
        self.can(Interaction::Message, actor, target)
    }

    /// Decides whether the actor may reach the target: message, call, invite, or appear online.
    ///
    /// The rules are R5, R6, R12, R13 and R17. Costs are those of
    /// [`can_message`](Self::can_message).
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, Sides, SocialGraph};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.call.needs_listing_by = Sides::Target;
    /// let mut graph = SocialGraph::new(policy);
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    ///
    /// assert!(graph.can(Interaction::Message, alice, bob).is_allowed());
    /// assert_eq!(
    ///     graph.can(Interaction::Call, alice, bob).explain("alice", "bob").to_string(),
    ///     "alice may not call bob: alice is not on bob's friend list",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn can(
        &self,
        interaction: Interaction,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Decision {
        self.can_by(self.decisions.about(interaction), actor, target)
    }

    /// Decides the interaction of these decisions.
    #[inline]
    fn can_by(&self, decisions: &Decisions, actor: impl UserKey, target: impl UserKey) -> Decision {
        // Both records are read before the first name is compared, so that the misses overlap.
        let (guess, other) = (actor.guess(self), target.guess(self));
        let decision = self.can_resolved(decisions, guess, other);
        if actor.is_key_of(self, guess) && target.is_key_of(self, other) {
            decision
        } else {
            self.can_resolved(decisions, actor.resolve(self), target.resolve(self))
        }
    }

    /// Decides an interaction for each pair of actor and target, in the order given.
    ///
    /// It appends one decision for each pair to `out`, that of [`can`](Self::can). In a large
    /// graph the cache misses of successive pairs overlap. For a host that drains a queue, or
    /// that calls from another language.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.add_to_blocklist(alice, bob)?;
    ///
    /// let mut decisions = Vec::new();
    /// graph.can_many(Interaction::Message, &[(alice, bob), (bob, alice)], &mut decisions);
    /// assert!(decisions[0].is_allowed() && !decisions[1].is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn can_many<A: UserKey, T: UserKey>(
        &self,
        interaction: Interaction,
        pairs: &[(A, T)],
        out: &mut Vec<Decision>,
    ) {
        let decisions = self.decisions.about(interaction);
        out.reserve(pairs.len());
        for (actor, target) in pairs {
            out.push(self.can_by(decisions, actor, target));
        }
    }

    /// Decides whether the actor may send the target a friend request.
    ///
    /// The rules are R4, R10, R11 and R15. It is allowed if and only if
    /// [`send_friend_request`](Self::send_friend_request) would succeed now. Costs are those of
    /// [`can_message`](Self::can_message).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [alice, bob] = [graph.add_user("alice")?, graph.add_user("bob")?];
    /// graph.add_to_blocklist(alice, bob)?;
    /// assert!(!graph.can_send_friend_request(alice, bob).is_allowed());
    /// assert!(!graph.can_send_friend_request(bob, alice).is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn can_send_friend_request(&self, actor: impl UserKey, target: impl UserKey) -> Decision {
        let (actor, target) = (actor.resolve(self), target.resolve(self));
        match self.store.facts(actor, target) {
            Ok(facts) => self.decisions.request(&facts),
            Err(no_pair) => Decision::told(Action::SendRequest, no_pair.into()),
        }
    }

    /// Decides a question: may the actor reach the target, or do an action?
    ///
    /// An action is allowed if and only if [`apply`](Self::apply) would succeed now. Costs are
    /// those of [`can_message`](Self::can_message).
    ///
    /// ```
    /// use socialgraph::{Action, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// assert_eq!(
    ///     graph.decide(Action::AcceptRequest, "bob", "alice").to_string(),
    ///     "the actor may not accept a friend request from the target: \
    ///      no friend request from the target to the actor is pending",
    /// );
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    pub fn decide(
        &self,
        question: impl Into<Question>,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Decision {
        self.decide_resolved(question.into(), actor.resolve(self), target.resolve(self))
    }

    /// Decides an interaction between users whose keys are resolved.
    #[inline]
    fn can_resolved(&self, decisions: &Decisions, actor: UserId, target: UserId) -> Decision {
        match self.store.relation_near(actor, target) {
            Some(relation) => decisions.of(relation),
            None => self.can_by_search(decisions, actor, target),
        }
    }

    #[cold]
    fn can_by_search(&self, decisions: &Decisions, actor: UserId, target: UserId) -> Decision {
        match self.store.search(actor, target) {
            Ok(relation) => decisions.of(relation),
            Err(no_pair) => Decision::told(decisions.question(), no_pair.into()),
        }
    }

    /// Decides about a pair whose keys are resolved.
    fn decide_resolved(&self, question: Question, actor: UserId, target: UserId) -> Decision {
        match self.store.facts(actor, target) {
            Ok(facts) => self.policy.decide(question, &facts),
            Err(no_pair) => Decision::told(question, no_pair.into()),
        }
    }

    /// Returns the relation of two users, seen from the actor.
    ///
    /// Costs are those of [`can_message`](Self::can_message).
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.send_friend_request("alice", "bob")?;
    /// assert!(graph.relation("bob", "alice")?.holds(Fact::TargetRequested));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if either user is unknown, or both are the same user (R9).
    pub fn relation(&self, actor: impl UserKey, target: impl UserKey) -> Result<Relation, Refusal> {
        let (actor, target) = (actor.resolve(self), target.resolve(self));
        Ok(self.store.relation(actor, target)?)
    }

    /// Returns the relation, settings and counts of two users, seen from the actor.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_friend("alice", "bob", Ways::OneWay)?;
    /// assert_eq!(graph.facts("alice", "bob")?.actor.friends, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if either user is unknown, or both are the same user (R9).
    pub fn facts(&self, actor: impl UserKey, target: impl UserKey) -> Result<Facts, Refusal> {
        let (actor, target) = (actor.resolve(self), target.resolve(self));
        Ok(self.store.facts(actor, target)?)
    }
}
