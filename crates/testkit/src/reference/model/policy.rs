//! Another policy for the same users (R26).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use socialgraph::{Action, Crossed, Limits, Notice, Notices, Policy, RequestMode};

use super::{Model, PairLetters};

/// Relations in letters.
type Relations = Arc<BTreeSet<String>>;

/// The relations that two users can reach under each policy that was asked for.
static REACHED: LazyLock<Mutex<HashMap<Policy, Relations>>> = LazyLock::new(Mutex::default);

impl Model {
    /// Puts the model under another policy, and returns what it ended (R26).
    ///
    /// Each pair is seen from the user who joined earlier, and pairs come in the order of joining.
    pub fn adopt_policy(&mut self, policy: Policy) -> Vec<PairLetters> {
        // R26: users, settings and lists stay, even if a list is longer than a limit.
        self.policy = policy;
        self.keeps_limits = false;

        let mut ended = Vec::new();
        for [earlier, later] in self.related_pairs() {
            ended.extend(self.watch(&earlier, &later, |model| model.reduce(&earlier, &later)));
        }
        ended
    }

    /// Returns every two users who have a relation, in the order of joining.
    fn related_pairs(&self) -> Vec<[String; 2]> {
        let mut pairs = BTreeSet::new();
        for (name, user) in &self.users {
            let lists = [&user.blocked, &user.friends, &user.requested];
            for other in lists.into_iter().flatten() {
                let (earlier, later) = self.in_order(name, other);
                let joined = [earlier, later].map(|name| self.user(name).joined);
                pairs.insert((joined, [earlier.to_string(), later.to_string()]));
            }
        }
        pairs.into_iter().map(|(_, pair)| pair).collect()
    }

    /// R26: ends what the policy forbids between two users.
    pub(super) fn reduce(&mut self, one: &str, other: &str) {
        if self.is_allowed_relation(one, other) {
            return;
        }
        let (earlier, later) = self.in_order(one, other);

        // Every block stays, and does again what a block does.
        if self.blocks(earlier, later) {
            self.block(earlier, later);
        }
        if self.blocks(later, earlier) {
            self.block(later, earlier);
        }

        // A request ends if what it asks for is there.
        self.cancel_settled(earlier, later);

        // Of two requests that met, the one of the user who came later ends.
        let have_met = self.requested(earlier, later) && self.requested(later, earlier);
        if have_met && self.policy.request.crossed == Crossed::Accepts {
            self.user_mut(later).requested.remove(earlier);
        }
    }

    /// Returns whether two users could come to their relation by actions under the policy.
    fn is_allowed_relation(&self, one: &str, other: &str) -> bool {
        let relation = self.relation(one, other).unwrap_or_default();
        relation == "-" || reached(&self.policy).contains(&relation)
    }
}

/// Returns the relations that two users can reach under a policy, found once for each policy.
fn reached(policy: &Policy) -> Relations {
    let policy = without_what_does_not_matter(policy);
    let mut known = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    let relations = known.entry(policy);
    Arc::clone(relations.or_insert_with(|| Arc::new(search(policy))))
}

/// Returns the policy with the same rules about actions, and all else as in a named one.
fn without_what_does_not_matter(policy: &Policy) -> Policy {
    let (request, block) = (policy.request, policy.block);
    let mut plain = Policy::tencent_rest();
    (plain.request, plain.block) = (request, block);
    plain.request.initial_mode = RequestMode::Confirm;
    plain.request.notice = Notices::both(Notice::Told);
    plain.limits = Limits::NONE;
    plain
}

/// Lets two users do everything that they may, until no relation is new.
fn search(policy: Policy) -> BTreeSet<String> {
    let mut strangers = Model::new(policy);
    for name in ["a", "b"] {
        _ = strangers.add_user(name);
    }

    let mut found = BTreeSet::new();
    let mut waiting = vec![strangers];
    while let Some(model) = waiting.pop() {
        if found.insert(model.relation("a", "b").unwrap_or_default()) {
            waiting.extend(next(&model));
        }
    }
    found
}

/// Returns the model after each action of either, under each request mode.
fn next(model: &Model) -> Vec<Model> {
    let mut next = Vec::new();
    for mode in RequestMode::ALL {
        for action in Action::ALL {
            for (actor, target) in [("a", "b"), ("b", "a")] {
                let mut after = model.clone();
                after.set_mode(target, mode);
                if after.apply(action, actor, target).is_ok() {
                    next.push(after);
                }
            }
        }
    }
    next
}
