//! Actions on a pair of users, a method for each.

use socialgraph::{Action, Ways};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::forms::{ChangeForm, Naming};
use super::values::named;
use super::{Failure, SocialGraph, json};

impl SocialGraph {
    /// Applies an action, and returns what it did.
    fn act(&mut self, action: Action, actor: &str, target: &str) -> Result<JsValue, Failure> {
        let change = self.graph.apply(action, actor, target);
        let change =
            change.map_err(|error| Failure::of_action(action, &error, self.graph.policy()))?;
        Ok(json::write(&ChangeForm::new(
            change,
            Naming::of(&self.graph),
        )))
    }
}

#[wasm_bindgen]
impl SocialGraph {
    /// Puts the target on the actor's blocklist (R1). What else ends is the policy's choice.
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user` or `same_user`, with the reasons
    #[wasm_bindgen(unchecked_return_type = "Change")]
    pub fn block(&mut self, actor: &str, target: &str) -> Result<JsValue, Failure> {
        self.act(Action::Block, actor, target)
    }

    /// Takes the target off the actor's blocklist. Nothing that the block ended comes back (R7).
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user` or `same_user`, with the reasons
    #[wasm_bindgen(unchecked_return_type = "Change")]
    pub fn unblock(&mut self, actor: &str, target: &str) -> Result<JsValue, Failure> {
        self.act(Action::Unblock, actor, target)
    }

    /// Sends the target a friend request, or accepts the target's own (R10).
    ///
    /// If the target takes requests from anyone, the two are friends at once (R11): the effects
    /// say which.
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user` or `same_user`, with the reasons
    #[wasm_bindgen(js_name = sendFriendRequest, unchecked_return_type = "Change")]
    pub fn send_friend_request(&mut self, actor: &str, target: &str) -> Result<JsValue, Failure> {
        self.act(Action::SendRequest, actor, target)
    }

    /// Accepts the target's friend request.
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user` or `same_user`, with the reasons
    #[wasm_bindgen(js_name = acceptFriendRequest, unchecked_return_type = "Change")]
    pub fn accept_friend_request(&mut self, actor: &str, target: &str) -> Result<JsValue, Failure> {
        self.act(Action::AcceptRequest, actor, target)
    }

    /// Declines the target's friend request.
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user` or `same_user`, with the reasons
    #[wasm_bindgen(js_name = declineFriendRequest, unchecked_return_type = "Change")]
    pub fn decline_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<JsValue, Failure> {
        self.act(Action::DeclineRequest, actor, target)
    }

    /// Cancels the actor's own friend request to the target.
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user` or `same_user`, with the reasons
    #[wasm_bindgen(js_name = cancelFriendRequest, unchecked_return_type = "Change")]
    pub fn cancel_friend_request(&mut self, actor: &str, target: &str) -> Result<JsValue, Failure> {
        self.act(Action::CancelRequest, actor, target)
    }

    /// Adds a friend without a request, on the actor's friend list (`"oneWay"`) or on both
    /// (`"twoWay"`). For imports and admins: blocks and limits hold (R4).
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user`, `same_user` or `unknown_name`
    #[wasm_bindgen(js_name = addFriend, unchecked_return_type = "Change")]
    pub fn add_friend(
        &mut self,
        actor: &str,
        target: &str,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Ways>")] ways: &str,
    ) -> Result<JsValue, Failure> {
        let ways: Ways = named(ways)?;
        self.act(Action::AddFriend(ways), actor, target)
    }

    /// Removes a friend from the actor's friend list (`"oneWay"`), or each from the other's
    /// (`"twoWay"`).
    ///
    /// @throws {SocialGraphError} `refused`, `unknown_user`, `same_user` or `unknown_name`
    #[wasm_bindgen(js_name = removeFriend, unchecked_return_type = "Change")]
    pub fn remove_friend(
        &mut self,
        actor: &str,
        target: &str,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<Ways>")] ways: &str,
    ) -> Result<JsValue, Failure> {
        let ways: Ways = named(ways)?;
        self.act(Action::RemoveFriend(ways), actor, target)
    }
}
