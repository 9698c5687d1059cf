//! Moving a graph to another policy.

use std::sync::Arc;

use super::decision_table::DecisionTable;
use super::{PairChange, SocialGraph};
use crate::facts::Relations;
use crate::rules::{Policy, reduce};

/// What another policy ends.
#[must_use = "it says which relations end"]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Migration {
    /// The policy before.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::rules::PolicyField::read")
    )]
    pub from: Policy,
    /// The policy after.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::rules::PolicyField::read")
    )]
    pub to: Policy,
    /// The pairs whose relation the new policy forbids, each with what is left of it.
    ///
    /// They are in the order of handles, and each is seen from the user with the lower handle.
    pub ended: Vec<PairChange>,
}

impl SocialGraph {
    /// Puts the graph under another policy (R26).
    ///
    /// Users, settings and relations stay. Limits judge what is added from now on: a user whose
    /// list is longer than a new limit keeps it, and adds nothing. If the policy forbids a
    /// relation, each block stays and ends what it would end if it were made anew
    /// ([`Policy::reduce`]). O(n · k).
    ///
    /// ```
    /// use socialgraph::{Effect, Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_keep_friends());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_friend("alice", "bob", Ways::TwoWay)?;
    /// graph.add_to_blocklist("alice", "bob")?;
    ///
    /// let plan = graph.plan_migration(Policy::tencent_rest());
    /// let migration = graph.adopt_policy(Policy::tencent_rest());
    /// assert_eq!(migration, plan);
    /// assert!(migration.ended[0].effects().contains(Effect::TargetFriendRemoved));
    /// assert!(graph.friends("alice")?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn adopt_policy(&mut self, policy: Policy) -> Migration {
        let migration = self.plan_migration(policy);

        for change in &migration.ended {
            self.store.write(change.actor, change.target, change.after);
        }
        self.policy = policy;
        self.reachable = policy.reachable_relations();
        self.decisions = Arc::new(DecisionTable::of(&policy));
        migration
    }

    /// Returns what [`adopt_policy`](Self::adopt_policy) would end, and changes nothing.
    ///
    /// See `adopt_policy` for an example. O(n · k).
    pub fn plan_migration(&self, policy: Policy) -> Migration {
        let reachable = policy.reachable_relations();
        Migration {
            from: self.policy,
            to: policy,
            ended: self.forbidden_pairs(&policy, reachable),
        }
    }

    /// Returns the pairs whose relation a policy forbids, with what it leaves of them.
    fn forbidden_pairs(&self, policy: &Policy, reachable: Relations) -> Vec<PairChange> {
        let mut ended = Vec::new();
        // If no relation that the graph may have is forbidden, it need not be searched.
        if self.reachable.is_subset(reachable) {
            return ended;
        }

        for (user, record) in self.store.iter() {
            for (peer, before) in record.relations() {
                if user < peer && !reachable.contains(before) {
                    let after = reduce(policy, reachable, before);
                    ended.push(PairChange::without_action(user, peer, before, after));
                }
            }
        }
        ended
    }
}
