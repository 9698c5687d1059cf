//! Users: who is there, and their settings.

use serde::Serialize;
use socialgraph::{RequestMode, RequestSending, UserFacts, UserId};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::forms::{ChangeForm, MergeForm, Naming};
use super::values::named;
use super::{Failure, SocialGraph, json};

/// A user's settings and counts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserFactsForm {
    request_mode: RequestMode,
    request_sending: RequestSending,
    blocked: u32,
    friends: u32,
    requests_in: u32,
}

impl From<UserFacts> for UserFactsForm {
    fn from(facts: UserFacts) -> Self {
        Self {
            request_mode: facts.request_mode,
            request_sending: facts.request_sending,
            blocked: facts.blocked,
            friends: facts.friends,
            requests_in: facts.requests_in,
        }
    }
}

#[wasm_bindgen]
impl SocialGraph {
    /// Adds a user, and returns the user's number: for {@link SocialGraph.canMessageById}.
    ///
    /// A number stays the user's across renames and snapshots, and is never given out again.
    ///
    /// @throws {SocialGraphError} `empty_name`, `name_too_long`, `name_taken` or `no_handle_left`
    #[wasm_bindgen(js_name = addUser)]
    pub fn add_user(&mut self, name: &str) -> Result<u32, Failure> {
        Ok(self.graph.add_user(name)?.to_u32())
    }

    /// Returns whether there is a user with the name.
    #[wasm_bindgen(js_name = containsUser)]
    pub fn contains_user(&self, name: &str) -> bool {
        self.graph.contains_user(name)
    }

    /// Returns the number of a user, or `undefined` if there is none with the name.
    #[wasm_bindgen(js_name = userId)]
    pub fn user_id(&self, name: &str) -> Option<u32> {
        self.graph.user_id(name).map(UserId::to_u32)
    }

    /// Returns the name of the user with a number, or `undefined` if there is none.
    #[wasm_bindgen(js_name = userName)]
    pub fn user_name(&self, id: u32) -> Option<String> {
        let name = self.graph.name(UserId::from_u32(id));
        name.map(str::to_owned)
    }

    /// Returns the names of all users, in the order in which they were added.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn users(&self) -> JsValue {
        let names: Vec<&str> = self.graph.users().map(|(_, name)| name).collect();
        json::write(&names)
    }

    /// The number of users.
    #[wasm_bindgen(getter, js_name = userCount)]
    pub fn user_count(&self) -> usize {
        self.graph.user_count()
    }

    /// Returns a user's settings, and how long the user's lists are.
    ///
    /// @throws {SocialGraphError} `unknown_user`
    #[wasm_bindgen(js_name = userFacts, unchecked_return_type = "UserFacts")]
    pub fn user_facts(&self, user: &str) -> Result<JsValue, Failure> {
        let facts = self.graph.user_facts(user)?;
        Ok(json::write(&UserFactsForm::from(facts)))
    }

    /// Renames a user, who keeps every relation (R27).
    ///
    /// @throws {SocialGraphError} `unknown_user`, or what {@link SocialGraph.addUser} throws
    #[wasm_bindgen(js_name = renameUser)]
    pub fn rename_user(&mut self, user: &str, name: &str) -> Result<(), Failure> {
        self.graph.rename_user(user, name)?;
        Ok(())
    }

    /// Removes a user, and returns what ended between the user and others.
    ///
    /// @throws {SocialGraphError} `unknown_user`
    #[wasm_bindgen(js_name = removeUser, unchecked_return_type = "Change[]")]
    pub fn remove_user(&mut self, user: &str) -> Result<JsValue, Failure> {
        let removed = self.graph.remove_user(user)?;
        let naming = Naming::with_removed(&self.graph, &removed);
        Ok(json::write(&ChangeForm::all(&removed.ended, naming)))
    }

    /// Merges a user into another, who gets the relations of both; blocks win (R29).
    ///
    /// @throws {SocialGraphError} `unknown_user` or `same_user`
    #[wasm_bindgen(js_name = mergeUsers, unchecked_return_type = "Merge")]
    pub fn merge_users(&mut self, from: &str, into: &str) -> Result<JsValue, Failure> {
        let merged = self.graph.merge_users(from, into)?;
        Ok(json::write(&MergeForm::new(&merged, &self.graph)))
    }

    /// Sets what a friend request to the user leads to (R11), and returns the mode before.
    ///
    /// @throws {SocialGraphError} `unknown_user` or `unknown_name`
    #[wasm_bindgen(js_name = setRequestMode, unchecked_return_type = "RequestMode")]
    pub fn set_request_mode(
        &mut self,
        user: &str,
        #[wasm_bindgen(unchecked_param_type = "RequestMode")] mode: &str,
    ) -> Result<String, Failure> {
        let before = self.graph.set_request_mode(user, named(mode)?)?;
        Ok(before.to_string())
    }

    /// Bars a user from sending friend requests, or lifts the bar (R11). Returns the setting
    /// before.
    ///
    /// @throws {SocialGraphError} `unknown_user` or `unknown_name`
    #[wasm_bindgen(js_name = setRequestSending, unchecked_return_type = "RequestSending")]
    pub fn set_request_sending(
        &mut self,
        user: &str,
        #[wasm_bindgen(unchecked_param_type = "RequestSending")] sending: &str,
    ) -> Result<String, Failure> {
        let before = self.graph.set_request_sending(user, named(sending)?)?;
        Ok(before.to_string())
    }
}
