//! Graphs as portable data: feature `serde`.

mod error;
mod load;
mod read;
mod version_1;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use error::SnapshotError;

use crate::facts::{RequestMode, RequestSending};
use crate::graph::{List, SocialGraph, UnknownUser, UserId};
use crate::rules::Policy;

/// The version of the format that this build writes.
const VERSION: u64 = 2;

/// The version before, which had flat policies. This build reads it.
const VERSION_1: u64 = 1;

/// A whole graph as plain data, for any serde format.
///
/// Equal logs give equal bytes. Fields, in this order: `version` (2), `policy`,
/// `next_user` (the number that the next user will have), and `users`, each with `id`, `name`,
/// `request_mode`, `request_sending` and the four lists `blocklist`, `friends`, `requests_in`
/// and `requests_out` as the graph lists them: handles, ascending. A friend request is on the
/// lists of both users, and loading checks that the two agree. [`SocialGraph`] itself is `Serialize` and
/// `Deserialize` through this type. To get a typed [`SnapshotError`], convert by hand.
///
/// Version 1 is read, too. A snapshot of a later version gets an error that says so. Both need
/// `version` to be the first field, as this crate writes it.
///
/// ```
/// use socialgraph::{Policy, Snapshot, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// graph.add_user("alice")?;
/// graph.add_user("bob")?;
/// graph.add_to_blocklist("alice", "bob")?;
///
/// let json = serde_json::to_string(&Snapshot::from(&graph))?;
/// let snapshot: Snapshot = serde_json::from_str(&json)?;
/// assert_eq!(SocialGraph::try_from(snapshot)?, graph);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    version: u64,
    policy: Policy,
    next_user: u32,
    users: Vec<UserEntry>,
}

/// One user, with the user's own lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    id: UserId,
    name: String,
    request_mode: RequestMode,
    request_sending: RequestSending,
    blocklist: Vec<UserId>,
    friends: Vec<UserId>,
    requests_in: Vec<UserId>,
    requests_out: Vec<UserId>,
}

impl UserEntry {
    /// Returns one of the user's own lists: the others are empty, because each of their entries
    /// is on an own list of another user.
    fn list(&self, list: List) -> &[UserId] {
        match list {
            List::Blocklist => &self.blocklist,
            List::Friends => &self.friends,
            List::RequestsIn => &self.requests_in,
            List::RequestsOut => &self.requests_out,
            List::BlockedBy | List::ListedBy => &[],
        }
    }
}

impl From<&SocialGraph> for Snapshot {
    fn from(graph: &SocialGraph) -> Self {
        Self {
            version: VERSION,
            policy: *graph.policy(),
            next_user: graph.next_user().to_u32(),
            // Every listed user is known, so no entry is left out.
            users: graph
                .users()
                .filter_map(|(id, name)| user_entry(graph, id, name).ok())
                .collect(),
        }
    }
}

fn user_entry(graph: &SocialGraph, id: UserId, name: &str) -> Result<UserEntry, UnknownUser> {
    let facts = graph.user_facts(id)?;
    Ok(UserEntry {
        id,
        name: name.to_owned(),
        request_mode: facts.request_mode,
        request_sending: facts.request_sending,
        blocklist: graph.blocklist(id)?.iter().collect(),
        friends: graph.friends(id)?.iter().collect(),
        requests_in: graph.requests_in(id)?.iter().collect(),
        requests_out: graph.requests_out(id)?.iter().collect(),
    })
}

impl Serialize for SocialGraph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Snapshot::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SocialGraph {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Snapshot::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
