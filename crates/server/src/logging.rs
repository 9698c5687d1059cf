//! The log, which a thread of its own writes to stderr.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};

use crate::options::{Level, LogFormat};

/// The lines that wait to be written. Further ones are dropped and counted, so that a reader who
/// does not read holds up no request.
const WAITING_LINES: usize = 10_000;

/// The log. When it is dropped, it waits at most a second until what waits is written.
pub(crate) struct Log {
    dropped: ErrorCounter,
    _writing: WorkerGuard,
}

impl Log {
    pub(crate) fn start(level: Level, format: LogFormat) -> Self {
        let (lines, writing) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING_LINES)
            .finish(io::stderr());
        let dropped = lines.error_counter();
        let log = tracing_subscriber::fmt()
            .with_max_level(filter(level))
            .with_target(false)
            .log_internal_errors(false)
            .with_writer(lines);
        match format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().flatten_event(true).init(),
        }
        Self {
            dropped,
            _writing: writing,
        }
    }

    /// Returns the counter of lines that were dropped.
    pub(crate) fn dropped(&self) -> ErrorCounter {
        self.dropped.clone()
    }

    /// Says how many lines were dropped, if any were.
    pub(crate) fn end(&self) {
        let dropped = self.dropped.dropped_lines();
        if dropped > 0 {
            tracing::warn!(dropped, "lines of the log were dropped");
        }
    }
}

const fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    }
}
