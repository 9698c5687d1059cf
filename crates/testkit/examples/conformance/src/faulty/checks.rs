//! The checks before a write, and the answers that are checks alone.

use socialgraph::{Action, List, Notice, RequestMode, Ways};
use socialgraph_testkit::conformance::Answer;

use super::Server;
use super::writes::Write;
use crate::bug::Bug;

impl Server {
    /// Returns what an action writes, or `None` if it is refused.
    pub(super) fn check(&self, action: Action, actor: &str, target: &str) -> Option<Write> {
        if !self.is_valid_pair(action, actor, target) {
            return None;
        }

        match action {
            Action::Block => self.check_block(actor, target),
            Action::Unblock => {
                let succeeds = self.blocks(actor, target) || self.has(Bug::NeedlessUnblockSucceeds);
                succeeds.then_some(Write::Unblock)
            }
            Action::SendRequest => self.check_request(actor, target),
            Action::AcceptRequest => {
                let pending = self.has_requested(target, actor);
                let accepted = pending
                    && !self.either_blocks(actor, target)
                    && self.both_have_room(actor, target);
                accepted.then_some(Write::Befriend)
            }
            Action::DeclineRequest => self.has_requested(target, actor).then_some(Write::Decline),
            Action::CancelRequest => self
                .is_on(actor, List::RequestsOut, target)
                .then_some(Write::Cancel),
            Action::AddFriend(ways) => self.check_import(actor, target, ways),
            Action::RemoveFriend(ways) => {
                let by_target = ways == Ways::TwoWay && self.lists(target, actor);
                let removes = self.lists(actor, target) || by_target;
                removes.then_some(Write::Unfriend(ways))
            }
        }
    }

    /// Returns the answer to "may the actor message the target?".
    pub(super) fn check_message(&self, actor: &str, target: &str) -> Answer {
        if actor == target || !self.knows(actor) || !self.knows(target) {
            return Answer::REFUSED.with_notice(Notice::Told);
        }

        let (owner, entry) = if self.has(Bug::MessageChecksSendersBlocklist) {
            (actor, target)
        } else {
            (target, actor)
        };
        let cancelled = self.has(Bug::BlocksCancelOut) && self.blocks(entry, owner);
        if !self.blocks(owner, entry) || cancelled {
            return Answer::ALLOWED;
        }

        if self.has(Bug::SilentRefusalIsTold) {
            Answer::REFUSED.with_notice(Notice::Told)
        } else {
            Answer::REFUSED.with_notice(Notice::Silent)
        }
    }

    fn is_valid_pair(&self, action: Action, actor: &str, target: &str) -> bool {
        let blocks = action == Action::Block;
        let known = self.knows(target) || (blocks && self.has(Bug::UnknownIsBlocked));
        let distinct = actor != target || (blocks && self.has(Bug::SelfBlockSucceeds));
        self.knows(actor) && known && distinct
    }

    fn check_block(&self, actor: &str, target: &str) -> Option<Write> {
        let new = !self.blocks(actor, target) || self.has(Bug::RepeatedBlockSucceeds);
        (new && self.has_room(actor, List::Blocklist, target)).then_some(Write::Block)
    }

    fn check_request(&self, actor: &str, target: &str) -> Option<Write> {
        let own_block = self.blocks(actor, target) && !self.has(Bug::RequestIgnoresOwnBlock);
        let barred = self.accounts.get(actor)?.barred && !self.has(Bug::BarIsIgnored);
        if own_block || self.blocks(target, actor) || barred {
            return None;
        }
        if self.has_requested(actor, target) || self.are_friends(actor, target) {
            return None;
        }

        // A request to a user who has sent one accepts theirs.
        let mode = self.accounts.get(target)?.mode;
        if self.has_requested(target, actor) || mode == RequestMode::Anyone {
            return self
                .both_have_room(actor, target)
                .then_some(Write::Befriend);
        }

        let waits = mode == RequestMode::Confirm && self.has_room(target, List::RequestsIn, actor);
        waits.then_some(Write::Request)
    }

    fn check_import(&self, actor: &str, target: &str, ways: Ways) -> Option<Write> {
        if self.either_blocks(actor, target) && !self.has(Bug::ImportIgnoresBlocks) {
            return None;
        }

        match ways {
            Ways::OneWay => {
                let new = !self.lists(actor, target);
                let room = self.has_room(actor, List::Friends, target);
                (new && room).then_some(Write::AddOneWay)
            }
            Ways::TwoWay => {
                let new = !self.are_friends(actor, target);
                let room = self.both_have_room(actor, target);
                (new && room).then_some(Write::Befriend)
            }
        }
    }

    fn is_on(&self, owner: &str, list: List, entry: &str) -> bool {
        let account = self.accounts.get(owner);
        account.is_some_and(|account| account.list(list).contains(entry))
    }

    fn blocks(&self, owner: &str, entry: &str) -> bool {
        self.is_on(owner, List::Blocklist, entry)
    }

    fn either_blocks(&self, a: &str, b: &str) -> bool {
        self.blocks(a, b) || self.blocks(b, a)
    }

    pub(super) fn lists(&self, owner: &str, entry: &str) -> bool {
        self.is_on(owner, List::Friends, entry)
    }

    fn are_friends(&self, a: &str, b: &str) -> bool {
        self.lists(a, b) && self.lists(b, a)
    }

    fn has_requested(&self, sender: &str, recipient: &str) -> bool {
        self.is_on(recipient, List::RequestsIn, sender)
    }

    /// Returns whether the list has room for the entry, or has it already.
    fn has_room(&self, owner: &str, list: List, entry: &str) -> bool {
        let limit = match list {
            List::Blocklist => self.limits.blocked,
            List::Friends => self.limits.friends,
            List::RequestsIn => self.limits.requests_in,
            List::RequestsOut => None,
        };
        let account = self.accounts.get(owner);
        let length = account.map_or(0, |account| account.list(list).len());

        self.is_on(owner, list, entry) || limit.is_none_or(|limit| length < limit as usize)
    }

    fn both_have_room(&self, a: &str, b: &str) -> bool {
        self.has_room(a, List::Friends, b) && self.has_room(b, List::Friends, a)
    }
}
