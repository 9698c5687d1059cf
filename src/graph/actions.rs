//! Operations on a pair: [`SocialGraph::apply`], and a method for each [`Action`].

use super::{PairChange, PairError, SocialGraph, UserId, UserRef};
use crate::rules::{Action, Refusal, Ways};

impl SocialGraph {
    /// Applies an action to a pair, if the rules allow it.
    ///
    /// It looks up the facts, asks the rules, and writes the relation that they return. Every
    /// other operation on a pair calls it. O(log k).
    ///
    /// ```
    /// use socialgraph::{Action, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// let change = graph.apply(Action::SendRequest, "alice", "bob")?;
    /// assert_eq!(graph.relation("alice", "bob")?, change.after);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails with every reason, and changes nothing, if the rules refuse the action, either user
    /// is unknown, or both are the same user.
    pub fn apply<'u>(
        &mut self,
        action: Action,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        let (actor, target) = (actor.into(), target.into());
        let (from, to) = self.resolve_pair(actor, target);
        self.apply_resolved(action, from, to)
            .map_err(|refusal| PairError::new(actor, target, refusal))
    }

    /// Puts the target on the actor's blocklist (R1, R2, R3, R8).
    ///
    /// The policy decides what else changes: under `tencent_rest`, the friendship ends on both
    /// sides, and pending requests are cancelled. O(log k).
    ///
    /// ```
    /// use socialgraph::{Policy, Reason, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_to_blocklist("alice", "bob")?;
    /// let again = graph.add_to_blocklist("alice", "bob").unwrap_err();
    /// assert!(again.reasons().contains(Reason::AlreadyBlocked));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the target is already blocked, the blocklist is full,
    /// either user is unknown, or both are the same user.
    pub fn add_to_blocklist<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::Block, actor, target)
    }

    /// Takes the target off the actor's blocklist (R7, R8).
    ///
    /// It restores no friendship and no request. O(log k).
    ///
    /// ```
    /// use socialgraph::{Policy, Relation, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_friend("alice", "bob", Ways::TwoWay)?;
    /// graph.add_to_blocklist("alice", "bob")?;
    /// let change = graph.remove_from_blocklist("alice", "bob")?;
    /// assert_eq!(change.after, Relation::STRANGERS);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the target is not blocked, either user is unknown, or
    /// both are the same user.
    pub fn remove_from_blocklist<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::Unblock, actor, target)
    }

    /// Sends the target a friend request, or accepts the target's (R10, R11).
    ///
    /// If the target takes requests from anyone, the request is granted at once: it makes a
    /// friendship, or a follow by policy (R18). If the rules refuse it, the actor may have to see
    /// success or a neutral refusal instead of the reasons: [`decide`](Self::decide) and
    /// [`Decision::visible`](crate::Decision::visible) say what they may see (R13). O(log k).
    ///
    /// ```
    /// use socialgraph::{Effect, Effects, Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// let change = graph.send_friend_request("alice", "bob")?;
    /// assert_eq!(change.effects(), Effects::from(Effect::ActorRequestSent));
    /// assert!(graph.send_friend_request("bob", "alice")?.after.are_friends());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if a block stops it, the actor is barred, the target takes no
    /// requests, what it would make is there already, the request is already pending, a list is
    /// full, either user is unknown, or both are the same user.
    pub fn send_friend_request<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::SendRequest, actor, target)
    }

    /// Accepts the target's friend request (R4).
    ///
    /// Each then lists the other, or under a policy of follows, the target lists the actor (R18).
    /// O(log k).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.send_friend_request("alice", "bob")?;
    /// assert!(graph.accept_friend_request("bob", "alice")?.after.are_friends());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if no request from the target is pending, a block stops it, a
    /// friend list is full, either user is unknown, or both are the same user.
    pub fn accept_friend_request<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::AcceptRequest, actor, target)
    }

    /// Declines the target's friend request.
    ///
    /// O(log k).
    ///
    /// ```
    /// use socialgraph::{Policy, Relation, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.send_friend_request("alice", "bob")?;
    /// assert_eq!(graph.decline_friend_request("bob", "alice")?.after, Relation::STRANGERS);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if no request from the target is pending, either user is
    /// unknown, or both are the same user.
    pub fn decline_friend_request<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::DeclineRequest, actor, target)
    }

    /// Cancels the actor's own friend request to the target.
    ///
    /// O(log k).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.send_friend_request("alice", "bob")?;
    /// graph.cancel_friend_request("alice", "bob")?;
    /// assert!(graph.accept_friend_request("bob", "alice").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if no request from the actor is pending, either user is
    /// unknown, or both are the same user.
    pub fn cancel_friend_request<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::CancelRequest, actor, target)
    }

    /// Adds a friend without a request, on one friend list or both.
    ///
    /// One-way, it changes the actor's list alone. It is for imports and for admins: it ignores
    /// request modes, but respects blocks and limits (R4, R15). O(log k).
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// let change = graph.add_friend("alice", "bob", Ways::OneWay)?;
    /// assert!(change.after.holds(Fact::ActorLists) && !change.after.are_friends());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if the entries already exist, a block stops it, a friend list
    /// is full, either user is unknown, or both are the same user.
    pub fn add_friend<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
        ways: Ways,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::AddFriend(ways), actor, target)
    }

    /// Removes a friend, from one friend list or both.
    ///
    /// One-way, it changes the actor's list alone. Two-way, it removes the entries that exist,
    /// one or both. O(log k).
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_friend("alice", "bob", Ways::TwoWay)?;
    /// let change = graph.remove_friend("alice", "bob", Ways::OneWay)?;
    /// assert!(change.after.holds(Fact::TargetLists));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if there is no entry to remove, either user is unknown, or
    /// both are the same user.
    pub fn remove_friend<'u>(
        &mut self,
        actor: impl Into<UserRef<'u>>,
        target: impl Into<UserRef<'u>>,
        ways: Ways,
    ) -> Result<PairChange, PairError> {
        self.apply(Action::RemoveFriend(ways), actor, target)
    }

    /// Applies an action to a pair by handles.
    pub(super) fn apply_resolved(
        &mut self,
        action: Action,
        actor: UserId,
        target: UserId,
    ) -> Result<PairChange, Refusal> {
        let facts = self.store.facts(actor, target)?;
        let change = self.policy.apply(action, &facts)?;

        self.store.write(actor, target, change.after);
        Ok(PairChange::of_action(actor, target, change))
    }
}
