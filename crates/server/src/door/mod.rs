//! The door: where connections come in, and how long and how many may stay.

mod budget;
mod listener;
mod stream;
mod taken;
mod tls;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use hyper::Request;
use hyper::body::{Frame, Incoming, SizeHint};
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

pub(crate) use budget::{Budget, FREE, Holder, Share};
pub(crate) use listener::Listener;
use listener::Stream;
use stream::{Patience, Progress, Streaming, Timed};
use taken::Counted;
pub(crate) use tls::Tls;

/// The most bytes of a request's head. Those who are not signed may hold them, and what is read
/// ahead, in every connection.
const MOST_HEAD: usize = 24 << 10;

/// The most bytes that are read ahead of the service.
const MOST_AHEAD: usize = 64 << 10;

/// The connections of the socket for operators: a flood elsewhere takes none of them.
const OPERATORS: usize = 16;

/// How long to wait after a failed accept: no descriptors are left, for example.
const PAUSE: Duration = Duration::from_millis(100);

/// The client's address, if it has one: an extension of each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) Option<IpAddr>);

/// An extension of a reply whose body goes on without an end: server-sent events, for example.
///
/// Its client may send nothing for as long as it likes, but has to take something within the time
/// for a reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endless;

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
            let stream = Counted::new(stream);
            let taken = stream.taken();
            let Some(acceptor) = acceptor else {
                let stream = Timed::new(stream, taken, patience);
                return http(stream, peer, router, watcher).await;
            };
            let shaken = tokio::select! {
                shaken = timeout(patience.head, acceptor.accept(stream)) => shaken,
                _ = closing.changed() => return,
            };
            match shaken {
                Ok(Ok(stream)) => {
                    let stream = Timed::new(stream, taken, patience);
                    http(stream, peer, router, watcher).await;
                }
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
            reply.map(|reply| replied(reply, &progress))
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

/// Tells the stream that the service has a reply.
fn replied(reply: Response, progress: &Progress) -> Response {
    let is_last = reply.headers().contains_key(CONNECTION);
    if reply.extensions().get::<Endless>().is_none() {
        progress.end(is_last);
        return reply;
    }
    let streaming = progress.stream(is_last);
    reply.map(|body| {
        Body::new(EndlessBody {
            body,
            _streaming: streaming,
        })
    })
}

/// A body that tells the stream when it ends, or when the client is gone.
struct EndlessBody {
    body: Body,
    _streaming: Streaming,
}

impl hyper::body::Body for EndlessBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};
    use std::time::Duration;

    use axum::Router;
    use axum::body::Body;
    use axum::response::{Extension, IntoResponse as _};
    use axum::routing::get;
    use bytes::Bytes;
    use hyper::body::Frame;
    use hyper_util::server::graceful::GracefulShutdown;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, Interval, interval, sleep, timeout};

    use super::stream::{Patience, Timed};
    use super::taken::Counted;
    use super::{Endless, http};

    const PATIENCE: Patience = Patience {
        idle: Duration::from_millis(800),
        head: Duration::from_millis(400),
        reply: Duration::from_millis(400),
    };

    /// A busy machine may take longer, but never less.
    const LONGEST: Duration = Duration::from_secs(20);

    /// The time between two parts of a body: longer than a connection may idle.
    const PAUSE: Duration = Duration::from_secs(1);

    /// A body with a few parts.
    struct Ticks {
        interval: Interval,
        left: usize,
        part: &'static str,
    }

    impl hyper::body::Body for Ticks {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
            ready!(self.interval.poll_tick(context));
            let Some(left) = self.left.checked_sub(1) else {
                return Poll::Ready(None);
            };
            self.left = left;
            let part = Bytes::from_static(self.part.as_bytes());
            Poll::Ready(Some(Ok(Frame::data(part))))
        }
    }

    /// Returns a client that has asked for a body, and the connection's service.
    async fn ask(ticks: fn() -> Ticks) -> io::Result<(DuplexStream, JoinHandle<()>)> {
        let answer = async move || (Extension(Endless), Body::new(ticks())).into_response();
        let router = Router::new().route("/", get(answer));
        let (mut client, server) = duplex(1 << 10);
        let server = Counted::new(server);
        let taken = server.taken();
        let server = Timed::new(server, taken, PATIENCE);
        let serving = tokio::spawn(async move {
            let graceful = GracefulShutdown::new();
            http(server, None, router, graceful.watcher()).await;
        });

        client
            .write_all(b"GET / HTTP/1.1\r\nHost: s\r\n\r\n")
            .await?;
        Ok((client, serving))
    }

    /// Reads until the connection ends.
    async fn read(mut client: DuplexStream) -> io::Result<String> {
        let mut text = String::new();
        timeout(LONGEST, client.read_to_string(&mut text)).await??;
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        Ok(text)
    }

    #[tokio::test]
    async fn a_reply_without_an_end_lives_longer_than_a_connection_may_idle() -> io::Result<()> {
        let ticks = || Ticks {
            interval: interval(PAUSE),
            left: 2,
            part: ".",
        };
        let start = Instant::now();
        let (client, _) = ask(ticks).await?;
        let (text, took) = (read(client).await?, start.elapsed());
        // The body ends, and then the connection idles until it is closed.
        assert!(text.ends_with("1\r\n.\r\n1\r\n.\r\n0\r\n\r\n"), "{text}");
        let least = PAUSE * 2 + PATIENCE.idle;
        assert!((least..LONGEST).contains(&took), "{took:?}");
        Ok(())
    }

    /// Returns a body that is always behind.
    fn flood() -> Ticks {
        Ticks {
            interval: interval(Duration::from_millis(1)),
            left: usize::MAX,
            part: "a part of some length",
        }
    }

    #[tokio::test]
    async fn a_reply_without_an_end_goes_on_for_a_slow_client() -> io::Result<()> {
        let (mut client, _) = ask(flood).await?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE.reply * 4 {
            client.read_exact(&mut [0; 1 << 10]).await?;
            sleep(PATIENCE.reply / 8).await;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_reply_without_an_end_that_is_not_taken_is_given_up() -> io::Result<()> {
        let (client, serving) = ask(flood).await?;
        let given_up = timeout(LONGEST, serving).await;
        assert!(given_up.is_ok_and(|it| it.is_ok()));
        // What the pipe had room for.
        assert_eq!(read(client).await?.len(), 1 << 10);
        Ok(())
    }
}
