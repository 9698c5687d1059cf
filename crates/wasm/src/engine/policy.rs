//! Policies: their names, their parts, and another one for a graph.

use serde::Serialize;
use socialgraph::Policy;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::forms::{ChangeForm, Naming};
use super::{Failure, SocialGraph, json};

/// A policy as an object.
#[derive(Serialize)]
struct PolicyForm {
    text: String,
    nearest: &'static str,
    parts: Policy,
}

/// Reads a policy: in one line, or as an object.
pub(super) fn read(value: &JsValue) -> Result<Policy, Failure> {
    match value.as_string() {
        Some(line) => Ok(line.parse::<Policy>()?),
        None => json::read(value, "the policy"),
    }
}

/// Returns the names of the named policies.
#[wasm_bindgen(js_name = policyNames, unchecked_return_type = "string[]")]
pub fn policy_names() -> JsValue {
    json::write(&Policy::names().collect::<Vec<_>>())
}

/// Returns a policy with its parts.
///
/// The parts can be changed and given to {@link SocialGraph}.
///
/// @throws {SocialGraphError} `unknown_policy`, `parse_policy` or `malformed`
#[wasm_bindgen(unchecked_return_type = "Policy")]
pub fn policy(
    #[wasm_bindgen(unchecked_param_type = "PolicyLike")] policy: &JsValue,
) -> Result<JsValue, Failure> {
    let policy = read(policy)?;
    Ok(json::write(&PolicyForm {
        text: policy.to_string(),
        nearest: policy.nearest_name(),
        parts: policy,
    }))
}

#[wasm_bindgen]
impl SocialGraph {
    /// Puts the graph under another policy (R26), and returns what that policy forbids and ended.
    ///
    /// @throws {SocialGraphError} `unknown_policy`, `parse_policy` or `malformed`
    #[wasm_bindgen(js_name = adoptPolicy, unchecked_return_type = "Change[]")]
    pub fn adopt_policy(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "PolicyLike")] policy: &JsValue,
    ) -> Result<JsValue, Failure> {
        let migration = self.graph.adopt_policy(read(policy)?);
        let naming = Naming::of(&self.graph);
        Ok(json::write(&ChangeForm::all(&migration.ended, naming)))
    }

    /// Returns what {@link SocialGraph.adoptPolicy} would end. Nothing changes.
    ///
    /// @throws {SocialGraphError} `unknown_policy`, `parse_policy` or `malformed`
    #[wasm_bindgen(js_name = planMigration, unchecked_return_type = "Change[]")]
    pub fn plan_migration(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PolicyLike")] policy: &JsValue,
    ) -> Result<JsValue, Failure> {
        let migration = self.graph.plan_migration(read(policy)?);
        let naming = Naming::of(&self.graph);
        Ok(json::write(&ChangeForm::all(&migration.ended, naming)))
    }
}
