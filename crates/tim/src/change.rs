//! Changes: what an update did to the graph, by names.

use serde::{Deserialize, Serialize};
use socialgraph::{Policy, Relation, RequestMode, RequestSending};

/// One step of what an update changed in the graph.
///
/// A reader that starts from a copy of the graph's users, settings and relations, and applies the
/// changes of every update in their order, has what the graph has. A user has the name of that
/// moment: if a user is renamed, later changes use the new name. What did not change is not
/// reported, so no change has the same value before and after.
///
/// In JSON, a change is under its name:
///
/// ```
/// use std::time::UNIX_EPOCH;
///
/// use socialgraph::{Action, Operation, Policy, SocialGraph};
/// use socialgraph_tim::{Change, Service};
///
/// let mut service = Service::new(SocialGraph::new(Policy::tencent_rest()));
/// let mut changes: Vec<Change> = Vec::new();
/// for operation in [
///     Operation::add_user("ann"),
///     Operation::add_user("ben"),
///     Operation::act(Action::Block, "ann", "ben"),
///     Operation::remove_user("ben"),
/// ] {
///     changes.extend(service.apply(&operation, UNIX_EPOCH).changes);
/// }
///
/// let mut lines = Vec::new();
/// for change in &changes {
///     lines.push(serde_json::to_string(change)?);
/// }
/// assert_eq!(
///     lines,
///     [
///         r#"{"user_added":{"name":"ann"}}"#,
///         r#"{"user_added":{"name":"ben"}}"#,
///         r#"{"relation_changed":{"actor":"ann","target":"ben","before":[],"after":["actor_blocks"]}}"#,
///         r#"{"relation_changed":{"actor":"ben","target":"ann","before":["target_blocks"],"after":[]}}"#,
///         r#"{"user_removed":{"name":"ben"}}"#,
///     ],
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
// Exhaustive on purpose: a reader that mirrors the graph has to handle every change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A user has been added: without relations, with the policy's initial request mode
    /// ([`RequestRules::initial_mode`](socialgraph::RequestRules::initial_mode)), and not barred.
    UserAdded {
        /// The user's name.
        name: String,
    },
    /// A user has been removed. The user's relations have ended in the changes before.
    UserRemoved {
        /// The user's name, which is free again.
        name: String,
    },
    /// A user has another name. Settings and relations stay.
    UserRenamed {
        /// The name before, which is free again.
        before: String,
        /// The name now.
        name: String,
    },
    /// A user has been merged into another, and removed.
    ///
    /// The changes before have ended the relations of the first, and have given the other what is
    /// kept of them.
    UsersMerged {
        /// The name of the removed user, which is free again.
        from: String,
        /// The name of the remaining user.
        into: String,
    },
    /// The relation of two users has changed, in both halves.
    ///
    /// A pair is reported once for each time that its relation changed, from one of its two sides.
    /// The other half is the flipped relation ([`Relation::flip`]).
    RelationChanged {
        /// The user from whom the relations are seen.
        actor: String,
        /// The other user.
        target: String,
        /// The relation before: a list of facts.
        before: Relation,
        /// The relation now: a list of facts.
        after: Relation,
    },
    /// A user takes other friend requests.
    RequestModeChanged {
        /// The user's name.
        user: String,
        /// The request mode now.
        mode: RequestMode,
    },
    /// A user has been barred from sending friend requests, or is no longer.
    RequestSendingChanged {
        /// The user's name.
        user: String,
        /// The setting now.
        sending: RequestSending,
    },
    /// The graph is under another policy. The changes after have the relations that it ends.
    PolicyAdopted {
        /// The policy before.
        from: Box<Policy>,
        /// The policy now.
        to: Box<Policy>,
    },
}
