//! Two users who become one (R29).

use socialgraph::RequestSending;

use super::pairs::Both;
use super::{Model, PairLetters, is_full};

/// What a merge did, in the order in which the others joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The relations that ended with the removed user, seen from that user.
    pub ended: Vec<PairLetters>,
    /// How the relations of the remaining user changed, seen from that user.
    pub changes: Vec<PairLetters>,
    /// The others with what could not be kept, in letters, seen from the remaining user.
    pub lost: Vec<(String, String)>,
}

impl Model {
    /// Merges a user into another (R29).
    ///
    /// # Errors
    /// Returns `UnknownFrom`, `UnknownInto` or `SameUser`. Nothing has changed then.
    pub fn merge_users(&mut self, from: &str, into: &str) -> Result<Merged, &'static str> {
        if !self.users.contains_key(from) {
            return Err("UnknownFrom");
        }
        if !self.users.contains_key(into) {
            return Err("UnknownInto");
        }
        if from == into {
            return Err("SameUser");
        }

        // R29: the user who remains is barred if either was, and keeps their own request mode.
        let is_barred = self.is_barred(from) || self.is_barred(into);
        let mut brought = Vec::new();
        for other in self.others_in_order(&[from, into]) {
            brought.push((self.both(from, &other), other));
        }

        // R29: what the two had between themselves ends with the removed user.
        let ended = self.remove_user(from).unwrap_or_default();
        self.keeps_limits = false;
        if is_barred {
            self.user_mut(into).sending = RequestSending::Barred;
        }

        let (mut changes, mut lost) = (Vec::new(), Vec::new());
        for (brought, other) in brought {
            let union = self.both(into, &other).or(brought);
            changes.extend(self.watch(into, &other, |model| model.bring(into, &other, brought)));

            let letters = union.letters_without(self.both(into, &other));
            if !letters.is_empty() {
                lost.push((other, letters));
            }
        }
        Ok(Merged {
            ended,
            changes,
            lost,
        })
    }

    /// R29: brings a removed user's relation with another to the user who remains.
    fn bring(&mut self, into: &str, other: &str, brought: Both) {
        let before = self.both(into, other);
        let friends = self.user(into).friends.len();
        let waiting = self.names_where(|user| user.requested.contains(into)).len();
        let (listed, requested) = (self.lists(into, other), self.requested(other, into));

        let mut kept = brought;
        loop {
            self.set_both(into, other, before.or(kept));
            self.reduce(into, other);

            let limits = self.policy.limits;
            let is_listed = !listed && self.lists(into, other);
            let waits = !requested && self.requested(other, into);
            let mut fitting = kept;
            if is_listed && is_full(friends, limits.friends) {
                // R29: a full friend list takes no friendship.
                fitting = fitting.without_friends();
            }
            if waits && is_full(waiting, limits.requests_in) {
                // R29: nor do more requests wait than may.
                fitting = fitting.without_their_request();
            }

            // R29: blocks are brought even onto a full blocklist.
            if fitting == kept {
                return;
            }
            kept = fitting;
        }
    }
}
