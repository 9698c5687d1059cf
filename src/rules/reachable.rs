//! The relations that a policy lets users reach.

use super::{Action, Limits, Policy};
use crate::facts::{Facts, Relation, Relations, RequestMode, UserFacts};

impl Policy {
    /// Returns every relation that strangers can reach by actions of either side, without limits.
    ///
    /// It tries all actions from at most 64 relations, so it takes constant time. These are the
    /// legal relations of [`SocialGraph::check_invariants`](crate::SocialGraph::check_invariants)
    /// and of a snapshot's checks. There is no second definition of legal.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation};
    ///
    /// let reachable = Policy::tencent_rest().reachable_relations();
    /// assert_eq!(reachable.len(), 13);
    /// assert!(!reachable.contains(Relation::FRIENDS.with(Fact::ActorBlocks)));
    /// ```
    #[must_use]
    pub fn reachable_relations(&self) -> Relations {
        let mut reached = Relations::from(Relation::STRANGERS);

        loop {
            let mut next = reached;
            for from in reached {
                next = next.union(self.neighbours(from));
            }

            if next == reached {
                return reached;
            }
            reached = next;
        }
    }

    /// Returns the relations that one action of either side leads to, under any request mode.
    fn neighbours(&self, from: Relation) -> Relations {
        // Limits judge what is added: a relation stays legal if a limit is lowered (R26).
        let unlimited = Self {
            limits: Limits::NONE,
            ..*self
        };
        let mut neighbours = Relations::EMPTY;

        for mode in RequestMode::ALL {
            // Neither user is barred.
            let user = UserFacts::new(mode);
            let facts = Facts {
                relation: from,
                actor: user,
                target: user,
            };

            for action in Action::ALL {
                if let Ok(change) = unlimited.apply(action, &facts) {
                    neighbours.insert(change.after);
                    neighbours.insert(change.after.flip());
                }
            }
        }
        neighbours
    }
}
