//! The checks before a write, and the answers that are checks alone.

use std::collections::BTreeSet;

use socialgraph::{
    Action, Crossed, Granted, Interaction, List, Notice, Notices, RequestMode, Sides, Ways,
};
use socialgraph_testkit::conformance::Answer;

use super::Server;
use super::writes::Write;
use crate::bug::Bug;

impl Server {
    /// Returns what an action writes, or what the actor learns of its refusal.
    pub(super) fn check(&self, action: Action, actor: &str, target: &str) -> Result<Write, Notice> {
        if !self.is_valid_pair(action, actor, target) {
            return Err(Notice::Told);
        }

        let rules = &self.policy.request;
        let (write, gate) = match action {
            Action::Block => (self.check_block(actor, target), Sides::Neither),
            Action::Unblock => {
                let succeeds = self.blocks(actor, target) || self.has(Bug::NeedlessUnblockSucceeds);
                (succeeds.then_some(Write::Unblock), Sides::Neither)
            }
            Action::SendRequest => {
                let gate = self.gate_of_request(actor, target);
                (self.check_request(actor, target), gate)
            }
            Action::AcceptRequest => {
                let accepts =
                    self.has_requested(target, actor) && self.has_room_to_grant(target, actor);
                let gate = if self.has(Bug::AcceptIgnoresBlocks) {
                    Sides::Neither
                } else if self.has(Bug::AcceptHasGateOfRequests) {
                    rules.stopped_by
                } else {
                    rules.accept_stopped_by
                };
                (accepts.then_some(Write::Accept), gate)
            }
            Action::DeclineRequest => {
                let pending = self.has_requested(target, actor);
                (pending.then_some(Write::Decline), Sides::Neither)
            }
            Action::CancelRequest => {
                let pending = self.is_on(actor, List::RequestsOut, target);
                (pending.then_some(Write::Cancel), Sides::Neither)
            }
            Action::AddFriend(ways) => {
                let gate = if self.has(Bug::ImportIgnoresBlocks) {
                    Sides::Neither
                } else if self.has(Bug::AddHasGateOfAccepting) {
                    rules.accept_stopped_by
                } else {
                    rules.add_stopped_by
                };
                (self.check_import(actor, target, ways), gate)
            }
            Action::RemoveFriend(ways) => {
                let by_target = ways == Ways::TwoWay && self.lists(target, actor);
                let removes = self.lists(actor, target) || by_target;
                (removes.then_some(Write::Unfriend(ways)), Sides::Neither)
            }
        };

        // If it is refused for another reason as well, the actor is told that one.
        let write = write.ok_or(Notice::Told)?;
        let notices = self.notices_of_requests();
        match self.stopping_block(gate, notices, actor, target) {
            Some(notice) => Err(notice),
            None => Ok(write),
        }
    }

    /// Returns the answer to "may the actor reach the target in this way?".
    pub(super) fn check_interaction(
        &self,
        interaction: Interaction,
        actor: &str,
        target: &str,
    ) -> Answer {
        if actor == target || !self.knows(actor) || !self.knows(target) {
            return Answer::REFUSED.with_notice(Notice::Told);
        }
        if interaction == Interaction::Call && self.has(Bug::CallAsksNobody) {
            return Answer::ALLOWED;
        }

        let mut gate = self.policy.gate(interaction);
        if interaction == Interaction::GroupInvitation && self.has(Bug::InvitationHasGateOfMessage)
        {
            gate = self.policy.message;
        }
        gate.notice = self.notices_of_gate(gate.notice);

        let is_message = interaction == Interaction::Message;
        if is_message && self.blocks_same_beginning(target, actor) {
            return Answer::REFUSED.with_notice(gate.notice.other);
        }

        let listed = (self.lists(actor, target) || !gate.needs_listing_by.has_actor())
            && (self.lists(target, actor) || !gate.needs_listing_by.has_target());
        if !listed {
            return Answer::REFUSED.with_notice(Notice::Told);
        }

        let is_swapped = match interaction {
            Interaction::Message => self.has(Bug::MessageChecksSendersBlocklist),
            Interaction::Presence => self.has(Bug::PresenceChecksOwnBlocklist),
            Interaction::Call | Interaction::GroupInvitation => false,
        };
        let (one, other) = if is_swapped {
            (target, actor)
        } else {
            (actor, target)
        };
        let cancelled = self.has(Bug::BlocksCancelOut) && self.both_block(actor, target);
        match self.stopping_block(gate.stopped_by, gate.notice, one, other) {
            Some(notice) if !cancelled => Answer::REFUSED.with_notice(notice),
            _ => Answer::ALLOWED,
        }
    }

