//! The actions: each function lists its effects in the order of the table of effects.

use socialgraph::{Action, Granted, List, OwnList, RequestMode, Sides, Ways};

use super::{Model, PairLetters, UNKNOWN, User, Words, means_actor, means_target, those_that_hold};

impl Model {
    /// Applies an action and returns its effects in order.
    ///
    /// # Errors
    /// Returns the reasons in order if the action is refused. Nothing has changed then.
    pub fn apply(&mut self, action: Action, actor: &str, target: &str) -> Result<Words, Words> {
        let reasons = self.all_against(action, actor, target);
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(match action {
            Action::Block => self.block(actor, target),
            Action::Unblock => self.unblock(actor, target),
            Action::SendRequest => self.request(actor, target),
            Action::AcceptRequest => self.accept(actor, target),
            Action::DeclineRequest => self.decline(actor, target),
            Action::CancelRequest => self.cancel(actor, target),
            Action::AddFriend(Ways::OneWay) => self.add_one_way(actor, target),
            Action::AddFriend(Ways::TwoWay) => self.add_two_way(actor, target),
            Action::RemoveFriend(Ways::OneWay) => self.remove_one_way(actor, target),
            Action::RemoveFriend(Ways::TwoWay) => self.remove_two_way(actor, target),
        })
    }

    /// Applies an action to many targets in turn, and returns the outcome of each.
    ///
    /// Returns `None` if the batch names too many targets. Nothing has changed then.
    pub fn apply_many(
        &mut self,
        action: Action,
        actor: &str,
        targets: &[&str],
    ) -> Option<Vec<Result<Words, Words>>> {
        if self.is_too_large(targets) {
            return None;
        }

        // Corner: a batch is its single operations in order.
        let mut outcomes = Vec::new();
        for target in targets {
            outcomes.push(self.apply(action, actor, target));
        }
        Some(outcomes)
    }

    /// Applies an action of many actors in turn to a target, and returns the outcome of each (R25).
    ///
    /// Returns `None` if the batch names too many actors. Nothing has changed then.
    pub fn apply_by_many(
        &mut self,
        action: Action,
        actors: &[&str],
        target: &str,
    ) -> Option<Vec<Result<Words, Words>>> {
        if self.is_too_large(actors) {
            return None;
        }

        // R25: it is the single operations in order.
        let mut outcomes = Vec::new();
        for actor in actors {
            outcomes.push(self.apply(action, actor, target));
        }
        Some(outcomes)
    }

    /// R14: a name that is repeated counts each time.
    fn is_too_large(&self, batch: &[&str]) -> bool {
        let limit = self.policy.limits.batch;
        limit.is_some_and(|limit| batch.len() > limit as usize)
    }

    /// Takes every user off a list in the order in which they joined (R28).
    ///
    /// Returns what happened to each, or `None` if the user is unknown. The limit of a batch is
    /// not asked.
    pub fn clear_list(&mut self, user: &str, list: OwnList) -> Option<Vec<PairLetters>> {
        let (list, action) = match list {
            OwnList::Blocklist => (List::Blocklist, Action::Unblock),
            OwnList::Friends(ways) => (List::Friends, Action::RemoveFriend(ways)),
            OwnList::RequestsIn => (List::RequestsIn, Action::DeclineRequest),
            OwnList::RequestsOut => (List::RequestsOut, Action::CancelRequest),
        };
        let listed = self.list(user, list)?;

        let mut changes = Vec::new();
        for other in self.others_in_order(&[user]) {
            if listed.contains(&other) {
                changes.push(self.apply_and_watch(action, user, &other));
            }
        }
        Some(changes)
    }

    /// Applies an action, and returns what happened to the pair, with the action's effects.
    fn apply_and_watch(&mut self, action: Action, actor: &str, target: &str) -> PairLetters {
        let before = self.relation(actor, target).unwrap_or_default();
        let effects = self.apply(action, actor, target).unwrap_or_default();
        PairLetters {
            actor: actor.to_string(),
            target: target.to_string(),
            before,
            after: self.relation(actor, target).unwrap_or_default(),
            effects,
        }
    }

    pub(super) fn block(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(actor).blocked.insert(target.to_string()); // R1: the actor's blocklist alone
        let mut effects = vec!["ActorBlockAdded"];
        effects.extend(self.clear_friends(self.policy.block.clears_friends_of, actor, target)); // R2
        effects.extend(self.cancel_requests(self.policy.block.cancels_requests_of, actor, target)); // R3
        effects
    }

    fn unblock(&mut self, actor: &str, target: &str) -> Words {
        // R7: nothing comes back with it.
        self.user_mut(actor).blocked.remove(target);
        vec!["ActorBlockLifted"]
    }

