//! One action on many pairs of users, and lists that are cleared.

use socialgraph::Action;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::forms::{ChangeForm, ItemForm, Naming};
use super::values::named;
use super::{Failure, SocialGraph, json};

#[wasm_bindgen]
impl SocialGraph {
    /// Applies an action of one actor to each target in turn (R14).
    ///
    /// A refused target changes nothing and does not stop the others: there is an item for each
    /// target, in the order of the targets.
    ///
    /// @throws {SocialGraphError} `batch_too_large` or `unknown_name`; nothing has changed
    #[wasm_bindgen(js_name = applyMany, unchecked_return_type = "Item[]")]
    pub fn apply_many(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Action>")] action: &str,
        actor: &str,
        #[wasm_bindgen(unchecked_param_type = "readonly string[]")] targets: &JsValue,
    ) -> Result<JsValue, Failure> {
        let action: Action = named(action)?;
        let targets: Vec<String> = json::read(targets, "the targets")?;
        let batch = self.graph.apply_many(action, actor, &targets)?;
        Ok(json::write(&ItemForm::all(&batch, action, &self.graph)))
    }

    /// Applies an action of each actor in turn to one target (R25).
    ///
    /// It returns an item for each actor, in the order of the actors.
    ///
    /// @throws {SocialGraphError} `batch_too_large` or `unknown_name`; nothing has changed
    #[wasm_bindgen(js_name = applyByMany, unchecked_return_type = "Item[]")]
    pub fn apply_by_many(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Action>")] action: &str,
        #[wasm_bindgen(unchecked_param_type = "readonly string[]")] actors: &JsValue,
        target: &str,
    ) -> Result<JsValue, Failure> {
        let action: Action = named(action)?;
        let actors: Vec<String> = json::read(actors, "the actors")?;
        let batch = self.graph.apply_by_many(action, &actors, target)?;
        Ok(json::write(&ItemForm::all(&batch, action, &self.graph)))
    }

    /// Takes every user off one of a user's own lists (R28), and returns what changed.
    ///
    /// @throws {SocialGraphError} `unknown_user` or `unknown_name`
    #[wasm_bindgen(js_name = clearList, unchecked_return_type = "Change[]")]
    pub fn clear_list(
        &mut self,
        user: &str,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<OwnList>")] list: &str,
    ) -> Result<JsValue, Failure> {
        let cleared = self.graph.clear_list(user, named(list)?)?;
        let naming = Naming::of(&self.graph);
        Ok(json::write(&ChangeForm::all(&cleared.changes, naming)))
    }
}
