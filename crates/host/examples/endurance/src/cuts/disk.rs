//! A disk that keeps for certain only what was synced.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::recording::Event;
use crate::random::Random;

/// The bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What makes a name durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// A sync of its directory, and nothing else: what POSIX promises.
    OfDirectory,
    /// Any sync, too: a journal commits them in order, as that of ext4.
    InJournal,
}

/// What a power cut keeps of the operations that were not synced.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept {
    /// Those before one of them, which may be torn.
    Prefix,
    /// Each in this many of 100 cases, whole or torn.
    Percent(u64),
}

/// An operation that was not synced.
#[derive(Clone, Debug)]
enum Pending {
    Write {
        file: usize,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: usize,
        length: usize,
    },
    Name {
        path: PathBuf,
        file: usize,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
        file: usize,
    },
    Unlink(PathBuf),
    Directory(PathBuf),
}

/// Names and bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    directories: BTreeSet<PathBuf>,
    names: BTreeMap<PathBuf, usize>,
    files: Vec<Vec<u8>>,
}

/// The synced content, and the operations behind it.
#[derive(Debug)]
pub(super) struct Disk {
    rule: Names,
    synced: Content,
    pending: Vec<Pending>,
    /// As the process sees it.
    names: BTreeMap<PathBuf, usize>,
    open: BTreeMap<u32, Opened>,
}

#[derive(Clone, Debug)]
enum Opened {
    File(usize),
    Directory(PathBuf),
}

