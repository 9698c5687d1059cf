//! The items of a call that the app denied beforehand.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::callback::CallbackReply;

/// The codes that an app may deny with. Any other code counts as the first of them.
const APP_CODES: RangeInclusive<u32> = 38_000..=39_000;

/// The accounts of a request that the app denied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Denials {
    accounts: BTreeMap<String, Denial>,
}

/// The app's code and text for one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Denial {
    pub(crate) code: u32,
    pub(crate) info: String,
}

impl Denials {
    /// Adds the denials of an app's reply that are about items of the call.
    pub(crate) fn extend(&mut self, reply: CallbackReply, items: &HashSet<&str>) {
        for item in reply.result_item {
            if item.result_code == 0 || !items.contains(&*item.to_account) {
                continue;
            }

            let code = if APP_CODES.contains(&item.result_code) {
                item.result_code
            } else {
                *APP_CODES.start()
            };
            let info = item.result_info;
            self.accounts.insert(item.to_account, Denial { code, info });
        }
    }

    /// Returns whether the app denied nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Returns the denial of an account, if the app denied it.
    pub(crate) fn get(&self, account: &str) -> Option<&Denial> {
        self.accounts.get(account)
    }
}
