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
use axum::response::IntoResponse;
use http_body_util::BodyExt as _;
use socialgraph::tim::{Call, Command, Gateway, HttpRequest, Reply, Service};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What every request shares.
#[derive(Debug)]
pub(crate) struct Server {
    gateway: Gateway,
    /// The state that updates change, one at a time.
    live: Mutex<Service>,
    /// The state after the last update, for queries: they never wait for one.
    published: ArcSwap<Service>,
}

impl Server {
    pub(crate) fn new(gateway: Gateway, service: Service) -> Self {
        let published = ArcSwap::from_pointee(service.clone());
        Self { gateway, live: Mutex::new(service), published }
    }

    /// Returns the routes: one for everything, as replies to unknown paths have a code too.
    pub(crate) fn into_router(self) -> Router {
        Router::new().fallback(handle).with_state(Arc::new(self))
    }

    async fn reply(&self, request: &HttpRequest<'_>, now: SystemTime) -> Reply {
        match self.gateway.admit(request, now) {
            Ok(Call::Query(call)) => self.published.load().answer(&call, now),
            Ok(Call::Update(call)) => {
                let mut live = self.live.lock().await;
                let reply = live.perform(&call, now);
                self.published.store(Arc::new(live.clone()));
                reply
            }
            Err(refusal) => refusal,
        }
    }
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> impl IntoResponse {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let body = read(body, server.gateway.max_body_bytes()).await;
    let request = HttpRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        body: &body,
    };
    let reply = server.reply(&request, SystemTime::now()).await;
    log(&request, &reply, started.elapsed());
    // The vendor's headers; the status is 200 whatever the code.
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "X-Requested-With, Content-Type"),
        (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
    ];
    (headers, reply.body)
}

/// Reads a body, but not much more of it than may be there: the gateway refuses it then.
///
/// Of one that breaks off, or takes too long, there is what has come.
async fn read(mut body: Body, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
            if bytes.len() > most {
                break;
            }
        }
    };
    // What has come by then is judged like any other body.
    let _ = timeout(BODY_TIMEOUT, reading).await;
    bytes
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
    use std::time::{Duration, SystemTime};

    use socialgraph::tim::{Code, Command, Gateway, HttpRequest, Service, UserSig};
    use socialgraph::{Policy, SocialGraph};
    use tokio::time::timeout;

    use super::Server;

    fn target(command: Command) -> String {
        let day = Duration::from_secs(86_400);
        UserSig::new(1, "admin", SystemTime::now(), day).sign_target(command, "secret", 1)
    }

    /// An update that never ends holds up other updates, and no query.
    #[tokio::test]
    async fn queries_do_not_wait_for_updates() {
        let service = Service::new(SocialGraph::new(Policy::tencent_rest()));
        let server = Server::new(Gateway::new(1, "secret").with_admin("admin"), service);
        let update = server.live.lock().await;
        let ask = async |command, body: &[u8]| {
            let target = target(command);
            let request = HttpRequest::new("POST", &target, body);
            let reply = server.reply(&request, SystemTime::now());
            timeout(Duration::from_millis(200), reply).await.ok().map(|reply| reply.code)
        };
        let check = br#"{"CheckItem":[{"UserID":"a"}]}"#;
        assert_eq!(ask(Command::AccountCheck, check).await, Some(Code::Ok));
        assert_eq!(ask(Command::AccountImport, br#"{"UserID":"a"}"#).await, None);
        drop(update);
        assert_eq!(ask(Command::AccountImport, br#"{"UserID":"a"}"#).await, Some(Code::Ok));
    }
}
