//! Random operations against the reference model; progress on stderr, a summary on stdout.
//!
//! `cargo run --release --features serde --example differential -- --operations 10000000 --seed 42`
//!
//! The operations come in logs of their own, each from the seed and its number: `--log` plays
//! one again. A difference ends the run with status 1, and with a log that is cut down to what
//! still shows it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "the model and the comparison are the tests' own, where a difference is a panic"
)]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/model.rs"]
mod model;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/corpus/operations.rs"]
mod operations;
mod options;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/twins.rs"]
mod twins;

use std::error::Error;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::Instant;

use operations::{Setting, Step};
use options::Options;

/// The bytes of a log: about as many operations as one log may have.
const LOG_LEN: usize = 1100;

/// How many operations are between two lines of progress.
const PROGRESS_EVERY: u64 = 500_000;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let options = Options::parse(lexopt::Parser::from_env())?;
    std::panic::set_hook(Box::new(|_| {}));
    let logs = options.log.map_or(0..u64::MAX, |log| log..log + 1);
    let (begin, mut played, mut reported) = (Instant::now(), Played::default(), 0);
    for number in logs {
        if played.operations >= options.operations {
            break;
        }
        let (setting, log) = operations::read(&bytes(options.seed, number));
        if let Some(difference) = difference(setting, &log) {
            report(options.seed, number, setting, &log, &difference);
            return Ok(ExitCode::FAILURE);
        }
        played.add(&log);
        if played.operations / PROGRESS_EVERY > reported {
            reported = played.operations / PROGRESS_EVERY;
            eprintln!("{} operations, {:.0?}", played.operations, begin.elapsed());
        }
    }
    let Played { logs, operations, acts } = played;
    println!(
        "seed {}: {operations} operations in {logs} logs, {acts} acts on a pair among them, \
         0 differences, {:.0?}",
        options.seed,
        begin.elapsed()
    );
    Ok(ExitCode::SUCCESS)
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

/// Plays a log; returns where engine and model differ, if they do.
fn difference(setting: Setting, log: &[Step]) -> Option<String> {
    let panic = catch_unwind(|| drop(operations::play(setting, log))).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Some(text.unwrap_or_default())
}

/// Takes out of a log what is not needed for a difference, in ever smaller parts.
fn cut_down(setting: Setting, log: &[Step]) -> Vec<Step> {
    let mut log = log.to_vec();
    let mut part = log.len().div_ceil(2);
    while part > 0 {
        let mut begin = 0;
        while begin < log.len() {
            let end = (begin + part).min(log.len());
            let shorter = [&log[..begin], &log[end..]].concat();
            if difference(setting, &shorter).is_some() {
                log = shorter;
            } else {
                begin = end;
            }
        }
        part /= 2;
    }
    log
}

fn report(seed: u64, number: u64, setting: Setting, log: &[Step], difference: &str) {
    println!("seed {seed}, log {number}: a difference: {difference}");
    println!("{setting:?}, users: {:?}", setting.names.list());
    for step in cut_down(setting, log) {
        println!("{step:?}");
    }
    println!("again: --seed {seed} --log {number}");
}
