//! One user of the server, with their lists.

use std::collections::BTreeSet;

use socialgraph::{List, RequestMode};

pub(super) type Names = BTreeSet<String>;

/// One user, with every list that is theirs.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// The number of users who joined before.
    pub(super) joined: u64,
    pub(super) mode: RequestMode,
    pub(super) barred: bool,
    blocked: Names,
    friends: Names,
    inbox: Names,
    outbox: Names,
    /// The friends that a block has cleared, for a bug to restore.
    pub(super) cleared_friends: Names,
    /// The requests that a block has cancelled, for a bug to revive.
    pub(super) cleared_requests: Names,
}

impl Account {
    pub(super) const fn new(joined: u64, mode: RequestMode) -> Self {
        Self {
            joined,
            mode,
            barred: false,
            blocked: Names::new(),
            friends: Names::new(),
            inbox: Names::new(),
            outbox: Names::new(),
            cleared_friends: Names::new(),
            cleared_requests: Names::new(),
        }
    }

    /// Returns a list of the user's own; `None` for a list of others' entries.
    pub(super) const fn list(&self, list: List) -> Option<&Names> {
        match list {
            List::Blocklist => Some(&self.blocked),
            List::Friends => Some(&self.friends),
            List::RequestsIn => Some(&self.inbox),
            List::RequestsOut => Some(&self.outbox),
            List::BlockedBy | List::ListedBy => None,
        }
    }

    pub(super) const fn list_mut(&mut self, list: List) -> Option<&mut Names> {
        match list {
            List::Blocklist => Some(&mut self.blocked),
            List::Friends => Some(&mut self.friends),
            List::RequestsIn => Some(&mut self.inbox),
            List::RequestsOut => Some(&mut self.outbox),
            List::BlockedBy | List::ListedBy => None,
        }
    }

    /// Returns every set of names in the account.
    pub(super) const fn all_names(&mut self) -> [&mut Names; 6] {
        [
            &mut self.blocked,
            &mut self.friends,
            &mut self.inbox,
            &mut self.outbox,
            &mut self.cleared_friends,
            &mut self.cleared_requests,
        ]
    }
}
