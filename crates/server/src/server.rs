//! A service behind HTTP: queries from a snapshot, updates one at a time.

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

/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What every request shares.
#[derive(Debug)]
pub(crate) struct Server {
    gateway: Gateway,
    /// The state that updates change, one at a time.
    live: Arc<Mutex<Service>>,
    /// The state after the last update, for queries: they never wait for one.
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

    /// Returns the routes: one for everything, as replies to unknown paths have a code too.
    pub(crate) fn into_router(self) -> Router {
        Router::new().fallback(handle).with_state(Arc::new(self))
    }

    /// Answers a call.
    ///
    /// The work is done on threads of its own, so that one long request holds up no other; an
    /// update waits for its turn before it takes one.
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
                let perform = move || {
                    let reply = live.handle(&call, now);
                    self.published.store(Arc::new(live.clone()));
                    reply
                };
                spawn_blocking(perform).await
            }
            Err(refusal) => Ok(refusal),
        }
    }
}

/// A request that has come in whole.
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

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let Some(body) = read(body, server.gateway.max_body_bytes()).await else {
        // Half a request is no request: nothing of it is carried out, and there is no reply
        // of the service's to it.
        tracing::warn!(
            method = head.method.as_str(),
            "the body did not come to its end"
        );
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
    // The vendor's headers; the status is 200 whatever the code.
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

/// Reads a body, but not much more of it than may be there: the gateway refuses it then.
///
/// `None` is one that broke off, or took too long.
async fn read(mut body: Body, most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(frame) = body.frame().await {
            bytes.extend_from_slice(frame.ok()?.data_ref().map_or(&[], |data| data));
            if bytes.len() > most {
                break;
            }
        }
        Some(())
    };
    timeout(BODY_TIMEOUT, reading).await.ok()??;
    Some(bytes)
}

fn log(request: &HttpRequest<'_>, reply: &Reply, took: Duration) {
    let (method, code, micros) = (request.method, reply.code.number(), took.as_micros());
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

    /// A signed request; an address that is no address is one of no path.
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

    /// An update that never ends holds up other updates, and no query.
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
