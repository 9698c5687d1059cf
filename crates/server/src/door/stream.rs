//! A stream that gives up on a client who neither sends nor takes anything.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long a stream waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the client to send something.
    pub(super) idle: Duration,
    /// For the client to take what was written since it last sent something. A client that takes
    /// a byte now and then gets no more time than one that takes nothing.
    pub(super) reply: Duration,
}

/// A stream with time limits.
pub(super) struct Timed<S> {
    stream: S,
    reading: Timer,
    writing: Timer,
}

/// A time limit that runs from the first wait on, until it is stopped.
struct Timer {
    time: Duration,
    is_running: bool,
    sleep: Pin<Box<Sleep>>,
}

impl Timer {
    fn new(time: Duration) -> Self {
        Self {
            time,
            is_running: false,
            sleep: Box::pin(sleep(time)),
        }
    }

    const fn stop(&mut self) {
        self.is_running = false;
    }

    /// Starts the timer if it does not run. It is ready with an error when the time is over.
    fn poll_over<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if !self.is_running {
            self.is_running = true;
            self.sleep.as_mut().reset(Instant::now() + self.time);
        }
        ready!(self.sleep.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, patience: Patience) -> Self {
        Self {
            stream,
            reading: Timer::new(patience.idle),
            writing: Timer::new(patience.reply),
        }
    }

    /// Returns what a write came to, or an error if the client takes too long.
    fn written<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(done) => {
                self.reading.stop();
                Poll::Ready(done)
            }
            Poll::Pending => self.writing.poll_over(context),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(done) => {
                self.reading.stop();
                self.writing.stop();
                Poll::Ready(done)
            }
            Poll::Pending => self.reading.poll_over(context),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.written(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(shut, context)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::{Instant, sleep};

    use super::{Patience, Timed};

    const PATIENCE: Patience = Patience {
        idle: Duration::from_millis(800),
        reply: Duration::from_millis(400),
    };

    /// A busy machine may take longer, but never less.
    const LONGEST: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_client_that_sends_nothing_is_given_up() {
        let (_client, server) = duplex(16);
        let (mut server, start) = (Timed::new(server, PATIENCE), Instant::now());
        let read = server.read_u8().await;
        assert!(read.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut));
        assert!((PATIENCE.idle..LONGEST).contains(&start.elapsed()));
    }

    #[tokio::test]
    async fn a_client_that_takes_a_byte_now_and_then_is_given_up() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let (mut server, start) = (Timed::new(server, PATIENCE), Instant::now());
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
    async fn a_request_begins_the_time_anew() -> io::Result<()> {
        let (mut client, server) = duplex(16);
        let mut server = Timed::new(server, PATIENCE);
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
}
