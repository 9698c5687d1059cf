//! Plays random operations to the engine and the reference model, and compares the two.
//!
//! `socialgraph differential --operations 10000000 --seed 42`
//!
//! Progress goes to stderr, and a summary to stdout. The operations come in logs, each made of
//! the seed and the log's number; `--log` plays a single log again. At a difference the run
//! ends with status 1 and prints a log that shrank until no single step could be left out. The
//! status is 2 if an argument is wrong or the output cannot be written.

mod options;
mod report;
mod shrink;

use std::io::{self, Write};
use std::time::Instant;

use options::Options;
use report::Report;
use shrink::{capture_panics, difference, shrink};
use socialgraph_testkit::reference::log::{self, Setup, Step};

use crate::{CommandResult, print_text};

/// The bytes of a log: about as many as the longest log takes.
const LOG_BYTES: usize = 1100;

/// How many operations are between two lines of progress.
const PROGRESS_EVERY: u64 = 500_000;

/// Plays the logs that the arguments ask for; returns whether engine and model agree.
pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(options) = Options::parse(parser)? else {
        return print_text(&options::help());
    };
    let mut out = io::stdout().lock();
    capture_panics();

    let numbers = match options.log {
        Some(number) => number..=number,
        None => 0..=u64::MAX,
    };
    let mut progress = Progress::new();
    for number in numbers {
        if progress.operations >= options.operations {
            break;
        }

        let (setup, steps) = log::read(&bytes(options.seed, number));
        if difference(setup, &steps).is_some() {
            let report = report(options.seed, number, setup, &steps);
            write!(out, "{report}")?;
            return Ok(false);
        }
        progress.add(&steps);
    }

    let Progress {
        logs,
        operations,
        acts,
        begin,
        ..
    } = progress;
    writeln!(
        out,
        "seed {}: {operations} operations in {logs} logs, {acts} acts on a pair among them, \
         0 differences, {:.0?}",
        options.seed,
        begin.elapsed()
    )?;
    Ok(true)
}

/// Shrinks a log that shows a difference, and describes the shorter one.
fn report(seed: u64, number: u64, setup: Setup, steps: &[Step]) -> Report {
    let steps = shrink(steps, |shorter| difference(setup, shorter).is_some());
    let difference = difference(setup, &steps).unwrap_or_default();
    Report {
        seed,
        number,
        setup,
        steps,
        difference,
    }
}

/// The counts of the logs that were played without a difference.
struct Progress {
    logs: u64,
    operations: u64,
    /// Operations on a pair; a batch has as many as targets.
    acts: u64,
    /// How many lines of progress were printed.
    lines: u64,
    begin: Instant,
}

impl Progress {
    fn new() -> Self {
        Self {
            logs: 0,
            operations: 0,
            acts: 0,
            lines: 0,
            begin: Instant::now(),
        }
    }

    /// Counts a log, and prints a line now and then.
    fn add(&mut self, steps: &[Step]) {
        self.logs += 1;
        for step in steps {
            self.operations += u64::from(step.is_operation());
            self.acts += acts(step);
        }

        if self.operations / PROGRESS_EVERY > self.lines {
            self.lines = self.operations / PROGRESS_EVERY;
            let (operations, elapsed) = (self.operations, self.begin.elapsed());
            // The run goes on even if progress cannot be written.
            let _ = writeln!(io::stderr(), "{operations} operations, {elapsed:.0?}");
        }
    }
}

/// Returns how many times a step acts on a pair.
fn acts(step: &Step) -> u64 {
    match step {
        Step::Act(..) => 1,
        Step::ActOnMany(_, _, _, targets) => targets.len() as u64,
        _ => 0,
    }
}

/// Returns the bytes of a log, from a `SplitMix64` generator of its own.
fn bytes(seed: u64, number: u64) -> Vec<u8> {
    let mut state = mixed(seed).wrapping_add(number);
    let mut bytes = Vec::with_capacity(LOG_BYTES + size_of::<u64>());
    while bytes.len() < LOG_BYTES {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bytes.extend(mixed(state).to_le_bytes());
    }
    bytes.truncate(LOG_BYTES);
    bytes
}

/// The output function of `SplitMix64`.
fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
