//! A file that a hand-written map is rebuilt from: a user, block or friendship on each line.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use crate::population::{Population, name};

/// A line, with the names of its users.
pub(super) enum Line<'l> {
    User(&'l str),
    /// The blocker and the blocked user.
    Block(&'l str, &'l str),
    Friendship(&'l str, &'l str),
}

/// Writes a population. Users come first, and fields are separated by tabs.
pub(super) fn write(population: &Population, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);

    for user in 0..population.users {
        writeln!(file, "user\t{}", name(user))?;
    }
    for &(blocker, blocked) in &population.blocks {
        writeln!(file, "block\t{}\t{}", name(blocker), name(blocked))?;
    }
    for &(a, b) in &population.friends {
        writeln!(file, "friendship\t{}\t{}", name(a), name(b))?;
    }
    file.flush()
}

/// Calls `add` with each line.
pub(super) fn read(path: &Path, mut add: impl FnMut(Line<'_>)) -> io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);

    // One buffer for all lines, so that reading allocates nothing for a line.
    let mut text = String::new();
    while file.read_line(&mut text)? > 0 {
        let mut fields = text.trim_end().split('\t');
        let line = match (fields.next(), fields.next(), fields.next()) {
            (Some("user"), Some(name), None) => Line::User(name),
            (Some("block"), Some(blocker), Some(target)) => Line::Block(blocker, target),
            (Some("friendship"), Some(a), Some(b)) => Line::Friendship(a, b),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        add(line);
        text.clear();
    }
    Ok(())
}