    fn request(&mut self, actor: &str, target: &str) -> Words {
        if self.request_accepts(actor, target) {
            return self.accept(actor, target); // R10
        }
        if self.user(target).mode == RequestMode::Anyone {
            return self.make_requested(actor, target); // R11: no request is sent
        }
        self.user_mut(actor).requested.insert(target.to_string());
        vec!["ActorRequestSent"]
    }

    fn accept(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(target).requested.remove(actor);
        let mut effects = match self.policy.request.makes {
            // Corner: both lists are complete afterwards, with a one-way entry before or without.
            Granted::Friendship => self.list_each_other(actor, target),
            // R18: the target requested to list the actor.
            Granted::Follow => {
                self.user_mut(target).friends.insert(actor.to_string());
                vec!["TargetFriendAdded"]
            }
        };
        effects.extend(self.cancel_settled(actor, target));
        effects.push("TargetRequestAccepted");
        effects
    }

    /// R18: makes what the actor requests, if the target takes requests from anyone.
    fn make_requested(&mut self, actor: &str, target: &str) -> Words {
        match self.policy.request.makes {
            Granted::Follow => self.add_one_way(actor, target),
            Granted::Friendship => {
                // Corner: the target's own request is granted with it.
                let target_waited = self.user_mut(target).requested.remove(actor);
                let mut effects = self.list_each_other(actor, target);
                effects.extend(those_that_hold(&[(target_waited, "TargetRequestAccepted")]));
                effects
            }
        }
    }

    fn decline(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(target).requested.remove(actor);
        vec!["TargetRequestDeclined"]
    }

    fn cancel(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(actor).requested.remove(target);
        vec!["ActorRequestCancelled"]
    }

    fn add_one_way(&mut self, actor: &str, target: &str) -> Words {
        self.user_mut(actor).friends.insert(target.to_string());
        let mut effects = vec!["ActorFriendAdded"];
        effects.extend(self.cancel_settled(actor, target));
        effects
    }

    fn add_two_way(&mut self, actor: &str, target: &str) -> Words {
        let mut effects = self.list_each_other(actor, target);
        effects.extend(self.cancel_settled(actor, target));
        effects
    }

    fn remove_one_way(&mut self, actor: &str, target: &str) -> Words {
        // Corner: the target's list stays as it is.
        self.user_mut(actor).friends.remove(target);
        vec!["ActorFriendRemoved"]
    }

    fn remove_two_way(&mut self, actor: &str, target: &str) -> Words {
        self.clear_friends(Sides::Both, actor, target)
    }

    /// Puts each on the other's friend list, unless they are on it.
    fn list_each_other(&mut self, actor: &str, target: &str) -> Words {
        let actor_added = self.user_mut(actor).friends.insert(target.to_string());
        let target_added = self.user_mut(target).friends.insert(actor.to_string());
        those_that_hold(&[
            (actor_added, "ActorFriendAdded"),
            (target_added, "TargetFriendAdded"),
        ])
    }

    /// R18: cancels the request of each, if what it asks for is there.
    ///
    /// Corner: under requests for a friendship, a one-way entry leaves requests pending.
    pub(super) fn cancel_settled(&mut self, actor: &str, target: &str) -> Words {
        let of = match (
            self.has_what_is_requested(actor, target),
            self.has_what_is_requested(target, actor),
        ) {
            (true, true) => Sides::Both,
            (true, false) => Sides::Actor,
            (false, true) => Sides::Target,
            (false, false) => Sides::Neither,
        };
        self.cancel_requests(of, actor, target)
    }

    /// Removes the other from the friend lists of these sides, if they are on it.
    fn clear_friends(&mut self, of: Sides, actor: &str, target: &str) -> Words {
        let actor_removed = means_actor(of) && self.user_mut(actor).friends.remove(target);
        let target_removed = means_target(of) && self.user_mut(target).friends.remove(actor);
        those_that_hold(&[
            (actor_removed, "ActorFriendRemoved"),
            (target_removed, "TargetFriendRemoved"),
        ])
    }

    /// Cancels the requests of these sides to the other, if there are any.
    fn cancel_requests(&mut self, of: Sides, actor: &str, target: &str) -> Words {
        let actor_cancelled = means_actor(of) && self.user_mut(actor).requested.remove(target);
        let target_cancelled = means_target(of) && self.user_mut(target).requested.remove(actor);
        those_that_hold(&[
            (actor_cancelled, "ActorRequestCancelled"),
            (target_cancelled, "TargetRequestCancelled"),
        ])
    }

    /// Returns a known user: `apply` has looked the name up, so none is added here.
    pub(super) fn user_mut(&mut self, name: &str) -> &mut User {
        let users = &mut self.users;
        users
            .entry(name.to_string())
            .or_insert_with(|| UNKNOWN.clone())
    }
}
