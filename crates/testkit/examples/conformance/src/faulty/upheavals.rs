//! Operations on more than a pair: renames, merges and cleared lists.

use socialgraph::{List, MAX_NAME_BYTES, OwnList};

use super::Server;
use super::policies::Pair;
use super::writes::Write;
use crate::bug::Bug;

impl Server {
    /// Returns whether a user can have the name.
    pub(super) fn is_free(&self, name: &str) -> bool {
        let is_kept = self.has(Bug::RenameKeepsTheName) && self.former_names.contains(name);
        (1..=MAX_NAME_BYTES).contains(&name.len()) && !self.knows(name) && !is_kept
    }

    pub(super) fn rename_user(&mut self, user: &str, name: &str) -> bool {
        if !self.knows(user) || !self.is_free(name) {
            return false;
        }
        let Some(account) = self.accounts.remove(user) else {
            return false;
        };
        self.accounts.insert(name.to_owned(), account);
        self.former_names.insert(user.to_owned());

        let loses_blocks = self.has(Bug::RenameLosesBlocks);
        for account in self.accounts.values_mut() {
            for names in account.all_names() {
                if names.remove(user) {
                    names.insert(name.to_owned());
                }
            }
            if let Some(blocked) = account.list_mut(List::Blocklist).filter(|_| loses_blocks) {
                blocked.remove(name);
            }
        }
        true
    }

    /// Takes every user off a list.
    pub(super) fn clear_list(&mut self, user: &str, list: OwnList) -> bool {
        let write = match list {
            OwnList::Blocklist => Write::Unblock,
            OwnList::Friends(ways) => Write::Unfriend(ways),
            OwnList::RequestsIn => Write::Decline,
            OwnList::RequestsOut => Write::Cancel,
        };
        let Some(names) = self.names_on(user, list.list()) else {
            return false;
        };

        let mut names: Vec<_> = names.into_iter().collect();
        if self.has(Bug::ClearingLeavesOne) {
            names.pop();
        }
        for other in names {
            self.write(write, user, &other);
        }
        true
    }

    pub(super) fn merge_users(&mut self, from: &str, into: &str) -> bool {
        if from == into || !self.knows(into) {
            return false;
        }
        let Some(removed) = self.accounts.get(from).cloned() else {
            return false;
        };

        let mut brought = Vec::new();
        for (other, account) in &self.accounts {
            if other != from && other != into {
                brought.push((account.joined, other.clone(), self.pair(from, other)));
            }
        }
        self.remove_user(from);
        let is_barred = removed.barred && !self.has(Bug::MergeForgetsTheBar);
        self.set(into, |account| account.barred |= is_barred);

        // Those who joined first have the room that there is.
        brought.sort();
        for (_, other, pair) in brought {
            self.bring(into, &other, pair);
        }
        true
    }

    /// Brings a removed user's relation to the remaining user, or its blocks without room.
    fn bring(&mut self, into: &str, other: &str, brought: Pair) {
        let before = self.pair(into, other);
        let has_room_for_friend = self.has_room(into, List::Friends, other);
        let has_room_for_request = self.has_room(into, List::RequestsIn, other);

        self.set_pair(into, other, either(before, brought));
        if self.has(Bug::MergeLetsFriendsWin) && self.lists(into, other) {
            let [[_, lists, requests], [_, lists_back, requests_back]] = self.pair(into, other);
            let unblocked = [[false, lists, requests], [false, lists_back, requests_back]];
            self.set_pair(into, other, unblocked);
        }
        self.end_what_is_not_allowed(into, other);

        let is_over = self.lists(into, other) && !has_room_for_friend
            || self.has_requested(other, into) && !has_room_for_request;
        if is_over {
            let blocks = brought.map(|[blocks, ..]| [blocks, false, false]);
            self.set_pair(into, other, either(before, blocks));
            self.end_what_is_not_allowed(into, other);
        }
    }
}

/// Returns what is in either.
fn either(one: Pair, other: Pair) -> Pair {
    let mut either = one;
    for (half, theirs) in either.iter_mut().zip(other) {
        for (fact, its) in half.iter_mut().zip(theirs) {
            *fact |= its;
        }
    }
    either
}
