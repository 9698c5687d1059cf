//! Questions about a pair: decisions, relations and facts.

use super::decision_table::Decisions;
use super::{PairError, SocialGraph, UserId, UserRef};
use crate::facts::{Facts, Relation};
use crate::rules::{Action, Decision, Interaction, Question};

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
    pub fn can_message<'u>(
        &self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Decision {
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
    pub fn can<'u>(
        &self,
        interaction: Interaction,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Decision {
        let decisions = self.decisions.about(interaction);
        self.can_by(decisions, actor.into(), target.into()).0
    }

    /// Decides as [`can`](Self::can) does, and returns the handles of actor and target.
    ///
    /// For a delivery that asks more about the two: each name is looked up once. A name that no
    /// user has gives [`UserId::NOBODY`]. A handle is returned as it was given.
    ///
    /// ```
    /// use socialgraph::{Interaction, Policy, SocialGraph, UserId};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let alice = graph.add_user("alice")?;
    /// let (decision, [from, to]) = graph.can_with_ids(Interaction::Message, "alice", "bob");
    /// assert!(!decision.is_allowed());
    /// assert_eq!([from, to], [alice, UserId::NOBODY]);
    /// # Ok::<(), socialgraph::AddUserError>(())
    /// ```
    #[inline]
    pub fn can_with_ids<'u>(
        &self,
        interaction: Interaction,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> (Decision, [UserId; 2]) {
        let decisions = self.decisions.about(interaction);
        self.can_by(decisions, actor.into(), target.into())
    }

    /// Decides the interaction of these decisions, and returns the handles.
    #[inline]
    fn can_by(
        &self,
        decisions: &Decisions,
        actor: UserRef<'_>,
        target: UserRef<'_>,
    ) -> (Decision, [UserId; 2]) {
        // Both records are read before the first name is compared, so that the misses overlap.
        let (guess, other) = (actor.guess(self), target.guess(self));
        let decision = self.can_resolved(decisions, guess, other);
        if actor.is_user(self, guess) && target.is_user(self, other) {
            return (decision, [guess, other]);
        }

        let (from, to) = (actor.resolve(self), target.resolve(self));
        (self.can_resolved(decisions, from, to), [from, to])
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
    /// graph.can_many(Interaction::Message, [(alice, bob), (bob, alice)], &mut decisions);
    /// assert!(decisions[0].is_allowed() && !decisions[1].is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn can_many<'u>(
        &self,
        interaction: Interaction,
        pairs: impl IntoIterator<Item = (impl Into<UserRef<'u>>, impl Into<UserRef<'u>>)>,
        out: &mut Vec<Decision>,
    ) {
        let decisions = self.decisions.about(interaction);
        let pairs = pairs.into_iter();
        out.reserve(pairs.size_hint().0);
        for (actor, target) in pairs {
            out.push(self.can_by(decisions, actor.into(), target.into()).0);
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
    pub fn can_send_friend_request<'u>(
        &self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Decision {
        let (actor, target) = self.resolve_pair(actor.into(), target.into());
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
    pub fn decide<'u>(
        &self,
        question: impl Into<Question>,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Decision {
        let (actor, target) = self.resolve_pair(actor.into(), target.into());
        self.decide_resolved(question.into(), actor, target)
    }

    /// Decides an interaction between users by handles.
    #[inline]
    pub(super) fn can_resolved(
        &self,
        decisions: &Decisions,
        actor: UserId,
        target: UserId,
    ) -> Decision {
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

    /// Decides about a pair by handles.
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
    pub fn relation<'u>(
        &self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<Relation, PairError> {
        let (actor, target) = (actor.into(), target.into());
        let (from, to) = self.resolve_pair(actor, target);
        self.store
            .relation(from, to)
            .map_err(|no_pair| PairError::new(actor, target, no_pair))
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
    pub fn facts<'u>(
        &self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<Facts, PairError> {
        let (actor, target) = (actor.into(), target.into());
        let (from, to) = self.resolve_pair(actor, target);
        self.store
            .facts(from, to)
            .map_err(|no_pair| PairError::new(actor, target, no_pair))
    }

    /// Returns the handles of two users, [`UserId::NOBODY`] for a name that no user has.
    #[inline]
    pub(super) fn resolve_pair(&self, actor: UserRef<'_>, target: UserRef<'_>) -> (UserId, UserId) {
        (actor.resolve(self), target.resolve(self))
    }
}
