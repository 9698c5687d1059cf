//! The invariants of every graph, and their check.

use super::store::Record;
use super::{List, SocialGraph, UserId};
use crate::facts::Relation;
use crate::text::Quoted;

/// A way in which a graph contradicts itself or its policy.
///
/// From [`SocialGraph::check_invariants`], it is a bug of this crate. From loading a snapshot
/// or building from parts, it is a fault of these. It names users by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum InvariantViolation {
    /// The relation is not reachable under the policy.
    #[error(
        "the policy allows no such relation of {} and {}: {}",
        Quoted(actor), Quoted(target), relation.explain("the first", "the second")
    )]
    IllegalRelation {
        /// The user from whom the relation is seen.
        actor: String,
        /// The other user.
        target: String,
        /// The relation, seen from the actor.
        relation: Relation,
    },
    /// The two ends of a relation differ.
    #[error(
        "{} and {} disagree about their relation",
        Quoted(actor),
        Quoted(target)
    )]
    HalvesDisagree {
        /// One user.
        actor: String,
        /// The other user.
        target: String,
    },
    /// A count differs from the entries that it counts.
    #[error(
        "the {list} of {} has {len} entries, but {counted} are counted",
        Quoted(user)
    )]
    WrongCount {
        /// The list's owner.
        user: String,
        /// The list.
        list: List,
        /// The number of entries.
        len: u32,
        /// The stored count.
        counted: u32,
    },
    /// A user has a relation with themselves.
    #[error("{} has a relation with themselves", Quoted(user))]
    OwnPeer {
        /// The user.
        user: String,
    },
    /// A user has a relation with an unknown user.
    #[error("{} has a relation with user {peer}, who does not exist", Quoted(user))]
    UnknownPeer {
        /// The user.
        user: String,
        /// The handle without a user.
        peer: UserId,
    },
    /// The container's indices hold different users.
    #[error("names, directory and records are not of the same users")]
    Indices,
    /// The lookup of a name does not return its user, or a handle is out of range.
    #[error("the directory does not lead from {} to user {id}", Quoted(user))]
    Directory {
        /// The user's name.
        user: String,
        /// The user's handle.
        id: UserId,
    },
}

impl SocialGraph {
    /// Checks all invariants of a graph, from scratch.
    ///
    /// Each relation is reachable under the policy
    /// ([`reachable_relations`](crate::Policy::reachable_relations)), and both of its ends agree.
    /// Counts are right. Names lead to handles, and back. Limits are no invariants: they judge what
    /// is added (R26). The invariants hold after every operation: a failure is a bug of this
    /// crate. O(n · k): for tests, and after a load.
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
        for (id, record) in self.store.iter() {
            self.check_directory(id, record)?;

            let relations = record.relations();
            for list in List::ALL {
                check_list(record, &relations, list)?;
            }
            for (peer, relation) in relations {
                self.check_relation(record, peer, relation)?;
            }
        }

        if self.store.indices_agree() {
            Ok(())
        } else {
            Err(InvariantViolation::Indices)
        }
    }

    fn check_directory(&self, id: UserId, record: Record<'_>) -> Result<(), InvariantViolation> {
        let found = self.store.lookup(record.name());
        if found == Some(id) && id.to_u32() < self.store.next_number() {
            return Ok(());
        }
        Err(InvariantViolation::Directory {
            user: record.name().to_owned(),
            id,
        })
    }

    fn check_relation(
        &self,
        record: Record<'_>,
        peer: UserId,
        relation: Relation,
    ) -> Result<(), InvariantViolation> {
        if peer == record.id() {
            return Err(InvariantViolation::OwnPeer {
                user: record.name().to_owned(),
            });
        }
        let Some(other) = self.store.record(peer) else {
            return Err(InvariantViolation::UnknownPeer {
                user: record.name().to_owned(),
                peer,
            });
        };

        if other.relation(record.id()) != relation.flip() {
            return Err(InvariantViolation::HalvesDisagree {
                actor: record.name().to_owned(),
                target: other.name().to_owned(),
            });
        }
        if !self.reachable.contains(relation) {
            return Err(InvariantViolation::IllegalRelation {
                actor: record.name().to_owned(),
                target: other.name().to_owned(),
                relation,
            });
        }
        Ok(())
    }
}

