//! The callbacks that an update's changes call for.

use crate::json::callback::{AccountPair, AddedPair, Callback};
use crate::{Caller, Command};

/// The changes of an update so far, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallbackLog {
    friends_added: Vec<AddedPair>,
    friends_removed: Vec<AccountPair>,
    blocked: Vec<AccountPair>,
    unblocked: Vec<AccountPair>,
    /// Whether an admin added friends without their consent.
    forced: bool,
}

impl CallbackLog {
    /// Marks the added friends as added by an admin without their consent.
    pub(crate) const fn set_forced(&mut self) {
        self.forced = true;
    }

    pub(super) fn add_friend(&mut self, from: String, to: String, initiator: String) {
        self.friends_added.push(AddedPair {
            from_account: from,
            to_account: to,
            initiator_account: initiator,
        });
    }

    pub(super) fn remove_friend(&mut self, from: String, to: String) {
        self.friends_removed.push(pair(from, to));
    }

    pub(super) fn add_block(&mut self, from: String, to: String) {
        self.blocked.push(pair(from, to));
    }

    pub(super) fn add_unblock(&mut self, from: String, to: String) {
        self.unblocked.push(pair(from, to));
    }

    /// Returns one callback for each kind of change.
    pub(super) fn into_callbacks(self, command: Command, caller: &Caller) -> Vec<Callback> {
        let mut callbacks = Vec::new();

        if let Some(pair_list) = non_empty(self.blocked) {
            callbacks.push(Callback::BlackListAdd { pair_list });
        }
        if let Some(pair_list) = non_empty(self.unblocked) {
            callbacks.push(Callback::BlackListDelete { pair_list });
        }
        if let Some(pair_list) = non_empty(self.friends_removed) {
            callbacks.push(Callback::FriendDelete { pair_list });
        }

        // An import has no callback (document 1047/34359).
        let has_callback = command != Command::FriendImport;
        if let Some(pair_list) = non_empty(self.friends_added).filter(|_| has_callback) {
            let admin = caller.is_admin().then(|| caller.identifier().to_owned());
            callbacks.push(Callback::FriendAdd {
                pair_list,
                client_cmd: command.name().to_owned(),
                admin_account: admin.unwrap_or_default(),
                force_flag: u32::from(self.forced),
            });
        }
        callbacks
    }
}

fn non_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn pair(from: String, to: String) -> AccountPair {
    AccountPair {
        from_account: from,
        to_account: to,
    }
}
