//! Before-callbacks: the app may deny items of a user's call.

use std::time::Duration;

use socialgraph_tim::wire::{Callback, CallbackReply, ResultItem};

use super::{App, Message};
use crate::door::Peer;
use crate::options::BeforeFailure;

/// The code of items that are refused because the app has not answered.
const NO_ANSWER: u32 = 38_000;

/// Asks the app before a call.
#[derive(Clone)]
pub(crate) struct Before {
    pub(crate) app: App,
    pub(crate) time: Duration,
    pub(crate) failure: BeforeFailure,
}

impl Before {
    /// Returns the app's answer, or what stands for it if there is none.
    pub(crate) async fn ask(&self, callback: Callback, peer: Peer) -> CallbackReply {
        let address = peer
            .0
            .map(|address| address.to_string())
            .unwrap_or_default();
        let message = Message::new(&callback, self.app.sdkappid, &address);
        let sent = self.app.send(&message, None, self.time).await;
        let answer = sent.map_err(|error| error.to_string()).and_then(|body| {
            serde_json::from_slice(&body).map_err(|error| format!("no answer to it: {error}"))
        });
        match answer {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(
                    callback = callback.command(),
                    error,
                    "the app was not asked"
                );
                self.without_answer(&callback)
            }
        }
    }

    fn without_answer(&self, callback: &Callback) -> CallbackReply {
        let denied = match self.failure {
            BeforeFailure::Allow => Vec::new(),
            BeforeFailure::Refuse => accounts(callback).into_iter().map(denial).collect(),
        };
        CallbackReply {
            result_item: denied,
            action_status: None,
            error_code: 0,
            error_info: String::new(),
        }
    }
}

fn denial(account: &str) -> ResultItem {
    ResultItem {
        to_account: account.to_owned(),
        result_code: NO_ANSWER,
        result_info: "the app has not answered".to_owned(),
    }
}

/// Returns the accounts of a call's items.
fn accounts(callback: &Callback) -> Vec<&str> {
    match callback {
        Callback::PrevFriendAdd(call) => call
            .friend_item
            .iter()
            .map(|item| &*item.to_account)
            .collect(),
        Callback::PrevFriendResponse(call) => call
            .response_friend_item
            .iter()
            .map(|item| &*item.to_account)
            .collect(),
        _ => Vec::new(),
    }
}
