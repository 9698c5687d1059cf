//! Layer 3: users and their relations in memory.
//!
//! [`SocialGraph`] looks facts up, asks the rules, and writes what they answer. It holds no
//! rule logic of its own; the container it keeps relations in is private to `store`.

mod actions;
mod batch;
mod invariants;
mod listing;
mod questions;
#[cfg(feature = "serde")]
mod restore;
mod store;
mod user;
mod users;

use std::fmt;

use store::Store;

pub use batch::{BatchOutcome, BatchTooLarge};
pub use invariants::InvariantViolation;
pub use listing::{Cursor, List, Listing, Page};
pub use user::{MAX_NAME_BYTES, UserId, UserKey};
pub use users::{AddUserError, RemovedUser, Severed, UnknownUser};

use crate::rules::Policy;

/// Users and their relations, under one policy.
///
/// Users go by name or by [`UserId`] wherever a [`UserKey`] is asked for; a handle saves the
/// search for the name. Questions are answered by a [`Decision`](crate::Decision) and never
/// fail: a stranger to the graph is refused like anyone else. Operations return what they
/// did, or a [`Refusal`](crate::Refusal) and have changed nothing.
///
/// `clone` takes constant time whatever the size, and the clone does not see later writes:
/// it is a snapshot. A server keeps one graph behind a lock for writers and hands clones to
/// readers, who then wait for nobody. Both are [`Send`] and [`Sync`].
///
/// Costs below are for `n` users and `k` users who have anything to do with the one in hand.
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
#[derive(Clone, PartialEq, Eq)]
pub struct SocialGraph {
    policy: Policy,
    store: Store,
}

impl SocialGraph {
    /// Creates a graph without users; the policy is its own for good.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let graph = SocialGraph::new(Policy::tencent_rest());
    /// assert_eq!(graph.user_count(), 0);
    /// ```
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy, store: Store::default() }
    }

    /// Returns the policy that the graph asks.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl fmt::Debug for SocialGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocialGraph")
            .field("policy", &self.policy)
            .field("users", &self.user_count())
            .finish_non_exhaustive()
    }
}
