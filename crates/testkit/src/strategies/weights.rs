//! How often each operation comes.

use socialgraph::{Action, OwnList, Ways};

/// How often each operation comes, in proportion to the others.
///
/// An operation of weight 0 never comes: for a host without it. An action of weight 0 comes in
/// no batch either, and no list is cleared by it: without any action there is no batch and no
/// list is cleared. If all weights are 0, each counts as 1. The
/// operations by which the users of a log join have no weight.
// May grow by an operation, so it is changed from a value and not built by literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Weights {
    /// Blocks a user. 14.
    pub block: u16,
    /// Lifts a block. 7.
    pub unblock: u16,
    /// Sends a friend request. 18, because blocks end what requests begin.
    pub send_request: u16,
    /// Accepts a friend request. 12.
    pub accept_request: u16,
    /// Declines a friend request. 6.
    pub decline_request: u16,
    /// Cancels a friend request. 6.
    pub cancel_request: u16,
    /// Adds a friend without a request, to one list or both. 15.
    pub add_friend: u16,
    /// Removes a friend from one list or both. 9.
    pub remove_friend: u16,
    /// The percentage of friends who are added or removed one way; more counts as 100. 60.
    ///
    /// For a host without one-way friends, set it to 0.
    pub one_way_percent: u8,
    /// The percentage of friends who are removed one way, if it is another than that of those
    /// who are added. None.
    ///
    /// For a host that adds friends two-way and removes them one-way, for example.
    pub removed_one_way_percent: Option<u8>,
    /// Applies any of these actions to many targets at once. 9.
    pub batch: u16,
    /// Sets a request mode. 6.
    pub request_mode: u16,
    /// Bars a user from sending requests, or lifts the bar. 3.
    pub request_sending: u16,
    /// Adds a user, who mostly exists already. 3.
    pub add_user: u16,
    /// Adds a user by a name that is not valid. 1.
    pub add_invalid: u16,
    /// Removes a user. 2.
    pub remove_user: u16,
    /// Applies any of the actions of many actors to one target at once. 4.
    pub batch_by_many: u16,
    /// Clears a list of a user. 3.
    pub clear_list: u16,
    /// Gives a user another name. 3, because the operations that follow use the new name.
    pub rename_user: u16,
    /// Merges a user into another. 2.
    pub merge_users: u16,
    /// Puts the graph under another policy, in a log. 1.
    ///
    /// For a property of a single policy, set it to 0.
    pub adopt_policy: u16,
}

impl Weights {
    /// No operation at all, for a host with few of them.
    ///
    /// The percentage of one-way friends is the default.
    ///
    /// ```
    /// use socialgraph_testkit::strategies::{Tuning, Weights};
    ///
    /// let mut tuning = Tuning::default();
    /// tuning.weights = Weights::NONE;
    /// (tuning.weights.block, tuning.weights.unblock) = (2, 1);
    /// ```
    pub const NONE: Self = Self {
        block: 0,
        unblock: 0,
        send_request: 0,
        accept_request: 0,
        decline_request: 0,
        cancel_request: 0,
        add_friend: 0,
        remove_friend: 0,
        one_way_percent: 60,
        removed_one_way_percent: None,
        batch: 0,
        request_mode: 0,
        request_sending: 0,
        add_user: 0,
        add_invalid: 0,
        remove_user: 0,
        batch_by_many: 0,
        clear_list: 0,
        rename_user: 0,
        merge_users: 0,
        adopt_policy: 0,
    };

    /// Returns the weight of an action.
    ///
    /// For an action that is one-way or two-way, it is the weight of both together, or 0 if
    /// this one never comes.
    pub(crate) const fn of(&self, action: Action) -> u16 {
        match action {
            Action::Block => self.block,
            Action::Unblock => self.unblock,
            Action::SendRequest => self.send_request,
            Action::AcceptRequest => self.accept_request,
            Action::DeclineRequest => self.decline_request,
            Action::CancelRequest => self.cancel_request,
            Action::AddFriend(ways) if self.percent_added(ways) == 0 => 0,
            Action::RemoveFriend(ways) if self.percent_removed(ways) == 0 => 0,
            Action::AddFriend(_) => self.add_friend,
            Action::RemoveFriend(_) => self.remove_friend,
        }
    }

    /// Returns the percentage of friends who are added in this way.
    pub(super) const fn percent_added(&self, ways: Ways) -> u16 {
        percent(self.one_way_percent, ways)
    }

    /// Returns the percentage of friends who are removed in this way.
    pub(super) const fn percent_removed(&self, ways: Ways) -> u16 {
        match self.removed_one_way_percent {
            Some(one_way) => percent(one_way, ways),
            None => self.percent_added(ways),
        }
    }

    /// Returns the weight of an operation that applies actions: 0 if no action has a weight.
    pub(super) fn with_actions(&self, weight: u16) -> u16 {
        if self.of_actions() == 0 { 0 } else { weight }
    }

    /// Returns the lists that are cleared by an action with a weight.
    pub(super) fn cleared_lists(&self) -> Vec<OwnList> {
        let mut lists = OwnList::ALL.to_vec();
        lists.retain(|list| self.of(list.action()) > 0);
        lists
    }

    /// Returns the weight of clearing a list, which is 0 if no list can be cleared.
    pub(super) fn of_clearing(&self) -> u16 {
        if self.cleared_lists().is_empty() {
            0
        } else {
            self.clear_list
        }
    }

    /// Returns whether nothing has a weight: then every operation comes.
    pub(super) fn are_all_zero(&self) -> bool {
        let others = [
            self.of_clearing(),
            self.request_mode,
            self.request_sending,
            self.add_user,
            self.add_invalid,
            self.remove_user,
            self.rename_user,
            self.merge_users,
            self.adopt_policy,
        ];
        self.of_actions() == 0 && others.iter().all(|weight| *weight == 0)
    }

    /// Returns the weight of all actions on a pair together.
    pub(super) fn of_actions(&self) -> u16 {
        let weights = [
            self.block,
            self.unblock,
            self.send_request,
            self.accept_request,
            self.decline_request,
            self.cancel_request,
            self.add_friend,
            self.remove_friend,
        ];
        weights.into_iter().fold(0, u16::saturating_add)
    }
}

/// Returns the percentage of one of the ways, by that of the one-way friends.
const fn percent(one_way: u8, ways: Ways) -> u16 {
    let one_way = if one_way > 100 { 100 } else { one_way as u16 };
    match ways {
        Ways::OneWay => one_way,
        Ways::TwoWay => 100 - one_way,
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            block: 14,
            unblock: 7,
            send_request: 18,
            accept_request: 12,
            decline_request: 6,
            cancel_request: 6,
            add_friend: 15,
            remove_friend: 9,
            one_way_percent: Self::NONE.one_way_percent,
            removed_one_way_percent: None,
            batch: 9,
            request_mode: 6,
            request_sending: 3,
            add_user: 3,
            add_invalid: 1,
            remove_user: 2,
            batch_by_many: 4,
            clear_list: 3,
            rename_user: 3,
            merge_users: 2,
            adopt_policy: 1,
        }
    }
}
