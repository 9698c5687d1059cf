//! What must hold at all times under the policy.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use socialgraph::{Crossed, Granted, Sides};

use super::{Model, is_full, means_actor, means_target};
use crate::reference::difference::{Difference, ensure};

impl Model {
    /// Checks that the stored relations break no rule of the policy.
    ///
    /// # Errors
    /// Fails if a rule is broken: the model itself is wrong then.
    pub fn check_invariants(&self) -> Result<(), Difference> {
        // Counted once for all users: to count for each would be quadratic in the users.
        let mut waiting: BTreeMap<&String, usize> = BTreeMap::new();
        for target in self.users.values().flat_map(|user| &user.requested) {
            *waiting.entry(target).or_default() += 1;
        }

        for name in self.users.keys() {
            self.check_lists(name)?;
            self.check_limits(name, waiting.get(name).copied().unwrap_or_default())?;
        }

        for (name, user) in &self.users {
            for friend in &user.friends {
                self.check_friend(name, friend)?;
            }
            for target in &user.requested {
                self.check_request(name, target)?;
            }
        }
        Ok(())
    }

    /// R9: each list names known users other than its owner.
    fn check_lists(&self, name: &str) -> Result<(), Difference> {
        let user = self.user(name);
        let lists = [
            ("blocks", &user.blocked),
            ("lists", &user.friends),
            ("requested", &user.requested),
        ];

        for (verb, list) in lists {
            for other in list {
                ensure!(other != name, "in the model, {name} {verb} themselves");
                ensure!(
                    self.users.contains_key(other),
                    "in the model, {name} {verb} {other}, who is unknown"
                );
            }
        }
        Ok(())
    }

    /// R15: only another policy or a merge leaves a list longer than its limit (R26, R29).
    fn check_limits(&self, name: &str, waiting: usize) -> Result<(), Difference> {
        if !self.keeps_limits {
            return Ok(());
        }
        let (user, limits) = (self.user(name), self.policy.limits);
        let counts = [
            ("blocked users", user.blocked.len(), limits.blocked),
            ("friends", user.friends.len(), limits.friends),
            ("requests waiting", waiting, limits.requests_in),
        ];

        for (entries, count, limit) in counts {
            // One entry less must have left room for the last.
            ensure!(
                count == 0 || !is_full(count - 1, limit),
                "in the model, {name} has {count} {entries}, over the limit of {limit:?}"
            );
        }
        Ok(())
    }

    fn check_friend(&self, owner: &str, friend: &str) -> Result<(), Difference> {
        ensure!(
            self.may_list_across_own_block() || !self.blocks(owner, friend),
            "in the model, {owner} lists {friend} across their own block"
        );
        ensure!(
            self.may_list_across_others_block() || !self.blocks(friend, owner),
            "in the model, {owner} lists {friend} across the block of {friend}"
        );
        Ok(())
    }

    fn check_request(&self, from: &str, to: &str) -> Result<(), Difference> {
        ensure!(
            self.may_wait_across_requesters_block() || !self.blocks(from, to),
            "in the model, {from} requested {to} across their own block"
        );
        ensure!(
            self.may_wait_across_recipients_block() || !self.blocks(to, from),
            "in the model, {from} requested {to} across the block of {to}"
        );
        // R18: a request ends as soon as what it asks for is there.
        ensure!(
            !self.has_what_is_requested(from, to),
            "in the model, {from} requested {to}, and has what was requested"
        );
        // R10: if requests accept each other, the second would have accepted the first.
        ensure!(
            self.policy.request.crossed == Crossed::Waits || !self.requested(to, from),
            "in the model, {from} and {to} requested each other"
        );
        Ok(())
    }
}

/// Returns whether a part of the policy refers to one of the two sides.
type Means = fn(Sides) -> bool;

/// What a policy lets happen across a block.
///
/// In each function, an entry or a request comes about before the block and survives it, or comes
/// about after the block.
impl Model {
    /// R3, R4: returns whether a request can be pending while its requester blocks the other.
    fn may_wait_across_requesters_block(&self) -> bool {
        self.may_wait_across(means_actor)
    }

    /// R3, R4: returns whether a request can be pending while the other blocks its requester.
    fn may_wait_across_recipients_block(&self) -> bool {
        self.may_wait_across(means_target)
    }

    /// Returns whether a request can be pending across the block of a side.
    ///
    /// The requester is the actor.
    fn may_wait_across(&self, blocker: Means) -> bool {
        let survives = !blocker(self.policy.block.cancels_requests_of);
        let is_sent = !blocker(self.policy.request.stopped_by);
        survives || is_sent
    }

    /// R2, R4: returns whether a user can list a user whom they block.
    fn may_list_across_own_block(&self) -> bool {
        self.may_list_across(means_actor, means_target)
    }

    /// R2, R4: returns whether a user can list a user who blocks them.
    fn may_list_across_others_block(&self) -> bool {
        self.may_list_across(means_target, means_actor)
    }

    /// Returns whether an entry can be on a list across the block of a side.
    ///
    /// The owner of the list is the actor. `other` means the side that does not block.
    fn may_list_across(&self, blocker: Means, other: Means) -> bool {
        let rules = self.policy.request;
        let survives = !blocker(self.policy.block.clears_friends_of);
        let is_added = rules.add_stopped_by != Sides::Both;

        // The owner of the list requested the entry. Accepting, the sides are exchanged.
        let is_granted_at_once = !blocker(rules.stopped_by);
        let is_accepted = self.may_wait_across(blocker) && !other(rules.accept_stopped_by);

        // The other user requested a friendship, which has the entry in it.
        let comes_with_friendship = rules.makes == Granted::Friendship
            && (!other(rules.stopped_by)
                || self.may_wait_across(other) && !blocker(rules.accept_stopped_by));

        survives || is_added || is_granted_at_once || is_accepted || comes_with_friendship
    }
}
