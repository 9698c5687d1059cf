//! The reasons against: each function lists them in the order of the table of reasons (R16).
//!
//! Each reason is judged by itself. A limit is compared with what the action would add if there
//! were no other reason (corner: a reason of a limit is reported along with the others).

use socialgraph::{
    Action, Gate, Granted, Interaction, Notice, Notices, Question, RequestMode, Sides, Ways,
};

use super::{Model, Words, means_actor, means_target, those_that_hold};

/// The reasons against an interaction or an action; none if it is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// Every reason.
    pub all: Words,
    /// The reasons that the actor may see.
    pub visible: Words,
}

/// The questions.
impl Model {
    /// Returns the reasons against an interaction or an action; none if it is allowed.
    #[must_use]
    pub fn why_not(&self, question: impl Into<Question>, actor: &str, target: &str) -> WhyNot {
        match question.into() {
            Question::Reach(interaction) => self.why_not_reach(interaction, actor, target),
            Question::Act(action) => self.why_not_act(action, actor, target),
        }
    }

    /// Returns the reasons against an interaction; none if it is allowed.
    #[must_use]
    pub fn why_not_reach(&self, interaction: Interaction, actor: &str, target: &str) -> WhyNot {
        // R17: each interaction has a gate of its own.
        let gate = match interaction {
            Interaction::Message => self.policy.message,
            Interaction::Call => self.policy.call,
            Interaction::GroupInvitation => self.policy.group_invitation,
            Interaction::Presence => self.policy.presence,
        };

        let mut all = self.why_not_two_users(actor, target);
        if all.is_empty() {
            all = self.why_not_pass(gate, actor, target);
        }
        seen(all, gate.notice)
    }

    /// Returns the reasons against an action; none if it is allowed.
    #[must_use]
    pub fn why_not_act(&self, action: Action, actor: &str, target: &str) -> WhyNot {
        let all = self.all_against(action, actor, target);
        seen(all, self.policy.request.notice)
    }

    /// Returns every reason against an action.
    pub(super) fn all_against(&self, action: Action, actor: &str, target: &str) -> Words {
        let not_two_users = self.why_not_two_users(actor, target);
        if !not_two_users.is_empty() {
            return not_two_users;
        }

        match action {
            Action::Block => self.why_not_block(actor, target),
            Action::Unblock => self.why_not_unblock(actor, target),
            Action::SendRequest => self.why_not_request(actor, target),
            Action::AcceptRequest => self.why_not_accept(actor, target),
            Action::DeclineRequest => self.why_not_decline(actor, target),
            Action::CancelRequest => self.why_not_cancel(actor, target),
            Action::AddFriend(Ways::OneWay) => self.why_not_add_one_way(actor, target),
            Action::AddFriend(Ways::TwoWay) => self.why_not_add_two_way(actor, target),
            Action::RemoveFriend(Ways::OneWay) => self.why_not_remove_one_way(actor, target),
            Action::RemoveFriend(Ways::TwoWay) => self.why_not_remove_two_way(actor, target),
        }
    }
}

/// R13: returns the reasons beside those of them that the actor may see.
fn seen(all: Words, notices: Notices) -> WhyNot {
    let mut visible = Words::new();
    let mut hides_neutrally = false;

    for reason in &all {
        let notice = match *reason {
            "ActorBlocks" => notices.own,
            "TargetBlocks" => notices.other,
            _ => Notice::Told,
        };
        match notice {
            Notice::Told => visible.push(*reason),
            Notice::Neutral => hides_neutrally = true,
            Notice::Silent => {}
        }
    }

    // A refusal that the actor sees for another reason needs no neutral one.
    if visible.is_empty() && hides_neutrally {
        visible.push("Unavailable");
    }
    WhyNot { all, visible }
}

/// The reasons against an interaction, and against each action.
impl Model {
    /// R9: a user acts on another known user. If one unknown name is given twice, it is unknown
    /// twice and not the same user.
    pub(super) fn why_not_two_users(&self, actor: &str, target: &str) -> Words {
        let actor_known = self.users.contains_key(actor);
        let target_known = self.users.contains_key(target);
        those_that_hold(&[
            (actor == target && actor_known, "SameUser"),
            (!actor_known, "UnknownActor"),
            (!target_known, "UnknownTarget"),
        ])
    }

    fn why_not_pass(&self, gate: Gate, actor: &str, target: &str) -> Words {
        let needs = gate.needs_listing_by;
        let [own_block, others_block] = self.stopping_blocks(gate.stopped_by, actor, target);
        those_that_hold(&[
            own_block,    // R5
            others_block, // R5, R6
            // R12
            (
                means_actor(needs) && !self.lists(actor, target),
                "NotListedByActor",
            ),
            (
                means_target(needs) && !self.lists(target, actor),
                "NotListedByTarget",
            ),
        ])
    }

    fn why_not_block(&self, actor: &str, target: &str) -> Words {
        // R1: nothing that the target did is a reason against it.
        those_that_hold(&[
            (self.blocks(actor, target), "AlreadyBlocked"), // R8: it would change nothing
            (self.no_room_to_block(actor, target), "ActorBlocklistFull"), // R15
        ])
    }

    fn why_not_unblock(&self, actor: &str, target: &str) -> Words {
        // R1: an actor lifts their own block alone. R8: if there is none, say so.
        those_that_hold(&[(!self.blocks(actor, target), "NotBlocked")])
    }

