//! Cursors in files: how far a named reader of the feed came.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::feed::FeedError;
use crate::files;
use crate::locks::lock;
use crate::position::Position;

/// The cursors that feeds of this process have. No other process has their directories.
static IN_USE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A cursor that one feed has until it is dropped: two feeds would move it in turn.
#[derive(Debug)]
pub(crate) struct Cursor {
    path: PathBuf,
}

impl Cursor {
    /// Takes the cursor of a name.
    pub(crate) fn take(directory: &Path, name: &str) -> Result<Self, FeedError> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(FeedError::CursorName(name.to_owned()));
        }

        // The same directory may be opened again under another path.
        let directory = fs::canonicalize(directory).map_err(|error| FeedError::Cursor {
            path: directory.to_owned(),
            error,
        })?;
        let path = directory.join(format!("cursor-{name}"));
        if !lock(&IN_USE).insert(path.clone()) {
            return Err(FeedError::CursorInUse(name.to_owned()));
        }
        Ok(Self { path })
    }

    /// Returns the position that was saved last, or `None` if none was.
    pub(crate) fn read(&self) -> Result<Option<Position>, FeedError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        let position = text.trim_end().parse();
        position
            .map(Some)
            .map_err(|error| self.failed(io::Error::other(error)))
    }

    /// Saves a position: it is on the disk when the call returns.
    pub(crate) fn write(&self, position: Position) -> Result<(), FeedError> {
        let written = files::replace(&self.path, |file| writeln!(file, "{position}"));
        written.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> FeedError {
        FeedError::Cursor {
            path: self.path.clone(),
            error,
        }
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        lock(&IN_USE).remove(&self.path);
    }
}
