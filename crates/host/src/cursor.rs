//! Cursors in files: how far a named reader of the feed came.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::feed::FeedError;
use crate::files;
use crate::host::Common;
use crate::locks::lock;
use crate::machine::Machine;
use crate::position::{ParsePositionError, Position};

/// A cursor that one feed has until it is dropped: two feeds would move it in turn.
#[derive(Debug)]
pub(crate) struct Cursor {
    path: PathBuf,
    /// The cursors that feeds of the host have. They keep the directory: no other host has it.
    in_use: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Cursor {
    /// Takes the cursor of a name.
    pub(crate) fn take<M: Machine>(common: &Common<M>, name: &str) -> Result<Self, FeedError> {
        let directory = common.path.as_ref().ok_or(FeedError::NoDirectory)?;
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(FeedError::CursorName(name.to_owned()));
        }

        let path = directory.join(format!("cursor-{name}"));
        let in_use = Arc::clone(&common.cursors);
        if !lock(&in_use).insert(path.clone()) {
            return Err(FeedError::CursorInUse(name.to_owned()));
        }
        Ok(Self { path, in_use })
    }

    /// Returns the position that was saved last, or `None` if none was.
    pub(crate) fn read(&self) -> Result<Option<Position>, FeedError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        let position = parse(&text);
        position
            .map(Some)
            .map_err(|error| self.failed(io::Error::other(error)))
    }

    /// Saves a position: it is on the disk when the call returns.
    pub(crate) fn write(&self, position: Position) -> Result<(), FeedError> {
        write(&self.path, position).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> FeedError {
        FeedError::Cursor {
            path: self.path.clone(),
            error,
        }
    }
}

/// Reads the text of a cursor's file.
pub(crate) fn parse(text: &str) -> Result<Position, ParsePositionError> {
    text.trim_end().parse()
}

/// Writes a cursor's file.
pub(crate) fn write(path: &Path, position: Position) -> io::Result<()> {
    files::replace(path, |file| writeln!(file, "{position}"))
}

impl Drop for Cursor {
    fn drop(&mut self) {
        lock(&self.in_use).remove(&self.path);
    }
}