    fn why_not_request(&self, actor: &str, target: &str) -> Words {
        let rules = self.policy.request;
        let mode = self.user(target).mode;

        // R10: a request that accepts the target's asks nothing of the target's mode, but passes
        // the gate of accepting as well as its own.
        let accepts = self.request_accepts(actor, target);
        let at_request = self.stopping_blocks(rules.stopped_by, actor, target);
        let at_acceptance = self.stopping_blocks(rules.accept_stopped_by, actor, target);
        let own_block = at_request[0].0 || accepts && at_acceptance[0].0;
        let others_block = at_request[1].0 || accepts && at_acceptance[1].0;

        // R18: nothing is requested that is there already.
        let has_it = self.has_what_is_requested(actor, target);

        // Corner: a limit counts what would be added, and a pointless request adds nothing.
        let pointless = has_it || self.requested(actor, target);
        let is_acceptance = !pointless && accepts;
        // R11: from anyone, the request is granted at once; on confirmation, it waits.
        let is_granted = !pointless && !accepts && mode == RequestMode::Anyone;
        let waits = !pointless && !accepts && mode == RequestMode::Confirm;

        // R18: a granted request lets its requester list the other, and the other the requester
        // if it makes a friendship.
        let is_friendship = rules.makes == Granted::Friendship;
        let actor_lists = is_granted || is_acceptance && is_friendship;
        let target_lists = is_acceptance || is_granted && is_friendship;

        those_that_hold(&[
            (own_block, "ActorBlocks"),             // R4
            (others_block, "TargetBlocks"),         // R4
            (self.is_barred(actor), "ActorBarred"), // R11, under R10 as well
            (
                !accepts && mode == RequestMode::Nobody,
                "TargetTakesNoRequests",
            ), // R11
            (self.requested(actor, target), "AlreadyRequested"), // corner: in every mode
            (has_it && is_friendship, "AlreadyFriends"), // corner: two-way only
            (has_it && !is_friendship, "AlreadyListed"), // R18: one entry is the whole of it
            (
                actor_lists && self.no_room_to_list(actor, target),
                "ActorFriendsFull",
            ), // R15
            (
                target_lists && self.no_room_to_list(target, actor),
                "TargetFriendsFull",
            ), // R15
            (
                waits && self.no_room_to_request(actor, target),
                "TargetRequestsFull",
            ), // R15
        ])
    }

    fn why_not_accept(&self, actor: &str, target: &str) -> Words {
        // Corner: a barred user may accept. If there is no request to accept, nothing would be
        // added, and a full list is no reason.
        let accepts = self.requested(target, actor);
        // R18: the requester, who is the target, lists the actor.
        let target_lists = accepts;
        let actor_lists = accepts && self.policy.request.makes == Granted::Friendship;
        let stopped_by = self.policy.request.accept_stopped_by;
        let [own_block, others_block] = self.stopping_blocks(stopped_by, actor, target);

        those_that_hold(&[
            own_block,    // R4
            others_block, // R4
            (!accepts, "NoRequestFromTarget"),
            (
                actor_lists && self.no_room_to_list(actor, target),
                "ActorFriendsFull",
            ), // R15
            (
                target_lists && self.no_room_to_list(target, actor),
                "TargetFriendsFull",
            ), // R15: or on neither
        ])
    }

    fn why_not_decline(&self, actor: &str, target: &str) -> Words {
        // Corner: a block is no reason against it.
        those_that_hold(&[(!self.requested(target, actor), "NoRequestFromTarget")])
    }

    fn why_not_cancel(&self, actor: &str, target: &str) -> Words {
        // Corner: a block is no reason against it.
        those_that_hold(&[(!self.requested(actor, target), "NoRequestFromActor")])
    }

    fn why_not_add_one_way(&self, actor: &str, target: &str) -> Words {
        // Corner: adding heeds blocks and limits, but neither request modes nor the bar.
        let stopped_by = self.policy.request.add_stopped_by;
        let [own_block, others_block] = self.stopping_blocks(stopped_by, actor, target);
        those_that_hold(&[
            own_block,    // R4: for an admin too
            others_block, // R4
            (self.lists(actor, target), "AlreadyListed"),
            (self.no_room_to_list(actor, target), "ActorFriendsFull"), // R15
        ])
    }

    fn why_not_add_two_way(&self, actor: &str, target: &str) -> Words {
        // Corner: adding heeds blocks and limits, but neither request modes nor the bar.
        let stopped_by = self.policy.request.add_stopped_by;
        let [own_block, others_block] = self.stopping_blocks(stopped_by, actor, target);
        those_that_hold(&[
            own_block,    // R4: for an admin too
            others_block, // R4
            (self.are_friends(actor, target), "AlreadyFriends"),
            (self.no_room_to_list(actor, target), "ActorFriendsFull"), // R15
            (self.no_room_to_list(target, actor), "TargetFriendsFull"), // R15
        ])
    }

    fn why_not_remove_one_way(&self, actor: &str, target: &str) -> Words {
        // Corner: a block is no reason against it.
        those_that_hold(&[(!self.lists(actor, target), "NotListedByActor")])
    }

    fn why_not_remove_two_way(&self, actor: &str, target: &str) -> Words {
        // Corner: one entry of the two is enough to remove; a block is no reason against it.
        let neither = !self.lists(actor, target) && !self.lists(target, actor);
        those_that_hold(&[
            (neither, "NotListedByActor"),
            (neither, "NotListedByTarget"),
        ])
    }

    /// Returns whether each user's block stands and is one that stops, the actor's first.
    fn stopping_blocks(
        &self,
        stopped_by: Sides,
        actor: &str,
        target: &str,
    ) -> [(bool, &'static str); 2] {
        [
            (
                means_actor(stopped_by) && self.blocks(actor, target),
                "ActorBlocks",
            ),
            (
                means_target(stopped_by) && self.blocks(target, actor),
                "TargetBlocks",
            ),
        ]
    }
}
