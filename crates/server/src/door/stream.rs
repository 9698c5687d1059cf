//! A stream that gives up on a client who neither sends nor takes anything.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::taken::Taken;

/// How long a stream reads what a client goes on sending behind the last reply. If it closed at
/// once, the client's system would throw the reply away.
const LINGER: Duration = Duration::from_secs(1);

/// How long a stream waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the first byte of a request.
    pub(super) idle: Duration,
    /// For the rest of the head, from its first byte on.
    pub(super) head: Duration,
    /// For the client to take what was written since it last sent something. A client that takes
    /// a byte now and then gets no more time than one that takes nothing. If the reply goes on
    /// without an end, the time begins anew with each byte that the client takes.
    pub(super) reply: Duration,
}

/// Where a connection stands. The stream sees bytes alone, so the service tells it the rest.
#[derive(Clone, Default)]
pub(super) struct Progress {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    phase: Phase,
    /// Whether the client may go on sending behind the last reply.
    lingers: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing of the next request is there.
    #[default]
    Idle,
    /// Part of the head is there.
    Head,
    /// The service has the request, and limits the time of its body.
    Service,
    /// The reply goes on without an end.
    Streaming,
}

/// A reply that goes on, until this is dropped with its body.
pub(super) struct Streaming(Progress);

/// The next request may come.
impl Drop for Streaming {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if state.phase == Phase::Streaming {
            state.phase = Phase::Idle;
        }
    }
}

impl Progress {
    /// A head is complete.
    pub(super) fn begin(&self) {
        self.state().phase = Phase::Service;
    }

    /// The service has the reply. `is_last` says that the connection ends behind it.
    pub(super) fn end(&self, is_last: bool) {
        let mut state = self.state();
        state.phase = Phase::Idle;
        state.lingers |= is_last;
    }

