//! Plays random operations to the engine and the reference model, and compares the two.
//!
//! `socialgraph differential --operations 10000000 --seed 42`
//!
//! Progress goes to stderr, and a summary to stdout. The operations come in logs, each made of
//! the seed and the log's number; `--log` plays a single log again. Each log has a policy of its
//! own: a third of them are named ones, and the others have random parts. At a difference the run
//! ends with status 1 and prints a log that shrank until no single step could be left out, with
//! the parts of its policy that matter. The status is 2 if an argument is wrong or the output
//! cannot be written.

mod counts;
mod options;
mod policy;
mod report;
mod shrink;

use std::io::{self, Write};

use counts::Counts;
pub(crate) use options::Args;
use policy::shrink_policy;
use report::Report;
use shrink::{capture_panics, difference, shrink};
use socialgraph::Policy;
use socialgraph_testkit::reference::log::{self, Setup, Step};

use crate::CommandResult;

/// The bytes of a log: about as many as the longest log takes.
const LOG_BYTES: usize = 1140;

/// Plays the logs that the arguments ask for; returns whether engine and model agree.
pub(crate) fn run(options: &Args) -> CommandResult {
    let mut out = io::stdout().lock();
    capture_panics();

    let numbers = match options.log {
        Some(number) => number..=number,
        None => 0..=u64::MAX,
    };
    let mut progress = Counts::new();
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
        progress.add(&setup, &steps);
    }

    write!(out, "seed {}: {progress}", options.seed)?;
    Ok(true)
}

/// Shrinks a log and its policy as long as they show a difference, and describes what is left.
fn report(seed: u64, number: u64, setup: Setup, steps: &[Step]) -> Report {
    let differs = |setup, steps: &[Step]| difference(setup, steps).is_some();
    let steps = shrink(steps, |shorter| differs(setup, shorter));

    let policy = shrink_policy(setup.policy, |simpler| {
        differs(with_policy(setup, simpler), &steps)
    });
    let setup = with_policy(setup, policy);
    let steps = shrink(&steps, |shorter| differs(setup, shorter));

    let difference = difference(setup, &steps).unwrap_or_default();
    Report {
        seed,
        number,
        setup,
        steps,
        difference,
    }
}

/// Returns the setup with another policy, which has no name.
fn with_policy(setup: Setup, policy: Policy) -> Setup {
    Setup {
        profile: setup.profile.filter(|_| setup.policy == policy),
        policy,
        ..setup
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
