//! What a host keeps: a state that entries change.

use std::fmt::Debug;
use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::Digest;

/// Where and when an entry is applied.
///
/// It has no epoch, because a restore begins a new one: an outcome that depends on it would be
/// another when the restored log is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The entry's number in the log.
    pub number: u64,
    /// Milliseconds since the Unix epoch. It never falls from one entry to the next.
    pub time: u64,
}

/// A state that is the fold of its entries: a graph, or a host's own state around one.
///
/// `apply` is a function of the state, the entry and the stamp, and of nothing else: no clock, no
/// random numbers, no environment. A clone takes constant time, or nearly so: a host clones the
/// state for readers after each batch.
///
/// ```
/// use std::io::{self, Read, Write};
///
/// use socialgraph_host::{Digest, Host, Machine, Options, Stamp, read_piece, write_piece};
///
/// /// A sum of numbers.
/// #[derive(Clone)]
/// struct Sum(u64);
///
/// impl Machine for Sum {
///     type Entry = u64;
///     type Outcome = u64;
///
///     fn apply(&mut self, number: &u64, _: Stamp) -> u64 {
///         self.0 = self.0.wrapping_add(*number);
///         self.0
///     }
///
///     fn digest(outcome: &u64, digest: &mut Digest) {
///         digest.add(*outcome);
///     }
///
///     fn save(&self, mut out: &mut dyn Write) -> io::Result<()> {
///         write_piece(&mut out, &self.0)
///     }
///
///     fn load(input: &mut dyn Read) -> io::Result<Self> {
///         read_piece(input).map(Self)
///     }
/// }
///
/// # let home = tempfile::tempdir()?;
/// # let path = home.path();
/// let host = Host::create(path, Sum(0), Options::default())?;
/// host.propose(4_u64).wait()?;
/// assert_eq!(host.propose(3_u64).wait()?.outcome, 7);
///
/// drop(host);
/// let host: Host<Sum> = Host::open(path, Options::default())?;
/// assert_eq!(host.reader().0, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Machine: Clone + Send + Sync + 'static {
    /// What changes the state, as the log keeps it: its serde form outlives releases.
    type Entry: Serialize + DeserializeOwned + Send + 'static;

    /// What an entry led to.
    type Outcome: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static;

    /// Applies an entry.
    fn apply(&mut self, entry: &Self::Entry, stamp: Stamp) -> Self::Outcome;

    /// Adds to the digest what each release has to decide alike.
    fn digest(outcome: &Self::Outcome, digest: &mut Digest);

    /// Writes the state, in pieces.
    ///
    /// # Errors
    /// Fails if `out` fails.
    fn save(&self, out: &mut dyn Write) -> io::Result<()>;

    /// Reads a state from exactly what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// Fails if `input` fails or holds no state.
    fn load(input: &mut dyn Read) -> io::Result<Self>;
}

/// Writes a value as one piece.
///
/// ```
/// use socialgraph_host::{read_piece, write_piece};
///
/// let mut bytes = Vec::new();
/// write_piece(&mut bytes, &("ann", 7_u32)).unwrap();
/// let read: (String, u32) = read_piece(&mut bytes.as_slice()).unwrap();
/// assert_eq!(read, ("ann".to_owned(), 7));
/// ```
///
/// # Errors
/// Fails if `out` fails, or if the piece has 4 GiB or more.
pub fn write_piece(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&bytes)
}

/// Reads a value that [`write_piece`] wrote.
///
/// # Errors
/// Fails if `input` fails or holds no such value.
pub fn read_piece<T: DeserializeOwned>(input: &mut dyn Read) -> io::Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut bytes = Vec::new();
    let length = u64::from(u32::from_le_bytes(length));
    if input.take(length).read_to_end(&mut bytes)? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    postcard::from_bytes(&bytes).map_err(invalid)
}

/// Returns the error of data that holds no state.
pub(crate) fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
