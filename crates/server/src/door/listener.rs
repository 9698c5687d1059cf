//! Sockets that wait for connections.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream, lookup_host};
use tokio_rustls::TlsAcceptor;

use super::tls::Tls;
use crate::options::Address;

/// A socket that waits for connections.
pub(crate) enum Listener {
    /// One for TCP, with TLS if there is a certificate.
    Tcp(TcpListener, Option<Arc<Tls>>),
    /// A Unix socket. Its file is removed at the end.
    Unix(UnixListener, PathBuf),
}

/// A connection of either kind.
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Listener {
    /// Listens.
    pub(crate) async fn bind(address: &Address, tls: Option<Arc<Tls>>) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => {
                let found: Vec<_> = lookup_host(address).await?.collect();
                Ok(Self::Tcp(TcpListener::bind(&found[..]).await?, tls))
            }
            Address::Unix(path) => Self::bind_unix(path),
        }
    }

    /// Listens on a Unix socket that the user of the process alone may use.
    pub(crate) fn bind_unix(path: &Path) -> io::Result<Self> {
        // A server that was killed left its socket behind: nobody listens on it. Any other error
        // may be that of a server that runs, so the socket stays.
        let is_left = path
            .symlink_metadata()
            .is_ok_and(|it| it.file_type().is_socket())
            && std::os::unix::net::UnixStream::connect(path)
                .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        if is_left {
            std::fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self::Unix(listener, path.to_owned()))
    }

    /// Returns whether connections are encrypted.
    pub(crate) const fn has_tls(&self) -> bool {
        matches!(self, Self::Tcp(_, Some(_)))
    }

    pub(super) fn acceptor(&self) -> Option<TlsAcceptor> {
        match self {
            Self::Tcp(_, tls) => tls.as_ref().map(|tls| tls.acceptor()),
            Self::Unix(..) => None,
        }
    }

    /// Returns the next connection, with the client's address.
    pub(super) async fn accept(&self) -> io::Result<(Stream, Option<IpAddr>)> {
        match self {
            Self::Tcp(listener, _) => {
                let (stream, peer) = listener.accept().await?;
                // A reply is written at once: nothing is gained by waiting for more. If this
                // fails, the client is gone already, and reading says so.
                let _ = stream.set_nodelay(true);
                Ok((Stream::Tcp(stream), Some(peer.ip())))
            }
            Self::Unix(listener, _) => Ok((Stream::Unix(listener.accept().await?.0), None)),
        }
    }
}

/// Prints the address as a URL begins, or the path of the socket.
impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(listener, tls) => {
                let scheme = if tls.is_some() { "https" } else { "http" };
                let address = listener.local_addr().map_err(|_| fmt::Error)?;
                write!(f, "{scheme}://{address}")
            }
            Self::Unix(_, path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // If somebody removed it, it is gone as well.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Self::Unix(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(context),
            Self::Unix(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::os::unix::net::{UnixDatagram, UnixListener};

    use super::Listener;

    #[tokio::test]
    async fn a_socket_on_which_nobody_listens_is_replaced_and_no_other()
    -> Result<(), Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("socket");
        let served = UnixListener::bind(&path)?;
        assert!(Listener::bind_unix(&path).is_err());
        drop(served);
        drop(Listener::bind_unix(&path)?);
        assert!(!path.exists());

        // Connecting to it fails otherwise than to one that was left behind.
        let other = UnixDatagram::bind(&path)?;
        assert!(Listener::bind_unix(&path).is_err());
        assert!(path.exists());
        drop(other);
        Ok(())
    }
}
