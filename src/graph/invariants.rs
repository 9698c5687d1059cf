//! What must hold of every graph, checked from scratch.

use super::store::Record;
use super::{List, SocialGraph, UserId};
use crate::facts::{Relation, Relations};
use crate::rules::{Limits, allows};

/// A way in which a graph contradicts itself or its policy.
///
/// From [`SocialGraph::check_invariants`] it is a bug of this crate. From loading a snapshot
/// it is a fault of the snapshot. Users go by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvariantViolation {
    /// The policy lets no such relation come about.
    #[error(
        "the policy allows no such relation of `{}` and `{}`: {}",
        actor.escape_debug(), target.escape_debug(), relation.explain("the first", "the second")
    )]
    IllegalRelation {
        /// The user whose view it is.
        actor: String,
        /// The other user.
        target: String,
        /// The relation, seen from the actor.
        relation: Relation,
    },
    /// The two ends of a relation say different things.
    #[error("`{}` and `{}` disagree about their relation", actor.escape_debug(), target.escape_debug())]
    HalvesDisagree {
        /// One user.
        actor: String,
        /// The other user.
        target: String,
    },
    /// A list is longer than the policy allows.
    #[error("the {list} of `{}` has {len} entries, and at most {limit} fit", user.escape_debug())]
    LimitExceeded {
        /// The list's owner.
        user: String,
        /// The list.
        list: List,
        /// How many entries it has.
        len: u32,
        /// How many the policy allows.
        limit: u32,
    },
    /// A count differs from the entries that it counts.
    #[error("the {list} of `{}` has {len} entries, but {counted} are counted", user.escape_debug())]
    WrongCount {
        /// The list's owner.
        user: String,
        /// The list.
        list: List,
        /// How many entries it has.
        len: u32,
        /// How many the graph believes it has.
        counted: u32,
    },
    /// A user has a relation with someone who is not there, or with themselves.
    #[error("`{}` has a relation with user {peer}, who cannot have one", user.escape_debug())]
    UnknownPeer {
        /// The user.
        user: String,
        /// The handle that names nobody else.
        peer: UserId,
    },
    /// A name does not lead to the user who has it, or a handle is out of range.
    #[error("the directory does not lead from `{}` to user {id}", user.escape_debug())]
    Directory {
        /// The user's name.
        user: String,
        /// The user's handle.
        id: UserId,
    },
}

impl SocialGraph {
    /// Checks everything that must hold of a graph, from scratch.
    ///
    /// Each relation is one that the policy lets come about
    /// ([`reachable_relations`](crate::Policy::reachable_relations)), both ends of it agree,
    /// counts are right and within limits, and names and handles lead to each other. It holds
    /// after every operation: a failure is a bug of this crate. O(n · k · log k): for tests
    /// and for after a load, not for every message.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.check_invariants()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails with the first violation in the order of handles.
    pub fn check_invariants(&self) -> Result<(), InvariantViolation> {
        let legal = self.policy.reachable_relations();
        for (id, record) in self.store.iter() {
            self.check_directory(id, record)?;
            for list in List::ALL {
                check_list(record, list, &self.policy.limits)?;
            }
            for (peer, relation) in record.relations() {
                self.check_relation(id, record, peer, relation, legal)?;
            }
        }
        Ok(())
    }

    fn check_directory(&self, id: UserId, record: Record<'_>) -> Result<(), InvariantViolation> {
        let led_to = self.user(record.name());
        if led_to == Some(id) && id.to_u32() < self.store.next() {
            return Ok(());
        }
        Err(InvariantViolation::Directory { user: record.name().to_owned(), id })
    }

    fn check_relation(
        &self,
        id: UserId,
        record: Record<'_>,
        peer: UserId,
        relation: Relation,
        legal: Relations,
    ) -> Result<(), InvariantViolation> {
        let actor = || record.name().to_owned();
        let Some(other) = self.store.record(peer).filter(|_| peer != id) else {
            return Err(InvariantViolation::UnknownPeer { user: actor(), peer });
        };
        let target = || other.name().to_owned();
        if other.relation(id) != relation.flip() {
            return Err(InvariantViolation::HalvesDisagree { actor: actor(), target: target() });
        }
        if !legal.contains(relation) {
            let (actor, target) = (actor(), target());
            return Err(InvariantViolation::IllegalRelation { actor, target, relation });
        }
        Ok(())
    }
}

fn check_list(record: Record<'_>, list: List, limits: &Limits) -> Result<(), InvariantViolation> {
    let user = || record.name().to_owned();
    let fact = list.fact();
    let entries =
        record.relations().into_iter().filter(|(_, relation)| relation.holds(fact)).count();
    let len = u32::try_from(entries).unwrap_or(u32::MAX);
    let counted = record.count(fact);
    // A listing walks fewer relations than there are; it has to meet all of its own.
    if len != counted || record.listed(fact, UserId::from_u32(0)).count() != entries {
        return Err(InvariantViolation::WrongCount { user: user(), list, len, counted });
    }
    let limit = match list {
        List::Blocklist => limits.blocked,
        List::Friends => limits.friends,
        List::RequestsIn => limits.requests_in,
        List::RequestsOut => None,
    };
    match limit {
        Some(limit) if !allows(Some(limit), len) => {
            Err(InvariantViolation::LimitExceeded { user: user(), list, len, limit })
        }
        _ => Ok(()),
    }
}
