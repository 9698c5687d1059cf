//! From plain data to a graph, with every check on the way.

use super::{Snapshot, SnapshotError, UserEntry};
use crate::facts::{Fact, Relation, UserFacts};
use crate::graph::{InvariantViolation, List, SocialGraph, UserId};

impl TryFrom<Snapshot> for SocialGraph {
    type Error = SnapshotError;

    /// Builds the graph that a snapshot describes, in time that grows with its size.
    ///
    /// # Errors
    /// Fails with the first thing that is wrong, in the order of the users.
    fn try_from(snapshot: Snapshot) -> Result<Self, SnapshotError> {
        let mut graph = Self::new(snapshot.policy);
        for entry in &snapshot.users {
            add_user(&mut graph, entry, snapshot.next_user)?;
        }
        graph.skip_to_user(snapshot.next_user);
        for entry in &snapshot.users {
            for list in List::ALL {
                check_list(&graph, entry, list)?;
            }
        }
        for entry in &snapshot.users {
            for peer in List::ALL.into_iter().flat_map(|list| entry.list(list)) {
                let relation = relation(&snapshot.users, entry, *peer)?;
                graph.restore_relation(entry.id, *peer, relation);
            }
        }
        graph.check_invariants()?;
        Ok(graph)
    }
}

fn add_user(
    graph: &mut SocialGraph,
    entry: &UserEntry,
    next_user: u32,
) -> Result<(), SnapshotError> {
    let UserEntry { id, ref name, request_mode, request_sending, .. } = *entry;
    if id.to_u32() < graph.next_user() || id.to_u32() >= next_user {
        return Err(SnapshotError::Handle { user: name.clone(), id });
    }
    let facts = UserFacts { request_sending, ..UserFacts::new(request_mode) };
    graph.restore_user(id, name, facts).map_err(|error| SnapshotError::Name { id, error })
}

/// Checks that a list ascends and names known users other than its owner.
fn check_list(graph: &SocialGraph, entry: &UserEntry, list: List) -> Result<(), SnapshotError> {
    let user = || entry.name.clone();
    let mut above = None;
    for &peer in entry.list(list) {
        if peer == entry.id || graph.name(peer).is_none() {
            return Err(InvariantViolation::UnknownPeer { user: user(), peer }.into());
        }
        if above.is_some_and(|last| peer <= last) {
            return Err(SnapshotError::ListOrder { user: user(), list, peer });
        }
        above = Some(peer);
    }
    Ok(())
}

/// Puts both users' lists together, and checks that they agree where they speak of the same.
fn relation(
    users: &[UserEntry],
    entry: &UserEntry,
    peer: UserId,
) -> Result<Relation, SnapshotError> {
    let Some(other) = find(users, peer) else {
        return Err(InvariantViolation::UnknownPeer { user: entry.name.clone(), peer }.into());
    };
    let ours = half(entry, peer);
    let theirs = half(other, entry.id).flip();
    for request in [Fact::ActorRequested, Fact::TargetRequested] {
        if ours.holds(request) != theirs.holds(request) {
            let (actor, target) = (entry.name.clone(), other.name.clone());
            return Err(InvariantViolation::HalvesDisagree { actor, target }.into());
        }
    }
    Ok(ours.facts().union(theirs.facts()).iter().collect())
}

fn find(users: &[UserEntry], id: UserId) -> Option<&UserEntry> {
    users.binary_search_by_key(&id, |entry| entry.id).ok().and_then(|index| users.get(index))
}

/// Returns what one user's lists say of another.
fn half(entry: &UserEntry, peer: UserId) -> Relation {
    let on_list = |list: &List| entry.list(*list).binary_search(&peer).is_ok();
    List::ALL.into_iter().filter(on_list).map(List::fact).collect()
}
