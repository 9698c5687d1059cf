//! What a host's app has denied before it was carried out.

use std::collections::BTreeMap;

use super::failure::Cause;
use super::wire::CallbackReply;

/// The accounts of a request that the host's app denied, with the app's code and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Denials {
    accounts: BTreeMap<String, (u32, String)>,
}

impl Denials {
    pub(super) fn extend(&mut self, reply: CallbackReply) {
        let denied = reply.result_item.into_iter().filter(|item| item.result_code != 0);
        self.accounts
            .extend(denied.map(|item| (item.to_account, (item.result_code, item.result_info))));
    }

    /// Returns why nothing is to be done about an account, if it was denied.
    pub(super) fn cause(&self, account: &str) -> Option<Cause> {
        let (code, info) = self.accounts.get(account)?;
        Some(Cause::Denied { code: *code, info: info.clone() })
    }
}
