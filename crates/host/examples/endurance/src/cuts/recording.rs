//! What a process did to files, as `record.c` wrote it.

use std::path::{Path, PathBuf};

use crate::load::Acknowledgement;

/// A call that changed a file or a directory, or made it durable.
#[derive(Debug)]
pub(super) enum Event {
    Open {
        fd: u32,
        path: PathBuf,
        creates: bool,
        empties: bool,
    },
    Write {
        fd: u32,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        fd: u32,
        length: usize,
    },
    Sync {
        fd: u32,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Unlink(PathBuf),
    MakeDirectory(PathBuf),
    /// The process had an answer.
    Acknowledged(Acknowledgement),
}

/// Reads a recording. Paths are relative to `root`.
pub(super) fn read(bytes: &[u8], root: &Path) -> Result<Vec<Event>, String> {
    let mut input = Input { bytes, root };
    let mut events = Vec::new();
    while !input.bytes.is_empty() {
        events.push(input.event().ok_or("the recording is torn")?);
    }
    Ok(events)
}

struct Input<'a> {
    bytes: &'a [u8],
    root: &'a Path,
}

impl Input<'_> {
    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self, length: usize) -> Option<usize> {
        let bytes = self.take(length)?.iter().rev();
        Some(bytes.fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    }

    fn path(&mut self, length: usize) -> Option<PathBuf> {
        let root = self.root;
        let path = String::from_utf8(self.take(length)?.to_vec()).ok()?;
        Some(Path::new(&path).strip_prefix(root).ok()?.to_owned())
    }

    fn event(&mut self) -> Option<Event> {
        let kind = self.number(4)?;
        // Minus one if a call has none.
        let fd = u32::try_from(self.number(4)?).ok()?;
        let offset = self.number(8)?;
        let [first, second] = [self.number(4)?, self.number(4)?];
        Some(match kind {
            1 => Event::Open {
                fd,
                path: self.path(first)?,
                creates: offset & 1 > 0,
                empties: offset & 2 > 0,
            },
            2 => Event::Write {
                fd,
                offset,
                bytes: self.take(second)?.to_vec(),
            },
            3 => Event::Truncate { fd, length: offset },
            4 => Event::Sync { fd },
            5 => Event::Rename {
                from: self.path(first)?,
                to: self.path(second)?,
            },
            6 => Event::Unlink(self.path(first)?),
            7 => Event::MakeDirectory(self.path(first)?),
            8 => {
                let line = String::from_utf8(self.take(second)?.to_vec()).ok()?;
                Event::Acknowledged(Acknowledgement::read(&line)?)
            }
            _ => return None,
        })
    }
}
