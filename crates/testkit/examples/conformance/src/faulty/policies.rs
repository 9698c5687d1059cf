//! What a policy lets two users come to, and what another policy ends.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use socialgraph::{Action, Crossed, Limits, List, Policy, RequestMode};

use super::Server;
use crate::bug::Bug;

/// Whether a user blocks, lists and has requested another, and the same the other way round.
pub(super) type Pair = [[bool; 3]; 2];

/// The pairs that two users can come to, for each policy that was asked for.
static POSSIBLE: LazyLock<Mutex<HashMap<Policy, Arc<BTreeSet<Pair>>>>> =
    LazyLock::new(Mutex::default);

impl Server {
    /// Puts the server under another policy, and ends what it does not allow.
    pub(super) fn adopt_policy(&mut self, policy: Policy) {
        self.policy = policy;
        if self.has(Bug::AdoptingEndsNothing) {
            return;
        }

        let names: Vec<String> = self.accounts.keys().cloned().collect();
        for (index, one) in names.iter().enumerate() {
            for other in names.iter().skip(index + 1) {
                self.end_what_is_not_allowed(one, other);
            }
        }
    }

    /// Lets blocks do again what they do, and ends requests, if the pair is not allowed.
    pub(super) fn end_what_is_not_allowed(&mut self, one: &str, other: &str) {
        if self.is_allowed(self.pair(one, other)) {
            return;
        }
        for (blocker, blocked) in [(one, other), (other, one)] {
            if self.blocks(blocker, blocked) {
                self.block(blocker, blocked);
            }
        }
        self.settle(one, other);

        let both = self.has_requested(one, other) && self.has_requested(other, one);
        if both && self.policy.request.crossed == Crossed::Accepts {
            let joined = |name: &str| self.accounts.get(name).map(|account| account.joined);
            let (earlier, later) = if joined(one) < joined(other) {
                (one, other)
            } else {
                (other, one)
            };
            self.end_request(later, earlier);
        }
    }

    fn is_allowed(&self, pair: Pair) -> bool {
        let [[blocks, lists, requests], theirs] = pair;
        let [blocks_back, lists_back, requests_back] = theirs;
        let is_blocked_friend = (blocks || blocks_back) && (lists || lists_back);
        let is_plain = !(requests || requests_back || is_blocked_friend);
        is_plain || possible(&self.policy).contains(&pair)
    }

    pub(super) fn pair(&self, one: &str, other: &str) -> Pair {
        [(one, other), (other, one)].map(|(owner, other)| {
            [
                self.blocks(owner, other),
                self.lists(owner, other),
                self.has_requested(owner, other),
            ]
        })
    }

    pub(super) fn set_pair(&mut self, one: &str, other: &str, pair: Pair) {
        for ((owner, other), [blocks, lists, requests]) in
            [(one, other), (other, one)].into_iter().zip(pair)
        {
            for (owner, list, entry, is_on) in [
                (owner, List::Blocklist, other, blocks),
                (owner, List::Friends, other, lists),
                (owner, List::RequestsOut, other, requests),
                (other, List::RequestsIn, owner, requests),
            ] {
                if is_on {
                    self.add(owner, list, entry);
                } else {
                    self.remove_entry(owner, list, entry);
                }
            }
        }
    }
}

/// Returns the pairs that two users can come to, found once for each policy.
fn possible(policy: &Policy) -> Arc<BTreeSet<Pair>> {
    let mut known = POSSIBLE.lock().unwrap_or_else(PoisonError::into_inner);
    let pairs = known.entry(*policy);
    Arc::clone(pairs.or_insert_with(|| Arc::new(search(policy))))
}

/// Lets two users of a server without a bug do all that they may.
fn search(policy: &Policy) -> BTreeSet<Pair> {
    let limits = Limits::NONE;
    let mut server = Server::new(Policy { limits, ..*policy }, None);
    server.add_user("a");
    server.add_user("b");

    let mut found = BTreeSet::new();
    let mut waiting = vec![server];
    while let Some(server) = waiting.pop() {
        if found.insert(server.pair("a", "b")) {
            waiting.extend(next(&server));
        }
    }
    found
}

/// Returns the server after each action of either user, under each request mode.
fn next(server: &Server) -> Vec<Server> {
    let mut next = Vec::new();
    for mode in RequestMode::ALL {
        for action in Action::ALL {
            for (actor, target) in [("a", "b"), ("b", "a")] {
                let mut after = server.clone();
                after.set(target, |account| account.mode = mode);
                after.act(action, actor, target);
                next.push(after);
            }
        }
    }
    next
}
