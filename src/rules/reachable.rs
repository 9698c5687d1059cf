//! Which relations a policy lets come about.

use super::{Action, Policy};
use crate::facts::{Facts, Relation, Relations, RequestMode, UserFacts};

impl Policy {
    /// Returns every relation that actions can lead to from strangers.
    ///
    /// Actions of either side, that is. It searches all of them, in constant time (64
    /// relations at most), and is what
    /// [`SocialGraph::check_invariants`](crate::SocialGraph::check_invariants) and a
    /// snapshot's check call legal: nothing says a second time what the rules already say.
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
            let next = reached
                .iter()
                .fold(reached, |all, from| all.union(self.neighbours(from)));
            if next == reached {
                return reached;
            }
            reached = next;
        }
    }

    /// Returns the relations that one action of either side leads to, whatever the users'
    /// request modes.
    fn neighbours(&self, from: Relation) -> Relations {
        let mut found = Relations::EMPTY;
        for mode in RequestMode::ALL {
            // With empty lists and no bar nothing but the pair itself stands in the way.
            let user = UserFacts::new(mode);
            let facts = Facts {
                relation: from,
                actor: user,
                target: user,
            };
            for change in Action::ALL
                .into_iter()
                .filter_map(|act| self.apply(act, &facts).ok())
            {
                found.insert(change.after);
                found.insert(change.after.flip());
            }
        }
        found
    }
}
