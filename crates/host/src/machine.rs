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

/// The items in a piece of a list.
const IN_A_PIECE: usize = 4_096;

/// Writes a list in pieces of 4,096 items: it is never in memory as a whole.
///
/// The pieces do not say how many items there are. A machine writes the count before them.
///
/// ```
/// use socialgraph_host::{read_piece, read_pieces, write_piece, write_pieces};
///
/// let names = ["ann", "ben", "cyd"];
/// let mut bytes = Vec::new();
/// write_piece(&mut bytes, &(names.len() as u64)).unwrap();
/// write_pieces(&mut bytes, names).unwrap();
///
/// let input = &mut bytes.as_slice();
/// let count: u64 = read_piece(input).unwrap();
/// let read: Vec<String> = read_pieces(input, count).unwrap();
/// assert_eq!(read, names);
/// ```
///
/// # Errors
/// Fails if `out` fails, or if a piece has 4 GiB or more.
pub fn write_pieces<T: Serialize>(
    out: &mut dyn Write,
    items: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let piece: Vec<T> = items.by_ref().take(IN_A_PIECE).collect();
        write_piece(out, &piece)?;
    }
    Ok(())
}

/// Reads a list of this many items that [`write_pieces`] wrote.
///
/// ```
/// use socialgraph_host::{read_pieces, write_pieces};
///
/// let mut bytes = Vec::new();
/// write_pieces(&mut bytes, [7_u32, 11]).unwrap();
/// assert_eq!(read_pieces::<u32>(&mut bytes.as_slice(), 2).unwrap(), [7, 11]);
/// assert!(read_pieces::<u32>(&mut bytes.as_slice(), 1).is_err(), "there are 2");
/// assert!(read_pieces::<u32>(&mut bytes.as_slice(), 3).is_err(), "there are 2");
/// ```
///
/// # Errors
/// Fails if `input` fails or holds no such list.
pub fn read_pieces<T: DeserializeOwned>(input: &mut dyn Read, count: u64) -> io::Result<Vec<T>> {
    let mut items = Vec::new();
    while (items.len() as u64) < count {
        let piece: Vec<T> = read_piece(input)?;
        if piece.is_empty() {
            return Err(invalid("an empty piece"));
        }
        items.extend(piece);
    }
    if items.len() as u64 > count {
        return Err(invalid("the last piece has more items than the list"));
    }
    Ok(items)
}

/// Returns the error of data that holds no state.
pub(crate) fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
