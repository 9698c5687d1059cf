//! A service behind HTTP: queries run on a snapshot, updates one at a time.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CONTENT_TYPE,
};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use socialgraph_tim::{Call, Command, Gateway, HttpRequest, Reply, Service};
use tokio::sync::Mutex;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;

/// The time limit for reading a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The state that all requests share.
#[derive(Debug)]
pub(crate) struct Server {
    gateway: Gateway,
    /// The service that updates change, one at a time.
    live: Arc<Mutex<Service>>,
    /// A snapshot from after the last update. Queries read it without waiting for updates.
    published: ArcSwap<Service>,
}

impl Server {
    pub(crate) fn new(gateway: Gateway, service: Service) -> Self {
        let published = ArcSwap::from_pointee(service.clone());
        Self {
            gateway,
            live: Arc::new(Mutex::new(service)),
            published,
        }
    }

    /// Returns the router. Its only route takes every path: unknown paths get a code, too.
    pub(crate) fn into_router(self) -> Router {
        Router::new().fallback(handle).with_state(Arc::new(self))
    }

    /// Returns the reply to a request.
    ///
    /// The work runs on blocking threads, so that a long request does not delay others. An
    /// update waits for the live service before it takes a thread.
    async fn reply(self: Arc<Self>, incoming: Incoming) -> Result<Reply, JoinError> {
        let now = SystemTime::now();
        let server = Arc::clone(&self);
        let admit = move || server.gateway.admit(&incoming.request(), now);

        match spawn_blocking(admit).await? {
            Ok(Call::Query(call)) => {
                spawn_blocking(move || self.published.load().handle_query(&call, now)).await
            }
            Ok(call @ Call::Update(_)) => {
                let mut live = Arc::clone(&self.live).lock_owned().await;
                let update = move || {
                    let reply = live.handle(&call, now);
                    self.published.store(Arc::new(live.clone()));
                    reply
                };
                spawn_blocking(update).await
            }
            Err(refusal) => Ok(refusal),
        }
    }
}

/// A request with its whole body.
#[derive(Clone, Debug)]
struct Incoming {
    method: Method,
    uri: Uri,
    body: Arc<[u8]>,
}

impl Incoming {
    fn request(&self) -> HttpRequest<'_> {
        HttpRequest {
            method: self.method.as_str(),
            path: self.uri.path(),
            query: self.uri.query().unwrap_or_default(),
            body: &self.body,
        }
    }
}

/// Reads a request, replies to it and logs both.
async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let Some(body) = read(body, server.gateway.max_body_bytes()).await else {
        // An incomplete request is not handled, so there is no reply with a code either.
        tracing::warn!("the body did not come to its end");
        return StatusCode::REQUEST_TIMEOUT.into_response();
    };

    let incoming = Incoming {
        method: head.method,
        uri: head.uri,
        body: body.into(),
    };
    let Ok(reply) = server.reply(incoming.clone()).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    log(&incoming.request(), &reply, started.elapsed());

    // The vendor's headers. The status is 200 for every code.
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "X-Requested-With, Content-Type",
        ),
        (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
    ];
    (headers, reply.body).into_response()
}

/// Reads a body, and stops soon after `max_bytes`: the gateway refuses such a body.
///
/// Returns `None` if the body breaks off or takes too long.
async fn read(mut body: Body, max_bytes: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(frame) = body.frame().await {
            bytes.extend_from_slice(frame.ok()?.data_ref().map_or(&[], |data| data));
            if bytes.len() > max_bytes {
                break;
            }
        }
        Some(())
    };

    timeout(BODY_TIMEOUT, reading).await.ok()??;
    Some(bytes)
}

/// The characters of a method in the log.
const MOST_METHOD: usize = 20;

/// Logs a request with its code, and the callbacks that the host owes.
fn log(request: &HttpRequest<'_>, reply: &Reply, took: Duration) {
    let (code, micros) = (reply.code.number(), took.as_micros());
    // A client may make one up, of any length.
    let method: String = request.method.chars().take(MOST_METHOD).collect();
    let method = method.as_str();
    let command = Command::from_path(request.path).map_or("-", Command::name);

    if reply.detail.is_empty() {
        tracing::info!(method, command, code, micros);
    } else {
        tracing::info!(method, command, code, micros, detail = reply.detail);
    }
    for callback in &reply.callbacks {
        tracing::debug!(?callback);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use axum::http::Method;
    use socialgraph::{Policy, SocialGraph};
    use socialgraph_tim::{Code, Command, Gateway, Service, UserSig};
    use tokio::time::timeout;

    use super::{Incoming, Server};

    /// Returns a signed request. A malformed address becomes one without a path.
    fn incoming(command: Command, body: &str) -> Incoming {
        let day = Duration::from_secs(86_400);
        let usersig = UserSig::new(1, "admin", SystemTime::now(), day);
        let target = usersig.sign_target(command, "secret", 1);
        Incoming {
            method: Method::POST,
            uri: target.parse().unwrap_or_default(),
            body: body.as_bytes().into(),
        }
    }

    /// A long update delays other updates, but no queries.
    #[tokio::test]
    async fn queries_do_not_wait_for_updates() {
        let service = Service::new(SocialGraph::new(Policy::tencent_rest()));
        let server = Server::new(Gateway::new(1, "secret").with_admin("admin"), service);
        let server = Arc::new(server);
        let update = Arc::clone(&server.live).lock_owned().await;
        let ask = async |command, body| {
            let reply = Arc::clone(&server).reply(incoming(command, body));
            let reply = timeout(Duration::from_millis(500), reply).await.ok()?;
            reply.ok().map(|reply| reply.code)
        };
        let check = r#"{"CheckItem":[{"UserID":"a"}]}"#;
        assert_eq!(ask(Command::AccountCheck, check).await, Some(Code::Ok));
        assert_eq!(ask(Command::AccountImport, r#"{"UserID":"a"}"#).await, None);
        drop(update);
        assert_eq!(
            ask(Command::AccountImport, r#"{"UserID":"a"}"#).await,
            Some(Code::Ok)
        );
    }
}
