//! What a host's app has denied before it was carried out.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::failure::Cause;
use super::wire::CallbackReply;

/// The codes that an app may deny with; any other counts as the first of them.
const APPS_OWN: RangeInclusive<u32> = 38_000..=39_000;

/// The accounts of a request that the host's app denied, with the app's code and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Denials {
    accounts: BTreeMap<String, (u32, String)>,
}

impl Denials {
    pub(super) fn extend(&mut self, reply: CallbackReply) {
        let denied = reply
            .result_item
            .into_iter()
            .filter(|item| item.result_code != 0);
        self.accounts.extend(denied.map(|item| {
            let code = item.result_code;
            let code = if APPS_OWN.contains(&code) {
                code
            } else {
                *APPS_OWN.start()
            };
            (item.to_account, (code, item.result_info))
        }));
    }

    /// Returns why nothing is to be done about an account, if it was denied.
    pub(super) fn cause(&self, account: &str) -> Option<Cause> {
        let (code, info) = self.accounts.get(account)?;
        Some(Cause::Denied {
            code: *code,
            info: info.clone(),
        })
    }
}
