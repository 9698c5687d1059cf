//! The class, its copies and its snapshots.

use socialgraph::Snapshot;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Failure, json, policy};

/// Users, their friend lists, friend requests and blocklists, and the rules over them.
///
/// Users are named by strings. A method that changes something throws a {@link SocialGraphError}
/// if the rules refuse it, and then nothing has changed. {@link SocialGraph.apply} returns the
/// refusal instead.
///
/// The memory of a graph is freed after it is garbage collected. To free it at once, call `free`,
/// or declare the graph with `using`.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct SocialGraph {
    pub(super) graph: socialgraph::SocialGraph,
}

#[wasm_bindgen]
impl SocialGraph {
    /// Makes a graph without users.
    ///
    /// There is no default policy: a default would choose what a block means.
    ///
    /// @throws {SocialGraphError} `unknown_policy`, `parse_policy` or `malformed`
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "PolicyLike")] policy: &JsValue,
    ) -> Result<SocialGraph, Failure> {
        let policy = policy::read(policy)?;
        Ok(Self {
            graph: socialgraph::SocialGraph::new(policy),
        })
    }

    /// Returns a copy that is independent of this graph. Constant time at any size.
    #[wasm_bindgen(js_name = clone)]
    pub fn clone_graph(&self) -> SocialGraph {
        self.clone()
    }

    /// Returns the whole graph as JSON: the snapshot that the engine writes in every language.
    ///
    /// Equal logs of operations give equal texts.
    pub fn snapshot(&self) -> String {
        // A snapshot is of names, numbers and lists: each has JSON.
        serde_json::to_string(&self.graph).unwrap_or_default()
    }

    /// Returns the graph of a snapshot, which is checked: both halves of each relation, limits and
    /// what the policy forbids.
    ///
    /// @throws {SocialGraphError} `malformed`, or the code of what is wrong with the snapshot
    #[wasm_bindgen(js_name = fromSnapshot)]
    pub fn from_snapshot(text: &str) -> Result<SocialGraph, Failure> {
        let snapshot: Snapshot = json::read_text(text, "the snapshot")?;
        let graph = snapshot.try_into().map_err(Failure::from)?;
        Ok(Self { graph })
    }

    /// The policy in one line: `"mastodon with limits.blocked = 1000"`.
    ///
    /// {@link policy} has its parts.
    #[wasm_bindgen(getter)]
    pub fn policy(&self) -> String {
        self.graph.policy().to_string()
    }
}
