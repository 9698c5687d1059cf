//! The note beside the log: how far it went.
//!
//! If a write-ahead log is damaged, SQLite recovers what is before the damage without a word. The
//! note tells that entries are missing.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::digest::checksum;
use crate::files;
use crate::position::Epoch;
use crate::record::Mark;

/// The state that the log led to when the note was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) epoch: Epoch,
    pub(crate) mark: Mark,
}

/// A line of JSON, and behind it its checksum.
pub(crate) fn write(path: &Path, note: Note) -> io::Result<()> {
    let text = serde_json::to_string(&note)?;
    let sum = checksum(text.as_bytes());
    files::replace(path, |file| writeln!(file, "{text} {sum:016x}"))
}

/// Reads a note; `None` if there is none.
pub(crate) fn read(path: &Path) -> io::Result<Option<Note>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };

    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the note is damaged");
    let (line, sum) = text.trim_end().rsplit_once(' ').ok_or_else(damaged)?;
    if sum != format!("{:016x}", checksum(line.as_bytes())) {
        return Err(damaged());
    }
    Ok(Some(serde_json::from_str(line)?))
}

/// Returns the highest number that the log has had for certain: that of the note, or of a snapshot.
pub(crate) fn known(note: Option<Note>, epoch: Epoch, snapshot: u64) -> u64 {
    let note = note.filter(|note| note.epoch == epoch);
    note.map_or(0, |note| note.mark.number).max(snapshot)
}
