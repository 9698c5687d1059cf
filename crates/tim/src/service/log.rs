//! What an update has changed, as the callbacks that tell of it.

use crate::wire::{AccountPair, AddedPair, Callback};
use crate::{Caller, Command};

/// What has happened so far, in the order in which it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    friends_added: Vec<AddedPair>,
    friends_removed: Vec<AccountPair>,
    blocked: Vec<AccountPair>,
    unblocked: Vec<AccountPair>,
    /// Whether an admin asked nobody.
    forced: bool,
}

impl Log {
    pub(super) fn force(&mut self) {
        self.forced = true;
    }

    pub(super) fn friend_added(&mut self, from: &str, to: &str, initiator: &str) {
        self.friends_added.push(AddedPair {
            from_account: from.to_owned(),
            to_account: to.to_owned(),
            initiator_account: initiator.to_owned(),
        });
    }

    pub(super) fn friend_removed(&mut self, from: &str, to: &str) {
        self.friends_removed.push(pair(from, to));
    }

    pub(super) fn blocked(&mut self, from: &str, to: &str) {
        self.blocked.push(pair(from, to));
    }

    pub(super) fn unblocked(&mut self, from: &str, to: &str) {
        self.unblocked.push(pair(from, to));
    }

    /// Returns one callback for each kind of thing that has happened.
    pub(super) fn into_callbacks(self, command: Command, caller: &Caller) -> Vec<Callback> {
        // An import tells nobody (document 1047/34359).
        let tells = command != Command::FriendImport;
        let admin_account = if caller.is_admin() {
            caller.identifier()
        } else {
            ""
        }
        .to_owned();
        let added = (tells && !self.friends_added.is_empty()).then(|| Callback::FriendAdd {
            pair_list: self.friends_added,
            client_cmd: command.name().to_owned(),
            admin_account,
            force_flag: u32::from(self.forced),
        });
        let some = |list: Vec<AccountPair>| (!list.is_empty()).then_some(list);
        let removed =
            some(self.friends_removed).map(|pair_list| Callback::FriendDelete { pair_list });
        let blocked = some(self.blocked).map(|pair_list| Callback::BlackListAdd { pair_list });
        let unblocked =
            some(self.unblocked).map(|pair_list| Callback::BlackListDelete { pair_list });
        [blocked, unblocked, removed, added]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn pair(from: &str, to: &str) -> AccountPair {
    AccountPair {
        from_account: from.to_owned(),
        to_account: to.to_owned(),
    }
}
