//! Random operations against the reference model; progress on stderr, a summary on stdout.
//!
//! `cargo run --release --example differential -- --operations 10000000 --seed 42`
//!
//! The operations come in logs of their own, each from the seed and its number: `--log` plays
//! one again. A difference ends the run with status 1, and with a log that is cut down to one
//! from which no single step can be left out. The status is 2 where an argument is at fault or
//! nobody reads the output.

mod difference;
mod options;
mod report;

use std::io::{self, Write};
use std::time::Instant;

use difference::{cut_down, difference};
use options::Options;
use report::Report;
use socialgraph_testkit::reference::log::{self as operations, Step};

use crate::{CommandResult, print_help};

const DETAILS: &str = "\
Plays random operations to the engine and to its reference model, in logs that
follow from the seed and their number, and compares the two.

  --operations N   the number of operations; 100000 if absent
  --seed N         the seed of the random numbers; 0 if absent
  --log N          a single log to play again

Exit status: 0 if engine and model agree; 1 if they differ, with a log that
shows it; 2 if an argument is wrong or the output cannot be written.";

/// The bytes of a log: about as many operations as one log may have.
const LOG_LEN: usize = 1100;

/// How many operations are between two lines of progress.
const PROGRESS_EVERY: u64 = 500_000;

/// Plays what is asked for, and returns whether engine and model agree.
pub(crate) fn run(parser: lexopt::Parser) -> CommandResult {
    let Some(options) = Options::parse(parser)? else {
        return print_help(&format!("{}\n\n{DETAILS}", options::USAGE));
    };
    let mut out = io::stdout().lock();
    difference::note_panics();
    let logs = options.log.map_or(0..=u64::MAX, |log| log..=log);
    let (begin, mut played, mut reported) = (Instant::now(), Played::default(), 0);
    for number in logs {
        if played.operations >= options.operations {
            break;
        }
        let (setting, log) = operations::read(&bytes(options.seed, number));
        if difference(setting, &log).is_some() {
            let log = cut_down(&log, |shorter| difference(setting, shorter).is_some());
            let difference = difference(setting, &log).unwrap_or_default();
            write!(
                out,
                "{}",
                Report {
                    seed: options.seed,
                    number,
                    setting,
                    log,
                    difference
                }
            )?;
            return Ok(false);
        }
        played.add(&log);
        if played.operations / PROGRESS_EVERY > reported {
            reported = played.operations / PROGRESS_EVERY;
            let (operations, took) = (played.operations, begin.elapsed());
            // Progress that nobody reads is no reason to stop.
            let _ = writeln!(io::stderr(), "{operations} operations, {took:.0?}");
        }
    }
    let Played {
        logs,
        operations,
        acts,
    } = played;
    writeln!(
        out,
        "seed {}: {operations} operations in {logs} logs, {acts} acts on a pair among them, \
         0 differences, {:.0?}",
        options.seed,
        begin.elapsed()
    )?;
    Ok(true)
}

/// What has been played so far.
#[derive(Default)]
struct Played {
    logs: u64,
    operations: u64,
    acts: u64,
}

impl Played {
    fn add(&mut self, log: &[Step]) {
        self.logs += 1;
        self.operations += log.iter().filter(|step| step.is_operation()).count() as u64;
        self.acts += log.iter().map(acts).sum::<u64>();
    }
}

/// How many times a step acts on a pair.
fn acts(step: &Step) -> u64 {
    match step {
        Step::Act(..) => 1,
        Step::ActOnMany(_, _, _, targets) => targets.len() as u64,
        _ => 0,
    }
}

/// The bytes of a log: `SplitMix64`, begun anew for each.
fn bytes(seed: u64, number: u64) -> Vec<u8> {
    let mut state = mixed(seed).wrapping_add(number);
    let words = std::iter::from_fn(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        Some(mixed(state).to_le_bytes())
    });
    words.flatten().take(LOG_LEN).collect()
}

fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
