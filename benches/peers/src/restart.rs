//! The time from a file to the first answer, as after a restart.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs, io, process};

use crate::peers::STORED;
use crate::population::{Population, name};
use crate::report::{Progress, Row};

const OPERATION: &str = "first_answer_after_restart";

/// Writes each implementation's file, and times reading it and answering one question by name.
///
/// Each repetition starts without the implementation in memory, and nothing is kept between
/// repetitions. But the files are in the page cache, because they have just been written.
///
/// # Errors
/// Fails if a file cannot be written or read.
pub(crate) fn run(
    population: &Population,
    repetitions: usize,
    only: &[String],
    progress: &Progress,
) -> io::Result<Vec<Row>> {
    let directory = TemporaryDirectory::new()?;

    let mut chosen = Vec::new();
    for stored in &STORED {
        if only.is_empty() || only.iter().any(|name| name == stored.implementation) {
            let path = directory.0.join(stored.file);
            if !path.exists() {
                progress.print(&format!("writing {}", stored.file));
                (stored.save)(population, &path)?;
            }
            chosen.push((stored, path, Vec::new()));
        }
    }

    let questions = population.query_pairs(repetitions, 1);
    for (number, &(sender, recipient)) in questions.iter().enumerate() {
        let question = [(name(sender), name(recipient))];
        let answer = usize::from(population.can_message(sender, recipient));

        for (stored, path, values) in &mut chosen {
            progress.print(&format!("{OPERATION} {number}: {}", stored.implementation));
            let started = Instant::now();
            let peer = (stored.open)(path)?;
            let allowed = peer.count_can_message_by_name(&question);
            values.push(started.elapsed().as_nanos() as f64 / 1000.0);

            assert_eq!(allowed, Some(answer), "{}", stored.implementation);
        }
    }

    let mut rows = Vec::new();
    let measured = (population.name, population.users);
    for (stored, _, mut values) in chosen {
        let implementation = stored.implementation;
        rows.push(Row::new(
            OPERATION,
            measured,
            implementation,
            "us",
            &mut values,
        ));
    }
    Ok(rows)
}

/// A directory that is removed with its files at the end of its scope.
struct TemporaryDirectory(PathBuf);

impl TemporaryDirectory {
    fn new() -> io::Result<Self> {
        let name = format!("peers-restart-{}-{:x}", process::id(), fastrand::u64(..));
        let path = env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("peers: {}: {error}", self.0.display());
        }
    }
}
