//! The door: where connections come in, and how long and how many may stay.

mod budget;
mod listener;
mod stream;
mod tls;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::options::Limits;

pub(crate) use budget::Budget;
pub(crate) use listener::Listener;
use stream::{Patience, Timed};
pub(crate) use tls::Tls;

/// The bytes of a request's head, and of what is read ahead.
const MOST_HEAD: usize = 64 << 10;

/// How long to wait after a failed accept: no descriptors are left, for example.
const PAUSE: Duration = Duration::from_millis(100);

/// The client's address, if it has one: an extension of each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) Option<IpAddr>);

/// What all listeners share.
pub(crate) struct Door {
    /// The connections that still fit.
    connections: Arc<Semaphore>,
    patience: Patience,
    head_timeout: Duration,
    graceful: GracefulShutdown,
}

impl Door {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            connections: Arc::new(Semaphore::new(limits.connections)),
            patience: Patience {
                idle: limits.idle_timeout,
                reply: limits.reply_timeout,
            },
            head_timeout: limits.head_timeout,
            graceful: GracefulShutdown::new(),
        }
    }

    /// Returns the number of connections that still fit.
    pub(crate) fn connections(&self) -> Arc<Semaphore> {
        Arc::clone(&self.connections)
    }

    /// Accepts connections for ever. Beyond the number of connections, further ones wait in the
    /// listener's queue.
    pub(crate) async fn accept(&self, listener: &Listener, router: &Router) {
        loop {
            let Ok(permit) = Arc::clone(&self.connections).acquire_owned().await else {
                return;
            };
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "no connection was accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };

            let serving = self.serve(Timed::new(stream, self.patience), listener, peer, router);
            tokio::spawn(async move {
                serving.await;
                drop(permit);
            });
        }
    }

    /// Waits until what is under way is answered. Idle connections end at once.
    pub(crate) async fn close(self) {
        self.graceful.shutdown().await;
    }

    /// Returns the service of one connection.
    fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: Timed<S>,
        listener: &Listener,
        peer: Option<IpAddr>,
        router: &Router,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (head_timeout, watcher) = (self.head_timeout, self.graceful.watcher());
        let acceptor = listener.acceptor();
        let router = router.clone();
        async move {
            let Some(acceptor) = acceptor else {
                return http(stream, peer, router, head_timeout, watcher).await;
            };
            match timeout(head_timeout, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => http(stream, peer, router, head_timeout, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
                Err(_) => tracing::debug!("the TLS handshake took too long"),
            }
        }
    }
}

/// Serves HTTP/1.1 on a stream.
async fn http<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: Option<IpAddr>,
    router: Router,
    head_timeout: Duration,
    watcher: Watcher,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(MOST_HEAD)
        // A client may close its side behind a whole request.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke off");
    }
}
