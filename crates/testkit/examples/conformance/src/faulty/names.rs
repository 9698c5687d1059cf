//! Names that a bug takes for one another.

use socialgraph::List;

use super::Server;
use crate::bug::Bug;

impl Server {
    /// Returns whether a bug keeps a name from a new user because of another user's name.
    pub(super) fn is_taken_in_another_case(&self, name: &str) -> bool {
        let is_taken = |other: &String| other.to_lowercase() == name.to_lowercase();
        self.has(Bug::JoiningFoldsCase) && self.accounts.keys().any(is_taken)
    }

    /// Returns the name of the user whom a removal removes.
    pub(super) fn removed_name<'a>(&self, name: &'a str) -> &'a str {
        if self.has(Bug::RemovalTrimsNames) {
            name.trim()
        } else {
            name
        }
    }

    /// Returns whether a bug stops a message because of a block of another user.
    pub(super) fn blocks_same_beginning(&self, owner: &str, entry: &str) -> bool {
        let is_same = |other: &str| beginning(other) == beginning(entry);
        self.has(Bug::MessageCutsNames) && self.blocks_another(owner, entry, is_same)
    }

    /// Returns whether a bug takes a user for blocked because of a block of another user.
    pub(super) fn blocks_same_letters(&self, owner: &str, entry: &str) -> bool {
        let is_same = |other: &str| composed(other) == composed(entry);
        self.has(Bug::BlockComposesLetters) && self.blocks_another(owner, entry, is_same)
    }

    /// Returns whether a blocklist has a user with a matching name, and not the user in question.
    fn blocks_another(&self, owner: &str, entry: &str, matches: impl Fn(&str) -> bool) -> bool {
        let account = self.accounts.get(owner);
        let blocked = account.and_then(|account| account.list(List::Blocklist));
        let mut names = blocked.into_iter().flatten();
        !self.blocks(owner, entry) && names.any(|name| matches(name))
    }
}

/// Returns the first eight bytes of a name.
fn beginning(name: &str) -> &[u8] {
    let bytes = name.as_bytes();
    bytes.get(..8).unwrap_or(bytes)
}

/// Returns a name with the letters of two characters as one; of all letters, the logs have this.
fn composed(name: &str) -> String {
    name.replace("e\u{301}", "\u{e9}")
}
