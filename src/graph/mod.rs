//! Layer 3: users and their relations in memory.
//!
//! [`SocialGraph`] looks facts up, asks the rules, and writes what they answer. It holds no
//! rule logic of its own; the container it keeps relations in is private to `store`.

mod actions;
mod audience;
mod batch;
mod debug;
mod decision_table;
mod invariants;
mod key;
mod listing;
mod questions;
#[cfg(feature = "serde")]
mod restore;
mod store;
mod users;

use std::sync::Arc;

use decision_table::DecisionTable;
use store::Store;

pub use audience::Permitted;
pub use batch::{BatchOutcome, BatchTooLarge};
pub use invariants::InvariantViolation;
pub use key::{MAX_NAME_BYTES, UserId, UserKey};
pub use listing::{Cursor, List, Listing, Page};
pub use users::{AddUserError, RemovedUser, Severed, UnknownUser};

use crate::facts::Relations;
use crate::rules::Policy;

/// Users and their relations, under one policy.
///
/// Users go by name or by [`UserId`] wherever a [`UserKey`] is asked for; a handle saves the
/// search for the name. Questions are answered by a [`Decision`](crate::Decision) and never
/// fail: a stranger to the graph is refused like anyone else. Operations return what they
/// did, or a [`Refusal`](crate::Refusal) and have changed nothing.
///
/// `clone` takes constant time whatever the size, and the clone does not see later writes:
/// it is a snapshot. Handles that either gives out afterwards belong to that one alone. A
/// server keeps one graph behind a lock for writers and hands clones to readers, who then
/// read without waiting for anyone. Both are [`Send`] and [`Sync`].
///
/// Costs are for `n` users and `k` users who have anything to do with the one in hand, by
/// handle: each name adds a search of O(log n).
///
/// ```
/// use socialgraph::{Policy, SocialGraph, Ways};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// let alice = graph.add_user("alice")?;
/// let bob = graph.add_user("bob")?;
/// graph.add_friend(alice, bob, Ways::TwoWay)?;
///
/// let before = graph.clone();
/// graph.add_to_blocklist(alice, bob)?;
///
/// assert!(graph.can_message(alice, bob).is_allowed());
/// assert!(!graph.can_message(bob, alice).is_allowed());
/// assert!(before.relation(alice, bob)?.are_friends());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SocialGraph {
    policy: Policy,
    /// The relations that the policy lets come about, found once.
    reachable: Relations,
    /// What the policy answers to the questions that are asked most, found once.
    decisions: Arc<DecisionTable>,
    store: Store,
}

impl SocialGraph {
    /// Creates a graph without users.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let graph = SocialGraph::new(Policy::tencent_rest());
    /// assert_eq!(graph.user_count(), 0);
    /// ```
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            reachable: policy.reachable_relations(),
            decisions: Arc::new(DecisionTable::of(&policy)),
            store: Store::default(),
        }
    }

    /// Returns the same users and relations under another policy.
    ///
    /// O(n · k), as it checks that the policy could have led to them.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let graph = SocialGraph::new(Policy::tencent_rest());
    /// let mut roomier = *graph.policy();
    /// roomier.limits.friends = Some(5000);
    /// let graph = graph.with_policy(roomier)?;
    /// assert_eq!(graph.policy().limits.friends, Some(5000));
    /// # Ok::<(), socialgraph::InvariantViolation>(())
    /// ```
    ///
    /// # Errors
    /// Fails where a relation could not have come about under the policy, or a list is longer
    /// than it allows.
    pub fn with_policy(&self, policy: Policy) -> Result<Self, InvariantViolation> {
        let graph = Self {
            store: self.store.clone(),
            ..Self::new(policy)
        };
        graph.check_invariants()?;
        Ok(graph)
    }

    /// Returns the policy that the graph asks.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// Two graphs are equal where they have the same policy, users and relations.
impl PartialEq for SocialGraph {
    fn eq(&self, other: &Self) -> bool {
        self.policy == other.policy && self.store == other.store
    }
}

impl Eq for SocialGraph {}
