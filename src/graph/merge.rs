//! Merging two users: two accounts of one person.

use super::{PairChange, RemovedUser, SocialGraph, UnknownUser, UserId, UserRef, UserRefBuf};
use crate::facts::{Fact, Facts, Relation, RequestSending, UserFacts};
use crate::rules::{Reason, reduce};

/// Two users who were merged into one.
#[must_use = "it says what could not be kept"]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MergedUsers {
    /// The user who has the relations of both.
    pub into: UserId,
    /// The user who was removed, with all that the user had.
    pub removed: RemovedUser,
    /// How the relations of the remaining user changed, in the order of the others' handles.
    pub changes: Vec<PairChange>,
    /// What could not be kept, in the order of the others' handles.
    pub lost: Vec<Lost>,
}

/// What a merge could not keep of the relation of both users with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lost {
    /// The other user.
    pub peer: UserId,
    /// The facts that hold no longer, with the remaining user as the actor.
    pub facts: Relation,
}

/// The error of merging users; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MergeUsersError {
    /// One of the two is unknown.
    #[error(transparent)]
    UnknownUser(#[from] UnknownUser),
    /// Both are the same user.
    #[error("user {user} cannot be merged with itself")]
    SameUser {
        /// The user, as the caller named the remaining one.
        user: UserRefBuf,
    },
}

impl SocialGraph {
    /// Merges a user into another, and removes the first (R29).
    ///
    /// The remaining user gets the union of both users' relations with each other user. If the
    /// policy forbids the union, blocks win ([`Policy::reduce`](crate::Policy::reduce)). If the
    /// remaining user's friend list is full, no friendship is added; if as many requests wait as
    /// may, no request. Every block is added, even over the limit of the blocklist. What the two
    /// had between themselves ends. The remaining user keeps handle, name and request mode, and
    /// is barred if either was.
    ///
    /// O(k · log k).
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph, Ways};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// let [_, old, bob] =
    ///     [graph.add_user("alice")?, graph.add_user("alice2")?, graph.add_user("bob")?];
    /// graph.add_friend("alice", "bob", Ways::TwoWay)?;
    /// graph.add_to_blocklist("alice2", "bob")?;
    ///
    /// let merged = graph.merge_users("alice2", "alice")?;
    /// assert_eq!(merged.removed.id, old);
    /// assert_eq!((merged.lost[0].peer, merged.lost[0].facts.are_friends()), (bob, true));
    /// assert!(graph.blocklist("alice")?.contains(bob));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails, and changes nothing, if a user is unknown, or both are the same user.
    pub fn merge_users<'u>(
        &mut self,
        from: impl Into<UserRef<'u>>,
        into: impl Into<UserRef<'u>>,
    ) -> Result<MergedUsers, MergeUsersError> {
        let (from, into) = (from.into(), into.into());
        let removed = self.record(from)?.id();
        let remaining = self.record(into)?.id();
        if removed == remaining {
            return Err(MergeUsersError::SameUser { user: into.into() });
        }

        let removed = self.remove_user(removed)?;
        self.bar_like(&removed.facts, remaining);
        let mut merged = MergedUsers {
            into: remaining,
            removed,
            changes: Vec::new(),
            lost: Vec::new(),
        };
        for index in 0..merged.removed.ended.len() {
            if let Some(ended) = merged.removed.ended.get(index).copied() {
                self.bring(ended.target, ended.before, &mut merged);
            }
        }
        Ok(merged)
    }

    /// Bars a user if the facts are of a barred user.
    fn bar_like(&mut self, facts: &UserFacts, user: UserId) {
        if facts.request_sending == RequestSending::Barred {
            self.store
                .update_settings(user, |facts| facts.request_sending = RequestSending::Barred);
        }
    }

    /// Adds the removed user's relation with a peer to that of the remaining user.
    fn bring(&mut self, peer: UserId, brought: Relation, merged: &mut MergedUsers) {
        let user = merged.into;
        // The peer is the remaining user, if the two had a relation.
        let Ok(facts) = self.store.facts(user, peer) else {
            return;
        };

        let before = facts.relation;
        let after = self.merged(peer, &facts, brought, user);
        let union = before.union(brought);

        if after != before {
            self.store.write(user, peer, after);
            let change = PairChange::without_action(user, peer, before, after);
            merged.changes.push(change);
        }
        if after != union {
            let facts = union.difference(after);
            merged.lost.push(Lost { peer, facts });
        }
    }

    /// Returns what the policy leaves of a relation, as a migration does: by the lower handle.
    fn reduced(&self, user: UserId, peer: UserId, relation: Relation) -> Relation {
        let reduce = |relation| reduce(&self.policy, self.reachable, relation);
        if user < peer {
            reduce(relation)
        } else {
            reduce(relation.flip()).flip()
        }
    }

    /// Returns the relation with what is brought, as far as the policy and the user's lists allow.
    fn merged(&self, peer: UserId, facts: &Facts, brought: Relation, user: UserId) -> Relation {
        let mut kept = brought;
        loop {
            let after = self.reduced(user, peer, facts.relation.union(kept));
            let fitting = kept.difference(self.without_room(facts, after));
            if fitting == kept {
                return after;
            }
            kept = fitting;
        }
    }

    /// Returns what the actor's friend list or waiting requests have no room for.
    fn without_room(&self, facts: &Facts, after: Relation) -> Relation {
        let exceeded = self.policy.limits.exceeded(&facts.flip(), after.flip());
        let mut without_room = Relation::STRANGERS;
        if exceeded.contains(Reason::TargetFriendsFull) {
            // A friendship comes about on both lists or on neither.
            without_room = without_room.union(Relation::FRIENDS);
        }
        if exceeded.contains(Reason::TargetRequestsFull) {
            without_room = without_room.with(Fact::TargetRequested);
        }
        without_room
    }
}