/// Checks a list's length against its count.
fn check_list(
    record: Record<'_>,
    relations: &[(UserId, Relation)],
    list: List,
) -> Result<(), InvariantViolation> {
    let fact = list.fact();
    let entries = relations
        .iter()
        .filter(|(_, relation)| relation.holds(fact))
        .count();
    let len = u32::try_from(entries).unwrap_or(u32::MAX);

    // A listing of a spilled record walks one set, which has to hold all entries of the list.
    let listed = record.listed(list, UserId::from_u32(0)).count();
    let counted = record.count(list);
    if len != counted || listed != entries {
        return Err(InvariantViolation::WrongCount {
            user: record.name().to_owned(),
            list,
            len,
            counted,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::InvariantViolation as Violation;
    use crate::facts::{Fact, Relation};
    use crate::graph::{List, SocialGraph, UserId};
    use crate::rules::Policy;

    fn graph() -> (SocialGraph, UserId, UserId) {
        let mut graph = SocialGraph::new(Policy::tencent_rest());
        let [a, b, _] = ["a", "b", "c"].map(|name| graph.add_user(name).unwrap());
        (graph, a, b)
    }

    /// The violation found after a write that bypasses the rules.
    fn found(corrupt: impl FnOnce(&mut SocialGraph, UserId, UserId)) -> Violation {
        let (mut graph, a, b) = graph();
        graph.check_invariants().unwrap();
        corrupt(&mut graph, a, b);
        graph.check_invariants().unwrap_err()
    }

    #[test]
    fn finds_a_relation_that_no_action_leads_to() {
        let relation = Relation::FRIENDS.with(Fact::ActorBlocks);
        let violation = found(|graph, a, b| graph.store.write(a, b, relation));
        let (actor, target) = ("a".into(), "b".into());
        assert_eq!(
            violation,
            Violation::IllegalRelation {
                actor,
                target,
                relation
            }
        );
    }

    #[test]
    fn finds_halves_that_disagree() {
        let violation = found(|graph, a, b| graph.store.write_end(a, b, Relation::FRIENDS));
        let (actor, target) = ("a".into(), "b".into());
        assert_eq!(violation, Violation::HalvesDisagree { actor, target });
    }

    #[test]
    fn finds_a_relation_with_oneself_and_with_an_unknown_user() {
        let violation = found(|graph, a, _| graph.store.write_end(a, a, Relation::FRIENDS));
        assert_eq!(violation, Violation::OwnPeer { user: "a".into() });
        let peer = UserId::from_u32(9);
        let violation = found(|graph, a, _| graph.store.write_end(a, peer, Relation::FRIENDS));
        assert_eq!(
            violation,
            Violation::UnknownPeer {
                user: "a".into(),
                peer
            }
        );
    }

    #[test]
    fn finds_a_count_that_is_wrong() {
        for list in List::ALL {
            let violation = found(|graph, a, _| graph.store.miscount(a, list));
            assert_eq!(
                violation,
                Violation::WrongCount {
                    user: "a".into(),
                    list,
                    len: 0,
                    counted: 1
                }
            );
        }
    }

    #[test]
    fn a_listing_is_as_long_as_its_count_says() {
        let (mut graph, a, b) = graph();
        graph.store.write(a, b, Relation::FRIENDS);
        graph.store.miscount(a, List::Friends);

        let mut friends = graph.friends(a).unwrap().iter();
        assert_eq!((friends.len(), friends.next()), (2, Some(b)));
        assert_eq!((friends.len(), friends.next()), (1, None));
        assert_eq!(friends.len(), 0);
    }

    #[test]
    fn finds_indices_of_different_users() {
        assert_eq!(
            found(|graph, _, b| graph.store.forget_user(b)),
            Violation::Indices
        );
        let unknown = UserId::from_u32(77);
        assert_eq!(
            found(|graph, _, _| graph.store.add_name("x", unknown)),
            Violation::Indices
        );
        assert_eq!(
            found(|graph, a, _| graph.store.add_spilled(a)),
            Violation::Indices
        );
    }

    #[test]
    fn finds_a_name_that_leads_nowhere() {
        let violation = found(|graph, _, _| graph.store.forget_name("b"));
        assert_eq!(
            violation,
            Violation::Directory {
                user: "b".into(),
                id: UserId::from_u32(1)
            }
        );
    }

    #[test]
    fn finds_a_handle_that_would_be_given_twice() {
        let last = UserId::from_u32(2);
        let violation = found(|graph, _, _| graph.store.set_next_number(last));
        assert_eq!(
            violation,
            Violation::Directory {
                user: "c".into(),
                id: last
            }
        );
    }
}
