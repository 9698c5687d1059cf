//! The door: where connections come in, and how long and how many may stay.

mod budget;
mod listener;
mod stream;
mod tls;

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::CONNECTION;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::options::Limits;

pub(crate) use budget::{Budget, FREE, Share};
pub(crate) use listener::Listener;
use listener::Stream;
use stream::{Patience, Timed};
pub(crate) use tls::Tls;

/// The most bytes of a request's head. Those who are not signed may hold them, and what is read
/// ahead, in every connection.
const MOST_HEAD: usize = 16 << 10;

/// The most bytes that are read ahead of the service.
const MOST_AHEAD: usize = 64 << 10;

/// The connections of the socket for operators: a flood elsewhere takes none of them.
const OPERATORS: usize = 16;

/// How long to wait after a failed accept: no descriptors are left, for example.
const PAUSE: Duration = Duration::from_millis(100);

/// The client's address, if it has one: an extension of each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) Option<IpAddr>);

/// Whom a listener is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Audience {
    Everybody,
    Operators,
}

/// What all listeners share.
pub(crate) struct Door {
    /// The most connections of a listener for everybody.
    most: usize,
    patience: Patience,
    /// The connections of all listeners. Each has one part of it, and the door has one.
    open: Arc<()>,
    graceful: GracefulShutdown,
    /// Closed at the end, so that handshakes end too.
    closing: watch::Sender<()>,
}

impl Door {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.connections,
            patience: Patience {
                idle: limits.idle_timeout,
                head: limits.head_timeout,
                reply: limits.reply_timeout,
            },
            open: Arc::default(),
            graceful: GracefulShutdown::new(),
            closing: watch::Sender::default(),
        }
    }

    /// Returns what counts the connections.
    pub(crate) fn connections(&self) -> Connections {
        Connections(Arc::downgrade(&self.open))
    }

    /// Accepts connections for ever. Each listener has a number of its own. Beyond it, further
    /// connections wait: one here, others in the listener's queue.
    pub(crate) async fn accept(&self, listener: &Listener, audience: Audience, router: &Router) {
        let places = Arc::new(Semaphore::new(match audience {
            Audience::Everybody => self.most,
            Audience::Operators => OPERATORS,
        }));
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "no connection was accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };

            let serving = self.serve(stream, listener, peer, router);
            let open = Arc::clone(&self.open);
            tokio::spawn(async move {
                serving.await;
                drop((place, open));
            });
        }
    }

    /// Waits until what is under way is answered. Idle connections and handshakes end at once.
    pub(crate) async fn close(self) {
        drop(self.closing);
        self.graceful.shutdown().await;
    }

    /// Returns the service of one connection.
    fn serve(
        &self,
        stream: Stream,
        listener: &Listener,
        peer: Option<IpAddr>,
        router: &Router,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (patience, watcher) = (self.patience, self.graceful.watcher());
        let mut closing = self.closing.subscribe();
        let acceptor = listener.acceptor();
        let router = router.clone();
        async move {
            let Some(acceptor) = acceptor else {
                return http(Timed::new(stream, patience), peer, router, watcher).await;
            };
            let shaken = tokio::select! {
                shaken = timeout(patience.head, acceptor.accept(stream)) => shaken,
                _ = closing.changed() => return,
            };
            match shaken {
                Ok(Ok(stream)) => http(Timed::new(stream, patience), peer, router, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
                Err(_) => tracing::debug!("the TLS handshake took too long"),
            }
        }
    }
}

/// Counts the connections of all listeners.
pub(crate) struct Connections(Weak<()>);

impl Connections {
    pub(crate) fn count(&self) -> usize {
        // One part is the door's.
        self.0.strong_count().saturating_sub(1)
    }
}

/// Serves HTTP/1.1 on a stream.
async fn http<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: Timed<S>,
    peer: Option<IpAddr>,
    router: Router,
    watcher: Watcher,
) {
    let progress = stream.progress();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        progress.begin();
        request.extensions_mut().insert(Peer(peer));
        let (progress, replying) = (progress.clone(), router.call(request));
        async move {
            let reply = replying.await;
            let is_last = |reply: &Response<_>| reply.headers().contains_key(CONNECTION);
            progress.end(reply.as_ref().is_ok_and(is_last));
            reply
        }
    });
    let connection = http1::Builder::new()
        // The stream has the times.
        .header_read_timeout(None)
        .max_header_size(MOST_HEAD)
        .max_buf_size(MOST_AHEAD)
        // A client may close its side behind a whole request.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke off");
    }
}
