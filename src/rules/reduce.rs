//! What a policy leaves of a relation that came about under another.

use super::judge::{blocked, settled};
use super::{Crossed, Policy};
use crate::facts::{Fact, Relation, Relations};

impl Policy {
    /// Returns what the policy leaves of a relation that may have come about under another (R26).
    ///
    /// A relation that the policy lets users reach stays as it is. Of any other, each block
    /// stays and ends what it would end if it were made anew. Then a request ends if what it asks
    /// for is there. Of two crossed requests, the target's ends if the policy allows one alone.
    /// Constant time.
    ///
    /// For a host that keeps relations in a database of its own and changes its policy;
    /// [`SocialGraph::adopt_policy`](crate::SocialGraph::adopt_policy) does it for a graph.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation};
    ///
    /// let kept = Relation::FRIENDS.with(Fact::ActorBlocks);
    /// assert_eq!(Policy::tencent_keep_friends().reduce(kept), kept);
    /// let blocked = Relation::STRANGERS.with(Fact::ActorBlocks);
    /// assert_eq!(Policy::tencent_rest().reduce(kept), blocked);
    /// ```
    #[must_use]
    pub fn reduce(&self, relation: Relation) -> Relation {
        reduce(self, self.reachable_relations(), relation)
    }
}

/// Returns what a policy with these reachable relations leaves of a relation.
pub(crate) fn reduce(policy: &Policy, reachable: Relations, pair: Relation) -> Relation {
    if reachable.contains(pair) {
        return pair;
    }

    let mut pair = pair;
    if pair.holds(Fact::ActorBlocks) {
        pair = blocked(policy, pair);
    }
    if pair.holds(Fact::TargetBlocks) {
        pair = blocked(policy, pair.flip()).flip();
    }

    pair = settled(policy.request.makes, pair);

    let are_crossed = pair.holds(Fact::ActorRequested) && pair.holds(Fact::TargetRequested);
    if are_crossed && policy.request.crossed == Crossed::Accepts {
        pair = pair.without(Fact::TargetRequested);
    }
    pair
}
