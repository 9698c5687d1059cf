//! Snapshots in files: a state at a position, in pieces with checksums.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::digest::checksum;
use crate::files;
use crate::machine::{Machine, invalid, read_piece, write_piece};
use crate::position::{Epoch, Position};
use crate::recent::Slots;
use crate::state::Frozen;

/// The start of each file, with the version.
const MAGIC: &[u8; 23] = b"socialgraph snapshot 1\n";

/// The bytes in a piece.
const PIECE: usize = 1 << 20;

/// What a snapshot says first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Header {
    position: Position,
    digest: u64,
    time: u64,
    /// The number of the first slot, and how many there are.
    first_slot: u64,
    chunks: u64,
}

/// Returns the path of the snapshot at a number.
pub(crate) fn path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("snapshot-{number:020}"))
}

/// Returns the numbers of the snapshots in a directory, the oldest first.
pub(crate) fn list(directory: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let name = entry?.file_name();
        let digits = name
            .to_str()
            .and_then(|name| name.strip_prefix("snapshot-"));
        let digits = digits.filter(|digits| digits.len() == 20);
        numbers.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Writes a snapshot; after it returns, the file is on the disk.
pub(crate) fn write<M: Machine>(directory: &Path, frozen: &Frozen<M>) -> io::Result<()> {
    files::replace(&path(directory, frozen.position.number), |file| {
        let mut pieces = Pieces::new(BufWriter::new(file))?;
        let header = Header {
            position: frozen.position,
            digest: frozen.digest,
            time: frozen.time,
            first_slot: frozen.slots.first(),
            chunks: frozen.slots.chunks().count() as u64,
        };
        write_piece(&mut pieces, &header)?;
        frozen.machine.save(&mut pieces)?;
        for chunk in frozen.slots.chunks() {
            write_piece(&mut pieces, &chunk)?;
        }
        pieces.finish()
    })
}

/// Reads a snapshot, and checks it.
pub(crate) fn read<M: Machine>(directory: &Path, number: u64) -> io::Result<Frozen<M>> {
    let file = File::open(path(directory, number))?;
    let mut input = CheckedPieces::new(BufReader::new(file))?;

    let header: Header = read_piece(&mut input)?;
    if header.position.number != number {
        return Err(invalid("the snapshot is of another position"));
    }
    let machine = M::load(&mut input)?;
    let mut chunks = VecDeque::new();
    for _ in 0..header.chunks {
        chunks.push_back(read_piece(&mut input)?);
    }
    let slots = Slots::of_chunks(header.first_slot, chunks);
    let slots = slots.ok_or_else(|| invalid("the outcomes are not those of the last positions"))?;
    input.finish()?;

    Ok(Frozen {
        machine,
        position: header.position,
        digest: header.digest,
        time: header.time,
        slots,
    })
}

/// Copies a snapshot into another directory and epoch.
pub(crate) fn copy_to_epoch(from: &Path, to: &Path, number: u64, epoch: Epoch) -> io::Result<()> {
    let file = File::open(path(from, number))?;
    let mut input = CheckedPieces::new(BufReader::new(file))?;
    let mut header: Header = read_piece(&mut input)?;
    header.position.epoch = epoch;

    files::replace(&path(to, number), |file| {
        let mut pieces = Pieces::new(BufWriter::new(file))?;
        write_piece(&mut pieces, &header)?;
        io::copy(&mut input, &mut pieces)?;
        pieces.finish()
    })
}

/// Writes bytes in pieces: the length, the checksum, the bytes. An empty piece ends them.
struct Pieces<W> {
    out: W,
    piece: Vec<u8>,
    /// How many pieces were written: part of each checksum, so that none can be swapped.
    count: u64,
}

impl<W: Write> Pieces<W> {
    fn new(mut out: W) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        Ok(Self {
            out,
            piece: Vec::with_capacity(PIECE),
            count: 0,
        })
    }

    fn write_piece(&mut self) -> io::Result<()> {
        let length = u32::try_from(self.piece.len()).map_err(io::Error::other)?;
        self.out.write_all(&length.to_le_bytes())?;
        let sum = piece_checksum(&self.piece, self.count);
        self.out.write_all(&sum.to_le_bytes())?;
        self.out.write_all(&self.piece)?;
        self.piece.clear();
        self.count += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        if !self.piece.is_empty() {
            self.write_piece()?;
        }
        self.write_piece()?;
        self.out.flush()
    }
}

impl<W: Write> Write for Pieces<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE.saturating_sub(self.piece.len()).max(1);
        let (taken, _) = bytes.split_at(room.min(bytes.len()));
        self.piece.extend_from_slice(taken);
        if self.piece.len() >= PIECE {
            self.write_piece()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn piece_checksum(piece: &[u8], index: u64) -> u64 {
    checksum(piece) ^ checksum(&index.to_le_bytes())
}

/// Reads the length and the checksum of a piece.
fn read_head(input: &mut impl Read) -> io::Result<(u64, u64)> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut sum = [0; 8];
    input.read_exact(&mut sum)?;
    Ok((u32::from_le_bytes(length).into(), u64::from_le_bytes(sum)))
}

/// Reads the bytes of pieces, and checks each before its bytes are used.
struct CheckedPieces<R> {
    input: R,
    piece: Vec<u8>,
    read: usize,
    count: u64,
    /// Whether the empty piece was read.
    is_at_end: bool,
}

impl<R: Read> CheckedPieces<R> {
    fn new(mut input: R) -> io::Result<Self> {
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut magic)?;
        if &magic != MAGIC {
            return Err(invalid("no snapshot of a version that this build reads"));
        }
        Ok(Self {
            input,
            piece: Vec::new(),
            read: 0,
            count: 0,
            is_at_end: false,
        })
    }

    /// Reads and checks the next piece.
    fn next_piece(&mut self) -> io::Result<()> {
        let (length, sum) = read_head(&mut self.input)?;
        if length > PIECE as u64 {
            return Err(invalid("a piece is longer than any that is written"));
        }

        self.piece.clear();
        self.read = 0;
        let read = self
            .input
            .by_ref()
            .take(length)
            .read_to_end(&mut self.piece)?;
        if read as u64 != length || piece_checksum(&self.piece, self.count) != sum {
            return Err(invalid("the checksum of a piece differs"));
        }
        self.count += 1;
        self.is_at_end = length == 0;
        if self.is_at_end && self.input.read(&mut [0])? > 0 {
            return Err(invalid("the file goes on behind its end"));
        }
        Ok(())
    }

    /// Checks that the bytes end here.
    fn finish(mut self) -> io::Result<()> {
        if self.read(&mut [0])? > 0 {
            return Err(invalid("the snapshot goes on behind its end"));
        }
        Ok(())
    }
}

impl<R: Read> Read for CheckedPieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.piece.len() && !self.is_at_end {
            self.next_piece()?;
        }
        let rest = self.piece.get(self.read..).unwrap_or_default();
        let length = (&mut &*rest).read(buffer)?;
        self.read += length;
        Ok(length)
    }
}