    /// Returns what the actor learns of the blocks that stop them, if any does.
    ///
    /// Of two blocks, the one that the actor may learn more of decides.
    fn stopping_block(
        &self,
        gate: Sides,
        notices: Notices,
        actor: &str,
        target: &str,
    ) -> Option<Notice> {
        let own = gate.has_actor() && self.blocks(actor, target);
        let other = gate.has_target() && self.blocks(target, actor);
        let own = own.then_some(notices.own);
        let other = other.then_some(notices.other);
        own.max(other)
    }

    /// Returns what the actor learns of the blocks that stop an interaction.
    fn notices_of_gate(&self, notices: Notices) -> Notices {
        let is_silent_about_own = self.has(Bug::OwnBlockIsSilent);
        let is_told_of_other = match notices.other {
            Notice::Silent => self.has(Bug::SilentRefusalIsTold),
            Notice::Neutral => self.has(Bug::NeutralRefusalNamesBlock),
            Notice::Told => false,
        };
        with_wrong_notices(notices, is_silent_about_own, is_told_of_other)
    }

    /// Returns what the actor learns of the blocks that stop a request.
    fn notices_of_requests(&self) -> Notices {
        let is_silent_about_own = self.has(Bug::RequestAcrossOwnBlockIsSilent);
        let is_told_of_other = self.has(Bug::RequestNamesTheBlock);
        with_wrong_notices(
            self.policy.request.notice,
            is_silent_about_own,
            is_told_of_other,
        )
    }

    /// Returns whose blocks stop a request between these two.
    fn gate_of_request(&self, actor: &str, target: &str) -> Sides {
        let rules = &self.policy.request;
        if self.has(Bug::RequestIgnoresOwnBlock) {
            return Sides::Target;
        }

        // A request that accepts the target's passes both gates.
        let accepts =
            self.accepts_targets(actor, target) && !self.has(Bug::CrossedSkipsGateOfAccepting);
        let gates = [
            Some(rules.stopped_by),
            accepts.then_some(rules.accept_stopped_by),
        ];
        let mut gates = gates.into_iter().flatten();
        let by_actor = gates.clone().any(Sides::has_actor);
        let by_target = gates.any(Sides::has_target);
        match (by_actor, by_target) {
            (false, false) => Sides::Neither,
            (true, false) => Sides::Actor,
            (false, true) => Sides::Target,
            (true, true) => Sides::Both,
        }
    }

    /// Returns whether a request accepts the target's instead of being sent.
    fn accepts_targets(&self, actor: &str, target: &str) -> bool {
        let accepts = match self.policy.request.crossed {
            Crossed::Accepts => !self.has(Bug::CrossedRequestWaits),
            Crossed::Waits => self.has(Bug::CrossedRequestAccepts),
        };
        accepts && self.has_requested(target, actor)
    }

    fn is_valid_pair(&self, action: Action, actor: &str, target: &str) -> bool {
        let blocks = action == Action::Block;
        let known = self.knows(target) || (blocks && self.has(Bug::UnknownIsBlocked));
        let distinct = actor != target || (blocks && self.has(Bug::SelfBlockSucceeds));
        self.knows(actor) && known && distinct
    }

