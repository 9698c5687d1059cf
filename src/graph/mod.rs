//! Layer 3: users and their relations in memory.
//!
//! [`SocialGraph`] looks up the facts, asks the rules, and writes the relation that they
//! return. It has no rule logic of its own. The container is private to `store`.

mod actions;
mod audience;
mod batch;
mod bloom_filter;
mod clear;
mod conflicts;
mod debug;
mod decision_table;
mod invariants;
mod list;
mod listing;
mod merge;
mod migration;
mod pair_change;
mod pair_error;
mod parts;
mod questions;
mod role;
mod store;
mod user_id;
mod user_ref;
mod users;

use std::sync::Arc;

use decision_table::DecisionTable;
use store::Store;

pub use audience::{Permitted, RefusedUsers};
pub use batch::{BatchOutcome, BatchTooLarge};
pub use clear::{Cleared, OwnList};
pub use conflicts::Conflicts;
pub use invariants::InvariantViolation;
pub use list::List;
pub use listing::{Cursor, Listing, ListingIter, Page};
pub use merge::{Lost, MergeUsersError, MergedUsers};
pub use migration::Migration;
pub use pair_change::PairChange;
pub use pair_error::PairError;
pub use parts::{PartsError, UserParts};
pub use user_id::UserId;
pub use user_ref::{MAX_NAME_BYTES, UserRef, UserRefBuf};
pub use users::{AddUserError, GotOrAdded, NameError, RemovedUser, RenameUserError, UnknownUser};

use crate::facts::Relations;
use crate::rules::Policy;

/// Users and their relations, under one policy.
///
/// Users are named by handle or by name ([`UserRef`]); a handle saves the lookup of the name.
/// Questions return a [`Decision`](crate::Decision) and never fail: unknown users are refused.
/// Operations return what they changed, or an error and have changed nothing. Each of them is
/// an [`Operation`](crate::Operation) too, for logs.
///
/// `clone` takes constant time at every size. The clone is a snapshot: neither graph sees later
/// writes to the other, and a handle that one gives out afterwards is not valid in the other. A
/// server keeps one graph behind a lock for writers, and hands clones to readers, which then
/// read without waiting. Both are [`Send`] and [`Sync`].
///
/// Costs are stated for handles: each name adds a lookup of O(log n). `n` is the number of
/// users in the graph, and `k` the number of users who have a relation with the user.
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
    /// The relations that are reachable under the policy.
    reachable: Relations,
    /// The policy's decisions about every interaction and about friend requests.
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

    /// Returns the graph's policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// Two graphs are equal if they have the same policy, users and relations.
impl PartialEq for SocialGraph {
    fn eq(&self, other: &Self) -> bool {
        self.policy == other.policy && self.store == other.store
    }
}

impl Eq for SocialGraph {}
