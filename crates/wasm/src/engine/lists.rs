//! A user's lists, whole and in pages.

use serde::Serialize;
use socialgraph::{Cursor, List, Listing};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::values::named;
use super::{Failure, SocialGraph, json};

/// A part of a list.
#[derive(Serialize)]
struct PageForm<'a> {
    users: Vec<&'a str>,
    total: usize,
    next: Option<Cursor>,
}

impl SocialGraph {
    fn listing(&self, user: &str, list: &str) -> Result<Listing<'_>, Failure> {
        let list: List = named(list)?;
        Ok(self.graph.list(user, list)?)
    }
}

#[wasm_bindgen]
impl SocialGraph {
    /// Returns the names on a list of a user, in the order in which they became users.
    ///
    /// @throws {SocialGraphError} `unknown_user` or `unknown_name`
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn list(
        &self,
        user: &str,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<List>")] list: &str,
    ) -> Result<JsValue, Failure> {
        let users = self.listing(user, list)?.iter();
        let names: Vec<_> = users.filter_map(|id| self.graph.name(id)).collect();
        Ok(json::write(&names))
    }

    /// Returns a page of a list: at most `limit` users from the cursor on.
    ///
    /// The first page has no cursor, and each page has that of the next. The list may change
    /// between two pages: a user who is on it all the while is on exactly one page.
    ///
    /// @throws {SocialGraphError} `unknown_user` or `unknown_name`
    #[wasm_bindgen(unchecked_return_type = "Page")]
    pub fn page(
        &self,
        user: &str,
        #[wasm_bindgen(unchecked_param_type = "EitherCase<List>")] list: &str,
        limit: u32,
        cursor: Option<u32>,
    ) -> Result<JsValue, Failure> {
        let listing = self.listing(user, list)?;
        let cursor = cursor.map_or(Cursor::START, Cursor::from_u32);
        let page = listing.page(cursor, limit as usize);
        let users = page.users.into_iter();
        Ok(json::write(&PageForm {
            users: users.filter_map(|id| self.graph.name(id)).collect(),
            total: listing.len(),
            next: page.next,
        }))
    }
}
