//! Progress on a terminal, for what takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// What takes less long shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time between two changes of the line.
const INTERVAL: Duration = Duration::from_millis(200);

/// The most characters of the line: a longer one would go on in a second line and stay there.
const WIDTH: usize = 79;

/// A line on stderr that changes, and that is gone in the end. Without a terminal it is nothing.
pub(crate) struct Progress {
    is_shown: bool,
    start: Instant,
    last: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            is_shown: io::stderr().is_terminal(),
            start: Instant::now(),
            last: None,
        }
    }

    /// Shows a line, unless the last one is new or nothing takes long so far.
    pub(crate) fn show(&mut self, line: impl FnOnce() -> String) {
        let is_early = self.start.elapsed() < PATIENCE;
        let is_new = self.last.is_some_and(|last| last.elapsed() < INTERVAL);
        if !self.is_shown || is_early || is_new {
            return;
        }

        self.last = Some(Instant::now());
        let line: String = line().chars().take(WIDTH).collect();
        write(&line);
    }

    /// Takes the line away, so that something else can be printed.
    pub(crate) fn clear(&mut self) {
        if self.last.take().is_some() {
            write("");
        }
    }

    /// Returns the time since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Writes the line in the place of the one before.
fn write(line: &str) {
    // A failure to write progress stops nothing.
    let mut stderr = io::stderr();
    let _ = write!(stderr, "\r\u{1b}[K{line}");
    let _ = stderr.flush();
}
