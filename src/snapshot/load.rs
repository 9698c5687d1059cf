//! Builds a graph from a snapshot, and checks everything on the way.

use super::{Snapshot, SnapshotError, UserEntry, VERSION};
use crate::facts::UserFacts;
use crate::graph::{InvariantViolation, List, SocialGraph, UserId};

impl TryFrom<Snapshot> for SocialGraph {
    type Error = SnapshotError;

    /// Builds the graph of a snapshot, with one write for each entry of each list.
    ///
    /// # Errors
    /// Fails with the first error that it finds.
    fn try_from(snapshot: Snapshot) -> Result<Self, SnapshotError> {
        let Snapshot {
            version,
            policy,
            next_user,
            users,
        } = snapshot;
        if version != VERSION {
            return Err(SnapshotError::UnknownVersion { found: version });
        }

        let mut graph = Self::new(policy);
        for entry in &users {
            add_user(&mut graph, entry, next_user)?;
        }
        graph.skip_to_user(next_user);

        for entry in &users {
            for list in List::ALL {
                check_list(&graph, entry, list)?;
            }
            // A request is on two lists. Its sender's list is loaded, and compared below.
            for list in [List::Blocklist, List::Friends, List::RequestsOut] {
                for peer in entry.list(list) {
                    graph.restore_fact(entry.id, *peer, list.fact());
                }
            }
        }

        for entry in &users {
            check_requests_in(&graph, entry)?;
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
    let UserEntry {
        id,
        ref name,
        request_mode,
        request_sending,
        ..
    } = *entry;

    graph
        .check_free(name)
        .map_err(|error| SnapshotError::Name { id, error })?;

    if id.to_u32() < graph.next_user() || id.to_u32() >= next_user {
        return Err(SnapshotError::Handle {
            user: name.clone(),
            id,
        });
    }

    let facts = UserFacts {
        request_sending,
        ..UserFacts::new(request_mode)
    };
    graph.restore_user(id, name, facts);
    Ok(())
}

/// Checks that a list ascends and names known users other than its owner.
fn check_list(graph: &SocialGraph, entry: &UserEntry, list: List) -> Result<(), SnapshotError> {
    let user = || entry.name.clone();
    let mut above = None;

    for &peer in entry.list(list) {
        if peer == entry.id {
            return Err(InvariantViolation::OwnPeer { user: user() }.into());
        }
        if !graph.has_user(peer) {
            return Err(InvariantViolation::UnknownPeer { user: user(), peer }.into());
        }
        if above.is_some_and(|last| peer <= last) {
            return Err(SnapshotError::ListOrder {
                user: user(),
                list,
                peer,
            });
        }
        above = Some(peer);
    }
    Ok(())
}

/// Checks that a user's incoming requests are on their senders' lists.
fn check_requests_in(graph: &SocialGraph, entry: &UserEntry) -> Result<(), SnapshotError> {
    let sent = graph
        .requests_in(entry.id)
        .into_iter()
        .flat_map(|list| list.iter());
    let Some(sender) = first_difference(sent, &entry.requests_in) else {
        return Ok(());
    };
    let target = graph.name(sender).unwrap_or_default().to_owned();
    Err(InvariantViolation::HalvesDisagree {
        actor: entry.name.clone(),
        target,
    }
    .into())
}

/// Returns the lowest handle that is on only one of two ascending lists.
fn first_difference(ours: impl Iterator<Item = UserId>, theirs: &[UserId]) -> Option<UserId> {
    let mut ours = ours;
    let mut theirs = theirs.iter().copied();

    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (Some(one), Some(other)) if one == other => {}
            (one, other) => return one.into_iter().chain(other).min(),
        }
    }
}
