//! The writes, at both ends of each pair.

use socialgraph::{Granted, List, Ways};

use super::Server;
use crate::bug::Bug;

/// What is written once the checks have passed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Write {
    Block,
    Unblock,
    /// Both list the other.
    Befriend,
    /// The actor's request is granted at once.
    Grant,
    /// The target's request is granted.
    Accept,
    Request,
    Decline,
    Cancel,
    AddOneWay,
    Unfriend(Ways),
}

impl Server {
    pub(super) fn write(&mut self, write: Write, actor: &str, target: &str) {
        match write {
            Write::Block => self.block(actor, target),
            Write::Unblock => self.unblock(actor, target),
            Write::Befriend => self.befriend(actor, target),
            Write::Grant => self.grant(actor, target),
            Write::Accept => self.grant(target, actor),
            Write::Request => {
                self.add(actor, List::RequestsOut, target);
                self.add(target, List::RequestsIn, actor);
            }
            Write::Decline => _ = self.end_request(target, actor),
            Write::Cancel if self.has(Bug::CancelClearsOneHalf) => {
                self.remove_entry(actor, List::RequestsOut, target);
            }
            Write::Cancel => _ = self.end_request(actor, target),
            Write::AddOneWay => {
                self.add(actor, List::Friends, target);
                self.settle(actor, target);
            }
            Write::Unfriend(ways) => {
                self.remove_entry(actor, List::Friends, target);
                if ways == Ways::TwoWay {
                    self.remove_entry(target, List::Friends, actor);
                }
            }
        }
    }

    pub(super) fn block(&mut self, actor: &str, target: &str) {
        let clears = self.policy.block.clears_friends_of;
        if clears.has_actor() && !self.has(Bug::BlockKeepsFriends) {
            self.clear_friend(actor, target);
        }
        let clears_target = !self.has(Bug::BlockKeepsFriends) && !self.has(Bug::BlockClearsOneHalf);
        if clears.has_target() && clears_target {
            self.clear_friend(target, actor);
        }

        let cancels = self.policy.block.cancels_requests_of;
        if cancels.has_actor() && !self.has(Bug::BlockKeepsOwnRequest) {
            let cancelled = self.end_request(actor, target);
            if let Some(account) = self.accounts.get_mut(actor).filter(|_| cancelled) {
                account.cleared_requests.insert(target.to_owned());
            }
        }
        if cancels.has_target() {
            self.end_request(target, actor);
        }

        if self.has(Bug::BlockLiftsTheOther) {
            self.remove_entry(target, List::Blocklist, actor);
        }
        self.add(actor, List::Blocklist, target);
    }

    fn unblock(&mut self, actor: &str, target: &str) {
        self.remove_entry(actor, List::Blocklist, target);
        if self.has(Bug::UnblockLiftsBoth) {
            self.remove_entry(target, List::Blocklist, actor);
        }

        let account = self.accounts.get(actor);
        let requested = account.is_some_and(|it| it.cleared_requests.contains(target));
        if self.has(Bug::UnblockRevivesRequests) && requested {
            self.write(Write::Request, actor, target);
        }

        for (owner, entry) in [(actor, target), (target, actor)] {
            let account = self.accounts.get(owner);
            let was_friend = account.is_some_and(|it| it.cleared_friends.contains(entry));
            if self.has(Bug::UnblockRestoresFriends) && was_friend {
                self.add(owner, List::Friends, entry);
            }
        }
    }

    /// Removes a user, with every entry of theirs on other lists.
    pub(super) fn remove_user(&mut self, name: &str) -> bool {
        if self.accounts.remove(name).is_none() {
            return false;
        }

        let keeps_friends = self.has(Bug::RemovalLeavesEntries);
        for account in self.accounts.values_mut() {
            for list in List::OWN {
                let stays = keeps_friends && list == List::Friends;
                if let Some(names) = account.list_mut(list).filter(|_| !stays) {
                    names.remove(name);
                }
            }
            account.cleared_friends.remove(name);
            account.cleared_requests.remove(name);
        }
        true
    }

    fn befriend(&mut self, a: &str, b: &str) {
        self.add(a, List::Friends, b);
        self.add(b, List::Friends, a);
        self.settle(a, b);
    }

    /// Makes what a granted request is for.
    fn grant(&mut self, requester: &str, other: &str) {
        let makes = if self.has(Bug::FollowMakesFriends) {
            Granted::Friendship
        } else if self.has(Bug::GrantIsOneWay) {
            Granted::Follow
        } else {
            self.policy.request.makes
        };

        self.add(requester, List::Friends, other);
        if makes == Granted::Friendship {
            self.add(other, List::Friends, requester);
        }
        self.end_request(requester, other);
        self.settle(requester, other);
    }

    /// Ends the requests for what is there.
    pub(super) fn settle(&mut self, a: &str, b: &str) {
        for (requester, other) in [(a, b), (b, a)] {
            if self.has_what_it_asks(requester, other) {
                self.end_request(requester, other);
            }
        }
    }

    /// Removes a friend because of a block.
    fn clear_friend(&mut self, owner: &str, entry: &str) {
        let removed = self.remove_entry(owner, List::Friends, entry);
        if let Some(account) = self.accounts.get_mut(owner).filter(|_| removed) {
            account.cleared_friends.insert(entry.to_owned());
        }
    }

    /// Ends a request at both ends; returns whether there was one.
    pub(super) fn end_request(&mut self, sender: &str, recipient: &str) -> bool {
        let sent = self.remove_entry(sender, List::RequestsOut, recipient);
        self.remove_entry(recipient, List::RequestsIn, sender) || sent
    }

    pub(super) fn add(&mut self, owner: &str, list: List, entry: &str) {
        if let Some(account) = self.accounts.get_mut(owner) {
            account
                .list_mut(list)
                .map(|names| names.insert(entry.to_owned()));
        }
    }

    /// Removes an entry; returns whether it was there.
    pub(super) fn remove_entry(&mut self, owner: &str, list: List, entry: &str) -> bool {
        let account = self.accounts.get_mut(owner);
        let names = account.and_then(|account| account.list_mut(list));
        names.is_some_and(|names| names.remove(entry))
    }
}
