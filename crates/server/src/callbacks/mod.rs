//! Callbacks: what the app is asked before a call, and told after an entry.

mod after;
mod attempts;
mod before;
mod order;
mod progress;
mod reading;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use socialgraph_tim::wire::Callback;

pub(crate) use after::After;
pub(crate) use before::Before;
pub(crate) use progress::Progress;
pub(crate) use reading::lose;

/// The header with the id of an after-callback: the position of its entry and a number.
const EVENT_ID: &str = "x-event-id";

/// The app's address, and a client for it.
#[derive(Clone)]
pub(crate) struct App {
    client: Client,
    url: Arc<Url>,
    sdkappid: u64,
}

/// Why the app has not taken a callback.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallbackError {
    #[error("{0}")]
    Http(String),
    #[error("the app answered with status {0}")]
    Status(u16),
    #[error("the app's answer has more than {MOST_ANSWER} bytes")]
    TooLong,
}

/// The bytes of an app's answer.
const MOST_ANSWER: usize = 1 << 20;

impl App {
    pub(crate) fn new(url: Url, sdkappid: u64) -> reqwest::Result<Self> {
        // A redirect, or a proxy that a variable names for other programs, would carry what users
        // do to somebody whom the options do not name.
        let client = Client::builder().redirect(Policy::none()).no_proxy();
        let client = client.build()?;
        let url = Arc::new(url);
        Ok(Self {
            client,
            url,
            sdkappid,
        })
    }

    /// Sends a callback, and returns the body of the app's answer.
    async fn send(
        &self,
        message: &Message,
        event_id: Option<&str>,
        time: Duration,
    ) -> Result<Vec<u8>, CallbackError> {
        let mut url = Url::clone(&self.url);
        let query = &message.query;
        match url.query().map(str::to_owned) {
            Some(own) => url.set_query(Some(&format!("{own}&{query}"))),
            None => url.set_query(Some(query)),
        }

        let request = self.client.post(url).timeout(time);
        let mut request = request.body(Bytes::clone(&message.body));
        request = request.header(CONTENT_TYPE, "application/json");
        if let Some(id) = event_id {
            request = request.header(EVENT_ID, id);
        }
        answer(request).await
    }
}

/// A callback as it is sent.
#[derive(Debug)]
struct Message {
    query: String,
    body: Bytes,
}

impl Message {
    fn new(callback: &Callback, sdkappid: u64, client_ip: &str) -> Self {
        // It is made of texts and numbers, whose JSON does not fail.
        let body = serde_json::to_vec(callback).unwrap_or_default();
        Self {
            query: callback.query(sdkappid, client_ip, "RESTAPI"),
            body: body.into(),
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.query.len() + self.body.len()
    }
}

/// Sends a request, and returns the body of its answer.
async fn answer(request: reqwest::RequestBuilder) -> Result<Vec<u8>, CallbackError> {
    // The URL may have a secret of the app's.
    let failed = |error: reqwest::Error| CallbackError::Http(chain(&error.without_url()));
    let mut response = request.send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(CallbackError::Status(response.status().as_u16()));
    }

    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_ANSWER {
            return Err(CallbackError::TooLong);
        }
    }
    Ok(bytes)
}

/// Prints an error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
