//! What operators ask: health, readiness, metrics, a backup.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use socialgraph_host::Host;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing_appender::non_blocking::ErrorCounter;

use crate::door::Connections;
use crate::metrics::{Look, Metrics};
use crate::state::State;
use crate::tokens::{Role, Tokens};

/// The time for a body, and its most bytes: a path.
const BODY_TIME: Duration = Duration::from_secs(10);
const MOST_PATH: usize = 8 << 10;

/// The path of the socket for operators, in the directory of the state.
pub(crate) fn socket(data: &Path) -> PathBuf {
    data.join("control")
}

/// What operators see of the server.
pub(crate) struct Operate {
    pub(crate) host: Arc<Host<State>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) connections: Connections,
    pub(crate) lines_dropped: ErrorCounter,
    pub(crate) is_stopping: AtomicBool,
    /// Who may read metrics. Without tokens, the listeners are on this machine.
    pub(crate) tokens: Option<Arc<Tokens>>,
}

impl Operate {
    /// Returns the routes of the listeners for everybody.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        let metrics = Router::new()
            .route("/metrics", get(metrics))
            .route_layer(from_fn_with_state(Arc::clone(self), require_read));
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .merge(metrics)
            .with_state(Arc::clone(self))
    }

    /// Returns the routes of the socket in the directory, which the process' own user reaches.
    pub(crate) fn control(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .route("/backup", post(backup))
            .with_state(Arc::clone(self))
    }
}

/// Says whether updates are taken, and if not, why.
async fn ready(Extract(operate): Extract<Arc<Operate>>) -> Response {
    let not = |why: String| (StatusCode::SERVICE_UNAVAILABLE, why + "\n").into_response();
    if operate.is_stopping.load(Ordering::Relaxed) {
        return not("the server stops".to_owned());
    }
    match operate.host.health().halt {
        Some(halt) => not(halt.to_string()),
        None => "ready\n".into_response(),
    }
}

async fn metrics(Extract(operate): Extract<Arc<Operate>>) -> Response {
    let look = Look {
        health: operate.host.health(),
        accounts: operate.host.reader().service().graph().user_count(),
        connections: operate.connections.count(),
        lines_dropped: operate.lines_dropped.dropped_lines(),
    };
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], operate.metrics.text(&look)).into_response()
}

/// Copies the directory to the one that the body names, while the server runs.
async fn backup(Extract(operate): Extract<Arc<Operate>>, body: Body) -> Response {
    let Some(to) = path(body).await else {
        let what = "the body of the request names no directory to copy to\n";
        return (StatusCode::BAD_REQUEST, what).into_response();
    };
    let host = Arc::clone(&operate.host);
    let copied = spawn_blocking(move || host.backup(Path::new(&to))).await;
    match copied {
        Ok(Ok(position)) => format!("{position}\n").into_response(),
        Ok(Err(error)) => (StatusCode::CONFLICT, format!("{error}\n")).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

/// Reads a path from a body, or returns `None` if none comes in time.
async fn path(body: Body) -> Option<String> {
    let read = timeout(BODY_TIME, to_bytes(body, MOST_PATH)).await;
    let text = String::from_utf8(read.ok()?.ok()?.to_vec()).ok()?;
    (!text.is_empty()).then_some(text)
}

/// Lets a request through if it has a token, or if there are none.
async fn require_read(
    Extract(operate): Extract<Arc<Operate>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let Some(tokens) = &operate.tokens else {
        return next.run(request).await;
    };
    let sender = tokens.sender(&headers);
    if sender.is_some_and(|sender| sender.role >= Role::Read) {
        return next.run(request).await;
    }
    let wanted = [(WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, wanted, "a token is needed\n").into_response()
}