    fn check_block(&self, actor: &str, target: &str) -> Option<Write> {
        let new = !self.blocks(actor, target) || self.has(Bug::RepeatedBlockSucceeds);
        let new = new && !self.blocks_same_letters(actor, target);
        (new && self.has_room(actor, List::Blocklist, target)).then_some(Write::Block)
    }

    /// Returns what a request writes if no block stops it.
    fn check_request(&self, actor: &str, target: &str) -> Option<Write> {
        let barred = self.accounts.get(actor)?.barred && !self.has(Bug::BarIsIgnored);
        if barred || self.has_requested(actor, target) || self.has_what_it_asks(actor, target) {
            return None;
        }

        if self.accepts_targets(actor, target) {
            let room = self.has_room_to_grant(target, actor);
            return room.then_some(Write::Accept);
        }
        match self.accounts.get(target)?.mode {
            RequestMode::Anyone => {
                let room = self.has_room_to_grant(actor, target);
                room.then_some(Write::Grant)
            }
            RequestMode::Confirm => {
                let room = self.has_room(target, List::RequestsIn, actor);
                room.then_some(Write::Request)
            }
            RequestMode::Nobody => None,
        }
    }

    fn check_import(&self, actor: &str, target: &str, ways: Ways) -> Option<Write> {
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

    /// Returns whether a user has what their request would ask for.
    pub(super) fn has_what_it_asks(&self, requester: &str, other: &str) -> bool {
        match self.policy.request.makes {
            Granted::Friendship => self.are_friends(requester, other),
            Granted::Follow => self.lists(requester, other),
        }
    }

    pub(super) fn is_on(&self, owner: &str, list: List, entry: &str) -> bool {
        let account = self.accounts.get(owner);
        let names = account.and_then(|account| account.list(list));
        names.is_some_and(|names| names.contains(entry))
    }

    pub(super) fn blocks(&self, owner: &str, entry: &str) -> bool {
        self.is_on(owner, List::Blocklist, entry)
    }

    fn both_block(&self, a: &str, b: &str) -> bool {
        self.blocks(a, b) && self.blocks(b, a)
    }

    pub(super) fn lists(&self, owner: &str, entry: &str) -> bool {
        self.is_on(owner, List::Friends, entry)
    }

    fn are_friends(&self, a: &str, b: &str) -> bool {
        self.lists(a, b) && self.lists(b, a)
    }

    pub(super) fn has_requested(&self, sender: &str, recipient: &str) -> bool {
        self.is_on(recipient, List::RequestsIn, sender)
    }

    /// Returns whether the list has room for the entry, or has it already.
    pub(super) fn has_room(&self, owner: &str, list: List, entry: &str) -> bool {
        let limit = match list {
            List::Blocklist => self.policy.limits.blocked,
            List::Friends => self.policy.limits.friends,
            List::RequestsIn => self.policy.limits.requests_in,
            List::RequestsOut | List::BlockedBy | List::ListedBy => None,
        };
        let account = self.accounts.get(owner);
        let names = account.and_then(|account| account.list(list));
        let length = names.map_or(0, BTreeSet::len);

        self.is_on(owner, list, entry) || limit.is_none_or(|limit| length < limit as usize)
    }

    /// Returns whether the friend lists have room for what a granted request makes.
    fn has_room_to_grant(&self, requester: &str, other: &str) -> bool {
        match self.policy.request.makes {
            Granted::Friendship => self.both_have_room(requester, other),
            Granted::Follow => self.has_room(requester, List::Friends, other),
        }
    }

    fn both_have_room(&self, a: &str, b: &str) -> bool {
        self.has_room(a, List::Friends, b) && self.has_room(b, List::Friends, a)
    }
}

/// Returns the notices with those replaced that a bug has wrong.
fn with_wrong_notices(
    right: Notices,
    is_silent_about_own: bool,
    is_told_of_other: bool,
) -> Notices {
    let mut notices = right;
    if is_silent_about_own {
        notices.own = Notice::Silent;
    }
    if is_told_of_other {
        notices.other = Notice::Told;
    }
    notices
}