    /// The service has a reply that goes on. `is_last` says that the connection ends behind it.
    pub(super) fn stream(&self, is_last: bool) -> Streaming {
        let mut state = self.state();
        state.phase = Phase::Streaming;
        state.lingers |= is_last;
        drop(state);
        Streaming(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream with time limits.
pub(super) struct Timed<S> {
    stream: S,
    progress: Progress,
    patience: Patience,
    reading: Timer,
    writing: Timer,
    lingering: Timer,
    /// What the timer for reading was started in.
    reading_phase: Phase,
    /// What the client has taken, and how much of it was there when this looked last.
    taken: Taken,
    seen: u64,
}

/// A time limit that runs from the first wait on, until it is stopped.
struct Timer {
    is_running: bool,
    sleep: Pin<Box<Sleep>>,
}

impl Timer {
    fn new() -> Self {
        Self {
            is_running: false,
            sleep: Box::pin(sleep(Duration::ZERO)),
        }
    }

    const fn stop(&mut self) {
        self.is_running = false;
    }

    fn start(&mut self, time: Duration) {
        if !self.is_running {
            self.is_running = true;
            self.sleep.as_mut().reset(Instant::now() + time);
        }
    }

    /// Starts the timer if it does not run. It is ready with an error when the time is over.
    fn poll_over<T>(&mut self, time: Duration, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        self.start(time);
        ready!(self.sleep.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S> Timed<S> {
    /// Sets time limits to a stream, or to what TLS makes of it. `taken` counts what the socket
    /// itself takes.
    pub(super) fn new(stream: S, taken: Taken, patience: Patience) -> Self {
        Self {
            stream,
            progress: Progress::default(),
            patience,
            reading: Timer::new(),
            writing: Timer::new(),
            lingering: Timer::new(),
            reading_phase: Phase::Idle,
            taken,
            seen: 0,
        }
    }

    /// Returns what the service tells the stream by.
    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The client has sent something: a head begins if none has.
    fn received(&mut self) {
        let mut state = self.progress.state();
        if state.phase != Phase::Streaming {
            self.writing.stop();
        }
        if state.phase == Phase::Idle {
            state.phase = Phase::Head;
            self.reading_phase = Phase::Head;
            self.reading.stop();
            self.reading.start(self.patience.head);
        }
    }

    /// Waits for the client to send something, as long as the phase allows.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let phase = self.progress.state().phase;
        let time = match phase {
            Phase::Idle => self.patience.idle,
            Phase::Head => self.patience.head,
            Phase::Service | Phase::Streaming => return Poll::Pending,
        };
        if self.reading_phase != phase {
            self.reading_phase = phase;
            self.reading.stop();
        }
        self.reading.poll_over(time, context)
    }

    /// Returns what writing came to, or an error if the client takes too long.
    fn written<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        let taken = self.taken.bytes();
        if taken != self.seen {
            self.seen = taken;
            if self.progress.state().phase == Phase::Streaming {
                self.writing.stop();
            }
        }
        match written {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => self.writing.poll_over(self.patience.reply, context),
        }
    }

    /// The client has taken something: idling begins behind it. A flush alone tells nothing, as
    /// the connection flushes each time that it is looked at.
    fn taken(&mut self) {
        if self.reading_phase == Phase::Idle {
            self.reading.stop();
        }
    }
}

impl<S: AsyncRead + Unpin> Timed<S> {
    /// Fails if the client has closed its side while a reply goes on: such a client is gone. What
    /// it sends is dropped, as no request follows.
    ///
    /// The connection reads nothing itself meanwhile, and would notice at a write alone.
    fn check_client(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let mut bytes = [0; 1 << 10];
        let mut buffer = ReadBuf::new(&mut bytes);
        match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
            Poll::Pending => Ok(()),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Poll::Ready(Ok(())) => {
                // There may be more.
                context.waker().wake_by_ref();
                Ok(())
            }
            Poll::Ready(Err(error)) => Err(error),
        }
    }

    /// Reads and drops what still comes, until the client closes its side or the time is over.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 8 << 10];
        self.lingering.start(LINGER);
        while Instant::now() < self.lingering.sleep.deadline() {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.lingering.sleep.as_mut().poll(context),
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(done) => {
                if buffer.filled().len() > before {
                    self.received();
                }
                Poll::Ready(done)
            }
            Poll::Pending => self.poll_receive(context),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.taken();
        }
        self.written(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        if written.is_ready() {
            self.taken();
        }
        self.written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.progress.state().phase == Phase::Streaming {
            self.check_client(context)?;
        }
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.written(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.lingering.is_running {
            let shut = Pin::new(&mut self.stream).poll_shutdown(context);
            ready!(self.written(shut, context))?;
        }
        let State { phase, lingers } = *self.progress.state();
        // A head that is refused is not read to its end either.
        if lingers || phase == Phase::Head {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use tokio::io::{
        AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufWriter, DuplexStream, duplex, split,
    };
    use tokio::time::{Instant, sleep, timeout};

    use super::{Patience, Timed};
    use crate::door::taken::Counted;

    const PATIENCE: Patience = Patience {
        idle: Duration::from_millis(800),
        head: Duration::from_millis(400),
        reply: Duration::from_millis(400),
    };

    /// A busy machine may take longer, but never less.
    const LONGEST: Duration = Duration::from_secs(20);

    fn timed(server: DuplexStream) -> Timed<Counted<DuplexStream>> {
        let server = Counted::new(server);
        let taken = server.taken();
        Timed::new(server, taken, PATIENCE)
    }

    #[tokio::test]
    async fn a_client_that_sends_nothing_is_given_up() {
        let (_client, server) = duplex(16);
        let (mut server, start) = (timed(server), Instant::now());
        let read = server.read_u8().await;
        assert!(read.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut));
        assert!((PATIENCE.idle..LONGEST).contains(&start.elapsed()));
    }

    #[tokio::test]
    async fn a_head_has_its_time_from_its_first_byte_on() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let mut server = timed(server);
        let progress = server.progress();
        for _ in 0..2 {
            // Longer than a head may take, but idling has a time of its own.
            let (read, written) = tokio::join!(server.read_u8(), async {
                sleep(PATIENCE.head + PATIENCE.idle / 8).await;
                client.write_u8(0).await
            });
            read?;
            written?;
            // The service may take as long as it likes.
            progress.begin();
            tokio::select! {
                _ = server.read_u8() => return Err(io::ErrorKind::Other.into()),
                () = sleep(PATIENCE.idle * 2) => progress.end(false),
            }
        }

        let start = Instant::now();
        let sending = tokio::spawn(async move {
            while client.write_u8(0).await.is_ok() {
                sleep(PATIENCE.head / 8).await;
            }
        });
        let read = async { while server.read_u8().await.is_ok() {} };
        read.await;
        assert!((PATIENCE.head..LONGEST).contains(&start.elapsed()));
        drop(server);
        sending.await.map_err(io::Error::other)
    }

    #[tokio::test]
    async fn a_stream_reads_what_comes_behind_the_last_reply() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let mut server = timed(server);
        server.progress().end(true);
        let (shut, written) = tokio::join!(server.shutdown(), async {
            client.write_all(&[0; 100]).await?;
            client.shutdown().await
        });
        shut?;
        written?;
        // A client that never ends is left after a while.
        let start = Instant::now();
        let (_client, server) = duplex(16);
        let mut server = timed(server);
        server.progress().end(true);
        server.shutdown().await?;
        assert!((super::LINGER..LONGEST).contains(&start.elapsed()));
        Ok(())
    }

    #[tokio::test]
    async fn a_client_that_takes_a_byte_now_and_then_is_given_up() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let (mut server, start) = (timed(server), Instant::now());
        let taking = tokio::spawn(async move {
            while client.read_u8().await.is_ok() {
                sleep(PATIENCE.reply / 8).await;
            }
        });
        // At its pace, the client would need a minute.
        let written = server.write_all(&[0; 1_200]).await;
        assert!(written.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut));
        assert!((PATIENCE.reply..LONGEST).contains(&start.elapsed()));
        drop(server);
        taking.await.map_err(io::Error::other)
    }

    #[tokio::test]
    async fn a_client_that_is_gone_ends_its_stream() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let mut server = timed(server);
        let _streaming = server.progress().stream(true);
        // What it sends is no request.
        client.write_all(b"more").await?;
        server.write_all(b"event").await?;
        server.flush().await?;
        drop(client);
        let flushed = server.flush().await;
        assert!(flushed.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionReset));
        Ok(())
    }

    #[tokio::test]
    async fn a_request_begins_the_time_anew() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let mut server = timed(server);
        // Three replies that wait for half of the time take longer than the time together.
        for _ in 0..3 {
            client.write_u8(0).await?;
            server.read_u8().await?;
            let (written, taken) = tokio::join!(server.write_all(&[0; 32]), async {
                sleep(PATIENCE.reply / 2).await;
                client.read_exact(&mut [0; 32]).await
            });
            written?;
            taken?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_reply_that_goes_on_lives_as_long_as_the_client_takes_it() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let (server, start) = (timed(server), Instant::now());
        let streaming = server.progress().stream(false);
        let (mut reading, mut writing) = split(server);
        let taking = tokio::spawn(async move {
            while client.read_u8().await.is_ok() {
                sleep(PATIENCE.reply / 8).await;
            }
        });

        // No single wait is long, but all together are.
        let written = async {
            while start.elapsed() < PATIENCE.idle + PATIENCE.reply * 2 {
                writing.write_all(&[0; 20]).await?;
            }
            Ok::<_, io::Error>(())
        };
        tokio::select! {
            _ = reading.read_u8() => return Err(io::ErrorKind::Other.into()),
            written = written => written?,
        }

        // Behind the reply, the connection idles.
        drop(streaming);
        let start = Instant::now();
        let read = timeout(LONGEST, reading.read_u8()).await?;
        assert!(read.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut));
        assert!((PATIENCE.idle..LONGEST).contains(&start.elapsed()));
        drop((reading, writing));
        taking.await.map_err(io::Error::other)
    }

    /// Writes until the client is given up, and returns whether that took its time.
    async fn is_given_up(mut writing: impl AsyncWrite + Unpin) -> bool {
        let start = Instant::now();
        while start.elapsed() < LONGEST {
            let wrote = async {
                writing.write_all(&[0]).await?;
                writing.flush().await
            };
            tokio::select! {
                // What is written next comes before what was written is taken.
                () = sleep(PATIENCE.reply / 8) => {}
                wrote = wrote => match wrote {
                    Ok(()) => {}
                    Err(error) => {
                        let is_late = error.kind() == io::ErrorKind::TimedOut;
                        return is_late && start.elapsed() >= PATIENCE.reply;
                    }
                }
            }
        }
        false
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_of_a_reply_that_goes_on_is_given_up() {
        let (mut client, server) = duplex(16);
        let server = timed(server);
        let _streaming = server.progress().stream(false);
        let (mut reading, writing) = split(server);
        // It sends instead, which helps it before another reply.
        let sending = async {
            while client.write_u8(0).await.is_ok() {
                sleep(PATIENCE.reply / 8).await;
            }
        };
        let receiving = async { while reading.read_u8().await.is_ok() {} };
        tokio::select! {
            is_late = is_given_up(writing) => assert!(is_late),
            () = sending => unreachable!("the server reads"),
            () = receiving => unreachable!("the client sends"),
        }
    }

    /// TLS takes bytes that the client does not.
    #[tokio::test]
    async fn what_a_buffer_takes_is_not_taken_by_the_client() {
        let (_client, server) = duplex(16);
        let server = Counted::new(server);
        let taken = server.taken();
        let server = Timed::new(BufWriter::new(server), taken, PATIENCE);
        let _streaming = server.progress().stream(false);
        assert!(is_given_up(server).await);
    }
}
