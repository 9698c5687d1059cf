//! What can be done to a pair: each a name for one [`Action`].

use super::{SocialGraph, UserId, UserKey};
use crate::rules::{Action, Change, Refusal, Ways};

impl SocialGraph {
    /// Does this to the pair, if the rules allow it.
    ///
    /// It looks the facts up, asks the rules, and writes what they answer. Every operation on
    /// a pair is this one under a name of its own. O(log k).
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
    /// Fails with every reason against it, and changes nothing, where the rules refuse, where
    /// either is unknown, or where both are one user.
    pub fn apply(
        &mut self,
        action: Action,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
        let (actor, target) = (actor.resolve(self), target.resolve(self));
        self.apply_resolved(action, actor, target)
    }

    /// Puts the target on the actor's blocklist (R1, R2, R3, R8).
    ///
    /// What follows is the policy's: under `tencent_rest` the friendship ends on both sides
    /// and pending requests are cancelled. O(log k).
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
    /// Fails, and changes nothing, where the target is blocked already, the blocklist is
    /// full, either is unknown, or both are one user.
    pub fn add_to_blocklist(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
        self.apply(Action::Block, actor, target)
    }

    /// Takes the target off the actor's blocklist (R7, R8).
    ///
    /// No friendship and no request comes back. O(log k).
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
    /// Fails, and changes nothing, where the target is not blocked, either is unknown, or
    /// both are one user.
    pub fn remove_from_blocklist(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
        self.apply(Action::Unblock, actor, target)
    }

    /// Sends the target a friend request, or accepts theirs (R10, R11).
    ///
    /// A target who takes requests from anyone becomes a friend at once. O(log k).
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
    /// Fails, and changes nothing, where a block stands between the two, the actor is barred,
    /// the target takes no requests, the two are friends, the request is pending already, a
    /// list is full, either is unknown, or both are one user.
    pub fn send_friend_request(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
        self.apply(Action::SendRequest, actor, target)
    }

    /// Accepts the target's friend request: each then lists the other (R4).
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
    /// assert!(graph.accept_friend_request("bob", "alice")?.after.are_friends());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, where no request from the target is pending, a block
    /// stands between the two, either friend list is full, either is unknown, or both are
    /// one user.
    pub fn accept_friend_request(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
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
    /// Fails, and changes nothing, where no request from the target is pending, either is
    /// unknown, or both are one user.
    pub fn decline_friend_request(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
        self.apply(Action::DeclineRequest, actor, target)
    }

    /// Takes back the actor's own friend request to the target.
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
    /// Fails, and changes nothing, where no request from the actor is pending, either is
    /// unknown, or both are one user.
    pub fn cancel_friend_request(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
    ) -> Result<Change, Refusal> {
        self.apply(Action::CancelRequest, actor, target)
    }

    /// Adds a friend unasked, on one friend list or both.
    ///
    /// One-way it is the actor's list alone. For an import or an admin's act: it needs no
    /// request and heeds no request mode, but it does heed blocks and limits (R4, R15).
    /// O(log k).
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
    /// Fails, and changes nothing, where the entries are there already, a block stands
    /// between the two, a friend list is full, either is unknown, or both are one user.
    pub fn add_friend(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
        ways: Ways,
    ) -> Result<Change, Refusal> {
        self.apply(Action::AddFriend(ways), actor, target)
    }

    /// Removes a friend, from one friend list or both.
    ///
    /// One-way it is the actor's list alone; two-way removal takes whichever entries there
    /// are. O(log k).
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
    /// Fails, and changes nothing, where there is no entry to remove, either is unknown, or
    /// both are one user.
    pub fn remove_friend(
        &mut self,
        actor: impl UserKey,
        target: impl UserKey,
        ways: Ways,
    ) -> Result<Change, Refusal> {
        self.apply(Action::RemoveFriend(ways), actor, target)
    }

    /// Applies an action to a pair whose names have been looked up.
    pub(super) fn apply_resolved(
        &mut self,
        action: Action,
        actor: Option<UserId>,
        target: Option<UserId>,
    ) -> Result<Change, Refusal> {
        let facts = self.store.facts(actor, target).map_err(Refusal::of)?;
        let change = self.policy.apply(action, &facts)?;
        if let (Some(actor), Some(target)) = (actor, target) {
            self.store.write(actor, target, change.after);
        }
        Ok(change)
    }
}