impl Disk {
    /// Returns an empty disk with a root.
    pub(super) fn new(rule: Names) -> Self {
        Self {
            rule,
            synced: Content {
                directories: BTreeSet::from([PathBuf::new()]),
                ..Content::default()
            },
            pending: Vec::new(),
            names: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    pub(super) const fn rule(&self) -> Names {
        self.rule
    }

    pub(super) fn play(&mut self, event: &Event) {
        match event {
            Event::Open {
                fd,
                path,
                creates,
                empties,
            } => self.open(*fd, path, *creates, *empties),
            Event::Write { fd, offset, bytes } => {
                let (file, offset, bytes) = (self.file(*fd), *offset, bytes.clone());
                self.pending.push(Pending::Write {
                    file,
                    offset,
                    bytes,
                });
            }
            Event::Truncate { fd, length } => {
                let (file, length) = (self.file(*fd), *length);
                self.pending.push(Pending::Truncate { file, length });
            }
            Event::Sync { fd } => self.sync(*fd),
            Event::Rename { from, to } => {
                let file = self.names.remove(from).expect("a file to rename");
                self.names.insert(to.clone(), file);
                let (from, to) = (from.clone(), to.clone());
                self.pending.push(Pending::Rename { from, to, file });
            }
            Event::Unlink(path) => {
                self.names.remove(path);
                self.pending.push(Pending::Unlink(path.clone()));
            }
            Event::MakeDirectory(path) => self.pending.push(Pending::Directory(path.clone())),
            Event::Acknowledged(_) => {}
        }
    }

    fn file(&self, fd: u32) -> usize {
        match self.open[&fd] {
            Opened::File(file) => file,
            Opened::Directory(_) => panic!("a directory is written to"),
        }
    }

    fn open(&mut self, fd: u32, path: &Path, creates: bool, empties: bool) {
        let opened = match self.names.get(path) {
            Some(file) => Opened::File(*file),
            None if creates => {
                let file = self.synced.files.len();
                self.synced.files.push(Vec::new());
                self.names.insert(path.to_owned(), file);
                let path = path.to_owned();
                self.pending.push(Pending::Name { path, file });
                Opened::File(file)
            }
            None => Opened::Directory(path.to_owned()),
        };
        if let (Opened::File(file), true) = (&opened, empties) {
            self.pending.push(Pending::Truncate {
                file: *file,
                length: 0,
            });
        }
        self.open.insert(fd, opened);
    }

    fn sync(&mut self, fd: u32) {
        let opened = self.open[&fd].clone();
        let rule = self.rule;
        let is_synced = |operation: &mut Pending| match (operation.file(), &opened) {
            (Some(file), Opened::File(synced)) => file == *synced,
            (None, _) if rule == Names::InJournal => true,
            (None, Opened::Directory(path)) => operation.directory() == path,
            (Some(_), Opened::Directory(_)) | (None, Opened::File(_)) => false,
        };
        let synced: Vec<_> = self.pending.extract_if(.., is_synced).collect();
        for operation in synced {
            self.synced.play(&operation);
        }
    }

    /// Returns what a power cut may leave.
    pub(super) fn cut(&self, kept: Kept, random: &mut Random) -> Content {
        let mut content = self.synced.clone();
        let prefix = random.index(self.pending.len() + 1);
        for (index, operation) in self.pending.iter().enumerate() {
            let (is_kept, is_torn) = match kept {
                Kept::Prefix => (index < prefix, index == prefix),
                Kept::Percent(percent) => (random.percent(percent), random.percent(30)),
            };
            if is_torn {
                content.tear(operation, random);
            } else if is_kept {
                content.play(operation);
            }
        }
        content
    }
}

impl Pending {
    /// Returns the file whose content it changes.
    const fn file(&self) -> Option<usize> {
        match self {
            Self::Write { file, .. } | Self::Truncate { file, .. } => Some(*file),
            _ => None,
        }
    }

    /// Returns the directory whose names it changes.
    fn directory(&self) -> &Path {
        let path = match self {
            Self::Name { path, .. } | Self::Unlink(path) | Self::Directory(path) => path,
            Self::Rename { to, .. } => to,
            Self::Write { .. } | Self::Truncate { .. } => panic!("it changes no name"),
        };
        path.parent().expect("a name in a directory")
    }
}

impl Content {
    fn play(&mut self, operation: &Pending) {
        match operation {
            Pending::Write {
                file,
                offset,
                bytes,
            } => self.write(*file, *offset, bytes),
            Pending::Truncate { file, length } => self.files[*file].resize(*length, 0),
            Pending::Name { path, file } => {
                self.names.insert(path.clone(), *file);
            }
            Pending::Rename { from, to, file } => {
                self.names.remove(from);
                self.names.insert(to.clone(), *file);
            }
            Pending::Unlink(path) => {
                self.names.remove(path);
            }
            Pending::Directory(path) => {
                self.directories.insert(path.clone());
            }
        }
    }

    fn write(&mut self, file: usize, offset: usize, bytes: &[u8]) {
        let file = &mut self.files[file];
        let end = offset + bytes.len();
        if file.len() < end {
            file.resize(end, 0);
        }
        file[offset..end].copy_from_slice(bytes);
    }

    /// Writes some sectors of a write. The length of a file may grow without its bytes.
    fn tear(&mut self, operation: &Pending, random: &mut Random) {
        let Pending::Write {
            file,
            offset,
            bytes,
        } = operation
        else {
            return;
        };
        if random.percent(50) {
            let length = self.files[*file].len().max(offset + bytes.len());
            self.files[*file].resize(length, 0);
        }
        let mut start = 0;
        while start < bytes.len() {
            let room = SECTOR - (offset + start) % SECTOR;
            let end = bytes.len().min(start + room);
            if random.percent(50) {
                self.write(*file, offset + start, &bytes[start..end]);
            }
            start = end;
        }
    }

    /// Writes the content below a directory. Files whose directory is lost are lost, and so is the
    /// index of the write-ahead log, which a process makes anew.
    pub(super) fn store(&self, root: &Path) -> io::Result<()> {
        for directory in &self.directories {
            fs::create_dir_all(root.join(directory))?;
        }
        for (path, file) in &self.names {
            let is_there = path
                .parent()
                .is_some_and(|it| self.directories.contains(it));
            if is_there && !path.to_string_lossy().ends_with("-shm") {
                fs::write(root.join(path), &self.files[*file])?;
            }
        }
        Ok(())
    }
}
