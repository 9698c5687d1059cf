//! The blocks between one user and the members of a room.

use std::fmt;
use std::marker::PhantomData;

use super::store::Record;
use super::{SocialGraph, UnknownUser, UserRef};
use crate::facts::{Fact, Relation};
use crate::rules::Sides;

/// The members of a room between whom and a user a block stands, in the order given.
///
/// Each comes with the side that blocks: the actor is the user, the target the member.
///
/// Made by [`SocialGraph::conflicts`].
#[must_use = "an iterator does nothing until it is asked for its items"]
#[derive(Clone)]
pub struct Conflicts<'g, 'u, I> {
    graph: &'g SocialGraph,
    user: Record<'g>,
    members: I,
    names: PhantomData<UserRef<'u>>,
}

impl SocialGraph {
    /// Returns the blocks that stand between a user and the members of a room.
    ///
    /// For a room that a user is about to join. It does not ask the policy: a room whose members
    /// are to meet cares for any block. It reads the user's record alone, in O(log k) for each
    /// member by handle. Unknown members and the user themselves have no conflict.
    ///
    /// ```
    /// use socialgraph::{Policy, Sides, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// for name in ["alice", "bob", "carol", "dave"] {
    ///     graph.add_user(name)?;
    /// }
    /// graph.add_to_blocklist("alice", "bob")?;
    /// graph.add_to_blocklist("carol", "alice")?;
    ///
    /// let conflicts = graph.conflicts("alice", ["bob", "carol", "dave"])?;
    /// let conflicts: Vec<_> = conflicts.collect();
    /// assert_eq!(conflicts, [("bob", Sides::Actor), ("carol", Sides::Target)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if the user is unknown.
    pub fn conflicts<'u, I>(
        &self,
        user: impl Into<UserRef<'u>>,
        members: I,
    ) -> Result<Conflicts<'_, 'u, I::IntoIter>, UnknownUser>
    where
        I: IntoIterator<Item: Copy + Into<UserRef<'u>>>,
    {
        Ok(Conflicts {
            graph: self,
            user: self.record(user)?,
            members: members.into_iter(),
            names: PhantomData,
        })
    }
}

impl<'u, I> Iterator for Conflicts<'_, 'u, I>
where
    I: Iterator<Item: Copy + Into<UserRef<'u>>>,
{
    type Item = (I::Item, Sides);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let member = self.members.next()?;
            let id = member.into().resolve(self.graph);
            if let Some(sides) = blockers(self.user.relation(id)) {
                return Some((member, sides));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.members.size_hint().1)
    }
}

/// Returns who of the two blocks the other, or `None` if nobody does.
fn blockers(relation: Relation) -> Option<Sides> {
    match (
        relation.holds(Fact::ActorBlocks),
        relation.holds(Fact::TargetBlocks),
    ) {
        (true, true) => Some(Sides::Both),
        (true, false) => Some(Sides::Actor),
        (false, true) => Some(Sides::Target),
        (false, false) => None,
    }
}

impl<I: fmt::Debug> fmt::Debug for Conflicts<'_, '_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conflicts")
            .field("user", &self.user)
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}
