//! Questions: who may reach whom, and why not.

use std::borrow::Cow;

use serde::Serialize;
use socialgraph::{Decision, Interaction, Question, Reasons, UserId, Verdict};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::values::named;
use super::{Failure, SocialGraph, json};

/// A decision, with what the actor may see of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DecisionForm {
    allowed: bool,
    verdict: Verdict,
    reasons: Reasons,
    visible_reasons: Reasons,
    explain: String,
    explain_visible: String,
}

impl DecisionForm {
    fn new(decision: Decision, actor: &str, target: &str) -> Self {
        let visible = decision.visible();
        Self {
            allowed: decision.is_allowed(),
            verdict: decision.verdict(),
            reasons: decision.reasons(),
            visible_reasons: visible.reasons(),
            explain: decision.explain(actor, target).to_string(),
            explain_visible: visible.explain(actor, target).to_string(),
        }
    }
}

#[wasm_bindgen]
impl SocialGraph {
    /// Returns whether the actor may message the target (R5).
    ///
    /// If a user is unknown, it is false. {@link SocialGraph.decide} has the reasons.
    #[wasm_bindgen(js_name = canMessage)]
    pub fn can_message(&self, actor: &str, target: &str) -> bool {
        self.graph.can_message(actor, target).is_allowed()
    }

    /// Returns whether the actor may message the target, by the numbers of the two.
    ///
    /// Numbers cross into the engine much faster than names. If there is no user with a number, it
    /// is false.
    #[wasm_bindgen(js_name = canMessageById)]
    pub fn can_message_by_id(&self, actor: u32, target: u32) -> bool {
        let [actor, target] = [actor, target].map(UserId::from_u32);
        self.graph.can_message(actor, target).is_allowed()
    }

    /// Returns whether the actor may reach the target: message, call, invite, or appear online
    /// (R17).
    ///
    /// @throws {SocialGraphError} `unknown_name`, if there is no such interaction
    pub fn can(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Interaction>")] interaction: &str,
        actor: &str,
        target: &str,
    ) -> Result<bool, Failure> {
        let interaction: Interaction = named(interaction)?;
        Ok(self.graph.can(interaction, actor, target).is_allowed())
    }

    /// Returns whether {@link SocialGraph.sendFriendRequest} would succeed now.
    #[wasm_bindgen(js_name = canSendFriendRequest)]
    pub fn can_send_friend_request(&self, actor: &str, target: &str) -> bool {
        let decision = self.graph.can_send_friend_request(actor, target);
        decision.is_allowed()
    }

    /// Decides a question: may the actor reach the target, or do an action?
    ///
    /// An unknown user is a reason of the decision, not an error. Show users `visibleReasons` or
    /// `explainVisible` alone: the rest says who blocks whom.
    ///
    /// @throws {SocialGraphError} `unknown_name`, if there is no such question
    #[wasm_bindgen(unchecked_return_type = "Decision")]
    pub fn decide(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Question>")] question: &str,
        actor: &str,
        target: &str,
    ) -> Result<JsValue, Failure> {
        let decision = match named(question)? {
            Question::Reach(interaction) => self.graph.can(interaction, actor, target),
            action @ Question::Act(_) => self.graph.decide(action, actor, target),
        };
        Ok(json::write(&DecisionForm::new(decision, actor, target)))
    }

    /// Returns the targets whom the actor may reach, in the order given.
    ///
    /// It equals a filter by {@link SocialGraph.can}, and is much faster: all names cross into the
    /// engine at once.
    ///
    /// @throws {SocialGraphError} `unknown_name`, if there is no such interaction
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn audience(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Interaction>")] interaction: &str,
        actor: &str,
        #[wasm_bindgen(unchecked_param_type = "readonly string[]")] targets: &JsValue,
    ) -> Result<JsValue, Failure> {
        let interaction: Interaction = named(interaction)?;
        let targets: Vec<Cow<'_, str>> = json::read(targets, "the targets")?;
        let permitted = self.graph.audience(interaction, actor, &targets);
        Ok(json::write(&permitted.collect::<Vec<_>>()))
    }

    /// Returns the senders who may reach the recipient, in the order given.
    ///
    /// @throws {SocialGraphError} `unknown_name`, if there is no such interaction
    #[wasm_bindgen(js_name = visibleSenders, unchecked_return_type = "string[]")]
    pub fn visible_senders(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Interaction>")] interaction: &str,
        recipient: &str,
        #[wasm_bindgen(unchecked_param_type = "readonly string[]")] senders: &JsValue,
    ) -> Result<JsValue, Failure> {
        let interaction: Interaction = named(interaction)?;
        let senders: Vec<Cow<'_, str>> = json::read(senders, "the senders")?;
        let permitted = self.graph.visible_senders(interaction, recipient, &senders);
        Ok(json::write(&permitted.collect::<Vec<_>>()))
    }

    /// Returns what holds between two users, seen from the actor.
    ///
    /// @throws {SocialGraphError} `unknown_user` or `same_user`
    #[wasm_bindgen(unchecked_return_type = "Fact[]")]
    pub fn relation(&self, actor: &str, target: &str) -> Result<JsValue, Failure> {
        let relation = self.graph.relation(actor, target);
        let relation = relation.map_err(|error| Failure::of_pair(&error))?;
        Ok(json::write(&relation))
    }
}
