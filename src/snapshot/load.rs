//! Builds a graph from a snapshot, and checks everything on the way.

use super::{Snapshot, SnapshotError, UserEntry, VERSION};
use crate::facts::Relation;
use crate::graph::{InvariantViolation, List, PartsError, SocialGraph, UserId, UserParts};

impl TryFrom<Snapshot> for SocialGraph {
    type Error = SnapshotError;

    /// Builds the graph of a snapshot, as [`SocialGraph::from_parts`] does.
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

        let parts = users.iter().map(UserEntry::parts);
        let next_user = UserId::from_u32(next_user);
        let graph = Self::from_users(policy, parts, next_user)
            .map_err(load_error)?
            .with_next_user(next_user);

        for entry in &users {
            for list in List::OWN {
                check_list(&graph, entry, list)?;
            }
        }
        check_requests(&graph, &users)?;

        let relations = relations(&users);
        graph
            .with_relations(relations.iter().copied())
            .map_err(load_error)
    }
}

impl UserEntry {
    /// Returns the user without lists.
    fn parts(&self) -> UserParts<&str> {
        UserParts {
            id: self.id,
            name: &self.name,
            request_mode: self.request_mode,
            request_sending: self.request_sending,
        }
    }
}

/// Checks that a list ascends and names known users other than its owner.
fn check_list(graph: &SocialGraph, entry: &UserEntry, list: List) -> Result<(), SnapshotError> {
    let user = || entry.name.clone();
    let mut above = None;

    for &peer in entry.list(list) {
        if peer == entry.id {
            return Err(InvariantViolation::OwnPeer { user: user() }.into());
        }
        if !graph.contains_user(peer) {
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

/// Checks that each request is on the lists of both users.
fn check_requests(graph: &SocialGraph, users: &[UserEntry]) -> Result<(), InvariantViolation> {
    let mut sent = Vec::new();
    for entry in users {
        sent.extend(entry.requests_out.iter().map(|target| (*target, entry.id)));
    }
    sent.sort_unstable();

    let received = users
        .iter()
        .flat_map(|entry| entry.requests_in.iter().map(|sender| (entry.id, *sender)));
    let Some((target, sender)) = first_difference(sent.iter().copied(), received) else {
        return Ok(());
    };

    let name = |id| graph.name(id).unwrap_or_default().to_owned();
    Err(InvariantViolation::HalvesDisagree {
        actor: name(target),
        target: name(sender),
    })
}

/// Returns the lowest item that only one of two ascending iterators has.
fn first_difference<T: Ord>(
    mut ours: impl Iterator<Item = T>,
    mut theirs: impl Iterator<Item = T>,
) -> Option<T> {
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (Some(one), Some(other)) if one == other => {}
            (one, other) => return one.into_iter().chain(other).min(),
        }
    }
}

/// Returns the relations of the users' lists, ascending, each pair once.
fn relations(users: &[UserEntry]) -> Vec<(UserId, UserId, Relation)> {
    let mut relations = Vec::new();

    for entry in users {
        // A request is on two lists. They agree, so its sender's list is enough.
        for list in [List::Blocklist, List::Friends, List::RequestsOut] {
            let listed = Relation::STRANGERS.with(list.fact());
            for &peer in entry.list(list) {
                relations.push(if entry.id < peer {
                    (entry.id, peer, listed)
                } else {
                    (peer, entry.id, listed.flip())
                });
            }
        }
    }

    relations.sort_unstable_by_key(|(first, second, _)| (*first, *second));
    relations.dedup_by(|next, kept| {
        let is_same_pair = (next.0, next.1) == (kept.0, kept.1);
        if is_same_pair {
            kept.2 = kept.2.union(next.2);
        }
        is_same_pair
    });
    relations
}

/// Returns the error of a snapshot whose parts make no graph.
fn load_error(error: PartsError) -> SnapshotError {
    match error {
        PartsError::Name { id, error } => SnapshotError::Name { id, error },
        PartsError::Handle { user, id } => SnapshotError::Handle { user, id },
        PartsError::Invariant(violation) => violation.into(),
        // The relations ascend and are of known users, and they do not change.
        _ => InvariantViolation::Indices.into(),
    }
}
