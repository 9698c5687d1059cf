//! One user of the server, with their lists.

use std::collections::BTreeSet;

use socialgraph::{List, RequestMode};

pub(super) type Names = BTreeSet<String>;

/// One user, with every list that is theirs.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) mode: RequestMode,
    pub(super) barred: bool,
    blocked: Names,
    friends: Names,
    inbox: Names,
    outbox: Names,
    /// The friends that a block has cleared, for a bug to restore.
    pub(super) cleared_friends: Names,
    /// The users on whose lists the user is: always empty, because nothing asks for it.
    pub(super) of_others: Names,
    /// The requests that a block has cancelled, for a bug to revive.
    pub(super) cleared_requests: Names,
}

impl Account {
    pub(super) const fn new(mode: RequestMode) -> Self {
        Self {
            mode,
            barred: false,
            blocked: Names::new(),
            friends: Names::new(),
            inbox: Names::new(),
            outbox: Names::new(),
            of_others: Names::new(),
            cleared_friends: Names::new(),
            cleared_requests: Names::new(),
        }
    }

    pub(super) const fn list(&self, list: List) -> &Names {
        match list {
            List::Blocklist => &self.blocked,
            List::Friends => &self.friends,
            List::RequestsIn => &self.inbox,
            List::RequestsOut => &self.outbox,
            List::BlockedBy | List::ListedBy => &self.of_others,
        }
    }

    pub(super) const fn list_mut(&mut self, list: List) -> &mut Names {
        match list {
            List::Blocklist => &mut self.blocked,
            List::Friends => &mut self.friends,
            List::RequestsIn => &mut self.inbox,
            List::RequestsOut => &mut self.outbox,
            List::BlockedBy | List::ListedBy => &mut self.of_others,
        }
    }
}
