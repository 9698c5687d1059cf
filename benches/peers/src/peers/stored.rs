//! Implementations that can be read from a file, as after a restart.

use std::io;
use std::path::Path;

use super::engine::Engine;
use super::hashmap_of_hashsets::HashMapOfHashSets;
use super::pairs::Pairs;
use super::sqlite::Sqlite;
use super::{Peer, plain_file};
use crate::population::Population;

/// A way of keeping an implementation in a file.
pub(crate) struct Stored {
    pub(crate) implementation: &'static str,
    /// The name of the file. Implementations that read equal files share one.
    pub(crate) file: &'static str,
    pub(crate) save: fn(&Population, &Path) -> io::Result<()>,
    /// Reads the file, up to the point where questions can be answered.
    pub(crate) open: fn(&Path) -> io::Result<Box<dyn Peer>>,
}

/// The implementations in the order of measurement. The first is the yardstick.
pub(crate) const STORED: [Stored; 4] = [
    Stored {
        implementation: "pairs",
        file: "relations.tsv",
        save: plain_file::write,
        open: |path| Ok(Box::new(Pairs::open(path)?)),
    },
    Stored {
        implementation: "socialgraph",
        file: "snapshot.json",
        save: Engine::save,
        open: |path| Ok(Box::new(Engine::open(path)?)),
    },
    Stored {
        implementation: "hashmap_of_hashsets",
        file: "relations.tsv",
        save: plain_file::write,
        open: |path| Ok(Box::new(HashMapOfHashSets::open(path)?)),
    },
    Stored {
        implementation: "sqlite",
        file: "relations.sqlite",
        save: Sqlite::save,
        open: |path| Ok(Box::new(Sqlite::open(path)?)),
    },
];
